"""Gates are holds: by hand, by rooms above under a key, overridden with permission and reason."""

import pytest
from django.utils import translation

from gendan.kernel import journal
from gendan.kernel.errors import DomainError, IllegalStep, NotAllowed, NotThere
from gendan.orders import invariants
from gendan.orders.models import Hold, Stage
from gendan.orders.services import (
    HoldData,
    place_hold,
    place_holds,
    refuse_if_held,
    release_hold,
    release_holds_of,
)
from gendan.testing.cast import person
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def gate(order_id: int, key: str = "milestone:deposit") -> HoldData:
    return HoldData(order_id, Stage.BUY, key, "deposit not received")


def test_a_hold_keeps_its_stage_back_and_no_other() -> None:
    order = make.confirmed()
    hold = place_hold(order_id=order.pk, stage="buy", reason="colour open", by=person("mei"))
    refuse_if_held(order, stage=Stage.SHIP)
    with pytest.raises(DomainError, match="buying: colour open") as caught:
        refuse_if_held(order, stage=Stage.BUY)
    assert caught.value.params["holds"] == [hold.pk]
    release_hold(hold_id=hold.pk, by=person("mei"))
    refuse_if_held(order, stage=Stage.BUY)
    with pytest.raises(IllegalStep, match="already"):
        release_hold(hold_id=hold.pk, by=person("mei"))
    assert [entry.fact for entry in journal.timeline(order)[:2]] == ["HoldReleased", "HoldPlaced"]


def test_holds_of_a_key_are_placed_once_and_released_together() -> None:
    orders = [make.confirmed(customer_order_number=number) for number in "AB"]
    ended = make.draft(lines=[])
    ended.state = "cancelled"
    ended.save()
    made = place_holds(holds=[gate(order.pk) for order in [*orders, ended]])
    assert len(made) == 2
    assert place_holds(holds=[gate(order.pk) for order in orders]) == []
    released = release_holds_of(
        order_ids=[order.pk for order in orders], keys={"milestone:deposit", "hand"}
    )
    assert len(released) == 2
    assert not Hold.objects.filter(released_at=None).exists()
    assert not Hold.objects.filter(is_override=True).exists()
    assert len(place_holds(holds=[gate(orders[0].pk)])) == 1
    assert invariants.check() == []


def test_a_condition_is_overridden_with_permission_and_reason_only() -> None:
    order = make.confirmed()
    [hold] = place_holds(holds=[gate(order.pk)])
    with pytest.raises(NotAllowed, match="deposit not received"):
        release_hold(hold_id=hold.pk, reason="trust", by=person("mei"))
    with pytest.raises(DomainError, match="Say why"):
        release_hold(hold_id=hold.pk, by=person("zhao"))
    released = release_hold(hold_id=hold.pk, reason="old customer", by=person("zhao"))
    assert released.is_override
    assert journal.timeline(order)[0].data["is_override"]
    assert invariants.check() == []


def test_it_refuses_what_makes_no_sense() -> None:
    order = make.draft()
    for stage, reason, match in (("fly", "x", "none of"), ("buy", "", "Say why")):
        with pytest.raises(DomainError, match=match):
            place_hold(order_id=order.pk, stage=stage, reason=reason, by=person("mei"))
    with pytest.raises(NotAllowed):
        place_hold(order_id=order.pk, stage="buy", reason="x", by=person("bo"))
    with pytest.raises(NotThere):
        release_hold(hold_id=0, by=person("mei"))


def test_a_condition_is_named_in_the_reader_s_language() -> None:
    gated = Hold(key="milestone:deposit", reason="Deposit received / 定金到账")
    typed = Hold(key="hand", reason="packing open / 包装未定")
    with translation.override("zh-hans"):
        assert (gated.why, typed.why) == ("定金到账", "packing open / 包装未定")
    with translation.override("en"):
        assert (gated.why, typed.why) == ("Deposit received", "packing open / 包装未定")
    for reason in ("Deposit received", "Sample / lab dip / 样品"):  # in one language, or unclear
        assert Hold(key="milestone:x", reason=reason).why == reason
