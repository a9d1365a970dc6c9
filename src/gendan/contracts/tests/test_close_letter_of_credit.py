"""Closing a letter of credit, and telling every warning once."""

import datetime as dt

import pytest

from gendan.contracts import invariants, services
from gendan.contracts.events import LetterOfCreditWarned
from gendan.contracts.models import CreditWarning
from gendan.kernel import clock, journal, reactions
from gendan.kernel.errors import IllegalStep, NotAllowed, NotThere
from gendan.kernel.models import Entry
from gendan.testing.cast import person
from gendan.testing.make import contracts, orders

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    rows = Entry.objects.filter(fact=LetterOfCreditWarned.name).order_by("pk")
    return [entry.data["warning"] for entry in rows]


def test_the_morning_tells_what_is_newly_wrong_once() -> None:
    letter = contracts.letter_of_credit(orders.confirmed(), amount="1")
    journal.record(journal.DayStarted(day=str(clock.today())), about="day:test")
    reactions.run_due()
    assert told() == ["amount_short"]
    assert services.warn_of_letters() == 0
    with clock.at(clock.now() + dt.timedelta(days=95)):
        services.warn_of_letters()
        assert set(told()[1:]) == {"shipment_passed", "presentation_soon", "expires_soon"}
    services.amend_letter_of_credit(
        letter_id=letter.pk, letter=services.CreditData(amount="1000"), by=person("fang")
    )
    services.warn_of_letters()
    assert not CreditWarning.objects.filter(ended_at__isnull=True).exists()
    services.amend_letter_of_credit(
        letter_id=letter.pk, letter=services.CreditData(amount="2"), by=person("fang")
    )
    assert services.warn_of_letters() == 1  # wrong again: told again


def test_a_closed_one_warns_of_nothing() -> None:
    letter = contracts.letter_of_credit(orders.confirmed(), amount="1")
    services.warn_of_letters()
    services.close_letter_of_credit(letter_id=letter.pk, reason="paid", by=person("fang"))
    letter.refresh_from_db()
    assert (letter.state, letter.close_reason) == ("closed", "paid")
    assert services.warn_of_letters() == 0
    assert invariants.check() == []
    with pytest.raises(IllegalStep):
        services.close_letter_of_credit(letter_id=letter.pk, by=person("fang"))


def test_it_refuses_others() -> None:
    with pytest.raises(NotAllowed):
        services.close_letter_of_credit(letter_id=1, by=person("wen"))
    with pytest.raises(NotThere):
        services.close_letter_of_credit(letter_id=0, by=person("fang"))
