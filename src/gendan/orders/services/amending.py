"""Changing a confirmed order: a new version with a readable difference, dates followed through."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.engine.transit import ThreeDates
from gendan.inventory.services.reservations import release_reservations
from gendan.kernel import clock, journal
from gendan.kernel.models import User
from gendan.kernel.quantity import read_decimal, read_quantity
from gendan.kernel.service import service
from gendan.orders.entry import LineChange, LineData, OrderChanges
from gendan.orders.events import OrderAmended
from gendan.orders.models import (
    DateChange,
    Delivery,
    Line,
    LineCheck,
    LinePromise,
    Order,
    Version,
)
from gendan.orders.queries import demand_of, transit_of
from gendan.orders.services import heads, reading
from gendan.orders.services.drafting import insert_lines
from gendan.orders.services.lines import (
    last_requested,
    read_deliveries,
    read_lines,
    refuse_past,
    set_amount,
)
from gendan.orders.services.promising import PromisedLine, write_promise
from gendan.orders.services.reading import Refused
from gendan.orders.services.refusals import BelowDelivered, NothingToDo, locked_order
from gendan.orders.services.versions import difference, keep_version, snapshot_of

AMENDED = "amended"
_CHANGED = [
    "quantity",
    "typed_quantity",
    "typed_unit",
    "unit_price",
    "price_per",
    "discount_percent",
    "amount",
    "requested_on",
    "description",
    "carton_rule",
    "is_cancelled",
]


@service(gettext_lazy("Amend the order"))
def amend_order(
    *,
    order_id: int,
    changes: OrderChanges | None = None,
    change_lines: Sequence[LineChange] = (),
    add_lines: Sequence[LineData] = (),
    cancel_lines: Collection[int] = (),
    reason: str = "",
    revision: int | None = None,
    by: User | None,
) -> Order:
    """Change a confirmed order as agreed with the customer: it gets a new version.

    Lines are changed, added or cancelled, never removed; none below what is delivered of it. Stock
    kept for cancelled lines is free again. Dates: a line's `promised_on` given here is agreed anew;
    new lines are promised for their requested date; a changed Incoterm, route or shipping policy
    carries the promised ex-works dates over. Every former date stays in the history.
    """
    order = locked_order(order_id, revision=revision)
    order.step("amend_order")
    before = snapshot_of(order.pk)
    way = _way(order)
    if changes is not None:
        heads.change_head(order, changes)
    lines = list(order.lines.select_related("item", "item__unit").prefetch_related("deliveries"))
    asked = {line.pk: line.requested_on for line in lines}
    agreed = _change(order, lines, change_lines)
    _cancel(order, lines, cancel_lines, by)
    lines += _add(order, lines, add_lines)
    _refuse_if_nothing_stands(lines)
    for line in lines:
        set_amount(line, order.currency, field=f"lines.{line.position - 1}")
    Line.objects.bulk_update([line for line in lines if line.pk in asked], _CHANGED)
    was_requested = order.requested_on
    heads.total_up(order, lines, heads.rate_of(order))
    _keep_requested(order, lines, asked, was_requested, by)
    order.revision += 1
    order.version += 1
    heads.save_order(order, is_new=False)
    _follow_dates(order, lines, agreed, has_other_way=way != _way(order), by=by)
    _keep_amendment(order, before, reading.read_text(reason, 500, field="reason"), by)
    return order


def _way(order: Order) -> tuple[str, ...]:
    """Everything of the head that moves promised dates."""
    return (
        order.incoterm,
        order.delivery_method,
        order.destination_country,
        order.ship_policy,
    )


def _change(
    order: Order, lines: Sequence[Line], changes: Sequence[LineChange]
) -> dict[int, dt.date]:
    """Apply the changes to the lines in memory; returns the dates that are agreed anew."""
    by_id = {line.pk: line for line in lines if not line.is_cancelled}
    agreed: dict[int, dt.date] = {}
    seen: set[int] = set()
    for index, change in enumerate(changes):
        at = f"change_lines.{index}"
        line = by_id.get(change.line_id)
        if line is None or line.pk in seen:
            raise Refused(_("This line is not one to be changed."), field=f"{at}.line_id")
        seen.add(line.pk)
        _change_quantity(order, line, change, at)
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
        if change.description is not None:
            line.description = reading.read_text(change.description, 500, field=f"{at}.description")
        if change.carton_rule is not None:
            line.carton_rule = reading.read_text(change.carton_rule, 200, field=f"{at}.carton_rule")
        promised_on = reading.read_day(change.promised_on, field=f"{at}.promised_on")
        if promised_on is not None:
            agreed[line.pk] = promised_on
    LineCheck.objects.filter(line__in=seen).delete()
    return agreed


def _change_quantity(order: Order, line: Line, change: LineChange, at: str) -> None:
    """Quantity, requested date and dated deliveries belong together."""
    if change.requested_on is not None:
        line.requested_on = reading.read_day(change.requested_on, field=f"{at}.requested_on")
        refuse_past(order, line.requested_on, field=f"{at}.requested_on")
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
    dated = list(line.deliveries.all()) if change.quantity is not None else []
    if change.deliveries is None:
        total = sum((one.quantity for one in dated), Decimal(0))
        if dated and total != line.quantity:
            raise Refused(
                _("Line %(line)s has several deliveries: say how they change, too.")
                % {"line": line.position},
                field=f"{at}.deliveries",
            )
        return
    new = read_deliveries(
        line, change.deliveries, Decimal(1), line.item.unit.step, field=f"{at}.deliveries"
    )
    for number, delivery in enumerate(new):
        delivery.requested_on = delivery.requested_on or line.requested_on
        refuse_past(order, delivery.requested_on, field=f"{at}.deliveries.{number}.requested_on")
    line.requested_on = last_requested(new) or line.requested_on
    line.deliveries.all().delete()
    Delivery.objects.bulk_create(new)


def _cancel(
    order: Order, lines: Sequence[Line], line_ids: Collection[int], by: User | None
) -> None:
    by_id = {line.pk: line for line in lines if not line.is_cancelled}
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
    if line_ids:
        release_reservations(demands=[demand_of(pk) for pk in line_ids], by=by)


def _add(order: Order, lines: Sequence[Line], given: Sequence[LineData]) -> list[Line]:
    if not given:
        return []
    read = read_lines(order, given, requested_on=order.requested_on)
    first = max((line.position for line in lines), default=0)
    for one in read:
        one.line.position += first
    insert_lines(read)
    return [one.line for one in read]


def _refuse_if_nothing_stands(lines: Sequence[Line]) -> None:
    if all(line.is_cancelled for line in lines):
        raise NothingToDo(_("No line would be left: cancel the order instead."))


def _keep_requested(
    order: Order,
    lines: Sequence[Line],
    asked: dict[int, dt.date | None],
    was_requested: dt.date | None,
    by: User | None,
) -> None:
    """Former requested dates of the order and its lines go into the history."""
    moment = clock.now()
    kind = DateChange.Kind.REQUESTED
    rows = [
        DateChange(
            order=order,
            line=line,
            kind=kind,
            was_on=asked.get(line.pk),
            is_on=line.requested_on,
            at=moment,
            by=by,
        )
        for line in lines
        if asked.get(line.pk) != line.requested_on
    ]
    if was_requested != order.requested_on:
        rows.append(
            DateChange(
                order=order,
                kind=kind,
                was_on=was_requested,
                is_on=order.requested_on,
                at=moment,
                by=by,
            )
        )
    DateChange.objects.bulk_create(rows)


def _follow_dates(
    order: Order,
    lines: Sequence[Line],
    agreed: dict[int, dt.date],
    *,
    has_other_way: bool,
    by: User | None,
) -> None:
    """Promise the standing lines anew where something moved their dates."""
    standing = [line for line in lines if not line.is_cancelled]
    dates = _dates_now(order, standing, agreed, has_other_way)
    if order.ship_policy == Order.ShipPolicy.TOGETHER:
        last = max(dates.values(), key=lambda one: one.ex_works_on)
        dates = dict.fromkeys(dates, last)
    promised = {pk: one.in_basis(order.basis) for pk, one in dates.items()}
    undated = _undated_deliveries(promised)
    is_unmoved = all(line.promised_on == promised[line.pk] for line in standing)
    if is_unmoved and max(promised.values()) == order.promised_on:
        for line_id, parts in undated.items():
            Delivery.objects.filter(pk__in=parts).update(promised_on=promised[line_id])
        return
    write_promise(
        order,
        AMENDED,
        [
            PromisedLine(
                line_id=line.pk,
                dates=dates[line.pk],
                promised_on=promised[line.pk],
                reasons=[{"code": AMENDED, "params": {"version": order.version}}],
                deliveries=undated.get(line.pk),
            )
            for line in standing
        ],
        by,
        is_confirmed=True,
    )
    order.save(update_fields=["promised_on", "forecast_on"])


def _undated_deliveries(promised: dict[int, dt.date]) -> dict[int, dict[int, dt.date]]:
    """Deliveries that are new get their line's date: line → delivery → date."""
    found: dict[int, dict[int, dt.date]] = defaultdict(dict)
    rows = Delivery.objects.filter(line__in=promised, promised_on=None)
    for pk, line_id in rows.values_list("pk", "line_id"):
        found[line_id][pk] = promised[line_id]
    return found


def _dates_now(
    order: Order, standing: Sequence[Line], agreed: dict[int, dt.date], has_other_way: bool
) -> dict[int, ThreeDates]:
    transit = transit_of(order)
    kept = {
        row.line_id: row for row in LinePromise.objects.filter(line__in=standing).order_by("pk")
    }
    dates = {}
    for line in standing:
        row = kept.get(line.pk)
        if line.pk in agreed:
            dates[line.pk] = transit.from_basis(agreed[line.pk], order.basis)
        elif row is not None and has_other_way:
            dates[line.pk] = transit.from_ex_works(row.ex_works_on)
        elif row is not None:
            dates[line.pk] = ThreeDates(row.ex_works_on, row.on_board_on, row.at_door_on)
        else:
            day = line.requested_on or order.promised_on or clock.today()
            dates[line.pk] = transit.from_basis(day, order.basis)
    return dates


def _keep_amendment(order: Order, before: dict[str, object], reason: str, by: User | None) -> None:
    after = snapshot_of(order.pk)
    if not difference(before, after):
        raise NothingToDo(_("Nothing was changed."))
    last = Version.objects.filter(order=order).order_by("-number").values_list("snapshot").first()
    found = difference(last[0] if last else before, after)
    keep_version(
        order.pk,
        order.version,
        changes=found,
        reason=reason,
        at=clock.now(),
        by_id=by.pk if by else None,
    )
    journal.record(
        OrderAmended(order_id=order.pk, version=order.version, difference=found, reason=reason),
        about=order,
        by=by,
    )
