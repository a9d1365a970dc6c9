"""Asking for a change in words: by a colleague, by the customer on a paper, once per source."""

import pytest

from gendan.changes.handlers import take_up_change
from gendan.changes.models import ChangeOrder
from gendan.changes.services import ask_change
from gendan.contracts.events import ChangeAsked
from gendan.kernel import journal, reactions
from gendan.kernel.errors import DomainError, IllegalStep, NotAllowed, NotThere
from gendan.orders.events import SpecificationSuperseded
from gendan.orders.services import cancel_order
from gendan.testing.cast import person
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def test_what_is_wanted_is_kept_in_words() -> None:
    order = make.confirmed()
    change = ask_change(
        order_id=order.pk, text="  50 more, please ", name="Ms. Weber", by=person("su")
    )
    assert (change.state, change.origin, change.asked_words) == (
        "asked",
        "customer",
        "50 more, please",
    )
    assert change.number.startswith("CO-")
    assert journal.timeline(order)[0].fact == "ChangeAskedFor"


def test_the_customers_words_on_a_paper_become_one_change() -> None:
    order = make.confirmed()
    fact = ChangeAsked(
        order_id=order.pk, paper_id=1, number="PI-1", version=1, text="In blue", person="Weber"
    )
    entry = journal.record(fact, about=order)
    reactions.run_due()
    take_up_change(fact, entry)
    change = ChangeOrder.objects.get()
    assert (change.asked_words, change.asked_name) == ("In blue", "Weber")
    cancel_order(order_id=order.pk, reason="x", by=person("mei"))
    journal.record(fact, about=order)
    reactions.run_due()
    change.refresh_from_db()
    assert (ChangeOrder.objects.count(), change.state) == (1, "void")


def test_a_newer_specification_is_asked_for_once_per_line() -> None:
    order = make.confirmed()
    line = order.lines.get()
    fact = SpecificationSuperseded(
        order_id=order.pk, line_id=line.pk, position=1, item="A-1", was="1", version="2"
    )
    for _time in range(2):
        journal.record(fact, about=order)
    reactions.run_due()
    change = ChangeOrder.objects.get()
    assert (change.origin, change.state) == ("us", "asked")
    assert change.content is not None
    assert change.content["change_lines"] == [{"line_id": line.pk, "specification_version": "2"}]


def test_it_refuses_what_makes_no_sense() -> None:
    order = make.confirmed()
    with pytest.raises(DomainError, match="Say what"):
        ask_change(order_id=order.pk, text=" \x00 ", by=person("mei"))
    with pytest.raises(DomainError, match="room for 4000"):
        ask_change(order_id=order.pk, text="x" * 5000, by=person("mei"))
    with pytest.raises(DomainError, match="by us or by the customer"):
        ask_change(order_id=order.pk, text="x", origin="moon", by=person("mei"))
    with pytest.raises(NotAllowed):
        ask_change(order_id=order.pk, text="x", by=person("wen"))
    with pytest.raises(NotThere):
        ask_change(order_id=999_999, text="x", by=person("mei"))
    cancel_order(order_id=order.pk, reason="x", by=person("mei"))
    with pytest.raises(IllegalStep, match="changed no more"):
        ask_change(order_id=order.pk, text="x", by=person("mei"))
