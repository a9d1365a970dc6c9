"""A confirmed order as it would be: an amendment worked out in memory, refused or ready to write.

The same calculation serves `amend_order`, which writes it, and whoever asks beforehand what it
would do. Nothing here writes.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from gendan.engine.transit import ThreeDates
from gendan.kernel import clock
from gendan.kernel.quantity import read_decimal, read_quantity
from gendan.orders.entry import DeliveryData, LineChange, LineData, OrderChanges
from gendan.orders.models import Delivery, Instalment, Line, LinePromise, Order
from gendan.orders.queries import transit_of
from gendan.orders.services import heads, reading
from gendan.orders.services.lines import (
    ReadLine,
    last_requested,
    read_deliveries,
    read_lines,
    refuse_past,
    set_amount,
)
from gendan.orders.services.reading import Refused
from gendan.orders.services.refusals import BelowDelivered, LineIsShipped, NothingToDo
from gendan.partners.queries import transit


@dataclass(slots=True)
class Amendment:
    """An order as it would be. New lines have no key yet, so dates are kept by position.

    `deliveries` are those of every line; `replaced` names the lines whose own are thrown away.
    `is_moved`: dates have to be promised anew.
    """

    order: Order
    lines: list[Line]
    deliveries: dict[int, list[Delivery]]
    plan: list[Instalment] | None = None
    added: list[ReadLine] = field(default_factory=list)
    replaced: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    cancelled: set[int] = field(default_factory=set)
    asked: dict[int, dt.date | None] = field(default_factory=dict)
    was_requested: dt.date | None = None
    was_promised: dt.date | None = None
    was_currency: str = ""
    dates: dict[int, ThreeDates] = field(default_factory=dict)
    promised: dict[int, dt.date] = field(default_factory=dict)
    undated: list[Delivery] = field(default_factory=list)
    is_moved: bool = False

    @property
    def standing(self) -> list[Line]:
        """The lines that would not be cancelled."""
        return [line for line in self.lines if not line.is_cancelled]


def plan_amendment(
    order: Order,
    *,
    changes: OrderChanges | None = None,
    change_lines: Sequence[LineChange] = (),
    add_lines: Sequence[LineData] = (),
    cancel_lines: Collection[int] = (),
) -> Amendment:
    """Work out what an amendment makes of an order, or refuse it; `order` is changed in memory.

    The number of queries does not depend on the number of lines.
    """
    way = _way(order)
    was_currency, was_requested = order.currency, order.requested_on
    plan = heads.read_changes(order, changes) if changes is not None else None
    lines = list(order.lines.select_related("item__unit").prefetch_related("deliveries"))
    amendment = Amendment(
        order=order,
        lines=lines,
        deliveries={line.position: list(line.deliveries.all()) for line in lines},
        plan=plan,
        asked={line.pk: line.requested_on for line in lines},
        was_requested=was_requested,
        was_promised=order.promised_on,
        was_currency=was_currency,
    )
    agreed = _change(amendment, change_lines)
    _cancel(amendment, cancel_lines)
    _add(amendment, add_lines)
    if not amendment.standing:
        raise NothingToDo(_("No line would be left: cancel the order instead."))
    for line in amendment.lines:
        set_amount(line, order.currency, field=f"lines.{line.position - 1}")
    heads.total_up(order, amendment.lines, heads.rate_of(order))
    _plan_dates(amendment, agreed, has_other_way=way != _way(order))
    return amendment


def _way(order: Order) -> tuple[str, ...]:
    """Everything of the head that moves promised dates."""
    return (
        order.incoterm,
        order.delivery_method,
        order.destination_country,
        order.ship_policy,
    )


# Lines --------------------------------------------------------------------------------------


def _change(amendment: Amendment, changes: Sequence[LineChange]) -> dict[int, dt.date]:
    """Apply the changes to the lines; returns by position the dates that are agreed anew."""
    by_id = {line.pk: line for line in amendment.standing}
    agreed: dict[int, dt.date] = {}
    for index, change in enumerate(changes):
        at = f"change_lines.{index}"
        line = by_id.get(change.line_id)
        if line is None or line.pk in amendment.touched:
            raise Refused(_("This line is not one to be changed."), field=f"{at}.line_id")
        amendment.touched.add(line.pk)
        was = _values(line)
        _change_quantity(amendment, line, change, at)
        _change_price(line, change, at)
        _change_words(line, change, at)
        promised_on = reading.read_day(change.promised_on, field=f"{at}.promised_on")
        if promised_on is not None:
            agreed[line.position] = promised_on
        is_other = was != _values(line) or (promised_on or line.promised_on) != line.promised_on
        if is_other or line.pk in amendment.replaced:
            _refuse_shipped(line, was["quantity"], at)
    return agreed


_VALUES = ("quantity", "unit_price", "price_per", "discount_percent", "requested_on")
_TEXTS = ("description", "carton_rule", "specification_version")


def _values(line: Line) -> dict[str, Any]:
    return {name: getattr(line, name) for name in (*_VALUES, *_TEXTS)}


def _refuse_shipped(line: Line, ordered: Decimal, at: str) -> None:
    """What has left in full is what it was; more of it is a new line."""
    if line.delivered >= ordered:
        raise LineIsShipped(
            _("Line %(line)s is shipped in full; it no longer changes. Add a line instead.")
            % {"line": line.position},
            field=f"{at}.line_id",
        )


def _change_price(line: Line, change: LineChange, at: str) -> None:
    if change.unit_price is not None:
        line.unit_price = reading.read_price(change.unit_price, field=f"{at}.unit_price")
    if change.price_per is not None:
        line.price_per = read_decimal(change.price_per, field=f"{at}.price_per")
        if line.price_per <= 0:
            raise Refused(_("A price holds for more than zero units."), field=f"{at}.price_per")
    if change.discount_percent is not None:
        line.discount_percent = reading.read_percent(
            change.discount_percent, field=f"{at}.discount_percent"
        )


def _change_words(line: Line, change: LineChange, at: str) -> None:
    if change.description is not None:
        line.description = reading.read_text(change.description, 500, field=f"{at}.description")
    if change.carton_rule is not None:
        line.carton_rule = reading.read_text(change.carton_rule, 200, field=f"{at}.carton_rule")
    if change.specification_version is not None:
        version = reading.read_text(
            change.specification_version, 20, field=f"{at}.specification_version"
        )
        if version not in {line.specification_version, line.item.specification_version}:
            raise Refused(
                _("%(item)s has specification version %(version)s in force; “%(given)s” is none.")
                % {
                    "item": line.item.code,
                    "version": line.item.specification_version,
                    "given": version,
                },
                field=f"{at}.specification_version",
            )
        line.specification_version = version


def _change_quantity(amendment: Amendment, line: Line, change: LineChange, at: str) -> None:
    """Quantity, requested date and dated deliveries belong together."""
    if change.requested_on is not None:
        line.requested_on = reading.read_day(change.requested_on, field=f"{at}.requested_on")
        refuse_past(amendment.order, line.requested_on, field=f"{at}.requested_on")
    if change.quantity is not None:
        quantity = read_quantity(change.quantity, step=line.item.unit.step, field=f"{at}.quantity")
        if quantity < line.delivered:
            raise BelowDelivered(
                _("Line %(line)s: %(delivered)s are delivered already; it cannot become less.")
                % {"line": line.position, "delivered": f"{line.delivered.normalize():f}"},
                field=f"{at}.quantity",
            )
        if quantity != line.quantity:
            line.quantity = quantity
            line.typed_quantity = line.typed_unit = None
    if change.deliveries is None:
        parts = amendment.deliveries[line.position] if change.quantity is not None else []
        if parts and sum((one.quantity for one in parts), Decimal(0)) != line.quantity:
            raise Refused(
                _("Line %(line)s has several deliveries: say how they change, too.")
                % {"line": line.position},
                field=f"{at}.deliveries",
            )
        return
    _replace_deliveries(amendment, line, change.deliveries, f"{at}.deliveries")


def _replace_deliveries(
    amendment: Amendment, line: Line, given: Sequence[DeliveryData], at: str
) -> None:
    new = read_deliveries(line, given, Decimal(1), line.item.unit.step, field=at)
    for number, delivery in enumerate(new):
        delivery.requested_on = delivery.requested_on or line.requested_on
        refuse_past(amendment.order, delivery.requested_on, field=f"{at}.{number}.requested_on")
    line.requested_on = last_requested(new) or line.requested_on
    amendment.deliveries[line.position] = new
    amendment.replaced.add(line.pk)


def _cancel(amendment: Amendment, line_ids: Collection[int]) -> None:
    by_id = {line.pk: line for line in amendment.standing}
    for pk in line_ids:
        line = by_id.get(pk)
        if line is None:
            raise Refused(_("This line is not one to be cancelled."), field="cancel_lines")
        if line.delivered > 0:
            raise BelowDelivered(
                _(
                    "Line %(line)s: %(delivered)s are delivered already. Reduce its quantity to "
                    "that instead of cancelling it."
                )
                % {"line": line.position, "delivered": f"{line.delivered.normalize():f}"},
                field="cancel_lines",
            )
        line.is_cancelled = True
        amendment.cancelled.add(pk)


def _add(amendment: Amendment, given: Sequence[LineData]) -> None:
    if not given:
        return
    order = amendment.order
    read = read_lines(order, given, requested_on=order.requested_on)
    first = max((line.position for line in amendment.lines), default=0)
    for one in read:
        one.line.position += first
        amendment.deliveries[one.line.position] = one.deliveries
    amendment.added = read
    amendment.lines += [one.line for one in read]


# Dates --------------------------------------------------------------------------------------


def _plan_dates(
    amendment: Amendment, agreed: Mapping[int, dt.date], *, has_other_way: bool
) -> None:
    """The promised dates of the standing lines, and whether anything of them moves."""
    order, standing = amendment.order, amendment.standing
    dates = _dates_now(order, standing, agreed, has_other_way)
    if order.ship_policy == Order.ShipPolicy.TOGETHER:
        last = max(dates.values(), key=lambda one: one.ex_works_on)
        dates = dict.fromkeys(dates, last)
    promised = {place: one.in_basis(order.basis) for place, one in dates.items()}
    amendment.dates, amendment.promised = dates, promised
    is_unmoved = all(line.promised_on == promised[line.position] for line in standing)
    latest = max(promised.values())
    amendment.is_moved = not (is_unmoved and latest == order.promised_on)
    if amendment.is_moved:
        order.promised_on = latest
        for line in standing:
            line.promised_on = promised[line.position]
    for line in standing:
        # Deliveries that are new get their line's date.
        for part in amendment.deliveries[line.position]:
            if part.promised_on is None:
                part.promised_on = promised[line.position]
                if part.pk is not None:
                    amendment.undated.append(part)


def know_lane(order: Order) -> None:
    """Let an order that is changed in memory know its way, as `transit_of` reads it (1 query)."""
    way = transit(order.delivery_method, order.destination_country)
    days = {
        "port": way.to_port_days,
        "transit": way.transit_days,
        "door": way.to_door_days,
        "cutoff": way.cutoff_days,
        "sails": way.sails_on,
    }
    order.lane = days if way.is_known else None  # type: ignore[attr-defined] # as with_lane does


def _dates_now(
    order: Order, standing: Sequence[Line], agreed: Mapping[int, dt.date], has_other_way: bool
) -> dict[int, ThreeDates]:
    know_lane(order)
    transit = transit_of(order)
    there = [line.pk for line in standing if line.pk is not None]
    kept = {row.line_id: row for row in LinePromise.objects.filter(line__in=there).order_by("pk")}
    dates = {}
    for line in standing:
        row, day = kept.get(line.pk), agreed.get(line.position)
        if day is not None and (row is None or has_other_way or day != line.promised_on):
            dates[line.position] = transit.from_basis(day, order.basis)
        elif row is not None and has_other_way:
            dates[line.position] = transit.from_ex_works(row.ex_works_on)
        elif row is not None:
            dates[line.position] = ThreeDates(row.ex_works_on, row.on_board_on, row.at_door_on)
        else:
            day = line.requested_on or order.promised_on or clock.today()
            dates[line.position] = transit.from_basis(day, order.basis)
    return dates
