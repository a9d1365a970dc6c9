"""Asking for a later date: the customer's own days, each counted once, each message cited."""

import datetime as dt
import io
from collections.abc import Callable

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendan.engine.calendars import work_calendar
from gendan.followup.extension_evidence import case_of, days_after
from gendan.followup.models import Extension, Journey, Template
from gendan.followup.queries import order_followup
from gendan.followup.services import (
    answer_question,
    ask_question,
    chase_milestone,
    reach_milestone,
    record_extension_answer,
    remind_question,
    request_extension,
)
from gendan.followup.services.extending import ExtensionIsOpen, NothingToExtend
from gendan.kernel import files, journal
from gendan.kernel.errors import DomainError, IllegalStep, Invalid, NotAllowed, NotThere
from gendan.kernel.models import Mail
from gendan.orders.models import Order
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db
MONDAY_TO_FRIDAY = work_calendar(range(5), {})


def order_of(journey: Journey) -> Order:
    return Order.objects.select_related("customer", "contact").get(pk=journey.order_id)


def late(turn_to: Callable[..., None]) -> Journey:
    """The deposit was due on 9 March and came on the 23rd; a question was open meanwhile."""
    journey = make.followed(days=35, number="PO-77")
    deposit = make.milestone(journey, "deposit")
    question = ask_question(
        order_id=journey.order_id,
        text="Which blue?",
        due_on=dt.date(2026, 3, 10),
        milestone_id=make.milestone(journey, "material").pk,
        email="anna@example.com",
        name="Anna",
        by=person("mei"),
    )
    turn_to(dt.date(2026, 3, 11))
    chase_milestone(milestone_id=deposit.pk, by=person("mei"))
    turn_to(dt.date(2026, 3, 16))
    remind_question(question_id=question.pk, by=person("mei"))
    turn_to(dt.date(2026, 3, 23))
    reach_milestone(milestone_id=deposit.pk, by=person("mei"))
    turn_to(dt.date(2026, 3, 25))
    answer_question(question_id=question.pk, text="Navy", by=person("mei"))
    return journey


def test_the_evidence_counts_each_day_once(small: Template, turn_to: Callable[..., None]) -> None:
    journey = late(turn_to)
    case = case_of(order_of(journey))
    assert case is not None
    deposit, material = case.waits
    assert (deposit.expected, deposit.until) == (dt.date(2026, 3, 9), dt.date(2026, 3, 23))
    assert deposit.working_days == 10
    # The milestone opened with the deposit: its question has been due long before.
    assert (material.since, material.until) == (dt.date(2026, 3, 23), dt.date(2026, 3, 25))
    assert case.customer_days == 12
    assert case.effect_days == min(12, case.late_days)
    assert case.proposed_on == MONDAY_TO_FRIDAY.add_days(case.promised_on, case.effect_days)
    found = order_followup(journey.order_id)
    assert found is not None
    for row in found.milestones:
        assert sum(part.days for part in row.waits) == pytest.approx(row.elapsed_days)


def test_the_letter_cites_every_dated_message(
    small: Template, turn_to: Callable[..., None]
) -> None:
    journey = late(turn_to)
    extension = request_extension(
        order_id=journey.order_id, email="anna@example.com", name="Anna", by=person("mei")
    )
    for day, words in (
        ("2026-03-02", "question 1 asked, answer requested by 2026-03-10"),
        ("2026-03-11", "we asked you about “Deposit”"),
        ("2026-03-16", "reminder of question 1"),
        ("2026-03-23", "“Deposit” done"),
        ("2026-03-25", "question 1 answered: “Navy”"),
    ):
        assert f"- {day}: {words}" in extension.letter
    assert "PO-77" in extension.letter
    assert "12 working days" in extension.letter
    assert extension.proposed_on.isoformat() in extension.letter
    mail = Mail.objects.latest("pk")
    assert (mail.kind, mail.text) == ("extension", extension.letter)
    assert mail.files.count() == 1
    assert extension.file is not None
    with files.open_file(extension.file) as content:
        text = pypdfium2.PdfDocument(io.BytesIO(content.read()))[0].get_textpage().get_text_range()
    assert "Dear Anna" in text
    assert journal.timeline(extension)[0].fact == "ExtensionRequested"
    with pytest.raises(ExtensionIsOpen):
        request_extension(order_id=journey.order_id, email="anna@example.com", by=person("mei"))


def test_a_chinese_customer_reads_chinese(small: Template, turn_to: Callable[..., None]) -> None:
    journey = late(turn_to)
    extension = request_extension(
        order_id=journey.order_id,
        language="zh-hans",
        is_mailed=False,
        is_pdf=False,
        by=person("mei"),
    )
    assert "恳请贵司同意" in extension.letter
    assert "2026-03-16: 就问题1再次提醒" in extension.letter
    assert (extension.file, extension.to_email) == (None, "")


def test_own_words_and_another_day(small: Template, turn_to: Callable[..., None]) -> None:
    journey = late(turn_to)
    kept = {"order_id": journey.order_id, "is_mailed": False, "by": person("mei")}
    for day in (journey.target_on, dt.date(2026, 3, 1), "soon"):
        with pytest.raises(Invalid):
            request_extension(proposed_on=day, **kept)  # type: ignore[arg-type]
    extension = request_extension(
        proposed_on=dt.date(2026, 5, 4),
        letter="Please give us time.",
        **kept,  # type: ignore[arg-type]
    )
    assert (extension.letter, extension.proposed_on) == (
        "Please give us time.",
        dt.date(2026, 5, 4),
    )
    with pytest.raises(Invalid, match="what they said"):
        record_extension_answer(extension_id=extension.pk, is_agreed=False, by=person("mei"))
    agreed = record_extension_answer(
        extension_id=extension.pk, is_agreed=True, agreed_on="2026-05-02", by=person("mei")
    )
    assert (agreed.state, agreed.agreed_on) == ("agreed", dt.date(2026, 5, 2))
    with pytest.raises(IllegalStep):
        record_extension_answer(
            extension_id=extension.pk, is_agreed=False, answer="no", by=person("mei")
        )
    again = request_extension(proposed_on=dt.date(2026, 5, 4), **kept)  # type: ignore[arg-type]
    refused = record_extension_answer(
        extension_id=again.pk, is_agreed=False, answer="No.", by=person("mei")
    )
    assert (refused.state, refused.agreed_on) == ("refused", None)


def test_nothing_is_asked_for_that_is_not_theirs(
    small: Template, turn_to: Callable[..., None]
) -> None:
    on_time = make.followed(days=90)
    with pytest.raises(NothingToExtend, match="not taken longer"):
        request_extension(order_id=on_time.order_id, by=person("mei"))
    turn_to(dt.date(2026, 3, 13))  # four days late, and plenty to spare
    with pytest.raises(NothingToExtend, match="on time"):
        request_extension(order_id=on_time.order_id, by=person("mei"))
    with pytest.raises(NotAllowed):
        request_extension(order_id=on_time.order_id, by=person("wen"))
    with pytest.raises(NotThere):
        request_extension(order_id=10**9, by=person("mei"))
    with pytest.raises(NotThere):
        record_extension_answer(extension_id=10**9, is_agreed=True, by=person("mei"))
    assert issubclass(NothingToExtend, DomainError)
    assert not Extension.objects.exists()


spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 30)).map(
        lambda pair: (
            dt.date(2026, 3, 1) + dt.timedelta(days=pair[0]),
            dt.date(2026, 3, 1) + dt.timedelta(days=pair[0] + pair[1]),
        )
    ),
    max_size=8,
)


@given(spans)
def test_no_day_is_counted_twice_and_none_is_lost(
    given_spans: list[tuple[dt.date, dt.date]],
) -> None:
    days = days_after(given_spans, MONDAY_TO_FRIDAY)
    every = {
        day
        for offset in range(120)
        if (day := dt.date(2026, 2, 25) + dt.timedelta(days=offset)).weekday() < 5
        and any(first < day <= last for first, last in given_spans)
    }
    assert days == {day.toordinal() for day in every}
    alone = [len(days_after([one], MONDAY_TO_FRIDAY)) for one in given_spans]
    assert max(alone, default=0) <= len(days) <= sum(alone)
