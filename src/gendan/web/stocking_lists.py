"""Lists about limits: policies, forecasts, what is too much, classes."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.stocking.deliveries import Deliveries, deliveries
from gendan.stocking.models import ItemForecast, StockPolicy, SurplusDecision
from gendan.stocking.proposals import propose
from gendan.web.lists import Column, Empty, Filter, Listing
from gendan.web.stocking_words import (
    last_used_words,
    method_words,
    number,
    percent,
    surplus_proposal,
    surplus_reasons,
)
from gendan.web.templatetags import gendan as tags

NOTHING_KNOWN = Deliveries()


def forecast_of(policy: StockPolicy) -> ItemForecast | None:
    """The forecast that came with a policy."""
    return getattr(policy.item, "forecast", None)


def _proposed(one: StockPolicy, known: Deliveries = NOTHING_KNOWN) -> Decimal | None:
    found = forecast_of(one)
    return propose(one.item, one, found, known).safety if found else None


def _in_unit(value: Any) -> Any:
    """A drawing of a quantity in its item's unit."""
    return lambda one: tags.quantity(value(one), one.item.unit)


def _alarm(one: StockPolicy) -> Any:
    if one.alarm == StockPolicy.Alarm.BELOW:
        return tags.badge("late", label=one.get_alarm_display())
    if one.alarm == StockPolicy.Alarm.ABOVE:
        return tags.badge("at_risk", label=one.get_alarm_display())
    return ""


def _money(value: Decimal | None) -> Any:
    return tags.money(value, settings.COMPANY_CURRENCY)


def _by_item(rows: Any, text: str) -> Any:
    return rows.filter(
        Q(item__code__icontains=text)
        | Q(item__name_en__icontains=text)
        | Q(item__name_zh__icontains=text)
    )


def _by_words(rows: Any, text: str) -> Any:
    return rows.filter(
        Q(code__icontains=text) | Q(name_en__icontains=text) | Q(name_zh__icontains=text)
    )


def _page_of(one: Any) -> str:
    return reverse("item_forecast", args=[one.item_id])


POLICIES = Listing(
    key="stock_policies",
    sort="item__code",
    columns=(
        Column("item", gettext_lazy("Item"), lambda one: str(one.item), sort="item__code"),
        Column("method", gettext_lazy("Method"), lambda one: str(one.get_method_display())),
        Column(
            "service",
            gettext_lazy("Service level (%)"),
            lambda one: one.service_percent,
            at_end=True,
            sort="service_percent",
        ),
        Column(
            "stock",
            gettext_lazy("On hand"),
            lambda one: one.stock,
            at_end=True,
            draw=_in_unit(lambda one: one.stock),
        ),
        Column(
            "safety", gettext_lazy("Safety stock"), lambda one: one.item.safety_stock, at_end=True
        ),
        Column("proposed", gettext_lazy("Calculated safety stock"), _proposed, at_end=True),
        Column("minimum", gettext_lazy("Minimum"), lambda one: one.minimum, at_end=True),
        Column("maximum", gettext_lazy("Maximum"), lambda one: one.maximum, at_end=True),
        Column(
            "reorder_point",
            gettext_lazy("Reorder point"),
            lambda one: one.reorder_point,
            at_end=True,
        ),
        Column(
            "uses_forecast",
            gettext_lazy("Plans count the forecast"),
            lambda one: one.uses_forecast,
            shown=False,
        ),
        Column(
            "alarm",
            gettext_lazy("Alarm"),
            lambda one: str(one.get_alarm_display()) if one.alarm else "",
            draw=_alarm,
        ),
        Column("choose", gettext_lazy("Choose"), lambda one: " ", cell="stocking/choose.html"),
    ),
    filters=(
        Filter(
            "alarm",
            gettext_lazy("Alarm"),
            lambda rows, value: (
                rows.exclude(alarm="") if value == "any" else rows.filter(alarm=value)
            ),
            choices=lambda: (
                ("any", _("outside its limits")),
                ("below", _("below minimum")),
                ("above", _("above maximum")),
            ),
        ),
        Filter(
            "method",
            gettext_lazy("Method"),
            lambda rows, value: rows.filter(method=value),
            choices=lambda: StockPolicy.Method.choices,
        ),
    ),
    search=_by_item,
    search_hint=gettext_lazy("Item"),
    link=_page_of,
    empty=Empty(
        gettext_lazy("No limits yet"),
        gettext_lazy(
            "Say for an item how surely it must be there; its limits are calculated from the "
            "forecast."
        ),
        verb="save_stock_policies",
        icon="adjustments",
    ),
)


def policies_listing() -> Listing:
    """The list of policies, its safety stocks reckoned with how long deliveries take, and stray."""
    known = deliveries()
    columns = [
        replace(one, value=lambda row: _proposed(row, known)) if one.key == "proposed" else one
        for one in POLICIES.columns
    ]
    return replace(POLICIES, columns=tuple(columns))


_CLASSES = (
    Filter(
        "abc",
        gettext_lazy("Class by value"),
        lambda rows, value: rows.filter(abc=value),
        choices=lambda: (("A", "A"), ("B", "B"), ("C", "C")),
    ),
    Filter(
        "xyz",
        gettext_lazy("Class by evenness"),
        lambda rows, value: rows.filter(xyz=value),
        choices=lambda: (("X", "X"), ("Y", "Y"), ("Z", "Z")),
    ),
)
FORECASTS = Listing(
    key="item_forecasts",
    sort="item__code",
    columns=(
        Column("item", gettext_lazy("Item"), lambda one: str(one.item), sort="item__code"),
        Column("class", gettext_lazy("Class"), lambda one: one.abc + one.xyz),
        Column("pattern", gettext_lazy("Use"), lambda one: str(one.get_pattern_display())),
        Column("method", gettext_lazy("Method"), method_words),
        Column(
            "used",
            gettext_lazy("Used in 12 months"),
            lambda one: number(one.used),
            at_end=True,
            sort="used",
        ),
        Column(
            "expected",
            gettext_lazy("Expected in 12 months"),
            lambda one: number(one.expected),
            at_end=True,
            sort="expected",
            draw=_in_unit(lambda one: number(one.expected)),
        ),
        Column("next", gettext_lazy("This month"), lambda one: number(one.mean[0]), at_end=True),
        Column(
            "spread",
            gettext_lazy("Off by (one month)"),
            lambda one: number(one.spread[0]),
            at_end=True,
        ),
        Column(
            "mase",
            gettext_lazy("Error against naive"),
            lambda one: None if one.mase is None else number(one.mase),
            at_end=True,
        ),
        Column("made_at", gettext_lazy("Calculated"), lambda one: one.made_at, shown=False),
        Column("choose", gettext_lazy("Choose"), lambda one: " ", cell="stocking/choose.html"),
    ),
    filters=(
        *_CLASSES,
        Filter(
            "pattern",
            gettext_lazy("Use"),
            lambda rows, value: rows.filter(pattern=value),
            choices=lambda: ItemForecast.Pattern.choices,
        ),
    ),
    search=_by_item,
    search_hint=gettext_lazy("Item"),
    link=_page_of,
    empty=Empty(
        gettext_lazy("Nothing is forecast yet"),
        gettext_lazy("Forecasts are calculated from what left the stores, month by month."),
        icon="chart-line",
    ),
)
SURPLUS = Listing(
    key="surplus",
    sort="code",
    columns=(
        Column("item", gettext_lazy("Item"), str, sort="code"),
        Column(
            "free",
            gettext_lazy("To spare"),
            lambda one: one.free,
            at_end=True,
            draw=lambda one: tags.quantity(one.free, one.unit),
        ),
        Column(
            "value",
            gettext_lazy("Value"),
            lambda one: one.value,
            at_end=True,
            draw=lambda one: _money(one.value),
        ),
        Column(
            "why", gettext_lazy("Why it is too much"), lambda one: ", ".join(surplus_reasons(one))
        ),
        Column(
            "last_used",
            gettext_lazy("Last used"),
            last_used_words,
        ),
        Column(
            "expected",
            gettext_lazy("Expected in 12 months"),
            lambda one: number(one.year_need),
            at_end=True,
        ),
        Column("proposal", gettext_lazy("Proposal"), surplus_proposal),
        Column(
            "decision",
            gettext_lazy("Decision"),
            lambda one: str(SurplusDecision.Kind(one.decision).label) if one.decision else "",
        ),
    ),
    filters=(
        Filter(
            "why",
            gettext_lazy("Why"),
            lambda rows, value: {
                "slow": rows.filter(is_slow=True),
                "excess": rows.filter(is_excess=True),
                "expiring": rows.filter(expires_on__isnull=False),
                "left_over": rows.filter(is_left_over=True),
                "wanted": rows.filter(offers__gt=0),
            }[value],
            choices=lambda: (
                ("slow", _("slow")),
                ("excess", _("more than a year needs")),
                ("expiring", _("expiring")),
                ("left_over", _("left over")),
                ("wanted", _("wanted by orders")),
            ),
        ),
        Filter(
            "decision",
            gettext_lazy("Decision"),
            lambda rows, value: (
                rows.filter(decision__isnull=True)
                if value == "none"
                else rows.filter(decision=value)
            ),
            choices=lambda: (("none", _("not decided")), *SurplusDecision.Kind.choices),
        ),
    ),
    search=_by_words,
    search_hint=gettext_lazy("Item"),
    link=lambda one: reverse("item_forecast", args=[one.pk]) + "#surplus",
    empty=Empty(
        gettext_lazy("Nothing is too much"),
        gettext_lazy(
            "Stock that is slow, expires soon, is left over or is more than a year needs stands "
            "here."
        ),
        icon="circle-check",
    ),
)
CLASSES = Listing(
    key="stock_classes",
    sort="-used_value",
    columns=(
        Column("item", gettext_lazy("Item"), lambda one: str(one.item), sort="item__code"),
        Column(
            "class",
            gettext_lazy("Class"),
            lambda one: one.abc + one.xyz,
            draw=lambda one: format_html("<strong>{}{}</strong>", one.abc, one.xyz),
        ),
        Column(
            "used_value",
            gettext_lazy("Used in 12 months (value)"),
            lambda one: Decimal(f"{one.used_value:.2f}"),
            at_end=True,
            sort="used_value",
            draw=lambda one: _money(Decimal(f"{one.used_value:.2f}")),
        ),
        Column("share", gettext_lazy("Share (%)"), lambda one: percent(one.share), at_end=True),
        Column(
            "used",
            gettext_lazy("Used in 12 months"),
            lambda one: number(one.used),
            at_end=True,
            draw=_in_unit(lambda one: number(one.used)),
        ),
        Column(
            "variation",
            gettext_lazy("Variation"),
            lambda one: None if one.variation is None else number(one.variation),
            at_end=True,
        ),
    ),
    filters=_CLASSES,
    search=_by_item,
    search_hint=gettext_lazy("Item"),
    link=_page_of,
    empty=Empty(
        gettext_lazy("Nothing is classed yet"),
        gettext_lazy("Classes are made when forecasts are calculated."),
        icon="layout-kanban",
    ),
)
