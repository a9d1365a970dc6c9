"""What to buy when: stock and receipts first, the rest as late as the days of need allow."""

from collections import defaultdict

from .workshop import Line, Order, Purchase, Source, Workshop


def buy(
    workshop: Workshop, orders: list[Order], leaves: list[int | None]
) -> tuple[list[Purchase], float]:
    """The buy orders that made orders and lines need, and what they and stock are worth by days.

    Raises ValueError if something cannot be had on the day it is needed: a plan that is wrong.
    """
    needs: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    products = workshop.products
    for order in orders:
        for part in products[order.item].parts:
            if not products[part.item].is_made:
                need = -(-order.quantity * part.numerator // part.denominator)
                needs[part.item][order.start] += need
    sold: list[tuple[Line, int | None]] = list(zip(workshop.lines, leaves, strict=True))
    for line, day in sold:
        if day is not None and not products[line.item].is_made:
            needs[line.item][day] += line.quantity
    purchases: list[Purchase] = []
    value = 0.0
    for item in sorted(needs):
        value += _buy_item(workshop, item, needs[item], purchases)
    return purchases, value


def _buy_item(
    workshop: Workshop, item: int, needs: dict[int, int], purchases: list[Purchase]
) -> float:
    """Buy one item; pieces in stock by days, times the price."""
    product = workshop.products[item]
    stock = sorted(workshop.stock[item], reverse=True)
    there, before, pieces = 0, 0, 0
    for day in sorted(needs):
        while stock and stock[-1][0] <= day:
            came, amount = stock.pop()
            pieces += there * (came - before)
            before = came
            there += amount
        pieces += there * (day - before)
        before = day
        there -= needs[day]
        if there < 0:
            source, amount = _source(product.sources, product.lot, -there, day)
            start = day - source.lead_days
            purchases.append(Purchase(item, amount, source.supplier, start, day))
            there += amount
    return pieces * product.price


def _source(sources: tuple[Source, ...], lot: int, missing: int, day: int) -> tuple[Source, int]:
    """Of the suppliers who deliver by a day the one whose order leaves least over."""
    amounts = [
        (-(-max(missing, source.least) // lot) * lot, row)
        for row, source in enumerate(sources)
        if source.lead_days <= day
    ]
    if not amounts:
        raise ValueError(f"nobody delivers by day {day}")
    amount, row = min(amounts)
    return sources[row], amount
