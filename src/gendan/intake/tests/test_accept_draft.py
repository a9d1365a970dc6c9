"""Accepting makes the order, and nothing doubtful or missing slips through."""

import datetime as dt
from decimal import Decimal

import pytest

from gendan.intake.events import DraftAccepted
from gendan.intake.models import Learned
from gendan.intake.queries import open_doubts, twins_of
from gendan.intake.services import (
    DraftIsDoubtful,
    DraftIsIncomplete,
    NotAnOrder,
    accept_certain_drafts,
    accept_draft,
    add_incoming,
    correct_draft,
    read_incoming,
    work_on_incoming,
)
from gendan.intake.services.deciding import read_incoterm
from gendan.kernel import files, journal
from gendan.kernel.errors import IllegalStep, NotAllowed
from gendan.orders.models import CustomerItem, Order
from gendan.orders.services.refusals import SameCustomerNumber
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make

pytestmark = pytest.mark.django_db


def test_the_order_carries_what_the_document_says(customer: Partner) -> None:
    draft = make.draft()
    order = accept_draft(draft_id=draft.pk, revision=1, by=person("mei"))
    assert order.customer == customer
    assert (order.customer_order_number, order.channel, order.currency) == (
        "NH-4711",
        "mail",
        "USD",
    )
    assert (order.taken_by, order.received_at) == (person("mei"), draft.incoming.received_at)
    assert (order.ordered_on, order.requested_on) == (dt.date(2026, 11, 20), dt.date(2027, 3, 15))
    lines = list(order.lines.select_related("item"))
    assert [(one.item.code, one.quantity, one.unit_price) for one in lines] == [
        ("HW-1001", Decimal(500), Decimal("1.20")),
        ("HW-1002", Decimal(200), Decimal("3.40")),
    ]
    assert order.total == Decimal("1280.00")
    attached = files.attachments_of(order).get()
    assert (attached.file, attached.name) == (draft.incoming.file, "order.eml")
    draft.refresh_from_db()
    assert (draft.state, draft.order, draft.incoming.state) == ("accepted", order, "done")
    facts = {entry.fact for entry in journal.timeline(order)}
    assert DraftAccepted.name in facts


def test_doubts_must_be_corrected_or_confirmed(customer: Partner) -> None:
    draft = make.draft(make.sheet(currency=""), "po.xlsx")
    with pytest.raises(DraftIsDoubtful, match="1 values are doubtful") as refused:
        accept_draft(draft_id=draft.pk, by=person("mei"))
    assert refused.value.params["fields"] == ["currency"]
    assert not Order.objects.exists()
    order = accept_draft(draft_id=draft.pk, confirmed_doubts=["currency"], by=person("mei"))
    assert order.currency == "USD"  # the customer's


def test_customer_and_items_must_be_chosen_whatever_is_confirmed(customer: Partner) -> None:
    lines = [("?", "Garden gnome", 5, "2.00")]
    draft = make.draft(make.sheet(buyer="Unknown Ltd", lines=lines), "po.xlsx")
    with pytest.raises(DraftIsIncomplete, match="Choose the customer") as refused:
        accept_draft(
            draft_id=draft.pk, confirmed_doubts=["customer", "lines.0.item"], by=person("mei")
        )
    assert refused.value.params["fields"] == ["customer", "lines.0.item"]


def test_the_last_corrections_go_in_the_same_breath(customer: Partner) -> None:
    draft = make.draft(make.sheet(currency=""), "po.xlsx")
    order = accept_draft(
        draft_id=draft.pk, corrections={"values": {"currency": "EUR"}}, by=person("mei")
    )
    assert order.currency == "EUR"


def test_a_refusal_leaves_nothing_half_written(customer: Partner) -> None:
    draft = make.draft(make.sheet(currency="", buyer="Unknown Ltd"), "po.xlsx")
    with pytest.raises(DraftIsIncomplete):
        accept_draft(
            draft_id=draft.pk, corrections={"values": {"currency": "EUR"}}, by=person("mei")
        )
    draft.refresh_from_db()
    assert (draft.data["currency"], draft.revision) == (None, 1)


def test_the_same_customer_number_twice_is_refused_unless_wanted(customer: Partner) -> None:
    accept_draft(draft_id=make.draft().pk, by=person("mei"))
    second = make.draft(make.sheet(lines=[("HW-1001", "Steel hinge 100 mm", 5, "1.20")]), "po.xlsx")
    assert twins_of(second).count() == 1
    with pytest.raises(SameCustomerNumber):
        accept_draft(draft_id=second.pk, by=person("mei"))
    accept_draft(draft_id=second.pk, allow_duplicate=True, by=person("mei"))
    assert Order.objects.filter(customer_order_number="NH-4711").count() == 2


def test_the_customers_codes_are_learned(customer: Partner) -> None:
    lines = [("A-77", "Scharnier", 500, "1.20")]
    content = make.sheet(lines=lines, code_title="Our item code")
    draft = make.draft(content, "po.xlsx")
    draft = correct_draft(
        draft_id=draft.pk,
        values={"lines.0.buyer_code": "A-77"},
        items={0: make.goods()[0].pk},
        by=person("mei"),
    )
    order = accept_draft(draft_id=draft.pk, by=person("mei"))
    known = CustomerItem.objects.get(customer=customer)
    assert (known.code, known.item.code, known.name) == ("A-77", "HW-1001", "Scharnier")
    assert order.lines.get().customer_code == "A-77"


def test_changes_cancellations_and_other_papers_make_no_order(customer: Partner) -> None:
    draft = make.draft()
    for kind, words in (
        ("order_change", "carry it into that order"),
        ("order_cancellation", "carry it into that order"),
        ("not_an_order", "is no order"),
    ):
        correct_draft(draft_id=draft.pk, values={"doc_type": kind}, by=person("mei"))
        with pytest.raises(NotAnOrder, match=words):
            accept_draft(draft_id=draft.pk, by=person("mei"))


def test_it_is_accepted_once_and_by_the_right_role(customer: Partner) -> None:
    draft = make.draft()
    with pytest.raises(NotAllowed):
        accept_draft(draft_id=draft.pk, by=person("bo"))
    accept_draft(draft_id=draft.pk, by=person("mei"))
    with pytest.raises(IllegalStep):
        accept_draft(draft_id=draft.pk, by=person("mei"))


def test_all_certain_ones_are_accepted_and_the_others_stay(customer: Partner) -> None:
    certain = make.incoming()
    doubtful = make.incoming(make.sheet("PO-2", currency=""), "a.xlsx")
    twin = make.incoming(make.sheet("NH-4711", currency=""), "b.xlsx")
    orders = accept_certain_drafts(
        incoming_ids=[certain.pk, doubtful.pk, twin.pk], by=person("mei")
    )
    assert [order.customer_order_number for order in orders] == ["NH-4711"]
    assert doubtful.drafts.get().state == "open"
    with pytest.raises(DraftIsDoubtful, match="No draft here"):
        accept_certain_drafts(incoming_ids=[doubtful.pk], by=person("mei"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("FOB Ningbo", ("FOB", "Ningbo")),
        ("Terms: cif Hamburg, Incoterms 2020", ("CIF", "Hamburg")),
        ("EXW", ("EXW", "")),
        ("free of charge", ("", "")),
        (None, ("", "")),
    ],
)
def test_incoterm_and_place_are_told_apart(text: str | None, wanted: tuple[str, str]) -> None:
    assert read_incoterm(text) == wanted


def test_accepting_all_leaves_alone_what_a_person_must_see(customer: Partner) -> None:
    """A sender who proves nothing, what somebody else works on, two orders of one number."""
    forged = add_incoming(
        content=make.mail(make.sheet("NH-1")), name="a.eml", is_sender_confirmed=False, by=None
    )
    read_incoming(incoming_id=forged.pk)
    draft = forged.drafts.get()
    assert [doubt.code for doubt in open_doubts(draft)] == ["unconfirmed"]
    correct_draft(draft_id=draft.pk, confirmed=["customer"], by=person("mei"))
    assert not Learned.objects.exists()
    taken = make.incoming(make.sheet("NH-2"), "b.xlsx")
    work_on_incoming(incoming_id=taken.pk, by=person("jun"))
    first = make.incoming(make.sheet("NH-3"), "c.xlsx")
    second = make.incoming(make.sheet("NH-3", delivery="2027-05-01"), "d.xlsx")
    orders = accept_certain_drafts(
        incoming_ids=[forged.pk, taken.pk, first.pk, second.pk], by=person("mei")
    )
    assert [order.customer_order_number for order in orders] == ["NH-3"]
