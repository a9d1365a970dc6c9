"""What every room says about a change: each effect has its words, in both directions."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.changes import impact
from gendan.changes.content import Content
from gendan.changes.preview import preview_change
from gendan.inventory.services import ExpectedRow, expect_supplies
from gendan.kernel import reactions
from gendan.orders.entry import LineChange, OrderChanges
from gendan.orders.models import Order
from gendan.orders.queries import demand_of
from gendan.orders.services import reserve_lines
from gendan.testing.cast import person
from gendan.testing.make import changes as make_changes
from gendan.testing.make import followup, masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def effects(order: Order, **given: Any) -> dict[str, dict[str, Any]]:
    """The effects by code, with their words; every one has words whose values are complete."""
    found = preview_change(order_id=order.pk, content=Content(**given)).impact.as_data()
    for one in found:
        one["words"] = impact.words_of(one["key"], one["code"], one["params"])
        assert "not complete" not in one["words"], one
        assert one["words"] != one["code"].replace("_", " "), one
    return {one["code"]: one for one in found}


def line_change(order: Order, **values: Any) -> list[LineChange]:
    return [LineChange(line_id=order.lines.order_by("position")[0].pk, **values)]


def test_stock_and_supplies_less_and_more() -> None:
    masters.stock(masters.item("A-1").code, 70)
    order = make.confirmed()
    line = order.lines.get()
    reserve_lines(order_id=order.pk, by=person("mei"))
    expect_supplies(
        rows=[
            ExpectedRow(
                item="A-1",
                quantity=Decimal(30),
                due_on=make.in_days(50),
                reference="PO-7",
                demand=demand_of(line.pk),
            )
        ],
        by=person("bo"),
    )
    less = effects(order, change_lines=line_change(order, quantity=60))
    assert less["released"]["params"]["quantity"] == "10"
    assert less["too_many"]["params"]["surplus"] == "30"
    assert (less["too_many"]["kind"], less["too_many"]["role"]) == ("ask", "buyer")
    more = effects(order, change_lines=line_change(order, quantity=150))
    assert more["short"]["params"]["short"] == "50"
    assert more["too_few"]["params"]["lacking"] == "50"
    sooner = effects(order, change_lines=line_change(order, promised_on=make.in_days(40)))
    assert sooner["late"]["is_on"] == make.in_days(50).isoformat()


def test_money_of_totals_instalments_and_delivered_goods() -> None:
    masters.customer("C-1", currency="CNY")
    order = make.confirmed()
    found = effects(order, change_lines=line_change(order, unit_price="3"))
    assert (found["total"]["money"], found["total"]["role"]) == ("50.00", "finance")
    found = effects(order, changes=OrderChanges(currency="JPY"))
    assert found["currency"]["kind"] == "ask"


def test_the_journey_is_dated_anew_without_writing() -> None:
    followup.template()
    journey = followup.followed(days=60)
    order = journey.order
    before = list(journey.milestones.order_by("pk").values())
    found = effects(order, change_lines=line_change(order, promised_on=make.in_days(10)))
    late = found["late"]
    assert (late["kind"], late["was_on"]) == ("ask", make.in_days(10).isoformat())
    assert "working days late" in late["words"]
    assert found["moves"]["is_on"] == make.in_days(10).isoformat()
    assert list(journey.milestones.order_by("pk").values()) == before


@pytest.mark.django_db(transaction=True)  # only what is committed is kept between asks
def test_nothing_is_written_and_the_questions_do_not_grow(
    django_assert_max_num_queries: Any,
) -> None:
    first = []
    for lines in (3, 40):
        customer = masters.customer(f"C-{lines}")
        order = make.confirmed(customer, [make.line(f"P-{number}") for number in range(lines)])
        reactions.run_due()
        content = Content(
            change_lines=[LineChange(line_id=line.pk, quantity=130) for line in order.lines.all()]
        )
        with CaptureQueriesContext(connection) as asked:
            preview_change(order_id=order.pk, content=content)
        first.append(len(asked))  # with the ground of promises, which is kept from now on
        with django_assert_max_num_queries(32):
            preview_change(order_id=order.pk, content=content)
    assert first[0] == first[1] <= 49


def test_papers_letters_of_credit_and_duties() -> None:
    from gendan.contracts.models import ContractTerms, CreditOrder, LetterOfCredit

    order = make.confirmed(incoterm="FOB")
    ContractTerms.objects.create(
        order=order,
        penalty_per_day=Decimal("0.5"),
        penalty_most=Decimal(5),
        latest_shipment_on=make.in_days(65),
    )
    letter = LetterOfCredit.objects.create(
        number="LC-1",
        customer=order.customer,
        issuing_bank="Bank",
        amount=Decimal(260),
        currency=order.currency,
        issued_on=make.in_days(0),
        latest_shipment_on=make.in_days(65),
        expires_on=make.in_days(86),
    )
    CreditOrder.objects.create(letter=letter, order=order)
    found = effects(
        order, change_lines=line_change(order, quantity=200, promised_on=make.in_days(80))
    )
    assert {"amount", "goods", "penalty", "latest_shipment"} <= set(found)
    assert found["penalty"]["money"] == "-25.00"  # 5 % of 500 at most
    assert found["amount"]["money"] == "240.00"


def test_a_change_that_touches_nothing_else_says_nothing() -> None:
    order = make.confirmed()
    assert effects(order, changes=OrderChanges(remark="call before delivery")) == {}
    assert make_changes.accepted(order, changes=OrderChanges(remark="x")).effects == []
