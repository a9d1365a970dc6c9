"""Pages of suppliers' invoices: the match list, one invoice, recording one, approving one."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.quantity import read_decimal
from gendan.purchasing import queries, receipt_queries, services
from gendan.purchasing.models import SupplierInvoice
from gendan.web.forms import whole_number
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.purchasing_tabs import TABS
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

READ = ("GET", "HEAD")
MOST_LINES = 300
HEAD = ("number", "dated_on", "total", "currency")
DIFFERENCES = {
    "not_received": gettext_lazy("not all of it has come"),
    "more_than_ordered": gettext_lazy("more than was ordered"),
    "invoiced_before": gettext_lazy("other invoices asked for it already"),
    "returned": gettext_lazy("part of it went back"),
    "price": gettext_lazy("another price"),
    "total": gettext_lazy("the lines do not add up to the total"),
    "currency": gettext_lazy("another currency than the order's"),
}
INVOICES = Listing(
    key="supplier_invoices",
    sort="-id",
    columns=(
        Column("number", gettext_lazy("Invoice"), lambda one: one.number, sort="number"),
        Column("supplier", gettext_lazy("Supplier"), lambda one: str(one.supplier)),
        Column("dated_on", gettext_lazy("Date"), lambda one: one.dated_on, sort="dated_on"),
        Column("total", gettext_lazy("Amount"), lambda one: one.total, at_end=True),
        Column("currency", gettext_lazy("Currency"), lambda one: one.currency),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: str(one.get_state_display()),
            draw=lambda one: tags.badge(one),
        ),
        Column("by", gettext_lazy("Recorded by"), lambda one: str(one.by or ""), shown=False),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(state=value),
            choices=lambda: SupplierInvoice.State.choices,
        ),
        Filter(
            "supplier",
            gettext_lazy("Supplier (code)"),
            lambda rows, value: rows.filter(supplier__code__iexact=value),
        ),
    ),
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text)
        | Q(supplier__name__icontains=text)
        | Q(supplier__name_zh__icontains=text)
    ),
    link=lambda one: reverse("supplier_invoice", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No suppliers' invoices here"),
        gettext_lazy("They are recorded from a purchase order and compared with what has come."),
        verb="record_supplier_invoice",
        icon="receipt",
    ),
)


@page(section="purchasing", methods=READ)
def supplier_invoices(request: HttpRequest) -> HttpResponse:
    """All suppliers' invoices."""
    user: Any = request.user
    may_record = user.may_do("record_supplier_invoice")
    context = {
        "title": _("Suppliers' invoices"),
        "verbs": [("record_supplier_invoice", "plus")] if may_record else [],
        "tabs": tabs_of(TABS, "supplier_invoices"),
    }
    return show_list(request, INVOICES, receipt_queries.invoices_for(user), context=context)


@page(section="purchasing", methods=READ)
def supplier_invoice(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """One invoice: what is asked beside what was ordered and has come."""
    user: Any = request.user
    found = get_object_or_404(receipt_queries.invoices_for(user), pk=invoice_id)
    context = {
        "found": found,
        "lines": [(one, _told(one.differences)) for one in receipt_queries.lines_of_invoice(found)],
        "differences": _told(found.differences),
        "entries": journal.timeline(found)[:20],
    }
    return render_page(request, "receiving/invoice.html", context)


@page(section="purchasing", verb="record_supplier_invoice")
def record_supplier_invoice(request: HttpRequest) -> HttpResponse:
    """Name the order, then write down what its supplier asks for."""
    user: Any = request.user
    given = request.POST if request.method == "POST" else request.GET
    number = given.get("order", "").strip()[:60]
    orders = queries.purchase_orders_for(user)
    order = orders.filter(number__iexact=number, version__gt=0).first() if number else None

    def draw(error: DomainError | None = None) -> HttpResponse:
        lines = receipt_queries.lines_to_invoice(order) if order else []
        context = {
            "order": order,
            "typed": number,
            "head": {name: request.POST.get(name, "") for name in HEAD},
            "rows": [
                (
                    line,
                    left,
                    request.POST.get(f"quantity-{line.pk}", _plain(left)),
                    request.POST.get(f"price-{line.pk}", _plain(line.price)),
                )
                for line, left in lines
            ],
            "today": clock.today(),
            "unknown": bool(number) and order is None,
            "refused": error.message if error else "",
        }
        return render_page(request, "receiving/record_invoice.html", context)

    if request.method != "POST" or order is None:
        return draw()

    def record(*, by: Any) -> Any:
        return services.record_supplier_invoice(
            supplier=order.supplier.code,
            rows=_rows(request),
            **{name: request.POST.get(name, "") for name in HEAD},
            by=by,
        )

    return ask(
        request,
        record,
        then=lambda found: reverse("supplier_invoice", args=[found.pk]),
        said=lambda found: (
            _("The invoice matches.") if found.state == "matched" else _("The invoice differs.")
        ),
        again=draw,
    )


@page(section="purchasing", methods=("POST",))
def approve_supplier_invoice(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """It may be paid although it differs."""
    return ask(
        request,
        services.approve_supplier_invoice,
        invoice_id=invoice_id,
        reason=request.POST.get("reason", ""),
        then=reverse("supplier_invoice", args=[invoice_id]),
        said=_("The invoice is approved."),
    )


def _rows(request: HttpRequest) -> list[services.InvoiceRow]:
    """What was typed for the lines of the order; empty and 0 is not asked for."""
    rows = []
    for name in list(request.POST)[: 3 * MOST_LINES]:
        pk = whole_number(name.removeprefix("quantity-")) if name.startswith("quantity-") else None
        typed = request.POST.get(name, "").strip()
        if pk is None or not typed:
            continue
        quantity = read_decimal(typed, field="quantity")
        price = read_decimal(request.POST.get(f"price-{pk}", ""), field="price")
        if quantity:
            rows.append(services.InvoiceRow(pk, quantity, price))
    if not rows:
        raise Invalid(_("Type a quantity for at least one line."), field="quantity")
    return rows


def _told(differences: list[dict[str, str]]) -> list[tuple[Any, str, str]]:
    return [(DIFFERENCES[one["kind"]], one["asked"], one["right"]) for one in differences]


def _plain(number: Any) -> str:
    return f"{number.normalize():f}"


urlpatterns = [
    path("receiving/invoices/", supplier_invoices, name="supplier_invoices"),
    path("receiving/invoices/record/", record_supplier_invoice, name="record_supplier_invoice"),
    path("receiving/invoices/<int:invoice_id>/", supplier_invoice, name="supplier_invoice"),
    path(
        "receiving/invoices/<int:invoice_id>/approve/",
        approve_supplier_invoice,
        name="approve_supplier_invoice",
    ),
]
