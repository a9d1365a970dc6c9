"""Orders split to stay below a limit, and suppliers nothing may be bought of yet."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.kernel import clock
from gendan.kernel.models import Entry
from gendan.kernel.services import save_setting
from gendan.purchasing import queries, services
from gendan.purchasing.models import PurchaseOrder
from gendan.purchasing.services import LimitRow
from gendan.purchasing.tests import ordered
from gendan.sourcing.services import SourcePriceRow, save_source_prices
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(ordered.TODAY)):
        services.save_approval_limits(rows=[LimitRow("buyer", Decimal(300))], by=person("zhao"))
        yield


def submitted(order: PurchaseOrder, override_reason: str = "") -> PurchaseOrder:
    services.submit_purchase_order(
        purchase_order_id=order.pk, override_reason=override_reason, by=person("bo")
    )
    order.refresh_from_db()
    return order


def plain() -> PurchaseOrder:
    """An order of 200 that may come to no more."""
    return ordered.draft(ordered.line(over_percent=Decimal(0)))


def test_a_second_order_above_the_limit_together_needs_a_reason_and_somebody_else() -> None:
    first = submitted(plain())
    assert (first.state, queries.joined_orders(first, person("bo"))) == ("approved", None)
    second = plain()
    shown = queries.joined_orders(second, person("bo"))
    assert shown is not None
    assert list(shown.orders) == [first]
    assert [shown.total, shown.limit] == [400, 300]
    with pytest.raises(services.OrdersBelongTogether, match=first.number):
        submitted(second)
    submitted(second, override_reason="the customer ordered twice")
    assert (second.state, second.override_reason) == ("to_approve", "the customer ordered twice")
    fact = Entry.objects.get(fact="PurchaseOrderSubmitted").data
    assert (fact["joined"], fact["roles"]) == ([first.number], ["manager"])
    assert fact["reason"] == "the customer ordered twice"
    with pytest.raises(services.AboveYourLimit, match=r"come to 400\.00 CNY"):
        services.approve_purchase_order(purchase_order_id=second.pk, by=person("bo"))
    assert not queries.may_approve(person("bo"), second)
    assert queries.purchases_today(person("bo"))["approvals"] == []
    assert queries.purchases_today(person("zhao"))["approvals"] == [second]
    joined = queries.joined_orders(second, person("zhao"))
    assert joined is not None
    assert list(joined.orders) == [first]
    services.approve_purchase_order(purchase_order_id=second.pk, by=person("zhao"))
    # What somebody else has approved was looked at: it counts no more.
    third = ordered.draft(ordered.line(quantity=50, over_percent=Decimal(0)))
    assert submitted(third).state == "approved"


def test_of_two_that_are_submitted_at_once_the_second_counts_the_first() -> None:
    order = plain()
    with CaptureQueriesContext(connection) as seen:
        submitted(order)
    asked = [one["sql"] for one in seen.captured_queries]
    locked = [at for at, sql in enumerate(asked) if 'NO KEY UPDATE OF "kernel_user"' in sql]
    others = [at for at, sql in enumerate(asked) if '"submitted_at" >=' in sql]
    assert locked
    assert others
    assert locked[0] < others[0]


def test_another_supplier_buyer_or_week_and_what_was_cancelled_does_not_count() -> None:
    first = submitted(plain())
    other = services.submit_purchase_order(purchase_order_id=plain().pk, by=person("zhao"))
    assert other.state == "approved"
    masters.supplier("ELSE", currency="CNY")
    row = services.DraftOrderRow("ELSE", [ordered.line(over_percent=Decimal(0))])
    [elsewhere] = services.draft_purchase_orders(rows=[row], by=person("bo"))
    assert submitted(elsewhere).state == "approved"
    services.cancel_purchase_order(purchase_order_id=first.pk, reason="wrong", by=person("bo"))
    again = submitted(plain())
    assert again.state == "approved"
    with clock.at(clock.moment_on(ordered.TODAY + dt.timedelta(days=8))):
        assert submitted(plain()).state == "approved"


def test_the_number_of_days_is_the_companys_and_zero_looks_at_each_alone() -> None:
    submitted(plain())
    save_setting(key="purchase_split_days", value=0, by=person("zhao"))
    assert submitted(plain()).state == "approved"
    save_setting(key="purchase_split_days", value=7, by=person("zhao"))
    with pytest.raises(services.OrdersBelongTogether):
        submitted(plain())


def test_nothing_is_bought_of_who_is_blocked_or_not_approved_yet() -> None:
    order = plain()
    masters.item("CLOTH")
    price = SourcePriceRow("MILL", "CLOTH", ordered.TODAY, price=Decimal(2))
    save_source_prices(rows=[price], by=person("bo"))
    with pytest.raises(services.SourceNotApproved, match="not approved for CLOTH yet"):
        submitted(order)
    sourcing.source("MILL", "CLOTH", status="blocked")
    with pytest.raises(services.SourceNotApproved, match="is blocked for CLOTH"):
        submitted(order)
    sourcing.source("MILL", "CLOTH", status="approved")
    assert submitted(order).state == "approved"
