"""What a rush order would move: the lines and dated deliveries of others that become later.

What is told is what comes: before it is offered, the next book is asked for the days of all that is
booked anew, with the days that would be told (lines that ship together have the day of the last).
Whoever would be later there is told so, and all are looked at again.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import F

from gendan.engine.promise import Demand, LineResult, NoDate
from gendan.engine.promise.capable import TRIALS, answered, results
from gendan.engine.promise.next_book import looked_for_from, next_days
from gendan.engine.promise.query import Answer, Turn
from gendan.engine.promise.rush import Move, Rush, rush
from gendan.engine.promise.scene import Scene
from gendan.orders import demands
from gendan.orders.models import Delivery, Line, Order
from gendan.orders.queries import transit_of, with_lane
from gendan.planning.snapshot import OrderSnapshot

LINE = demands.LINE  # how lines are named; only their promises may move for a rush order
MOST_TOLD = 8  # so often it is looked whether all come as they are told, and those told who do not


@dataclass(frozen=True, slots=True)
class Moved:
    """What of another order would become later for a rush; None: it could not be kept.

    `delivery`: one of several dated deliveries of the line; None: the line with all of them.
    `way`: how long before that day the goods leave the works at the latest.
    """

    line: Line
    was_on: dt.date
    becomes_on: dt.date | None
    delivery: Delivery | None = None
    way: dt.timedelta = dt.timedelta(0)


@dataclass(frozen=True, slots=True)
class RushPossible:
    """The order before all others: when, who moves, and a mark of exactly this answer.

    `on`: when the last line would be promised. `won`: ids of lines that are promised earlier by it.

    `later` are those that get something later; `rearranged` counts those that only are made or
    bought at another time. `turns`: the names of the order's promises and of all that are booked
    anew for it, one after the other; last those who are only told another day.
    """

    on: dt.date
    lines: tuple[LineResult, ...]
    later: tuple[Moved, ...]
    rearranged: int
    mark: str
    won: tuple[int, ...] = ()
    turns: tuple[Turn, ...] = ()


def rush_of(
    snapshot: OrderSnapshot, scene: Scene, answer: Answer | None = None
) -> RushPossible | None:
    """What priority would bring; None if it brings nothing or the order has no date even so.

    A line is promised no earlier than it is wished for: where the usual `answer` meets the wishes,
    nobody is to move.
    """
    answer = answer or answered(scene)
    asks = [scene.ask_of(demand) for demand in snapshot.promise.demands]
    asks = [one for one in asks if one.quantity > 0]
    fixed = {name for name in scene.others if not name.startswith(LINE)}
    first = rush(
        scene.book, "rush", asks, scene.others, fixed=fixed, usual=answer,
        together=snapshot.promise.is_together, promised=looked_for_from(scene), most_trials=TRIALS,
    )  # fmt: skip
    for _again in range(MOST_TOLD):
        offered = _offered(snapshot, scene, first, answer)
        if offered is None:
            return None
        moves = _late(scene, offered)
        if not moves:
            return offered
        first = _told_later(scene, first, moves)
    return None


def _late(scene: Scene, offered: RushPossible) -> list[Move]:
    """Who comes later in the next book than he would be told; those whom no plan can keep aside."""
    told = _told(scene, offered)
    comes = next_days(scene, offered.turns, told)
    return [
        Move(name, day, comes[name])
        for name, day in told.items()
        if name not in scene.unplaced and Move(name, day, comes[name]).is_later
    ]


def _offered(
    snapshot: OrderSnapshot, scene: Scene, first: Rush, answer: Answer
) -> RushPossible | None:
    try:
        found = results(scene, first.answer)
        usual = results(scene, answer)
    except NoDate:
        return None
    won = _won(usual, found)
    if not won:
        return None
    on = max(one.promised.in_basis(snapshot.promise.basis) for one in found)
    moved = _moved(scene, first)
    later = _together(moved)
    return RushPossible(
        on=on,
        lines=found,
        later=later,
        rearranged=len(first.moves) - len(moved),
        mark=_mark(on, later),
        won=won,
        turns=_turns(scene, first, later),
    )


def _turns(scene: Scene, first: Rush, later: Sequence[Moved]) -> tuple[Turn, ...]:
    own = _own(scene)
    turns = [replace(one, name=one.name or own[one.row].promise) for one in first.turns]
    booked = {one.name for one in turns}
    with_them = [name for name in _days(scene, later) if name not in booked]
    return (*turns, *map(Turn, with_them))


def _own(scene: Scene) -> list[Demand]:
    """The order's demands that are not wholly kept already, as they are asked."""
    return [one for one in scene.snapshot.demands if one.kept < one.quantity]


def _told(scene: Scene, offered: RushPossible) -> dict[str, int]:
    """By name the day of the world on which it leaves the works, of all that are told one."""
    asked, first = scene.snapshot, scene.world.first_day
    lines = {one.line_id: one for one in offered.lines}
    found = _days(scene, offered.later)
    for one in _own(scene):
        dates = lines[one.line_id].promised
        if one.delivery_id is not None:
            day = lines[one.line_id].deliveries[one.delivery_id]
            dates = asked.transit.from_basis(day, asked.basis)
        found[one.promise] = dates.ex_works_on.toordinal() - first
    return found


def _days(scene: Scene, later: Sequence[Moved]) -> dict[str, int]:
    """The same of others: by the name of each promise of what moves, none earlier than it was."""
    moved = {_name(one.line, one.delivery): one for one in later}
    found = {}
    for was in scene.snapshot.standing if moved else ():
        one = moved.get(was.name) or moved.get(was.demand)
        if one is not None and one.becomes_on is not None:
            leaves = max(one.becomes_on - one.way, was.on)
            found[was.name] = leaves.toordinal() - scene.world.first_day
    return found


def _name(line: Line, delivery: Delivery | None) -> str:
    name = demands.LINE + str(line.pk)
    return name if delivery is None else f"{name}/{delivery.pk}"


def _told_later(scene: Scene, first: Rush, late: Sequence[Move]) -> Rush:
    """The same with the days on which these come."""
    days = {one.name: one.becomes for one in late}
    lines = list(first.answer.lines)
    for row, one in enumerate(_own(scene)):
        if one.promise in days:
            day = days.pop(one.promise)
            lines[row] = replace(lines[row], earliest=day, booked=day)
    moves = [one for one in first.moves if one.name not in days]
    moves += [one for one in late if one.name in days]
    return replace(first, answer=replace(first.answer, lines=tuple(lines)), moves=tuple(moves))


def _won(usual: Sequence[LineResult], first: Sequence[LineResult]) -> tuple[int, ...]:
    """The lines that, or a delivery of which, would be promised earlier than usual."""
    before = {one.line_id: one for one in usual}
    return tuple(
        one.line_id
        for one in first
        for was in (before[one.line_id],)
        if one.promised.ex_works_on < was.promised.ex_works_on
        or any(day < was.deliveries[pk] for pk, day in one.deliveries.items())
    )


def named(name: str) -> tuple[int, int | None]:
    """The line and the delivery that the name of a promise means."""
    line, _sep, delivery = name.removeprefix(LINE).partition("/")
    return int(line), int(delivery) if delivery else None


def _mark(on: dt.date, later: Sequence[Moved]) -> str:
    said = [on.isoformat()]
    for one in later:
        delivery = "" if one.delivery is None else one.delivery.pk
        said.append(f"{one.line.pk}/{delivery}:{one.becomes_on}")
    return hashlib.sha256(" ".join(said).encode()).hexdigest()[:16]


def _in_basis(scene: Scene, order: Order, day: int) -> dt.date:
    """The date of an order whose goods leave on a day of the world."""
    leaves = dt.date.fromordinal(scene.world.first_day + day)
    return transit_of(order).from_ex_works(leaves).in_basis(order.basis.value)


def _moved(scene: Scene, first: Rush) -> tuple[Moved, ...]:
    """Lines and deliveries that would become later, by order, position and day (2 queries)."""
    moves = [(*named(one.name), one) for one in first.later]
    ids = {line_id for line_id, _delivery, _move in moves}
    if not ids:
        return ()
    lines = (
        Line.objects.filter(pk__in=ids)
        .select_related("order__customer", "item__unit")
        .prefetch_related("deliveries")
        .in_bulk()
    )
    orders = with_lane(Order.objects.filter(lines__in=ids)).distinct().in_bulk()
    found = []
    for line_id, delivery_id, move in moves:
        line = lines[line_id]
        delivery = next((one for one in line.deliveries.all() if one.pk == delivery_id), None)
        one = _later(scene, orders[line.order_id], line, delivery, move)
        if one is not None:
            found.append(one)
    return tuple(sorted(found, key=_place))


def _place(one: Moved) -> tuple[int, int, int]:
    delivery = 0 if one.delivery is None else one.delivery.position
    return one.line.order_id, one.line.position, delivery


def _later(
    scene: Scene, order: Order, line: Line, delivery: Delivery | None, move: Move
) -> Moved | None:
    promised = (delivery and delivery.promised_on) or line.promised_on
    was_on = promised or _in_basis(scene, order, move.was)
    becomes = None if move.becomes is None else _in_basis(scene, order, move.becomes)
    if becomes is not None and becomes <= was_on:
        return None
    way = dt.timedelta(0)
    if becomes is not None:
        way = becomes - transit_of(order).from_basis(becomes, order.basis.value).ex_works_on
    return Moved(line, was_on, becomes, delivery, way)


def _together(moved: Sequence[Moved]) -> tuple[Moved, ...]:
    """With the lines that ship together with a moved one: all have the latest date (1 query)."""
    latest: dict[int, dt.date] = {}
    ways = {one.line.order_id: one.way for one in moved}
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
    whole = [
        Moved(line, day, latest[line.order_id], way=ways[line.order_id])
        for line, day in days
        if day < latest[line.order_id]
    ]
    covered = {one.line.pk for one in whole}
    apart = [one for one in moved if one.line.pk not in covered]
    return tuple(sorted([*apart, *whole], key=_place))
