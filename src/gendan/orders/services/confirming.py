"""Confirming an order: what must hold, the dates it is promised for, its first version."""

import datetime as dt
import json
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.events import OrderConfirmed
from gendan.orders.models import Order, Stage
from gendan.orders.queries import sailing_reasons, transit_of
from gendan.orders.services.holding import refuse_if_held
from gendan.orders.services.promising import PromisedLine, write_confirmed, write_promise
from gendan.orders.services.readiness import NotReady, Readiness, nothing_asked, readiness_of
from gendan.orders.services.reading import read_text
from gendan.orders.services.refusals import ChecksAreRed, NoDateToPromise, OrderIsEmpty, url_of
from gendan.orders.services.versions import keep_version

AS_REQUESTED = "as_requested"


@service(gettext_lazy("Confirm the order"))
def confirm_order(
    *,
    order_id: int,
    revision: int | None = None,
    despite: str = "",
    seen_warnings: Collection[int] = (),
    by: User | None,
) -> Order:
    """Promise the order to the customer: it becomes version 1 and its journey starts.

    Refused while it has no lines, while a hold keeps confirming back, while required reviews are
    not passed, a rule or the customer's credit stops it, and while the last product or price check
    of a line is red, unless `despite` says why that is accepted (a red stock check does not stand
    in the way: the promise answers it). `seen_warnings` are the rules whose warning was seen. What
    stands in the way is said all at once. The dates of the last computed promise hold. Where none
    was computed, the customer's requested dates are promised as they are, and the promise says so;
    a line without either date is refused.
    """
    order, is_looked_at = _locked(order_id)
    order.refuse_if_stale(revision)
    order.step("confirm_order")
    lines = _lines(order)
    despite = read_text(despite, 500, field="despite")
    ready = readiness_of(order) if is_looked_at else nothing_asked(order)
    _refuse(_stops(order, lines, ready, despite, seen_warnings))
    if any(line.promised_on is None for line in lines):
        write_promise(order, AS_REQUESTED, _as_requested(order, lines), by, is_confirmed=False)
    write_confirmed(order, by)
    keep_version(
        order.pk,
        1,
        changes=[],
        reason=despite,
        at=order.confirmed_at or clock.now(),
        by_id=by.pk if by else None,
    )
    journal.record(
        OrderConfirmed(
            order_id=order.pk,
            promised_on=str(order.promised_on),
            total=str(order.total),
            currency=order.currency,
            lines=len(lines),
            despite=despite,
            warnings=[rule.code for rule in ready.warnings],
        ),
        about=[order, f"partners.partner:{order.customer_id}"],
        by=by,
    )
    return order


# These two are written as SQL because confirming is busy: building them anew each time cost more
# than running them.
_LOCK = """
SELECT o.*, (SELECT jsonb_build_object('port', lane.to_port_days, 'transit', lane.transit_days,
    'door', lane.to_door_days, 'cutoff', lane.cutoff_days, 'sails', lane.sails_on)
  FROM partners_lane lane
  WHERE lane.method = o.delivery_method AND lane.country = o.destination_country) AS lane_days,
  (SELECT p.credit_limit IS NOT NULL FROM partners_partner p
  WHERE p.id = o.customer_id) AS is_limited,
  (EXISTS (SELECT FROM orders_reviewrule WHERE is_active)
    OR EXISTS (SELECT FROM orders_orderrule WHERE is_active)
    OR EXISTS (SELECT FROM partners_customerdebt d WHERE d.customer_id = o.customer_id)) AS is_ruled
FROM orders_order o WHERE o.id = %(order)s FOR UPDATE OF o
"""
_LOCK_CUSTOMER = "SELECT FROM partners_partner WHERE id = %s FOR NO KEY UPDATE"
_LINES = """
SELECT l.id, l.position, l.requested_on, l.promised_on,
  EXISTS (SELECT FROM orders_hold h
    WHERE h.order_id = %(order)s AND h.stage = 'confirm' AND h.released_at IS NULL),
  EXISTS (SELECT FROM orders_linecheck c
    WHERE c.line_id = l.id AND c.verdict = 'red' AND c.kind IN ('product', 'price')),
  ARRAY(SELECT d.id FROM orders_delivery d WHERE d.line_id = l.id ORDER BY d.id),
  ARRAY(SELECT d.requested_on FROM orders_delivery d WHERE d.line_id = l.id ORDER BY d.id)
FROM orders_line l WHERE l.order_id = %(order)s ORDER BY l.position
"""


class _Line(NamedTuple):
    """What confirming asks of a line, and what stands against it."""

    pk: int
    position: int
    requested_on: dt.date | None
    promised_on: dt.date | None
    is_held: bool
    is_red: bool
    deliveries: list[int]
    delivery_days: list[dt.date | None]


def _locked(order_id: int) -> tuple[Order, bool]:
    """The order with its row locked and its way known (see `transit_of`); whether rules or limits
    are to be looked at."""
    order: Any = next(iter(Order.objects.raw(_LOCK, {"order": order_id})), None)
    if order is None:
        raise NotThere(_("There is no such order."))
    order.lane = json.loads(order.lane_days) if order.lane_days else None
    is_looked_at = bool(order.is_limited or order.is_ruled)
    if order.is_limited:
        # Of two orders of one customer confirmed at once, the second sees what the first has used.
        with connection.cursor() as cursor:
            cursor.execute(_LOCK_CUSTOMER, [order.customer_id])
    return order, is_looked_at


def _lines(order: Order) -> list[_Line]:
    """The lines with what stands against them, read in one query after the order is locked."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"order": order.pk})
        lines = [_Line(*row) for row in cursor.fetchall()]
    if not lines:
        raise OrderIsEmpty(_("An order without lines cannot be confirmed."))
    return lines


def what_stands_in_the_way(order: Order, ready: Readiness | None = None) -> list[DomainError]:
    """What confirming a draft would be refused for now, all of it; warnings are not asked."""
    try:
        lines = _lines(order)
    except OrderIsEmpty as empty:
        return [empty]
    return _stops(order, lines, ready or readiness_of(order), "", None)


def _stops(
    order: Order,
    lines: Sequence[_Line],
    ready: Readiness,
    despite: str,
    seen_warnings: Collection[int] | None,
) -> list[DomainError]:
    """Every refusal there is a reason for, in the order in which people settle them."""
    found: list[DomainError] = []
    checks: list[Callable[[], None]] = [
        lambda: _refuse_red(order, lines, despite),
        lambda: _refuse_undated(lines),
    ]
    if lines[0].is_held:
        checks.insert(0, lambda: refuse_if_held(order, stage=Stage.CONFIRM))
    for check in checks:
        try:
            check()
        except DomainError as refusal:
            found.append(refusal)
    return found + ready.stops(seen_warnings)


def _refuse(stops: Sequence[DomainError]) -> None:
    """One refusal as it is; several in one sentence that names them all."""
    if len(stops) == 1:
        raise stops[0]
    if stops:
        raise NotReady(
            " ".join(stop.message for stop in stops),
            field=next((stop.field for stop in stops if stop.field), None),
            stops=[
                {"code": stop.code, "message": stop.message, "link": stop.link} for stop in stops
            ],
        )


def _refuse_red(order: Order, lines: Sequence[_Line], despite: str) -> None:
    red = [str(line.position) for line in lines if line.is_red]
    if red and not despite:
        raise ChecksAreRed(
            _("The check of line %(lines)s is red. Mend it, or say why it is accepted.")
            % {"lines": ", ".join(red[:20])},
            field="despite",
            link=f"{url_of(order.pk)}?tab=checks",
            lines=red,
        )


def _refuse_undated(lines: Sequence[_Line]) -> None:
    if all(line.promised_on is not None for line in lines):
        return
    without = [str(line.position) for line in lines if line.requested_on is None]
    if without:
        raise NoDateToPromise(
            _("Line %(lines)s has no date: compute a promise, or write down what is requested.")
            % {"lines": ", ".join(without[:20])},
            lines=without,
        )


def _as_requested(order: Order, lines: Sequence[_Line]) -> list[PromisedLine]:
    """The customer's own dates as the promise; shipped together, all lines have the latest.

    Where nothing sails in time for a date exactly, the sailing before it is promised.
    """
    transit = transit_of(order)
    is_together = order.ship_policy == Order.ShipPolicy.TOGETHER
    last = max(line.requested_on for line in lines if line.requested_on)
    promised = []
    for line in lines:
        day = last if is_together else line.requested_on or last
        parts = {
            pk: last if is_together else wanted or day
            for pk, wanted in zip(line.deliveries, line.delivery_days, strict=True)
        }
        day = max(parts.values(), default=day)
        dates = {on: transit.from_basis(on, order.basis) for on in {day, *parts.values()}}
        promised.append(
            PromisedLine(
                line_id=line.pk,
                dates=dates[day],
                promised_on=dates[day].in_basis(order.basis),
                reasons=[
                    {"code": AS_REQUESTED, "params": {"on": day.isoformat()}},
                    *sailing_reasons(order, dates[day]),
                ],
                deliveries={pk: dates[on].in_basis(order.basis) for pk, on in parts.items()},
            )
        )
    return promised
