"""Expected goods of earlier orders learn which paper they are made for, or come with."""

import datetime as dt
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection

from gendan.inventory.models import ExpectedSupply
from gendan.kernel import clock
from gendan.production.services import WorkOrderRow, firm_work_orders
from gendan.purchasing.tests.ordered import TODAY
from gendan.purchasing.tests.received import an_order
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
migration = import_module("gendan.stocking.migrations.0003_papers_of_expected_goods")


def test_they_learn_it_from_their_orders() -> None:
    with clock.at(clock.moment_on(TODAY)):
        bought = an_order()
        masters.item("LAMP", supply="make")
        row = WorkOrderRow("LAMP", Decimal(5), TODAY, TODAY + dt.timedelta(days=9))
        [made] = firm_work_orders(rows=[row], by=None)
        other = masters.expected("LAMP", 3, TODAY)
    ExpectedSupply.objects.update(made_for="", comes_with="")
    with connection.cursor() as cursor:
        for _twice in range(2):
            for one in migration.Migration.operations:
                cursor.execute(one.sql)
    papers = {
        pk: (made_for, comes_with)
        for pk, made_for, comes_with in ExpectedSupply.objects.values_list(
            "pk", "made_for", "comes_with"
        )
    }
    line = bought.lines.get()
    assert papers == {
        made.expected_id: (f"production.workorder:{made.pk}", ""),
        line.expected_id: ("", f"purchasing.purchaseorder:{bought.pk}"),
        other.pk: ("", ""),
    }
