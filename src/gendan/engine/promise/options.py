"""What else could be done: each way with its date and its cost, compared with the usual one.

Only what binds is changed: the work centres the date waits for (overtime, a second line), the
items it waits for (another supplier, an outside factory, a substitute), and the delivery itself
(in parts). Every way is a query of its own; none changes the book.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from .book import Book
from .overlay import Overlay
from .query import Answer, Ask, ask
from .search import MOST_TRIALS, Need, Search, Stuck, Ways
from .world import THOUSANDTHS, Source, World


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be done. Work in thousandths of a minute, costs in one currency; None: not known.

    `overtime`: by centre, work by day that could be done besides; `overtime_cost`: what an hour of
    it costs more. `second_line`: by centre, the other that does the same; `second_cost`: what an
    hour there costs more. `outside`: by item, who could make it instead of us; `making_cost`: what
    a piece costs us. `instead`: by item it is used in and item, others that can be taken for it:
    item, numerator, denominator, extra cost of a piece.
    """

    overtime: Mapping[int, list[int]] = field(default_factory=dict)
    overtime_cost: Mapping[int, Decimal | None] = field(default_factory=dict)
    second_line: Mapping[int, int] = field(default_factory=dict)
    second_cost: Mapping[int, Decimal | None] = field(default_factory=dict)
    outside: Mapping[int, Sequence[Source]] = field(default_factory=dict)
    making_cost: Mapping[int, Decimal | None] = field(default_factory=dict)
    instead: Mapping[tuple[int, int], Sequence[tuple[int, int, int, Decimal | None]]] = field(
        default_factory=dict
    )


@dataclass(frozen=True, slots=True)
class Option:
    """One way: when all lines are there then, what it costs more (None: not known), and of what.

    `about`: codes of the items or work centres; `minutes`: of overtime or on the second line.
    """

    kind: str
    about: tuple[str, ...]
    complete: int
    cost: Decimal | None
    answer: Answer
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """So much of a line is there by a day, altogether."""

    day: int
    quantity: int


def options(
    book: Book,
    asks: Sequence[Ask],
    usual: Answer,
    rules: Rules,
    *,
    most_trials: int = MOST_TRIALS,
) -> tuple[Option, ...]:
    """All ways that make the order complete earlier than usual, or at all; the earliest first."""
    found = []
    first = asks[0].first if asks else {}  # all are of one order
    for kind, about, ways in _ways(book.world, usual, rules, first):
        answer = ask(book, asks, ways=ways, most_trials=most_trials)
        if answer.complete is None:
            continue
        if usual.complete is not None and answer.complete >= usual.complete:
            continue
        work = _beyond(book, answer, ways)
        if kind == "second_line" and not _fits(book, answer, work, rules):
            continue
        cost = _cost(book.world, usual, answer, ways, rules, kind, work)
        minutes = sum(work.values()) // THOUSANDTHS
        found.append(Option(kind, about, answer.complete, cost, answer, minutes))
    found.sort(key=lambda one: (one.complete, one.cost is None, one.cost or 0))
    return tuple(found)


def critical(usual: Answer) -> list[Need]:
    """The chain of needs that decides when the order is complete, the deepest last."""
    needs = [line.need for line in usual.lines if line.need is not None]
    chain: list[Need] = []
    one = max(needs, key=lambda need: need.ready, default=None)
    while one is not None:
        chain.append(one)
        one = one.waits if one.made and one.done == one.ready else None
    return chain


def _ways(
    world: World, usual: Answer, rules: Rules, first: Mapping[int, Source]
) -> Iterator[tuple[str, tuple[str, ...], Ways]]:
    chain = [need for need in critical(usual) if need.made]
    centres = list(dict.fromkeys(run.step.centre for need in chain for run in need.runs))
    overtime = {one: rules.overtime[one] for one in centres if one in rules.overtime}
    if overtime:
        yield "overtime", _codes(world, overtime), Ways(extra=overtime)
    for centre in centres:
        other = rules.second_line.get(centre)
        if other is not None and other not in centres:
            free = usual.overlay.book.room(other)
            about = (world.centres[centre].code, world.centres[other].code)
            yield "second_line", about, Ways(extra={centre: free})
    stuck = [line.stuck for line in usual.lines if line.stuck is not None]
    for item in _items(world, chain, stuck):
        product = world.products[item]
        for source in rules.outside.get(item, ()):
            yield "outside", (product.code, source.name), Ways(outside={item: source})
        for place, source in enumerate(product.sources):
            if source != first.get(item, product.sources[0]):
                yield "supplier", (product.code, source.name), Ways(source={item: place})
        for other, uses in _substitutes(rules, item).items():
            about = (product.code, world.products[other].code)
            yield "substitute", about, Ways(instead=uses)


def _substitutes(rules: Rules, item: int) -> dict[int, dict[tuple[int, int], tuple[int, int, int]]]:
    """By other item, wherever it may be taken for this one: the ways of it."""
    found: dict[int, dict[tuple[int, int], tuple[int, int, int]]] = {}
    for use, others in rules.instead.items():
        if use[1] == item:
            for other, numerator, denominator, _cost_of in others:
                found.setdefault(other, {})[use] = (other, numerator, denominator)
    return found


def _items(world: World, chain: Iterable[Need], stuck: Iterable[Stuck]) -> list[int]:
    named = {one.params.get("item") for one in stuck}
    lost = [row for row, one in enumerate(world.products) if one.code in named]
    return list(dict.fromkeys([*(need.item for need in chain), *lost]))


def _codes(world: World, centres: Iterable[int]) -> tuple[str, ...]:
    return tuple(world.centres[one].code for one in centres)


def _beyond(book: Book, answer: Answer, ways: Ways) -> dict[tuple[int, int], int]:
    """By centre and day the work of an answer that goes beyond what is free without extra."""
    used: dict[tuple[int, int], int] = {}
    for centre, day, work, _seq, _item in answer.overlay.work:
        if centre in ways.extra:
            used[centre, day] = used.get((centre, day), 0) + work
    beyond = {(centre, day): work - book.room(centre)[day] for (centre, day), work in used.items()}
    return {place: work for place, work in beyond.items() if work > 0}


def _fits(book: Book, answer: Answer, moved: Mapping[tuple[int, int], int], rules: Rules) -> bool:
    """Whether the other line has room for what it takes over besides the order's own work there."""
    own: dict[tuple[int, int], int] = {}
    for centre, day, work, _seq, _item in answer.overlay.work:
        own[centre, day] = own.get((centre, day), 0) + work
    for (centre, day), work in moved.items():
        other = rules.second_line[centre]
        if own.get((other, day), 0) + work > book.room(other)[day]:
            return False
    return True


def _cost(
    world: World,
    usual: Answer,
    answer: Answer,
    ways: Ways,
    rules: Rules,
    kind: str,
    work: Mapping[tuple[int, int], int],
) -> Decimal | None:
    """What a way costs more than the usual one; None where a price is not known."""
    if kind in ("overtime", "second_line"):
        of_hour = rules.overtime_cost if kind == "overtime" else rules.second_cost
        return _of_hours(of_hour, work)
    if kind == "substitute":
        return _of_others(world, answer, ways, rules)
    changed = {*ways.source, *ways.outside}
    new, old = _bought(world, answer, changed), _bought(world, usual, changed)
    if new is None or old is None:
        return None
    saved = Decimal(0)
    for item in ways.outside:
        if world.products[item].is_made:
            cost = rules.making_cost.get(item)
            if cost is None:
                return None
            saved += cost * _made(usual, answer, item) / world.unit
    return new - old - saved


def _of_hours(
    of_hour: Mapping[int, Decimal | None], work: Mapping[tuple[int, int], int]
) -> Decimal | None:
    total = Decimal(0)
    for (centre, _day), amount in work.items():
        cost = of_hour.get(centre)
        if cost is None:
            return None
        total += cost * amount / (60 * THOUSANDTHS)
    return total


def _of_others(world: World, answer: Answer, ways: Ways, rules: Rules) -> Decimal | None:
    """What substitutes cost more than what they stand for, piece by piece."""
    total = Decimal(0)
    for (parent, item), (other, numerator, denominator) in ways.instead.items():
        taken = _needed(answer, other, parent)
        cost = next(one[3] for one in rules.instead[parent, item] if one[0] == other)
        if not taken:
            continue
        if cost is None:
            return None
        total += cost * taken * denominator / numerator / world.unit
    return total


def _made(usual: Answer, answer: Answer, item: int) -> int:
    """How much of an item is not made by us, as it comes from outside."""
    outside = sum(quantity for one, quantity, *_rest in answer.overlay.buys if one == item)
    stack = [line.need for line in usual.lines if line.need is not None]
    made = 0
    while stack:
        one = stack.pop()
        stack += one.parts
        made += one.made * (one.item == item and one.source is None)
    return made or outside  # without a usual date nothing is known of how we would make it


def _bought(world: World, answer: Answer, items: Iterable[int]) -> Decimal | None:
    total, wanted = Decimal(0), set(items)
    for item, quantity, _start, _day, source in answer.overlay.buys:
        if item in wanted:
            cost = source.cost(quantity, world.products[item])
            if cost is None:
                return None
            total += cost / world.unit
    return total


def _needed(answer: Answer, item: int, parent: int) -> int:
    """How much of an item the parent takes."""
    stack = [line.need for line in answer.lines if line.need is not None]
    total = 0
    while stack:
        one = stack.pop()
        stack += one.parts
        if one.item == parent:
            total += sum(part.quantity for part in one.parts if part.item == item)
    return total


def split(book: Book, one: Ask, shares: int = 4, *, most_trials: int = MOST_TRIALS) -> list[Share]:
    """How much of a line could be there by when: what is on hand, then share by share.

    Each share is searched for with all before it, so the last is the whole line's earliest day.
    """
    on_hand = min(Overlay(book).on(one.item, 0), one.quantity)
    wanted = {on_hand} if on_hand > 0 else set()
    unit = book.world.unit
    for number in range(1, shares + 1):
        part = -(-one.quantity * number // (shares * unit)) * unit
        wanted.add(min(max(part, 1), one.quantity))
    found: list[Share] = []
    for quantity in sorted(wanted):
        overlay = Overlay(book)
        try:
            search = Search(overlay, most_trials=most_trials)
            search.approval, search.first = one.approval, one.first
            need = search.early(one.item, quantity)
        except Stuck:
            break
        day = book.world.after(need.ready, 0)
        if found and day <= found[-1].day:
            found.pop()
        found.append(Share(day, quantity))
    return found
