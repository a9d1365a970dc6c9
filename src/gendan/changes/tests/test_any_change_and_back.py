"""Any change at any stage, and back: the snapshot and the stock are what they were."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gendan.changes import invariants
from gendan.changes.content import Content
from gendan.changes.preview import preview_change
from gendan.changes.services import accept_change, propose_change, undo_change
from gendan.inventory import invariants as stock_invariants
from gendan.inventory.models import Reservation
from gendan.kernel import reactions
from gendan.kernel.errors import DomainError
from gendan.orders import invariants as order_invariants
from gendan.orders.entry import DeliveryData, InstalmentData, LineChange, OrderChanges
from gendan.orders.models import Order
from gendan.orders.services import DeliveredLine, record_delivery, reserve_lines
from gendan.orders.services.versions import snapshot_of
from gendan.planning.services import promise_order
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db

HEADS = st.fixed_dictionaries(
    {},
    optional={
        "destination": st.sampled_from(["", "Rotterdam", "汉堡"]),
        "incoterm": st.sampled_from(["EXW", "FOB", "DDP"]),
        "delivery_method": st.sampled_from(["sea", "air"]),
        "ship_policy": st.sampled_from(["together", "by_line"]),
        "currency": st.sampled_from(["EUR", "JPY", "USD"]),
        "over_percent": st.sampled_from(["0", "3.5"]),
        "instalments": st.just([InstalmentData(event="contract", percent=100)]),
    },
)
LINES = st.fixed_dictionaries(
    {},
    optional={
        "quantity": st.integers(1, 200),
        "unit_price": st.sampled_from(["0", "2.4", "3.123456"]),
        "discount_percent": st.sampled_from(["0", "12.5"]),
        "requested": st.integers(20, 120),
        "promised": st.integers(20, 120),
        "split": st.booleans(),
        "description": st.sampled_from(["", "in blue"]),
    },
)
STAGES = st.lists(st.sampled_from(["reserve", "deliver", "promise"]), max_size=3, unique=True)


def _order(stages: list[str]) -> Order:
    order = make.confirmed(lines=[make.line(code) for code in ("A-1", "B-2", "C-3")])
    for stage in stages:
        if stage == "reserve":
            reserve_lines(order_id=order.pk, by=person("mei"))
        elif stage == "promise":
            promise_order(order_id=order.pk, by=person("mei"))
        else:
            line = order.lines.get(position=1)
            part = DeliveredLine(line_id=line.pk, quantity=30, from_stock=False)
            record_delivery(order_id=order.pk, lines=[part], by=person("lin"))
    return order


def _line_change(line_id: int, quantity: Decimal, values: dict[str, Any]) -> LineChange:
    new = values.get("quantity", int(quantity))
    parts = None
    if values.get("split") and new > 1:
        parts = [
            DeliveryData(quantity=1, requested_on=make.in_days(40)),
            DeliveryData(quantity=new - 1, requested_on=make.in_days(60)),
        ]
    return LineChange(
        line_id=line_id,
        quantity=new,
        unit_price=values.get("unit_price"),
        discount_percent=values.get("discount_percent"),
        requested_on=make.in_days(values["requested"]) if "requested" in values else None,
        promised_on=make.in_days(values["promised"]) if "promised" in values else None,
        description=values.get("description"),
        deliveries=parts,
    )


def _kept() -> list[tuple[Any, ...]]:
    return sorted(Reservation.objects.values_list("balance_id", "demand", "quantity"))


def _without_new_ids(snapshot: dict[str, Any], known: set[int]) -> dict[str, Any]:
    lines = [
        line if line["id"] in known else line | {"id": 0, "position": line["position"]}
        for line in snapshot["lines"]
    ]
    return snapshot | {"lines": lines}


@settings(
    max_examples=30,
    deadline=None,
    # Each example is a day of an order's life; making a failing one smaller would take minutes.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    stages=STAGES,
    head=HEADS,
    changes=st.dictionaries(st.integers(0, 2), LINES, max_size=3),
    added=st.integers(0, 2),
    cancelled=st.sets(st.integers(0, 2), max_size=2),
)
def test_any_change_is_what_was_previewed_and_goes_back(
    stages: list[str],
    head: dict[str, Any],
    changes: dict[int, dict[str, Any]],
    added: int,
    cancelled: set[int],
) -> None:
    with transaction.atomic():
        for code in ("A-1", "B-2", "C-3", "N-0", "N-1"):
            masters.stock(masters.item(code).code, 80)
        order = _order(stages)
        lines = list(order.lines.order_by("position"))
        content = Content(
            changes=OrderChanges(**head) if head else None,
            change_lines=[
                _line_change(lines[place].pk, lines[place].quantity, values)
                for place, values in changes.items()
            ],
            add_lines=[make.line(f"N-{number}", 10 + number) for number in range(added)],
            cancel_lines=[lines[place].pk for place in cancelled if place not in changes],
        )
        _there_and_back(order, content)
        transaction.set_rollback(True)


def _there_and_back(order: Order, content: Content) -> None:
    known = {line.pk for line in order.lines.all()}
    before, stock = snapshot_of(order.pk), _kept()
    try:
        preview = preview_change(order_id=order.pk, content=content)
    except DomainError:
        with pytest.raises(DomainError):
            propose_change(order_id=order.pk, content=content, by=person("mei"))
        assert (snapshot_of(order.pk), _kept()) == (before, stock)
        return
    assert (snapshot_of(order.pk), _kept()) == (before, stock)
    change = propose_change(order_id=order.pk, content=content, by=person("mei"))
    accept_change(change_id=change.pk, by=person("mei"))
    after = snapshot_of(order.pk)
    assert _without_new_ids(after, known) == _without_new_ids(
        dict(preview.proposal.proposed), known
    )
    assert _broken() == []
    reactions.run_due()
    undo_change(change_id=change.pk, by=person("mei"))
    assert snapshot_of(order.pk) == before
    assert _kept() == stock
    assert _broken() == []


def _broken() -> list[str]:
    return [*invariants.check(), *order_invariants.check(), *stock_invariants.check()]
