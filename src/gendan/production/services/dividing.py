"""Verbs of batches: a part of a work order becomes one of its own, several become one.

What is conserved: pieces, components, what is kept for them in the stores, the order lines served.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory.services import (
    ExpectedRow,
    give_up_supplies,
    lower_reservations,
    make_supplies,
    plan_supplies,
    refuse_odd_day,
    release_reservations,
    reserve,
)
from gendan.kernel import clock, journal, numbering
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import User
from gendan.kernel.quantity import read_quantity, whole_steps
from gendan.kernel.service import service
from gendan.production.events import WorkOrdersMerged, WorkOrderSplit
from gendan.production.models import Component, WorkOrder, WorkStep
from gendan.production.queries import COMPONENT, issued_to, left_to_make, paper_of
from gendan.production.services.pacing import look_at
from gendan.production.services.work_orders import about, end, locked, resize_steps, said

NONE = Decimal(0)
MOST_MERGED = 50


class CannotBeSplit(DomainError):
    """So much cannot become a work order of its own."""


class CannotBeMerged(DomainError):
    """These work orders cannot become one."""


@service(gettext_lazy("Split the work order"))
def split_work_order(
    *,
    work_order_id: int,
    quantity: object,
    due_on: dt.date | None = None,
    demands: Collection[str] | None = None,
    revision: int | None = None,
    by: User | None,
) -> WorkOrder:
    """A part of the quantity that is not made yet becomes a work order of its own; returns it.

    Its components, what is kept for them and the operations not begun are divided; what is begun,
    made and issued stays. `due_on`: when the part is due (as the whole, where nothing is said).
    `demands`: which of the order lines the part is for, the others stay with the rest (None: both
    are for all of them).
    """
    order = locked(work_order_id)
    order.refuse_if_stale(revision)
    order.step("split_work_order")
    part = read_quantity(quantity, step=order.item.unit.step, field="quantity")
    steps, components = list(order.steps.all()), list(order.components.select_related("item__unit"))
    _refuse_more_than_left(order, steps, part)
    day = _day(due_on, order)
    mine, theirs = _divided_demands(order.demands, demands)
    shares = _shares(order, components, part)
    made = _made(order, part, day, theirs, by)
    was = order.quantity
    order.quantity, order.demands = was - part, mine
    order.revision += 1
    order.save(update_fields=["quantity", "demands", "revision"])
    _set_supply(order, by)
    _divide_steps(order, made, steps, was)
    _divide_components(made, components, shares, by)
    fact = WorkOrderSplit(
        **_said(order, made.demands),
        part_id=made.pk,
        part=made.number,
        quantity=f"{part.normalize():f}",
        left=f"{order.quantity.normalize():f}",
    )
    journal.record(fact, about=[*about(order), made], by=by)
    look_at([order, made], by=by)
    return made


def _refuse_more_than_left(order: WorkOrder, steps: Sequence[WorkStep], part: Decimal) -> None:
    """What has come in and what was reported of a running operation stays where it was made."""
    left = left_to_make(order, steps)
    if part >= order.quantity - order.expected.received or part > left:
        raise CannotBeSplit(
            _("Of %(order)s %(left)s are left to be made; a part must be less than that.")
            % {"order": order.number, "left": f"{left.normalize():f}"},
            field="quantity",
        )


def _day(due_on: dt.date | None, order: WorkOrder) -> dt.date:
    if due_on is None:
        return order.due_on
    try:
        refuse_odd_day(due_on)
    except Unusable as error:
        raise Invalid(str(error), field="due_on") from None
    return due_on


def _divided_demands(
    whole: Sequence[str], chosen: Collection[str] | None
) -> tuple[list[str], list[str]]:
    """Which order lines the rest and the part are for."""
    if chosen is None:
        return list(whole), list(whole)
    if strange := set(chosen) - set(whole):
        raise Invalid(
            _("The work order is not made for “%(line)s”.") % {"line": min(strange)[:60]},
            field="demands",
        )
    return [one for one in whole if one not in chosen], [one for one in whole if one in chosen]


def _shares(order: WorkOrder, components: Sequence[Component], part: Decimal) -> dict[int, Decimal]:
    """What of each component goes with the part, in whole steps: never what was issued already."""
    issued = issued_to([order.pk])
    shares = {}
    for one in components:
        exact = one.quantity * part / order.quantity
        share = min(whole_steps(exact, one.item.unit.step), one.quantity)
        out = issued.get((order.pk, one.item_id), NONE)
        if out > one.quantity - share:
            raise CannotBeSplit(
                _(
                    "%(issued)s of %(item)s were issued to %(order)s, more than the rest of it "
                    "needs; return what the part is to take first."
                )
                % {"issued": f"{out.normalize():f}", "item": one.item.code, "order": order.number}
            )
        shares[one.pk] = share
    return shares


def _made(
    order: WorkOrder, part: Decimal, due_on: dt.date, demands: list[str], by: User | None
) -> WorkOrder:
    """The part as a work order with its expected goods; it starts as the whole does."""
    (number,) = numbering.draw_many("work_order", 1)
    row = ExpectedRow(order.item.code, part, due_on, reference=number)
    (supply,) = plan_supplies(rows=[row], by=by)
    made = WorkOrder.objects.create(
        number=number,
        state=order.state,
        item=order.item,
        quantity=part,
        starts_on=min(order.starts_on, due_on),
        due_on=due_on,
        demands=demands,
        expected=supply,
        split_from=order,
        made_at=clock.now(),
        made_by=by,
    )
    supply.made_for = paper_of(made.pk)
    make_supplies(papers={supply.pk: supply.made_for}, by=by)
    return made


def _set_supply(order: WorkOrder, by: User | None) -> None:
    """The expected goods of a work order are as it is."""
    row = ExpectedRow(
        order.item.code,
        order.quantity,
        order.due_on,
        reference=order.expected.reference,
        demand=order.expected.demand,
        expected_id=order.expected_id,
    )
    plan_supplies(rows=[row], by=by)


def _divide_steps(
    order: WorkOrder, made: WorkOrder, steps: Sequence[WorkStep], was: Decimal
) -> None:
    """The part's operations: those that are done are done for it, too; the others are not begun."""
    copied = ("sequence", "name", "work_center_id", "setup_family", "transfer_quantity", "minutes")
    done = ("state", "begun_at", "done_at")
    WorkStep.objects.bulk_create(
        WorkStep(
            work_order=made,
            **{name: getattr(one, name) for name in copied},
            **({name: getattr(one, name) for name in done} if _is_done(one) else {}),
        )
        for one in steps
    )
    for one in (order, made):
        resize_steps(one, was)


def _is_done(step: WorkStep) -> bool:
    return step.state == WorkStep.State.DONE


def _divide_components(
    made: WorkOrder,
    components: Sequence[Component],
    shares: Mapping[int, Decimal],
    by: User | None,
) -> None:
    """The part's components, and what is kept for them beyond what the rest needs."""
    gone = [one for one in components if shares[one.pk] == one.quantity]
    for one in components:
        one.quantity -= shares[one.pk]
    Component.objects.bulk_update([one for one in components if one not in gone], ["quantity"])
    new = Component.objects.bulk_create(
        Component(work_order=made, item=one.item, quantity=shares[one.pk])
        for one in components
        if shares[one.pk] > 0
    )
    by_item = {one.item_id: one for one in new}
    let_go = lower_reservations(limits={_name(one): one.quantity for one in components}, by=by)
    wanted = [
        (_name(by_item[one.item_id]), one.item_id, let_go[_name(one)])
        for one in components
        if let_go.get(_name(one)) and one.item_id in by_item
    ]
    Component.objects.filter(pk__in=[one.pk for one in gone]).delete()
    if wanted:
        reserve(demands=wanted, take_what_is_there=True, by=by)


def _name(component: Component) -> str:
    """How what a component needs is named as a demand."""
    return f"{COMPONENT}{component.pk}"


@service(gettext_lazy("Merge work orders"))
def merge_work_orders(
    *, work_order_ids: Sequence[int], revisions: Mapping[int, int] | None = None, by: User | None
) -> WorkOrder:
    """Work orders for the same item, not begun, become one: the first of them; returns it.

    Its quantity and components are theirs together, it serves all their order lines, and it starts
    and is due when the earliest of them was. `revisions`: what was seen of each, by id.
    """
    first, *others = _to_merge(work_order_ids, revisions or {})
    ids = [one.pk for one in (first, *others)]
    parts = _by_order(Component.objects.select_related("item__unit"), ids)
    steps = _by_order(WorkStep.objects.all(), ids)
    issued = issued_to(ids)
    out = {pk for (pk, _item_id), quantity in issued.items() if quantity > 0}
    for one in (first, *others):
        _refuse_begun(one, steps[one.pk], is_out=one.pk in out)
    for one in others:
        _refuse_different(first, one, parts, steps)
    was = first.quantity
    first.quantity = sum((one.quantity for one in (first, *others)), NONE)
    first.demands = list(dict.fromkeys(name for one in (first, *others) for name in one.demands))
    first.due_on = min(one.due_on for one in (first, *others))
    first.starts_on = min(one.starts_on for one in (first, *others))
    first.revision += 1
    first.save(update_fields=["quantity", "demands", "due_on", "starts_on", "revision"])
    _set_supply(first, by)
    resize_steps(first, was)
    _unite_components(parts[first.pk], [one for other in others for one in parts[other.pk]], by)
    for one in others:
        _absorb(one, first, by)
    fact = WorkOrdersMerged(
        **_said(first),
        merged_ids=[one.pk for one in others],
        merged=[one.number for one in others],
        quantity=f"{first.quantity.normalize():f}",
    )
    journal.record(fact, about=[*about(first), *others], by=by)
    look_at([first], by=by)
    return first


def _by_order(rows: "QuerySet[Any]", ids: Sequence[int]) -> dict[int, list[Any]]:
    """The rows of these work orders, in their order. 1 query."""
    found: dict[int, list[Any]] = {pk: [] for pk in ids}
    for one in rows.filter(work_order__in=ids):
        found[one.work_order_id].append(one)
    return found


def _to_merge(ids: Sequence[int], revisions: Mapping[int, int]) -> list[WorkOrder]:
    """The work orders, locked, the oldest first."""
    wanted = sorted(set(ids))
    if len(wanted) < 2:
        raise Invalid(_("Choose two work orders at least."), field="work_order_ids")
    if len(wanted) > MOST_MERGED:
        raise Invalid(
            _("At most %(most)s work orders become one.") % {"most": MOST_MERGED},
            field="work_order_ids",
        )
    found = [locked(one) for one in wanted]
    for one in found:
        one.refuse_if_stale(revisions.get(one.pk))
        if not one.may("merge_work_orders"):
            one.step("merge_work_orders")  # refuses in words
    return found


def _refuse_begun(order: WorkOrder, steps: Sequence[WorkStep], *, is_out: bool) -> None:
    if is_out or order.expected.received > 0 or any(one.is_known for one in steps):
        raise CannotBeMerged(
            _("%(order)s is begun: pieces, operations or material are out for it already.")
            % {"order": order.number}
        )


def _refuse_different(
    first: WorkOrder,
    other: WorkOrder,
    parts: Mapping[int, Sequence[Component]],
    steps: Mapping[int, Sequence[WorkStep]],
) -> None:
    """The same item, state, operations and components per piece."""
    values = {"one": first.number, "other": other.number}
    if first.item_id != other.item_id:
        raise CannotBeMerged(_("%(one)s and %(other)s are for different items.") % values)
    if first.state != other.state:
        raise CannotBeMerged(
            _("Of %(one)s and %(other)s only one is released; release the other first.") % values
        )
    if [_of_step(one) for one in steps[first.pk]] != [_of_step(one) for one in steps[other.pk]]:
        raise CannotBeMerged(_("%(one)s and %(other)s are made in different operations.") % values)
    mine = {one.item_id: one for one in parts[first.pk]}
    theirs = {one.item_id: one for one in parts[other.pk]}
    if set(mine) != set(theirs) or not all(
        _is_alike(first, mine[pk], other, theirs[pk]) for pk in mine
    ):
        raise CannotBeMerged(_("%(one)s and %(other)s are made of different material.") % values)


def _of_step(step: WorkStep) -> tuple[Any, ...]:
    return step.sequence, step.name, step.work_center_id, step.setup_family, step.transfer_quantity


def _is_alike(first: WorkOrder, mine: Component, other: WorkOrder, theirs: Component) -> bool:
    """As much a piece, but for the rounding to whole steps of the unit."""
    gap = abs(mine.quantity * other.quantity - theirs.quantity * first.quantity)
    step: Decimal = mine.item.unit.step
    return bool(gap <= step * (first.quantity + other.quantity))


def _unite_components(
    mine: Sequence[Component], theirs: Sequence[Component], by: User | None
) -> None:
    by_item = {one.item_id: one for one in mine}
    for one in theirs:
        by_item[one.item_id].quantity += one.quantity
    Component.objects.bulk_update(mine, ["quantity"])
    item_of = {_name(one): one.item_id for one in theirs}
    let_go = release_reservations(demands=list(item_of), by=by)
    wanted = [(_name(by_item[item_of[name]]), item_of[name], kept) for name, kept in let_go.items()]
    if wanted:
        reserve(demands=wanted, take_what_is_there=True, by=by)


def _absorb(order: WorkOrder, into: WorkOrder, by: User | None) -> None:
    """It has become a part of another one: nothing is expected of it any more."""
    end(order, "merge_work_orders", "")
    order.merged_into = into
    order.save(update_fields=["merged_into"])
    reason = _("merged into %(number)s") % {"number": into.number}
    give_up_supplies(expected_ids=[order.expected_id], reason=reason, by=by)


def _said(order: WorkOrder, more: Sequence[str] = ()) -> dict[str, Any]:
    return said(order) | {"demands": list(dict.fromkeys([*order.demands, *more]))}
