"""The specification on lines: fixed at entry, taken anew on drafts, told on running orders."""

import pytest

from gendan.catalog.models import Item
from gendan.catalog.services import release_specification
from gendan.kernel import journal, reactions
from gendan.kernel.errors import DomainError, IllegalStep, NotAllowed, StaleRevision
from gendan.orders.entry import LineData
from gendan.orders.services import edit_order, take_specification, tell_superseded
from gendan.orders.tests.test_pass_review import review, rules
from gendan.testing.cast import person
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def release(version: str, code: str = "A-1") -> None:
    item = Item.objects.get(code=code)
    release_specification(item_id=item.pk, version=version, by=person("zhao"))
    reactions.run_due()


def test_a_draft_keeps_its_version_until_somebody_takes_the_newer_one() -> None:
    rules(("specification", "planner"))
    order = make.draft()
    line = order.lines.get()
    release("2")
    same = LineData(
        line_id=line.pk,
        item_id=line.item_id,
        quantity=120,
        unit_price="2.5",
        requested_on=line.requested_on,
    )
    edit_order(order_id=order.pk, lines=[same], by=person("mei"))
    line.refresh_from_db()
    assert line.specification_version == "1"
    with pytest.raises(NotAllowed):
        take_specification(order_id=order.pk, line_id=line.pk, by=person("wen"))
    with pytest.raises(StaleRevision):
        take_specification(order_id=order.pk, line_id=line.pk, revision=1, by=person("mei"))
    with pytest.raises(DomainError, match="does not belong"):
        take_specification(order_id=order.pk, line_id=line.pk + 1, by=person("mei"))
    took = take_specification(order_id=order.pk, line_id=line.pk, by=person("mei"))
    line.refresh_from_db()
    assert (line.specification_version, took.revision) == ("2", 3)
    assert journal.timeline(order).filter(fact="OrderEdited")[0].data["changes"] == [
        {"path": "lines.1.specification_version", "was": "1", "is": "2"}
    ]
    assert review(order, "specification").state == "open"
    with pytest.raises(DomainError, match="newest version already"):
        take_specification(order_id=order.pk, line_id=line.pk, by=person("mei"))
    assert not journal.timeline(order).filter(fact="SpecificationSuperseded").exists()


def test_a_typed_version_must_have_been_released() -> None:
    make.draft()
    release("2")
    item = Item.objects.get(code="A-1")
    assert make.draft(lines=[make.line("A-1")]).lines.get().specification_version == "2"
    release("3")
    typed = make.draft(lines=[make.line("A-1", specification_version="2")])
    assert typed.lines.get().specification_version == "2"
    with pytest.raises(DomainError, match=f"{item.code} has no specification version “9”"):
        make.draft(lines=[make.line("A-1", specification_version="9")])


def test_running_lines_are_told_once_of_each_newer_version() -> None:
    order = make.confirmed(lines=[make.line("A-1"), make.line("B-2"), make.line("A-1")])
    done = make.delivered(make.confirmed())
    release("2")
    told = journal.timeline(order).filter(fact="SpecificationSuperseded").order_by("pk")
    assert [(one.data["position"], one.data["was"], one.data["version"]) for one in told] == [
        (1, "1", "2"),
        (3, "1", "2"),
    ]
    assert not journal.timeline(done).filter(fact="SpecificationSuperseded").exists()
    assert tell_superseded(item_ids=[Item.objects.get(code="A-1").pk]) == 0
    release("3")
    assert told.all().count() == 4
    line = order.lines.first()
    assert line
    with pytest.raises(IllegalStep):
        take_specification(order_id=order.pk, line_id=line.pk, by=person("mei"))
