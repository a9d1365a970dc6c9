"""Pages of limits: policies and alarms, what to order, forecasts, surplus, classes, what-if."""

import datetime as dt
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gendan.catalog.models import Item
from gendan.inventory.queries import availability
from gendan.kernel import clock
from gendan.kernel.money import round_money
from gendan.kernel.quantity import read_decimal
from gendan.planning.queries import stock_planned
from gendan.stocking import queries, services, surplus
from gendan.stocking.deliveries import deliveries
from gendan.stocking.models import ItemForecast, StockPolicy, SurplusDecision
from gendan.stocking.proposals import propose
from gendan.web.export_columns import REORDERS
from gendan.web.exports import export_found
from gendan.web.forms import whole_number
from gendan.web.lists import parse_day, show_list
from gendan.web.navigation import tabs_of
from gendan.web.records import Record, record_page, record_url
from gendan.web.shell import ask, is_allowed, page, render_page
from gendan.web.stocking_charts import SURE, curve_chart, forecast_chart, trend_chart
from gendan.web.stocking_lists import CLASSES, FORECASTS, SURPLUS, policies_listing
from gendan.web.stocking_words import FAILURES, TABS, number, percent, sentences
from gendan.web.words import link_of

READ = ("GET", "HEAD")
POLICY = Record(
    services.save_stock_policies,
    services.PolicyRow,
    StockPolicy,
    ("item",),
    section="stock",
    title=gettext_lazy("stock policy"),
    back="stock_policies",
    then=lambda one: reverse("item_forecast", args=[one.item_id]),
    words=gettext_lazy(
        "Zero is no limit. Limits can also be calculated from the forecast and taken over."
    ),
)


def _user(request: HttpRequest) -> Any:
    return request.user


def _frame(request: HttpRequest, here: str, title: str) -> dict[str, Any]:
    """What every page of this part shows: tabs, and a calculation that is going on."""
    run = queries.open_run(_user(request))
    return {
        "title": title,
        "tabs": tabs_of(TABS, here),
        "crumb_url": reverse("stock"),
        "crumb": _("Stock"),
        "waiting": run,
    }


@page(section="stock", methods=READ)
def stock_policies(request: HttpRequest) -> HttpResponse:
    """How each item's stock is kept, its limits, and what is outside of them."""
    context = _frame(request, "stock_policies", _("Limits"))
    rows = queries.policies_for(_user(request))
    return show_list(request, policies_listing(), rows, "stocking/policies.html", context)


@page(section="stock", methods=READ)
def item_forecasts(request: HttpRequest) -> HttpResponse:
    """What is expected of every item, by which method, how far off that was."""
    user = _user(request)
    last = queries.runs_for(user).first()
    context = _frame(request, "item_forecasts", _("Forecasts")) | {
        "last": queries.last_run(user),
        "failed": FAILURES.get(last.failure, "") if last and last.state == "failed" else "",
    }
    rows = queries.forecasts_for(user).defer("history")
    return show_list(request, FORECASTS, rows, "stocking/forecasts.html", context)


@page(section="stock", methods=READ)
def surplus_list(request: HttpRequest) -> HttpResponse:
    """Stock that is too much, why, and what could become of it."""
    context = _frame(request, "surplus", _("Too much"))
    rows = surplus.surplus_for(_user(request), stock_planned())
    return show_list(request, SURPLUS, rows, "stocking/list.html", context)


@page(section="stock", methods=READ)
def stock_classes(request: HttpRequest) -> HttpResponse:
    """Items by the value of what is used (ABC) and how evenly (XYZ)."""
    context = _frame(request, "stock_classes", _("ABC and XYZ")) | {
        "matrix": _matrix(_user(request)),
    }
    rows = queries.forecasts_for(_user(request)).defer("history", "tried")
    return show_list(request, CLASSES, rows, "stocking/classes.html", context)


def _matrix(user: Any) -> list[tuple[str, list[tuple[str, int, Decimal]]]]:
    """Rows A to C of columns X to Z: (class, items, share of the value in percent)."""
    counts = queries.classes_for(user)
    return [
        (
            abc,
            [(abc + xyz, counts[abc + xyz][0], percent(counts[abc + xyz][1])) for xyz in "XYZ"],
        )
        for abc in "ABC"
    ]


@page(section="stock", methods=READ)
def stock_what_if(request: HttpRequest) -> HttpResponse:
    """What each service level costs in stock, and how the money tied up went."""
    user = _user(request)
    chosen = request.GET.get("abc", "")
    abc = chosen if chosen in ("A", "B", "C") else ""
    points = queries.service_curve(user, abc)
    last = queries.last_run(user)
    trend = [
        (dt.date.fromisoformat(month), float(value))
        for month, value in (last.value_trend if last else [])
    ]
    currency = settings.COMPANY_CURRENCY
    context = _frame(request, "stock_what_if", _("What service costs")) | {
        "abc": abc,
        "has_curve": any(one.stock_value for one in points),
        "points": [
            (
                percent(one.level),
                percent(one.fill),
                *(
                    Decimal(round(value))
                    for value in (one.safety_value, one.stock_value, one.short)
                ),
            )
            for one in points
        ],
        "curve": curve_chart(points, currency),
        "trend": trend_chart(trend) if trend else None,
        "trend_until": last.finished_at if last else None,
        "value": round_money(queries.stock_value(user), currency),
        "currency": currency,
    }
    return render_page(request, "stocking/what_if.html", context)


@page(section="stock", methods=READ)
def item_forecast(request: HttpRequest, item_id: int) -> HttpResponse:
    """One item: history and forecast, limits in force and calculated, surplus and who wants it."""
    user = _user(request)
    item = queries.item_seen(item_id, user)
    found = queries.forecast_seen(item_id, user)
    policy = queries.policy_seen(item_id, user)
    extra: Any = surplus.surplus_for(user, stock_planned()).filter(pk=item_id).first()
    back = surplus.returnable_of(item, user) if extra and user.may_do("return_surplus") else []
    context = _frame(request, "item_forecasts", str(item)) | {
        "item": item,
        "found": found,
        "policy": policy,
        "limits": policy or StockPolicy(item=item),
        "policy_url": _policy_url(item, policy),
        "stock": availability([item.pk])[item.pk],
        "surplus": extra,
        "offers": surplus.offers_of(item, user) if extra else [],
        "returnable": back,
        "back_quantity": min(extra.free, back[0].quantity) if extra and back else None,
        "makes": surplus.makes_of(item, user) if extra and user.may_do("rework_surplus") else [],
        "starts": [
            (one, link_of(one.about, one.told)) for one in surplus.starts_of(item, user)[:20]
        ],
        "today": clock.today(),
        "decisions": queries.decisions_of(item_id, user)[:10],
        "kinds": SurplusDecision.Kind.choices,
    }
    known = deliveries([item.pk])
    context["lead_spread"] = known.spreads.get(item.pk)
    context["typed_spread"] = (policy or StockPolicy(item=item)).lead_spread_days
    if found is not None:
        context |= {
            "said": sentences(found),
            "chart": forecast_chart(found),
            "months": _months(found),
            "proposal": propose(item, policy or StockPolicy(item=item), found, known),
        }
    return render_page(request, "stocking/item.html", context)


def _policy_url(item: Item, policy: StockPolicy | None) -> str:
    if policy is not None:
        return record_url(POLICY, policy)
    return f"{reverse('save_stock_policies')}?{urlencode({'item': item.code})}"


def _months(found: ItemForecast) -> list[tuple[dt.date, Decimal, Decimal, Decimal]]:
    """Each month to come: expected, and between what it will be nine times of ten."""
    return [
        (
            found.month(place),
            number(mean),
            number(max(0.0, mean - SURE * off)),
            number(mean + SURE * off),
        )
        for place, (mean, off) in enumerate(zip(found.mean, found.spread, strict=True))
    ]


@page(section="stock", methods=("POST",))
def calculate_forecasts(request: HttpRequest) -> HttpResponse:
    """Have everything forecast anew."""
    said = _("Forecasts are being calculated.")
    then = reverse("item_forecasts")
    return ask(request, services.calculate_forecasts, then=then, said=said)


def _chosen(request: HttpRequest) -> list[int]:
    found = (whole_number(one) for one in request.POST.getlist("item"))
    return [one for one in found if one]


@page(section="stock", methods=("POST",))
def adopt_stock_policies(request: HttpRequest) -> HttpResponse:
    """Put calculated limits of the chosen items in force."""
    ids = _chosen(request)
    one = len(ids) == 1 and request.POST.get("back") == "item"
    then = reverse("item_forecast", args=ids) if one else reverse("stock_policies")
    return ask(
        request,
        services.adopt_stock_policies,
        item_ids=ids,
        then=then,
        said=lambda made: (
            ngettext(
                "The limits of %(count)s item are in force.",
                "The limits of %(count)s items are in force.",
                len(made),
            )
            % {"count": len(made)}
        ),
    )


@page(section="stock")
def request_reorders(request: HttpRequest) -> HttpResponse:
    """What is at its limit, and ordering it."""
    if request.method == "POST":
        return ask(
            request,
            services.request_reorders,
            item_ids=_chosen(request),
            then=reverse("request_reorders"),
            said=lambda made: (
                _("Ordered: %(numbers)s")
                % {"numbers": ", ".join([*made.purchase_requests, *made.work_orders][:10])}
            ),
        )
    rows = queries.reorders_for(_user(request))
    if kind := request.GET.get("export"):
        return export_found("reorders", REORDERS, rows, kind)
    context = _frame(request, "request_reorders", _("To order")) | {
        "rows": rows,
        "may_order": is_allowed(_user(request), "request_reorders"),
    }
    return render_page(request, "stocking/reorders.html", context)


@page(section="stock", methods=("POST",))
def decide_surplus(request: HttpRequest, item_id: int) -> HttpResponse:
    """Say what becomes of an item's surplus."""
    return ask(
        request,
        services.decide_surplus,
        item_id=item_id,
        kind=request.POST.get("kind", ""),
        reason=request.POST.get("reason", ""),
        then=reverse("item_forecast", args=[item_id]),
        said=_("The decision is written down."),
    )


def _surplus_page(item_id: int) -> str:
    return reverse("item_forecast", args=[item_id]) + "#surplus"


@page(section="stock", methods=("POST",))
def offer_surplus(request: HttpRequest, item_id: int) -> HttpResponse:
    """Keep what is free for a line that wants it."""
    return ask(
        request,
        services.offer_surplus,
        item_id=item_id,
        line_id=whole_number(request.POST.get("line", "")) or 0,
        then=_surplus_page(item_id),
        said=lambda made: _("Kept for %(line)s.") % {"line": made.told},
    )


@page(section="stock", methods=("POST",))
def return_surplus(request: HttpRequest, item_id: int) -> HttpResponse:
    """Send it back to whom it came from."""
    line, _bar, place = request.POST.get("from", "").partition("|")
    return ask(
        request,
        services.return_surplus,
        item_id=item_id,
        line_id=whole_number(line) or 0,
        location=place,
        quantity=read_decimal(request.POST.get("quantity", ""), field="quantity"),
        outcome=request.POST.get("outcome", ""),
        reason=request.POST.get("reason", ""),
        due_on=request.POST.get("due_on", ""),
        then=_surplus_page(item_id),
        said=lambda made: _("%(number)s is written; the supplier is told.") % {"number": made.told},
    )


@page(section="stock", methods=("POST",))
def rework_surplus(request: HttpRequest, item_id: int) -> HttpResponse:
    """Make something of it."""
    return ask(
        request,
        services.rework_surplus,
        item_id=item_id,
        into=request.POST.get("into", ""),
        quantity=read_decimal(request.POST.get("quantity", ""), field="quantity"),
        due_on=parse_day(request.POST.get("due_on", "")),
        then=_surplus_page(item_id),
        said=lambda made: _("%(number)s is made.") % {"number": made.told},
    )


urlpatterns = [
    path("stock/limits/", stock_policies, name="stock_policies"),
    path("stock/limits/save/", record_page(POLICY), name="save_stock_policies"),
    path("stock/limits/adopt/", adopt_stock_policies, name="adopt_stock_policies"),
    path("stock/reorders/", request_reorders, name="request_reorders"),
    path("stock/forecasts/", item_forecasts, name="item_forecasts"),
    path("stock/forecasts/calculate/", calculate_forecasts, name="calculate_forecasts"),
    path("stock/forecasts/<int:item_id>/", item_forecast, name="item_forecast"),
    path("stock/forecasts/<int:item_id>/decide/", decide_surplus, name="decide_surplus"),
    path("stock/forecasts/<int:item_id>/offer/", offer_surplus, name="offer_surplus"),
    path("stock/forecasts/<int:item_id>/return/", return_surplus, name="return_surplus"),
    path("stock/forecasts/<int:item_id>/rework/", rework_surplus, name="rework_surplus"),
    path("stock/surplus/", surplus_list, name="surplus"),
    path("stock/classes/", stock_classes, name="stock_classes"),
    path("stock/what-if/", stock_what_if, name="stock_what_if"),
]
