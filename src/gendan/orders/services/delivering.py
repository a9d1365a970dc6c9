"""Stock for the lines of an order: keeping it, letting it go, and delivering it."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory.models import Balance
from gendan.inventory.queries import reserved_for
from gendan.inventory.services.reservations import (
    lower_reservations,
    release_reservations,
    reserve,
    ship_from_stock,
)
from gendan.kernel import clock, journal
from gendan.kernel.errors import IllegalStep
from gendan.kernel.models import User
from gendan.kernel.quantity import read_quantity
from gendan.kernel.service import service
from gendan.orders.entry import Number
from gendan.orders.events import DeliveryRecorded, LinesReserved, LinesUnreserved
from gendan.orders.models import Line, Order, OrderState, Stage, open_quantity
from gendan.orders.queries import demand_of
from gendan.orders.services.ending import least_of, most_of
from gendan.orders.services.holding import refuse_if_held
from gendan.orders.services.reading import Refused, read_day, read_text
from gendan.orders.services.refusals import NothingToDo, OutsideTolerance, locked_order


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveredLine:
    """What has left of a line, in the item's own unit.

    `from_stock` None takes it from our stores where the item lies there, True always, False never
    (goods that went from an outside factory straight to the customer).
    """

    line_id: int
    quantity: Number
    from_stock: bool | None = None


@service(gettext_lazy("Keep stock for the lines"))
def reserve_lines(
    *,
    order_id: int,
    line_ids: Collection[int] | None = None,
    take_what_is_there: bool = True,
    most: Mapping[int, Decimal] | None = None,
    by: User | None,
) -> dict[int, Decimal]:
    """Keep stock for what lines (all, when none is named) still have to get; returns what is kept.

    `most`: by line, if it is not all it still has to get. Takes what is there, or refuses as a
    whole when something is lacking. Refused when nothing at all is free.
    """
    order, lines = _running_lines(order_id, line_ids)
    kept = reserved_for([demand_of(line.pk) for line in lines])
    limits = most or {}
    demands = [
        (demand_of(line.pk), line.item_id, min(wanted, limits.get(line.pk, wanted)))
        for line in lines
        if (wanted := open_quantity(line) - kept.get(demand_of(line.pk), Decimal(0))) > 0
    ]
    if not demands:
        raise NothingToDo(_("Everything these lines need is kept for them already."))
    taken = reserve(demands=demands, take_what_is_there=take_what_is_there, by=by)
    if not taken:
        raise NothingToDo(_("Nothing of these items is free in our stores."))
    by_line = {line.pk: taken[demand_of(line.pk)] for line in lines if demand_of(line.pk) in taken}
    journal.record(
        LinesReserved(order_id=order.pk, lines=_rows(lines, by_line)), about=order, by=by
    )
    return by_line


@service(gettext_lazy("Free the stock of the lines"))
def unreserve_lines(
    *, order_id: int, line_ids: Collection[int] | None = None, by: User | None
) -> dict[int, Decimal]:
    """Let go the stock kept for lines (all, when none is named); returns how much of each."""
    order, lines = _running_lines(order_id, line_ids)
    released = release_reservations(demands=[demand_of(line.pk) for line in lines], by=by)
    by_line = {
        line.pk: released[demand_of(line.pk)] for line in lines if demand_of(line.pk) in released
    }
    if not by_line:
        raise NothingToDo(_("Nothing is kept for these lines."))
    journal.record(
        LinesUnreserved(order_id=order.pk, lines=_rows(lines, by_line)), about=order, by=by
    )
    return by_line


@service(gettext_lazy("Record a delivery"))
def record_delivery(
    *,
    order_id: int,
    lines: Sequence[DeliveredLine],
    delivered_on: dt.date | None = None,
    remark: str = "",
    by: User | None,
) -> Order:
    """Goods have left for the customer. Refused beyond the tolerance, and while shipping is held.

    Items that lie in our stores are taken from there: first what is kept for the line. What never
    lay there is only counted. The order is complete when every line has at least its quantity less
    the tolerance; closing it is a step of its own.
    """
    order = locked_order(order_id)
    order.step("record_delivery")
    refuse_if_held(order, stage=Stage.SHIP)
    if not lines:
        raise NothingToDo(_("Say what was delivered."))
    day = read_day(delivered_on, field="delivered_on") or clock.today()
    if day > clock.today():
        raise Refused(_("A delivery that lies ahead cannot be recorded."), field="delivered_on")
    mine = {line.pk: line for line in order.lines.select_related("item", "item__unit")}
    quantities = _read_quantities(order, mine, lines)
    from_stock = _ship(order, mine, lines, quantities, by)
    for pk, quantity in quantities.items():
        mine[pk].delivered += quantity
    Line.objects.bulk_update([mine[pk] for pk in quantities], ["delivered"])
    # What came past our stores leaves stock kept that the line no longer needs.
    lower_reservations(limits={demand_of(pk): open_quantity(mine[pk]) for pk in quantities}, by=by)
    order.revision += 1
    order.save(update_fields=["revision"])
    rows = _rows([mine[pk] for pk in quantities], quantities)
    for row, pk in zip(rows, quantities, strict=True):
        row["from_stock"] = "yes" if pk in from_stock else "no"
    journal.record(
        DeliveryRecorded(
            order_id=order.pk,
            delivered_on=day.isoformat(),
            lines=rows,
            is_complete=all(
                line.is_cancelled or line.delivered >= least_of(order, line)
                for line in mine.values()
            ),
            remark=read_text(remark, 500, field="remark"),
        ),
        about=order,
        by=by,
    )
    return order


def _read_quantities(
    order: Order, mine: dict[int, Line], given: Sequence[DeliveredLine]
) -> dict[int, Decimal]:
    quantities: dict[int, Decimal] = {}
    for index, part in enumerate(given):
        at = f"lines.{index}"
        line = mine.get(part.line_id)
        if line is None or line.is_cancelled or line.pk in quantities:
            raise Refused(_("This line is not one to be delivered."), field=f"{at}.line_id")
        quantity = read_quantity(part.quantity, step=line.item.unit.step, field=f"{at}.quantity")
        most = most_of(order, line)
        if line.delivered + quantity > most:
            raise OutsideTolerance(
                _(
                    "Line %(line)s: the customer takes at most %(most)s (%(over)s %% more than "
                    "ordered); %(delivered)s are delivered and %(quantity)s would be added."
                )
                % {
                    "line": line.position,
                    "most": f"{most.normalize():f}",
                    "over": f"{order.over_percent.normalize():f}",
                    "delivered": f"{line.delivered.normalize():f}",
                    "quantity": f"{quantity.normalize():f}",
                },
                field=f"{at}.quantity",
            )
        quantities[line.pk] = quantity
    return quantities


def _ship(
    order: Order,
    mine: dict[int, Line],
    given: Sequence[DeliveredLine],
    quantities: dict[int, Decimal],
    by: User | None,
) -> set[int]:
    """Take from our stores what lies there; returns the lines that were."""
    items = {mine[part.line_id].item_id for part in given if part.from_stock is None}
    stored = set(
        Balance.objects.filter(item_id__in=items, is_own=True, on_hand__gt=0).values_list(
            "item_id", flat=True
        )
    )
    chosen = {
        part.line_id
        for part in given
        if part.from_stock or (part.from_stock is None and mine[part.line_id].item_id in stored)
    }
    if chosen:
        ship_from_stock(
            shipments=[(demand_of(pk), mine[pk].item_id, quantities[pk]) for pk in sorted(chosen)],
            about=journal.ref(order),
            by=by,
        )
    return chosen


def _running_lines(order_id: int, line_ids: Collection[int] | None) -> tuple[Order, list[Line]]:
    """The order, locked, and those of its standing lines that are meant."""
    order = locked_order(order_id)
    if order.state not in {OrderState.DRAFT, OrderState.CONFIRMED}:
        raise IllegalStep(
            _("%(order)s is “%(state)s”; no stock is kept for it.")
            % {"order": order.number, "state": order.get_state_display()}
        )
    lines = list(order.lines.filter(is_cancelled=False).select_related("item"))
    if line_ids is not None:
        lines = [line for line in lines if line.pk in set(line_ids)]
        if len(lines) != len(set(line_ids)):
            raise Refused(_("A line named here does not belong to this order."), field="line_ids")
    return order, lines


def _rows(lines: Sequence[Line], quantities: dict[int, Decimal]) -> list[dict[str, str]]:
    return [
        {
            "line": str(line.position),
            "item": line.item.code,
            "quantity": f"{quantities[line.pk].normalize():f}",
        }
        for line in lines
        if line.pk in quantities
    ]
