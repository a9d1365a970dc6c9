"""The rules of a finite plan checked the slow and obvious way, without the code that plans."""

import math
from collections import Counter, defaultdict
from fractions import Fraction

from gendan.engine.schedule.workshop import Plan, Workshop


def received(plan: Plan) -> list[tuple[int, int, int]]:
    """Item, day and quantity of what is made and bought."""
    made = [(one.item, one.available, one.quantity) for one in plan.orders]
    return made + [(one.item, one.available, one.quantity) for one in plan.purchases]


def broken(workshop: Workshop, plan: Plan) -> list[str]:
    """A sentence for each rule that the plan breaks."""
    return [*_orders(workshop, plan), *_capacity(workshop, plan), *_material(workshop, plan)]


def _orders(workshop: Workshop, plan: Plan) -> list[str]:
    found = []
    for order in plan.orders:
        product = workshop.products[order.item]
        if not product.is_made or order.quantity <= 0 or order.quantity % product.lot:
            found.append(f"{product.code}: {order.quantity} made")
        before = order.start
        for place, step in enumerate(product.steps):
            days = sorted(day for at, day, _minutes in order.work if at == place)
            minutes = sum(minutes for at, _day, minutes in order.work if at == place)
            if not days or abs(minutes - step.setup - order.quantity * step.per_piece) > 0.01:
                found.append(f"{product.code} step {step.seq}: {minutes} minutes")
                continue
            if days[0] < before or (place == 0 and days[0] != order.start):
                found.append(f"{product.code} step {step.seq} begins on {days[0]}")
            before = days[-1]
        if before != order.available or order.start < 0 or not product.steps:
            found.append(f"{product.code}: {order.start} to {order.available}")
    for bought in plan.purchases:
        product = workshop.products[bought.item]
        terms = [
            source
            for source in product.sources
            if source.supplier == bought.supplier
            and bought.start + source.lead_days <= bought.available
            and bought.quantity >= source.least
        ]
        if product.is_made or not terms or bought.start < 0 or bought.quantity % product.lot:
            found.append(f"{product.code} bought: {bought}")
    return found


def _capacity(workshop: Workshop, plan: Plan) -> list[str]:
    load: dict[tuple[int, int], float] = defaultdict(float)
    for order in plan.orders:
        for place, day, minutes in order.work:
            load[workshop.products[order.item].steps[place].centre, day] += minutes
    return [
        f"centre {centre} day {day}: {minutes} minutes"
        for (centre, day), minutes in load.items()
        if minutes > workshop.minutes[centre] + 0.01
    ]


def _material(workshop: Workshop, plan: Plan) -> list[str]:
    change: dict[int, Counter[int]] = defaultdict(Counter)
    for item, stock in enumerate(workshop.stock):
        for day, amount in stock:
            change[item][day] += amount
    for item, day, quantity in received(plan):
        change[item][day] += quantity
    for order in plan.orders:
        for part in workshop.products[order.item].parts:
            need = math.ceil(Fraction(order.quantity * part.numerator, part.denominator))
            change[part.item][order.start] -= need
    for line, leaves in zip(workshop.lines, plan.leaves, strict=True):
        if leaves is not None:
            change[line.item][leaves] -= line.quantity
    found = []
    for item, days in change.items():
        there = 0
        for day in sorted(days):
            there += days[day]
            if there < 0:
                found.append(f"{workshop.products[item].code} day {day}: {there}")
    return found


def stock_value_days(workshop: Workshop, plan: Plan, days: int) -> float:
    """What lies in stock each day up to `days`, times its price, added up."""
    value = 0.0
    for item, product in enumerate(workshop.products):
        for day in range(days):
            there = sum(amount for one, amount in workshop.stock[item] if one <= day)
            for made, since, quantity in received(plan):
                there += quantity * (made == item and since <= day)
            for order in plan.orders:
                for part in workshop.products[order.item].parts:
                    if part.item == item and order.start <= day:
                        there -= -(-order.quantity * part.numerator // part.denominator)
            for line, leaves in zip(workshop.lines, plan.leaves, strict=True):
                if line.item == item and leaves is not None and leaves <= day:
                    there -= line.quantity
            value += there * product.price
    return value
