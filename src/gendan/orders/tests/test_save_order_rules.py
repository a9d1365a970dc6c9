"""Rules that stop or warn: by item, family, customer and country, in their time."""

from typing import Any

import pytest

from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, NotAllowed
from gendan.kernel.rows import RowsRefused
from gendan.orders.models import OrderRule
from gendan.orders.services import OrderRuleRow, confirm_order, save_order_rules
from gendan.orders.services.readiness import readiness_of
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def rule(code: str = "R", effect: str = "block", **values: Any) -> OrderRule:
    values.setdefault("message_en", "not for them")
    row = OrderRuleRow(code, effect, **values)
    return save_order_rules(rows=[row], by=person("zhao"))[0]


def test_a_blocking_rule_stops_with_its_own_words() -> None:
    order = make.draft()
    rule(item="A-1", country="DE", message_en="No licence for Germany", message_zh="无德国授权")
    with pytest.raises(DomainError, match="Rule R: No licence for Germany") as caught:
        confirm_order(order_id=order.pk, by=person("mei"))
    assert caught.value.code == "rule_stops"


@pytest.mark.parametrize(
    ("values", "fits"),
    [
        ({"item": "A-1"}, True),
        ({"item": "B-2"}, False),
        ({"family": "HW"}, True),
        ({"customer": "C-1"}, True),
        ({"customer": "C-2"}, False),
        ({"country": "DE"}, True),
        ({"country": "US"}, False),
        ({"item": "A-1", "customer": "C-1", "country": "DE"}, True),
        ({"item": "A-1", "country": "US"}, False),
        ({"item": "B-2", "country": "DE"}, False),
        ({"country": "DE", "is_active": False}, False),
        ({"country": "DE", "valid_from": make.in_days(1)}, False),
        ({"country": "DE", "valid_from": clock.today(), "valid_until": clock.today()}, True),
        ({"country": "DE", "valid_until": make.in_days(-1)}, False),
    ],
)
def test_everything_that_is_named_must_fit(values: dict[str, Any], fits: bool) -> None:
    masters.item("B-2")
    masters.customer("C-2")
    order = make.draft()
    rule(**values)
    assert bool(readiness_of(order).blocks) is fits


def test_a_warning_must_be_seen_and_stands_in_the_fact() -> None:
    order = make.draft()
    warning = rule("W", "warn", country="DE", message_en="Pays late")
    with pytest.raises(
        DomainError, match="Say that you have seen this warning: Pays late"
    ) as found:
        confirm_order(order_id=order.pk, by=person("mei"))
    assert found.value.field == "seen_warnings"
    with pytest.raises(DomainError):
        confirm_order(order_id=order.pk, seen_warnings=[warning.pk + 1], by=person("mei"))
    confirm_order(order_id=order.pk, seen_warnings=[warning.pk], by=person("mei"))
    assert journal.timeline(order)[0].data["warnings"] == ["W"]


def test_all_that_stands_in_the_way_is_said_at_once() -> None:
    masters.item("A-1", is_sold=False)
    order = make.draft(lines=[make.line(requested_on=None)])
    from gendan.orders.services import check_order, place_hold

    check_order(order_id=order.pk, by=person("mei"))
    place_hold(order_id=order.pk, stage="confirm", reason="wait", by=person("mei"))
    rule(country="DE")
    with pytest.raises(DomainError) as caught:
        confirm_order(order_id=order.pk, by=person("mei"))
    assert caught.value.code == "not_ready"
    assert [stop["code"] for stop in caught.value.params["stops"]] == [
        "order_is_held",
        "checks_are_red",
        "no_date_to_promise",
        "rule_stops",
    ]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (OrderRuleRow("R", "block", message_en="x"), "item"),
        (OrderRuleRow("R", "forbid", country="DE", message_en="x"), "effect"),
        (OrderRuleRow("R", "block", country="Germany", message_en="x"), "country"),
        (OrderRuleRow("R", "block", country="de", message_en="x"), "country"),
        (OrderRuleRow("R", "block", country="DE"), "message_en"),
        (OrderRuleRow("R", "block", country="DE", message_en="x" * 301), "message_en"),
        (OrderRuleRow("R", "block", item="nothing", message_en="x"), "item"),
        (
            OrderRuleRow(
                "R",
                "block",
                country="DE",
                message_en="x",
                valid_from=make.in_days(2),
                valid_until=make.in_days(1),
            ),
            "valid_until",
        ),
    ],
)
def test_it_refuses_what_cannot_be_a_rule(row: OrderRuleRow, field: str) -> None:
    with pytest.raises(RowsRefused) as caught:
        save_order_rules(rows=[row], by=person("zhao"))
    assert field in {one.field for one in caught.value.rows}


def test_only_managers_set_rules() -> None:
    row = OrderRuleRow("R", "block", country="DE", message_en="x")
    with pytest.raises(NotAllowed):
        save_order_rules(rows=[row], by=person("mei"))
