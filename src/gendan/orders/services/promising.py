"""Writing promised and forecast dates into orders, with every date they have had."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from gendan.engine.transit import ThreeDates
from gendan.kernel import clock, journal
from gendan.kernel.errors import Invalid
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.events import OrderForecast, OrderPromised
from gendan.orders.models import DateChange, Order, OrderState
from gendan.orders.services.refusals import locked_order
from gendan.orders.services.reviewing import ask_for_reviews


@dataclass(frozen=True, slots=True)
class PromisedLine:
    """What is promised for a line: its dates, and why.

    `promised_on` is in the order's basis, `earliest_on` what would be possible (None: not
    computed). `deliveries` gives the promised date of each dated delivery by its id.
    """

    line_id: int
    dates: ThreeDates
    promised_on: dt.date
    earliest_on: dt.date | None = None
    reasons: Sequence[Mapping[str, Any]] = ()
    deliveries: Mapping[int, dt.date] | None = None


@service
def record_promise(
    *,
    order_id: int,
    engine: str,
    lines: Sequence[PromisedLine],
    revision: int | None = None,
    by: User | None,
) -> int:
    """Write down a computed promise for the lines still to be delivered; returns the promise's id.

    The promised date of the order is that of its latest line. On a confirmed order the dates
    before are kept as DateChanges and the forecast follows the promise.
    """
    order = locked_order(order_id, revision=revision)
    order.step("promise_order")
    standing = list(order.lines.filter(is_cancelled=False))
    to_promise = {line.pk for line in standing if line.delivered < line.quantity}
    if not lines or to_promise != {line.line_id for line in lines}:
        raise Invalid(_("The lines of the order have changed meanwhile; compute again."))
    was_on = order.promised_on
    others = [line.promised_on for line in standing if line.pk not in to_promise]
    is_confirmed = order.state == OrderState.CONFIRMED
    promise_id = write_promise(order, engine, lines, by, is_confirmed=is_confirmed, others=others)
    order.revision += 1
    order.save(update_fields=["promised_on", "forecast_on", "revision"])
    journal.record(
        OrderPromised(
            order_id=order.pk,
            promise_id=promise_id,
            engine=engine,
            promised_on=str(order.promised_on),
            was_on=str(was_on) if was_on else None,
        ),
        about=order,
        by=by,
    )
    if not is_confirmed:
        ask_for_reviews([order.pk], by)
    return promise_id


# One statement for promise, lines, deliveries and their history: what is written here for each
# line would otherwise be four statements, and confirming orders is the busiest thing there is.
_WRITE_PROMISE = """
WITH given AS (
  SELECT * FROM jsonb_to_recordset(%(lines)s::jsonb) AS x(
    line bigint, ex_works_on date, on_board_on date, at_door_on date,
    promised_on date, earliest_on date, reasons jsonb)
), given_delivery AS (
  SELECT * FROM jsonb_to_recordset(%(deliveries)s::jsonb) AS x(delivery bigint, promised_on date)
), promise AS (
  INSERT INTO orders_promise (order_id, at, by_id, ex_works_on, on_board_on, at_door_on, engine)
  SELECT %(order)s, %(at)s, %(by)s, max(ex_works_on), max(on_board_on), max(at_door_on), %(engine)s
  FROM given RETURNING id
), kept AS (
  INSERT INTO orders_linepromise
    (promise_id, line_id, ex_works_on, on_board_on, at_door_on, earliest_on, reasons, deliveries)
  SELECT promise.id, line, ex_works_on, on_board_on, at_door_on, earliest_on, reasons,
    -- those that are not promised otherwise now keep their days
    coalesce((SELECT jsonb_object_agg(d.id,
        coalesce(now.promised_on, d.promised_on) + (given.ex_works_on - given.promised_on))
      FROM orders_delivery d LEFT JOIN given_delivery now ON now.delivery = d.id
      WHERE d.line_id = given.line AND coalesce(now.promised_on, d.promised_on) IS NOT NULL), '{}')
  FROM given, promise
), changed AS (
  INSERT INTO orders_datechange (order_id, line_id, kind, was_on, is_on, at, by_id, reason)
  SELECT l.order_id, l.id, kind, was_on, given.promised_on, %(at)s, %(by)s, ''
  FROM given JOIN orders_line l ON l.id = given.line,
    LATERAL (VALUES ('promised', l.promised_on), ('forecast', l.forecast_on)) AS d (kind, was_on)
  WHERE %(is_confirmed)s AND was_on IS DISTINCT FROM given.promised_on
), delivered AS (
  UPDATE orders_delivery d SET promised_on = given_delivery.promised_on
  FROM given_delivery WHERE d.id = given_delivery.delivery
), moved AS (
  UPDATE orders_line l SET promised_on = given.promised_on,
    forecast_on = given.promised_on
  FROM given WHERE l.id = given.line
)
SELECT id FROM promise
"""


def write_promise(
    order: Order,
    engine: str,
    lines: Sequence[PromisedLine],
    by: User | None,
    *,
    is_confirmed: bool,
    others: Sequence[dt.date | None] = (),
) -> int:
    """Write promise, lines, deliveries (1 query, 2 if confirmed); the order's date in memory.

    `is_confirmed`: the dates before have a history, and the forecast follows. `others`: promised
    dates of lines that are delivered already.
    """
    moment = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE_PROMISE,
            {
                "order": order.pk,
                "at": moment,
                "by": by.pk if by else None,
                "engine": engine,
                "is_confirmed": is_confirmed,
                "lines": json.dumps([_line_row(line) for line in lines]),
                "deliveries": json.dumps(
                    [
                        {"delivery": key, "promised_on": day.isoformat()}
                        for line in lines
                        for key, day in (line.deliveries or {}).items()
                    ]
                ),
            },
        )
        promise_id: int = cursor.fetchone()[0]
    promised_on = max(
        [*(line.promised_on for line in lines), *(day for day in others if day is not None)]
    )
    if is_confirmed:
        dates = {"promised": order.promised_on, "forecast": order.forecast_on}
        keep_order_dates(order, {kind: (was, promised_on) for kind, was in dates.items()}, by)
        order.forecast_on = promised_on
    order.promised_on = promised_on
    return promise_id


def _line_row(line: PromisedLine) -> dict[str, Any]:
    return {
        "line": line.line_id,
        "ex_works_on": line.dates.ex_works_on.isoformat(),
        "on_board_on": line.dates.on_board_on.isoformat(),
        "at_door_on": line.dates.at_door_on.isoformat(),
        "promised_on": line.promised_on.isoformat(),
        "earliest_on": line.earliest_on.isoformat() if line.earliest_on else None,
        "reasons": list(line.reasons),
    }


def keep_order_dates(
    order: Order,
    dates: Mapping[str, tuple[dt.date | None, dt.date | None]],
    by: User | None,
    reason: str = "",
) -> None:
    """Keep the former dates of a confirmed order where they differ: kind → (was, is)."""
    moment = clock.now()
    DateChange.objects.bulk_create(
        DateChange(
            order=order, kind=kind, was_on=was, is_on=now, at=moment, by=by, reason=reason[:200]
        )
        for kind, (was, now) in dates.items()
        if was != now
    )


# Head, lines and the head's first dates are written by one statement. A line's first dates need no
# history: the first change of each tells what was before.
_CONFIRMED = """
WITH changed AS (
  INSERT INTO orders_datechange (order_id, line_id, kind, was_on, is_on, at, by_id, reason)
  SELECT %(order)s, NULL::bigint, kind, NULL::date, is_on,
    %(at)s::timestamptz, %(by)s::bigint, ''
  FROM (VALUES ('requested', %(requested)s::date), ('promised', %(promised)s::date),
    ('forecast', %(promised)s::date)) AS d (kind, is_on)
  WHERE is_on IS NOT NULL
), head AS (
  UPDATE orders_order SET state = %(state)s, confirmed_at = %(at)s, revision = %(revision)s,
    promised_on = %(promised)s, forecast_on = %(promised)s
  WHERE id = %(order)s
)
UPDATE orders_line SET forecast_on = promised_on
WHERE order_id = %(order)s AND forecast_on IS DISTINCT FROM promised_on
"""


def write_confirmed(order: Order, by: User | None) -> None:
    """Write a head that is confirmed now; its dates begin their history (1 query)."""
    order.forecast_on = order.promised_on
    order.confirmed_at = clock.now()
    order.revision += 1
    with connection.cursor() as cursor:
        cursor.execute(
            _CONFIRMED,
            {
                "order": order.pk,
                "state": order.state,
                "revision": order.revision,
                "at": order.confirmed_at,
                "by": by.pk if by else None,
                "requested": order.requested_on,
                "promised": order.promised_on,
            },
        )


@service
def record_forecast(
    *, forecasts: Mapping[int, dt.date], reason: str = "", by: User | None = None
) -> list[int]:
    """Write down when orders (by id) are now expected to reach their date; returns those changed.

    For many orders at once (4 queries). Every former date stays in the history, on the order and
    on its lines that are not delivered yet.
    """
    orders = [
        order
        for order in Order.objects.select_for_update(of=("self",))
        .filter(pk__in=forecasts, state=OrderState.CONFIRMED)
        .order_by("pk")
        if order.forecast_on != forecasts[order.pk]
    ]
    if not orders:
        return []
    days = {order.pk: forecasts[order.pk] for order in orders}
    _write_forecasts(days, reason, by)
    journal.record_many(
        [
            (
                OrderForecast(
                    order_id=order.pk,
                    was_on=str(order.forecast_on) if order.forecast_on else None,
                    is_on=str(days[order.pk]),
                    reason=reason,
                ),
                order,
            )
            for order in orders
        ],
        by=by,
    )
    return list(days)


_WRITE_FORECASTS = """
WITH given AS (
  SELECT * FROM unnest(%(orders)s::bigint[], %(days)s::date[]) AS x(id, day)
), changed AS (
  INSERT INTO orders_datechange (order_id, line_id, kind, was_on, is_on, at, by_id, reason)
  SELECT o.id, NULL::bigint, 'forecast', o.forecast_on, day,
    %(at)s::timestamptz, %(by)s::bigint, %(reason)s
  FROM given JOIN orders_order o ON o.id = given.id
  UNION ALL
  SELECT l.order_id, l.id, 'forecast', l.forecast_on, l_day,
    %(at)s::timestamptz, %(by)s::bigint, %(reason)s
  FROM given JOIN orders_order o ON o.id = given.id JOIN orders_line l ON l.order_id = o.id,
    LATERAL (SELECT CASE WHEN o.ship_policy = 'by_line' AND o.forecast_on IS NOT NULL
      THEN l.forecast_on + (day - o.forecast_on) ELSE day END) AS moved(l_day)
  WHERE NOT l.is_cancelled AND l.delivered < l.quantity AND l.forecast_on IS DISTINCT FROM l_day
), lines AS (
  UPDATE orders_line l SET forecast_on =
    CASE WHEN o.ship_policy = 'by_line' AND o.forecast_on IS NOT NULL
      THEN l.forecast_on + (day - o.forecast_on) ELSE day END
  FROM given JOIN orders_order o ON o.id = given.id
  WHERE l.order_id = o.id AND NOT l.is_cancelled AND l.delivered < l.quantity
)
UPDATE orders_order o SET forecast_on = day FROM given WHERE o.id = given.id
"""


def _write_forecasts(days: Mapping[int, dt.date], reason: str, by: User | None) -> None:
    """Order and lines move together; shipped line by line, each line moves by as many days."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE_FORECASTS,
            {
                "orders": list(days),
                "days": list(days.values()),
                "at": clock.now(),
                "by": by.pk if by else None,
                "reason": reason[:200],
            },
        )
