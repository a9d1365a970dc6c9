"""Capable-to-promise: the dates of order lines from material and finite capacity together.

The world is built from the snapshot: stock, what is coming, BOMs, routings, work centres with
their calendars. What is promised to others is booked first, by rising date, as late as each date
allows; the order is then searched for in what is left (see `search`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from gendan.engine.boms import WHOLE, hundredths, parts_with_loss

from .book import Book
from .explain import explain, number
from .facts import (
    BUY,
    OUTSOURCE,
    CentreFacts,
    Demand,
    ItemFacts,
    LineResult,
    Load,
    NoDate,
    PromiseSnapshot,
    Reason,
)
from .lines import Ready, bind_first, line_results
from .overlay import Overlay
from .query import Answer, Ask, LineAnswer, Own, ask, place
from .search import USUAL, Need, Search, Stuck, Ways
from .world import (
    PER_SCALE,
    THOUSANDTHS,
    Centre,
    Part,
    Product,
    Source,
    Step,
    World,
    curves,
    without_loops,
    working_days,
)

UNIT = 1_000_000  # quantities have six decimals
TRIALS = 200  # one order is worth more care than a plan of thousands
DAYS = 1_200  # how far ahead a date is looked for


@dataclass(frozen=True, slots=True)
class Scene:
    """A snapshot as a world: places of items by id, and the book of promises.

    `own`: by the line's name what is coming for it alone: item, day, quantity.
    `others`: if they are booked apart, what each booking is for and by which day. `unplaced`: names
    of other promises that cannot be kept by any plan; they hold nothing.
    """

    snapshot: PromiseSnapshot
    world: World
    book: Book
    items: dict[int, int]
    own: Mapping[str, Own]
    others: Mapping[str, Ask]
    unplaced: tuple[str, ...]

    def ask_of(self, demand: Demand) -> Ask:
        """A demand as it is asked of the engine: what is kept for it is there already."""
        wished = demand.requested_on
        days = 0
        if wished is not None:
            transit, basis = self.snapshot.transit, self.snapshot.basis
            leaves = transit.from_basis(wished, basis).ex_works_on.toordinal()
            days = max(leaves - self.world.first_day, 0)
        return Ask(
            self.items[demand.item_id],
            parts(demand.quantity - min(demand.kept, demand.quantity)),
            days,
            self.own.get(demand.name, ()),
            demand.name,
        )


def capable(snapshot: PromiseSnapshot) -> tuple[LineResult, ...]:
    """The dates of all lines of the snapshot. Raises NoDate where a line can have none."""
    scene = scene_of(snapshot)
    return results(scene, answered(scene))


def answered(scene: Scene, ways: Ways = USUAL) -> Answer:
    """The engine's answer to the demands that are not wholly kept already, in their order."""
    asks = [scene.ask_of(demand) for demand in scene.snapshot.demands]
    open_ones = [one for one in asks if one.quantity > 0]
    return ask(scene.book, open_ones, ways=ways, most_trials=TRIALS)


def results(scene: Scene, answer: Answer) -> tuple[LineResult, ...]:
    """An answer as dates of lines with reasons. Raises NoDate."""
    found = iter(answer.lines)
    served = []
    for demand in scene.snapshot.demands:
        is_kept = demand.kept >= demand.quantity
        served.append((demand, _ready(scene, demand, None if is_kept else next(found))))
    return line_results(scene.snapshot, served)


def _ready(scene: Scene, demand: Demand, line: LineAnswer | None) -> Ready:
    item = scene.snapshot.items[demand.item_id]
    kept = min(demand.kept, demand.quantity)
    reserved = [
        Reason("from_reserved", {"quantity": number(parts(kept), UNIT), "item": item.code})
    ] * (kept > 0)
    if line is None:
        return Ready(
            scene.snapshot.calendar.add_days(scene.snapshot.today, 0), bind_first(reserved)
        )
    if line.need is None or line.earliest is None:
        stuck = line.stuck or Stuck("beyond_horizon", item=item.code, days=DAYS)
        raise NoDate(Reason(stuck.code, dict(stuck.params), is_binding=True))
    day = scene.snapshot.today.fromordinal(scene.world.first_day + line.earliest)
    notes = [*explain(scene.world, line.need), *_doubts(scene, line.need), *reserved]
    return Ready(day, bind_first(notes))


def _doubts(scene: Scene, need: Need) -> Iterable[Reason]:
    """Loops that were cut, lead times and suppliers nobody has written down; once each."""
    world = scene.world
    unknown = {one.code for one in scene.snapshot.items.values() if one.is_supplier_unknown}
    seen: set[int] = set()
    stack = [need]
    while stack:
        one = stack.pop()
        stack += one.parts
        if one.item in seen or not one.made:
            continue
        seen.add(one.item)
        product = world.products[one.item]
        if product.loop:
            params = {"item": product.loop[0], "path": " → ".join(product.loop)}
            yield Reason("bom_loop", params)
        lead = one.source.lead_days if one.source is not None else product.lead_days
        if not lead and not product.parts and not product.steps:
            yield Reason("lead_time_unknown", {"item": product.code})
        if one.source is not None and product.code in unknown:
            yield Reason("supplier_unknown", {"item": product.code})


# The world of a snapshot --------------------------------------------------------------------


def parts(quantity: Decimal) -> int:
    """A quantity in smallest parts."""
    return int(quantity * UNIT)


def scene_of(snapshot: PromiseSnapshot, *, apart: bool = False, days: int = DAYS) -> Scene:
    """Build the world of a snapshot and book in it what is promised to others.

    Together they share what their lots leave over; `apart` each has a booking of its own, which
    can be taken away alone.
    """
    items = {item_id: row for row, item_id in enumerate(snapshot.items)}
    centres = {centre_id: row for row, centre_id in enumerate(snapshot.centres)}
    first = snapshot.today.toordinal()
    products = without_loops([_product(one, items, centres) for one in snapshot.items.values()])
    coming = _coming(snapshot, items)
    load: dict[int, list[Load]] = defaultdict(list)
    for work in snapshot.load:
        load[work.centre_id].append(work)
    rows = [
        (items[one.item_id], 0, parts(max(one.free, Decimal(0)))) for one in snapshot.items.values()
    ] + [(row, day, quantity) for row, more in coming.items() for day, quantity, _name in more]
    supply = np.array(rows, np.int64).reshape(-1, 3)
    inside = supply[supply[:, 1] < days]
    open_days, upto = working_days(first, days, snapshot.calendar)
    world = World(
        first_day=first,
        days=days,
        products=products,
        centres=tuple(
            _centre(one, load.get(one.centre_id, ()), first, days)
            for one in snapshot.centres.values()
        ),
        curves=curves(len(products), inside[:, 0], inside[:, 1], inside[:, 2]),
        open_days=open_days,
        upto=upto,
        unit=UNIT,
        coming=coming,
    )
    own, book = _own(snapshot, items), Book(world)
    asks = {
        one.name: Ask(
            items[one.item_id],
            parts(one.quantity),
            min(max(one.on.toordinal() - first, 0), days - 1),
            own.get(one.demand or one.name, ()),
            one.demand or one.name,
        )
        for one in sorted(snapshot.standing, key=lambda one: (one.on, one.name))
    }
    others, unplaced = _book_apart(book, asks) if apart else _book_together(book, asks)
    return Scene(snapshot, world, book, items, own, others, unplaced)


def _book_together(book: Book, asks: Mapping[str, Ask]) -> tuple[dict[str, Ask], tuple[str, ...]]:
    overlay = Overlay(book)
    search = Search(overlay)
    unplaced = []
    for name, one in asks.items():
        if place(search, one) is None:
            unplaced.append(name)
        overlay.settle()
    book.commit("others", overlay.booking())
    return {}, tuple(unplaced)


def _book_apart(book: Book, asks: Mapping[str, Ask]) -> tuple[dict[str, Ask], tuple[str, ...]]:
    """What is promised for a day that can no longer be reached is for the day it can be had.

    Each keeps what it took of the goods that come for its line alone.
    """
    others, unplaced = {}, []
    lent: dict[str, Own] = {}
    for name, one in asks.items():
        overlay = Overlay(book)
        overlay.lent = lent
        there = lent.get(one.lender, one.own)
        day = place(Search(overlay), one)
        if day is None:
            unplaced.append(name)
            continue
        book.commit(name, overlay.booking())
        left = lent.get(one.lender, ())
        others[name] = replace(one, wished=day, own=_taken(there, left), lender="")
    return others, tuple(unplaced)


def _taken(there: Own, left: Own) -> Own:
    """What is there no more, of what was."""
    rest: dict[tuple[int, int], int] = defaultdict(int)
    for item, day, quantity in left:
        rest[item, day] += quantity
    found = []
    for item, day, quantity in there:
        kept = min(rest[item, day], quantity)
        rest[item, day] -= kept
        if quantity > kept:
            found.append((item, day, quantity - kept))
    return tuple(found)


def _own(snapshot: PromiseSnapshot, items: Mapping[int, int]) -> dict[str, Own]:
    """By the line's name what comes for it alone, by rising day."""
    first = snapshot.today.toordinal()
    found: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for item in snapshot.items.values():
        for one in item.incoming:
            if one.demand:
                day = max(one.due_on.toordinal() - first, 0)
                found[one.demand].append((items[item.item_id], day, parts(one.quantity)))
    return {name: tuple(sorted(rows, key=lambda row: row[1])) for name, rows in found.items()}


def _coming(
    snapshot: PromiseSnapshot, items: dict[int, int]
) -> dict[int, list[tuple[int, int, str]]]:
    """By item what is coming for anybody: day, quantity, reference, by rising day."""
    first = snapshot.today.toordinal()
    found: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for item in snapshot.items.values():
        for one in item.incoming:
            if not one.demand and one.quantity > 0:
                day = max(one.due_on.toordinal() - first, 0)
                found[items[item.item_id]].append((day, parts(one.quantity), one.reference))
    return {row: sorted(more) for row, more in found.items()}


def _product(item: ItemFacts, items: dict[int, int], centres: dict[int, int]) -> Product:
    """An item as the search sees it; with a routing its lead time is not used."""
    is_made = item.supply != BUY
    steps = () if item.supply == OUTSOURCE else item.operations
    return Product(
        code=item.code,
        is_made=is_made,
        lot=max(parts(item.lot_multiple), 1) if item.lot_multiple else 1,
        parts=tuple(
            Part(
                items[one.item_id],
                parts(one.quantity_per) * parts_with_loss(hundredths(one.scrap_percent)),
                UNIT * WHOLE,
            )
            for one in (item.components if is_made else ())
        ),
        steps=tuple(
            Step(
                one.sequence,
                centres[one.centre_id],
                round(one.setup_minutes * THOUSANDTHS),
                int(one.run_minutes * THOUSANDTHS * PER_SCALE / UNIT),
            )
            for one in steps
        ),
        sources=() if is_made else sources_of(item),
        lead_days=item.lead_days,
        is_outside=item.supply == OUTSOURCE,
    )


def sources_of(item: ItemFacts) -> tuple[Source, ...]:
    """Who supplies an item, the first to be asked first; nobody, if no source may be bought from.

    Where nobody has written down a source, it takes the item's lead time at its standard cost.
    """
    if item.offers:
        return tuple(
            Source(
                one.name,
                one.lead_days,
                parts(one.minimum),
                lot=parts(one.multiple),
                breaks=tuple((parts(start), price) for start, price in one.breaks),
            )
            for one in item.offers
        )
    return () if item.has_no_supplier else (Source("", item.lead_days, price=item.cost),)


def _centre(one: CentreFacts, load: Iterable[Load], first: int, days: int) -> Centre:
    is_open = one.calendar.is_working(np.arange(first, first + days)).tolist()
    free = [one.minutes_per_day * THOUSANDTHS if worked else 0 for worked in is_open]
    by_people = set()
    for on, minutes in one.changes.items():
        if 0 <= on.toordinal() - first < days:
            free[on.toordinal() - first] = minutes * THOUSANDTHS
    for on, minutes in one.people_minutes.items():
        day = on.toordinal() - first
        if 0 <= day < days and minutes * THOUSANDTHS < free[day]:
            free[day] = minutes * THOUSANDTHS
            by_people.add(day)
    for work in sorted(load, key=lambda work: work.due_on):
        _load(free, round(work.minutes * THOUSANDTHS), work.due_on.toordinal() - first)
    return Centre(one.code, free, frozenset(by_people))


def _load(free: list[int], left: int, due: int) -> None:
    """Work that is there already: as late as its day allows, what then is over as early."""
    due = min(max(due, 0), len(free) - 1)
    for day in (*range(due, -1, -1), *range(due + 1, len(free))):
        if left <= 0:
            return
        part = min(free[day], left)
        free[day] -= part
        left -= part
