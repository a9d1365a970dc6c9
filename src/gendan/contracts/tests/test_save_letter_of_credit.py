"""Letters of credit written down, and what is found to be wrong with them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from gendan.contracts import queries, services
from gendan.contracts.credit_checks import presentation_deadline, warnings_of
from gendan.contracts.models import LetterOfCredit
from gendan.kernel import clock
from gendan.kernel.errors import Invalid, NotAllowed
from gendan.orders.models import Order
from gendan.orders.services import cancel_order
from gendan.testing.cast import person
from gendan.testing.make import contracts, masters, orders

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    """250 USD, on board in sixty days."""
    return orders.confirmed(incoterm="FOB", incoterm_place="Ningbo")


def kinds(letter: LetterOfCredit) -> set[str]:
    return {
        one.kind
        for one in warnings_of(queries.visible_letters(person("fang")).filter(pk=letter.pk))
    }


def test_one_that_fits_warns_of_nothing(order: Order) -> None:
    letter = contracts.letter_of_credit(order)
    assert kinds(letter) == set()
    assert letter.presentation_days == 21


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"latest_shipment_on": 40}, "late_shipment"),
        ({"latest_shipment_on": "", "expires_on": 50}, "late_shipment"),
        ({"issued_on": -90, "latest_shipment_on": -20, "expires_on": -1}, "expired"),
        ({"issued_on": -90, "latest_shipment_on": 1, "expires_on": 10}, "expires_soon"),
        ({"issued_on": -90, "latest_shipment_on": -1, "expires_on": 10}, "shipment_passed"),
        ({"amount": "240"}, "amount_short"),
        ({"currency": "EUR"}, "currency_differs"),
        ({"documents": [{"code": "Form A"}]}, "documents_missing"),
        ({"order_ids": []}, "no_order"),
    ],
)
def test_what_is_wrong_is_said(order: Order, values: dict[str, Any], kind: str) -> None:
    today = clock.today()
    given: dict[str, Any] = {
        name: today + dt.timedelta(days=value) if name.endswith("_on") and value != "" else value
        for name, value in values.items()
    }
    letter = contracts.letter_of_credit(order, **given)
    assert kind in kinds(letter)
    found = warnings_of(queries.visible_letters(person("fang")))
    assert all(one.words and "%" not in one.words for one in found)


def test_the_tolerance_covers_a_larger_order(order: Order) -> None:
    assert kinds(contracts.letter_of_credit(order, amount="240", over_percent="5")) == set()


def test_documents_are_presented_in_time_and_before_expiry(order: Order) -> None:
    letter = contracts.letter_of_credit(order)
    shipped = letter.expires_on - dt.timedelta(days=30)
    assert presentation_deadline(letter, shipped) == shipped + dt.timedelta(days=21)
    assert presentation_deadline(letter, letter.expires_on) == letter.expires_on


def test_a_forecast_after_the_latest_shipment_warns(order: Order) -> None:
    letter = contracts.letter_of_credit(order, latest_shipment_on=orders.in_days(62))
    assert kinds(letter) == set()
    Order.objects.filter(pk=order.pk).update(forecast_on=orders.in_days(65))
    assert kinds(letter) == {"late_forecast"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "x" * 61}, "number"),
        ({"issuing_bank": " "}, "issuing_bank"),
        ({"amount": "0"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "1e30"}, "amount"),
        ({"currency": "XXQ"}, "currency"),
        ({"expires_on": dt.date(2020, 1, 1)}, "expires_on"),
        ({"latest_shipment_on": dt.date(2099, 1, 1)}, "latest_shipment_on"),
        ({"presentation_days": 0}, "presentation_days"),
        ({"over_percent": "101"}, "over_percent"),
        ({"order_ids": [0]}, "order_ids"),
        ({"order_ids": list(range(51))}, "order_ids"),
    ],
)
def test_it_refuses_what_cannot_be_meant(order: Order, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        contracts.letter_of_credit(order, **values)
    assert caught.value.field == field
    assert not LetterOfCredit.objects.exists()


def test_it_refuses_twice_others_orders_and_the_wrong_role(order: Order) -> None:
    contracts.letter_of_credit(order)
    with pytest.raises(Invalid) as caught:
        contracts.letter_of_credit(order)
    assert caught.value.field == "number"
    foreign = orders.draft(masters.customer("C-2"))
    with pytest.raises(Invalid):
        contracts.letter_of_credit(order, number="2", order_ids=[foreign.pk])
    cancel_order(order_id=foreign.pk, reason="no", by=person("mei"))
    with pytest.raises(Invalid):
        contracts.letter_of_credit(foreign, number="3")
    with pytest.raises(NotAllowed):
        contracts.letter_of_credit(order, number="4", by=person("wen"))
    with pytest.raises(Invalid) as caught:
        services.save_letter_of_credit(
            customer_id=0, letter=services.CreditData(), by=person("fang")
        )
    assert caught.value.field == "customer_id"


def test_all_warnings_are_found_with_few_queries(
    order: Order, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        one = orders.confirmed(
            customer_order_number=f"P{number}", incoterm="FOB", incoterm_place="N"
        )
        contracts.letter_of_credit(one, number=f"L{number}", amount=Decimal(1))
    with django_assert_max_num_queries(10):
        found = warnings_of(queries.visible_letters(person("fang")))
    assert len(found) == 6
