"""Receiving on a phone: one field to scan into, the lines below it, one button."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.quantity import read_decimal
from gendan.orders.services.reading import read_day
from gendan.purchasing import receipt_queries, services
from gendan.purchasing.models import PurchaseOrderLine
from gendan.purchasing.receipt_queries import most_taken
from gendan.purchasing.scanning import Scanned, open_lines, understand
from gendan.web import words
from gendan.web.forms import whole_number
from gendan.web.inventory_actions import TABS
from gendan.web.navigation import tabs_of
from gendan.web.shell import ask, page, render_page

MOST_LINES = 60
MOST_FILES = 10
HEAD = ("delivery_note", "remark", "reason")


@dataclass
class Row:
    """A line to be received, as it is typed on the page."""

    line: PurchaseOrderLine
    quantity: str = ""
    lot: str = ""
    expires_on: str = ""
    item: str = ""  # what a label said
    is_last: bool = False
    seen: str = ""  # how much had come when the page was drawn

    @property
    def seen_now(self) -> str:
        """How much has come now, without a decimal sign of a language."""
        return _plain(self.line.received)

    @property
    def left(self) -> Decimal:
        """What is still to come of the line."""
        return self.line.still_to_come

    @property
    def at_most(self) -> Decimal:
        """How much more is taken without a reason: with what is tolerated above the order."""
        return max(most_taken(self.line) - self.line.received, Decimal(0))


@page(section="stock", verb="receive_goods")
def receive_goods(request: HttpRequest) -> HttpResponse:
    """Scan or find, type what was counted, receive."""
    given = request.POST if request.method == "POST" else request.GET
    rows = _typed(request)
    head = {name: given.get(name, "")[:500] for name in HEAD}
    scan = given.get("scan", "")
    said, trouble = "", ""
    if request.method == "POST" and given.get("do") == "receive":
        return ask(
            request,
            _receive(request, rows, head),
            then=lambda receipt: reverse("goods_receipt", args=[receipt.pk]),
            said=lambda receipt: _said(receipt),
            again=lambda error: _draw(request, rows, head, trouble=error.message),
        )
    if scan.strip():
        try:
            found = understand(scan, request.user)  # type: ignore[arg-type]
            said = _take_up(request, rows, found)
        except DomainError as error:
            trouble = error.message
    return _draw(request, rows, head, said=said, trouble=trouble)


@page(section="stock", methods=("GET", "HEAD"))
def goods_label(request: HttpRequest, line_id: int) -> HttpResponseBase:
    """The address on a label's QR code: to the receipt it came with."""
    user: Any = request.user
    line = receipt_queries.receipt_line_for(user, line_id)
    if line is None:
        raise Http404
    return redirect(reverse("goods_receipt", args=[line.receipt_id]) + f"#line-{line.pk}")


def _draw(
    request: HttpRequest,
    rows: list[Row],
    head: dict[str, str],
    *,
    said: str = "",
    trouble: str = "",
) -> HttpResponse:
    context = {
        "tabs": tabs_of(TABS, "receive_goods"),
        "rows": list(enumerate(rows)),
        "count": len(rows),
        "head": head,
        "found": said,
        "trouble": trouble,
        "supplier": rows[0].line.order.supplier if rows else None,
        "waiting": open_lines(request.user, Scanned())[:20] if not rows else [],  # type: ignore[arg-type]
    }
    return render_page(request, "receiving/receive.html", context)


def _typed(request: HttpRequest) -> list[Row]:
    """The rows the page had, with what was typed; one query."""
    given, user = request.POST, request.user
    count = min(whole_number(given.get("count", "0")) or 0, MOST_LINES)
    ids = [whole_number(given.get(f"line-{at}", "")) or 0 for at in range(count)]
    lines = receipt_queries.lines_numbered(user, ids) if ids else {}  # type: ignore[arg-type]
    return [
        Row(
            lines[pk],
            given.get(f"quantity-{at}", "").strip()[:40],
            given.get(f"lot-{at}", "").strip()[:60],
            given.get(f"expires-{at}", "")[:10],
            given.get(f"item-{at}", "")[:40],
            given.get(f"last-{at}") == "1",
            given.get(f"seen-{at}", "")[:40],
        )
        for at, pk in enumerate(ids)
        if pk in lines
    ]


def _take_up(request: HttpRequest, rows: list[Row], found: Scanned) -> str:
    """Add what was scanned to the rows; says what happened. Raises Invalid in words."""
    lines = list(open_lines(request.user, found)[:MOST_LINES])  # type: ignore[arg-type]
    if rows:
        supplier_id = rows[0].line.order.supplier_id
        lines = [one for one in lines if one.order.supplier_id == supplier_id]
    if not lines:
        raise Invalid(_refusal(rows, found))
    is_list = found.order is not None or found.supplier is not None
    if len(rows) + len(lines) > MOST_LINES and is_list:
        raise Invalid(_("These are too many lines for one receipt; receive what is here first."))
    if is_list:
        known = {row.line.pk for row in rows}
        new = [Row(one) for one in lines if one.pk not in known]
        rows.extend(new)
        open_words = ngettext(
            "%(order)s: %(count)s line is open.", "%(order)s: %(count)s lines are open.", len(lines)
        )
        return open_words % {"order": found.order or found.supplier, "count": len(lines)}
    return _item_found(rows, found, lines)


def _item_found(rows: list[Row], found: Scanned, lines: list[PurchaseOrderLine]) -> str:
    mine = {row.line.pk for row in rows}
    if not rows and len({one.order.supplier_id for one in lines}) > 1:
        raise Invalid(_("Several suppliers are to deliver this; scan the order's number first."))
    line = next((one for one in lines if one.pk in mine), lines[0])
    is_serial = line.item.traced == "serial"
    quantity = "1" if is_serial else _plain(found.quantity)
    same = [row for row in rows if row.line.pk == line.pk]
    if any(found.lot and row.lot == found.lot and row.quantity for row in same):
        raise Invalid(_("%(lot)s was scanned already.") % {"lot": found.lot})
    row = next((one for one in same if not one.quantity and one.lot in ("", found.lot)), None)
    if row is None:
        row = Row(line)
        rows.insert(0, row)
    row.item = line.item.code
    row.lot = found.lot or row.lot
    row.expires_on = found.expires_on.isoformat() if found.expires_on else row.expires_on
    row.quantity = row.quantity or quantity
    rows.remove(row)
    rows.insert(0, row)  # what was scanned last stands on top
    return _("%(item)s for %(order)s, line %(line)s.") % {
        "item": line.item.code,
        "order": line.order.number,
        "line": line.position,
    }


def _refusal(rows: list[Row], found: Scanned) -> str:
    """Why nothing of what was scanned can be received."""
    if found.order is not None:
        if rows and found.order.supplier_id != rows[0].line.order.supplier_id:
            return _("%(order)s is of another supplier; receive each delivery on its own.") % {
                "order": found.order.number
            }
        return _("Nothing of %(order)s is to come: it is “%(state)s”.") % {
            "order": found.order.number,
            "state": found.order.get_state_display(),
        }
    return _("Nothing of %(item)s is to come now.") % {"item": found.item or found.supplier}


def _receive(request: HttpRequest, rows: list[Row], head: dict[str, str]) -> Any:
    """What the button does: read the rows that were filled in, ask the verb."""
    files = [(str(one.name), one) for one in request.FILES.getlist("files")[:MOST_FILES]]

    def receive(*, by: Any) -> Any:
        arrived = [
            services.ArrivedRow(
                line_id=row.line.pk,
                quantity=read_decimal(row.quantity, field="quantity"),
                lot=row.lot,
                expires_on=read_day(row.expires_on, field="expires_on"),
                item=row.item,
                is_last=row.is_last,
                seen=read_decimal(row.seen, field="quantity") if row.seen else None,
            )
            for row in rows
            if row.quantity
        ]
        if not arrived:
            raise Invalid(_("Type how much has come of at least one line."), field="quantity")
        return services.receive_goods(
            rows=arrived,
            delivery_note=head["delivery_note"],
            remark=head["remark"],
            reason=head["reason"],
            files=files,
            by=by,
        )

    return receive


def _said(receipt: Any) -> str:
    if receipt.state == "held":
        said = _("%(number)s: the goods are held until quality has decided.")
    else:
        said = _("%(number)s: the goods are in the store.")
    surplus = [_surplus_words(one) for one in receipt_queries.surplus_of(receipt)]
    return " ".join([said % {"number": receipt.number}, *surplus])


def _surplus_words(line: PurchaseOrderLine) -> str:
    """That more came than was ordered, and whether it is tolerated."""
    values = {
        "item": line.item.code,
        "received": words.quantity(line.received),
        "ordered": words.quantity(line.confirmed_quantity or line.quantity),
        "unit": words.unit(line.item.unit),
        "percent": words.quantity(line.over_percent),
    }
    if line.received <= most_taken(line):
        return (
            _(
                "%(item)s: %(received)s of %(ordered)s %(unit)s ordered; the surplus is within "
                "the tolerance of %(percent)s %%."
            )
            % values
        )
    return (
        _(
            "%(item)s: %(received)s of %(ordered)s %(unit)s ordered; the surplus is above the "
            "tolerance of %(percent)s %%, and its reason is kept."
        )
        % values
    )


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


urlpatterns = [
    path("receiving/", receive_goods, name="receive_goods"),
    path("receiving/labels/<int:line_id>/", goods_label, name="goods_label"),
]
