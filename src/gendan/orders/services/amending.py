"""Changing a confirmed order: a new version with a readable difference, dates followed through."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory.services.reservations import lower_reservations
from gendan.kernel import clock, journal
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.entry import LineChange, LineData, OrderChanges
from gendan.orders.events import OrderAmended
from gendan.orders.models import (
    DateChange,
    Delivery,
    Line,
    LineCheck,
    Order,
    Version,
    open_quantity,
)
from gendan.orders.queries import demand_of, sailing_reasons
from gendan.orders.services import heads, reading
from gendan.orders.services.amendments import Amendment, plan_amendment
from gendan.orders.services.drafting import insert_lines
from gendan.orders.services.promising import PromisedLine, write_promise
from gendan.orders.services.refusals import NothingToDo, locked_order
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
    "specification_version",
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

    Lines are changed, added or cancelled, never removed; none below what is delivered of it, none
    that is shipped in full. Stock kept beyond what a line still needs is free again. Dates: a
    line's `promised_on` given here is agreed anew; new lines are promised for their requested
    date; a changed Incoterm, route or shipping policy carries the promised ex-works dates over.
    Every former date stays in the history.
    """
    order = locked_order(order_id, revision=revision)
    order.step("amend_order")
    before = snapshot_of(order.pk)
    amendment = plan_amendment(
        order,
        changes=changes,
        change_lines=change_lines,
        add_lines=add_lines,
        cancel_lines=cancel_lines,
    )
    order.revision += 1
    order.version += 1
    _write(amendment, by)
    keep_amendment(order, before, reading.read_text(reason, 500, field="reason"), by)
    return order


def _write(amendment: Amendment, by: User | None) -> None:
    """Write what was worked out: a fixed number of queries."""
    order, lines = amendment.order, amendment.lines
    insert_lines(amendment.added)
    if amendment.plan is not None:
        heads.write_plan(order, amendment.plan)
    if amendment.touched:
        LineCheck.objects.filter(line__in=amendment.touched).delete()
    if amendment.replaced:
        Delivery.objects.filter(line__in=amendment.replaced).delete()
        Delivery.objects.bulk_create(
            part
            for line in lines
            if line.pk in amendment.replaced
            for part in amendment.deliveries[line.position]
        )
    changed = amendment.touched | amendment.cancelled
    if amendment.was_currency != order.currency:
        changed = set(amendment.asked)
    Line.objects.bulk_update([line for line in lines if line.pk in changed], _CHANGED)
    kept = {demand_of(line.pk): open_quantity(line) for line in lines if line.pk in changed}
    lower_reservations(limits=kept, by=by)
    keep_requested(order, lines, amendment.asked, amendment.was_requested, by)
    _write_dates(amendment, by)


def keep_requested(
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


def _write_dates(amendment: Amendment, by: User | None) -> None:
    """Head and, where something moved their dates, the promise of the standing lines."""
    order = amendment.order
    if amendment.undated:
        Delivery.objects.bulk_update(amendment.undated, ["promised_on"])
    if amendment.is_moved:
        # write_promise compares with what stands: the order's date of before.
        order.promised_on = amendment.was_promised
        write_promise(
            order,
            AMENDED,
            [
                PromisedLine(
                    line_id=line.pk,
                    dates=amendment.dates[line.position],
                    promised_on=amendment.promised[line.position],
                    reasons=[
                        {"code": AMENDED, "params": {"version": order.version}},
                        *sailing_reasons(order, amendment.dates[line.position]),
                    ],
                )
                for line in amendment.standing
            ],
            by,
            is_confirmed=True,
        )
    heads.save_order(order, is_new=False)


def keep_amendment(order: Order, before: dict[str, object], reason: str, by: User | None) -> None:
    """Keep what the order is now as its new version, and tell (4 queries)."""
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
