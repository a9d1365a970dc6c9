"""Bulk writes of the follow-up: one statement per table, whatever the number of rows.

These are not verbs: verbs call them with the journeys locked.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, LiteralString

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import sql

from gendan.engine.milestones import REACHED, Forecast
from gendan.followup.models import Milestone, Wait

Values = npt.NDArray[Any]

# An ordinal as a date, the reverse of snapshot.py.
DATE: LiteralString = "DATE '0001-01-01' + (v.{column} - 1)"
PLAIN: LiteralString = "v.{column}"
_SMALLEST, _LARGEST = -30_000, 30_000  # smallint columns


def write_milestones(columns: Mapping[str, Values], result: Forecast, urgency: Values) -> None:
    """Dates of the milestones that are not done and have changed: one statement."""
    new = {
        "forecast": result.forecast,
        "latest": result.latest,
        "float_days": np.clip(result.float_days, _SMALLEST, _LARGEST),
        "is_critical": result.is_critical.astype(np.int64),
        "urgency": urgency,
    }
    differs = np.zeros(urgency.size, dtype=bool)
    for name, values in new.items():
        differs |= values != columns[name]
    changed = np.flatnonzero(differs & (columns["state"] < REACHED))
    update_from(
        "followup_milestone",
        columns["id"][changed],
        {
            "forecast_on": ("int", DATE, new["forecast"][changed]),
            "latest_on": ("int", DATE, new["latest"][changed]),
            "float_days": ("int", PLAIN, new["float_days"][changed]),
            "is_critical": ("int", "v.{column} = 1", new["is_critical"][changed]),
            "urgency": ("float8", PLAIN, new["urgency"][changed]),
        },
    )


def update_from(
    table: LiteralString,
    ids: Values,
    columns: Mapping[LiteralString, tuple[LiteralString, LiteralString, Values | Sequence[Any]]],
) -> None:
    """UPDATE … FROM unnest(…): column → (PostgreSQL type, expression over v, new values)."""
    if not len(ids):
        return
    names = [sql.Identifier(name) for name in columns]
    setting = [
        sql.SQL("{} = ").format(name) + sql.SQL(expression).format(column=name)
        for name, (_type, expression, _values) in zip(names, columns.values(), strict=True)
    ]
    arrays: list[sql.Composable] = [sql.SQL("%s::bigint[]")]
    arrays += [sql.SQL("%s::") + sql.SQL(kind) + sql.SQL("[]") for kind, *_rest in columns.values()]
    statement = sql.SQL(
        "UPDATE {table} t SET {setting} FROM unnest({arrays}) AS v(id, {names}) WHERE t.id = v.id"
    ).format(
        table=sql.Identifier(table),
        setting=sql.SQL(", ").join(setting),
        arrays=sql.SQL(", ").join(arrays),
        names=sql.SQL(", ").join(names),
    )
    texts = [_array(ids), *(_array(values) for _type, _expression, values in columns.values())]
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection), texts)


def _array(values: Values | Sequence[Any]) -> str:
    """Numbers and plain words as an array literal: a tenth of the time of one object per value."""
    listed = values.tolist() if isinstance(values, np.ndarray) else values
    return "{" + ",".join("NULL" if one is None else str(one) for one in listed) + "}"


# Material that is still to come only from suppliers the customer nominated waits for the customer:
# it gave us no choice, so their delay is on its account. The suppliers are named in the note.
_OPEN = """
WITH bound AS (
  SELECT m.id, bool_and(s.id IS NOT NULL) AS is_nominated,
    string_agg(DISTINCT maker.name, ', ') AS suppliers
  FROM followup_milestone m
  JOIN followup_journey j ON j.id = m.journey_id
  JOIN orders_order o ON o.id = j.order_id
  JOIN orders_line l ON l.order_id = o.id AND NOT l.is_cancelled
  JOIN purchasing_purchaseorderline p
    ON p.demands @> ARRAY[('orders.line:' || l.id)::varchar] AND NOT p.is_cancelled
  JOIN purchasing_purchaseorder bought ON bought.id = p.order_id
  JOIN partners_partner maker ON maker.id = bought.supplier_id
  JOIN inventory_expectedsupply e ON e.id = p.expected_id AND e.is_open
  LEFT JOIN sourcing_source s ON s.supplier_id = bought.supplier_id
    AND s.item_id = p.item_id AND s.nominated_by_id = o.customer_id
  WHERE m.id = ANY(%(ids)s::bigint[])
    AND m.evidence = 'material_received' AND m.waits_for = 'supplier'
  GROUP BY m.id
), opened AS (
  UPDATE followup_milestone m
  SET state = 'open', opened_at = COALESCE(m.opened_at, %(now)s), waiting_for = turn.party,
    waiting_partner_id = CASE WHEN turn.party = 'customer' THEN turn.customer_id END,
    waiting_since = %(now)s, chased_at = NULL
  FROM (
    SELECT m.id, o.customer_id,
      CASE WHEN bound.is_nominated THEN 'customer' ELSE m.waits_for END AS party
    FROM followup_milestone m
    JOIN followup_journey j ON j.id = m.journey_id
    JOIN orders_order o ON o.id = j.order_id
    LEFT JOIN bound ON bound.id = m.id
    WHERE m.id = ANY(%(ids)s::bigint[])
  ) turn
  WHERE m.id = turn.id
  RETURNING m.id, m.waiting_for, m.waiting_partner_id
)
INSERT INTO followup_wait (milestone_id, party, partner_id, since, note)
SELECT opened.id, waiting_for, waiting_partner_id, %(now)s,
  left(CASE WHEN bound.is_nominated THEN bound.suppliers ELSE '' END, 500)
FROM opened LEFT JOIN bound ON bound.id = opened.id
"""


def open_milestones(ids: Values, now: dt.datetime) -> None:
    """It is somebody's move: the waiting ledger starts (one statement)."""
    if len(ids):
        with connection.cursor() as cursor:
            cursor.execute(_OPEN, {"ids": _array(ids), "now": now})


def end_waits(milestone_ids: Collection[int], now: dt.datetime) -> None:
    """Nobody is waited for any more."""
    Wait.objects.filter(milestone__in=milestone_ids, until=None).update(until=now)


_REACH = """
UPDATE followup_milestone m
SET state = 'reached', reached_on = v.day, forecast_on = v.day, closed_at = %(now)s,
  closed_by_fact_id = v.entry, closed_by_id = NULL, waiting_for = '', waiting_partner_id = NULL,
  waiting_since = NULL, is_critical = false, float_days = 0, urgency = 0, expected_on = NULL
FROM unnest(%(ids)s::bigint[], %(days)s::date[], %(entries)s::bigint[]) AS v(id, day, entry)
WHERE m.id = v.id
"""


def reach_by_facts(rows: Sequence[tuple[int, dt.date, int]], now: dt.datetime) -> None:
    """Close milestones (id, day, journal entry) that facts have proved."""
    ids, days, entries = zip(*rows, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _REACH,
            {"ids": _array(ids), "days": _array(days), "entries": _array(entries), "now": now},
        )
    end_waits(ids, now)


def reopen(milestones: Sequence[Milestone], now: dt.datetime, note: str) -> None:
    """Milestones to come again; the time they counted as done goes to their owner's account."""
    Wait.objects.bulk_create(
        Wait(
            milestone=one,
            party=one.owner_role,
            since=one.closed_at or now,
            until=now,
            note=note[:500],
        )
        for one in milestones
        if one.opened_at is not None
    )
    Milestone.objects.filter(pk__in=[one.pk for one in milestones]).update(
        state=Milestone.State.TO_COME,
        reached_on=None,
        closed_at=None,
        closed_by=None,
        closed_by_fact=None,
    )


# What a milestone that is not needed looks like, beside its moment of closing.
SKIPPED: dict[str, Any] = {
    "state": Milestone.State.SKIPPED,
    "waiting_for": "",
    "waiting_partner": None,
    "waiting_since": None,
    "is_critical": False,
    "float_days": 0,
    "urgency": 0,
    "expected_on": None,
}
