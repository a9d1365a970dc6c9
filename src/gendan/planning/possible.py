"""What could be promised for an order, with odds, shares, other ways, and what a rush would move.

Nothing is written. Dates are in the order's basis (ex works, on board, at door).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from gendan.catalog.queries import calendar
from gendan.engine.calendars import CalendarEnds
from gendan.engine.promise import LineResult, NoDate
from gendan.engine.promise.capable import TRIALS, answered, results
from gendan.engine.promise.facts import Reason
from gendan.engine.promise.options import split
from gendan.engine.promise.query import Ask, LineAnswer
from gendan.engine.promise.scene import UNIT, Scene, scene_of
from gendan.engine.transit import ThreeDates
from gendan.orders.models import Line, Order, Stage
from gendan.planning.approvals import approved_in
from gendan.planning.promise_freight import Freight, freight_of
from gendan.planning.promise_history import Sure, history_of, spread_of
from gendan.planning.promise_moves import LINE, Moved, RushPossible, named, rush_of
from gendan.planning.promise_value import Contributions, contributions
from gendan.planning.promise_ways import Choices, Way, in_basis, ways_of
from gendan.planning.snapshot import snapshot_of_order


@dataclass(frozen=True, slots=True)
class LinePossible:
    """A line's earliest date and why, the odds of it, and how much could be there by when.

    `promised_on` is that of the three promised days that counts by the order's Incoterm.
    `is_assumed`: a spread of the odds is assumed; `seen`: so many own durations they rest on.
    `shares`: so much is there by each day altogether; `split_cost`: what freight costs more if it
    leaves in these parts, None: not known.
    """

    line: Line
    earliest_on: dt.date
    promised_on: dt.date
    promised: ThreeDates
    reasons: tuple[Reason, ...]
    half_on: dt.date
    most_on: dt.date
    is_assumed: bool
    seen: int
    shares: tuple[tuple[dt.date, Decimal], ...]
    split_cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """What is promised to others and can be kept by no plan; it holds nothing.

    `order_id` is None where it is no order of a customer.
    """

    order: str
    order_id: int | None
    item: str
    quantity: Decimal
    on: dt.date


@dataclass(frozen=True, slots=True)
class Possible:
    """All of it. `stuck`: why there is no date; then lines are empty.

    `complete_on`: when all lines can be there; `promised_on`: when the last would be promised,
    which is later where it is wished for later. `half_on`, `most_on`: by when all lines are there
    in 50 and in 90 of 100 cases; not before the last of them alone.

    `unplaced`: promises to others that cannot be kept; the dates here do not count them.
    `values`: what the order's lines and those that a rush moves contribute per hour where it binds.
    """

    order: Order
    complete_on: dt.date | None = None
    promised_on: dt.date | None = None
    half_on: dt.date | None = None
    most_on: dt.date | None = None
    lines: tuple[LinePossible, ...] = ()
    ways: tuple[Way, ...] = ()
    freight: tuple[Way, ...] = ()
    rush: RushPossible | None = None
    stuck: Reason | None = None
    unplaced: tuple[Unplaced, ...] = field(default=())
    values: Contributions = field(default_factory=Contributions)


def possible(order_id: int, choices: Choices | None = None) -> Possible:
    """What could be promised now, and how else. Raises NotThere, NothingToPromise."""
    choices = choices or Choices()
    snapshot = snapshot_of_order(order_id)
    scene = scene_of(snapshot.promise)
    answer = answered(scene)
    sure = sure_of(scene, snapshot.order)
    ways = ways_of(scene, answer, choices, sure)
    unplaced = _unplaced(scene)
    try:
        found = results(scene, answer)
    except NoDate as error:
        return Possible(snapshot.order, ways=ways, stuck=error.reason, unplaced=unplaced)
    except CalendarEnds:
        return Possible(snapshot.order, stuck=Reason("beyond_horizon", {"item": "–", "days": "–"}))
    complete_on = max(one.earliest_on for one in found)
    own = {line.pk: line for line in snapshot.order.lines.select_related("item__unit", "order")}
    freight = freight_of(snapshot, own.values())
    lines = _lines(scene, freight, found, answer.lines, own, sure)
    every = [line.need for line in answer.lines if line.need is not None]
    whole = sure.of(every, scene.world)
    first = rush_of(snapshot, scene, answer)
    moved = () if first is None else first.later
    concerned = {one.line.pk: one.line for one in moved} | {one.line.pk: one.line for one in lines}
    return Possible(
        order=snapshot.order,
        complete_on=complete_on,
        promised_on=max(one.promised_on for one in lines),
        half_on=max(_worked(scene, whole.half), *(one.half_on for one in lines)),
        most_on=max(_worked(scene, whole.most), *(one.most_on for one in lines)),
        lines=lines,
        ways=ways,
        freight=freight.faster(found),
        rush=first,
        unplaced=unplaced,
        values=contributions(scene, answer, concerned.values()),
    )


def _unplaced(scene: Scene) -> tuple[Unplaced, ...]:
    """The promises to others that no plan can keep, by day (1 query if there are any).

    Only those that would need the items, materials or work centres the order needs, too.
    """
    if not scene.unplaced:
        return ()
    items, centres = scene.asked
    standing = {one.name: one for one in scene.snapshot.standing}
    lost = []
    for one in (standing[name] for name in scene.unplaced):
        theirs, through = scene.world.below({scene.items[one.item_id]})
        if items & theirs or centres & through:
            lost.append(one)
    lines = {named(one.name)[0] for one in lost if one.name.startswith(LINE)}
    orders = dict(Line.objects.filter(pk__in=lines).values_list("pk", "order_id"))
    return tuple(
        Unplaced(
            order=one.order,
            order_id=orders.get(named(one.name)[0]) if one.name.startswith(LINE) else None,
            item=scene.snapshot.items[one.item_id].code,
            quantity=one.quantity,
            on=one.on,
        )
        for one in sorted(lost, key=lambda one: (one.on, one.name))
    )


def sure_of(scene: Scene, order: Order) -> Sure:
    """How real durations of what the order needs lie to planned ones (3 queries; 1 each of what
    production and buying wait for, and the calendar once more then)."""
    near = scene.asked[0]
    ids = [item_id for item_id, row in scene.items.items() if row in near]
    spread = spread_of(scene, history_of(ids))
    if scene.snapshot.approval is None and scene.snapshot.buying is None:
        return Sure(spread)
    days = calendar(None)
    approved, paid = (approved_in(scene, order, days, one) for one in (Stage.PRODUCE, Stage.BUY))
    return Sure(spread, approved, paid)


def _lines(
    scene: Scene,
    freight: Freight,
    found: Sequence[LineResult],
    answers: Sequence[LineAnswer],
    lines: Mapping[int, Line],
    sure: Sure,
) -> tuple[LinePossible, ...]:
    asks: dict[int, list[Ask]] = {}
    kept: dict[int, Decimal] = {}
    needs: dict[int, list[LineAnswer]] = {}
    rest = iter(answers)
    for demand in scene.snapshot.demands:
        there = min(demand.kept, demand.quantity)
        kept[demand.line_id] = kept.get(demand.line_id, Decimal(0)) + there
        if there < demand.quantity:
            asks.setdefault(demand.line_id, []).append(scene.ask_of(demand))
            needs.setdefault(demand.line_id, []).append(next(rest))
    rows = []
    for one in found:
        tree = [line.need for line in needs.get(one.line_id, []) if line.need is not None]
        chances = sure.of(tree, scene.world)
        shares = _shares(scene, asks.get(one.line_id, []), kept[one.line_id])
        rows.append(
            LinePossible(
                line=lines[one.line_id],
                earliest_on=one.earliest_on,
                promised_on=one.promised.in_basis(scene.snapshot.basis),
                promised=one.promised.shown(scene.snapshot.calendar),
                reasons=one.reasons,
                half_on=_worked(scene, chances.half),
                most_on=_worked(scene, chances.most),
                is_assumed=chances.is_assumed,
                seen=chances.seen,
                shares=shares,
                split_cost=_split_cost(freight, one.line_id, shares),
            )
        )
    return tuple(rows)


def _shares(
    scene: Scene, asks: Sequence[Ask], kept: Decimal
) -> tuple[tuple[dt.date, Decimal], ...]:
    """How much of a line could be there by when, with what is kept for it, which is there now."""
    if len(asks) != 1:  # kept wholly, or divided by its dated deliveries already
        return ()
    today = scene.world.after(0, 0)
    shares = [
        (share.day, Decimal(share.quantity) / UNIT + kept)
        for share in split(scene.book, asks[0], most_trials=TRIALS)
    ]
    if kept and shares and shares[0][0] > today:
        shares.insert(0, (today, kept))
    # So much is there in all; what sails with the same ship is one delivery.
    return tuple({in_basis(scene, day): quantity for day, quantity in shares}.items())


def _split_cost(
    freight: Freight, line_id: int, shares: Sequence[tuple[dt.date, Decimal]]
) -> Decimal | None:
    """What freight costs more where each share leaves as it is there."""
    if len(shares) < 2:
        return None
    upto = [Decimal(0), *(quantity for _on, quantity in shares)]
    parts = [after - before for before, after in pairwise(upto)]
    return freight.in_parts(line_id, parts)


def _worked(scene: Scene, day: int) -> dt.date:
    return in_basis(scene, scene.world.after(min(day, scene.world.days - 1), 0))


__all__ = [
    "Choices", "LinePossible", "Moved", "Possible", "RushPossible", "Unplaced", "Way", "possible",
    "rush_of",
]  # fmt: skip
