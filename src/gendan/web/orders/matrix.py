"""Growing the order form: more lines, dated deliveries, lines from a matrix or an assortment."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.kernel.errors import DomainError
from gendan.orders.entry import lines_from_assortment, lines_from_matrix
from gendan.web.orders.rows import DeliveryRow, LineRow, rows_of_lines

_AT_ONCE = 5


def grown(request: HttpRequest, typed: list[LineRow]) -> list[LineRow]:
    """The rows after the button "more": its value says which kind and for which line."""
    kind, _space, which = request.POST.get("more", "").partition(" ")
    row = typed[int(which)] if which.isdigit() and int(which) < len(typed) else None
    if kind == "lines":
        return typed + [LineRow() for _row in range(_AT_ONCE)]
    if kind == "delivery" and row is not None:
        if not row.deliveries:
            row.deliveries.append(DeliveryRow(row.quantity, row.requested_on))
        row.deliveries.append(DeliveryRow())
    if kind == "remove" and row is not None:
        return [one for one in typed if one is not row]
    if kind in {"matrix", "assortment"}:
        return _with_made(request, typed, kind)
    return typed


def taken_over(request: HttpRequest, typed: list[LineRow]) -> list[LineRow]:
    """The rows with what still stands in the grid: whoever saves means those pieces too."""
    for kind, prefix in (("matrix", "cell-"), ("assortment", "ratio-")):
        if any(
            name.startswith(prefix) and str(text).strip() for name, text in request.POST.items()
        ):
            typed = _with_made(request, typed, kind)
    return typed


def is_refused(request: HttpRequest) -> bool:
    """Whether the grid could not be taken over; the form says why."""
    return hasattr(request, "gendan_matrix_refusal")


def _with_made(request: HttpRequest, typed: list[LineRow], kind: str) -> list[LineRow]:
    try:
        return [one for one in typed if not one.is_empty] + _made(request, kind)
    except DomainError as error:
        request.gendan_matrix_refusal = error.message  # type: ignore[attr-defined]
    return typed


def _made(request: HttpRequest, kind: str) -> list[LineRow]:
    style = request.POST.get("style", "").strip()[:40]
    price = request.POST.get("style_price", "").strip()[:40]
    items = _items(request, style)
    style = items[0].style if items else style
    codes = {item.pk: item.code for item in items}
    if kind == "matrix":
        given = {
            (item.colour, item.size): request.POST.get(f"cell-{item.pk}", "").strip()[:20]
            for item in items
        }
        return rows_of_lines(lines_from_matrix(style, given), codes.__getitem__, price)
    sizes = list(dict.fromkeys(item.size for item in items))
    ratio = {
        size: _whole(request.POST.get(f"ratio-{number}", "")) for number, size in enumerate(sizes)
    }
    lines = lines_from_assortment(
        style,
        request.POST.get("colour", "")[:40],
        {size: pieces for size, pieces in ratio.items() if pieces},
        packs=_whole(request.POST.get("packs", "")),
        packs_per_carton=_whole(request.POST.get("per_carton", "") or "1"),
    )
    return rows_of_lines(lines, codes.__getitem__, price)


def _whole(text: str) -> int:
    text = text.strip()
    return int(text) if text.isdigit() and len(text) < 8 else 0


def _items(request: HttpRequest, style: str) -> list[Item]:
    """The items of a style, colour by colour, sizes in the family's order."""
    if not style:
        return []
    known = Item.objects.visible_to(request.user).filter(style__iexact=style, is_active=True)  # type: ignore[arg-type]
    items = list(known.select_related("family"))
    ranks = {size: rank for item in items[:1] for rank, size in enumerate(item.family.sizes)}
    return sorted(items, key=lambda item: (item.colour, ranks.get(item.size, 999), item.size))


def context_of(request: HttpRequest) -> dict[str, Any]:
    """The grid of the style that was asked for, if one was."""
    given: Mapping[str, str] = request.POST if request.method == "POST" else request.GET
    style = given.get("style", "").strip()[:40]
    items = _items(request, style)
    sizes = list(dict.fromkeys(item.size for item in items))
    colours = list(dict.fromkeys(item.colour for item in items))
    places = {(item.colour, item.size): item for item in items}
    refusal = getattr(request, "gendan_matrix_refusal", "")
    if style and not items:
        refusal = _("There is no style “%(style)s”.") % {"style": style}
    return {
        "style": items[0].style if items else style,
        "style_sizes": list(enumerate(sizes)),
        "style_colours": colours,
        "style_grid": [
            (colour, [places.get((colour, size)) for size in sizes]) for colour in colours
        ],
        "style_refusal": refusal,
    }
