"""Amending a letter of credit."""

import pytest

from gendan.contracts import services
from gendan.contracts.events import LetterOfCreditAmended
from gendan.kernel.errors import IllegalStep, Invalid, NotThere, StaleRevision
from gendan.kernel.models import Entry
from gendan.testing.cast import person
from gendan.testing.make import contracts, orders

pytestmark = pytest.mark.django_db
Data = services.CreditData


def test_what_was_changed_is_told() -> None:
    order = orders.draft()
    letter = contracts.letter_of_credit(order)
    other = orders.draft(order.customer, customer_order_number="2")
    services.amend_letter_of_credit(
        letter_id=letter.pk,
        letter=Data(expiry_place="Ningbo", order_ids=[other.pk]),
        revision=1,
        by=person("fang"),
    )
    letter.refresh_from_db()
    assert (letter.amendments, letter.revision) == (1, 2)
    fact = Entry.objects.get(fact=LetterOfCreditAmended.name)
    assert fact.data["changes"] == [
        {"path": "expiry_place", "was": "China", "is": "Ningbo"},
        {"path": "orders", "was": order.number, "is": other.number},
    ]
    assert {f"orders.order:{order.pk}", f"orders.order:{other.pk}"} <= set(fact.about)
    services.amend_letter_of_credit(letter_id=letter.pk, letter=Data(), by=person("fang"))
    letter.refresh_from_db()
    assert letter.amendments == 1


def test_it_refuses_stale_closed_and_senseless() -> None:
    fang = person("fang")
    letter = contracts.letter_of_credit(orders.draft())
    with pytest.raises(StaleRevision):
        services.amend_letter_of_credit(letter_id=letter.pk, letter=Data(), revision=9, by=fang)
    with pytest.raises(NotThere):
        services.amend_letter_of_credit(letter_id=0, letter=Data(), by=fang)
    with pytest.raises(Invalid):
        services.amend_letter_of_credit(
            letter_id=letter.pk, letter=Data(expires_on="2001-01-01"), by=fang
        )
    services.close_letter_of_credit(letter_id=letter.pk, by=fang)
    with pytest.raises(IllegalStep):
        services.amend_letter_of_credit(letter_id=letter.pk, letter=Data(goods="x"), by=fang)
