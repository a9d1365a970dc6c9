"""How the fictional company keeps its stock: policies of some materials, forecasts of all items."""

import datetime as dt
from decimal import Decimal

from django.db import connection

from gendan.kernel.models import User
from gendan.stocking.deferring import TASK
from gendan.stocking.jobs import calculate_now
from gendan.stocking.models import ItemForecast, StockPolicy
from gendan.stocking.services import (
    PolicyRow,
    adopt_stock_policies,
    calculate_forecasts,
    save_stock_policies,
)
from gendan.testing.world import company

MIN_MAX = ("PK-", "LB-", "PB-")  # cheap, always there
REORDER = ("SC-", "BL-", "TH-")
ADOPTED = ("ST-", "PL-", "LD-")  # as the forecast says


def keep_stock(day: dt.date, by: User) -> None:
    """Policies, once; forecasts of the month; limits that are calculated."""
    if not StockPolicy.objects.exists():
        save_stock_policies(rows=_policies(), by=by)
    run = calculate_forecasts(by=by)
    calculate_now(run.pk)
    with connection.cursor() as cursor:  # its job, that the worker would do
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s", [TASK])
    wanted = [row[0] for row in company.MATERIALS if row[0].startswith(ADOPTED)]
    known = ItemForecast.objects.filter(item__code__in=wanted).values_list("item_id", flat=True)
    if ids := sorted(known):
        adopt_stock_policies(item_ids=ids, by=by)


def _policies() -> list[PolicyRow]:
    rows = []
    for code, *_words, lot, safety, _supplier in company.MATERIALS:
        few, many = Decimal(safety), Decimal(safety) * 4
        if code.startswith(MIN_MAX):
            rows.append(PolicyRow(code, method="min_max", minimum=few, maximum=many))
        elif code.startswith(REORDER):
            size = Decimal(lot) * 4
            rows.append(
                PolicyRow(code, method="reorder_point", reorder_point=few * 2, order_quantity=size)
            )
    return rows
