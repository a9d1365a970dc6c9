"""What suppliers have to deliver in each week by orders that are written already."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import F

from gendan.purchasing.models import PurchaseOrder, PurchaseOrderLine

NOTHING = Decimal(0)
Load = dict[tuple[int, int, dt.date], Decimal]  # by supplier, item, Monday of the delivery


def ordered_by_week(item_ids: Iterable[int]) -> Load:
    """What is still to come of open orders, by supplier, item and week: 1 query."""
    load: Load = defaultdict(Decimal)
    rows = PurchaseOrderLine.objects.filter(
        item__in=set(item_ids), is_cancelled=False, order__state__in=PurchaseOrder.OPEN
    ).annotate(came=F("expected__received"))
    for supplier_id, item_id, due_on, quantity, came in rows.values_list(
        "order__supplier_id", "item_id", "due_on", "quantity", "came"
    ):
        load[supplier_id, item_id, monday(due_on)] += max(quantity - (came or NOTHING), NOTHING)
    return dict(load)


def monday(day: dt.date) -> dt.date:
    """The first day of a day's week."""
    return day - dt.timedelta(days=day.weekday())
