"""The world of a snapshot, and the one book of what is promised in it; what one order sees of it.

Everybody asks the same book. Whoever was promised earlier is booked earlier (by rank), as late as
each date allows: what is promised later is booked in what the earlier ones leave, today as on any
other day, so it can take nothing from them. Each promise is booked apart, so that an order's own
can be taken out when it is asked again: then the others stay where they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from gendan.engine.boms import WHOLE, hundredths, parts_with_loss

from .book import Book
from .facts import (
    BUY,
    OUTSOURCE,
    Approval,
    CentreFacts,
    Demand,
    ItemFacts,
    Load,
    PromiseSnapshot,
    Standing,
)
from .query import Ask, Own
from .search import AT_ONCE, Start
from .turns import Booked, day_of, in_turn
from .world import (
    PER_SCALE,
    THOUSANDTHS,
    Centre,
    Part,
    Product,
    Source,
    Step,
    Waiting,
    World,
    curves,
    limits,
    without_loops,
    working_days,
)

UNIT = 1_000_000  # quantities have six decimals
DAYS = 1_200  # how far ahead a date is looked for


@dataclass(frozen=True, slots=True)
class Ground:
    """What all asks have in common: a world, places of items by id, and the book of promises.

    `own`: by the line's name what is coming for it alone: item, day, quantity. `others`: what each
    booking is for and by which day. `unplaced`: names of promises that cannot be kept by any plan;
    they hold nothing. `lent`: by line what is left of what comes for it alone, once it was booked.
    `promised`: by name the day each is promised for; below 0: it is past. `firsts`: by customer and
    item who is asked first as he has nominated him.
    """

    world: World
    book: Book
    items: dict[int, int]
    own: Mapping[str, Own]
    others: Mapping[str, Ask]
    unplaced: tuple[str, ...]
    lent: Mapping[str, Own]
    promised: Mapping[str, int]
    firsts: Mapping[int, Mapping[int, Source]]


@dataclass(frozen=True, slots=True)
class Scene:
    """What one order sees: its snapshot on the ground, without what is promised to it already.

    The fields are those of the ground, which has what is promised to the order, too. `first`: who
    is asked first for what its customer has nominated somebody for.
    """

    snapshot: PromiseSnapshot
    world: World
    book: Book
    items: dict[int, int]
    own: Mapping[str, Own]
    others: Mapping[str, Ask]
    unplaced: tuple[str, ...]
    ground: Ground
    first: Mapping[int, Source]

    @property
    def asked(self) -> tuple[set[int], set[int]]:
        """The places of the asked items with all that goes into them, and of their work centres."""
        return self.world.below({self.items[one.item_id] for one in self.snapshot.demands})

    @property
    def start(self) -> Start:
        """When something may be begun to be made for the order, and bought for it."""
        making, buying = self.snapshot.approval, self.snapshot.buying
        if making is None and buying is None:
            return AT_ONCE
        days = 0 if making is None else making.days
        return Start(self._day_of(making), days, self._day_of(buying))

    def _day_of(self, approval: Approval | None) -> int:
        on = 0 if approval is None else approval.on.toordinal() - self.world.first_day
        return max(on, 0)

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
            self.start,
            self.first,
        )


def parts(quantity: Decimal) -> int:
    """A quantity in smallest parts."""
    return int(quantity * UNIT)


def scene_of(snapshot: PromiseSnapshot) -> Scene:
    """What the order of a snapshot sees on its ground."""
    ground = snapshot.ground or ground_of(snapshot)
    book, others, unplaced = ground.book, ground.others, ground.unplaced
    if snapshot.mine:
        book = book.without(book.bookings.keys() & snapshot.mine)
        others = dict(others)
        for name in snapshot.mine:
            others.pop(name, None)
        unplaced = tuple(name for name in unplaced if name not in snapshot.mine)
    first = _firsts({pk: snapshot.items[pk] for pk in snapshot.differs}, ground.items)
    return Scene(
        snapshot, ground.world, book, ground.items, ground.own, others, unplaced, ground, first
    )


def ground_of(snapshot: PromiseSnapshot, days: int = DAYS) -> Ground:
    """Build the world of a snapshot and book in it all that is promised."""
    items = {item_id: row for row, item_id in enumerate(snapshot.items)}
    world = _world(snapshot, items, days)
    own, booked = _own(snapshot, items), Booked(Book(world))
    firsts = {pk: _firsts(facts, items) for pk, facts in snapshot.nominated.items()}
    asks = {one.name: ask_for(one, world, items, own, firsts) for one in snapshot.standing}
    for steps in in_turn(snapshot.standing, world):
        booked.next_ones(steps, asks)
    return Ground(
        world=world,
        book=booked.whole(),
        items=items,
        own=own,
        others=booked.others,
        unplaced=tuple(booked.unplaced),
        lent=booked.overlay.lent,
        promised={one.name: one.on.toordinal() - world.first_day for one in snapshot.standing},
        firsts=firsts,
    )


def _firsts(facts: Mapping[int, ItemFacts], items: Mapping[int, int]) -> dict[int, Source]:
    """By place of the item who is asked first for what is bought."""
    return {
        items[pk]: sources_of(one)[0]
        for pk, one in facts.items()
        if one.supply == BUY and one.offers
    }


def ask_for(
    one: Standing,
    world: World,
    items: dict[int, int],
    own: Mapping[str, Own],
    firsts: Mapping[int, Mapping[int, Source]],
) -> Ask:
    """A promise as it is asked of the engine for its day."""
    name = one.demand or one.name
    day = day_of(one.on, world)
    first = firsts.get(one.customer, {})
    quantity, lent = parts(one.quantity), own.get(name, ())
    return Ask(items[one.item_id], quantity, day, lent, name, first=first)


def _world(snapshot: PromiseSnapshot, items: dict[int, int], days: int) -> World:
    """Stock, what is coming, BOMs, routings, and the free minutes of work centres."""
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
    return World(
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
        waiting=_waiting(snapshot, items),
    )


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


def _waiting(snapshot: PromiseSnapshot, items: dict[int, int]) -> dict[int, Waiting]:
    """By item what is here and waits for a verdict, whomever it is for."""
    first = snapshot.today.toordinal()
    found: dict[int, Waiting] = {}
    for item in snapshot.items.values():
        held = [one for one in item.incoming if one.verdict_days]
        if held:
            day = max(held[0].due_on.toordinal() - first, 0)
            names = ", ".join(dict.fromkeys(one.reference for one in held))
            found[items[item.item_id]] = Waiting(day, held[0].verdict_days, names)
    return found


def _product(item: ItemFacts, items: dict[int, int], centres: dict[int, int]) -> Product:
    """An item as the search sees it; with a routing its lead time is not used."""
    is_made = item.supply != BUY
    steps = () if item.supply == OUTSOURCE else item.operations
    lot = max(parts(item.lot_multiple), 1) if item.lot_multiple else 1
    least, most = limits(lot, parts(item.lot_minimum), parts(item.lot_maximum))
    return Product(
        code=item.code,
        is_made=is_made,
        lot=lot,
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
                one.effort,
            )
            for one in steps
        ),
        sources=() if is_made else sources_of(item),
        lead_days=item.lead_days,
        is_outside=item.supply == OUTSOURCE,
        least=least,
        most=most,
        names=item.names,
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
    return Centre(one.code, free, frozenset(by_people), one.names)


def _load(free: list[int], left: int, due: int) -> None:
    """Work that is there already: as late as its day allows, what then is over as early."""
    due = min(max(due, 0), len(free) - 1)
    for day in (*range(due, -1, -1), *range(due + 1, len(free))):
        if left <= 0:
            return
        part = min(free[day], left)
        free[day] -= part
        left -= part
