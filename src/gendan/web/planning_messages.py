"""The page of what the plan says is to be done: whom it helps, and the step that does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override, pgettext_lazy

from gendan.planning import queries
from gendan.planning.harm import Harm, Key, by_harm, for_orders, harm_of, harms
from gendan.planning.models import PlanMessage, PlannedOrder, PlanRun
from gendan.purchasing.models import PurchaseOrder, PurchaseRequest
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.planning_orders import chosen_run
from gendan.web.planning_words import TABS
from gendan.web.shell import page
from gendan.web.templatetags import gendan as tags
from gendan.web.words import short_day

READ = ("GET", "HEAD")


@dataclass(frozen=True)
class Todo:
    """The step that does what a message says: a verb asked at once, or (`url`) a page to open.

    `about` is what the verb is about, `message` travels with it.
    """

    words: str
    icon: str
    verb: str = ""
    about: PurchaseOrder | PurchaseRequest | None = None
    url: str = ""
    message: str = ""

    def __str__(self) -> str:
        return self.words


def _about(one: PlanMessage) -> str:
    if one.expected is not None:
        return str(one.expected.reference or _("expected goods"))
    if one.request is not None:
        return str(one.request.number)
    return _("planned order")


def _reason(one: PlanMessage) -> str:
    if one.demand is not None:
        if one.demand.order is not None and one.demand.line is not None:
            number, line = one.demand.order.number, one.demand.line.position
            values = {"order": number, "line": line}
            if one.action == PlanMessage.Action.CANCEL:
                return _("other goods come sooner for %(order)s, line %(line)s") % values
            return _("for %(order)s, line %(line)s") % values
        if one.demand.name.startswith("stocking.forecast:"):
            return _("for the forecast")
        return _("for a work order or an assumption")
    if one.parent is not None and one.action == PlanMessage.Action.CANCEL:
        return _("other goods come sooner for %(item)s") % {"item": one.parent.item.code}
    if one.parent is not None:
        return _("for %(item)s") % {"item": one.parent.item.code}
    return _("nothing needs it") if one.action == "cancel" else _("for the safety stock")


def _says(one: PlanMessage) -> Any:
    """What should be otherwise: the day or the quantity."""
    if one.action in ("expedite", "defer"):
        return format_html("{} → <strong>{}</strong>", tags.day(one.day), tags.day(one.to_day))
    if one.action in ("increase", "decrease"):
        return format_html(
            "{} → <strong>{}</strong>",
            tags.quantity(one.quantity),
            tags.quantity(one.to_quantity, one.item.unit),
        )
    return tags.day(one.to_day)


def _harm_words(one: Harm | None) -> str:
    """Which order is late because of it, and how long."""
    if one is None:
        return ""
    if one.days is None:
        return _("%(order)s: nobody can tell when") % {"order": one.number}
    return f"{one.number} " + ngettext("+%(days)s d", "+%(days)s d", one.days) % {"days": one.days}


def _harm(one: Harm | None) -> Any:
    if one is None:
        return ""
    url = reverse("order", args=[one.order_id]) + "?tab=supply"
    return format_html('<a class="gd-text-late" href="{}">{}</a>', url, _harm_words(one))


# --- the step that does it --------------------------------------------------------------------


def todo_of(one: PlanMessage) -> Todo:
    """What is to be done about a message, by what it is about."""
    if one.order is not None:
        return _of_planned(one.order)
    if one.request is not None:
        return _of_request(one, one.request)
    work = getattr(one.expected, "work_order", None)
    if work is not None:
        return _of_work_order(one, work)
    line = getattr(one.expected, "purchase_line", None)
    if line is not None:
        return _of_purchase(one, line.order)
    if one.expected_id is not None:
        url = reverse("expected_supply", args=[one.expected_id])
        return Todo(_("To the expected goods"), "package-import", url=url)
    return Todo(_("To the stock"), "package", url=reverse("stock_of_item", args=[one.item_id]))


def _of_planned(order: PlannedOrder) -> Todo:
    if order.state == PlannedOrder.State.FIRMED:
        return Todo(order.made, "check")
    words = {
        PlannedOrder.Kind.MAKE: _("Make a work order of it"),
        PlannedOrder.Kind.BUY: _("Request the purchase"),
        PlannedOrder.Kind.OUTSOURCE: _("Request it from outside"),
    }
    return Todo(words[PlannedOrder.Kind(order.kind)], "check", verb="firm_planned_orders")


def _of_request(one: PlanMessage, request: PurchaseRequest) -> Todo:
    if one.action == PlanMessage.Action.CANCEL:
        url = reverse("cancel_purchase_request", args=[request.pk])
        return Todo(_("Cancel the request"), "x", url=url)
    if one.action in (PlanMessage.Action.EXPEDITE, PlanMessage.Action.RELEASE):
        url = f"{reverse('draft_purchase_orders')}?requests={request.pk}"
        return Todo(_("Order it"), "shopping-cart", url=url)
    return Todo(_("To the request"), "file", url=reverse("purchase_request", args=[request.pk]))


def _of_work_order(one: PlanMessage, work: Any) -> Todo:
    if one.action in (PlanMessage.Action.EXPEDITE, PlanMessage.Action.DEFER):
        url = f"{reverse('move_work_order', args=[work.pk])}?due_on={one.to_day.isoformat()}"
        return Todo(_("Move it to %(day)s") % {"day": short_day(one.to_day)}, "calendar", url=url)
    words = _("Cancel it there") if one.action == PlanMessage.Action.CANCEL else _("To its page")
    return Todo(words, "building-factory", url=reverse("work_order", args=[work.pk]))


def _of_purchase(one: PlanMessage, order: PurchaseOrder) -> Todo:
    url = reverse("purchase_order", args=[order.pk])
    if one.action == PlanMessage.Action.EXPEDITE and order.state in ("sent", "confirmed"):
        return Todo(
            words=_("Chase the supplier"),
            icon="send",
            verb="chase_supplier",
            about=order,
            url=url,
            message=_hurry(one, order),
        )
    if one.action == PlanMessage.Action.CANCEL:
        return Todo(_("Cancel it there"), "x", url=url)
    return Todo(_("To the purchase order"), "shopping-cart", url=url)


def _hurry(one: PlanMessage, order: PurchaseOrder) -> str:
    """The first sentence to the supplier, in the supplier's language."""
    with override(order.supplier.language):
        return _("We need %(item)s by %(day)s; can you deliver earlier than %(was)s?") % {
            "item": one.item.code,
            "day": one.to_day.isoformat(),
            "was": one.day.isoformat(),
        }


# --- the list ---------------------------------------------------------------------------------


def _listing(run: PlanRun | None, found: Mapping[Key, Harm], user: Any) -> Listing:
    """The list, with what each message is worth to whom."""
    return Listing(
        key="plan_messages",
        sort="urgency",
        columns=_columns(found),
        filters=(
            Filter(
                "action",
                gettext_lazy("What"),
                lambda rows, value: (
                    rows.exclude(action="new") if value == "act" else rows.filter(action=value)
                ),
                choices=lambda: (("act", _("to be done now")), *PlanMessage.Action.choices),
            ),
            Filter(
                "whose",
                gettext_lazy("Orders"),
                lambda rows, value: (
                    for_orders(rows, run, merchandiser=user) if run and value == "mine" else rows
                ),
                choices=lambda: (("mine", _("my orders")),),
            ),
            Filter(
                "order",
                gettext_lazy("For order"),
                lambda rows, value: for_orders(rows, run, number=value) if run else rows,
            ),
        ),
        preset={"action": "act"},
        search=lambda rows, text: rows.filter(item__code__icontains=text),
        search_hint=gettext_lazy("Item"),
        empty=Empty(
            gettext_lazy("Nothing to do"),
            gettext_lazy(
                "What has to be hurried, put off or cancelled stands here after planning."
            ),
            url="planning",
            action=gettext_lazy("To the plan"),
            icon="checks",
        ),
    )


def _columns(found: Mapping[Key, Harm]) -> tuple[Column, ...]:
    return (
        Column("action", gettext_lazy("What"), lambda one: str(one.get_action_display())),
        Column("item", gettext_lazy("Item"), lambda one: str(one.item), sort="item__code"),
        Column("about", pgettext_lazy("plan message", "Which"), _about),
        Column(
            "quantity",
            gettext_lazy("Quantity"),
            lambda one: one.quantity,
            at_end=True,
            draw=lambda one: tags.quantity(one.quantity, one.item.unit),
        ),
        Column(
            "says",
            pgettext_lazy("plan message", "To"),
            lambda one: one.to_day,
            sort="to_day",
            draw=_says,
        ),
        Column("reason", gettext_lazy("Why"), _reason),
        Column(
            "harm",
            gettext_lazy("Makes late"),
            lambda one: _harm_words(harm_of(one, found)),
            sort="urgency",
            draw=lambda one: _harm(harm_of(one, found)),
        ),
        Column(
            "todo",
            gettext_lazy("What to do"),
            todo_of,
            cell="planning/message_todo.html",
        ),
    )


@page(section="planning", methods=READ)
def plan_messages(request: HttpRequest) -> HttpResponse:
    """What is to be done about supplies, why and for whom; what harms most stands first."""
    user: Any = request.user
    run = chosen_run(request)
    found = harms(run) if run else {}
    rows = queries.messages_of(run) if run else PlanMessage.objects.visible_to(user).none()
    context = {
        "title": _("What to do"),
        "run": run,
        "tabs": tabs_of(TABS, "plan_messages"),
    }
    listing = _listing(run, found, user)
    return show_list(
        request, listing, by_harm(rows, found), template="planning/messages.html", context=context
    )


urlpatterns = [path("planning/messages/", plan_messages, name="plan_messages")]
