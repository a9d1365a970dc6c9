"""The list of orders, what waits for somebody among them, and finding one by any of its numbers."""

from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.followup.models import Health, Journey, JourneyStage, Milestone
from gendan.kernel import queries as kernel_queries
from gendan.orders.models import Order, OrderState
from gendan.orders.queries import containing, customers_named
from gendan.web.counts import waits
from gendan.web.lists import Column, Empty, Filter, Listing, parse_day, show_list
from gendan.web.search import LIMIT, Hit, finds
from gendan.web.shell import page
from gendan.web.templatetags import gendan as tags


def _code(order: Order, name: str = "number") -> Any:
    return format_html('<span class="gd-code">{}</span>', getattr(order, name))


def _health(order: Order) -> Any:
    journey = getattr(order, "journey", None)
    return tags.badge(journey, "health") if journey and journey.is_open else ""


def _health_words(order: Order) -> str:
    journey = getattr(order, "journey", None)
    return str(journey.get_health_display()) if journey and journey.is_open else ""


def _stage(order: Any) -> str:
    labels = dict(JourneyStage.choices)
    return str(labels.get(order.stage_now, ""))


def _customer_filter(rows: Any, text: str) -> Any:
    return rows.filter(customer__in=customers_named(text))


def _days(name: str, ending: str) -> Any:
    def narrow(rows: Any, value: str) -> Any:
        return rows.filter(**{f"{name}__{ending}": parse_day(value)})

    return narrow


LISTING = Listing(
    key="orders",
    sort="-id",
    columns=(
        Column("number", gettext_lazy("Order"), lambda one: one.number, sort="number", draw=_code),
        Column("customer", gettext_lazy("Customer"), lambda one: str(one.customer)),
        Column(
            "theirs",
            gettext_lazy("Their number"),
            lambda one: one.customer_order_number,
            draw=lambda one: _code(one, "customer_order_number"),
        ),
        Column(
            "total",
            gettext_lazy("Value"),
            lambda one: one.total,
            at_end=True,
            draw=lambda one: tags.money(one.total, one.currency),
        ),
        Column("currency", gettext_lazy("Currency"), lambda one: one.currency, shown=False),
        Column(
            "value_company",
            gettext_lazy("Value in company currency"),
            lambda one: one.total_company,
            sort="total_company",
            at_end=True,
            shown=False,
            draw=lambda one: tags.money(one.total_company, settings.COMPANY_CURRENCY),
        ),
        Column(
            "requested",
            gettext_lazy("Requested"),
            lambda one: one.requested_on,
            sort="requested_on",
        ),
        Column(
            "promised",
            gettext_lazy("Promised"),
            lambda one: one.promised_on,
            sort="promised_on",
        ),
        Column(
            "forecast",
            gettext_lazy("Forecast"),
            lambda one: one.forecast_on,
            sort="forecast_on",
            # What was cancelled is late for nobody.
            draw=lambda one: tags.day(
                one.forecast_on,
                None if one.state == OrderState.CANCELLED else one.promised_on,
                empty="",
            ),
        ),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: str(one.get_state_display()),
            draw=lambda one: _health(one) or tags.badge(one),
        ),
        Column("health", gettext_lazy("Health"), _health_words, draw=_health, shown=False),
        Column(
            "stage",
            gettext_lazy("Stage"),
            _stage,
            draw=lambda one: format_html('<span class="text-nowrap">{}</span>', _stage(one)),
        ),
        Column(
            "merchandiser",
            gettext_lazy("Merchandiser"),
            lambda one: str(one.merchandiser or ""),
        ),
        Column(
            "incoterm",
            "Incoterm",
            lambda one: f"{one.incoterm} {one.incoterm_place}".strip(),
            shown=False,
        ),
        Column("received", gettext_lazy("Received"), lambda one: one.received_at, shown=False),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(state=value),
            choices=lambda: OrderState.choices,
        ),
        Filter(
            "health",
            gettext_lazy("Health"),
            lambda rows, value: rows.filter(journey__health=value, journey__is_open=True),
            choices=lambda: Health.choices,
        ),
        Filter("customer", gettext_lazy("Customer"), _customer_filter),
        Filter(
            "whose",
            gettext_lazy("Merchandiser"),
            lambda rows, value: rows.filter(merchandiser=value),
            choices=lambda: [
                (str(one.pk), str(one)) for one in kernel_queries.people_who_sign_in()
            ],
        ),
        Filter(
            "since",
            gettext_lazy("Promised from"),
            _days("promised_on", "gte"),
            kind="date",
        ),
        Filter(
            "until",
            gettext_lazy("Promised until"),
            _days("promised_on", "lte"),
            kind="date",
        ),
    ),
    search=containing,
    search_hint=gettext_lazy("Number or customer"),
    link=lambda one: reverse("order", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No orders yet"),
        gettext_lazy("Orders come out of Intake, or are written down here by hand."),
        verb="draft_order",
        icon="clipboard-list",
    ),
)


def rows_for(user: Any) -> "QuerySet[Order]":
    """The orders somebody sees, with everything the list's cells read."""
    open_stage = (
        Journey.objects.visible_to(user)
        .filter(order=OuterRef("pk"), milestones__state=Milestone.State.OPEN)
        .order_by("milestones__position")
        .values("milestones__stage")[:1]
    )
    return (
        Order.objects.visible_to(user)
        .select_related("customer", "merchandiser", "journey")
        .annotate(stage_now=Subquery(open_stage))
    )


@page(section="orders", methods=("GET", "HEAD"))
def orders(request: HttpRequest) -> HttpResponse:
    """All orders, the newest first."""
    mine = f"{reverse('orders')}?whose={request.user.pk}"
    return show_list(
        request,
        LISTING,
        rows_for(request.user),
        template="orders/list.html",
        context={
            "title": _("Orders"),
            "verbs": [("draft_order", "plus")],
            "links": [
                (mine, _("Mine"), "user"),
                (reverse("handovers"), _("Handovers"), "switch-horizontal"),
                (reverse("questions"), _("Questions"), "message"),
            ],
        },
    )


@finds("orders", gettext_lazy("Orders"), icon="clipboard-list", rank=10)
def find_orders(user: Any, text: str) -> list[Hit]:
    """Orders by our number or the customer's."""
    found = Order.objects.visible_to(user).select_related("customer")
    fits = Q(number__icontains=text) | Q(customer_order_number__icontains=text)
    return [
        Hit(
            one.number,
            reverse("order", args=[one.pk]),
            detail=" · ".join(
                part for part in (str(one.customer), one.customer_order_number) if part
            ),
            is_exact=text.upper() in {one.number.upper(), one.customer_order_number.upper()},
        )
        for one in found.filter(fits).order_by("-pk")[:LIMIT]
    ]


@waits("orders")
def my_drafts(user: Any) -> "QuerySet[Order]":
    """Drafts this person looks after: they wait to be checked and confirmed."""
    return Order.objects.visible_to(user).filter(merchandiser=user, state=OrderState.DRAFT)
