"""The search: how an item is there earliest, or as late as possible before a day.

Forward, an item is taken from what is free, the rest made or bought; a made one begins when the
last of its components is there and goes step by step through the minutes that are free. Where
something is coming it is tried how much of it to wait for: the more, the less is to be made.
Backward, everything is as late as a day allows (the method of the finite plan's construction).
Components are looked at one after the other, as the BOM lists them; of two that need the same
minutes the first has them, so the date is the earliest of this order of taking.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .overlay import Overlay
from .world import Part, Product, Source, Step, World

# Ways of waiting that are tried out for one line; beyond it all that comes before making the item
# would end is waited for without trying.
MOST_TRIALS = 200
_NEVER = 1 << 40


class Stuck(Exception):
    """No date can be given: a code with the values of its words."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(slots=True)
class Run:
    """One step as it would be worked: when it could have begun, and when it does."""

    step: Step
    could: int
    first: int
    last: int
    work: int


@dataclass(slots=True)
class Need:
    """An item that is needed, and how it comes: the tree a date is explained from.

    `taken`: day, quantity from what is free. `made`: what is made or bought for the rest, from
    `start` to `ready`, in so many `lots`; `parts` are the components, `waits` the one that is there
    last. `is_ours`: it is made for us, here or outside. `awaits`: so many days it waits for
    approvals once all components are there, or until it may be bought.
    """

    item: int
    quantity: int
    ready: int = 0
    taken: list[tuple[int, int]] = field(default_factory=list)
    made: int = 0
    start: int = 0
    done: int = 0
    source: Source | None = None
    runs: list[Run] = field(default_factory=list)
    parts: list["Need"] = field(default_factory=list)
    waits: "Need | None" = None
    lots: int = 1
    is_ours: bool = False
    awaits: int = 0

    @property
    def is_material(self) -> bool:
        """Whether it is taken from what is there or bought: nothing is begun for it."""
        return not self.is_ours

    @property
    def is_at_hand(self) -> bool:
        """Whether nothing is waited for, though the next working day may be some days off."""
        return not self.made and not any(day for day, _quantity in self.taken)


@dataclass(frozen=True, slots=True)
class Start:
    """When something may be begun to be made: from a day on, and days after its material is there.

    `days`: working days from the material to the approval (of a sample made of it). `buys`: the day
    from which something may be bought.
    """

    begins: int = 0
    days: int = 0
    buys: int = 0


AT_ONCE = Start()


@dataclass(frozen=True, slots=True)
class Ways:
    """What is done otherwise than usual in one query; empty: as always.

    `source`: item → place of the source instead of the first. `outside`: item → who makes it
    instead of us. `instead`: item it is used in, item → other that is taken for it, numerator,
    denominator; what is ordered itself is never another.
    `extra`: centre → work by day that is there besides (overtime, a second line).
    """

    source: Mapping[int, int] = field(default_factory=dict)
    outside: Mapping[int, Source] = field(default_factory=dict)
    instead: Mapping[tuple[int, int], tuple[int, int, int]] = field(default_factory=dict)
    extra: Mapping[int, list[int]] = field(default_factory=dict)


USUAL = Ways()


class Search:
    """One query over an overlay; `early` and `late` take what they find."""

    def __init__(
        self, overlay: Overlay, ways: Ways = USUAL, most_trials: int = MOST_TRIALS
    ) -> None:
        self.overlay, self.ways, self.most_trials = overlay, ways, most_trials
        self.world: World = overlay.book.world
        self.trials = 0
        self.approval = AT_ONCE
        self.first: Mapping[int, Source] = {}
        for centre, extra in ways.extra.items():
            room = overlay.room(centre)
            for day, work in enumerate(extra):
                room[day] += work

    # Forward ----------------------------------------------------------------------------------

    def early(self, item: int, quantity: int) -> Need:
        """Take a quantity as early as possible. Raises Stuck; what was taken then stays taken."""
        if item not in self.overlay.lots:
            days, amounts = self.overlay.curve(item)
            if amounts[0] >= quantity or len(days) == 1:  # as the points below would say
                return self._at(item, quantity, (days[0], amounts[0]))
        points = self.overlay.points(item)
        if points[0][1] >= quantity or len(points) == 1:
            return self._at(item, quantity, points[0])
        return self._divide(item, quantity, points)

    def _at(self, item: int, quantity: int, point: tuple[int, int]) -> Need:
        """Take what is there by a point (day, amount); make or buy the rest."""
        need, (day, amount) = Need(item, quantity), point
        amount = min(amount, quantity)
        if amount > 0:
            self.overlay.take(item, amount, day)
            need.taken.append((day, amount))
            need.ready = self.world.after(day, 0)
        if amount < quantity:
            self._supply(need, quantity - amount)
        return need

    def _divide(self, item: int, quantity: int, points: list[tuple[int, int]]) -> Need:
        """The best of all points: today's, unless more comes no later than all is ready with it."""
        product = self.world.products[item]
        if item in self.ways.outside or product.sources:
            source = self._source(item, product)
            if source is not None:  # however little is bought, it takes as long
                ready = self.world.after(self._first(product), source.lead_days)
                sooner = [point for point in points if point[0] <= ready]
                whole = (point for point in sooner if point[1] >= quantity)
                return self._at(item, quantity, next(whole, sooner[-1]))
        mark = self.overlay.mark()
        try:
            first = self._at(item, quantity, points[0])
        except Stuck:
            self.overlay.undo(mark)
            sooner = points[1:]
        else:
            sooner = [point for point in points[1:] if point[0] <= first.ready]
            if not sooner:
                return first
            self.overlay.undo(mark)
        enough = next((n for n, one in enumerate(sooner) if one[1] >= quantity), len(sooner))
        return self._at(item, quantity, self._best(item, quantity, sooner[: enough + 1]))

    def _best(self, item: int, quantity: int, points: list[tuple[int, int]]) -> tuple[int, int]:
        """The point with which all is there first: where supplying the rest ends as it comes."""
        if self.trials >= self.most_trials:
            return points[-1]
        made: dict[int, int] = {}

        def supplied(place: int) -> int:
            if place not in made:
                made[place] = self._trial(item, quantity - points[place][1])
            return made[place]

        low, high = 0, len(points) - 1
        while low < high:
            middle = (low + high) // 2
            if supplied(middle) <= points[middle][0]:
                high = middle
            else:
                low = middle + 1
        around = (low - 1, low) if low else (low,)
        best = min(around, key=lambda place: (max(points[place][0], supplied(place)), -place))
        return points[best]

    def _trial(self, item: int, missing: int) -> int:
        """When so much would be there if it were made or bought; nothing is taken."""
        if missing <= 0:
            return 0
        self.trials += 1
        mark = self.overlay.mark()
        trial = Need(item, missing)
        try:
            self._supply(trial, missing)
        except Stuck:
            return _NEVER
        finally:
            self.overlay.undo(mark)
        return trial.ready

    def _supply(self, need: Need, missing: int) -> None:
        """Make or buy what is missing."""
        product = self.world.products[need.item]
        source = self._source(need.item, product)
        if source is not None:
            self._buy(need, product, source, missing)
            return
        made, need.lots = product.lots(missing)
        need.made, need.is_ours = made, True
        for part in product.parts:
            child = self.early(*self._part(need.item, part, made))
            need.parts.append(child)
            if child.ready > need.start:
                need.start = child.ready
                need.waits = need.waits if child.is_at_hand else child
        if self.approval is not AT_ONCE:
            self._await(need)
        if product.steps:
            day = need.start
            for step in product.steps:
                run = self._forward(need.item, step, step.work(made, need.lots), day)
                need.runs.append(run)
                day = run.last
            need.done = day
        elif product.lead_days is None:
            raise Stuck("no_routing", item=product.code)
        else:
            need.done = self._after(need.start, product.lead_days, product)
        need.ready = max(need.ready, need.done)
        if made > missing:
            self.overlay.add(need.item, made - missing, need.done)

    def _await(self, need: Need) -> None:
        """It is not begun before it is approved, some days after its material is there."""
        material = max((one.ready for one in need.parts if one.is_material), default=0)
        begins = self.approval.begins
        if self.approval.days:
            begins = max(begins, self.world.after(material, self.approval.days))
        if begins >= self.world.days:  # else the work centre would be blamed for having no room
            code = self.world.products[need.item].code
            raise Stuck("beyond_horizon", item=code, days=self.world.days)
        if need.start < begins:
            need.start, need.waits, need.awaits = begins, None, begins - need.start

    def _first(self, product: Product) -> int:
        """The first day something may be ordered, made for us or bought."""
        is_ours = product.is_made or product.is_outside
        return self.approval.begins if is_ours else self.approval.buys

    def _part(self, parent: int, part: Part, made: int) -> tuple[int, int]:
        """A component, or what is taken for it, and how much of it."""
        quantity = -(-made * part.numerator // part.denominator)
        if not self.ways.instead or (parent, part.item) not in self.ways.instead:
            return part.item, quantity
        item, numerator, denominator = self.ways.instead[parent, part.item]
        return item, -(-quantity * numerator // denominator)

    def _source(self, item: int, product: Product) -> Source | None:
        """Who supplies an item; None: we make it."""
        outside = self.ways.outside
        if outside and item in outside:
            return outside[item]
        if product.is_made:
            return None
        if not product.sources:
            raise Stuck("no_supplier", item=product.code)
        place = self.ways.source.get(item)
        if place is None:
            return self.first.get(item) or product.sources[0]
        return product.sources[place]

    def _buy(self, need: Need, product: Product, source: Source, missing: int) -> None:
        need.source = source
        need.made = source.ordered(missing, product)
        need.is_ours = product.is_made or product.is_outside
        need.start = need.awaits = self._first(product)
        need.done = self._after(need.start, source.lead_days, product)
        need.ready = max(need.ready, need.done)
        self.overlay.buys.append((need.item, need.made, need.start, need.done, source))
        if need.made > missing:
            self.overlay.add(need.item, need.made - missing, need.done)

    def _after(self, day: int, count: int, product: Product) -> int:
        found = self.world.after(day, count)
        if found >= self.world.days:
            raise Stuck("beyond_horizon", item=product.code, days=count)
        return found

    def _forward(self, item: int, step: Step, work: int, day: int) -> Run:
        """The days of a step, as early as possible from a day; they are taken."""
        overlay, centre = self.overlay, step.centre
        room = overlay.room(centre)
        run = Run(step, day, day, day, work)
        if not work:
            return run
        end, log, first = len(room), overlay.work, -1
        while True:
            if day >= end:
                code = self.world.centres[centre].code
                kind = "capacity_ends" if overlay.book.sums(centre)[-1] else "no_capacity"
                raise Stuck(kind, centre=code, item=self.world.products[item].code)
            free = room[day]
            if free <= 0:
                is_more = centre in self.ways.extra
                day = day + 1 if is_more else overlay.past_full(centre, day)
                continue
            if first < 0:
                first = day
            if free >= work:
                room[day] = free - work
                log.append((centre, day, work, step.seq, item))
                run.first, run.last = first, day
                return run
            room[day] = 0
            log.append((centre, day, free, step.seq, item))
            work -= free
            day += 1

    # Backward ---------------------------------------------------------------------------------

    def late(self, item: int, quantity: int, day: int) -> bool:
        """Take a quantity for a day, everything as late as possible; False if it cannot be.

        What was taken then stays taken: the caller undoes it.
        """
        overlay, missing = self.overlay, quantity
        there = overlay.on(item, day)
        if there > 0:
            part = quantity if there > quantity else there
            overlay.take(item, part, day)
            missing -= part
        if not missing:
            return True
        product = self.world.products[item]
        source = self._source(item, product)
        if source is not None:
            return self._buy_late(item, product, source, missing, day)
        made, lots = product.lots(missing)
        if product.steps:
            first = last = day
            for step in reversed(product.steps):
                first = self._backward(item, step, step.work(made, lots), first)
                if first < 0:
                    return False
        elif product.lead_days is None:
            raise Stuck("no_routing", item=product.code)
        else:
            first, last = self.world.before(day, product.lead_days), day
        if first < 0:
            return False
        for one in product.parts:
            if not self.late(*self._part(item, one, made), first):
                return False
        if made > missing:
            overlay.add(item, made - missing, last)
        return True

    def _buy_late(
        self, item: int, product: Product, source: Source, missing: int, day: int
    ) -> bool:
        start = self.world.before(day, source.lead_days)
        if start < 0:
            return False
        amount = source.ordered(missing, product)
        self.overlay.buys.append((item, amount, start, day, source))
        if amount > missing:
            self.overlay.add(item, amount - missing, day)
        return True

    def _backward(self, item: int, step: Step, work: int, day: int) -> int:
        """The first day of a step that ends on a day, as late as possible; -1 if it cannot be."""
        room, log = self.overlay.room(step.centre), self.overlay.work
        first = day
        while work > 0:
            if day < 0:
                return -1
            free = room[day]
            if free > 0:
                part = min(free, work)
                room[day] = free - part
                log.append((step.centre, day, part, step.seq, item))
                work -= part
                first = day
            day -= 1
        return first
