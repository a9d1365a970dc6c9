"""Pages of receipts: the list, one receipt with its verdict, labels, and what went back."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, files, journal
from gendan.kernel.people import roles_for
from gendan.kernel.quantity import read_decimal
from gendan.purchasing import queries, receipt_queries, services
from gendan.purchasing.freight import freight_to_book
from gendan.purchasing.labels import label_sheet
from gendan.purchasing.models import GoodsReceipt, SupplierReturn
from gendan.web.export_columns import RECEIVED
from gendan.web.exports import export_found
from gendan.web.files import serve_bytes, serve_file
from gendan.web.forms import whole_number
from gendan.web.inventory_actions import TABS
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.purchasing_tabs import TABS as PURCHASING_TABS
from gendan.web.search import Hit, finds
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

READ = ("GET", "HEAD")
LIMIT = 8


def meaning_of(receipt: GoodsReceipt) -> str:
    """A receipt that is held is under way; on other documents "held" means blocked."""
    return "run" if receipt.state == GoodsReceipt.State.HELD else "done"


RECEIPTS = Listing(
    key="goods_receipts",
    sort="-id",
    columns=(
        Column("number", gettext_lazy("Number"), lambda one: one.number, sort="number"),
        Column("supplier", gettext_lazy("Supplier"), lambda one: str(one.supplier)),
        Column("note", gettext_lazy("Delivery note"), lambda one: one.delivery_note),
        Column("lines", gettext_lazy("Lines"), lambda one: one.line_count, at_end=True),
        Column("at", gettext_lazy("Received"), lambda one: one.at, sort="at"),
        Column("by", gettext_lazy("By"), lambda one: str(one.by or "")),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: str(one.get_state_display()),
            draw=lambda one: tags.badge(meaning_of(one), label=one.get_state_display()),
        ),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(state=value),
            choices=lambda: GoodsReceipt.State.choices,
        ),
        Filter(
            "supplier",
            gettext_lazy("Supplier (code)"),
            lambda rows, value: rows.filter(supplier__code__iexact=value),
        ),
    ),
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text)
        | Q(delivery_note__icontains=text)
        | Q(supplier__name__icontains=text)
        | Q(supplier__name_zh__icontains=text)
    ),
    link=lambda one: reverse("goods_receipt", args=[one.pk]),
    empty=Empty(
        gettext_lazy("Nothing has been received yet"),
        gettext_lazy("Deliveries of suppliers appear here once the store has received them."),
        verb="receive_goods",
        icon="truck-delivery",
    ),
)
RETURNS = Listing(
    key="supplier_returns",
    sort="-id",
    columns=(
        Column("number", gettext_lazy("Number"), lambda one: one.number, sort="number"),
        Column("supplier", gettext_lazy("Supplier"), lambda one: str(one.supplier)),
        Column("receipt", gettext_lazy("Receipt"), lambda one: one.receipt.number),
        Column(
            "outcome",
            gettext_lazy("In exchange for"),
            lambda one: str(one.get_outcome_display()),
        ),
        Column("due", gettext_lazy("Replacement due"), lambda one: one.due_on, sort="due_on"),
        Column("credit", gettext_lazy("Credit expected"), lambda o: o.credit, at_end=True),
        Column("currency", gettext_lazy("Currency"), lambda one: one.currency),
        Column("reason", gettext_lazy("Reason"), lambda one: one.reason),
        Column("at", gettext_lazy("Sent back"), lambda one: one.at, sort="at"),
    ),
    filters=(
        Filter(
            "outcome",
            gettext_lazy("In exchange for"),
            lambda rows, value: rows.filter(outcome=value),
            choices=lambda: SupplierReturn.Outcome.choices,
        ),
    ),
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text) | Q(supplier__name__icontains=text)
    ),
    link=lambda one: reverse("goods_receipt", args=[one.receipt_id]),
    empty=Empty(
        gettext_lazy("Nothing went back"),
        gettext_lazy("Goods that are not good are returned from the page of their receipt."),
        icon="truck",
    ),
)


@finds("goods_receipts", gettext_lazy("Goods receipts"), icon="truck-delivery", rank=45)
def find_receipts(user: Any, text: str) -> list[Hit]:
    """Receipts by number or delivery note."""
    rows = receipt_queries.receipts_for(user)
    found = rows.filter(Q(number__icontains=text) | Q(delivery_note__iexact=text)).order_by("-id")
    return [
        Hit(
            one.number,
            reverse("goods_receipt", args=[one.pk]),
            detail=str(one.supplier),
            is_exact=one.number == text.upper(),
        )
        for one in found[:LIMIT]
    ]


@page(section="stock", methods=READ)
def goods_receipts(request: HttpRequest) -> HttpResponse:
    """All receipts."""
    user: Any = request.user
    context = {
        "title": _("Goods receipts"),
        "verbs": [("receive_goods", "plus")] if user.may_do("receive_goods") else [],
        "tabs": tabs_of(TABS, "goods_receipts"),
    }
    return show_list(request, RECEIPTS, receipt_queries.receipts_with_counts(user), context=context)


@page(section="stock", methods=READ)
def goods_receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """One receipt: what came, what was decided, what went back."""
    user: Any = request.user
    receipt = _receipt(request, receipt_id)
    lines = receipt_queries.lines_of_receipt(receipt)
    if kind := request.GET.get("export"):
        return export_found(receipt.number, RECEIVED, lines, kind)
    going = [one for one in lines if one.to_return > 0]
    later = _lying(lines) if user.may_do("return_goods") else []
    order = lines[0].order_line.order if lines else None
    context = {
        "receipt": receipt,
        "meaning": meaning_of(receipt),
        "lines": lines,
        "waiting": [one for one in lines if one.waiting > 0],
        "going": going,
        "surplus": {one.pk for one in receipt_queries.surplus_of(receipt)},
        "returners": _returners(user, lines),
        "later": later,
        "given": {name: request.GET.get(name, "")[:40] for name in ("from", "quantity", "outcome")},
        "usual": queries.usual_recipient(order) if (going or later) and order else None,
        "places": receipt_queries.store_codes() if user.may_do("release_receipt") else [],
        "freight": freight_to_book(receipt),
        "company_currency": settings.COMPANY_CURRENCY,
        "returns": receipt_queries.returns_for(user).filter(receipt=receipt).order_by("-pk"),
        "attachments": files.attachments_of(receipt),
        "entries": journal.timeline(receipt)[:40],
        "today": clock.today(),
    }
    return render_page(request, "receiving/receipt.html", context)


def _returners(user: Any, lines: Any) -> str:
    """Whose roles send released goods back, for a reader who may not; "" where nothing is."""
    if user.may_do("return_goods") or not any(one.released > 0 for one in lines):
        return ""
    return ", ".join(str(_(one)) for one in roles_for("return_goods"))


def _lying(lines: Any) -> list[tuple[Any, str, Any]]:
    """Released goods that lie in our places: line, place, how much may go back."""
    places = receipt_queries.where_released(lines)
    return [(one, code, left) for one in lines for code, left in places.get(one.pk, [])]


@page(section="stock", methods=READ)
def receipt_labels(request: HttpRequest, receipt_id: int) -> HttpResponseBase:
    """A sheet of labels for what came; `?line=` for one line, `?copies=` of each."""
    receipt = _receipt(request, receipt_id)
    wanted = whole_number(request.GET.get("line", ""))
    lines = [
        one
        for one in receipt_queries.lines_of_receipt(receipt)
        if wanted is None or one.pk == wanted
    ]
    if not lines:
        raise Http404
    copies = whole_number(request.GET.get("copies", "1"))
    content = label_sheet(lines, copies=1 if copies is None else copies)
    return serve_bytes(content, f"{receipt.number}-labels.pdf", "application/pdf", inline=True)


@page(section="stock", methods=("POST",))
def release_receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Good: all that waits, or so much of one line."""
    return ask(
        request,
        _verdict(request, services.release_receipt, receipt_id),
        then=_page(receipt_id),
        said=_("The goods are in the store."),
    )


@page(section="stock", methods=("POST",))
def reject_receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Not good: all that waits, or so much of one line."""
    return ask(
        request,
        _verdict(request, services.reject_receipt, receipt_id),
        then=_page(receipt_id),
        said=_("The goods are in quarantine."),
        reason=request.POST.get("reason", ""),
    )


@page(section="stock", methods=("POST",))
def return_goods(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Back to the supplier: all that was rejected, so much of one line, or released goods
    (`from`: the line and the place where they lie)."""

    def send_back(*, by: Any) -> Any:
        typed, _bar, place = request.POST.get("from", "").partition("|")
        line, quantity = _line_of(request, typed)
        rows = [services.ReturnRow(line, quantity, place)] if quantity is not None else []
        given = request.POST
        return services.return_goods(
            receipt_id=receipt_id,
            outcome=given.get("outcome", ""),
            reason=given.get("reason", ""),
            due_on=given.get("due_on", ""),
            email=given.get("email", ""),
            rows=rows,
            by=by,
        )

    said = _("The supplier is told; the return note is on this page.")
    return ask(request, send_back, then=_page(receipt_id), said=said)


@page(section="purchasing", methods=READ)
def supplier_returns(request: HttpRequest) -> HttpResponse:
    """All that went back to suppliers."""
    user: Any = request.user
    context = {
        "title": _("Returns to suppliers"),
        "tabs": tabs_of(PURCHASING_TABS, "supplier_returns"),
    }
    return show_list(request, RETURNS, receipt_queries.returns_for(user), context=context)


@page(section="purchasing", methods=READ)
def return_note(request: HttpRequest, return_id: int) -> HttpResponseBase:
    """The return note as PDF."""
    user: Any = request.user
    found = get_object_or_404(receipt_queries.returns_for(user), pk=return_id)
    return serve_file(found.file, f"{found.number}.pdf", inline=True)


def _verdict(request: HttpRequest, verb: Any, receipt_id: int) -> Any:
    def decide(*, by: Any, **values: Any) -> Any:
        line, quantity = _line_of(request)
        rows = []
        if quantity is not None:
            place = request.POST.get("location", "")[:40]
            rows = [services.VerdictRow(line, quantity, place)]
        return verb(receipt_id=receipt_id, rows=rows, **values, by=by)

    return decide


def _line_of(request: HttpRequest, typed: str = "") -> tuple[int, Any]:
    """The line and quantity that were typed; no line: everything."""
    line = whole_number(typed or request.POST.get("line", ""))
    if line is None:
        return 0, None
    return line, read_decimal(request.POST.get("quantity", ""), field="quantity")


def _receipt(request: HttpRequest, receipt_id: int) -> GoodsReceipt:
    user: Any = request.user
    return get_object_or_404(receipt_queries.receipts_for(user), pk=receipt_id)


def _page(receipt_id: int) -> str:
    return reverse("goods_receipt", args=[receipt_id])


_one = "receiving/receipts/<int:receipt_id>/"
urlpatterns = [
    path("receiving/receipts/", goods_receipts, name="goods_receipts"),
    path(_one, goods_receipt, name="goods_receipt"),
    path(_one + "labels/", receipt_labels, name="receipt_labels"),
    path(_one + "release/", release_receipt, name="release_receipt"),
    path(_one + "reject/", reject_receipt, name="reject_receipt"),
    path(_one + "return/", return_goods, name="return_goods"),
    path("receiving/returns/", supplier_returns, name="supplier_returns"),
    path("receiving/returns/<int:return_id>/note/", return_note, name="return_note"),
]
