"""What a change order asks for: the very values amend_order takes, to and from JSON."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from gendan.kernel.errors import Invalid
from gendan.orders.entry import DeliveryData, InstalmentData, LineChange, LineData, OrderChanges

LONGEST = 2_000_000  # characters: two thousand lines with everything said about each


class ContentRefused(Invalid):
    """A change whose content cannot be kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """Head, changed, added and cancelled lines, as amend_order takes them."""

    changes: OrderChanges | None = None
    change_lines: Sequence[LineChange] = ()
    add_lines: Sequence[LineData] = ()
    cancel_lines: Collection[int] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for at all."""
        return not (self.changes or self.change_lines or self.add_lines or self.cancel_lines)

    def as_arguments(self) -> dict[str, Any]:
        """Keyword arguments of amend_order and plan_amendment."""
        return {
            "changes": self.changes,
            "change_lines": self.change_lines,
            "add_lines": self.add_lines,
            "cancel_lines": list(self.cancel_lines),
        }

    def as_data(self) -> dict[str, Any]:
        """Plain JSON values; what is not given is left out."""
        given = {
            "changes": _given(self.changes) if self.changes else None,
            "change_lines": [_given(line) for line in self.change_lines],
            "add_lines": [_given(line) for line in self.add_lines],
            "cancel_lines": sorted(self.cancel_lines),
        }
        text = json.dumps(given, cls=DjangoJSONEncoder)
        if len(text) > LONGEST:
            raise ContentRefused(_("This change is too long to be kept; make several of it."))
        data: dict[str, Any] = json.loads(text)
        return data


def _given(values: Any) -> dict[str, Any]:
    return {name: value for name, value in asdict(values).items() if value is not None}


def read_content(data: Mapping[str, Any]) -> Content:
    """The content that was kept. Dates are ISO text, which the verbs read."""
    head = data.get("changes")
    return Content(
        changes=_head(head) if head else None,
        change_lines=tuple(LineChange(**_with_parts(one)) for one in data.get("change_lines", ())),
        add_lines=tuple(LineData(**_with_parts(one)) for one in data.get("add_lines", ())),
        cancel_lines=tuple(data.get("cancel_lines", ())),
    )


def _head(data: Mapping[str, Any]) -> OrderChanges:
    values = dict(data)
    if values.get("instalments") is not None:
        values["instalments"] = [InstalmentData(**part) for part in values["instalments"]]
    return OrderChanges(**values)


def _with_parts(data: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(data)
    if values.get("deliveries") is not None:
        values["deliveries"] = [DeliveryData(**part) for part in values["deliveries"]]
    return values
