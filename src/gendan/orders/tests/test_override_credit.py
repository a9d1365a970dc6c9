"""Credit: what is counted, what stops, and letting one order pass."""

from decimal import Decimal

import pytest

from gendan.kernel import company, journal
from gendan.kernel.errors import DomainError, IllegalStep, NotAllowed
from gendan.kernel.services import save_setting
from gendan.orders.queries import overrides_of
from gendan.orders.services import confirm_order, override_credit
from gendan.orders.services.readiness import readiness_of
from gendan.partners.models import Partner
from gendan.partners.services import DebtRow, record_debts
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def limited(limit: int) -> Partner:
    masters.rate("USD", "7")
    return masters.customer(credit_limit=limit)


def test_open_orders_and_debts_count_against_the_limit() -> None:
    customer = limited(4000)  # an order is 100 × 2.50 × 7 = 1,750
    first = make.confirmed(customer)
    second = make.draft(customer)
    assert readiness_of(second).credit.exposure == 3500
    record_debts(rows=[DebtRow("C-1", "USD", outstanding=Decimal(100))], by=person("fang"))
    with pytest.raises(DomainError, match=r"4,200.00 of 4,000.00 CNY") as caught:
        confirm_order(order_id=second.pk, by=person("mei"))
    assert caught.value.code == "credit_exceeded"
    make.delivered(first)  # delivered is no longer open: from now on the books say what is owed
    assert readiness_of(second).credit.exposure == 2450
    confirm_order(order_id=second.pk, by=person("mei"))


def test_money_overdue_for_too_long_stops() -> None:
    customer = masters.customer()
    masters.rate("USD", "7")
    order = make.draft(customer)
    days = company.DEFAULTS["credit_overdue_days"]

    def owe(day_count: int) -> None:
        row = DebtRow("C-1", "USD", Decimal(500), Decimal(20), make.in_days(-day_count))
        record_debts(rows=[row], by=person("fang"))

    owe(days)
    assert readiness_of(order).stops() == []
    owe(days + 1)
    with pytest.raises(DomainError, match=r"140.00 CNY are overdue") as caught:
        confirm_order(order_id=order.pk, by=person("mei"))
    assert caught.value.code == "debts_overdue"
    save_setting(key="credit_overdue_days", value=days + 1, by=person("zhao"))
    confirm_order(order_id=order.pk, by=person("mei"))


def test_without_an_exchange_rate_a_limit_cannot_be_kept() -> None:
    order = make.draft(masters.customer(credit_limit=10_000))
    with pytest.raises(DomainError, match="no exchange rate of USD") as caught:
        confirm_order(order_id=order.pk, by=person("mei"))
    assert caught.value.code == "credit_unknown"


def test_finance_lets_an_order_of_this_value_pass() -> None:
    customer = limited(1000)
    order = make.draft(customer)
    with pytest.raises(NotAllowed):
        override_credit(order_id=order.pk, reason="old friend", by=person("mei"))
    with pytest.raises(DomainError, match="Say why"):
        override_credit(order_id=order.pk, reason="", by=person("fang"))
    override_credit(order_id=order.pk, reason="deposit is here", by=person("fang"))
    with pytest.raises(IllegalStep, match="does not stop"):
        override_credit(order_id=order.pk, reason="again", by=person("zhao"))
    confirm_order(order_id=order.pk, by=person("mei"))
    facts = [entry.fact for entry in journal.timeline(order)]
    assert facts[:2] == ["OrderConfirmed", "CreditOverridden"]
    kept = overrides_of(order.pk).get()
    assert (kept.kind, kept.up_to, kept.details["limit"]) == ("credit", 1750, "1000.00")
    other = make.draft(customer)
    with pytest.raises(DomainError, match="Above the credit limit"):
        confirm_order(order_id=other.pk, by=person("mei"))
