"""Changing a confirmed order: what is agreed anew with the customer, line by line.

The form puts a change order forward; its page shows what that does and carries it through.
"""

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from gendan.changes import services
from gendan.changes.content import Content, read_content
from gendan.changes.models import OPEN, ChangeOrder, ChangeState
from gendan.changes.preview import preview_change
from gendan.kernel.errors import DomainError
from gendan.orders.entry import DeliveryData, LineChange, OrderChanges
from gendan.orders.models import Line, Order
from gendan.partners.models import PaymentEvent
from gendan.web.change_parts import effects_context
from gendan.web.orders import rows
from gendan.web.orders.form import HeadForm, initial_of, meanwhile
from gendan.web.orders.page import find_order
from gendan.web.shell import ask, go, page, render_page

_FIELDS = ("quantity", "unit_price", "discount_percent", "requested_on", "promised_on")
_SHOWN = (*_FIELDS, "description")
_NEW_ROWS = 2


@page(section="orders", verb=("amend_order", "propose_change"))
def amend_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """An order is amended by way of a change order: the same form, then what it does."""
    return propose_change(request, order_id)


@page(section="orders", verb="propose_change")
def propose_change(request: HttpRequest, order_id: int) -> HttpResponse:
    """The form of a change; only what differs from the order is put forward.

    `change` names the change order it answers or takes the place of; `renew` puts what it has
    forward against the order as it is now; `do=preview` only shows what it would do.
    """
    user: Any = request.user
    order = find_order(user, order_id)
    change = _change_of(request, order)
    if not order.may("amend_order") and request.method != "POST":
        return HttpResponseRedirect(reverse("order", args=[order.pk]))
    if request.method == "POST" and change is not None and "renew" in request.POST:
        return _renew(request, order, change)
    lines = list(
        order.lines.filter(is_cancelled=False)
        .select_related("item", "item__unit")
        .prefetch_related("deliveries")
    )
    if request.method != "POST":
        return _draw_kept(request, order, lines, change)
    form = HeadForm(request.POST, user=user, is_new=False)
    new = rows.rows_from(request.POST)
    if not form.is_valid():
        return _draw(request, order, lines, form, new, change=change, status=422)
    added, used = rows.line_data(new)
    changed, touched = _changes(request, lines)
    content = Content(
        changes=_head_changes(order, form, rows.plan_from(request.POST)),
        change_lines=changed,
        add_lines=added,
        cancel_lines=[line.pk for line in lines if request.POST.get(f"cancel-{line.pk}")],
    )
    try:
        if request.POST.get("do") == "preview":
            shown = effects_context(preview_change(order_id=order.pk, content=content))
            return _draw(request, order, lines, form, new, change=change, **shown)
        made = services.propose_change(
            order_id=order.pk, content=content, by=user, **_given(request, change)
        )
    except DomainError as error:
        if not rows.put_refusal(error, used) and error.field in form.fields:
            form.add_error(error.field, error.message)
        extra: dict[str, Any] = {"refusal": error, "refusal_words": _words(error, touched)}
        if error.code == "stale_revision":
            extra["meanwhile"] = meanwhile(request, order)
        return _draw(request, order, lines, form, new, change=change, status=error.status, **extra)
    said = _("Put forward. Look at what it changes, then carry it through.")
    return go(request, reverse("change", args=[made.pk]), said=said)


def _change_of(request: HttpRequest, order: Order) -> ChangeOrder | None:
    """The change order that is worked on, if one of this order is named."""
    given = request.POST.get("change") or request.GET.get("change") or ""
    if not (given.isdigit() and len(given) < 18):
        return None
    mine = ChangeOrder.objects.visible_to(request.user)  # type: ignore[arg-type]
    change = mine.filter(pk=int(given), order=order, state__in=OPEN).first()
    if change is None:
        raise Http404
    return change


def _given(request: HttpRequest, change: ChangeOrder | None) -> dict[str, Any]:
    """Everything of the form that is not content."""
    revision = request.POST.get("revision", "")
    origin = request.POST.get("origin", "us")[:20]
    return {
        "change_id": change.pk if change else None,
        "origin": change.origin if change else origin,
        "name": request.POST.get("name", "").strip()[:121],
        "reason": request.POST.get("reason", "").strip()[:501],
        "revision": int(revision) if revision.isdigit() and len(revision) < 10 else None,
    }


def _renew(request: HttpRequest, order: Order, change: ChangeOrder) -> HttpResponse:
    return ask(
        request,
        services.propose_change,
        order_id=order.pk,
        change_id=change.pk,
        content=read_content(change.content or {}),
        origin=change.origin,
        reason=change.reason,
        then=reverse("change", args=[change.pk]),
        said=_("Put forward anew against the order as it is now."),
    )


def _draw_kept(
    request: HttpRequest, order: Order, lines: list[Line], change: ChangeOrder | None
) -> HttpResponse:
    """The form as the order is, with what was put forward before written over it."""
    kept = read_content(change.content) if change and change.content else Content()
    initial = initial_of(order)
    if kept.changes is not None:
        initial |= {
            name: value
            for name, value in asdict(kept.changes).items()
            if value is not None and name in initial
        }
    form = HeadForm(user=request.user, is_new=False, initial=initial)
    new = rows.rows_kept(kept.add_lines)
    new += [rows.LineRow() for _row in range(_NEW_ROWS)]
    return _draw(request, order, lines, form, new, change=change, kept=kept)


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
        if request.POST.get(f"line-{line.pk}-specification") and has_newer(line):
            values["specification_version"] = line.item.specification_version
        deliveries = _deliveries(request, line)
        if deliveries is not None:
            values["deliveries"] = deliveries
        if values:
            found.append(LineChange(line_id=line.pk, **values))
            touched.append(line)
    return found, touched


def has_newer(line: Line) -> bool:
    """Whether the item has another specification in force than the line was ordered by."""
    return line.specification_version != line.item.specification_version


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
    change: ChangeOrder | None = None,
    kept: Content | None = None,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    of_line = {one.line_id: one for one in kept.change_lines} if kept else {}
    gone = set(kept.cancel_lines) if kept else set()
    pending = ChangeOrder.objects.visible_to(request.user).filter(  # type: ignore[arg-type]
        order=order, state=ChangeState.PROPOSED
    )
    context = {
        "order": order,
        "form": form,
        "lines": [_shown_line(line, posted, of_line.get(line.pk), gone) for line in lines],
        "rows": new,
        "plan": rows.plan_from(posted) if posted else rows.plan_of(order),
        "events": PaymentEvent.choices,
        "origins": ChangeOrder.Origin.choices,
        "change": change,
        "pending": (pending.exclude(pk=change.pk) if change else pending).first(),
        "reason": posted.get("reason", "") if posted else (change.reason if change else ""),
        "origin": posted.get("origin", "us") if posted else "us",
        "name": posted.get("name", "") if posted else "",
        "revision": (posted.get("revision") if posted else "") or order.revision,
        **extra,
    }
    return render_page(request, "orders/amend.html", context, status=status)


def _shown_line(
    line: Line, posted: QueryDict | None, kept: LineChange | None, gone: set[int]
) -> dict[str, Any]:
    """A line as typed, else as put forward before, else as it is."""
    values = {
        name: posted.get(f"line-{line.pk}-{name}", "") if posted else _kept(line, name, kept)
        for name in _SHOWN
    }
    deliveries = _delivery_texts(line)
    takes_newer = bool(kept and kept.specification_version)
    if posted is not None:
        typed = zip(
            posted.getlist(f"line-{line.pk}-delivery_quantity"),
            posted.getlist(f"line-{line.pk}-delivery_on"),
            strict=False,
        )
        deliveries = [(quantity[:40], day[:10]) for quantity, day in typed] or deliveries
        takes_newer = bool(posted.get(f"line-{line.pk}-specification"))
    elif kept is not None and kept.deliveries is not None:
        deliveries = [(str(one.quantity), str(one.requested_on or "")) for one in kept.deliveries]
    return {
        "line": line,
        "values": values,
        "deliveries": deliveries,
        "is_off": bool(posted.get(f"cancel-{line.pk}")) if posted else line.pk in gone,
        "newer": line.item.specification_version if has_newer(line) else "",
        "takes_newer": takes_newer,
    }


def _kept(line: Line, name: str, kept: LineChange | None) -> str:
    value = getattr(kept, name) if kept is not None else None
    return _shown(line, name) if value is None else str(value)
