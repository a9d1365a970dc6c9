"""Correcting: what a person sets is no longer doubtful, and it teaches the next reading."""

import pytest

from gendan.catalog.services import ItemRow, save_items
from gendan.intake.models import Learned
from gendan.intake.queries import open_doubts
from gendan.intake.services import NotAMatch, NothingSaid, accept_draft, correct_draft
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed, StaleRevision
from gendan.orders.models import CustomerItem
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make

pytestmark = pytest.mark.django_db
STRANGE = [("A-77", "Scharnier", 500, "1.20"), ("HW-1002", "Door handle brass", 200, "3.40")]


def test_a_value_is_set_and_its_doubt_is_gone(customer: Partner) -> None:
    draft = make.draft(make.sheet(currency=""), "po.xlsx")
    assert [doubt.field for doubt in open_doubts(draft)] == ["currency"]
    draft = correct_draft(
        draft_id=draft.pk,
        revision=draft.revision,
        values={
            "currency": "eur",
            "lines.0.quantity": "１，０００",
            "lines.1.due_date": "2027-04-01",
        },
        by=person("mei"),
    )
    assert open_doubts(draft) == []
    assert draft.data["currency"] == "EUR"
    assert draft.data["lines"][0]["quantity"] == "1000"
    assert draft.data["lines"][1]["due_date"] == "2027-04-01"
    assert draft.revision == 2


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("lines.0.quantity", "many"),
        ("lines.0.quantity", "-1"),
        ("lines.0.unit_price", "1e30"),
        ("lines.0.unit_price", "NaN"),
        ("issue_date", "20.11.2026"),
        ("issue_date", "2026-02-30"),
        ("currency", "dollars"),
        ("doc_type", "love letter"),
        ("lines.9.quantity", "1"),
        ("found_at", "x"),
        ("lines.0.__class__", "x"),
        ("lines.0.description", "x" * 501),
    ],
)
def test_values_that_cannot_be_are_refused(customer: Partner, path: str, value: str) -> None:
    draft = make.draft()
    with pytest.raises(Invalid) as refused:
        correct_draft(draft_id=draft.pk, values={path: value}, by=person("mei"))
    assert refused.value.field == path
    draft.refresh_from_db()
    assert draft.revision == 1


def test_choosing_the_customer_matches_the_lines_anew_and_is_remembered(customer: Partner) -> None:
    other = make.customer("C0002", "Baltic Tools OÜ", "info@baltic.example")
    CustomerItem.objects.create(customer=other, item_id=make.goods()[0].pk, code="A-77")
    content = make.sheet(buyer="BT Group", lines=STRANGE)
    draft = make.draft(make.mail(content, sender="BT <orders@bt.example>"))
    assert {doubt.field for doubt in open_doubts(draft)} == {"customer", "lines.0.item"}
    draft = correct_draft(draft_id=draft.pk, customer_id=other.pk, by=person("mei"))
    assert draft.customer == other
    assert draft.matches["lines"][0]["reason"] == "customers_code"
    assert open_doubts(draft) == []
    again = make.mail(
        make.sheet("PO-2", buyer="BT Group", lines=STRANGE), sender="BT <orders@bt.example>"
    )
    assert make.draft(again).customer == other


def test_choosing_an_item_is_remembered_for_the_customer(customer: Partner) -> None:
    spring = make.goods()[4]
    draft = make.draft(make.sheet(lines=STRANGE), "po.xlsx")
    draft = correct_draft(draft_id=draft.pk, items={0: spring.pk}, by=person("mei"))
    assert open_doubts(draft) == []
    learned = Learned.objects.get(customer=customer, kind="item")
    assert learned.value == "SP-2001"
    second = make.draft(make.sheet("PO-2", lines=STRANGE), "po2.xlsx")
    assert second.matches["lines"][0]["id"] == spring.pk
    assert second.matches["lines"][0]["reason"] == "learned"


def test_agreeing_to_a_proposal_is_choosing_it(customer: Partner) -> None:
    lines = [("?", "Steel hinges of 100 mm", 5, "1.00")]
    draft = make.draft(make.sheet(lines=lines), "po.xlsx")
    assert draft.matches["lines"][0]["doubt"] == "similar"
    draft = correct_draft(
        draft_id=draft.pk, confirmed=[doubt.field for doubt in open_doubts(draft)], by=person("mei")
    )
    assert open_doubts(draft) == []
    assert Learned.objects.filter(customer=customer, kind="item").exists()


def test_a_unit_and_a_date_order_are_learned(customer: Partner) -> None:
    content = make.sheet(delivery="02/03/2027")
    draft = make.draft(content, "po.xlsx")
    was = draft.data["requested_delivery"]
    other = "2027-02-03" if was == "2027-03-02" else "2027-03-02"
    correct_draft(
        draft_id=draft.pk,
        values={"requested_delivery": other, "lines.0.unit": "SET"},
        by=person("mei"),
    )
    learned = {row.kind: (row.key, row.value) for row in Learned.objects.all()}
    assert learned["unit"] == ("pcs", "SET")
    assert learned["date_order"][1] == ("day_first" if other == "2027-03-02" else "month_first")
    second = make.draft(make.sheet("PO-2", delivery="04/05/2027"), "po2.xlsx")
    wanted = "2027-05-04" if other == "2027-03-02" else "2027-04-05"
    assert second.data["requested_delivery"] == wanted


def test_a_unit_learned_for_one_item_leaves_others_as_printed(customer: Partner) -> None:
    kit = ItemRow(
        code="HW-1010", family="HARDWARE", unit="set", supply="make", name_en="Screwdriver set"
    )
    save_items(rows=[kit], by=None)
    lines = [("HW-1010", "Screwdriver set", 40, "4.80"), *make.LINES]
    draft = make.draft(make.sheet(lines=lines), "po.xlsx")
    assert [doubt.field for doubt in open_doubts(draft)] == ["lines.0.unit"]
    draft = correct_draft(draft_id=draft.pk, values={"lines.0.unit": "set"}, by=person("mei"))
    assert open_doubts(draft) == []
    second = make.draft(make.sheet("NH-4712", lines=lines), "po2.xlsx")
    assert open_doubts(second) == []
    assert [match["unit"] for match in second.matches["lines"]] == ["set", "pcs", "pcs"]


def test_a_column_is_learned_from_a_value_of_another_column(customer: Partner) -> None:
    draft = make.draft(make.sheet(code_title="Your item no."), "po.xlsx")
    correct_draft(draft_id=draft.pk, values={"lines.0.buyer_code": "HW-1001"}, by=person("mei"))
    learned = Learned.objects.get(kind="column")
    assert (learned.key, learned.value) == ("Your item no.", "buyer_code")
    second = make.draft(make.sheet("PO-2", code_title="Your item no."), "po2.xlsx")
    assert second.data["lines"][0]["buyer_code"] == "HW-1001"


def test_lines_are_added_and_removed(customer: Partner) -> None:
    draft = make.draft()
    draft = correct_draft(
        draft_id=draft.pk,
        add_lines=[{"seller_code": "SP-2001", "quantity": "7", "unit_price": "0.5"}],
        remove_lines=[0],
        by=person("mei"),
    )
    assert draft.matches["lines"][2]["reason"] == "our_code"
    order = accept_draft(draft_id=draft.pk, by=person("mei"))
    assert [line.item.code for line in order.lines.all()] == ["HW-1002", "SP-2001"]


def test_two_people_at_once_are_told(customer: Partner) -> None:
    draft = make.draft()
    correct_draft(draft_id=draft.pk, revision=1, values={"currency": "EUR"}, by=person("mei"))
    with pytest.raises(StaleRevision):
        correct_draft(draft_id=draft.pk, revision=1, values={"currency": "GBP"}, by=person("jun"))


def test_it_refuses_nothing_unknown_things_the_decided_and_the_wrong_role(
    customer: Partner,
) -> None:
    draft = make.draft()
    with pytest.raises(NothingSaid):
        correct_draft(draft_id=draft.pk, by=person("mei"))
    with pytest.raises(NotAMatch, match="no such item"):
        correct_draft(draft_id=draft.pk, items={0: 0}, by=person("mei"))
    with pytest.raises(NotAMatch, match="no such customer"):
        correct_draft(draft_id=draft.pk, customer_id=0, by=person("mei"))
    with pytest.raises(NotAllowed):
        correct_draft(draft_id=draft.pk, values={"currency": "EUR"}, by=person("wen"))
    accept_draft(draft_id=draft.pk, by=person("mei"))
    with pytest.raises(IllegalStep):
        correct_draft(draft_id=draft.pk, values={"currency": "EUR"}, by=person("mei"))
