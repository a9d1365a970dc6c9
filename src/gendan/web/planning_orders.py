"""The page of what the live plan makes and buys: planned orders to be firmed."""

from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gendan.kernel import clock
from gendan.kernel.errors import NotThere
from gendan.planning import queries, services, tracing
from gendan.planning.models import PlannedOrder, PlanRun
from gendan.web.forms import whole_number
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.planning_words import TABS
from gendan.web.settings import next_of
from gendan.web.shell import ask, page
from gendan.web.templatetags import gendan as tags

READ = ("GET", "HEAD")


def _order_state(one: PlannedOrder) -> Any:
    if one.state == PlannedOrder.State.FIRMED:
        return format_html("{} {}", tags.badge("done", label=one.get_state_display()), one.made)
    return tags.badge("late", label=_("late")) if one.is_late else ""


def _item(one: PlannedOrder) -> Any:
    """The item; of what is not firmed yet it leads to the ways to get it."""
    if one.state == PlannedOrder.State.FIRMED:
        return str(one.item)
    return format_html(
        '<a href="{}">{}</a>', reverse("decide_source", args=[one.pk]), str(one.item)
    )


def _substitutes(one: Any) -> Any:
    """What it takes in place of components: how much of which for which."""
    return format_html_join(
        mark_safe("<br>"),
        "{} {}",
        (
            (
                tags.quantity(peg.quantity, peg.item.unit),
                _("%(item)s instead of %(component)s")
                % {"item": peg.item.code, "component": peg.instead_of.code},
            )
            for peg in one.substitutes
        ),
    )


def _until(rows: Any, value: str) -> Any:
    return rows.filter(release_on__lte=parse_date(value))


PLANNED = Listing(
    key="planned_orders",
    sort="release_on",
    columns=(
        Column("choose", "", lambda one: "", cell="planning/choose.html"),
        Column(
            "item",
            gettext_lazy("Item"),
            lambda one: str(one.item),
            sort="item__code",
            draw=_item,
        ),
        Column("kind", gettext_lazy("Kind"), lambda one: str(one.get_kind_display())),
        Column(
            "quantity",
            gettext_lazy("Quantity"),
            lambda one: one.quantity,
            at_end=True,
            draw=lambda one: tags.quantity(one.quantity, one.item.unit),
        ),
        Column(
            "release_on", gettext_lazy("Release"), lambda one: one.release_on, sort="release_on"
        ),
        Column("due_on", gettext_lazy("Due"), lambda one: one.due_on, sort="due_on"),
        Column(
            "ready_on",
            gettext_lazy("Can be there"),
            lambda one: one.ready_on,
            draw=lambda one: tags.day(one.ready_on, one.due_on),
        ),
        Column(
            "substitutes",
            gettext_lazy("Substitutes"),
            lambda one: ", ".join(peg.item.code for peg in one.substitutes),
            draw=_substitutes,
        ),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: one.made or (_("late") if one.is_late else ""),
            draw=_order_state,
        ),
    ),
    filters=(
        Filter(
            "kind",
            gettext_lazy("Kind"),
            lambda rows, value: rows.filter(kind=value),
            choices=lambda: PlannedOrder.Kind.choices,
        ),
        Filter(
            "show",
            gettext_lazy("Show"),
            lambda rows, value: {
                "late": rows.filter(is_late=True),
                "planned": rows.filter(state="planned"),
                "firmed": rows.filter(state="firmed"),
            }[value],
            choices=lambda: (
                ("late", _("late")),
                ("planned", _("to be firmed")),
                ("firmed", _("firmed")),
            ),
        ),
        Filter("until", gettext_lazy("To be released until"), _until, kind="date"),
        Filter(
            "order",
            gettext_lazy("For order"),
            lambda rows, value: rows.filter(pk__in=tracing.orders_below(value, rows)),
        ),
    ),
    search=lambda rows, text: rows.filter(
        Q(item__code__icontains=text)
        | Q(item__name_en__icontains=text)
        | Q(item__name_zh__icontains=text)
    ),
    search_hint=gettext_lazy("Item"),
    empty=Empty(
        gettext_lazy("Nothing is planned"),
        gettext_lazy("What has to be made and bought for the orders stands here after planning."),
        url="planning",
        action=gettext_lazy("To the plan"),
        icon="list-check",
    ),
)


def chosen_run(request: HttpRequest) -> PlanRun | None:
    """The run of `?run=`, else the live plan."""
    user: Any = request.user
    wanted = whole_number(request.GET.get("run", ""))
    if wanted:
        return queries.run_seen(wanted, user)
    return queries.runs_for(user).filter(is_live=True).first()


@page(section="planning", methods=READ)
def planned_orders(request: HttpRequest) -> HttpResponse:
    """What has to be made and bought."""
    user: Any = request.user
    run = chosen_run(request)
    rows = queries.orders_of(run) if run else PlannedOrder.objects.visible_to(user).none()
    context = {
        "title": _("Planned orders"),
        "run": run,
        "tabs": tabs_of(TABS, "planned_orders"),
        "today": clock.today(),
    }
    return show_list(request, PLANNED, rows, template="planning/orders.html", context=context)


@page(section="planning", methods=("POST",))
def firm_planned_orders(request: HttpRequest) -> HttpResponse:
    """Make work orders and purchase requests of those that are chosen."""
    ids = [whole_number(text) for text in request.POST.getlist("planned_order")]
    if None in ids:
        raise NotThere(_("There is no such planned order."))

    def said(firmed: services.Firmed) -> str:
        count = len(firmed.work_orders) + len(firmed.purchase_requests)
        return ngettext(
            "%(count)s planned order is firmed.", "%(count)s planned orders are firmed.", count
        ) % {"count": count}

    return ask(
        request,
        services.firm_planned_orders,
        planned_order_ids=ids,
        even_if_made=bool(request.POST.get("even_if_made")),
        then=next_of(request, _as_filtered(request)),
        said=said,
    )


def _as_filtered(request: HttpRequest) -> str:
    """The list with the filters it was looked at with."""
    page_url = reverse("planned_orders")
    here = urlsplit(request.headers.get("HX-Current-URL", ""))
    return f"{page_url}?{here.query}" if here.path == page_url and here.query else page_url


urlpatterns = [
    path("planning/orders/", planned_orders, name="planned_orders"),
    path("planning/orders/firm/", firm_planned_orders, name="firm_planned_orders"),
]
