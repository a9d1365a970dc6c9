"""Net requirements the slow and obvious way: dictionaries, one item and one day at a time."""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from gendan.engine.netting.snapshot import Snapshot


@dataclass
class Obvious:
    """What the plan must be: planned (item, quantity, release, due) and what came with it."""

    orders: list[tuple[int, int, int, int]] = field(default_factory=list)
    suggestions: list[tuple[int, int, int, int]] = field(default_factory=list)
    # (item, due, quantity) of the parent, line, alternate, saved, taken, day
    substitutions: list[tuple[int, ...]] = field(default_factory=list)


class Slow:
    """One calculation; columns are read cell by cell."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.size = len(snapshot.items.code)
        self.result = Obvious()
        self.needs: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        self.left: dict[int, dict[int, int]] = {}

    def cell(self, table: Any, name: str, row: int) -> int:
        column = np.asarray(getattr(table, name))
        return int(column[row] if column.ndim else column)

    def of(self, name: str, item: int) -> int:
        return self.cell(self.snapshot.items, name, item)

    def plan(self) -> Obvious:
        for item in self.in_order():
            self.net(item)
        self.result.orders.sort()
        self.result.suggestions.sort()
        self.result.substitutions.sort()
        return self.result

    def in_order(self) -> list[int]:
        """Level by level: of two that take the same alternate, the one nearer to what is sold."""
        lines, alternates = self.snapshot.lines, self.snapshot.alternates
        before: dict[int, set[int]] = defaultdict(set)
        for parent, component in zip(lines.parent, lines.component, strict=True):
            before[int(component)].add(int(parent))
        for line, item in zip(alternates.line, alternates.item, strict=True):
            before[int(lines.component[line])].add(int(item))
        done: list[int] = []
        while len(done) < self.size:
            done += [i for i in range(self.size) if i not in done and before[i] <= set(done)]
        return done

    def walk(self, item: int, day: int, count: int) -> int:
        """The count-th working day after (before: negative) a day; 0 before: the last worked."""
        which = self.of("calendar", item)
        if which < 0:
            return day + count
        calendar = self.snapshot.calendars[which]

        def works(one: int) -> bool:
            return bool(calendar.is_working(one))

        while not count and not works(day):
            day -= 1
        for _ in range(abs(count)):
            day += 1 if count > 0 else -1
            while not works(day):
                day += 1 if count > 0 else -1
        return day

    def bucket(self, day: int) -> int:
        day = max(day, self.snapshot.first_day)
        begins = [int(one) for one in self.snapshot.buckets if one <= day]
        return max(max(begins), self.snapshot.first_day) if begins else day

    def fence(self, name: str, item: int) -> int:
        days = self.of(name, item)
        return self.walk(item, self.snapshot.first_day, days) if days else self.snapshot.first_day

    def required(self, item: int) -> list[tuple[Any, ...]]:
        """(day, 1, 0, 0, quantity, line, parent order) of demand, 2 … of parents' orders."""
        demand = self.snapshot.demand
        rows: list[tuple[Any, ...]] = []
        for row in range(demand.item.size):
            is_forecast = self.cell(demand, "is_forecast", row)
            due = int(demand.due[row])
            if int(demand.item[row]) != item:
                continue
            if is_forecast and due < self.fence("demand_fence_days", item):
                continue
            rows.append((self.bucket(due), 1, 0, 0, int(demand.quantity[row]), -1, None))
        return sorted(rows + self.needs[item], key=lambda row: row[:4])

    def net(self, item: int) -> None:
        supply: dict[int, int] = defaultdict(int)
        for row in np.flatnonzero(self.snapshot.receipts.item == item).tolist():
            day = self.bucket(int(self.snapshot.receipts.due[row]))
            supply[day] += int(self.snapshot.receipts.quantity[row])
        required = self.replace(item, self.required(item), supply)
        gross: dict[int, int] = defaultdict(int)
        for row in required:
            gross[row[0]] += row[4]
        fence = self.fence("fence_days", item)
        days = sorted({self.snapshot.first_day, fence, *supply, *gross})
        orders = self.planned(item, days, supply, gross, lambda day: day >= fence)
        if fence > self.snapshot.first_day:
            closed = self.planned(item, days, supply, gross, lambda day: day < fence)
            self.result.suggestions += [self.row(item, one) for one in closed]
        coming = defaultdict(int, supply)
        for day, _quantity, good in orders:
            coming[day] += good
        self.remember(item, days, coming, gross)
        for place, (day, quantity, good) in enumerate(orders):
            order = self.row(item, (day, quantity, good))
            self.result.orders.append(order)
            self.explode(order, place)

    def row(self, item: int, order: tuple[int, int, int]) -> tuple[int, int, int, int]:
        due, quantity, _good = order
        return item, quantity, self.walk(item, due, -self.of("lead_days", item)), due

    def planned(
        self, item: int, days: list[int], supply: Any, gross: Any, is_open: Any
    ) -> list[tuple[int, int, int]]:
        safety = self.of("safety_stock", item)
        period = max(self.of("period_days", item), 1)
        orders: list[tuple[int, int, int]] = []
        available = self.of("on_hand", item)
        for place, day in enumerate(days):
            available += supply.get(day, 0) - gross.get(day, 0)
            if not is_open(day) or available >= safety:
                continue
            end = self.walk(item, day, period) if period > 1 else day + 1
            lowest = later = available
            for other in days[place + 1 :]:
                later += supply.get(other, 0) - gross.get(other, 0)
                if other < end and is_open(other):
                    lowest = min(lowest, later)
            for quantity in self.lots(item, safety - lowest):
                good = quantity * self.of("good_share", item) // 10_000
                orders.append((day, quantity, good))
                available += good
        return orders

    def lots(self, item: int, need: int) -> list[int]:
        multiple, most = self.of("multiple", item), self.of("maximum", item)
        share = self.of("good_share", item)
        most = most // multiple * multiple
        result = []
        while need > 0:
            quantity = multiple
            while quantity < self.of("minimum", item) or quantity * share // 10_000 < need:
                quantity += multiple
                if most and quantity > most:
                    quantity = most
                    break
            result.append(quantity)
            need -= quantity * share // 10_000
        return result

    def explode(self, order: tuple[int, int, int, int], place: int) -> None:
        parent, quantity, release, _due = order
        lines, first = self.snapshot.lines, self.snapshot.first_day
        if not self.of("is_made", parent):
            return
        for line in range(lines.parent.size):
            if int(lines.parent[line]) != parent:
                continue
            day = max(release, first)
            if not self.cell(lines, "valid_from", line) <= day:
                continue
            if not day <= self.cell(lines, "valid_until", line):
                continue
            per = Fraction(
                self.cell(lines, "numerator", line), self.cell(lines, "denominator", line)
            ) * Fraction(10_000 + self.cell(lines, "scrap", line), 10_000)
            row = (self.bucket(release), 2, parent, place, math.ceil(quantity * per), line, order)
            self.needs[int(lines.component[line])].append(row)

    # Alternates -------------------------------------------------------------------------------

    def remember(self, item: int, days: list[int], supply: Any, gross: Any) -> None:
        """What is free of the item on every day up to the last one anything happens."""
        available, safety = self.of("on_hand", item), self.of("safety_stock", item)
        self.left[item] = {}
        for day in range(self.snapshot.first_day, max(days) + 1):
            available += supply.get(day, 0) - gross.get(day, 0)
            self.left[item][day] = available - safety

    def replace(self, item: int, required: list[tuple[Any, ...]], supply: Any) -> list[Any]:
        alternates, lines = self.snapshot.alternates, self.snapshot.lines
        rows = list(range(alternates.line.size))
        rows = [row for row in rows if int(lines.component[alternates.line[row]]) == item]
        if not rows:
            return required
        rows.sort(key=lambda row: (self.cell(alternates, "priority", row), row))
        result = []
        used = 0
        for day, kind, parent, place, quantity, line, order in required:
            stock = self.of("on_hand", item) - self.of("safety_stock", item)
            stock += sum(amount for due, amount in supply.items() if due <= day)
            short = min(quantity, used + quantity - stock)
            for row in rows:
                if int(alternates.line[row]) != line or short <= 0:
                    continue
                other = int(alternates.item[row])
                per = Fraction(
                    self.cell(alternates, "numerator", row),
                    self.cell(alternates, "denominator", row),
                )
                part = min(short, math.floor(self.free(other, day) / per))
                if part > 0:
                    taken = math.ceil(part * per)
                    self.use(other, day, taken)
                    self.result.substitutions.append((*order, line, other, part, taken, day))
                    short -= part
                    quantity -= part
            used += quantity
            result.append((day, kind, parent, place, quantity, line, order))
        return result

    def free(self, item: int, day: int) -> int:
        left = self.left[item]
        last = max(left)
        return max(0, min(amount for one, amount in left.items() if one >= min(day, last)))

    def use(self, item: int, day: int, quantity: int) -> None:
        left = self.left[item]
        last = max(left)
        for one in range(last + 1, day + 1):
            left[one] = left[last]
        for one in left:
            if one >= day:
                left[one] -= quantity
