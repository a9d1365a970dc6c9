"""The earliest date of order lines from stock, expected supply, fixed lead times and calendars.

Method: demands are served one after another, each first from what is kept for it, then from free
stock, then from expected supply or by making or buying the rest. A made item needs its components
for the rest (multi-level); it is ready its lead time after the latest of them. Lead times are
working days and do not depend on the quantity; capacity is not looked at. Of all ways to divide a
quantity between the first k expected supplies and making, the one that is ready first is taken;
of equally early ones the one that makes most use of what is coming.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from gendan.engine.boms import with_loss

from .facts import (
    AWAITS_APPROVAL,
    AWAITS_BUYING,
    BUY,
    MAKE,
    Component,
    Demand,
    ItemFacts,
    LineResult,
    PromiseSnapshot,
    Reason,
)
from .lines import Ready, bind_first, line_results, unbound

_ZERO = Decimal(0)
# Ways that are tried out in one promise; beyond it (deep BOMs with supply on every level) what
# comes no later than the lead time is used without trying.
_MOST_TRIALS = 5_000


def promise(snapshot: PromiseSnapshot) -> tuple[LineResult, ...]:
    """The dates of all lines of the snapshot, in the order in which their first demand stands."""
    pool = _Pool(snapshot)
    served = [(demand, pool.serve(demand)) for demand in snapshot.demands]
    names = {one.code: one.names for one in snapshot.items.values()}
    return tuple(
        replace(one, reasons=tuple(reason.named(names, {}) for reason in one.reasons))
        for one in line_results(snapshot, served)
    )


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

    def serve(self, demand: Demand) -> Ready:
        """Take what a demand needs; ready on the working day on which all of it is there."""
        kept = min(demand.kept, demand.quantity)
        today = self._worked(self.snapshot.today)
        reasons: list[Reason] = []
        item = self.snapshot.items[demand.item_id]
        if kept > 0:
            reasons.append(Reason("from_reserved", _params(kept, item)))
        if demand.quantity <= kept:
            return Ready(today, bind_first(reasons))
        ready = self._get(demand.item_id, demand.quantity - kept, demand.name, ())
        return Ready(ready.on, (*ready.reasons, *reasons))

    def _get(self, item_id: int, quantity: Decimal, name: str, path: tuple[int, ...]) -> Ready:
        """Take a quantity of an item: from stock, then the best division of the rest."""
        item = self.snapshot.items[item_id]
        reasons: list[Reason] = []
        from_stock = min(self.free[item_id], quantity)
        if from_stock > 0:
            self._take_free(item_id, from_stock)
            reasons.append(Reason("from_stock", _params(from_stock, item)))
        rest = quantity - from_stock
        if rest <= 0:
            return Ready(self._worked(self.snapshot.today), bind_first(reasons))
        usable = self._usable(item, name)
        if not usable:
            ready = self._divide(item, rest, (), name, path)
            return Ready(ready.on, (*ready.reasons, *reasons))
        chosen = usable[: self._best_count(item, rest, usable, name, path)]
        ready = self._divide(item, rest, chosen, name, path)
        return Ready(ready.on, (*ready.reasons, *reasons))

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
    ) -> Ready:
        """Take the expected supplies at these places, and make or buy what is then missing."""
        parts: list[Ready] = []
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
            code = "from_held" if supply.verdict_days else "from_expected"
            if supply.verdict_days:
                params["days"] = supply.verdict_days
            parts.append(Ready(day, (Reason(code, params),)))
        if rest > 0:
            parts.append(self._make(item, rest, name, path))
        last = max(parts, key=lambda part: part.on)
        others = [reason for part in parts if part is not last for reason in part.reasons]
        reasons = (*bind_first(last.reasons), *(unbound(reason) for reason in others))
        return Ready(last.on, reasons)

    def _make(self, item: ItemFacts, quantity: Decimal, name: str, path: tuple[int, ...]) -> Ready:
        """Make, have made or buy a quantity: its lead time after the latest missing component."""
        start, latest, loops, material = self.snapshot.today, None, [], self.snapshot.today
        if item.supply != BUY:
            lot = _whole_lots(quantity, item)
            for part in item.components:
                if part.item_id == item.item_id or part.item_id in path:
                    loops.append(self._loop(item, part, path))
                    continue
                needed = lot * with_loss(part.quantity_per, part.scrap_percent)
                ready = self._get(part.item_id, needed, name, (*path, item.item_id))
                if self.snapshot.items[part.item_id].supply == BUY:
                    material = max(material, ready.on)
                if ready.on > start and (latest is None or ready.on > latest[1].on):
                    latest = (part, ready)
            if latest is not None:
                start = max(start, latest[1].on)
        approved_on = self._approved_on(item, material)
        awaits = start < approved_on
        if awaits:
            start, latest = approved_on, None
        day = self.snapshot.calendar.add_days(start, item.lead_days)
        code = {MAKE: "made", BUY: "bought"}.get(item.supply, "outsourced")
        params = _params(quantity, item) | {
            "days": item.lead_days,
            "start": start.isoformat(),
            "on": day.isoformat(),
        }
        reasons = [Reason(code, params, is_binding=True), *loops]
        if awaits:
            reasons.insert(0, self._awaits(item, start))
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
        return Ready(day, tuple(reasons))

    def _approved_on(self, item: ItemFacts, material_on: dt.date) -> dt.date:
        """Before this day making is not begun: approved, some days after its material is there;
        nor buying, before it may."""
        snapshot = self.snapshot
        if item.supply == BUY:
            return max(snapshot.buying.on, snapshot.today) if snapshot.buying else snapshot.today
        approval = snapshot.approval
        if approval is None:
            return snapshot.today
        sampled_on = self.snapshot.calendar.add_days(material_on, approval.days)
        return max(approval.on, sampled_on if approval.days else approval.on)

    def _awaits(self, item: ItemFacts, day: dt.date) -> Reason:
        params = {"item": item.code, "on": day.isoformat()}
        is_bought = item.supply == BUY
        approval = self.snapshot.buying if is_bought else self.snapshot.approval
        reason = Reason(AWAITS_BUYING if is_bought else AWAITS_APPROVAL, params, is_binding=True)
        return reason.about_milestone(approval.names)  # type: ignore[union-attr]

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


def _whole_lots(quantity: Decimal, item: ItemFacts) -> Decimal:
    """What is made of it: in whole lots, each at least the smallest and none above the largest."""
    least = _multiple(item.lot_minimum, item.lot_multiple, ROUND_CEILING)
    most = _multiple(item.lot_maximum, item.lot_multiple, ROUND_FLOOR)
    if item.lot_maximum:
        most = max(most, least, item.lot_multiple or _ZERO)
    whole = max(_multiple(quantity, item.lot_multiple, ROUND_CEILING), least)
    if not most or whole <= most:
        return whole
    full = (quantity / most).to_integral_value(ROUND_CEILING) - 1
    return full * most + max(
        _multiple(quantity - full * most, item.lot_multiple, ROUND_CEILING), least
    )


def _multiple(quantity: Decimal, multiple: Decimal | None, rounding: str) -> Decimal:
    if not multiple:
        return quantity
    return (quantity / multiple).to_integral_value(rounding) * multiple


def _params(quantity: Decimal, item: ItemFacts) -> dict[str, Any]:
    return {"quantity": f"{quantity.normalize():f}", "item": item.code}
