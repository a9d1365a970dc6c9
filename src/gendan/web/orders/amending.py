"""Amending a confirmed order: what is agreed anew with the customer, line by line."""

import functools
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from gendan.kernel.errors import DomainError
from gendan.orders import services
from gendan.orders.entry import DeliveryData, LineChange, OrderChanges
from gendan.orders.models import Line, Order
from gendan.partners.models import PaymentEvent
from gendan.web.orders import rows
from gendan.web.orders.form import HeadForm, initial_of, meanwhile
from gendan.web.orders.page import find_order
from gendan.web.shell import go, page, render_page

_FIELDS = ("quantity", "unit_price", "discount_percent", "requested_on", "promised_on")
_SHOWN = (*_FIELDS, "description")
_NEW_ROWS = 2


@page(section="orders", verb="amend_order")
def amend_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """The form of an amendment; only what differs from the order is given to the verb."""
    user: Any = request.user
    order = find_order(user, order_id)
    if not order.may("amend_order") and request.method != "POST":
        return HttpResponseRedirect(reverse("order", args=[order.pk]))
    lines = list(
        order.lines.filter(is_cancelled=False)
        .select_related("item", "item__unit")
        .prefetch_related("deliveries")
    )
    if request.method != "POST":
        form = HeadForm(user=user, is_new=False, initial=initial_of(order))
        new = [rows.LineRow() for _row in range(_NEW_ROWS)]
        return _draw(request, order, lines, form, new)
    form = HeadForm(request.POST, user=user, is_new=False)
    new = rows.rows_from(request.POST)
    if not form.is_valid():
        return _draw(request, order, lines, form, new, status=422)
    added, used = rows.line_data(new)
    changed, touched = _changes(request, lines)
    revision = request.POST.get("revision", "")
    asked = functools.partial(
        services.amend_order,
        order_id=order.pk,
        changes=_head_changes(order, form, rows.plan_from(request.POST)),
        change_lines=changed,
        add_lines=added,
        cancel_lines=[line.pk for line in lines if request.POST.get(f"cancel-{line.pk}")],
        reason=request.POST.get("reason", "").strip()[:501],
        revision=int(revision) if revision.isdigit() else None,
    )
    try:
        asked(by=user)
    except DomainError as error:
        if not rows.put_refusal(error, used) and error.field in form.fields:
            form.add_error(error.field, error.message)
        extra: dict[str, Any] = {"refusal": error, "refusal_words": _words(error, touched)}
        if error.code == "stale_revision":
            extra["meanwhile"] = meanwhile(request, order)
        return _draw(request, order, lines, form, new, status=error.status, **extra)
    url = reverse("order", args=[order.pk]) + "?tab=changes"
    return go(request, url, said=_("The order is amended; every date follows."))


def _head_changes(order: Order, form: HeadForm, plan: list[rows.PlanRow]) -> OrderChanges | None:
    """What of the head was changed; None for nothing."""
    head = form.head()
    typed = {
        name: value
        for name, value in head.items()
        if name in form.changed_against(initial_of(order)) and value is not None
    }
    if plan != rows.plan_of(order) and (data := rows.plan_data(plan)) is not None:
        typed["instalments"] = data
    return OrderChanges(**typed) if typed else None


def _changes(request: HttpRequest, lines: list[Line]) -> tuple[list[LineChange], list[Line]]:
    """A LineChange for each line of which something else was typed than it has."""
    found, touched = [], []
    for line in lines:
        values: dict[str, Any] = {}
        for name in _FIELDS:
            typed = request.POST.get(f"line-{line.pk}-{name}", "").strip()[:60]
            if typed and typed != _shown(line, name):
                values[name] = typed
        said = request.POST.get(f"line-{line.pk}-description")
        if said is not None and said.strip() != line.description:
            values["description"] = said.strip()
        deliveries = _deliveries(request, line)
        if deliveries is not None:
            values["deliveries"] = deliveries
        if values:
            found.append(LineChange(line_id=line.pk, **values))
            touched.append(line)
    return found, touched


def _deliveries(request: HttpRequest, line: Line) -> list[DeliveryData] | None:
    """The dated deliveries as typed, or None when they are as they were."""
    quantities = request.POST.getlist(f"line-{line.pk}-delivery_quantity")
    days = request.POST.getlist(f"line-{line.pk}-delivery_on")
    typed = [
        (quantity.strip()[:40], day.strip()[:10])
        for quantity, day in zip(quantities, days, strict=False)
        if quantity.strip()
    ]
    if typed == _delivery_texts(line):
        return None
    return [
        DeliveryData(quantity=quantity, requested_on=day or None)  # type: ignore[arg-type] # read by the verb
        for quantity, day in typed
    ]


def _delivery_texts(line: Line) -> list[tuple[str, str]]:
    return [
        (
            f"{one.quantity.normalize():f}",
            one.requested_on.isoformat() if one.requested_on else "",
        )
        for one in line.deliveries.all()
    ]


def _shown(line: Line, name: str) -> str:
    value = getattr(line, name)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return value.isoformat() if name.endswith("_on") else f"{value.normalize():f}"


def _words(error: DomainError, touched: list[Line]) -> str:
    """The refusal, with the line it is about where it names one."""
    parts = (error.field or "").split(".")
    if parts[0] == "change_lines" and len(parts) > 1 and parts[1].isdigit():
        place = int(parts[1])
        if place < len(touched):
            return _("Line %(position)s (%(item)s): %(message)s") % {
                "position": touched[place].position,
                "item": touched[place].item.code,
                "message": error.message,
            }
    return error.message


def _draw(
    request: HttpRequest,
    order: Order,
    lines: list[Line],
    form: HeadForm,
    new: list[rows.LineRow],
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    shown = [
        {
            "line": line,
            "values": {
                name: posted.get(f"line-{line.pk}-{name}", "") if posted else _shown(line, name)
                for name in _SHOWN
            },
            "deliveries": _delivery_texts(line),
            "is_off": bool(posted and posted.get(f"cancel-{line.pk}")),
        }
        for line in lines
    ]
    context = {
        "order": order,
        "form": form,
        "lines": shown,
        "rows": new,
        "plan": rows.plan_from(posted) if posted else rows.plan_of(order),
        "events": PaymentEvent.choices,
        "reason": posted.get("reason", "") if posted else "",
        "revision": (posted.get("revision") if posted else "") or order.revision,
        **extra,
    }
    return render_page(request, "orders/amend.html", context, status=status)
