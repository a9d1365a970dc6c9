"""Overtime, maintenance and the like change what a work centre can do on a day."""

import datetime as dt
from typing import Any

import pytest

from gendan.catalog.models import WorkCenter
from gendan.kernel.errors import NotAllowed
from gendan.kernel.models import Entry
from gendan.kernel.rows import RowsRefused
from gendan.planning.capacity import SCALE, capacity_by_day
from gendan.planning.models import CapacityChange
from gendan.planning.services.capacity import CapacityChangeRow, save_capacity_changes
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def saw() -> WorkCenter:
    masters.calendar(off=(day(4),), on=(day(8),))
    return masters.work_center("SAW", minutes_per_day=480)


def day(number: int) -> dt.date:
    return dt.date(2026, 3, number)


def save(kind: str, first: int, last: int, minutes: int = 0, **more: Any) -> None:
    row = CapacityChangeRow("SAW", kind, day(first), day(last), minutes, **more)
    save_capacity_changes(rows=[row], by=None)


def week() -> list[int]:
    """Minutes from Monday to Sunday."""
    found = capacity_by_day(MONDAY, day(8))
    return [amount // SCALE for amount in found.amounts[0].tolist()]


def test_without_changes_the_calendar_counts() -> None:
    assert week() == [480, 480, 0, 480, 480, 0, 480]


def test_a_work_centre_may_have_a_calendar_of_its_own() -> None:
    masters.calendar("SEVEN", country="", weekdays=(0, 1, 2, 3, 4, 5, 6))
    masters.work_center("SAW", calendar="SEVEN")
    assert week() == [480] * 7


def test_more_is_added_on_working_days() -> None:
    save("overtime", 2, 7, 120)
    assert week() == [600, 600, 0, 600, 600, 0, 480]


def test_more_on_days_off_when_it_says_so() -> None:
    save("extra_shift", 7, 7, 240, on_days_off=True)
    assert week() == [480, 480, 0, 480, 480, 240, 480]


def test_less_is_taken_away_and_never_below_nothing() -> None:
    save("maintenance", 2, 2, 200)
    save("breakdown", 2, 3, 400)
    assert week() == [0, 80, 0, 480, 480, 0, 480]


def test_what_is_closed_stays_closed_whatever_else_is_said() -> None:
    save("second_line", 2, 6, 480)
    save("breakdown", 3, 3)
    assert week() == [960, 0, 0, 960, 960, 0, 480]


def test_it_begins_and_ends_outside_of_the_days_asked_for() -> None:
    save("overtime", 1, 31, 60)
    found = capacity_by_day(day(3), day(3))
    assert found.amounts.tolist() == [[540 * SCALE]]
    assert found.usual.tolist() == [[480 * SCALE]]


def test_a_change_is_changed_and_removed_and_the_journal_knows() -> None:
    save("overtime", 2, 3, 60)
    save("overtime", 2, 2, 90, reason="Big order")
    assert CapacityChange.objects.get().minutes == 90
    row = CapacityChangeRow("SAW", "overtime", MONDAY, remove=True)
    save_capacity_changes(rows=[row], by=person("gang"))
    assert not CapacityChange.objects.exists()
    facts = Entry.objects.filter(fact="CapacityChanged").order_by("pk")
    assert [one.data["codes"] for one in facts] == [["SAW"]] * 3
    assert facts[2].data["removed"] == 1


@pytest.mark.parametrize(
    ("kind", "last", "minutes", "words"),
    [
        ("overtime", 3, 0, "how many minutes"),
        ("overtime", 1, 60, "before the first"),
        ("breakdown", 3, 2_000_000, "no work centre"),
        ("party", 3, 60, "none of"),
    ],
)
def test_what_makes_no_sense_is_refused(kind: str, last: int, minutes: int, words: str) -> None:
    with pytest.raises(RowsRefused, match=f"(?i){words}"):
        save(kind, 2, last, minutes)


def test_a_buyer_may_not() -> None:
    row = CapacityChangeRow("SAW", "overtime", MONDAY, MONDAY, 60)
    with pytest.raises(NotAllowed):
        save_capacity_changes(rows=[row], by=person("bo"))
