"""What the customer changed since is no change of ours: changes lie over the order's document."""

from decimal import Decimal
from typing import Any

import pytest

from gendan.answers.prepare import documents_of, prepare_order
from gendan.answers.services import NothingToAnswer, check_answers
from gendan.intake.models import Draft
from gendan.orders.entry import LineChange
from gendan.orders.models import Order
from gendan.orders.services import amend_order, cancel_order
from gendan.testing.cast import person
from gendan.testing.make import answers as make
from gendan.testing.make import intake, masters, orders

pytestmark = pytest.mark.django_db


def carried(order: Order, kind: str, lines: list[dict[str, Any]], **head: Any) -> Draft:
    """A document about the order as the intake keeps it once it is carried into it."""
    incoming = intake.incoming(intake.mail(intake.sheet(f"X-{Draft.objects.count()}")))
    draft = incoming.drafts.get()
    empty = dict.fromkeys(draft.data["lines"][0])
    draft.data |= {
        "doc_type": kind,
        "order_number": "NH-4711",
        "lines": [empty | line for line in lines],
        "requested_delivery": None,
    } | head
    draft.matches = {"lines": [{"id": None, "unit": ""} for _line in lines]}
    draft.order, draft.state = order, Draft.State.MERGED
    draft.save()
    return draft


def said(order: Order) -> list[tuple[str, str, tuple[str, ...]]]:
    now = prepare_order(Order.objects.select_related("customer", "contact").get(pk=order.pk))
    return [(line.line_no, line.verdict, line.differences) for line in now.lines]


def amend(order: Order, code: str, **values: Any) -> None:
    change = LineChange(line_id=order.lines.get(item__code=code).pk, **values)
    amend_order(order_id=order.pk, change_lines=[change], reason="asked", by=person("mei"))


def test_what_was_asked_differently_since_is_accepted() -> None:
    order = make.ubl_confirmed()
    carried(
        order,
        "order_change",
        [{"line_no": "10", "buyer_code": "B-HW-1001", "quantity": "600", "unit": "C62"}],
    )
    assert said(order)[0] == ("10", "changed", ("quantity",))
    amend(order, "HW-1001", quantity=600)
    assert said(order) == [(no, "accepted", ()) for no in ("10", "20", "30")]
    now = prepare_order(Order.objects.get(pk=order.pk))
    assert now.lines[0].asked_quantity == Decimal(600)
    assert now.format == "ubl"
    assert len(documents_of(order)) == 1


def test_a_line_the_customer_took_back_is_not_rejected() -> None:
    order = make.ubl_confirmed()
    carried(order, "order_change", [{"line_no": "20", "quantity": "0", "action": "deleted"}])
    amend_order(
        order_id=order.pk,
        cancel_lines=[order.lines.get(item__code="HW-1002").pk],
        reason="asked",
        by=person("mei"),
    )
    assert said(order) == [("10", "accepted", ()), ("30", "accepted", ())]


def test_a_second_version_names_what_is_still_wanted() -> None:
    order = make.ubl_confirmed()
    carried(
        order,
        "order",
        [
            {"line_no": "1", "buyer_code": "B-HW-1001", "quantity": "500"},
            {"line_no": "2", "buyer_code": "B-HW-1003", "quantity": "1000"},
        ],
    )
    assert [no for no, verdict, _why in said(order) if verdict == "accepted"] == ["10", "20", "30"]
    amend_order(
        order_id=order.pk,
        cancel_lines=[order.lines.get(item__code="HW-1002").pk],
        reason="no longer named",
        by=person("mei"),
    )
    assert said(order) == [("10", "accepted", ()), ("30", "accepted", ())]


def test_an_order_the_customer_cancelled_is_not_answered() -> None:
    order = make.ubl_confirmed()
    carried(order, "order_cancellation", [])
    cancel_order(order_id=order.pk, reason="customer cancelled", by=person("mei"))
    with pytest.raises(NothingToAnswer):
        make.answer(Order.objects.get(pk=order.pk), by_mail=False)


def test_an_answer_the_customer_has_overtaken_alone_is_left_alone() -> None:
    order = make.ubl_confirmed()
    answer = make.answer(order, by_mail=False)
    carried(order, "order_cancellation", [])
    cancel_order(order_id=order.pk, reason="customer cancelled", by=person("mei"))
    assert check_answers(order_id=order.pk) == 0
    answer.refresh_from_db()
    assert answer.outdated_at is None


def test_a_change_of_a_typed_order_lies_over_its_own_lines() -> None:
    masters.customer()
    order = orders.confirmed(masters.customer(), customer_order_number="NH-4711")
    intake.goods()
    carried(order, "order_change", [{"line_no": "1", "quantity": "90"}])
    assert said(order) == [("1", "changed", ("quantity",))]
    amend(order, "A-1", quantity=90)
    assert said(order) == [("1", "accepted", ())]


def test_the_answer_goes_below_the_newest_message(mailbox: Any) -> None:
    order = make.ubl_confirmed()
    first = make.answer(order)
    draft = carried(order, "order_change", [{"line_no": "10", "quantity": "600"}])
    incoming = draft.incoming
    incoming.message_id, incoming.subject = "<change@nordichome.example>", "Change of NH-4711"
    incoming.save()
    amend(order, "HW-1001", quantity=600)
    second = make.answer(Order.objects.get(pk=order.pk))
    assert second.previous == first
    assert second.mail is not None
    assert second.mail.answers == "<change@nordichome.example>"
    assert second.mail.subject == "Re: Change of NH-4711"
