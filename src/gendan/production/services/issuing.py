"""Verbs of material on the shop floor: issued to a work order, and what is left returned.

The moves of the ledger are the only record; production/queries.py reads from them what is still
needed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory.models import Location, Move
from gendan.inventory.services import MoveRow, carry_moves
from gendan.inventory.services.places import far_sides
from gendan.kernel import journal
from gendan.kernel.cleaners import Unusable, clean_line
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.kernel.quantity import read_quantity
from gendan.kernel.row_facts import MOST_NAMED
from gendan.kernel.rows import Problems, refuse_unless_sensible
from gendan.kernel.service import service
from gendan.production import queries
from gendan.production.events import ComponentsIssued, ComponentsReturned
from gendan.production.models import Component, WorkOrder
from gendan.production.services.work_orders import about, locked, said


class MoreThanNeeded(DomainError):
    """More would be issued than the work order needs in all."""


class MoreThanOnTheFloor(DomainError):
    """More would come back than was issued."""


@dataclass(frozen=True)
class ComponentRow:
    """A quantity of a component and the place it comes from (issued) or goes to (returned)."""

    item: str
    quantity: Decimal
    location: str
    lot: str = ""


@service(gettext_lazy("Issue components"))
def issue_components(
    *, work_order_id: int, rows: Sequence[ComponentRow], by: User | None
) -> list[Move]:
    """Material leaves the stores for a released work order; all rows or none.

    What is issued is not needed from the stores again. Never more than the work order needs.
    """
    refuse_unless_sensible(rows)
    order = locked(work_order_id)
    order.step("issue_components")
    needs, issued = _needs(order), queries.issued_to([order.pk])
    out = {item_id: quantity for (_order, item_id), quantity in issued.items()}

    def check(component: Component, row: ComponentRow, quantity: Decimal) -> None:
        before = out.get(component.item_id, Decimal(0))
        if before + quantity > component.quantity:
            raise MoreThanNeeded(
                _(
                    "%(order)s needs %(needed)s of %(item)s and %(issued)s were issued; "
                    "%(more)s more are too many."
                )
                % _numbers(order, component, before, quantity)
            )
        out[component.item_id] = before + quantity

    _check_rows(rows, needs, order, check, kinds=(Location.Kind.STORE,))
    moves = _moved(order, rows, is_back=False, by=by)
    fact = ComponentsIssued(**said(order), item_ids=_items(moves))
    journal.record(fact, about=about(order), by=by)
    return moves


@service(gettext_lazy("Return components"))
def return_components(
    *, work_order_id: int, rows: Sequence[ComponentRow], by: User | None
) -> list[Move]:
    """Material that a work order did not use goes back into a place of ours; all rows or none.

    Of each lot never more than was issued; also when the work order is over.
    """
    refuse_unless_sensible(rows)
    order = locked(work_order_id)
    order.step("return_components")
    needs = _needs(order)
    there = {(one.item_id, one.lot): one.quantity for one in queries.on_the_floor(order.pk)}

    def check(component: Component, row: ComponentRow, quantity: Decimal) -> None:
        key = (component.item_id, row.lot)
        left = there.get(key, Decimal(0))
        if quantity > left:
            raise MoreThanOnTheFloor(
                _("%(issued)s of %(item)s were issued to %(order)s; %(more)s cannot come back.")
                % _numbers(order, component, left, quantity)
            )
        there[key] = left - quantity

    _check_rows(rows, needs, order, check, kinds=tuple(Location.OWN))
    moves = _moved(order, rows, is_back=True, by=by)
    fact = ComponentsReturned(**said(order), item_ids=_items(moves))
    journal.record(fact, about=about(order), by=by)
    return moves


def _needs(order: WorkOrder) -> dict[str, Component]:
    return {one.item.code: one for one in order.components.select_related("item__unit")}


def _check_rows(
    rows: Sequence[ComponentRow],
    needs: dict[str, Component],
    order: WorkOrder,
    check: Callable[[Component, ComponentRow, Decimal], None],
    *,
    kinds: Sequence[str],
) -> None:
    """Refuse rows that name no component, no such place, or more than `check` lets pass."""
    problems = Problems()
    places = Location.objects.filter(code__in={row.location for row in rows})
    kind_of = dict(places.values_list("code", "kind"))
    for index, row in enumerate(rows):
        field = "item"
        try:
            component = needs.get(clean_line(row.item))
            if component is None:
                raise Unusable(
                    _("%(order)s is not made of “%(item)s”.")
                    % {"order": order.number, "item": row.item[:60]}
                )
            field = "location"
            if kind_of.get(row.location, kinds[0]) not in kinds:
                raise Unusable(
                    _("Material is issued from a store, and goes back to a place of our own.")
                )
            field = "quantity"
            check(component, row, read_quantity(row.quantity, step=component.item.unit.step))
        except (Unusable, DomainError) as error:
            problems.add(index, field, str(error))
    problems.refuse_if_any()


def _moved(
    order: WorkOrder, rows: Sequence[ComponentRow], *, is_back: bool, by: User | None
) -> list[Move]:
    floor = far_sides([Location.Kind.PRODUCTION])[Location.Kind.PRODUCTION].code
    return carry_moves(
        rows=[
            MoveRow(
                item=row.item,
                quantity=row.quantity,
                source=floor if is_back else row.location,
                target=row.location if is_back else floor,
                lot=row.lot,
                about=queries.paper_of(order.pk),
            )
            for row in rows
        ],
        by=by,
    )


def _numbers(
    order: WorkOrder, component: Component, issued: Decimal, more: Decimal
) -> dict[str, str]:
    return {
        "order": order.number,
        "item": component.item.code,
        "needed": f"{component.quantity.normalize():f}",
        "issued": f"{issued.normalize():f}",
        "more": f"{more.normalize():f}",
    }


def _items(moves: Sequence[Move]) -> list[int]:
    return sorted({one.item_id for one in moves})[:MOST_NAMED]
