"""The auditor: asks every room's invariants and collects the sentences about what does not hold."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings


def audit() -> dict[str, list[str]]:
    """What does not hold, by room; an empty dict means that all is right."""
    found = {}
    for app in ["gendan.kernel", *settings.ROOMS]:
        if find_spec(f"{app}.invariants") is None:
            continue
        sentences = import_module(f"{app}.invariants").check()
        if sentences:
            found[app.rsplit(".", 1)[-1]] = sentences
    return found
