"""Confirming: what stands in the way, which dates are promised, what is kept."""

import pytest

from gendan.kernel import journal
from gendan.kernel.errors import DomainError, IllegalStep, NotAllowed, NotThere, StaleRevision
from gendan.orders import invariants
from gendan.orders.models import DateChange, Order, OrderState
from gendan.orders.services import check_order, confirm_order, place_hold, release_hold
from gendan.planning.services import promise_order
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def test_it_promises_what_is_requested_when_nothing_was_computed() -> None:
    masters.lane("DE", to_port_days=3, transit_days=30, to_door_days=5)
    order = make.draft(incoterm="FOB", lines=[make.line(requested_on=make.in_days(60))])
    confirmed = confirm_order(order_id=order.pk, by=person("mei"))
    confirmed.refresh_from_db()
    assert confirmed.state == OrderState.CONFIRMED
    assert confirmed.promised_on == confirmed.forecast_on == make.in_days(60)
    promise = confirmed.promises.get()
    assert promise.engine == "as_requested"
    assert promise.ex_works_on == make.in_days(57)
    assert promise.at_door_on == make.in_days(95)
    assert promise.lines.get().reasons[0]["code"] == "as_requested"
    line = confirmed.lines.get()
    assert line.promised_on == line.forecast_on == make.in_days(60)
    kinds = DateChange.objects.filter(order=order, line=None).values_list("kind", "is_on")
    assert dict(kinds) == dict.fromkeys(("requested", "promised", "forecast"), make.in_days(60))
    version = confirmed.versions.get()
    assert version.number == confirmed.version == 1
    assert version.snapshot["lines"][0]["quantity"] == "100"
    assert version.snapshot["lines"][0]["promised_on"] == make.in_days(60).isoformat()
    assert journal.timeline(order)[0].fact == "OrderConfirmed"
    assert invariants.check() == []


def test_shipped_together_all_lines_have_the_latest_date() -> None:
    lines = [make.line("A-1", requested_on=make.in_days(30)), make.line("B-2")]
    order = make.confirmed(lines=lines, ship_policy="together")
    assert {line.promised_on for line in order.lines.all()} == {make.in_days(60)}
    order = make.confirmed(lines=lines)  # several dates: line by line
    assert [line.promised_on for line in order.lines.all()] == [make.in_days(30), make.in_days(60)]
    assert order.promised_on == make.in_days(60)


def test_a_computed_promise_is_kept() -> None:
    masters.item("A-1", lead_days=200)
    order = make.draft()
    promised = promise_order(order_id=order.pk, by=person("ping")).promised_on
    assert promised
    assert promised > make.in_days(60)
    assert confirm_order(order_id=order.pk, by=person("mei")).promised_on == promised
    assert Order.objects.get(pk=order.pk).promises.get().engine == "capable"
    assert invariants.check() == []


def test_it_refuses_an_empty_order() -> None:
    order = make.draft(lines=[])
    with pytest.raises(DomainError, match="without lines") as caught:
        confirm_order(order_id=order.pk, by=person("mei"))
    assert caught.value.code == "order_is_empty"


def test_it_refuses_a_line_without_any_date() -> None:
    order = make.draft(lines=[make.line(requested_on=None)])
    with pytest.raises(DomainError, match="Line 1 has no date"):
        confirm_order(order_id=order.pk, by=person("mei"))
    promise_order(order_id=order.pk, by=person("mei"))
    confirm_order(order_id=order.pk, by=person("mei"))
    assert invariants.check() == []


def test_it_refuses_a_second_time_a_stale_one_and_the_wrong_role() -> None:
    order = make.draft()
    with pytest.raises(StaleRevision):
        confirm_order(order_id=order.pk, revision=7, by=person("mei"))
    with pytest.raises(NotAllowed):
        confirm_order(order_id=order.pk, by=person("wen"))
    confirm_order(order_id=order.pk, revision=1, by=person("mei"))
    with pytest.raises(IllegalStep, match=f"{order.number} is “confirmed”"):
        confirm_order(order_id=order.pk, by=person("mei"))
    with pytest.raises(NotThere):
        confirm_order(order_id=0, by=person("mei"))


def test_it_refuses_while_held() -> None:
    order = make.draft()
    hold = place_hold(order_id=order.pk, stage="confirm", reason="credit", by=person("fang"))
    with pytest.raises(DomainError, match="credit") as caught:
        confirm_order(order_id=order.pk, by=person("mei"))
    assert caught.value.code == "order_is_held"
    release_hold(hold_id=hold.pk, by=person("fang"))
    confirm_order(order_id=order.pk, by=person("mei"))


def test_it_refuses_red_checks_unless_somebody_says_why() -> None:
    masters.item("A-1", is_sold=False)
    order = make.draft()
    check_order(order_id=order.pk, by=person("mei"))
    with pytest.raises(DomainError, match="check of line 1 is red"):
        confirm_order(order_id=order.pk, by=person("mei"))
    confirm_order(order_id=order.pk, despite="last pieces", by=person("mei"))
    assert journal.timeline(order)[0].data["despite"] == "last pieces"


def test_a_red_stock_check_does_not_stand_in_the_way() -> None:
    masters.item("A-1", lead_days=200)
    order = make.draft()
    checks = check_order(order_id=order.pk, by=person("mei"))
    assert [one.verdict for one in checks if one.kind == "stock"] == ["red"]
    confirm_order(order_id=order.pk, by=person("mei"))
