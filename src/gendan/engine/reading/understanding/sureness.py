"""Values whose characters were recognised badly are doubted, unless arithmetic proves them."""

from ..pages import Place
from .draft import Draft, DraftLine
from .proof import amount_fits, total_fits

LEAST_SURE = 0.9
"""Recognition says of each word how sure it is; below this somebody should look."""

_UNREADABLE = 0.05
_PROVED = ("quantity", "unit_price", "line_amount")


def doubt_unsure(draft: Draft) -> None:
    """Doubt what was recognised with low confidence."""
    is_summed = total_fits(draft)
    for name, found in list(draft.values.items()):
        if is_summed and name in ("totals.total", "totals.subtotal"):
            continue
        why = _why(found.place)
        if why is not None:
            draft.doubt(name, why)
    for line in draft.lines:
        _doubt_line(line)


def _doubt_line(line: DraftLine) -> None:
    is_proved = amount_fits(line) is True
    for name, found in list(line.values.items()):
        if is_proved and name in _PROVED:
            continue
        why = _why(found.place)
        if why is None and name in _PROVED and _is_recognised(found.place):
            why = "the number was recognised, and nothing printed proves it"
        if why is not None:
            line.doubt(name, why)


def _is_recognised(place: Place | None) -> bool:
    """Whether the value was seen on a picture; what a file states in characters is certain."""
    return place is not None and place.confidence < 1.0


def _why(place: Place | None) -> str | None:
    if place is None or place.confidence >= LEAST_SURE:
        return None
    if place.confidence <= _UNREADABLE:
        return f"cannot read {place.text[:60]!r}"
    return f"{place.text[:60]!r} was read with low confidence"
