"""The company's working time."""

import datetime as dt

import pytest

from gendan.kernel import clock, company
from gendan.kernel.errors import Invalid
from gendan.kernel.services import save_setting
from gendan.notices import hours

pytestmark = pytest.mark.django_db
FRIDAY = dt.date(2026, 11, 27)
MONDAY = dt.date(2026, 11, 30)


def test_an_answer_on_monday_to_a_friday_evening_took_minutes() -> None:
    asked, answered = clock.moment_on(FRIDAY, 17, 20), clock.moment_on(MONDAY, 8, 40)
    assert hours.minutes_between(asked, answered) == 20
    assert hours.after(asked, 1) == clock.moment_on(MONDAY, 9, 20)


def test_the_company_sets_its_hours() -> None:
    save_setting(key="work_starts", value="10:00", by=None)
    assert hours.after(clock.moment_on(FRIDAY, 9), 2) == clock.moment_on(FRIDAY, 12)


@pytest.mark.parametrize("typed", ["", "25:00", "late", "17:30", "23:00"])
def test_hours_that_are_none_are_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        save_setting(key="work_starts", value=typed, by=None)
    assert company.value("work_starts") == "08:30"
