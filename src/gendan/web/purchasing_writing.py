"""Pages on which purchase orders are written and changed: head and lines in one form."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.quantity import read_decimal
from gendan.kernel.rows import RowsRefused
from gendan.partners.models import Incoterm
from gendan.planning.queries import suppliers_decided
from gendan.purchasing import queries, services
from gendan.purchasing.models import PurchaseOrder
from gendan.web.forms import whole_number
from gendan.web.shell import ask, page, render_page

HEAD = ("currency", "incoterm", "place", "payment_terms", "remark")
CELLS = ("item", "quantity", "unit", "price", "requested_on", "supplier_code", "remark")
MOST_LINES, BLANK_LINES = 200, 3


@page(section="purchasing", verb="draft_purchase_orders")
def draft_purchase_orders(request: HttpRequest) -> HttpResponse:
    """Write an order: by hand, or from the requests in the address (`?requests=3,4`)."""
    ids = [whole_number(part) for part in request.GET.get("requests", "").split(",")]
    user: Any = request.user
    wanted = queries.requests_for(user).filter(pk__in=[pk for pk in ids if pk])
    requests = [one for one in wanted.order_by("needed_on", "pk")[:MOST_LINES] if one.to_order > 0]
    typed = _typed(request) if request.method == "POST" else _from_requests(request, requests)

    def draw(error: DomainError | None = None) -> HttpResponse:
        context = _context(typed, error) | {
            "verb": "draft_purchase_orders",
            "back": reverse("purchase_orders"),
            "kinds": PurchaseOrder.Kind.choices,
            "order": None,
        }
        return render_page(request, "purchasing/write.html", context)

    if request.method != "POST":
        return draw()
    return ask(
        request,
        lambda *, by: services.draft_purchase_orders(rows=[_draft_row(typed)], by=by),
        then=lambda made: reverse("purchase_order", args=[made[0].pk]),
        said=lambda made: _("%(number)s is made.") % {"number": made[0].number},
        again=draw,
    )


@page(section="purchasing", verb="edit_purchase_order")
def edit_purchase_order(request: HttpRequest, purchase_order_id: int) -> HttpResponse:
    """Change an order; one that was sent becomes the draft of its next version."""
    user: Any = request.user
    order = get_object_or_404(queries.purchase_orders_for(user), pk=purchase_order_id)
    back = reverse("purchase_order", args=[order.pk])
    typed = _typed(request) if request.method == "POST" else _from_order(order)

    def draw(error: DomainError | None = None) -> HttpResponse:
        context = _context(typed, error)
        context |= {"verb": "edit_purchase_order", "back": back, "order": order}
        return render_page(request, "purchasing/write.html", context)

    if request.method != "POST":
        return draw()
    return ask(
        request,
        lambda *, by: services.edit_purchase_order(
            purchase_order_id=order.pk,
            lines=_edit_rows(typed),
            revision=whole_number(request.POST.get("revision", "")),
            **{name: typed["head"][name] for name in HEAD},
            by=by,
        ),
        then=back,
        said=_("The order is changed."),
        again=draw,
    )


def _typed(request: HttpRequest) -> dict[str, Any]:
    """The form as it was typed."""
    head = {name: request.POST.get(name, "").strip() for name in ("supplier", "kind", *HEAD)}
    count = min(whole_number(request.POST.get("count", "0")) or 0, MOST_LINES + BLANK_LINES)
    lines = []
    for place in range(count):
        cells = {name: request.POST.get(f"{name}-{place}", "").strip() for name in CELLS}
        cells["position"] = request.POST.get(f"position-{place}", "")
        cells["requests"] = request.POST.get(f"requests-{place}", "")
        cells["remove"] = request.POST.get(f"remove-{place}", "")
        if cells["position"] or any(cells[name] for name in CELLS):
            lines.append(cells)
    return {"head": head, "lines": lines}


def _from_requests(request: HttpRequest, requests: list[Any]) -> dict[str, Any]:
    """A form for what is requested: one line for each item, needed at the earliest day."""
    head = {name: request.GET.get(name, "")[:60] for name in ("supplier", "currency", "kind")}
    if not head["supplier"]:
        head["supplier"] = _supplier_decided(requests)
    lines: dict[int, dict[str, Any]] = {}
    for one in requests:
        cells = lines.setdefault(
            one.item_id,
            {"item": one.item.code, "sum": 0, "requests": [], "day": one.needed_on},
        )
        cells["sum"] += one.to_order
        cells["requests"].append(str(one.pk))
    rows = [
        {
            "item": cells["item"],
            "quantity": f"{cells['sum'].normalize():f}",
            "requested_on": cells["day"].isoformat(),
            "requests": ",".join(cells["requests"]),
        }
        for cells in lines.values()
    ]
    return {"head": head, "lines": rows or _asked_for(request)}


def _supplier_decided(requests: list[Any]) -> str:
    """The supplier planning has decided on for these requests; empty where it is not one alone."""
    found = suppliers_decided([one.number for one in requests])
    codes = {one.code for one in found.values()}
    return codes.pop() if len(codes) == 1 else ""


def _asked_for(request: HttpRequest) -> list[dict[str, Any]]:
    """A line from the address (`?item=…&quantity=…`), as a supply exception gives it."""
    cells = {name: request.GET.get(name, "").strip()[:40] for name in ("item", "quantity")}
    return [cells] if cells["item"] else []


def _from_order(order: PurchaseOrder) -> dict[str, Any]:
    terms = order.payment_terms
    head = {
        "currency": order.currency,
        "incoterm": order.incoterm,
        "place": order.place,
        "payment_terms": terms.code if terms else "",
        "remark": order.remark,
    }
    lines = [
        {
            "position": line.position,
            "item": line.item.code,
            "quantity": f"{line.typed_quantity.normalize():f}",
            "unit": line.typed_unit,
            "price": f"{line.price.normalize():f}",
            "requested_on": line.requested_on.isoformat(),
            "supplier_code": line.supplier_code,
            "remark": line.remark,
        }
        for line in queries.lines_with_words(order)
        if not line.is_cancelled
    ]
    return {"head": head, "lines": lines}


def _context(typed: dict[str, Any], error: DomainError | None) -> dict[str, Any]:
    lines = typed["lines"] + [{}] * BLANK_LINES
    at = ""
    if isinstance(error, RowsRefused):
        at = "; ".join(dict.fromkeys(one.message for one in error.rows[:5]))
    return {
        "head": typed["head"],
        "lines": list(enumerate(lines)),
        "count": len(lines),
        "refused": at or (error.message if error else ""),
        "incoterms": Incoterm.values,
        "terms": queries.payment_terms_codes(),
    }


def _ids(text: str) -> list[int]:
    return [pk for pk in (whole_number(part) for part in text.split(",")) if pk]


def _number(text: str, name: str) -> Any:
    return read_decimal(text, field=name) if text else None


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            _("“%(text)s” is not a date; write it as 2026-12-31.") % {"text": text[:40]},
            field="requested_on",
        ) from None


def _draft_row(typed: dict[str, Any]) -> services.DraftOrderRow:
    lines = [
        services.DraftLineRow(
            item=cells["item"],
            quantity=_number(cells["quantity"], "quantity"),
            unit=cells["unit"],
            price=_number(cells["price"], "price"),
            requested_on=_day(cells["requested_on"]),
            request_ids=_ids(cells["requests"]),
            supplier_code=cells["supplier_code"],
            remark=cells["remark"],
        )
        for cells in typed["lines"]
    ]
    return services.DraftOrderRow(lines=lines, **typed["head"])


def _edit_rows(typed: dict[str, Any]) -> list[services.EditLineRow]:
    return [
        services.EditLineRow(
            position=whole_number(cells["position"]) or 0,
            item=cells["item"],
            quantity=_number(cells["quantity"], "quantity"),
            unit=cells["unit"],
            price=_number(cells["price"], "price"),
            requested_on=_day(cells["requested_on"]),
            supplier_code=cells["supplier_code"],
            remark=cells["remark"],
            remove=bool(cells["remove"]),
        )
        for cells in typed["lines"]
    ]


urlpatterns = [
    path("purchasing/orders/new/", draft_purchase_orders, name="draft_purchase_orders"),
    path(
        "purchasing/orders/<int:purchase_order_id>/edit/",
        edit_purchase_order,
        name="edit_purchase_order",
    ),
]
