"""What a rush order would move: the lines and dated deliveries of others that become later."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import F

from gendan.engine.promise import LineResult, NoDate
from gendan.engine.promise.capable import TRIALS, answered, results
from gendan.engine.promise.query import Answer, Turn
from gendan.engine.promise.rush import Move, Rush, rush
from gendan.engine.promise.scene import Scene
from gendan.orders import demands
from gendan.orders.models import Delivery, Line, Order
from gendan.orders.queries import transit_of, with_lane
from gendan.planning.snapshot import OrderSnapshot

LINE = demands.LINE  # how lines are named; only their promises may move for a rush order


@dataclass(frozen=True, slots=True)
class Moved:
    """What of another order would become later for a rush; None: it could not be kept.

    `delivery`: one of several dated deliveries of the line; None: the line with all of them.
    """

    line: Line
    was_on: dt.date
    becomes_on: dt.date | None
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True)
class RushPossible:
    """The order before all others: when, who moves, and a mark of exactly this answer.

    `on`: when the last line would be promised. `won`: ids of lines that are promised earlier by it.

    `later` are those that get something later; `rearranged` counts those that only are made or
    bought at another time. `turns`: the names of the order's promises and of all that are booked
    anew for it, one after the other.
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
        together=snapshot.promise.is_together, most_trials=TRIALS,
    )  # fmt: skip
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
        turns=_turns(scene, first),
    )


def _turns(scene: Scene, first: Rush) -> tuple[Turn, ...]:
    own = [one.promise for one in scene.snapshot.demands if one.kept < one.quantity]
    return tuple(replace(one, name=one.name or own[one.row]) for one in first.turns)


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
    return Moved(line, was_on, becomes, delivery)


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
    whole = [
        Moved(line, day, latest[line.order_id]) for line, day in days if day < latest[line.order_id]
    ]
    covered = {one.line.pk for one in whole}
    apart = [one for one in moved if one.line.pk not in covered]
    return tuple(sorted([*apart, *whole], key=_place))
