"""Today: the right rows for each role, most urgent first, one action each, few queries."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from gendan.followup.models import Template
from gendan.followup.queries import board, counts_for, order_followup, slips_since, today_for
from gendan.followup.services import chase_milestone, expect_milestone, reach_milestone
from gendan.followup.today import Reason
from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


def codes(user: User) -> list[tuple[str, str]]:
    return [(row.step, row.action) for row in today_for(user)]


def test_what_is_not_due_yet_is_not_on_the_list(small: Template) -> None:
    make.followed(days=90)
    assert codes(person("mei")) == []


def test_what_others_owe_is_chased_when_due_then_awaited_then_chased_again(
    small: Template, turn_to: Callable[..., None]
) -> None:
    journey = make.followed(days=90)
    turn_to(dt.date(2026, 3, 9))
    assert codes(person("mei")) == [("Deposit", "chase_milestone")]
    assert codes(person("fang")) == [("Deposit", "chase_milestone")]
    row = today_for(person("mei"))[0]
    assert journey.order.number in row.message
    chase_milestone(milestone_id=row.milestone_id, by=person("mei"))
    assert codes(person("mei")) == []
    turn_to(dt.date(2026, 3, 10))
    assert codes(person("mei")) == [("Deposit", "expect_milestone")]
    turn_to(dt.date(2026, 3, 11))
    assert codes(person("mei")) == [("Deposit", "chase_milestone")]
    expect_milestone(milestone_id=row.milestone_id, expected_on="2026-03-20", by=person("mei"))
    assert codes(person("mei")) == []


def test_each_role_sees_what_waits_for_it(small: Template) -> None:
    journey = make.followed(days=90)
    reach_milestone(milestone_id=make.milestone(journey, "deposit").pk, by=person("mei"))
    reach_milestone(milestone_id=make.milestone(journey, "material").pk, by=person("mei"))
    assert codes(person("gang")) == [("Sewing", "reach_milestone")]
    for name in ("wen", "fang", "bo", "jun", "stranger"):
        assert codes(person(name)) == []


def test_money_and_days_decide_the_order(small: Template, turn_to: Callable[..., None]) -> None:
    calm = make.followed(days=120, price="9")
    small_late = make.followed(days=42, price="1")
    large_late = make.followed(days=42, price="50")
    turn_to(dt.date(2026, 3, 9))
    rows = today_for(person("mei"))
    assert [row.order_id for row in rows] == [
        large_late.order_id, small_late.order_id, calm.order_id,
    ]  # fmt: skip
    assert [row.urgency for row in rows] == sorted((row.urgency for row in rows), reverse=True)


def test_the_words_are_the_readers(small: Template) -> None:
    make.followed(days=30)
    row = today_for(person("mei"))[0]
    with translation.override("en"):
        assert row.why == "The order's date already moves: 6 working days too late."
        assert row.party_label == "customer"


def test_one_day_is_not_days() -> None:
    with translation.override("en"):
        assert Reason("overdue", {"day": "2026-06-09", "days": 1}).words.endswith("1 day ago.")
        assert Reason("overdue", {"day": "2026-06-08", "days": 2}).words.endswith("2 days ago.")


def test_slips_since_yesterday_name_order_dates_and_milestone(
    small: Template, turn_to: Callable[..., None]
) -> None:
    journey = make.followed(days=60)
    quiet = make.followed(days=60)
    turn_to(dt.date(2026, 3, 3))
    since = clock.now()
    deposit = make.milestone(journey, "deposit")
    for day in ("2026-03-20", "2026-04-01"):
        expect_milestone(milestone_id=deposit.pk, expected_on=day, by=person("mei"))
    slip = slips_since(person("mei"), since)[0]
    assert (slip.order_id, slip.was_on) == (journey.order_id, dt.date(2026, 4, 9))
    assert (slip.is_on, slip.name_en) == (dt.date(2026, 5, 4), "Deposit")
    assert slip.days == 25
    assert len(slips_since(person("zhao"), since)) == 1
    assert slips_since(person("jun"), since) == []
    back = make.milestone(quiet, "deposit")
    expect_milestone(milestone_id=back.pk, expected_on="2026-03-20", by=person("mei"))
    expect_milestone(milestone_id=back.pk, expected_on="2026-03-09", by=person("mei"))
    assert len(slips_since(person("mei"), since)) == 1


def test_the_board_sorts_and_pages(small: Template) -> None:
    made = [make.followed(days=days, price=price) for days, price in
            ((90, "1"), (40, "2"), (60, "3"), (75, "4"))]  # fmt: skip
    mei = person("mei")
    by_impact = board(mei, sort="impact").rows
    assert [row.order_id for row in by_impact] == [made[place].order_id for place in (1, 2, 3, 0)]
    by_value = board(mei, sort="value").rows
    assert [row.order_id for row in by_value] == [one.order_id for one in reversed(made)]
    for sort in ("impact", "value", "urgency"):
        paged, cursor = [], ""
        while True:
            page = board(mei, sort=sort, cursor=cursor, limit=1)
            paged += [row.order_id for row in page.rows]
            cursor = page.next_cursor
            if not cursor:
                break
        assert paged == [row.order_id for row in board(mei, sort=sort).rows]
    assert board(person("jun"), mine=True).rows == []
    assert board(person("stranger")).rows == []


def test_the_boards_cells_show_the_loudest_milestone(small: Template) -> None:
    late = make.followed(days=30)
    cells = board(person("mei")).rows[0].cells
    assert (cells["contract"].colour, cells["contract"].step) == ("late", "Deposit")
    reach_milestone(milestone_id=make.milestone(late, "deposit").pk, by=person("mei"))
    cells = board(person("mei")).rows[0].cells
    assert (cells["contract"].colour, cells["contract"].done) == ("done", 1)


def test_counts_are_of_what_waits_for_me(small: Template, turn_to: Callable[..., None]) -> None:
    make.followed(days=90)
    turn_to(dt.date(2026, 3, 10))
    assert counts_for(person("mei")) == {"today": 1, "approvals": 0}
    assert counts_for(person("stranger"))["today"] == 0


def test_the_number_of_queries_does_not_depend_on_the_data(
    small: Template, turn_to: Callable[..., None]
) -> None:
    mei = person("mei")
    questions = {
        "today": lambda: today_for(mei),
        "slips": lambda: slips_since(mei, clock.now() - dt.timedelta(days=1)),
        "board": lambda: board(mei),
        "counts": lambda: counts_for(mei),
    }
    first = make.followed(days=30)
    turn_to(dt.date(2026, 3, 10))
    before = {name: _queries(ask) for name, ask in questions.items()}
    for _more in range(4):
        make.followed(days=30)
    turn_to(dt.date(2026, 3, 19))
    assert {name: _queries(ask) for name, ask in questions.items()} == before
    assert before["today"] <= 5
    assert before["board"] <= 2
    assert _queries(lambda: order_followup(first.order_id)) <= 4


def _queries(ask: Callable[[], object]) -> int:
    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)
