"""A call becomes a document of its own, read like any other."""

import datetime as dt
from typing import Any

import pytest

from gendan.intake.models import Incoming
from gendan.intake.queries import open_doubts
from gendan.intake.services import NothingSaid, note_call, read_incoming
from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
MOMENT = dt.datetime(2026, 11, 20, 6, 30, tzinfo=dt.UTC)


def test_a_call_is_kept_and_read_into_a_draft(customer: object) -> None:
    note = note_call(
        lines=[
            {"item": "HW-1001", "description": "Steel hinge 100 mm", "quantity": "500"},
            {"description": "黄铜门把手", "quantity": "200", "due_date": "2027-03-01"},
            {},
        ],
        text="please hurry",
        caller="Anna Berg",
        company="Nordic Home AB",
        order_number="NH-88",
        called_at=MOMENT,
        by=person("mei"),
    )
    assert (note.channel, note.sender_name, note.received_at) == ("phone", "Nordic Home AB", MOMENT)
    draft = read_incoming(incoming_id=note.pk).drafts.get()
    assert draft.customer == customer
    assert draft.data["order_number"] == "NH-88"
    assert [line["quantity"] for line in draft.data["lines"]] == ["500", "200"]
    assert [match["reason"] for match in draft.matches["lines"]] == ["our_code", "name"]
    assert draft.data["lines"][1]["due_date"] == "2027-03-01"


def test_a_call_noted_in_a_sentence_is_read_with_doubts(customer: object) -> None:
    note = note_call(text="200 pcs HW-1002 by 2027-03-01", caller="Anna", by=person("mei"))
    draft = read_incoming(incoming_id=note.pk).drafts.get()
    assert draft.data["lines"][0]["quantity"] == "200"
    assert "customer" in {doubt.field for doubt in open_doubts(draft)}


def test_the_same_words_at_another_time_are_another_call() -> None:
    said: dict[str, Any] = {"text": "10 pcs HW-1001", "caller": "Anna", "by": person("mei")}
    with clock.at(MOMENT):
        first = note_call(**said)
    with clock.at(MOMENT + dt.timedelta(days=1)):
        assert note_call(**said).pk != first.pk


def test_it_refuses_a_note_without_words_or_caller_or_from_the_future() -> None:
    with pytest.raises(NothingSaid, match="what was said"):
        note_call(text=" \n", caller="Anna", by=person("mei"))
    with pytest.raises(NothingSaid, match="who called"):
        note_call(text="ten hinges", by=person("mei"))
    tomorrow = clock.now() + dt.timedelta(days=1)
    with pytest.raises(Invalid, match="before it happened"):
        note_call(text="ten hinges", caller="Anna", called_at=tomorrow, by=person("mei"))
    assert Incoming.objects.count() == 0


def test_a_moment_without_a_zone_is_ours_and_an_absurd_one_is_refused() -> None:
    plain = dt.datetime(2026, 11, 20, 14, 30)  # noqa: DTZ001 - as a program may send it
    note = note_call(text="ten hinges", caller="Anna", called_at=plain, by=person("mei"))
    assert note.received_at == plain.replace(tzinfo=clock.zone())
    long_ago = dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=14)))
    with pytest.raises(Invalid, match="cannot be meant"):
        note_call(text="nine hinges", caller="Anna", called_at=long_ago, by=person("mei"))
