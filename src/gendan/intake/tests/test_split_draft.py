"""One document that holds several orders: each becomes a draft of its own."""

import pytest

from gendan.intake.draft_data import lines_of
from gendan.intake.events import DraftSplit
from gendan.intake.invariants import check
from gendan.intake.models import Draft
from gendan.intake.queries import open_doubts
from gendan.intake.services import NothingSaid, accept_draft, split_draft
from gendan.kernel import journal
from gendan.kernel.errors import IllegalStep, NotAllowed, NotThere, StaleRevision
from gendan.orders.models import Order
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make

pytestmark = pytest.mark.django_db


def codes(draft: Draft) -> list[str]:
    return [line["buyer_code"] or line["seller_code"] for _index, line in lines_of(draft.data)]


def test_the_lines_become_an_order_of_their_own(customer: Partner) -> None:
    draft = make.draft()
    other = split_draft(draft_id=draft.pk, lines=[1], order_number="NH-4712", by=person("mei"))
    draft.refresh_from_db()
    assert (codes(draft), codes(other)) == (["HW-1001"], ["HW-1002"])
    assert (draft.data["order_number"], other.data["order_number"]) == ("NH-4711", "NH-4712")
    assert other.data["requested_delivery"] == draft.data["requested_delivery"]
    assert other.data["found_at"]["lines.1.quantity"]["text"] == "200"
    assert (open_doubts(draft), open_doubts(other)) == ([], [])
    assert DraftSplit.name in {entry.fact for entry in journal.timeline(draft.incoming)}
    for one in (draft, other):
        accept_draft(draft_id=one.pk, by=person("mei"))
    numbers = Order.objects.order_by("pk").values_list("customer_order_number", flat=True)
    assert list(numbers) == ["NH-4711", "NH-4712"]
    draft.incoming.refresh_from_db()
    assert draft.incoming.state == "done"
    assert check() == []


def test_without_a_number_it_is_a_doubt(customer: Partner) -> None:
    other = split_draft(draft_id=make.draft().pk, lines=[0], by=person("mei"))
    assert [doubt.field for doubt in open_doubts(other)] == ["order_number"]


def test_what_was_typed_goes_with_it(customer: Partner) -> None:
    draft = make.draft()
    other = split_draft(
        draft_id=draft.pk,
        lines=[1],
        corrections={"values": {"lines.1.quantity": "7"}},
        by=person("mei"),
    )
    assert other.data["lines"][1]["quantity"] == "7"


def test_it_refuses_none_all_and_unknown_lines(customer: Partner) -> None:
    draft = make.draft()
    with pytest.raises(NothingSaid, match="Choose"):
        split_draft(draft_id=draft.pk, lines=[], by=person("mei"))
    with pytest.raises(NothingSaid, match="must stay"):
        split_draft(draft_id=draft.pk, lines=[0, 1], by=person("mei"))
    with pytest.raises(NotThere):
        split_draft(draft_id=draft.pk, lines=[9], by=person("mei"))
    assert Draft.objects.count() == 1


def test_it_refuses_what_is_stale_decided_or_not_allowed(customer: Partner) -> None:
    draft = make.draft()
    with pytest.raises(StaleRevision):
        split_draft(draft_id=draft.pk, lines=[1], revision=99, by=person("mei"))
    with pytest.raises(NotAllowed):
        split_draft(draft_id=draft.pk, lines=[1], by=person("wen"))
    accept_draft(draft_id=draft.pk, by=person("mei"))
    with pytest.raises(IllegalStep):
        split_draft(draft_id=draft.pk, lines=[1], by=person("mei"))
