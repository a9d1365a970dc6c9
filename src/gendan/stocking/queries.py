"""Questions asked of the stocking room: forecasts, limits, what to order, open forecast demand."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.db.models import (
    Case,
    Count,
    DecimalField,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.engine.forecast import consume
from gendan.engine.stocking import CurvePoint, stock_curve
from gendan.inventory.models import Balance, Location
from gendan.inventory.queries import Availability, availability
from gendan.kernel import clock
from gendan.kernel.errors import NotThere
from gendan.kernel.models import User
from gendan.purchasing.models import PurchaseRequest
from gendan.stocking.deliveries import Deliveries, deliveries
from gendan.stocking.demand import Month, ordered_by_month, used_by_month
from gendan.stocking.dependent import MIDDLE, Months, above, pass_down
from gendan.stocking.models import ForecastRun, ItemForecast, StockPolicy, SurplusDecision
from gendan.stocking.proposals import curve_items

NOTHING = Decimal(0)
_QUANTITY = DecimalField(max_digits=18, decimal_places=6)
_OPEN = (ForecastRun.State.WAITING, ForecastRun.State.RUNNING)


# Forecasts and policies ---------------------------------------------------------------------


def forecasts_for(user: User) -> "QuerySet[ItemForecast]":
    """The forecasts somebody sees, with item and policy."""
    rows = ItemForecast.objects.visible_to(user)
    return rows.select_related("item__unit", "item__stock_policy")


def policies_for(user: User) -> "QuerySet[StockPolicy]":
    """The policies somebody sees, with item and forecast, and the `stock` in the stores."""
    stores = Balance.objects.filter(
        item=OuterRef("item"), is_own=True, location__kind=Location.Kind.STORE
    )
    stock = stores.order_by().values("item").annotate(one=Sum("on_hand")).values("one")
    rows = StockPolicy.objects.visible_to(user).select_related("item__unit", "item__forecast")
    return rows.annotate(stock=Coalesce(Subquery(stock), Value(NOTHING), output_field=_QUANTITY))


def policy_seen(item_id: int, user: User) -> StockPolicy | None:
    """An item's policy, if it has one that this user may see."""
    return policies_for(user).filter(item_id=item_id).first()


def forecast_seen(item_id: int, user: User) -> ItemForecast | None:
    """An item's forecast, if it has one that this user may see."""
    return forecasts_for(user).filter(item_id=item_id).first()


def item_seen(item_id: int, user: User) -> Item:
    """An item, if this user may see it."""
    found = Item.objects.visible_to(user).select_related("unit").filter(pk=item_id).first()
    if found is None:
        raise NotThere(_("There is no such item."))
    return found


def runs_for(user: User) -> "QuerySet[ForecastRun]":
    """Forecast runs, the newest first."""
    return ForecastRun.objects.visible_to(user).order_by("-pk")


def open_run(user: User) -> ForecastRun | None:
    """The run that waits or is being calculated."""
    return runs_for(user).filter(state__in=_OPEN).first()


def last_run(user: User) -> ForecastRun | None:
    """The run whose forecasts are in force."""
    return runs_for(user).filter(state=ForecastRun.State.DONE).first()


def decisions_of(item_id: int, user: User) -> "QuerySet[SurplusDecision]":
    """What was decided about an item's surplus, the newest first."""
    rows = SurplusDecision.objects.visible_to(user).filter(item_id=item_id)
    return rows.select_related("by")


def policies_of(item_ids: Collection[int]) -> dict[int, StockPolicy]:
    """Policies by item: 1 query."""
    return {one.item_id: one for one in StockPolicy.objects.filter(item_id__in=item_ids)}


def classes_for(user: User) -> dict[str, tuple[int, float]]:
    """By class ("AX"): how many items, and their share of the value of all that is used."""
    rows = ItemForecast.objects.visible_to(user).order_by().values_list("abc", "xyz")
    found = {abc + xyz: (0, 0.0) for abc in "ABC" for xyz in "XYZ"}
    for abc, xyz, count, share in rows.annotate(Count("pk"), Sum("share")):
        found[abc + xyz] = (count, share or 0.0)
    return found


# What to order ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reorder:
    """An item at its limit: what there is, what comes, and how much brings it back."""

    policy: StockPolicy
    stock: Decimal
    coming: Decimal
    quantity: Decimal

    @property
    def code(self) -> str:
        """The item's code."""
        return self.policy.item.code

    @property
    def position(self) -> Decimal:
        """What is free and what comes for nobody in particular."""
        return self.stock + self.coming


def reorders(item_ids: Collection[int] | None = None) -> list[Reorder]:
    """Items on min/max or reorder point whose stock and supply are at or below it. 5 queries."""
    trigger = Case(
        When(method=StockPolicy.Method.MIN_MAX, then=F("minimum")),
        When(method=StockPolicy.Method.REORDER_POINT, then=F("reorder_point")),
        default=Value(NOTHING),
    )
    rows = StockPolicy.objects.annotate(at=trigger).filter(at__gt=0, item__is_active=True)
    if item_ids is not None:
        rows = rows.filter(item_id__in=item_ids)
    policies = list(rows.select_related("item__unit").order_by("item__code"))
    ids = [one.item_id for one in policies]
    stocks = availability(ids)
    asked = _requested(ids)
    found = []
    for policy in policies:
        there = stocks[policy.item_id]
        coming = _coming(there) + asked.get(policy.item_id, NOTHING)
        position = there.free + coming
        if position <= policy.trigger:
            quantity = _to_order(policy, position)
            if quantity > 0:
                found.append(Reorder(policy, there.free, coming, quantity))
    return found


def reorders_for(user: User) -> list[Reorder]:
    """The same for somebody who sees stock; nothing for others."""
    ids = StockPolicy.objects.visible_to(user).values_list("item_id", flat=True)
    return reorders(list(ids)) if ids else []


def _coming(there: Availability) -> Decimal:
    """What is expected for nobody in particular."""
    return sum((one.quantity for one in there.incoming if not one.demand), NOTHING)


def _requested(item_ids: Collection[int]) -> dict[int, Decimal]:
    """What is requested for nobody in particular and not covered by expected goods: 1 query."""
    rows = PurchaseRequest.objects.filter(
        item_id__in=item_ids, state=PurchaseRequest.State.OPEN, demands=[]
    )
    return dict(rows.values_list("item_id").annotate(left=Sum(F("quantity") - F("covered"))))


def _to_order(policy: StockPolicy, position: Decimal) -> Decimal:
    """Up to the maximum, or so many order quantities that it is above the reorder point."""
    item = policy.item
    wanted: Decimal
    if policy.method == StockPolicy.Method.MIN_MAX:
        wanted = policy.maximum - position
        lot = NOTHING
    else:
        lot = policy.order_quantity
        times = (policy.reorder_point - position) // lot + 1 if lot > 0 else 0
        wanted = lot * times
    if wanted <= 0:
        return NOTHING
    step = item.unit.step if item.lot_rule == Item.LotRule.AS_NEEDED else item.lot_size
    return (wanted / step).to_integral_value(ROUND_CEILING) * step


# Open forecast as demand --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ForecastDemand:
    """What is still expected of a month after orders have consumed its forecast."""

    item_id: int
    month: dt.date
    day: dt.date
    quantity: Decimal

    @property
    def name(self) -> str:
        """How plans name it as a demand."""
        return f"stocking.forecast:{self.item_id}@{self.month:%Y-%m}"


def forecast_demands(
    item_ids: Collection[int] | None, from_on: dt.date, until: dt.date
) -> list[ForecastDemand]:
    """The open forecast of items whose policy lets plans count it, from one day until another.

    Confirmed orders, open work orders and what went out this month consume the forecast: first of
    their own month, then of the month before and the one after. So does what the orders and
    forecasts of the items it goes into will take (`stocking.dependent`). Of a month everything is
    wanted in its middle, of the present one not before today. `item_ids` None: all items.
    13 queries, 10 where none is a component.
    """
    rows = ItemForecast.objects.filter(item__stock_policy__uses_forecast=True)
    forecasts = {one.item_id: one for one in rows.select_related("item__unit")}
    wanted = forecasts.keys() if item_ids is None else forecasts.keys() & set(item_ids)
    if not wanted:
        return []
    found = [
        demand
        for item_id, months in sorted(_all_open_months(forecasts).items())
        if item_id in wanted
        for demand in months
    ]
    return [one for one in found if from_on <= one.day <= until]


def _all_open_months(forecasts: Mapping[int, ItemForecast]) -> dict[int, list[ForecastDemand]]:
    """What is open of every forecast, parents before their components."""
    today = clock.today()
    first = Month.of(today)
    higher = above(forecasts)
    ordered = ordered_by_month([*forecasts, *higher.parents], today)
    gone = used_by_month(first.first, Month(first.number + 1).first)
    needed: dict[int, Months] = defaultdict(lambda: defaultdict(Decimal))
    found = {}
    for item_id in higher.order:
        asked = defaultdict(Decimal, ordered.get(item_id, {}))
        for month, quantity in needed[item_id].items():
            asked[month] += quantity
        if item_id in forecasts:
            taken = defaultdict(Decimal, asked)
            taken[first.number] += gone.get(item_id, {}).get(first.number, NOTHING)
            found[item_id] = _open_months(forecasts[item_id], taken, first, today)
            for demand in found[item_id]:
                asked[Month.of(demand.month).number] += demand.quantity
        if item_id in higher.edges:
            pass_down(item_id, asked, higher, needed)
    return found


def _open_months(
    one: ItemForecast, taken: Mapping[int, Decimal], present: Month, today: dt.date
) -> list[ForecastDemand]:
    begin, step = Month.of(one.starts_on).number, one.item.unit.step
    mean = [Decimal(repr(value)) for value in one.mean]
    past = max(0, present.number - begin)  # of a forecast made in an earlier month
    left = consume(
        mean[past:], [taken.get(begin + place, NOTHING) for place in range(past, len(mean))]
    )
    found = []
    for place, quantity in enumerate(left, past):
        month = Month(begin + place).first
        whole = (quantity / step).to_integral_value() * step
        if whole > 0:
            day = max(month.replace(day=MIDDLE), today)
            found.append(ForecastDemand(one.item_id, month, day, whole))
    return found


# Money --------------------------------------------------------------------------------------


def stock_value(user: User) -> Decimal:
    """Money tied up in stock now, at standard cost: 1 query."""
    rows = Balance.objects.visible_to(user).filter(is_own=True, item__cost__isnull=False)
    return rows.aggregate(value=Sum(F("on_hand") * F("item__cost")))["value"] or NOTHING


def service_curve(user: User, abc: str = "") -> list[CurvePoint]:
    """What each service level needs in stock, for items with a cost (of one class)."""
    rows = ItemForecast.objects.visible_to(user).filter(item__cost__gt=0, expected__gt=0)
    if abc:
        rows = rows.filter(abc=abc)
    found = list(rows.select_related("item").defer("history", "spread", "tried"))
    ids = [one.item_id for one in found]
    known = deliveries(ids) if ids else Deliveries()
    return stock_curve(curve_items(found, policies_of(ids), known))
