"""Capable-to-promise: the dates of order lines from material and finite capacity together.

What is promised to others is booked first (see `scene`); the order is then searched for in what is
left (see `search`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from .book import Book
from .explain import date, explain, number, with_names
from .facts import (
    AWAITS_APPROVAL,
    AWAITS_BUYING,
    Demand,
    LineResult,
    NoDate,
    PromiseSnapshot,
    Reason,
)
from .lines import Ready, bind_first, line_results
from .next_book import promised_again, stands_for
from .overlay import Overlay
from .query import Answer, Ask, LineAnswer, ask, place
from .scene import DAYS, UNIT, Scene, parts, scene_of
from .search import USUAL, Need, Search, Stuck, Ways
from .world import World

TRIALS = 200  # one order is worth more care than a plan of thousands
MOST_TIMES = 4  # so often it is looked whether the lines of an order fit as they are booked


def capable(snapshot: PromiseSnapshot) -> tuple[LineResult, ...]:
    """The dates of all lines of the snapshot. Raises NoDate where a line can have none."""
    scene = scene_of(snapshot)
    return results(scene, answered(scene))


def answered(scene: Scene, ways: Ways = USUAL) -> Answer:
    """The engine's answer to the demands that are not wholly kept already, in their order."""
    asks = [scene.ask_of(demand) for demand in scene.snapshot.demands]
    open_ones = [one for one in asks if one.quantity > 0]
    answer = ask(scene.book, open_ones, ways=ways, most_trials=TRIALS)
    if ways is not USUAL:
        return answer
    if len(open_ones) > 1:
        answer = as_booked(scene.book, open_ones, answer, together=scene.snapshot.is_together)
    return _again(scene, open_ones, answer) if scene.snapshot.mine else answer


def _again(scene: Scene, asks: Sequence[Ask], answer: Answer) -> Answer:
    """The same as it comes where the order stands in the book: its lines leave their places, but
    who keeps his day keeps his place, be it late."""
    names = [one.promise for one in scene.snapshot.demands if one.kept < one.quantity]
    lines, is_on = list(answer.lines), stands_for(scene, names)
    days = _days(asks, lines, together=scene.snapshot.is_together)
    if not any(is_on.get(name) == day for name, day in zip(names, days, strict=True)):
        return answer  # all leave their places, and are asked so
    for _time in range(MOST_TIMES + len(lines)):
        days = _days(asks, lines, together=scene.snapshot.is_together)
        known = [row for row, line in enumerate(lines) if line.earliest is not None]
        comes = promised_again(scene, {names[row]: days[row] for row in known}, is_on)
        later = False
        for row in known:
            day = comes[names[row]]
            if day is not None and day > days[row]:
                if is_on.get(names[row]) == days[row]:  # late in its place; any later day leaves it
                    day = scene.world.after(days[row] + 1, 0)
                lines[row] = replace(lines[row], earliest=day, booked=day)
                later = True
        if not later:
            break
    return _whole(answer, lines)


def as_booked(book: Book, asks: Sequence[Ask], answer: Answer, *, together: bool) -> Answer:
    """The same with the days on which the lines are there once they are promised and booked.

    Each is booked apart and as late as its day allows; that can leave too little for the next.
    """
    lines = list(answer.lines)
    for _time in range(MOST_TIMES):
        days = _days(asks, lines, together=together)
        search, later = Search(Overlay(book), most_trials=TRIALS), False
        for row, one in enumerate(asks):
            if lines[row].earliest is None:
                continue
            day = place(search, replace(one, wished=days[row]))
            if day is not None and day > days[row]:
                lines[row] = replace(lines[row], earliest=day, booked=day)
                later = True
        if not later:
            break
    return _whole(answer, lines)


def _days(asks: Sequence[Ask], lines: Sequence[LineAnswer], *, together: bool) -> list[int]:
    """The days the lines would be promised for."""
    days = [max(line.earliest or 0, one.wished) for one, line in zip(asks, lines, strict=True)]
    return [max(days)] * len(days) if together and days else days


def _whole(answer: Answer, lines: Sequence[LineAnswer]) -> Answer:
    known = [line.earliest for line in lines if line.earliest is not None]
    complete = max(known) if len(known) == len(lines) else None
    return replace(answer, lines=tuple(lines), complete=complete)


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
        here = [one.named({item.code: item.names}, {}) for one in reserved]
        return Ready(scene.snapshot.calendar.add_days(scene.snapshot.today, 0), bind_first(here))
    if line.need is None or line.earliest is None:
        stuck = line.stuck or Stuck("beyond_horizon", item=item.code, days=DAYS)
        why_not = Reason(stuck.code, dict(stuck.params), is_binding=True)
        raise NoDate(
            why_not.named(
                {one.code: one.names for one in scene.world.products},
                {one.code: one.names for one in scene.world.centres},
            )
        )
    day = scene.snapshot.today.fromordinal(scene.world.first_day + line.earliest)
    why = explain(scene.world, line.need)
    notes = [*why, *_held(scene, line.need, why), *_doubts(scene, line.need), *reserved]
    called = with_names(scene.world, line.need, notes)
    return Ready(day, bind_first(_with_approval(scene.snapshot, called)))


def _with_approval(snapshot: PromiseSnapshot, notes: Iterable[Reason]) -> list[Reason]:
    """What is waited for has a name in both languages."""
    awaited = {AWAITS_APPROVAL: snapshot.approval, AWAITS_BUYING: snapshot.buying}
    return [
        one.about_milestone(approval.names) if (approval := awaited.get(one.code)) else one
        for one in notes
    ]


def _held(scene: Scene, need: Need, said: Iterable[Reason]) -> Iterable[Reason]:
    """Goods that wait for a verdict and are counted on anywhere in the tree, if not said yet."""
    world = scene.world
    named = {one.params["item"] for one in said if one.code == "from_held"}
    for item in dict.fromkeys(held_in(world, need)):
        waiting, code = world.waiting[item], world.products[item].code
        if code not in named:
            params = {
                "item": code,
                "reference": waiting.reference,
                "days": waiting.verdict_days,
                "on": date(world, waiting.day),
            }
            yield Reason("counts_on_held", params)


def held_in(world: World, need: Need) -> Iterator[int]:
    """The items of a tree of which goods that wait for a verdict are counted on."""
    stack = [need] if world.waiting else []
    while stack:
        one = stack.pop()
        stack += one.parts
        waiting = world.waiting.get(one.item)
        if waiting is not None and any(day >= waiting.day for day, _quantity in one.taken):
            yield one.item


def _doubts(scene: Scene, need: Need) -> Iterable[Reason]:
    """Loops that were cut, what is made in several lots, lead times and suppliers nobody has
    written down; once each."""
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
        if not lead and not product.steps:
            yield Reason("lead_time_unknown", {"item": product.code})
        if one.lots > 1:
            most = number(product.most, world.unit)
            yield Reason("in_lots", {"item": product.code, "lots": one.lots, "most": most})
        if one.source is not None and product.code in unknown:
            yield Reason("supplier_unknown", {"item": product.code})
