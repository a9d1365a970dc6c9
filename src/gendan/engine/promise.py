"""The earliest date of order lines from stock, expected supply, fixed lead times and calendars.

Method: demands are served one after another, each first from what is kept for it, then from free
stock, then from expected supply or by making or buying the rest. A made item needs its components
for the rest (multi-level); it is ready its lead time after the latest of them. Lead times are
working days and do not depend on the quantity; capacity is not looked at. Of all ways to divide a
quantity between the first k expected supplies and making, the one that is ready first is taken;
of equally early ones the one that makes most use of what is coming.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Any, Protocol

from gendan.engine.transit import ThreeDates, Transit

MAKE, BUY, OUTSOURCE = "make", "buy", "outsource"
_ZERO = Decimal(0)
# Ways that are tried out in one promise; beyond it (deep BOMs with supply on every level) what
# comes no later than the lead time is used without trying.
_MOST_TRIALS = 5_000


class WorkingDays(Protocol):
    """What is asked of a working calendar."""

    def add_days(self, day: dt.date, count: int) -> dt.date:
        """The count-th working day after the day; 0 gives the day itself or the next worked one."""


@dataclass(frozen=True, slots=True)
class Supply:
    """Goods that are expected on a day; `demand` is set where they are meant for one line only."""

    due_on: dt.date
    quantity: Decimal
    reference: str = ""
    demand: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a made item: quantity per unit, and the percentage lost."""

    item_id: int
    quantity_per: Decimal
    scrap_percent: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An item: how it is supplied, how long that takes, what of it is free now and coming."""

    item_id: int
    code: str
    supply: str
    lead_days: int
    free: Decimal = _ZERO
    lot_multiple: Decimal | None = None
    incoming: tuple[Supply, ...] = ()
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """What a line, or one dated delivery of it, still needs. `kept` is reserved for the line."""

    line_id: int
    item_id: int
    quantity: Decimal
    name: str
    requested_on: dt.date | None = None
    delivery_id: int | None = None
    kept: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class PromiseSnapshot:
    """Everything a promise depends on. Demands are served in their order."""

    today: dt.date
    calendar: WorkingDays
    transit: Transit
    basis: str
    is_together: bool
    items: Mapping[int, ItemFacts]
    demands: tuple[Demand, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a date is what it is: a code with the values of its words."""

    code: str
    params: Mapping[str, Any]
    is_binding: bool = False

    def as_data(self) -> dict[str, Any]:
        """As kept with the promise."""
        return {"code": self.code, "params": dict(self.params), "binding": self.is_binding}


@dataclass(frozen=True, slots=True)
class LineResult:
    """A line's dates: what would be possible, what is promised, each delivery's, and why.

    Promised is the later of possible and requested; shipped together, the latest of all lines.
    """

    line_id: int
    earliest_on: dt.date
    promised: ThreeDates
    deliveries: Mapping[int, dt.date]
    reasons: tuple[Reason, ...]


def promise(snapshot: PromiseSnapshot) -> tuple[LineResult, ...]:
    """The dates of all lines of the snapshot, in the order in which their first demand stands."""
    pool = _Pool(snapshot)
    served = [(demand, pool.serve(demand)) for demand in snapshot.demands]
    lines: dict[int, list[tuple[Demand, _Ready]]] = {}
    for demand, ready in served:
        lines.setdefault(demand.line_id, []).append((demand, ready))
    results = [_line_result(snapshot, line_id, parts) for line_id, parts in lines.items()]
    return tuple(_shipped_together(results, snapshot) if snapshot.is_together else results)


def _line_result(
    snapshot: PromiseSnapshot, line_id: int, parts: Sequence[tuple[Demand, "_Ready"]]
) -> LineResult:
    """Each delivery is promised for itself; the line is as late as its latest."""
    transit, basis = snapshot.transit, snapshot.basis
    deliveries: dict[int, dt.date] = {}
    latest: tuple[dt.date, dt.date, Demand, _Ready] | None = None
    earliest_on = dt.date.min
    for demand, ready in parts:
        possible = transit.from_ex_works(ready.on).in_basis(basis)
        promised_on = max(possible, demand.requested_on or possible)
        if demand.delivery_id is not None:
            deliveries[demand.delivery_id] = promised_on
        earliest_on = max(earliest_on, possible)
        if latest is None or promised_on > latest[0]:
            latest = (promised_on, possible, demand, ready)
    if latest is None:
        raise ValueError("a line without any demand")
    promised_on, possible, demand, ready = latest
    reasons = list(ready.reasons)
    if promised_on > possible:
        later = {"earliest": possible.isoformat(), "requested": promised_on.isoformat()}
        reasons = [_unbound(reason) for reason in reasons]
        reasons.insert(0, Reason("requested_later", later, is_binding=True))
    for other, ready_other in parts:
        if other is not demand:
            reasons += [_unbound(reason) for reason in ready_other.reasons]
    reasons.append(_way(transit))
    promised = transit.from_basis(promised_on, basis)
    return LineResult(line_id, earliest_on, promised, deliveries, tuple(reasons))


def _shipped_together(results: Sequence[LineResult], snapshot: PromiseSnapshot) -> list[LineResult]:
    last = max((one.promised for one in results), key=lambda dates: dates.ex_works_on)
    day = last.in_basis(snapshot.basis)
    together = []
    for one in results:
        reasons = one.reasons
        if one.promised != last:
            binding = Reason("together", {"on": day.isoformat()}, is_binding=True)
            reasons = (binding, *(_unbound(reason) for reason in reasons))
        together.append(
            LineResult(
                one.line_id, one.earliest_on, last, dict.fromkeys(one.deliveries, day), reasons
            )
        )
    return together


def _way(transit: Transit) -> Reason:
    return Reason(
        "lane" if transit.is_known else "lane_assumed",
        {
            "to_port": transit.to_port_days,
            "transit": transit.transit_days,
            "to_door": transit.to_door_days,
        },
    )


def _unbound(reason: Reason) -> Reason:
    return Reason(reason.code, reason.params) if reason.is_binding else reason


@dataclass(frozen=True, slots=True)
class _Ready:
    """When a quantity is ready to leave, and why: the deepest binding cause first."""

    on: dt.date
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class _Pool:
    """What is left of stock and expected supply while demands are served; trials are undone."""

    snapshot: PromiseSnapshot
    free: dict[int, Decimal] = field(init=False)
    coming: dict[int, list[Decimal]] = field(init=False)
    undo: list[tuple[int, int, Decimal]] = field(default_factory=list, init=False)
    trials: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        items = self.snapshot.items
        self.free = {item_id: max(item.free, _ZERO) for item_id, item in items.items()}
        self.coming = {
            item_id: [one.quantity for one in item.incoming] for item_id, item in items.items()
        }

    def serve(self, demand: Demand) -> _Ready:
        """Take what a demand needs; ready on the working day on which all of it is there."""
        kept = min(demand.kept, demand.quantity)
        today = self._worked(self.snapshot.today)
        reasons: list[Reason] = []
        item = self.snapshot.items[demand.item_id]
        if kept > 0:
            reasons.append(Reason("from_reserved", _params(kept, item)))
        if demand.quantity <= kept:
            return _Ready(today, _bind_first(reasons))
        ready = self._get(demand.item_id, demand.quantity - kept, demand.name, ())
        return _Ready(ready.on, (*ready.reasons, *reasons))

    def _get(self, item_id: int, quantity: Decimal, name: str, path: tuple[int, ...]) -> _Ready:
        """Take a quantity of an item: from stock, then the best division of the rest."""
        item = self.snapshot.items[item_id]
        reasons: list[Reason] = []
        from_stock = min(self.free[item_id], quantity)
        if from_stock > 0:
            self._take_free(item_id, from_stock)
            reasons.append(Reason("from_stock", _params(from_stock, item)))
        rest = quantity - from_stock
        if rest <= 0:
            return _Ready(self._worked(self.snapshot.today), _bind_first(reasons))
        usable = self._usable(item, name)
        if not usable:
            ready = self._divide(item, rest, (), name, path)
            return _Ready(ready.on, (*ready.reasons, *reasons))
        chosen = usable[: self._best_count(item, rest, usable, name, path)]
        ready = self._divide(item, rest, chosen, name, path)
        return _Ready(ready.on, (*ready.reasons, *reasons))

    def _best_count(
        self,
        item: ItemFacts,
        rest: Decimal,
        usable: Sequence[int],
        name: str,
        path: tuple[int, ...],
    ) -> int:
        """How many of the expected supplies to wait for, so that all is ready first."""
        if self.trials > _MOST_TRIALS:
            last = self.snapshot.calendar.add_days(self.snapshot.today, item.lead_days)
            return sum(item.incoming[place].due_on <= last for place in usable)
        best: tuple[dt.date, int] | None = None
        coming = _ZERO
        for count in range(len(usable) + 1):
            if best is not None and self._due(item, usable[:count]) > best[0]:
                break  # more of what is coming cannot be ready earlier
            self.trials += 1
            mark = len(self.undo)
            ready = self._divide(item, rest, usable[:count], name, path)
            self._roll_back(mark)
            if best is None or ready.on <= best[0]:
                best = (ready.on, count)
            if coming >= rest:
                break
            if count < len(usable):
                coming += self.coming[item.item_id][usable[count]]
        return best[1] if best else 0

    def _divide(
        self,
        item: ItemFacts,
        rest: Decimal,
        places: Sequence[int],
        name: str,
        path: tuple[int, ...],
    ) -> _Ready:
        """Take the expected supplies at these places, and make or buy what is then missing."""
        parts: list[_Ready] = []
        for place in places:
            taken = min(self.coming[item.item_id][place], rest)
            if taken <= 0:
                continue
            self._take_coming(item.item_id, place, taken)
            rest -= taken
            supply = item.incoming[place]
            day = self._worked(max(supply.due_on, self.snapshot.today))
            params = _params(taken, item) | {
                "reference": supply.reference,
                "on": supply.due_on.isoformat(),
            }
            parts.append(_Ready(day, (Reason("from_expected", params),)))
        if rest > 0:
            parts.append(self._make(item, rest, name, path))
        last = max(parts, key=lambda part: part.on)
        others = [reason for part in parts if part is not last for reason in part.reasons]
        reasons = (*_bind_first(last.reasons), *(_unbound(reason) for reason in others))
        return _Ready(last.on, reasons)

    def _make(self, item: ItemFacts, quantity: Decimal, name: str, path: tuple[int, ...]) -> _Ready:
        """Make, have made or buy a quantity: its lead time after the latest missing component."""
        start, latest, loops = self.snapshot.today, None, []
        if item.supply != BUY:
            lot = _whole_lots(quantity, item.lot_multiple)
            for part in item.components:
                if part.item_id == item.item_id or part.item_id in path:
                    loops.append(self._loop(item, part, path))
                    continue
                needed = lot * part.quantity_per * (1 + part.scrap_percent / 100)
                ready = self._get(part.item_id, needed, name, (*path, item.item_id))
                if ready.on > start and (latest is None or ready.on > latest[1].on):
                    latest = (part, ready)
            if latest is not None:
                start = max(start, latest[1].on)
        day = self.snapshot.calendar.add_days(start, item.lead_days)
        code = {MAKE: "made", BUY: "bought"}.get(item.supply, "outsourced")
        params = _params(quantity, item) | {
            "days": item.lead_days,
            "start": start.isoformat(),
            "on": day.isoformat(),
        }
        reasons = [Reason(code, params, is_binding=True), *loops]
        if item.lead_days == 0 and not item.components:
            reasons.append(Reason("lead_time_unknown", {"item": item.code}))
        if latest is not None:
            part, ready = latest
            waits = {
                "item": item.code,
                "component": self.snapshot.items[part.item_id].code,
                "on": ready.on.isoformat(),
            }
            # The deepest cause stands first: what would have to move for the date to move.
            binding = [reason for reason in ready.reasons if reason.is_binding]
            reasons = [*binding, Reason("waits_for", waits, is_binding=True), *reasons]
        return _Ready(day, tuple(reasons))

    def _usable(self, item: ItemFacts, name: str) -> list[int]:
        """The places of expected supplies this demand may take, by rising date."""
        left = self.coming[item.item_id]
        places = [
            place
            for place, supply in enumerate(item.incoming)
            if left[place] > 0 and supply.demand in ("", name)
        ]
        return sorted(places, key=lambda place: item.incoming[place].due_on)

    def _due(self, item: ItemFacts, places: Sequence[int]) -> dt.date:
        """When the last of these supplies is there."""
        due = (item.incoming[place].due_on for place in places)
        return self._worked(max(due, default=self.snapshot.today))

    def _loop(self, item: ItemFacts, part: Component, path: tuple[int, ...]) -> Reason:
        items = self.snapshot.items
        start = path.index(part.item_id) if part.item_id in path else len(path)
        codes = [items[one].code for one in (*path[start:], item.item_id, part.item_id)]
        params = {"item": items[part.item_id].code, "path": " → ".join(codes)}
        return Reason("bom_loop", params)

    def _worked(self, day: dt.date) -> dt.date:
        return self.snapshot.calendar.add_days(max(day, self.snapshot.today), 0)

    def _take_free(self, item_id: int, quantity: Decimal) -> None:
        self.free[item_id] -= quantity
        self.undo.append((item_id, -1, quantity))

    def _take_coming(self, item_id: int, place: int, quantity: Decimal) -> None:
        self.coming[item_id][place] -= quantity
        self.undo.append((item_id, place, quantity))

    def _roll_back(self, mark: int) -> None:
        while len(self.undo) > mark:
            item_id, place, quantity = self.undo.pop()
            if place < 0:
                self.free[item_id] += quantity
            else:
                self.coming[item_id][place] += quantity


def _bind_first(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The first reason binds unless one is marked already."""
    if not reasons or any(reason.is_binding for reason in reasons):
        return tuple(reasons)
    return (Reason(reasons[0].code, reasons[0].params, is_binding=True), *reasons[1:])


def _whole_lots(quantity: Decimal, multiple: Decimal | None) -> Decimal:
    if not multiple:
        return quantity
    return (quantity / multiple).to_integral_value(rounding=ROUND_CEILING) * multiple


def _params(quantity: Decimal, item: ItemFacts) -> dict[str, Any]:
    return {"quantity": f"{quantity.normalize():f}", "item": item.code}
