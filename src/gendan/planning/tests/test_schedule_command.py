"""gendan schedule without --from: the database dated, told, and written as files."""

import csv
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gendan.kernel import clock
from gendan.planning.models import PlanRun
from gendan.planning.services.capacity import CapacityChangeRow, save_capacity_changes
from gendan.planning.tests.factory import MONDAY, chairs, ordered
from gendan.production.services import WorkOrderRow, firm_work_orders
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_it_writes_the_files_of_a_schedule_and_changes_nothing(tmp_path: Path) -> None:
    order = ordered(80, day=dt.date(2026, 3, 31))
    told = StringIO()
    call_command("schedule", out=tmp_path / "plan", stdout=told)
    assert "1 demands, 0 late, 2 orders scheduled" in told.getvalue()
    supply = {row["item"]: row for row in rows(tmp_path / "plan" / "supply.csv")}
    assert set(supply) == {"CHAIR", "LEG", "SEAT", "WOOD"}
    assert (supply["CHAIR"]["quantity"], supply["CHAIR"]["available_date"]) == ("80", "2026-03-31")
    operations = rows(tmp_path / "plan" / "operations.csv")
    mine = [row for row in operations if row["supply"] == supply["CHAIR"]["supply"]]
    assert sum(float(row["minutes"]) for row in mine) == 490
    assert all(float(row["minutes"]) <= 480 for row in operations)
    assert rows(tmp_path / "plan" / "deliveries.csv") == [
        {"order_no": order.number, "line_no": "1", "date": "2026-03-31"}
    ]
    assert not PlanRun.objects.exists()


def test_what_is_late_is_named_with_what_binds(tmp_path: Path) -> None:
    ordered(400, day=dt.date(2026, 3, 31))
    change = CapacityChangeRow("ASSEMBLY", "breakdown", dt.date(2026, 3, 23), dt.date(2026, 3, 31))
    save_capacity_changes(rows=[change], by=None)
    told = StringIO()
    call_command("schedule", stdout=told)
    assert "CHAIR: 2026-04-01, centre ASSEMBLY" in told.getvalue()


def test_a_work_order_that_is_late_is_named_too() -> None:
    ordered(20, day=dt.date(2026, 3, 10))
    row = WorkOrderRow("CHAIR", Decimal(20), dt.date(2026, 3, 16), dt.date(2026, 3, 18))
    [order] = firm_work_orders(rows=[row], by=None)
    told = StringIO()
    call_command("schedule", stdout=told)
    assert f"  {order.number} CHAIR: 2026-03-18, material" in told.getvalue()


def test_what_is_wrong_with_the_data_is_named_as_in_a_plan() -> None:
    masters.item("LAMP", supply="make")
    orders.confirmed(masters.customer(), [orders.line("LAMP", 5)])
    told = StringIO()
    call_command("schedule", stdout=told)
    assert "1  no bom: LAMP\n" in told.getvalue()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("schedule", out=tmp_path / "file", stdout=StringIO())
