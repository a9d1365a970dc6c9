"""The verbs of the production room: work orders made, released, ended."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import BomLine, Item, RoutingStep
from gendan.inventory.models import ExpectedSupply
from gendan.inventory.services import ExpectedRow, drop_expected, expect_supplies
from gendan.kernel import clock, journal, numbering
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.quantity import read_quantity
from gendan.kernel.row_facts import MOST_NAMED, MOST_REFERRED
from gendan.kernel.rows import Problems, Unusable, refuse_unless_sensible
from gendan.kernel.service import service
from gendan.production.events import (
    WorkOrderCancelled,
    WorkOrderFinished,
    WorkOrderReleased,
    WorkOrdersFirmed,
)
from gendan.production.models import Component, WorkOrder, WorkStep

MINUTE_STEP = Decimal("0.001")


@dataclass(frozen=True)
class WorkOrderRow:
    """A work order to be made: the item by its code; `demands` as inventory names them."""

    item: str
    quantity: Decimal
    starts_on: dt.date
    due_on: dt.date
    demands: Sequence[str] = ()


@service(gettext_lazy("Make work orders"))
def firm_work_orders(*, rows: Sequence[WorkOrderRow], by: User | None) -> list[WorkOrder]:
    """Order quantities of made items from our works, by the BOMs and routings now in force.

    Their goods are expected supply from now on. A fixed number of queries for any number of rows.
    """
    refuse_unless_sensible(rows)
    items = _items(rows)
    quantities = _checked(rows, items)
    numbers = numbering.draw_many("work_order", len(rows))
    expected = expect_supplies(
        rows=[
            ExpectedRow(row.item, quantity, row.due_on, reference=number)
            for row, quantity, number in zip(rows, quantities, numbers, strict=True)
        ],
        by=by,
    )
    now = clock.now()
    made = WorkOrder.objects.bulk_create(
        WorkOrder(
            number=number,
            item=items[row.item],
            quantity=quantity,
            starts_on=row.starts_on,
            due_on=row.due_on,
            demands=list(dict.fromkeys(row.demands)),
            expected=supply,
            made_at=now,
            made_by=by,
        )
        for row, quantity, number, supply in zip(rows, quantities, numbers, expected, strict=True)
    )
    _copy_structure(made)
    few = len(made) <= MOST_REFERRED
    journal.record(
        WorkOrdersFirmed(
            work_order_ids=[one.pk for one in made][:MOST_NAMED],
            numbers=numbers[:MOST_NAMED],
            demands=sorted({demand for one in made for demand in one.demands})[:MOST_NAMED],
        ),
        about=["production", *(made if few else [])],
        by=by,
    )
    return made


@service(gettext_lazy("Release the work order"))
def release_work_order(*, work_order_id: int, by: User | None) -> WorkOrder:
    """The shop floor may begin."""
    order = _locked(work_order_id)
    order.step("release_work_order")
    order.revision += 1
    order.save(update_fields=["state", "revision"])
    journal.record(WorkOrderReleased(**_said(order)), about=_about(order), by=by)
    return order


@service(gettext_lazy("Cancel the work order"))
def cancel_work_order(*, work_order_id: int, reason: str, by: User | None) -> WorkOrder:
    """It will not be made, or not to its end: what was still expected of it will not come."""
    if not reason.strip():
        raise Invalid(_("Say why it is cancelled."), field="reason")
    order = _locked(work_order_id)
    _end(order, "cancel_work_order", reason.strip()[:500])
    if order.expected.is_open:
        drop_expected(expected_ids=[order.expected_id], reason=reason, by=by)
    fact = WorkOrderCancelled(**_said(order), reason=order.end_reason)
    journal.record(fact, about=_about(order), by=by)
    return order


@service
def follow_supplies(*, expected_ids: Collection[int], by: None = None) -> int:
    """Bring work orders into line with their expected supplies; returns how many were.

    What has arrived is done, what was given up is cancelled, and a day that was moved is theirs.
    """
    open_ones = WorkOrder.objects.select_for_update(of=("self",)).filter(state__in=WorkOrder.OPEN)
    if expected_ids:
        open_ones = open_ones.filter(expected__in=expected_ids)
    changed = 0
    for order in open_ones.select_related("expected").order_by("pk"):
        changed += _follow(order, order.expected)
    return changed


def _follow(order: WorkOrder, supply: ExpectedSupply) -> bool:
    if not supply.is_open:
        if supply.received > 0:
            _end(order, "finish_work_order", "")
            journal.record(WorkOrderFinished(**_said(order)), about=_about(order))
        else:
            _end(order, "cancel_work_order", "")
            journal.record(WorkOrderCancelled(**_said(order), reason=""), about=_about(order))
        return True
    if supply.due_on == order.due_on and supply.quantity == order.quantity:
        return False
    order.due_on, order.quantity = supply.due_on, supply.quantity
    order.starts_on = min(order.starts_on, order.due_on)
    order.revision += 1
    order.save(update_fields=["due_on", "quantity", "starts_on", "revision"])
    return True


def _items(rows: Sequence[WorkOrderRow]) -> dict[str, Item]:
    found = Item.objects.select_related("unit").filter(code__in={row.item for row in rows})
    return {one.code: one for one in found}


def _checked(rows: Sequence[WorkOrderRow], items: dict[str, Item]) -> list[Decimal]:
    problems = Problems()
    quantities = []
    for index, row in enumerate(rows):
        field = "item"
        try:
            item = items.get(row.item)
            if item is None:
                raise Unusable(_("There is no item called “%(code)s”.") % {"code": row.item[:60]})
            if item.supply == Item.Supply.BUY:
                raise Unusable(_("%(item)s is bought, not made.") % {"item": item.code})
            field = "quantity"
            quantities.append(read_quantity(row.quantity, step=item.unit.step))
            field = "due_on"
            if row.starts_on > row.due_on:
                raise Unusable(_("It cannot be due before it starts."))
        except (Unusable, DomainError) as error:
            problems.add(index, field, str(error))
    problems.refuse_if_any()
    return quantities


def _copy_structure(orders: Sequence[WorkOrder]) -> None:
    """Components and steps by the BOMs and routings now in force: 4 queries."""
    by_item: dict[int, list[WorkOrder]] = {}
    for order in orders:
        by_item.setdefault(order.item_id, []).append(order)
    lines = BomLine.objects.filter(bom__is_current=True, bom__item__in=by_item)
    Component.objects.bulk_create(
        Component(work_order=order, item_id=line.component_id, quantity=_needed(order, line))
        for line in lines.select_related("bom", "component__unit").order_by("pk")
        for order in by_item[line.bom.item_id]
    )
    steps = RoutingStep.objects.filter(routing__is_current=True, routing__item__in=by_item)
    WorkStep.objects.bulk_create(
        WorkStep(
            work_order=order,
            sequence=step.sequence,
            name=step.name,
            work_center_id=step.work_center_id,
            minutes=(step.setup_minutes + step.run_minutes_per_unit * order.quantity).quantize(
                MINUTE_STEP
            ),
        )
        for step in steps.select_related("routing").order_by("pk")
        for order in by_item[step.routing.item_id]
    )


def _needed(order: WorkOrder, line: BomLine) -> Decimal:
    """What a work order needs of a component, with what is lost, in whole steps of its unit."""
    exact = order.quantity * line.quantity_per * (1 + line.scrap_percent / 100)
    step: Decimal = line.component.unit.step
    steps: Decimal = (exact / step).to_integral_value(rounding=ROUND_UP)
    return steps * step


def _end(order: WorkOrder, verb: str, reason: str) -> None:
    order.step(verb)
    order.ended_at, order.end_reason = clock.now(), reason
    order.revision += 1
    order.save(update_fields=["state", "ended_at", "end_reason", "revision"])


def _locked(work_order_id: int) -> WorkOrder:
    rows = WorkOrder.objects.select_for_update(of=("self",)).select_related("expected", "item")
    order = rows.filter(pk=work_order_id).first()
    if order is None:
        raise NotThere(_("There is no such work order."))
    return order


def _said(order: WorkOrder) -> dict[str, Any]:
    return {
        "work_order_id": order.pk,
        "number": order.number,
        "item_id": order.item_id,
        "demands": order.demands,
    }


def _about(order: WorkOrder) -> list[WorkOrder | str]:
    return [order, "production", *order.demands]
