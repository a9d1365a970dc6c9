"""Verbs of work orders: made, released, brought into line with their goods, ended."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.makings import MADE_BY, Making, making_of, makings_of_steps
from gendan.catalog.models import BomLine, Item, RoutingStep
from gendan.catalog.queries import calendar
from gendan.engine.boms import with_loss
from gendan.inventory.models import ExpectedSupply
from gendan.inventory.services import (
    ExpectedRow,
    give_up_supplies,
    make_supplies,
    plan_supplies,
    refuse_odd_day,
)
from gendan.kernel import clock, journal, numbering
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.quantity import LARGEST, read_quantity, whole_steps
from gendan.kernel.row_facts import MOST_NAMED, MOST_REFERRED
from gendan.kernel.rows import Problems, refuse_unless_sensible
from gendan.kernel.service import service
from gendan.orders.demands import names_of_lines, refuse_strange_demands
from gendan.orders.gating import waits_told
from gendan.orders.models import Stage
from gendan.orders.services.refusals import OrderIsHeld, url_of
from gendan.production.events import (
    WorkOrderCancelled,
    WorkOrderFinished,
    WorkOrderReleased,
    WorkOrdersFirmed,
)
from gendan.production.gates import open_gates
from gendan.production.models import Component, WorkOrder, WorkStep
from gendan.production.queries import moved_start, paper_of
from gendan.production.styles import Styles, styles_of

MINUTE_STEP = Decimal("0.001")
MOST_MINUTES = Decimal("99999999999")  # of one step: what its column holds


class WorkTooLarge(DomainError):
    """So much of an item needs more material or time than can be counted."""


@dataclass(frozen=True)
class WorkOrderRow:
    """A work order to be made: the item by its code; `demands`: order lines ("orders.line:12")."""

    item: str
    quantity: Decimal
    starts_on: dt.date
    due_on: dt.date
    demands: Sequence[str] = ()


@dataclass(frozen=True)
class Instead:
    """A substitute, `item_id`, for a component: so much of it is spared, so much is taken."""

    component_id: int
    item_id: int
    spared: Decimal
    taken: Decimal


@service(gettext_lazy("Make work orders"))
def firm_work_orders(
    *,
    rows: Sequence[WorkOrderRow],
    instead: Mapping[int, Sequence[Instead]] | None = None,
    by: User | None,
) -> list[WorkOrder]:
    """Order quantities of made items from our works, by the BOMs and routings now in force.

    Their goods are expected supply from now on. `instead`: by place of the row, the substitutes
    that a plan takes for components. A fixed number of queries for any number of rows.
    """
    refuse_unless_sensible(rows)
    items = _items(rows)
    structure = _Structure.now(items.values())
    quantities = _checked(rows, items, structure)
    numbers = numbering.draw_many("work_order", len(rows))
    expected = plan_supplies(
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
    make_supplies(papers={one.expected_id: paper_of(one.pk) for one in made}, by=by)
    _copy_structure(made, structure, instead or {})
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
    """The shop floor may begin; not before what the customers' orders it is made for wait for."""
    order = locked(work_order_id)
    _refuse_if_gated(order)
    order.step("release_work_order")
    order.revision += 1
    order.save(update_fields=["state", "revision"])
    journal.record(WorkOrderReleased(**said(order)), about=about(order), by=by)
    return order


def _refuse_if_gated(order: WorkOrder) -> None:
    holds = open_gates([order]).get(order.pk, ())
    if not holds:
        return
    raise OrderIsHeld(
        _(
            "%(work)s is not begun before this is done: %(waits)s. Whoever may override holds can"
            " release it on the page of the order, saying why."
        )
        % {"work": order.number, "waits": waits_told(holds)},
        link=url_of(holds[0].order_id),
        stage=Stage.PRODUCE,
        holds=[one.pk for one in holds],
    )


@service(gettext_lazy("Cancel the work order"))
def cancel_work_order(*, work_order_id: int, reason: str, by: User | None) -> WorkOrder:
    """It will not be made, or not to its end: what was still expected of it will not come."""
    if not reason.strip():
        raise Invalid(_("Say why it is cancelled."), field="reason")
    order = locked(work_order_id)
    end(order, "cancel_work_order", reason.strip()[:500])
    give_up_supplies(expected_ids=[order.expected_id], reason=reason, by=by)
    fact = WorkOrderCancelled(**said(order), reason=order.end_reason)
    journal.record(fact, about=about(order), by=by)
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
    """Let a work order be as its goods are; its start moves with its end, by working days."""
    if not supply.is_open:
        if supply.received > 0:
            end(order, "finish_work_order", "")
            journal.record(WorkOrderFinished(**said(order)), about=about(order))
        else:
            end(order, "cancel_work_order", "")
            journal.record(WorkOrderCancelled(**said(order), reason=""), about=about(order))
        return True
    if supply.due_on == order.due_on and supply.quantity == order.quantity:
        return False
    if supply.quantity != order.quantity:
        _resize(order, supply.quantity)
    if supply.due_on != order.due_on:
        days = calendar(None)
        order.starts_on = moved_start(
            order.starts_on, order.due_on, supply.due_on, days, clock.today()
        )
        order.due_on = supply.due_on
    order.revision += 1
    order.save(update_fields=["due_on", "quantity", "starts_on", "revision"])
    return True


def _items(rows: Sequence[WorkOrderRow]) -> dict[str, Item]:
    found = Item.objects.select_related("unit").filter(code__in={row.item for row in rows})
    return {one.code: one for one in found}


def _checked(
    rows: Sequence[WorkOrderRow], items: dict[str, Item], structure: "_Structure"
) -> list[Decimal]:
    problems = Problems()
    known = names_of_lines(demand for row in rows for demand in row.demands)
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
            structure.refuse_too_large(item, quantities[-1])
            field = "starts_on"
            refuse_odd_day(row.starts_on)
            field = "due_on"
            refuse_odd_day(row.due_on)
            if row.starts_on > row.due_on:
                raise Unusable(_("It cannot be due before it starts."))
            field = "demands"
            refuse_strange_demands(row.demands, known)
        except (Unusable, DomainError) as error:
            problems.add(index, field, str(error))
    problems.refuse_if_any()
    return quantities


@dataclass(frozen=True)
class _Structure:
    """What items are made of and how, by item id."""

    lines: dict[int, list[BomLine]]
    steps: dict[int, list[RoutingStep]]
    makings: dict[int, list[Making]]  # of the steps, in their order
    styles: Styles

    @classmethod
    def now(cls, items: Iterable[Item]) -> "_Structure":
        """By the BOMs and routings now in force: 2 queries, 3 where styles are learned."""
        ids = [one.pk for one in items]
        lines = BomLine.objects.filter(bom__is_current=True, bom__item__in=ids)
        lines = lines.select_related("bom", "component__unit").order_by("pk")
        steps = RoutingStep.objects.filter(routing__is_current=True, routing__item__in=ids)
        steps = steps.select_related(*MADE_BY).order_by("sequence")
        operations: dict[int, list[Making]] = defaultdict(list)
        found = cls(defaultdict(list), defaultdict(list), operations, Styles())
        for line in lines:
            found.lines[line.bom.item_id].append(line)
        for step in steps:
            found.steps[step.routing.item_id].append(step)
            operations[step.routing.item_id].append(making_of(step))
        return replace(found, styles=styles_of(operations))

    def refuse_too_large(self, item: Item, quantity: Decimal) -> None:
        """Refuse a quantity whose material or time has more digits than are kept."""
        for line in self.lines.get(item.pk, ()):
            _countable(_needed(quantity, line), item.code)
        for one in self.makings.get(item.pk, ()):
            _countable(one.minutes(quantity), item.code, MOST_MINUTES)

    def steps_for(self, order: WorkOrder) -> Iterable[tuple[RoutingStep, Decimal]]:
        """The steps of a new work order with what they take; the next ones know the style."""
        operations = self.makings.get(order.item_id, ())
        operations = self.styles.following(operations, order.due_on, order.quantity)
        steps = self.steps.get(order.item_id, ())
        for step, one in zip(steps, operations, strict=True):
            yield step, one.minutes(order.quantity)


def _copy_structure(
    orders: Sequence[WorkOrder],
    structure: _Structure,
    instead: Mapping[int, Sequence[Instead]],
) -> None:
    """Components and steps of new work orders: 2 queries."""
    Component.objects.bulk_create(
        Component(work_order=order, item_id=item_id, quantity=quantity)
        for place, order in enumerate(orders)
        for item_id, quantity in _needs(
            order, structure.lines.get(order.item_id, ()), instead.get(place, ())
        ).items()
    )
    WorkStep.objects.bulk_create(
        WorkStep(
            work_order=order,
            sequence=step.sequence,
            name=step.name,
            work_center_id=step.work_center_id,
            minutes=minutes,
            setup_family=step.setup_family,
            transfer_quantity=step.transfer_quantity,
        )
        for order in sorted(orders, key=lambda one: (one.due_on, one.pk))
        for step, minutes in structure.steps_for(order)
    )


def _needs(
    order: WorkOrder, lines: Sequence[BomLine], instead: Sequence[Instead]
) -> dict[int, Decimal]:
    """What it needs by item: by the BOM, less what substitutes spare, and the substitutes."""
    needs = {line.component_id: _needed(order.quantity, line) for line in lines}
    for one in instead:
        if one.component_id not in needs:
            continue  # the BOM is another since it was planned
        left = needs[one.component_id] - one.spared
        if left > 0:
            needs[one.component_id] = left
        else:
            del needs[one.component_id]
        needs[one.item_id] = needs.get(one.item_id, Decimal(0)) + one.taken
    return needs


def _resize(order: WorkOrder, quantity: Decimal) -> None:
    """Let a work order (not saved here) be for another quantity, with its components and steps.

    What stands in it came from some revision of the BOM and routing: the one that gives exactly
    what stands is asked again, the one in force first. Without one, what stands is scaled.
    """
    was, order.quantity = order.quantity, quantity
    lines = BomLine.objects.filter(bom__item=order.item_id).select_related("component__unit")
    by_item: dict[int, list[BomLine]] = defaultdict(list)
    for line in lines.order_by("-bom__is_current", "-pk"):
        by_item[line.component_id].append(line)
    components = list(order.components.select_related("item__unit"))
    for one in components:
        same = [line for line in by_item[one.item_id] if _needed(was, line) == one.quantity]
        scaled = whole_steps(one.quantity * quantity / was, one.item.unit.step)
        one.quantity = _countable(_needed(quantity, same[0]) if same else scaled, str(order))
    Component.objects.bulk_update(components, ["quantity"])
    resize_steps(order, was)


def resize_steps(order: WorkOrder, was: Decimal) -> None:
    """Its operations take the minutes of its quantity, no longer those of what it was."""
    rows = RoutingStep.objects.filter(routing__item=order.item_id)
    found = list(makings_of_steps(rows.order_by("-routing__is_current", "-pk")))
    styles = styles_of({order.item_id: found}, without=order.pk)
    by_place: dict[tuple[int, int], list[Making]] = defaultdict(list)
    for row in found:
        # With what the line knew of the style, and as if it knew nothing or all of it.
        by_place[row.sequence, row.center_id] += [styles.known(row, order.due_on), row, row.known()]
    steps = list(order.steps.all())
    for one in steps:
        known = by_place[one.sequence, one.work_center_id]
        same = [row for row in known if row.minutes(was) == one.minutes]
        setup = min(known[0].setup_minutes, one.minutes) if known else Decimal(0)
        scaled = setup + (one.minutes - setup) * order.quantity / was  # set-up is done once
        minutes = same[0].minutes(order.quantity) if same else scaled.quantize(MINUTE_STEP)
        one.minutes = _countable(minutes, str(order), MOST_MINUTES)
    WorkStep.objects.bulk_update(steps, ["minutes"])


def _countable(number: Decimal, what: str, most: Decimal = LARGEST) -> Decimal:
    if number > most:
        raise WorkTooLarge(
            _("So much of %(what)s needs more material or time than can be counted.")
            % {"what": what}
        )
    return number


def _needed(quantity: Decimal, line: BomLine) -> Decimal:
    """What a quantity needs of a component, with what is lost, in whole steps of its unit."""
    exact = quantity * with_loss(line.quantity_per, line.scrap_percent)
    return whole_steps(exact, line.component.unit.step)


def end(order: WorkOrder, verb: str, reason: str) -> None:
    """It is over, inside a verb."""
    order.step(verb)
    order.ended_at, order.end_reason = clock.now(), reason
    order.revision += 1
    order.save(update_fields=["state", "ended_at", "end_reason", "revision"])


def locked(work_order_id: int) -> WorkOrder:
    """The work order and its goods, locked: if they arrived a moment ago, it is done already."""
    rows = WorkOrder.objects.select_for_update(of=("self", "expected"))
    rows = rows.select_related("expected", "item")
    order = rows.filter(pk=work_order_id).first()
    if order is None:
        raise NotThere(_("There is no such work order."))
    if order.state in WorkOrder.OPEN and not order.expected.is_open:
        _follow(order, order.expected)
    return order


def said(order: WorkOrder) -> dict[str, Any]:
    """What every fact says about a work order."""
    return {
        "work_order_id": order.pk,
        "number": order.number,
        "item_id": order.item_id,
        "demands": order.demands,
    }


def about(order: WorkOrder) -> list[WorkOrder | str]:
    """On whose timelines its facts are shown."""
    return [order, "production", *order.demands]
