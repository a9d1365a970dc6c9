"""Names of shapes in the API's description: those of one name in two rooms are kept apart.

Ninja collects the shapes of all operations under their bare names, and of two alike the last one
stays: the other room's operations would be described by a shape that is not theirs.
"""

import functools
import re
from collections import defaultdict
from typing import Any

from ninja import Schema
from ninja.openapi import schema as described
from ninja.schema import NinjaGenerateJsonSchema

GENERATOR = "NinjaGenerateJsonSchema"  # by this name Ninja takes what makes shapes of classes
_CLASS = re.compile(r"\bgendan\.api\.(\w+)\.(\w+):")


def use_own_names() -> None:
    """From now on descriptions are made with names that stand for one shape only."""
    setattr(described, GENERATOR, OwnNames)


class OwnNames(NinjaGenerateJsonSchema):
    """Puts the room before a name that several rooms use: ItemsIn of catalog is CatalogItemsIn."""

    def get_defs_ref(self, core_mode_ref: Any) -> Any:
        """The name a class has in the description."""
        reference, mode = core_mode_ref
        named: Any = (_CLASS.sub(_own, reference), mode)
        return super().get_defs_ref(named)


def _own(found: re.Match[str]) -> str:
    module, name = found.groups()
    if name not in _shared_names():
        return found[0]
    room = "".join(map(str.capitalize, module.removesuffix("_schemas").split("_")))
    return f"gendan.api.{module}.{room}{name}:"


@functools.cache
def _shared_names() -> frozenset[str]:
    """Names of shapes that more than one module of the API has."""
    modules: dict[str, set[str]] = defaultdict(set)
    waiting = [Schema]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        for one in below:
            modules[one.__name__].add(one.__module__)
    return frozenset(name for name, where in modules.items() if len(where) > 1)
