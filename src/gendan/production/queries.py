"""Questions about work orders: which there are, what of them is still open, what was made."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from gendan.engine.calendars import CalendarEnds, WorkCalendar
from gendan.inventory.models import Balance, Location, Move
from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.kernel.quantity import whole_steps
from gendan.production.models import Component, StepReport, WorkOrder, WorkStep

COMPONENT = "production.component:"  # how what a component needs is named as a demand
NOTHING = Decimal(0)
MOST_SLOWER = Decimal(4)  # times as long as planned: a line that stands does not block a month
_PAPER = "production.workorder:"  # how moves name the work order they are for
_SUPPLY = "inventory.expectedsupply:"


def work_orders_for(user: User) -> "QuerySet[WorkOrder]":
    """The work orders somebody sees, with item and what has arrived."""
    return WorkOrder.objects.visible_to(user).select_related(
        *("item__unit", "expected", "slow_step", "split_from", "merged_into")
    )


def work_orders_named(numbers: Iterable[str]) -> dict[str, WorkOrder]:
    """Work orders by their numbers: 1 query."""
    rows = WorkOrder.objects.select_related("item").filter(number__in=set(numbers))
    return {one.number: one for one in rows}


# What is open --------------------------------------------------------------------------------
# One truth for plans, promises, loads and lists: what has come in needs nothing any more, and what
# was issued to the shop floor is not taken from the stores again.


@dataclass(frozen=True, slots=True)
class OpenComponent:
    """What an open work order must still get from the stores of an item (may be nothing)."""

    pk: int
    work_order_id: int
    number: str
    item_id: int
    quantity: Decimal
    starts_on: dt.date

    @property
    def demand(self) -> str:
        """How plans name this need."""
        return f"{COMPONENT}{self.pk}"


@dataclass(frozen=True, slots=True)
class OpenStep:
    """The minutes that are left of an operation of an open work order."""

    work_order_id: int
    work_center_id: int
    name: str
    minutes: Decimal
    due_on: dt.date


def open_share(quantity: Decimal, received: Decimal) -> Decimal:
    """Which part of a work order is still to be made: 1 at first, 0 when all of it has come in."""
    return max(quantity - received, NOTHING) / quantity


def still_needed(needed: Decimal, share: Decimal, issued: Decimal, step: Decimal) -> Decimal:
    """What of a component must still leave the stores, in whole steps of its unit.

    What is issued is not needed again. Where nobody writes down what is issued, what has come in
    has used its part.
    """
    left = min(needed * share, needed - issued)
    return max(whole_steps(left, step), NOTHING)


def open_components(
    *,
    item_ids: Collection[int] | None = None,
    work_order_ids: Collection[int] | None = None,
    most: int | None = None,
) -> list[OpenComponent]:
    """What open work orders still need, of these items and for these work orders if they are
    named; those that start first come first. 2 queries."""
    rows = Component.objects.filter(work_order__state__in=WorkOrder.OPEN)
    if item_ids is not None:
        rows = rows.filter(item_id__in=item_ids)
    if work_order_ids is not None:
        rows = rows.filter(work_order_id__in=work_order_ids)
    columns = (
        *("pk", "work_order_id", "work_order__number", "item_id", "work_order__starts_on"),
        *("quantity", "item__unit__step", "work_order__quantity", "work_order__expected__received"),
    )
    found = list(rows.order_by("work_order__starts_on", "pk").values_list(*columns)[:most])
    issued = issued_to({row[1] for row in found})
    components = []
    for pk, order_id, number, item_id, on, needed, step, whole, received in found:
        out = issued.get((order_id, item_id), NOTHING)
        left = still_needed(needed, open_share(whole, received), out, step)
        components.append(OpenComponent(pk, order_id, number, item_id, left, on))
    return components


def open_steps(
    center_ids: Collection[int] | None = None, *, work_order_ids: Collection[int] | None = None
) -> Iterator[OpenStep]:
    """The minutes that open work orders still take, at these work centres and of these work orders
    if they are named, by work order and sequence: none where the workshop has said it is done,
    less what it has reported, and more where it is behind because it is slower than planned.
    1 query."""
    rows = WorkStep.objects.filter(work_order__state__in=WorkOrder.OPEN)
    if center_ids is not None:
        rows = rows.filter(work_center_id__in=center_ids)
    if work_order_ids is not None:
        rows = rows.filter(work_order_id__in=work_order_ids)
    columns = (
        *("work_order_id", "work_center_id", "name", "work_order__due_on", "state", "minutes"),
        *("work_order__quantity", "work_order__expected__received", "good"),
        *("work_order__is_behind", "pace", "work_center__minutes_per_day"),
    )
    for order_id, center_id, name, due_on, *more in rows.order_by(
        "work_order", "sequence"
    ).values_list(*columns):
        yield OpenStep(order_id, center_id, name, _minutes_left(*more), due_on)


def minutes_left(order: WorkOrder, step: WorkStep) -> Decimal:
    """The same of one operation that is read already (`expected` and `work_center` joined)."""
    return _minutes_left(
        *(step.state, step.minutes, order.quantity, order.expected.received, step.good),
        *(order.is_behind, step.pace, step.work_center.minutes_per_day),
    )


def _minutes_left(
    state: str,
    minutes: Decimal,
    whole: Decimal,
    received: Decimal,
    good: Decimal,
    is_behind: bool,
    pace: Decimal | None,
    a_day: int,
) -> Decimal:
    if state == WorkStep.State.DONE:
        return NOTHING
    left = minutes * open_share(whole, max(received, good))
    return left * _slower(whole * a_day, pace * minutes) if is_behind and pace else left


def _slower(planned: Decimal, real: Decimal) -> Decimal:
    """How many times as long it takes as planned: what is faster gives no minutes back."""
    return min(max(planned / real, Decimal(1)), MOST_SLOWER) if real > 0 else Decimal(1)


def issued_to(work_order_ids: Collection[int]) -> dict[tuple[int, int], Decimal]:
    """What of each item was issued to these work orders and not returned, as the ledger says, by
    (work order, item). 1 query, none for no work orders."""
    if not work_order_ids:
        return {}
    found: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for about, item_id, to, quantity in (
        _floor_moves(work_order_ids)
        .values_list("about", "item_id", "target__kind")
        .annotate(Sum("quantity"))
    ):
        key = (int(about.removeprefix(_PAPER)), item_id)
        found[key] += quantity if to == Location.Kind.PRODUCTION else -quantity
    return dict(found)


@dataclass(frozen=True, slots=True)
class OnTheFloor:
    """What of an item (and lot) was issued to a work order and not returned."""

    item_id: int
    item: str
    lot: str
    quantity: Decimal


def on_the_floor(work_order_id: int) -> list[OnTheFloor]:
    """What was issued to one work order and not returned, by item and lot. 1 query."""
    floor = Location.Kind.PRODUCTION
    found: dict[tuple[int, str, str], Decimal] = defaultdict(Decimal)
    for item_id, code, lot, to, quantity in (
        _floor_moves([work_order_id])
        .values_list("item_id", "item__code", "lot__code", "target__kind")
        .annotate(Sum("quantity"))
    ):
        found[item_id, code, lot or ""] += quantity if to == floor else -quantity
    rows = [OnTheFloor(*key, quantity) for key, quantity in found.items() if quantity > 0]
    return sorted(rows, key=lambda one: (one.item, one.lot))


def _floor_moves(work_order_ids: Collection[int]) -> "QuerySet[Move]":
    """The moves that brought goods to the shop floor, or back, for these work orders."""
    floor = Location.Kind.PRODUCTION
    moves = Move.objects.filter(
        Q(target__kind=floor) | Q(source__kind=floor),
        about__in=[paper_of(pk) for pk in work_order_ids],
    )
    return moves.exclude(source__kind=floor, target__kind=floor)


def paper_of(work_order_id: int) -> str:
    """How moves name a work order they are for."""
    return f"{_PAPER}{work_order_id}"


def moved_start(
    starts_on: dt.date, was_due: dt.date, due_on: dt.date, days: WorkCalendar, today: dt.date
) -> dt.date:
    """When work begins that is due on another day: as many working days before it as it was.

    What has not begun yet is not moved into the past.
    """
    try:
        start = days.back_days(due_on, days.count(starts_on, was_due))
    except CalendarEnds:
        start = starts_on
    return min(max(start, min(starts_on, today)), due_on)


# What was made -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """Goods of work orders that came in on a day (negative: were moved back)."""

    item_id: int
    on: dt.date
    quantity: Decimal


def made_between(first: dt.date, last: dt.date) -> list[Made]:
    """What came in of work orders in these days, as the ledger says. 2 queries."""
    since, until = clock.moment_on(first, 0), clock.moment_on(last + dt.timedelta(days=1), 0)
    orders = WorkOrder.objects.filter(made_at__lt=until).filter(
        Q(ended_at=None) | Q(ended_at__gte=since)
    )
    item_of = {paper: item_id for paper, (_order, item_id) in _papers_of(orders).items()}
    moves = Move.objects.filter(about__in=list(item_of), at__gte=since, at__lt=until)
    return list(_came_in(moves, item_of))


def received_by_day(work_order_ids: Collection[int]) -> dict[int, dict[dt.date, Decimal]]:
    """What came in of each of these work orders by day, as the ledger says. 2 queries, none for
    no work orders."""
    if not work_order_ids:
        return {}
    papers = _papers_of(WorkOrder.objects.filter(pk__in=work_order_ids, expected__received__gt=0))
    found: dict[int, dict[dt.date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    if not papers:
        return found
    item_of = {paper: item_id for paper, (_order, item_id) in papers.items()}
    for about, one in _came_in_for(Move.objects.filter(about__in=list(papers)), item_of):
        found[papers[about][0]][one.on] += one.quantity
    return found


def _papers_of(orders: "QuerySet[WorkOrder]") -> dict[str, tuple[int, int]]:
    """How moves name these work orders and their goods: by paper, (work order, item). 1 query."""
    found: dict[str, tuple[int, int]] = {}
    for pk, number, reference, expected_id, item_id in orders.values_list(
        "pk", "number", "expected__reference", "expected_id", "item_id"
    ):
        papers = (paper_of(pk), number, reference, f"{_SUPPLY}{expected_id}")
        found |= dict.fromkeys(papers, (pk, item_id))
    found.pop("", None)
    return found


def _came_in(moves: "QuerySet[Move]", item_of: Mapping[str, int]) -> Iterator[Made]:
    return (one for _about, one in _came_in_for(moves, item_of))


def _came_in_for(moves: "QuerySet[Move]", item_of: Mapping[str, int]) -> Iterator[tuple[str, Made]]:
    """With the paper they moved for."""
    rows = moves.order_by("pk").values_list(
        "about", "item_id", "at", "quantity", "source__kind", "target__kind"
    )
    for about, item_id, at, quantity, source, target in rows:
        came, left = (source not in Location.OWN), (target not in Location.OWN)
        if item_id == item_of[about] and came != left:
            yield about, Made(item_id, clock.date_of(at), quantity if came else -quantity)


# For issuing ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InStore:
    """What of an item lies in a store (of a lot) and is kept for nobody."""

    item_id: int
    location: str
    lot: str
    expires_on: dt.date | None
    free: Decimal


def in_stores(item_ids: Collection[int]) -> dict[int, list[InStore]]:
    """Where items lie in the stores, what expires first first; not what has expired. 1 query."""
    rows = Balance.objects.filter(
        item_id__in=item_ids, location__kind=Location.Kind.STORE, on_hand__gt=F("reserved")
    ).exclude(lot__expires_on__lt=clock.today())
    found: dict[int, list[InStore]] = defaultdict(list)
    for item_id, location, lot, expires_on, on_hand, reserved in rows.order_by(
        F("lot__expires_on").asc(nulls_last=True), "pk"
    ).values_list(
        "item_id", "location__code", "lot__code", "lot__expires_on", "on_hand", "reserved"
    ):
        found[item_id].append(InStore(item_id, location, lot or "", expires_on, on_hand - reserved))
    return dict(found)


def own_places(user: User) -> list[Location]:
    """The places of ours that goods may come back to, for those who see stock: stores first."""
    rows = Location.objects.visible_to(user).filter(is_active=True, kind__in=Location.OWN)
    return sorted(rows, key=lambda one: (one.kind != Location.Kind.STORE, one.code))


@dataclass(frozen=True, slots=True)
class Behind:
    """An open work order that ends too late at its pace: for whom it is made, and when it ends."""

    number: str
    forecast_on: dt.date
    demands: list[str]


def behind_their_pace() -> list[Behind]:
    """Those that are behind, the earliest due first. 1 query."""
    rows = WorkOrder.objects.filter(is_behind=True, state__in=WorkOrder.OPEN)
    rows = rows.filter(forecast_on__isnull=False).order_by("due_on", "pk")
    found = rows.values_list("number", "forecast_on", "demands")
    return [Behind(number, on, demands) for number, on, demands in found if on is not None]


# Reports -------------------------------------------------------------------------------------


def reports_of(step_id: int) -> list[StepReport]:
    """What was reported of an operation, the newest first, with what took it back. 1 query."""
    rows = StepReport.objects.filter(step=step_id).select_related("by", "undone_by")
    return list(rows.order_by("-pk"))


def left_of(step: WorkStep) -> Decimal:
    """Good pieces of an operation that are not reported yet."""
    left: Decimal = step.work_order.quantity - step.good
    return max(left, NOTHING)


# Batches -------------------------------------------------------------------------------------


def left_to_make(order: WorkOrder, steps: Iterable[WorkStep]) -> Decimal:
    """What of a work order has neither come in nor been reported of an operation that runs."""
    running = [one.good for one in steps if one.state != WorkStep.State.DONE]
    left: Decimal = order.quantity - max([order.expected.received, *running])
    return max(left, NOTHING)


def mergeable_with(order: WorkOrder, user: User, most: int = 30) -> list[WorkOrder]:
    """Other open work orders for the same item in the same state of which nothing has come in and
    no operation is begun, the earliest due first. 1 query."""
    rows = work_orders_for(user).filter(item=order.item_id, state=order.state)
    rows = rows.filter(state__in=WorkOrder.OPEN, expected__received=0).exclude(pk=order.pk)
    begun = WorkStep.objects.exclude(state=WorkStep.State.TODO).values("work_order")
    rows = rows.exclude(pk__in=begun.filter(work_order__item=order.item_id))
    return list(rows.order_by("due_on", "pk")[:most])
