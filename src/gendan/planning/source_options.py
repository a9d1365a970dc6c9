"""Ways to get what is planned: our own line, outside factories, suppliers, with day and cost."""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.conf import settings

from gendan.catalog.models import Routing
from gendan.catalog.queries import calendar, exchange_rates
from gendan.kernel import clock
from gendan.kernel.money import round_money
from gendan.planning.models import PlannedOrder, ScheduledOrder, SourceDecision
from gendan.sourcing.queries import (
    SourceOffer,
    arrival_on,
    calendars_of,
    order_by_on,
    sources_of,
)

MAKE, OUTSOURCE, BUY = (one.value for one in SourceDecision.How)


@dataclass(frozen=True)
class SourceOption:
    """A way to get the planned quantity.

    `quantity` is what would be made or ordered (a supplier's minimum and lot are kept), `cost` of
    all of it in the company's currency with freight and duty; None: not known. `ready_on` None:
    nobody can tell. `order_by_on`: the last day to order it by to have it when it is needed.
    """

    how: str
    supplier: str
    supplier_id: int | None
    name: str
    quantity: Decimal
    ready_on: dt.date | None
    order_by_on: dt.date
    cost: Decimal | None
    price: Decimal | None = None
    currency: str = ""

    def is_late(self, needed_on: dt.date) -> bool:
        """Whether it is there only after the day it is needed."""
        return self.ready_on is None or self.ready_on > needed_on


def options_of(order: PlannedOrder) -> list[SourceOption]:
    """Our own line if there is a routing, then every approved source. About 8 queries."""
    today = clock.today()
    found = list(_own(order))
    offers = sources_of([order.item_id], on=today).get(order.item_id, [])
    rates = exchange_rates({one.currency for one in offers}, today)
    calendars = calendars_of([one.supplier_id for one in offers])
    for offer in offers:
        quantity = _ordered(order.quantity, offer)
        price = offer.price_for(quantity)
        found.append(
            SourceOption(
                how=OUTSOURCE if offer.is_outside_factory else BUY,
                supplier=offer.supplier_code,
                supplier_id=offer.supplier_id,
                name=offer.name,
                quantity=quantity,
                ready_on=arrival_on(offer, today, calendars),
                order_by_on=max(order_by_on(offer, order.due_on, calendars), today),
                cost=_cost(offer, quantity, price, rates.get(offer.currency)),
                price=price,
                currency=offer.currency,
            )
        )
    return found


def _own(order: PlannedOrder) -> list[SourceOption]:
    """Our own line: the day of the finite schedule, at standard cost."""
    if not Routing.objects.filter(item=order.item_id, is_current=True).exists():
        return []
    scheduled = ScheduledOrder.objects.filter(order=order).first()
    if order.kind == PlannedOrder.Kind.MAKE:
        ready_on = scheduled.ends_on if scheduled else order.ready_on
    else:  # not in the schedule of our works: by its lead time from today
        ready_on = calendar(None).add_days(clock.today(), order.item.lead_days)
    unit = order.item.cost
    cost = None if unit is None else round_money(unit * order.quantity, settings.COMPANY_CURRENCY)
    first = scheduled.starts_on if scheduled and scheduled.starts_on else order.release_on
    begins_on = max(first, clock.today())
    return [SourceOption(MAKE, "", None, "", order.quantity, ready_on, begins_on, cost)]


def _ordered(quantity: Decimal, offer: SourceOffer) -> Decimal:
    """What is ordered of a supplier: at least the minimum, in whole lots."""
    least = max(quantity, offer.minimum)
    if not offer.multiple:
        return least
    lots = (least / offer.multiple).to_integral_value(rounding=ROUND_CEILING)
    return lots * offer.multiple


def _cost(
    offer: SourceOffer, quantity: Decimal, price: Decimal | None, rate: Decimal | None
) -> Decimal | None:
    if price is None or rate is None:
        return None
    more = (offer.freight_percent or Decimal(0)) + (offer.duty_percent or Decimal(0))
    return round_money(price * quantity * rate * (1 + more / 100), settings.COMPANY_CURRENCY)
