"""Other ways than the usual one, each with its date and cost: by what the catalog knows, or typed.

Overtime and second lines come from work centres, substitutes from the catalog; what is typed on the
page takes their place. Faster freight is in `promise_freight`. Costs are in the company's currency;
one that nobody has written down stays unknown.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from gendan.catalog.models import Alternate, WorkCenter
from gendan.engine.promise import CentreFacts
from gendan.engine.promise.capable import TRIALS, held_in
from gendan.engine.promise.options import Option, Rules, options
from gendan.engine.promise.query import Answer
from gendan.engine.promise.scene import UNIT, Scene, parts, sources_of
from gendan.engine.promise.world import THOUSANDTHS, Source
from gendan.planning.promise_history import Sure

MOST_OVERTIME = 200 * 24 * 60  # minutes a day: around the clock on as many machines as there may be

Others = dict[tuple[int, int], list[tuple[int, int, int, Decimal | None]]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be done besides, as it was asked; None: as the catalog says.

    Overtime in minutes a day of every work centre; costs and prices in the company's currency,
    prices of one piece.
    """

    overtime_minutes: int | None = None
    cost_per_hour: Decimal | None = None
    supplier_days: int | None = None
    outside_days: int | None = None
    outside_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """Another way: when all lines are there, what it costs more (None: not known).

    It never takes what another order has: all are searched for in what is left. `most_on`: the day
    by which all is there in 90 of 100 cases; None: freight has no history. `uncertain`: what it
    depends on that nobody has agreed to yet, as the keys of `UNCERTAIN`.
    """

    kind: str
    about: tuple[str, ...]
    on: dt.date
    days_won: int
    cost: Decimal | None
    minutes: int = 0
    most_on: dt.date | None = None
    uncertain: tuple[str, ...] = ()


# By kind of way what nobody has agreed to when it is offered; "held" and "cost" come besides.
UNCERTAIN = {
    "overtime": "people",
    "second_line": "second_line",
    "supplier": "supplier_days",
    "outside": "outside_days",
    "substitute": "customer",
    "freight": "space",
}


def in_basis(scene: Scene, day: int) -> dt.date:
    """A day of the world, in the order's basis."""
    leaves = dt.date.fromordinal(scene.world.first_day + day)
    return scene.snapshot.transit.from_ex_works(leaves).in_basis(scene.snapshot.basis)


def ways_of(scene: Scene, usual: Answer, choices: Choices, sure: Sure) -> tuple[Way, ...]:
    """The ways that make the order earlier, or possible at all; the earliest first (2 queries)."""
    asks = [scene.ask_of(demand) for demand in scene.snapshot.demands]
    asks = [one for one in asks if one.quantity > 0]
    found = list(options(scene.book, asks, usual, _rules(scene, choices), most_trials=TRIALS))
    if choices.supplier_days is not None:
        source = Source("", choices.supplier_days)
        bought = {
            row: [source] for row, product in enumerate(scene.world.products) if not product.is_made
        }
        typed = options(scene.book, asks, usual, Rules(outside=bought), most_trials=TRIALS)
        found += [_called(one, "supplier") for one in typed]
    # In the order's basis: what is ready earlier but sails with the same ship wins nothing.
    before = None if usual.complete is None else in_basis(scene, usual.complete)
    days = {one.complete: in_basis(scene, one.complete) for one in found}
    return tuple(
        Way(
            one.kind,
            tuple(name for name in one.about if name),
            days[one.complete],
            0 if before is None else (before - days[one.complete]).days,
            one.cost,
            one.minutes,
            _most_on(scene, one.answer, sure),
            _uncertain(one, scene),
        )
        for one in sorted(found, key=lambda one: one.complete)
        if before is None or days[one.complete] < before
    )


def _most_on(scene: Scene, answer: Answer, sure: Sure) -> dt.date:
    needs = [line.need for line in answer.lines if line.need is not None]
    last = min(sure.of(needs, scene.world).most, scene.world.days - 1)
    return in_basis(scene, scene.world.after(last, 0))


def _uncertain(one: Option, scene: Scene) -> tuple[str, ...]:
    found = [UNCERTAIN[one.kind]]
    needs = [line.need for line in one.answer.lines if line.need is not None]
    if any(True for need in needs for _held in held_in(scene.world, need)):
        found.append("held")
    return (*found, "cost") if one.cost is None else tuple(found)


def _called(one: Option, kind: str) -> Option:
    """Another supplier is an outside one, too: what it is called follows what was asked."""
    return Option(kind, one.about, one.complete, one.cost, one.answer, one.minutes)


def _rules(scene: Scene, choices: Choices) -> Rules:
    places = {centre_id: row for row, centre_id in enumerate(scene.snapshot.centres)}
    overtime, overtime_cost, second, second_cost = {}, {}, {}, {}
    centres = WorkCenter.objects.select_related("second_line")
    for centre in centres.filter(pk__in=places).order_by("pk"):
        row, facts = places[centre.pk], scene.snapshot.centres[centre.pk]
        days = _overtime(scene, facts, centre.overtime_minutes, choices.overtime_minutes)
        if any(days):
            overtime[row] = days
            overtime_cost[row] = choices.cost_per_hour or centre.overtime_cost
        other = centre.second_line
        if other is not None and other.is_active and other.pk in places:
            second[row] = places[other.pk]
            second_cost[row] = difference(other.hour_cost, centre.hour_cost)
    return Rules(
        overtime=overtime,
        overtime_cost=overtime_cost,
        second_line=second,
        second_cost=second_cost,
        outside=_outside(scene, choices),
        making_cost={scene.items[pk]: one.cost for pk, one in scene.snapshot.items.items()},
        instead=_others(scene),
    )


def difference(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """One cost less another; None where either is not known."""
    return None if one is None or other is None else one - other


def _overtime(scene: Scene, centre: CentreFacts, most: int, typed: int | None) -> list[int]:
    """Work by day beyond what is planned: as typed, or what is left of the most a day can have.

    Only on days the work centre works: where it stands still nobody works longer.
    """
    world, minutes = scene.world, most if typed is None else typed
    if not minutes or not centre.minutes_per_day:
        return []
    is_open = centre.calendar.is_working(
        np.arange(world.first_day, world.first_day + world.days)
    ).tolist()
    days = [minutes * THOUSANDTHS if worked else 0 for worked in is_open]
    for on, changed in centre.changes.items():
        day = on.toordinal() - world.first_day
        if 0 <= day < world.days:
            planned = 0 if typed is not None else max(changed - centre.minutes_per_day, 0)
            days[day] = max(minutes - planned, 0) * THOUSANDTHS if changed else 0
    return days


def _outside(scene: Scene, choices: Choices) -> dict[int, list[Source]]:
    """Who could make what we make: the approved sources of it, and what was typed."""
    typed = []
    if choices.outside_days is not None:
        typed = [Source("", choices.outside_days, price=choices.outside_price)]
    found, near = {}, scene.asked[0]
    for item_id, facts in scene.snapshot.items.items():
        row = scene.items[item_id]
        if row in near and scene.world.products[row].is_made:
            known = sources_of(facts) if facts.offers else ()
            found[row] = [*known, *typed]
    return found


def _others(scene: Scene) -> Others:
    """By item and component: what may be taken instead, and what one costs more (1 query)."""
    items, facts = scene.items, scene.snapshot.items
    used: dict[int, list[int]] = defaultdict(list)
    for row in sorted(scene.asked[0]):
        for part in scene.world.products[row].parts:
            used[part.item].append(row)
    found: Others = defaultdict(list)
    near = [pk for pk, row in items.items() if row in used]
    rows = Alternate.objects.filter(
        component__in=near, alternate__in=items, alternate__is_active=True
    )
    for one in rows.order_by("rank", "pk"):
        component, other = items[one.component_id], items[one.alternate_id]
        price, instead = facts[one.component_id].cost, facts[one.alternate_id].cost
        extra = difference(None if instead is None else instead * one.quantity, price)
        parent = None if one.parent_id is None else items.get(one.parent_id)
        for row in used[component]:
            if (one.parent_id is None or row == parent) and row != other:
                found[row, component].append((other, parts(one.quantity), UNIT, extra))
    return dict(found)
