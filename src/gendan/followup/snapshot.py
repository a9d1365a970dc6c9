"""Journeys from the database as arrays for the engine: five queries whatever their number."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, LiteralString

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import sql

from gendan.catalog import queries as catalog
from gendan.engine.calendars import WorkCalendar, work_calendar
from gendan.engine.milestones import Snapshot
from gendan.followup.goods import GoodsDay, PlanDays, goods_days, plan_days
from gendan.followup.models import Journey

Ints = npt.NDArray[np.int64]

STATES = ("to_come", "open", "reached", "skipped")  # the codes of engine.milestones
EVERY_DAY = work_calendar(range(7), {})
MONDAY_TO_FRIDAY = work_calendar(range(5), {})

# A date as its ordinal: PostgreSQL counts the same proleptic Gregorian days as Python.
_MILESTONE_COLUMNS: dict[str, LiteralString] = {
    "id": "m.id",
    "journey_id": "m.journey_id",
    "position": "m.position::int8",
    "state": "array_position(ARRAY['to_come','open','reached','skipped'], m.state::text)::int8 - 1",
    "is_anchor": "(m.anchor <> '' AND m.anchor = j.target_anchor)::int::int8",
    "duration": "m.duration_days::int8",
    "travels": "(m.travel <> '')::int::int8",
    # The days of the week on which the order's lane sails, Monday the lowest bit; 0: any.
    "sails": (
        "CASE WHEN m.travel = 'to_port' THEN COALESCE((SELECT sum(1 << day)"
        " FROM orders_order o JOIN partners_lane l ON l.method = o.delivery_method"
        " AND l.country = o.destination_country, unnest(l.sails_on) AS day"
        " WHERE o.id = j.order_id), 0) ELSE 0 END::int8"
    ),
    "reached": "COALESCE(m.reached_on - DATE '0001-01-01' + 1, 0)::int8",
    "given": "COALESCE(COALESCE(m.expected_on, m.revised_on) - DATE '0001-01-01' + 1, 0)::int8",
    "forecast": "COALESCE(m.forecast_on - DATE '0001-01-01' + 1, 0)::int8",
    "latest": "COALESCE(m.latest_on - DATE '0001-01-01' + 1, 0)::int8",
    "float_days": "m.float_days::int8",
    "is_critical": "m.is_critical::int::int8",
    "was_opened": "(m.opened_at IS NOT NULL)::int::int8",
    "urgency": "m.urgency",
    # The last of these ends production: its goods are there then.
    "ends_production": (
        "(m.stage = 'production')::int::int8 + (m.stage = 'production' AND m.evidence = 'hand'"
        " AND m.state IN ('to_come','open'))::int::int8"
    ),
    # What the plan of the order dates: our own work on its goods until they leave the works.
    "by_plan": (
        "(m.state IN ('to_come','open') AND (m.stage = 'production' OR m.anchor = 'ex_works'"
        " OR m.stage = 'quality' AND NOT m.waits_for IN"
        " ('customer','supplier','factory','third_party')))::int::int8"
    ),
    "by_material": (
        "(m.state IN ('to_come','open') AND m.evidence IN"
        " ('material_expected','material_received') AND m.stage = 'material')::int::int8"
    ),
    "awaits_goods": (
        "(m.evidence = 'material_received' AND m.state IN ('to_come','open'))::int::int8"
    ),
}
# When goods are expected that are meant for the lines of orders, by name or by a purchase: for each
# milestone that waits for them those of the families it names, or of those no other one names.
_SUPPLIES = """
WITH line AS (
  SELECT %(line)s || ':' || id AS demand, order_id FROM orders_line
  WHERE order_id = ANY(%(orders)s::bigint[]) AND NOT is_cancelled
), supply AS (
  SELECT id, due_on, demand, item_id FROM inventory_expectedsupply
  WHERE is_open AND demand = ANY(SELECT demand FROM line)
  UNION ALL
  SELECT e.id, e.due_on, d.demand, e.item_id FROM purchasing_purchaseorderline p
  JOIN inventory_expectedsupply e ON e.id = p.expected_id AND e.is_open AND e.demand = ''
  CROSS JOIN unnest(p.demands) AS d(demand)
  WHERE p.demands && (SELECT array_agg(demand::varchar) FROM line)
), claimed AS (
  SELECT journey_id, array_agg(DISTINCT family) AS codes
  FROM followup_milestone CROSS JOIN unnest(materials) AS named(family)
  WHERE evidence = 'material_received' AND journey_id IN (
    SELECT journey_id FROM followup_milestone WHERE id = ANY(%(waiting)s::bigint[]))
  GROUP BY journey_id
)
SELECT DISTINCT m.id, supply.id, supply.due_on
FROM followup_milestone m
JOIN followup_journey j ON j.id = m.journey_id
JOIN line ON line.order_id = j.order_id
JOIN supply USING (demand)
JOIN catalog_item i ON i.id = supply.item_id
LEFT JOIN catalog_family f ON f.id = i.family_id
LEFT JOIN claimed ON claimed.journey_id = j.id AND m.materials = '{}'
WHERE m.id = ANY(%(waiting)s::bigint[])
  AND CASE WHEN m.materials <> '{}' THEN f.code = ANY(m.materials)
    ELSE COALESCE(NOT f.code = ANY(claimed.codes), true) END
"""
_DEPENDENCY_COLUMNS: dict[str, LiteralString] = {
    "journey_id": "m.journey_id",
    "position": "m.position::int8",
    "after": "d.after::int8",
    "lag": "COALESCE(d.lag, 0)::int8",
}


@dataclass(frozen=True)
class JourneyRow:
    """What a refresh reads of a journey and its order."""

    id: int
    order_id: int
    calendar_id: int | None
    follower_id: int | None
    started_on: dt.date
    target_on: dt.date
    target_anchor: str
    forecast_on: dt.date
    float_days: int
    health: str
    impact_on: dt.date
    chance_of_missing: float
    urgency: float
    value: Decimal
    order_promised_on: dt.date | None
    order_forecast_on: dt.date | None
    order_value: Decimal
    order_merchandiser_id: int | None
    customer_id: int
    number: str
    goods_on: dt.date | None
    goods_by: str
    plan_on: dt.date | None
    plan_material_on: dt.date | None


@dataclass(frozen=True, eq=False)
class Loaded:
    """Journeys, their milestones' columns [N], and the same as the engine's snapshot."""

    journeys: list[JourneyRow]
    columns: dict[str, npt.NDArray[Any]]
    snapshot: Snapshot
    goods: dict[int, tuple[int, GoodsDay]]  # by journey's place, the milestone's and its day
    planned: dict[int, PlanDays]  # by journey's place, when the live plan has its goods


def load(
    order_ids: Sequence[int] | None,
    today: dt.date,
    *,
    lock: bool = True,
    supply_days: Mapping[int, dt.date] | None = None,
) -> Loaded | None:
    """The open journeys of these orders (None: all), locked; None when there are none.

    `supply_days`: as if these expected supplies came on those days.
    """
    journeys = _journeys(order_ids, lock)
    if not journeys:
        return None
    columns = _sorted_milestones([row.id for row in journeys])
    with_steps = set(np.unique(columns["journey_id"]).tolist())
    journeys = [row for row in journeys if row.id in with_steps]
    if not journeys:
        return None
    _await_goods(journeys, columns, supply_days or {})
    goods = _held_goods(journeys, columns)
    columns["not_before"] = np.zeros_like(columns["given"])
    for place, one in goods.values():
        columns["not_before"][place] = one.on.toordinal()
    planned = _by_plan(journeys, columns)
    return Loaded(journeys, columns, _snapshot(journeys, columns, today), goods, planned)


def _by_plan(
    journeys: list[JourneyRow], columns: dict[str, npt.NDArray[Any]]
) -> dict[int, PlanDays]:
    """What the plan dates takes no longer than the plan says: 1 query.

    Material only where nothing says when it comes.
    """
    days = plan_days([row.order_id for row in journeys])
    planned = {
        number: days[row.order_id] for number, row in enumerate(journeys) if row.order_id in days
    }
    columns["planned"] = np.zeros_like(columns["given"])
    if not planned:
        return planned
    size = len(journeys)
    leaves, material = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for number, one in planned.items():
        leaves[number] = one.ready_on.toordinal()
        material[number] = one.material_on.toordinal() if one.material_on else 0
    ids = np.array([row.id for row in journeys], dtype=np.int64)
    journey = np.searchsorted(ids, columns["journey_id"])
    by_material = (columns["by_material"] == 1) & (columns["given"] == 0)
    columns["planned"] = np.where(
        by_material, material[journey], np.where(columns["by_plan"] == 1, leaves[journey], 0)
    )
    return planned


def _held_goods(
    journeys: list[JourneyRow], columns: dict[str, npt.NDArray[Any]]
) -> dict[int, tuple[int, GoodsDay]]:
    """Where the end of production waits for goods that are made too late: 3 queries at most."""
    last: dict[int, int] = {}
    for place in np.flatnonzero(columns["ends_production"]).tolist():
        last[int(columns["journey_id"][place])] = place  # ascending positions: the last stays
    held = {
        number: last[row.id]
        for number, row in enumerate(journeys)
        if row.id in last and columns["ends_production"][last[row.id]] == 2
    }
    if not held:
        return {}
    days = goods_days([journeys[number].order_id for number in held])
    return {
        number: (place, days[journeys[number].order_id])
        for number, place in held.items()
        if journeys[number].order_id in days
    }


def _await_goods(
    journeys: list[JourneyRow],
    columns: dict[str, npt.NDArray[Any]],
    supply_days: Mapping[int, dt.date],
) -> None:
    """Milestones that wait for material are given the day on which the last of it comes.

    1 query, and none where nothing waits for material.
    """
    waiting = np.flatnonzero(columns["awaits_goods"])
    if not waiting.size:
        return
    ids = set(columns["journey_id"][waiting].tolist())
    values = {
        "orders": [row.order_id for row in journeys if row.id in ids],
        "line": "orders.line",
        "waiting": columns["id"][waiting].tolist(),
    }
    last: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SUPPLIES, values)
        for milestone_id, supply_id, due_on in cursor.fetchall():
            day = supply_days.get(supply_id, due_on).toordinal()
            last[milestone_id] = max(last.get(milestone_id, 0), day)
    for place in waiting.tolist():
        day = last.get(int(columns["id"][place]), 0)
        if day:
            columns["given"][place] = day


def _journeys(order_ids: Sequence[int] | None, lock: bool) -> list[JourneyRow]:
    rows = Journey.objects.filter(is_open=True).order_by("pk")
    if order_ids is not None:
        rows = rows.filter(order_id__in=order_ids)
    if lock:
        rows = rows.select_for_update(of=("self",))
    return [
        JourneyRow(*row)
        for row in rows.values_list(
            *("id", "order_id", "calendar_id", "follower_id", "started_on", "target_on"),
            *("target_anchor", "forecast_on", "float_days", "health", "impact_on"),
            *("chance_of_missing", "urgency", "value", "order__promised_on"),
            *("order__forecast_on", "order__total_company", "order__merchandiser_id"),
            *("order__customer_id", "order__number", "goods_on", "goods_by"),
            *("plan_on", "plan_material_on"),
        )
    ]


def _sorted_milestones(journey_ids: Sequence[int]) -> dict[str, npt.NDArray[Any]]:
    columns = _columns(
        _MILESTONE_COLUMNS,
        "followup_milestone m JOIN followup_journey j ON j.id = m.journey_id"
        " WHERE m.journey_id = ANY(%(ids)s)",
        journey_ids,
    )
    order = np.lexsort((columns["position"], columns["journey_id"]))
    return {name: values[order] for name, values in columns.items()}


def _snapshot(
    journeys: list[JourneyRow], columns: dict[str, npt.NDArray[Any]], today: dt.date
) -> Snapshot:
    ids = np.array([row.id for row in journeys], dtype=np.int64)
    journey = np.searchsorted(ids, columns["journey_id"])
    first = np.searchsorted(columns["journey_id"], np.append(ids, ids[-1] + 1))
    owner, source, lag = _dependencies(ids, journey, columns["position"])
    calendars, calendar_of_journey = _calendars(journeys)
    anchor = first[1:] - 1  # without an anchor, the last milestone takes its place
    is_anchor = columns["is_anchor"] == 1
    anchor[journey[is_anchor]] = np.flatnonzero(is_anchor)
    return Snapshot(
        today=today.toordinal(),
        calendars=calendars,
        first=first,
        started=_ordinals([row.started_on for row in journeys]),
        target=_ordinals([row.target_on for row in journeys]),
        anchor=anchor,
        before_first=np.searchsorted(owner, np.arange(journey.size + 1)),
        before=source,
        lag=lag,
        duration=columns["duration"],
        calendar=np.where(columns["travels"] == 1, 0, calendar_of_journey[journey]),
        state=columns["state"],
        reached=columns["reached"],
        given=columns["given"],
        not_before=columns["not_before"],
        planned=columns["planned"],
        sails=columns["sails"],
    )


def _ordinals(days: list[dt.date]) -> Ints:
    return np.array([day.toordinal() for day in days], dtype=np.int64)


def _dependencies(ids: Ints, journey: Ints, position: Ints) -> tuple[Ints, Ints, Ints]:
    """Milestone, milestone before it (both as indices) and lag, in order of the milestones."""
    found = _columns(
        _DEPENDENCY_COLUMNS,
        "followup_milestone m, unnest(m.after, m.lags) AS d(after, lag)"
        " WHERE m.journey_id = ANY(%(ids)s)",
        ids.tolist(),
    )
    width = np.int64(2**16)
    keys = journey * width + position
    of_journey = np.searchsorted(ids, found["journey_id"]) * width
    owner = np.searchsorted(keys, of_journey + found["position"])
    wanted = of_journey + found["after"]
    source = np.searchsorted(keys, wanted)
    if not (keys[source] == wanted).all():
        raise ValueError("a milestone follows one that its journey does not have")
    order = np.argsort(owner, kind="stable")
    return owner[order], source[order], found["lag"][order]


def _calendars(journeys: list[JourneyRow]) -> tuple[list[WorkCalendar], Ints]:
    """Every day first (for goods on their way), Monday to Friday, then those of the catalog."""
    known = catalog.calendars()
    places = {None: 1} | {pk: place for place, pk in enumerate(known, 2)}
    chosen = np.array([places[row.calendar_id] for row in journeys], dtype=np.int64)
    return [EVERY_DAY, MONDAY_TO_FRIDAY, *known.values()], chosen


def _columns(
    columns: Mapping[str, LiteralString], source: LiteralString, ids: Sequence[int]
) -> dict[str, npt.NDArray[Any]]:
    """Columns of numbers of a query, none of them null: one row of arrays, read by numpy.

    One Python object per value would take ten times as long.
    """
    statement = sql.SQL("SELECT {columns} FROM {source}").format(
        columns=sql.SQL(", ").join(
            sql.SQL("array_agg({})").format(sql.SQL(column)) for column in columns.values()
        ),
        source=sql.SQL(source),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection), {"ids": list(ids)})
        # The raw text of each array, {1,2,3}, before psycopg would turn it into a list.
        texts = [cursor.pgresult.get_value(0, place) for place in range(len(columns))]
    return {
        name: np.fromstring(
            (text or b"{}")[1:-1].decode(), np.float64 if name == "urgency" else np.int64, sep=","
        )
        for name, text in zip(columns, texts, strict=True)
    }
