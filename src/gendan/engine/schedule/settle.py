"""Orders moved as late as their consumers allow, and cut to what is needed.

The method is right-justification as known from project scheduling: from the last order to the
first, each is taken out and put back as late as the stock of its item and the work centres allow.
It finds at least the place it had, so no line is ever later for it.
"""

from itertools import accumulate

from .capacity import Centre
from .forward import lowest_after
from .workshop import Order, Workshop

Balances = list[list[int]]  # by item: what is there on each day when all is taken; bought items too


def balances(workshop: Workshop, orders: list[Order]) -> Balances:
    """What is left of each made item on each day when only the orders take; no row if bought."""
    days = max(
        (
            *(order.available for order in orders),
            *(max(line.due, 0) for line in workshop.lines),
            *(day for stock in workshop.stock for day, _amount in stock),
            0,
        )
    )
    products = workshop.products
    left = [[0] * (days + 2) if product.is_made else [] for product in products]
    for item, stock in enumerate(workshop.stock):
        if left[item]:
            for day, amount in stock:
                left[item][day] += amount
    for order in orders:
        left[order.item][order.available] += order.quantity
        for part in products[order.item].parts:
            if left[part.item]:
                need = -(-order.quantity * part.numerator // part.denominator)
                left[part.item][order.start] -= need
    return [list(accumulate(row)) for row in left]


def trim(
    workshop: Workshop,
    level: list[int],
    orders: list[Order],
    left: Balances,
    centres: list[Centre],
) -> list[Order]:
    """Make no more than is used: orders lose what nobody takes after them, the earliest first."""
    by_item: dict[int, list[Order]] = {}
    for order in orders:
        by_item.setdefault(order.item, []).append(order)
    for item in sorted(by_item, key=lambda item: level[item]):
        lot = workshop.products[item].lot
        row = left[item]
        if row[-1] < lot:
            continue
        lowest = lowest_after(row)
        gone = 0
        for order in sorted(by_item[item], key=lambda order: order.available):
            spare = lowest[order.available] - gone
            if spare < lot:
                continue
            less = min(spare // lot * lot, order.quantity)
            gone += less
            _cut(workshop, order, less, left)
            if not order.quantity:
                take_out(workshop, order, centres)
    return [order for order in orders if order.quantity]


def take_out(workshop: Workshop, order: Order, centres: list[Centre]) -> None:
    """Give the minutes of an order back to its work centres."""
    steps = workshop.products[order.item].steps
    for step, day, minutes in order.work:
        centres[steps[step].centre].give_back(day, minutes)


def _cut(workshop: Workshop, order: Order, less: int, left: Balances) -> None:
    """Take pieces off an order; its components stay for others."""
    row = left[order.item]
    for day in range(order.available, len(row)):
        row[day] -= less
    rest = order.quantity - less
    for part in workshop.products[order.item].parts:
        row = left[part.item]
        saved = -(-order.quantity * part.numerator // part.denominator)
        saved -= -(-rest * part.numerator // part.denominator)
        for day in range(order.start, len(row)):
            row[day] += saved
    order.quantity = rest


def settle(
    workshop: Workshop,
    level: list[int],
    orders: list[Order],
    left: Balances,
    centres: list[Centre],
) -> None:
    """Move every order as late as possible, the last one first, consumers before producers."""
    products = workshop.products
    for order in sorted(orders, key=lambda one: (-one.available, level[one.item], -one.start)):
        product = products[order.item]
        take_out(workshop, order, centres)
        row, quantity, day = left[order.item], order.quantity, order.available
        end = len(row) - 1
        while day < end and row[day] >= quantity:
            row[day] -= quantity
            day += 1
        latest = day
        work: list[tuple[int, int, float]] = []
        for place in range(len(product.steps) - 1, -1, -1):
            step = product.steps[place]
            minutes = step.setup + quantity * step.per_piece
            day = centres[step.centre].backward(place, day, minutes, work)
        work.reverse()
        available = work[-1][1]
        for one in range(available, latest):
            row[one] += quantity
        for part in product.parts:
            need = -(-quantity * part.numerator // part.denominator)
            row = left[part.item]
            if row:
                for one in range(order.start, day):
                    row[one] += need
        order.start, order.available, order.work = day, available, work
