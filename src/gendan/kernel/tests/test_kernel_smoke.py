"""The kernel's promises: the journal is append-only, reactions run, numbers do not repeat."""

import datetime as dt
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, transaction

from gendan.kernel import clock, journal, numbering, reactions
from gendan.kernel.journal import Fact, listens
from gendan.kernel.models import Entry

pytestmark = pytest.mark.django_db
heard: list[str] = []


@dataclass(frozen=True, kw_only=True)
class SomethingWasTried(Fact):
    """A fact of this test."""

    what: str


@listens(SomethingWasTried)
def hear(fact: SomethingWasTried, entry: Entry) -> None:
    heard.append(fact.what)


def test_a_fact_is_heard_after_the_verb() -> None:
    heard.clear()
    entry = journal.record(SomethingWasTried(what="x"), about=["day:1", "day:2"])
    assert heard == []
    assert reactions.run_due() == 1
    assert heard == ["x"]
    assert list(journal.timeline("day:2")) == [entry]


def test_the_journal_cannot_be_changed() -> None:
    entry = journal.record(SomethingWasTried(what="x"), about="day:1")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(fact="Other")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).delete()


def test_numbers_rise_and_start_again_each_year() -> None:
    # Years of this test alone: sequences of tests that really commit stay.
    first, second = numbering.draw_many("order", 2, on=dt.date(2071, 5, 1))
    assert (first, second) == ("SO-2071-000001", "SO-2071-000002")
    assert numbering.draw("order", on=dt.date(2072, 5, 1)) == "SO-2072-000001"


def test_the_day_opens_once() -> None:
    with clock.at(dt.datetime(2026, 5, 1, 1, tzinfo=dt.UTC)):
        assert reactions.open_day()
        assert not reactions.open_day()
