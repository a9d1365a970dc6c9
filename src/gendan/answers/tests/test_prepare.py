"""What would be answered: computed line by line from the customer's document and our order."""

from decimal import Decimal

import pytest

from gendan.answers.prepare import differing, prepare_order, prepare_refusal
from gendan.intake.services import correct_draft, refuse_draft
from gendan.orders.entry import DeliveryData, LineChange, LineData
from gendan.orders.models import Order
from gendan.orders.services import amend_order, cancel_order
from gendan.testing.cast import person
from gendan.testing.make import answers as make
from gendan.testing.make import intake, masters, orders

pytestmark = pytest.mark.django_db


def prepared(order: Order) -> list[tuple[str, str, tuple[str, ...]]]:
    now = prepare_order(Order.objects.select_related("customer", "contact").get(pk=order.pk))
    return [(line.line_no, line.verdict, line.differences) for line in now.lines]


def change(order: Order, code: str, **values: object) -> LineChange:
    return LineChange(line_id=order.lines.get(item__code=code).pk, **values)  # type: ignore[arg-type]


def test_what_was_asked_is_accepted() -> None:
    order = make.ubl_confirmed()
    now = prepare_order(order)
    assert prepared(order) == [(no, "accepted", ()) for no in ("10", "20", "30")]
    assert (now.verdict, now.format) == ("accepted", "ubl")
    assert (now.order_number, now.our_number, now.currency) == ("NH-4711", order.number, "USD")
    assert now.recipient.email == "anna@nordichome.example"
    assert now.incoming is not None
    assert now.incoming.message_id == "<4711@nordichome.example>"
    assert now.parties["buyer"]["gln"] == "7300010000001"
    first = now.lines[0]
    assert (first.buyer_code, first.seller_code, first.unit) == ("B-HW-1001", "HW-1001", "C62")
    assert (first.quantity, first.unit_price) == (Decimal(500), Decimal("1.2"))
    assert first.promised_on == first.asked_on == make.day("2027-03-15")


def test_what_we_changed_is_named() -> None:
    order = make.ubl_confirmed()
    amend_order(
        order_id=order.pk,
        change_lines=[
            change(order, "HW-1001", quantity=450, unit_price="1.25"),
            change(order, "HW-1003", promised_on=make.day("2027-05-10")),
        ],
        cancel_lines=[order.lines.get(item__code="HW-1002").pk],
        add_lines=[LineData(quantity=7, item_code="HW-1004", unit_price="2")],
        reason="capacity",
        by=person("mei"),
    )
    assert prepared(order) == [
        ("10", "changed", ("quantity", "price")),
        ("20", "rejected", ()),
        ("30", "changed", ("date",)),
        ("40", "changed", ("added",)),
    ]
    now = prepare_order(Order.objects.get(pk=order.pk))
    assert now.counts == {"accepted": 0, "changed": 3, "rejected": 1}
    assert now.verdict == "changed"
    assert now.lines[1].quantity == 0
    assert now.lines[1].asked_quantity == Decimal(200)


def test_a_correction_of_what_a_machine_wrote_is_a_change_of_ours() -> None:
    intake.goods()
    intake.customer()
    draft = make.drafted()
    draft = correct_draft(
        draft_id=draft.pk, values={"lines.0.quantity": "400"}, remove_lines=[1], by=person("mei")
    )
    order = make.confirmed(make.accepted(draft))
    assert prepared(order) == [
        ("10", "changed", ("quantity",)),
        ("20", "rejected", ()),
        ("30", "accepted", ()),
    ]
    assert prepare_order(order).lines[0].asked_quantity == Decimal(500)


def test_a_correction_of_what_was_read_is_what_the_customer_wrote() -> None:
    intake.goods()
    intake.customer()
    draft = intake.draft()
    draft = correct_draft(draft_id=draft.pk, values={"lines.0.quantity": "400"}, by=person("mei"))
    order = make.confirmed(make.accepted(draft))
    assert [verdict for _no, verdict, _why in prepared(order)] == ["accepted", "accepted"]
    assert prepare_order(order).format == ""


def test_two_lines_of_one_item_keep_apart() -> None:
    rows = [
        ("1", "HW-1001", 100, "1.20", "2027-03-15"),
        ("2", "HW-1001", 300, "1.20", "2027-06-15"),
    ]
    order = make.ubl_confirmed(make.ubl_order(rows=rows))
    first = order.lines.order_by("position")[0]
    amend_order(order_id=order.pk, cancel_lines=[first.pk], reason="no stock", by=person("mei"))
    assert [(no, verdict) for no, verdict, _why in prepared(order)] == [
        ("1", "rejected"),
        ("2", "accepted"),
    ]


def test_quantities_and_prices_are_in_the_customers_unit() -> None:
    masters.unit("DZN", rec20="DZN")
    intake.goods()
    intake.customer()
    masters.conversion("DZN", "pcs", 12)
    content = make.ubl_order(rows=[("1", "HW-1001", 10, "14.40", "2027-03-15")])
    draft = make.drafted(content.replace(b'unitCode="C62"', b'unitCode="DZN"'))
    order = make.confirmed(make.accepted(draft))
    assert order.lines.get().quantity == Decimal(120)
    assert prepared(order) == [("1", "accepted", ())]
    amend_order(
        order_id=order.pk,
        change_lines=[change(order, "HW-1001", quantity=96)],
        reason="less",
        by=person("mei"),
    )
    [line] = prepare_order(Order.objects.get(pk=order.pk)).lines
    assert (line.verdict, line.differences) == ("changed", ("quantity",))
    assert (line.quantity, line.unit, line.unit_price) == (Decimal(8), "DZN", Decimal("14.4"))


def test_several_deliveries_are_named() -> None:
    order = make.ubl_confirmed()
    parts = [
        DeliveryData(quantity=200, requested_on=make.day("2027-03-15")),
        DeliveryData(quantity=300, requested_on=make.day("2027-06-15")),
    ]
    amend_order(
        order_id=order.pk,
        change_lines=[change(order, "HW-1001", deliveries=parts)],
        reason="in two",
        by=person("mei"),
    )
    line = prepare_order(Order.objects.get(pk=order.pk)).lines[0]
    assert [many for many, _day in line.deliveries] == [Decimal(200), Decimal(300)]
    # The customer's document has the first day only; each part is promised as it was requested.
    assert ("date" in line.differences) == any(
        part.promised_on != part.requested_on
        for part in order.lines.get(item__code="HW-1001").deliveries.all()
    )


def test_a_number_that_stands_on_several_lines_is_told_apart() -> None:
    rows = [
        ("1", "HW-1001", 100, "1.20", "2027-03-15"),
        ("1", "HW-1002", 300, "3.40", "2027-03-15"),
    ]
    order = make.ubl_confirmed(make.ubl_order(rows=rows))
    answer = make.answer(order, by_mail=False)
    amend_order(
        order_id=order.pk,
        change_lines=[change(order, "HW-1001", quantity=90)],
        reason="less",
        by=person("mei"),
    )
    now = prepare_order(Order.objects.get(pk=order.pk))
    assert [number for number, _was, _now in differing(answer, now)] == ["1"]


def test_a_cancelled_order_is_rejected_as_a_whole() -> None:
    order = make.ubl_confirmed()
    cancel_order(order_id=order.pk, reason="cannot be made", by=person("mei"))
    assert {verdict for _no, verdict, _why in prepared(order)} == {"rejected"}
    assert prepare_order(Order.objects.get(pk=order.pk)).verdict == "rejected"


def test_without_a_document_the_requested_dates_are_compared() -> None:
    customer = masters.customer()
    masters.contact("C-1", email="anna@example.com", is_main=True)
    order = orders.confirmed(customer, customer_order_number="PO-77")
    now = prepare_order(order)
    assert (now.verdict, now.format, now.incoming) == ("accepted", "", None)
    assert (now.recipient.email, now.order_number) == ("anna@example.com", "PO-77")
    line = order.lines.get()
    later = LineChange(line_id=line.pk, promised_on=orders.in_days(90))
    amend_order(order_id=order.pk, change_lines=[later], reason="later", by=person("mei"))
    assert prepared(order) == [("1", "changed", ("date",))]


def test_a_sender_who_proves_nothing_is_not_answered() -> None:
    order = make.ubl_confirmed()
    incoming = order.drafts.get().incoming
    incoming.sender_address, incoming.is_sender_confirmed = "anna@nordic-home.example", False
    incoming.save()
    assert prepare_order(order).recipient.email == "anna@nordichome.example"


def test_of_a_refused_document_every_line_is_rejected() -> None:
    intake.goods()
    intake.customer()
    draft = make.drafted()
    refuse_draft(draft_id=draft.pk, reason="prices of last year", by=person("mei"))
    draft.refresh_from_db()
    now = prepare_refusal(draft)
    assert [line.verdict for line in now.lines] == ["rejected"] * 3
    assert (now.verdict, now.format, now.our_number) == ("rejected", "ubl", "")
    assert now.ordered_on == make.day("2026-11-20")
