"""Putting a change forward: refused as amending would be, one at a time, nothing written yet."""

import pytest

from gendan.changes.content import Content, read_content
from gendan.changes.models import ChangeOrder
from gendan.changes.services import ChangeIsPending, ask_change, propose_change
from gendan.kernel.errors import DomainError, IllegalStep, NotAllowed, NotThere, StaleRevision
from gendan.orders.entry import DeliveryData, InstalmentData, LineChange, LineData, OrderChanges
from gendan.orders.models import Order
from gendan.orders.services import DeliveredLine, cancel_order, record_delivery
from gendan.orders.services.versions import snapshot_of
from gendan.testing.cast import person
from gendan.testing.make import changes as make_changes
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def put(order: Order, content: Content, **given: object) -> ChangeOrder:
    return propose_change(order_id=order.pk, content=content, by=person("mei"), **given)  # type: ignore[arg-type]


def test_the_order_stays_as_it_is_until_somebody_says_yes() -> None:
    order = make.confirmed()
    before = snapshot_of(order.pk)
    change = make_changes.proposed(order, 120, reason="mail of today")
    assert snapshot_of(order.pk) == before
    assert (change.state, change.base_version) == ("proposed", 1)
    found = {one["path"]: (one["was"], one["is"]) for one in change.difference}
    assert found["lines.1.quantity"] == ("100", "120")
    assert found["total"] == ("250", "300")


def test_it_answers_what_was_asked_for() -> None:
    order = make.confirmed()
    asked = ask_change(order_id=order.pk, text="more", by=person("su"))
    change = put(order, make_changes.content(order), change_id=asked.pk)
    assert (change.pk, change.state, change.asked_words) == (asked.pk, "proposed", "more")


def test_one_at_a_time_and_renewed_in_place() -> None:
    order = make.confirmed()
    change = make_changes.proposed(order)
    with pytest.raises(ChangeIsPending, match=change.number):
        make_changes.proposed(order, 130)
    renewed = put(order, make_changes.content(order, 130), change_id=change.pk)
    assert (renewed.pk, renewed.revision) == (change.pk, 2)
    assert ChangeOrder.objects.count() == 1


def test_everything_an_amendment_takes_can_be_kept_and_read_again() -> None:
    content = Content(
        changes=OrderChanges(
            remark="", over_percent="3", instalments=[InstalmentData(event="contract", percent=100)]
        ),
        change_lines=[
            LineChange(
                line_id=7,
                quantity="5",
                requested_on=make.in_days(3),
                deliveries=[DeliveryData(quantity=5, requested_on=make.in_days(3))],
            )
        ],
        add_lines=[LineData(item_code="A-1", quantity=3, unit_price="2.5")],
        cancel_lines=[9, 8],
    )
    again = read_content(content.as_data())
    assert again.as_data() == content.as_data()
    assert again.changes is not None
    assert (again.changes.remark, again.changes.destination) == ("", None)


def test_it_refuses_what_makes_no_sense() -> None:
    order = make.confirmed()
    line = order.lines.get()
    record_delivery(
        order_id=order.pk, lines=[DeliveredLine(line_id=line.pk, quantity=40)], by=person("lin")
    )
    order.refresh_from_db()
    for content, match in (
        (Content(), "Nothing would be changed"),
        (make_changes.content(order, 100), "Nothing would be changed"),
        (make_changes.content(order, 39), "40 are delivered already"),
        (make_changes.content(order, 0), "more than zero"),
        (make_changes.content(order, "many"), "not a number"),
        (Content(cancel_lines=[line.pk]), "40 are delivered already"),
        (Content(change_lines=[LineChange(line_id=0, quantity=1)]), "not one to be changed"),
        (Content(add_lines=[LineData(item_code="?", quantity=1)]), "there is no item"),
        (
            Content(change_lines=[LineChange(line_id=line.pk, specification_version="9")]),
            "in force",
        ),
    ):
        with pytest.raises(DomainError, match=match):
            put(order, content)
    with pytest.raises(StaleRevision):
        put(order, make_changes.content(order), revision=1)
    with pytest.raises(NotAllowed):
        propose_change(order_id=order.pk, content=make_changes.content(order), by=person("wen"))
    other = make_changes.proposed(make.confirmed(masters.customer("C-2")))
    with pytest.raises(NotThere):
        put(order, make_changes.content(order), change_id=other.pk)
    assert not ChangeOrder.objects.filter(order=order).exists()


def test_shipped_lines_and_ended_orders_change_no_more() -> None:
    order = make.confirmed(lines=[make.line("A-1"), make.line("B-2")])
    first = order.lines.get(position=1)
    record_delivery(
        order_id=order.pk, lines=[DeliveredLine(line_id=first.pk, quantity=100)], by=person("lin")
    )
    with pytest.raises(DomainError, match="shipped in full"):
        put(order, make_changes.content(order, 120))
    ended = make.confirmed(masters.customer("C-2"))
    cancel_order(order_id=ended.pk, reason="x", by=person("mei"))
    with pytest.raises(IllegalStep, match="cancelled"):
        put(ended, make_changes.content(ended))
    draft = make.draft(masters.customer("C-3"))
    with pytest.raises(IllegalStep, match="draft"):
        put(draft, make_changes.content(draft))
