"""Carrying a change, a cancellation or a second version into the order: at once, or as a change."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from gendan.changes.content import read_content
from gendan.changes.models import ChangeOrder
from gendan.changes.services import accept_change, propose_change
from gendan.intake.differences import differences
from gendan.intake.events import DraftMerged
from gendan.intake.invariants import check
from gendan.intake.models import Draft
from gendan.intake.services import (
    CannotMerge,
    DraftIsDoubtful,
    DraftIsIncomplete,
    NotAnOrder,
    accept_draft,
    correct_draft,
    merge_draft,
)
from gendan.kernel import journal
from gendan.kernel.errors import IllegalStep, NotAllowed, StaleRevision
from gendan.kernel.files import attachments_of
from gendan.orders.models import Order, OrderState
from gendan.orders.services import cancel_order, confirm_order
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make

pytestmark = pytest.mark.django_db
MORE = [
    ("HW-1001", "Steel hinge 100 mm", 600, "1.20"),
    ("HW-1002", "Door handle brass", 200, "3.30"),
    ("SP-2001", "Compression spring", 9, "1.00"),
]


def ordered(*, is_confirmed: bool = False) -> Order:
    """The order the documents of these tests are about."""
    order = accept_draft(draft_id=make.draft().pk, by=person("mei"))
    if is_confirmed:
        confirm_order(order_id=order.pk, by=person("mei"))
    order.refresh_from_db()
    return order


def change(doc_type: str = "order_change", lines: Any = MORE, **given: Any) -> Draft:
    """A document about the order."""
    draft = make.draft(make.sheet(lines=lines, **given), "po.xlsx")
    return correct_draft(draft_id=draft.pk, values={"doc_type": doc_type}, by=person("mei"))


def carried(draft: Draft, **given: Any) -> Draft:
    return merge_draft(draft_id=draft.pk, by=person("mei"), **given)


def lines_of(order: Order) -> list[tuple[str, int, str]]:
    rows = order.lines.filter(is_cancelled=False).select_related("item").order_by("position")
    return [(one.item.code, int(one.quantity), f"{one.unit_price.normalize():f}") for one in rows]


def test_a_draft_order_is_changed_at_once(customer: Partner) -> None:
    order = ordered()
    draft = carried(change())
    assert (draft.state, draft.order, draft.change) == ("merged", order, None)
    assert lines_of(order) == [
        ("HW-1001", 600, "1.2"),
        ("HW-1002", 200, "3.3"),
        ("SP-2001", 9, "1"),
    ]
    draft.incoming.refresh_from_db()
    assert draft.incoming.state == "done"
    assert journal.timeline(order)[0].fact == DraftMerged.name
    assert {one.name for one in attachments_of(order)} == {"order.eml", "po.xlsx"}
    assert check() == []


def test_a_confirmed_order_gets_a_change_order_and_stays_as_it_is(customer: Partner) -> None:
    order = ordered(is_confirmed=True)
    was = lines_of(order)
    draft = carried(change())
    found = ChangeOrder.objects.get()
    assert (draft.change, found.state, found.origin) == (found, "asked", "customer")
    assert lines_of(order) == was
    assert "HW-1001 quantity: 500 pcs → 600 pcs" in found.asked_words
    assert found.content is not None
    content = read_content(found.content)
    propose_change(order_id=order.pk, change_id=found.pk, content=content, by=None)
    accept_change(change_id=found.pk, by=None)
    assert lines_of(order) == [
        ("HW-1001", 600, "1.2"),
        ("HW-1002", 200, "3.3"),
        ("SP-2001", 9, "1"),
    ]


def test_a_second_version_of_the_same_number_is_carried_over(customer: Partner) -> None:
    order = ordered()
    draft = make.draft(make.sheet(lines=MORE[:2], delivery="2027-04-01"), "po.xlsx")
    carried(draft)
    assert lines_of(order) == [("HW-1001", 600, "1.2"), ("HW-1002", 200, "3.3")]
    days = set(order.lines.values_list("requested_on", flat=True))
    assert days == {dt.date(2027, 4, 1)}


def test_lines_it_does_not_name_stay_unless_told(customer: Partner) -> None:
    order = ordered()
    first = change(lines=MORE[:1])
    assert [one.item.code for one in differences(order, first).missing] == ["HW-1002"]
    carried(first)
    assert [code for code, _quantity, _price in lines_of(order)] == ["HW-1001", "HW-1002"]
    carried(change(lines=[("HW-1001", "Steel hinge 100 mm", 700, "1.20")]), cancel_missing=True)
    assert lines_of(order) == [("HW-1001", 700, "1.2")]


def test_a_cancellation_ends_a_draft_and_asks_for_a_confirmed_one(customer: Partner) -> None:
    order = ordered()
    carried(change("order_cancellation", lines=[]), confirmed_doubts=["lines"])
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    second = ordered(is_confirmed=True)
    draft = carried(
        change("order_cancellation", lines=[], currency="EUR"), confirmed_doubts=["lines"]
    )
    second.refresh_from_db()
    assert second.state == OrderState.CONFIRMED
    assert draft.change is not None
    assert "cancels the order" in draft.change.asked_words


def test_a_cancellation_of_one_line_asks_for_that_line(customer: Partner) -> None:
    order = ordered(is_confirmed=True)
    draft = carried(change("order_cancellation", lines=make.LINES[1:]))
    assert draft.change is not None
    content = read_content(draft.change.content or {})
    line = order.lines.get(item__code="HW-1002")
    assert list(content.cancel_lines) == [line.pk]


def test_units_are_converted_into_the_items_own(customer: Partner) -> None:
    order = ordered()
    draft = change(lines=[("HW-1001", "Steel hinge 100 mm", 50, "14.40")])
    correct_draft(draft_id=draft.pk, values={"lines.0.unit": "doz"}, by=person("mei"))
    carried(draft)
    line = order.lines.get(item__code="HW-1001")
    assert (line.quantity, line.unit_price, line.price_per) == (600, Decimal("1.20"), 1)


def test_figures_that_differ_are_shown_with_their_units_also_where_they_do_not_convert(
    customer: Partner,
) -> None:
    order = ordered()
    draft = change(lines=MORE)
    draft = correct_draft(draft_id=draft.pk, values={"lines.1.unit": "kg"}, by=person("mei"))
    found = {(row.what, row.line): (row.was, row.now) for row in differences(order, draft).rows}
    assert found["quantity", "HW-1001"] == ("500 pcs", "600 pcs")
    assert found["unit", "HW-1002"] == ("200 pcs", "200 kg")
    assert found["line", "SP-2001"] == ("", "9 pcs")


def test_doubts_must_have_been_looked_at(customer: Partner) -> None:
    ordered()
    draft = change(lines=[("?", "Steel hinges of 100 mm", 5, "1.00")])
    with pytest.raises(DraftIsDoubtful):
        carried(draft)
    assert carried(draft, confirmed_doubts=["lines.0.item"]).state == "merged"


@pytest.mark.parametrize(
    ("doc_type", "lines", "problem", "words"),
    [
        ("order_change", make.LINES, CannotMerge, "nothing that differs"),
        ("order_response", MORE, NotAnOrder, "neither orders"),
        ("order_change", [("A-9", "Gnome", 1, "1.00")], DraftIsIncomplete, "needs an item"),
        ("order_cancellation", [("A-9", "Gnome", 1, "1.00")], CannotMerge, "does not have"),
    ],
)
def test_it_refuses_what_cannot_be_carried_over(
    customer: Partner, doc_type: str, lines: Any, problem: type[Exception], words: str
) -> None:
    ordered()
    draft = change(doc_type, lines)
    with pytest.raises(problem, match=words):
        carried(draft, confirmed_doubts=["lines.0.item"])
    draft.refresh_from_db()
    assert draft.state == "open"


def test_it_refuses_another_customers_order(customer: Partner) -> None:
    order = ordered()
    other = make.customer("C0002", "Other Ltd", "bob@other.example")
    draft = change()
    correct_draft(draft_id=draft.pk, customer_id=other.pk, by=person("mei"))
    with pytest.raises(CannotMerge, match="not theirs"):
        carried(draft, order_id=order.pk)


def test_it_refuses_an_order_that_has_ended(customer: Partner) -> None:
    order = ordered()
    draft = change()
    cancel_order(order_id=order.pk, reason="over", by=person("mei"))
    with pytest.raises(CannotMerge, match="changed no more"):
        carried(draft, order_id=order.pk)


def test_two_people_at_once_and_too_late(customer: Partner) -> None:
    ordered()
    draft = change()
    with pytest.raises(StaleRevision):
        carried(draft, revision=draft.revision - 1)
    carried(draft, revision=draft.revision)
    with pytest.raises(IllegalStep):
        carried(draft)


def test_the_wrong_role_may_not(customer: Partner) -> None:
    ordered()
    draft = change()
    with pytest.raises(NotAllowed):
        merge_draft(draft_id=draft.pk, by=person("wen"))
