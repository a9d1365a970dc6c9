"""The world of a snapshot, and the one book of what is promised in it; what one order sees of it.

Everybody asks the same book. Whoever was promised earlier is booked earlier (by rank), as late as
each date allows: what is promised later is booked in what the earlier ones leave, today as on any
other day, so it can take nothing from them. Each promise is booked apart, so that an order's own
can be taken out when it is asked again: then the others stay where they are.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

import numpy as np

from gendan.engine.boms import WHOLE, hundredths, parts_with_loss

from .book import Book
from .facts import (
    BUY,
    OUTSOURCE,
    CentreFacts,
    Demand,
    Given,
    ItemFacts,
    Load,
    PromiseSnapshot,
    Rank,
    Standing,
)
from .overlay import Overlay
from .query import Ask, Own, place, place_early
from .search import Search
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
    they hold nothing.
    """

    world: World
    book: Book
    items: dict[int, int]
    own: Mapping[str, Own]
    others: Mapping[str, Ask]
    unplaced: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """What one order sees: its snapshot on the ground, without what is promised to it already.

    The fields are those of the ground.
    """

    snapshot: PromiseSnapshot
    world: World
    book: Book
    items: dict[int, int]
    own: Mapping[str, Own]
    others: Mapping[str, Ask]
    unplaced: tuple[str, ...]

    @property
    def asked(self) -> tuple[set[int], set[int]]:
        """The places of the asked items with all that goes into them, and of their work centres."""
        return self.world.below({self.items[one.item_id] for one in self.snapshot.demands})

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


def parts(quantity: Decimal) -> int:
    """A quantity in smallest parts."""
    return int(quantity * UNIT)


def scene_of(snapshot: PromiseSnapshot) -> Scene:
    """What the order of a snapshot sees on its ground."""
    ground = snapshot.ground or ground_of(snapshot)
    world, others, unplaced = ground.world, ground.others, ground.unplaced
    if snapshot.differs:
        products = list(world.products)
        centres = {centre_id: row for row, centre_id in enumerate(snapshot.centres)}
        for item_id in snapshot.differs:
            row = ground.items[item_id]
            found = _product(snapshot.items[item_id], ground.items, centres)
            products[row] = replace(products[row], sources=found.sources)
        world = replace(world, products=tuple(products))
    book = ground.book
    if snapshot.mine or snapshot.differs:
        book = book.without(book.bookings.keys() & snapshot.mine, world)
    if snapshot.mine:
        others = {name: one for name, one in others.items() if name not in snapshot.mine}
        unplaced = tuple(name for name in unplaced if name not in snapshot.mine)
    return Scene(snapshot, world, book, ground.items, ground.own, others, unplaced)


def ground_of(snapshot: PromiseSnapshot, days: int = DAYS) -> Ground:
    """Build the world of a snapshot and book in it all that is promised."""
    items = {item_id: row for row, item_id in enumerate(snapshot.items)}
    world = _world(snapshot, items, days)
    own, booked = _own(snapshot, items), _Booked(Book(world))
    asks = {one.name: _ask(one, world, items, own) for one in snapshot.standing}
    for turns in _in_turn(snapshot.standing, world):
        booked.take_out({turn.name for turn in turns})
        for turn in turns:
            booked.place(turn, replace(asks[turn.name], wished=turn.day))
    return Ground(world, booked.whole(), items, own, booked.others, tuple(booked.unplaced))


def _ask(one: Standing, world: World, items: dict[int, int], own: Mapping[str, Own]) -> Ask:
    name = one.demand or one.name
    day = _day(one.on, world)
    return Ask(items[one.item_id], parts(one.quantity), day, own.get(name, ()), name)


def _day(on: dt.date, world: World) -> int:
    return min(max(on.toordinal() - world.first_day, 0), world.days - 1)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is booked next: a promise for its day, or for one it had before (`is_former`)."""

    name: str
    day: int
    is_early: bool
    is_former: bool


def _in_turn(standing: Iterable[Standing], world: World) -> Iterator[list[_Turn]]:
    """All promises by rank, with the days they had before; what a rush has booked anew together.

    Whoever had another day before stood there while the next ones were booked: only so these have
    the same place as then. Former days that are past hold nothing.
    """
    rows = [
        (given.rank, given.on, one.name, given.is_early, given is not now)
        for one in standing
        for now in (Given(one.rank, one.on, one.is_early),)
        for given in (*one.former, now)
        if given is now or given.on.toordinal() >= world.first_day
    ]
    rows.sort()
    for (_since, _number, is_rush), group in groupby(rows, key=lambda row: _group(row[0])):
        turns = [
            _Turn(name, _day(on, world), is_early, is_former)
            for _rank, on, name, is_early, is_former in group
        ]
        yield from [turns] if is_rush else ([turn] for turn in turns)


def _group(rank: Rank) -> tuple[int, int, bool]:
    since, number, turn = rank
    return since, number, turn > 0


class _Booked:
    """Promises booked one after the other.

    What is promised for a day that can no longer be reached is for the day it can be had. Each
    keeps what it took of the goods that come for its line alone.
    """

    def __init__(self, book: Book) -> None:
        self.others: dict[str, Ask] = {}
        self.unplaced: list[str] = []
        # who stands where it stood before, with what it took of the goods for its line alone
        self.former: dict[str, tuple[str, Own]] = {}
        self._begin(book)

    def _begin(self, book: Book) -> None:
        self.overlay = Overlay(book)
        self.search = Search(self.overlay)

    def whole(self) -> Book:
        """The book with all of them."""
        self.overlay.hand_over()
        return self.overlay.book

    def take_out(self, names: Collection[str]) -> None:
        """Take those out of the book that stand in it where they stood before."""
        standing = self.former.keys() & names
        if not standing:
            return
        book, lent = self.whole(), self.overlay.lent
        self._begin(book)
        self.overlay.lent |= lent
        for name in standing:
            book.release(name)
            lender, taken = self.former.pop(name)
            if taken:
                again = [*self.overlay.lent.get(lender, ()), *taken]
                self.overlay.lent[lender] = tuple(sorted(again, key=lambda row: row[1]))

    def place(self, turn: _Turn, one: Ask) -> None:
        """Book the next one."""
        name, lent = turn.name, self.overlay.lent
        if turn.is_former:
            self._stand(turn, one)
            return
        there = lent.get(one.lender, one.own)
        day = self._search(turn, one)
        if self.former and (day is None or day > one.wished):
            # what others have left since is there for whoever is late
            self._undo(one, there)
            self.take_out({*self.former})
            lent = self.overlay.lent
            there = lent.get(one.lender, one.own)
            day = self._search(turn, one)
        if day is None:
            self.unplaced.append(name)
            self.overlay.clear()
            return
        self.overlay.keep(name)
        if day == one.wished and not one.own:
            self.others[name] = replace(one, lender="")
        else:
            own = _taken(there, lent.get(one.lender, ()))
            self.others[name] = replace(one, wished=day, own=own, lender="")

    def _stand(self, turn: _Turn, one: Ask) -> None:
        """Where it stood before, if it still fits there."""
        lent = self.overlay.lent
        there = lent.get(one.lender, one.own)
        if self._search(turn, one) == one.wished:
            self.overlay.keep(turn.name)
            self.former[turn.name] = one.lender, _taken(there, lent.get(one.lender, ()))
        else:
            self._undo(one, there)

    def _undo(self, one: Ask, there: Own) -> None:
        """As if the last one had not been searched for."""
        self.overlay.undo((0, 0, 0, 0, 0))
        self.overlay.clear()
        self.overlay.lent[one.lender] = there

    def _search(self, turn: _Turn, one: Ask) -> int | None:
        return place_early(self.search, one) if turn.is_early else place(self.search, one)


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
