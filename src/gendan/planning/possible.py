"""What could be promised for an order, with odds, shares, other ways, and what a rush would move.

Nothing is written. Dates are in the order's basis (ex works, on board, at door).
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import F

from gendan.engine.calendars import CalendarEnds
from gendan.engine.promise import LineResult, NoDate
from gendan.engine.promise.capable import TRIALS, UNIT, Scene, answered, results, scene_of
from gendan.engine.promise.facts import Reason
from gendan.engine.promise.odds import Spread, odds
from gendan.engine.promise.options import Option, Rules, options, split
from gendan.engine.promise.query import Ask, LineAnswer
from gendan.engine.promise.rush import Rush, rush
from gendan.engine.promise.world import THOUSANDTHS, Source
from gendan.engine.transit import Transit
from gendan.orders.models import Line, Order
from gendan.orders.queries import transit_of, with_lane
from gendan.partners.models import Lane
from gendan.planning.snapshot import OrderSnapshot, snapshot_of_order

_LINE = "orders.line:"  # how lines are named; only their promises may move for a rush order
_SPREAD = Spread()  # no history of lead times is kept yet: the assumed spread


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be done besides, as it was asked; None: not looked at.

    Overtime in minutes a day of every work centre; costs and prices in the company's currency,
    prices of one piece.
    """

    overtime_minutes: int | None = None
    cost_per_hour: Decimal | None = None
    supplier_days: int | None = None
    outside_days: int | None = None
    outside_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LinePossible:
    """A line's earliest date and why, the odds of it, and how much could be there by when."""

    line: Line
    earliest_on: dt.date
    promised_on: dt.date
    reasons: tuple[Reason, ...]
    half_on: dt.date
    most_on: dt.date
    is_assumed: bool
    shares: tuple[tuple[dt.date, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """Another way: when all lines are there, what it costs more (None: not known)."""

    kind: str
    about: tuple[str, ...]
    on: dt.date
    days_won: int
    cost: Decimal | None
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of another order that would become later for a rush; None: it could not be kept."""

    line: Line
    was_on: dt.date
    becomes_on: dt.date | None


@dataclass(frozen=True, slots=True)
class RushPossible:
    """The order before all others: when, who moves, and a mark of exactly this answer.

    `later` are those that get something later; `rearranged` counts those that only are made or
    bought at another time.
    """

    on: dt.date
    lines: tuple[LineResult, ...]
    later: tuple[Moved, ...]
    rearranged: int
    mark: str


@dataclass(frozen=True, slots=True)
class Possible:
    """All of it. `stuck`: why there is no date; then lines are empty."""

    order: Order
    complete_on: dt.date | None = None
    lines: tuple[LinePossible, ...] = ()
    ways: tuple[Way, ...] = ()
    freight: tuple[Way, ...] = ()
    rush: RushPossible | None = None
    stuck: Reason | None = None
    unplaced: tuple[str, ...] = field(default=())


def possible(order_id: int, choices: Choices | None = None) -> Possible:
    """What could be promised now, and how else. Raises NotThere, NothingToPromise."""
    choices = choices or Choices()
    snapshot = snapshot_of_order(order_id)
    scene = scene_of(snapshot.promise, apart=True)
    answer = answered(scene)
    ways = _ways(scene, choices)
    try:
        found = results(scene, answer)
    except NoDate as error:
        return Possible(snapshot.order, ways=ways, stuck=error.reason, unplaced=scene.unplaced)
    except CalendarEnds:
        return Possible(snapshot.order, stuck=Reason("beyond_horizon", {"item": "–", "days": "–"}))
    complete_on = max(one.earliest_on for one in found)
    return Possible(
        order=snapshot.order,
        complete_on=complete_on,
        lines=_lines(snapshot, scene, found, answer.lines),
        ways=ways,
        freight=_freight(snapshot, found),
        rush=rush_of(snapshot, scene, complete_on),
        unplaced=scene.unplaced,
    )


def _day(scene: Scene, day: int) -> dt.date:
    """A day of the world, in the order's basis."""
    leaves = dt.date.fromordinal(scene.world.first_day + day)
    return scene.snapshot.transit.from_ex_works(leaves).in_basis(scene.snapshot.basis)


def _lines(
    snapshot: OrderSnapshot,
    scene: Scene,
    found: Sequence[LineResult],
    answers: Sequence[LineAnswer],
) -> tuple[LinePossible, ...]:
    lines = {line.pk: line for line in snapshot.order.lines.select_related("item__unit")}
    asks: dict[int, list[Ask]] = {}
    needs: dict[int, list[LineAnswer]] = {}
    rest = iter(answers)
    for demand in snapshot.promise.demands:
        if demand.kept < demand.quantity:
            asks.setdefault(demand.line_id, []).append(scene.ask_of(demand))
            needs.setdefault(demand.line_id, []).append(next(rest))
    rows = []
    for one in found:
        tree = [line.need for line in needs.get(one.line_id, []) if line.need is not None]
        sure = odds(tree, lambda _need: _SPREAD)
        whole = asks.get(one.line_id, [])
        shares = split(scene.book, whole[0], most_trials=TRIALS) if len(whole) == 1 else []
        rows.append(
            LinePossible(
                line=lines[one.line_id],
                earliest_on=one.earliest_on,
                promised_on=one.promised.in_basis(snapshot.promise.basis),
                reasons=one.reasons,
                half_on=_worked(scene, sure.half),
                most_on=_worked(scene, sure.most),
                is_assumed=sure.is_assumed,
                shares=tuple(
                    (_day(scene, share.day), Decimal(share.quantity) / UNIT) for share in shares
                ),
            )
        )
    return tuple(rows)


def _worked(scene: Scene, day: int) -> dt.date:
    return _day(scene, scene.world.after(min(day, scene.world.days - 1), 0))


def _ways(scene: Scene, choices: Choices) -> tuple[Way, ...]:
    """What was asked for, where it makes the order earlier."""
    asks = [scene.ask_of(demand) for demand in scene.snapshot.demands]
    asks = [one for one in asks if one.quantity > 0]
    usual = answered(scene)
    world, rules = scene.world, Rules(cost_per_hour=choices.cost_per_hour)
    if choices.overtime_minutes:
        more = choices.overtime_minutes * THOUSANDTHS
        days = [more if world.is_open(day) else 0 for day in range(world.days)]
        rules = Rules(
            overtime=dict.fromkeys(range(len(world.centres)), days),
            cost_per_hour=choices.cost_per_hour,
        )
    found = list(options(scene.book, asks, usual, rules, most_trials=TRIALS))
    for kind, days_needed, price in (
        ("supplier", choices.supplier_days, None),
        ("outside", choices.outside_days, choices.outside_price),
    ):
        if days_needed is None:
            continue
        source = Source("", days_needed, price=price)
        of_kind = {
            row: source
            for row, product in enumerate(world.products)
            if product.is_made == (kind == "outside")
        }
        more_ways = options(scene.book, asks, usual, Rules(outside=of_kind), most_trials=TRIALS)
        found += [_called(one, kind) for one in more_ways]
    before = usual.complete
    return tuple(
        Way(
            one.kind,
            tuple(name for name in one.about if name),
            _day(scene, one.complete),
            0 if before is None else before - one.complete,
            one.cost,
            one.minutes,
        )
        for one in sorted(found, key=lambda one: one.complete)
    )


def _called(one: Option, kind: str) -> Option:
    """Another supplier is an outside one, too: what it is called follows what was asked."""
    return Option(kind, one.about, one.complete, one.cost, one.answer, one.minutes)


def _freight(snapshot: OrderSnapshot, found: Sequence[LineResult]) -> tuple[Way, ...]:
    """Faster ways to the customer's door; what they cost is not known."""
    order = snapshot.order
    leaves = max(
        snapshot.promise.transit.from_basis(one.earliest_on, snapshot.promise.basis).ex_works_on
        for one in found
    )
    usual = snapshot.promise.transit.from_ex_works(leaves).at_door_on
    ways = []
    for lane in Lane.objects.filter(country=order.destination_country).order_by("pk"):
        other = Transit(lane.to_port_days, lane.transit_days, lane.to_door_days)
        door = other.from_ex_works(leaves).at_door_on
        if lane.method != order.delivery_method and door < usual:
            label = str(lane.get_method_display())
            ways.append(Way("freight", (label,), door, (usual - door).days, None))
    return tuple(sorted(ways, key=lambda way: way.on))


# Rush orders --------------------------------------------------------------------------------


def rush_of(
    snapshot: OrderSnapshot, scene: Scene, usual_on: dt.date | None = None
) -> RushPossible | None:
    """What priority would bring; None if it brings nothing or the order has no date even so."""
    asks = [scene.ask_of(demand) for demand in snapshot.promise.demands]
    asks = [one for one in asks if one.quantity > 0]
    fixed = {name for name in scene.others if not name.startswith(_LINE)}
    first = rush(scene.book, "rush", asks, scene.others, fixed=fixed, most_trials=TRIALS)
    try:
        found = results(scene, first.answer)
    except NoDate:
        return None
    on = max(one.earliest_on for one in found)
    if usual_on is not None and on >= usual_on:
        return None
    moved = _moved(scene, first)
    later = _together(moved)
    said = [on.isoformat(), *(f"{one.line.pk}:{one.becomes_on}" for one in later)]
    return RushPossible(
        on=on,
        lines=found,
        later=later,
        rearranged=len(first.moves) - len(moved),
        mark=hashlib.sha256(" ".join(said).encode()).hexdigest()[:16],
    )


def _in_basis(scene: Scene, order: Order, day: int) -> dt.date:
    """The date of an order whose goods leave on a day of the world."""
    leaves = dt.date.fromordinal(scene.world.first_day + day)
    return transit_of(order).from_ex_works(leaves).in_basis(order.basis.value)


def _moved(scene: Scene, first: Rush) -> tuple[Moved, ...]:
    ids = {int(one.name.removeprefix(_LINE)): one for one in first.later}
    lines = Line.objects.filter(pk__in=ids).select_related("order__customer", "item__unit")
    orders = with_lane(Order.objects.filter(lines__in=ids)).distinct().in_bulk()
    moved = []
    for line in sorted(lines, key=lambda line: (line.order_id, line.position)):
        move, order = ids[line.pk], orders[line.order_id]
        was_on = line.promised_on or _in_basis(scene, order, move.was)
        becomes = None if move.becomes is None else _in_basis(scene, order, move.becomes)
        if becomes is None or becomes > was_on:
            moved.append(Moved(line, was_on, becomes))
    return tuple(moved)


def _together(moved: Sequence[Moved]) -> tuple[Moved, ...]:
    """With the lines that ship together with a moved one: all have the latest date (1 query)."""
    latest: dict[int, dt.date] = {}
    for one in moved:
        if one.line.order.ship_policy == Order.ShipPolicy.TOGETHER and one.becomes_on is not None:
            so_far = latest.get(one.line.order_id, one.becomes_on)
            latest[one.line.order_id] = max(so_far, one.becomes_on)
    for one in moved:
        if one.becomes_on is None:  # what cannot be kept has no latest date
            latest.pop(one.line.order_id, None)
    if not latest:
        return tuple(moved)
    lines = Line.objects.filter(
        order__in=latest, is_cancelled=False, delivered__lt=F("quantity")
    ).select_related("order__customer", "item__unit")
    days = [(line, line.promised_on) for line in lines if line.promised_on is not None]
    for line, day in days:
        latest[line.order_id] = max(latest[line.order_id], day)
    ids = {one.line.pk for one in moved}
    found = [
        replace(one, becomes_on=latest.get(one.line.order_id, one.becomes_on)) for one in moved
    ]
    found += [
        Moved(line, day, latest[line.order_id])
        for line, day in days
        if line.pk not in ids and day < latest[line.order_id]
    ]
    return tuple(sorted(found, key=lambda one: (one.line.order_id, one.line.position)))


__all__ = ["Choices", "LinePossible", "Moved", "Possible", "RushPossible", "Way", "possible"]
