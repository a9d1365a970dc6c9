"""What people call a document that is named as in the journal ("orders.order:12")."""

from typing import Any

from django.apps import apps


def document_name(about: str) -> str:
    """The number or name of a document, in words for a sentence; else its name as it stands."""
    label, _colon, key = about.partition(":")
    if not key.isdecimal() or int(key) >= 2**63:
        return about
    try:
        model: Any = apps.get_model(label)
    except (LookupError, ValueError):
        return about
    found = model._default_manager.filter(pk=int(key)).first()
    if found is None:
        return about
    head: Any = getattr(found, "order", None)  # a line is called by its order's number
    if hasattr(head, "number") and hasattr(found, "position"):
        return f"{head.number}/{found.position}"
    return str(found)
