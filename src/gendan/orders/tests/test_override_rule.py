"""Overriding a rule: by role, with a reason, for what was seen and no more."""

import pytest

from gendan.kernel import journal
from gendan.kernel.errors import DomainError, IllegalStep, NotAllowed, NotThere
from gendan.orders.entry import LineData, OrderChanges
from gendan.orders.queries import overrides_of
from gendan.orders.services import confirm_order, edit_order, override_rule
from gendan.orders.tests.test_save_order_rules import rule
from gendan.testing.cast import person
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def test_a_manager_lets_the_order_pass_and_the_reason_is_kept() -> None:
    order = make.draft()
    block = rule(country="DE")
    with pytest.raises(NotAllowed):
        override_rule(order_id=order.pk, rule_id=block.pk, reason="hurry", by=person("mei"))
    with pytest.raises(DomainError, match="Say why"):
        override_rule(order_id=order.pk, rule_id=block.pk, reason=" ", by=person("zhao"))
    with pytest.raises(NotThere):
        override_rule(order_id=0, rule_id=block.pk, reason="x", by=person("zhao"))
    with pytest.raises(IllegalStep, match="does not stop"):
        override_rule(order_id=order.pk, rule_id=block.pk + 1, reason="x", by=person("zhao"))
    override_rule(order_id=order.pk, rule_id=block.pk, reason="licence came", by=person("zhao"))
    with pytest.raises(IllegalStep, match="does not stop"):
        override_rule(order_id=order.pk, rule_id=block.pk, reason="twice", by=person("zhao"))
    assert journal.timeline(order)[0].data["reason"] == "licence came"
    confirm_order(order_id=order.pk, by=person("mei"))
    assert overrides_of(order.pk).get().rule == block
    with pytest.raises(IllegalStep, match="nothing to override"):
        override_rule(order_id=order.pk, rule_id=block.pk, reason="late", by=person("zhao"))


def test_more_goods_or_another_country_need_another_override() -> None:
    order = make.draft()
    block = rule(customer="C-1")
    override_rule(order_id=order.pk, rule_id=block.pk, reason="small lot", by=person("zhao"))
    edit_order(order_id=order.pk, changes=OrderChanges(remark="x"), by=person("mei"))
    line = order.lines.get()
    more = LineData(
        line_id=line.pk,
        item_id=line.item_id,
        quantity=9000,
        unit_price="2.5",
        requested_on=line.requested_on,
    )
    edit_order(order_id=order.pk, lines=[more], by=person("mei"))
    with pytest.raises(DomainError, match="Rule R"):
        confirm_order(order_id=order.pk, by=person("mei"))
