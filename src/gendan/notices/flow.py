"""How fast information flows: working time from an event to its acknowledgement, by department.

The later review of an order asks the same question with `order_id`. What is read or done late
counts when it happens; what is still open is counted beside the figures, not in them.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import get_language

# Duties that ended with their order were neither done nor late: they are in no figure of acting.
_FLOW = """
SELECT
    d.id,
    d.name_en,
    d.name_zh,
    n.fact,
    GROUPING(n.fact),
    count(*),
    count(n.read_at),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY n.read_minutes),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY n.read_minutes),
    count(*) FILTER (WHERE n.must_act AND n.acted_how <> 'ended'),
    count(*) FILTER (WHERE n.acted_at IS NOT NULL AND n.acted_how <> 'ended'),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY n.acted_minutes)
        FILTER (WHERE n.acted_how <> 'ended'),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY n.acted_minutes)
        FILTER (WHERE n.acted_how <> 'ended'),
    count(*) FILTER (WHERE n.read_at IS NULL OR (n.must_act AND n.acted_at IS NULL)),
    count(n.escalated_at),
    GROUPING(d.id)
FROM notices_notice n
LEFT JOIN workforce_person p ON p.user_id = n.user_id
LEFT JOIN workforce_department d ON d.id = p.department_id
WHERE n.at >= %(since)s AND n.at < %(until)s
  AND (%(department)s::bigint IS NULL OR d.id = %(department)s)
  AND (%(fact)s = '' OR n.fact = %(fact)s)
  AND (%(order)s::bigint IS NULL OR n.order_id = %(order)s)
GROUP BY GROUPING SETS ((), (d.id, d.name_en, d.name_zh), (n.fact))
"""


@dataclass(frozen=True)
class Figures:
    """What was told, and how many working minutes it took until it was read and acted on.

    None where there is nothing to measure.
    """

    told: int = 0
    read: int = 0
    read_median: int | None = None
    read_90: int | None = None
    to_act: int = 0
    acted: int = 0
    acted_median: int | None = None
    acted_90: int | None = None
    open: int = 0
    escalated: int = 0


@dataclass(frozen=True)
class DepartmentFlow:
    """The figures of one department; without an id those of people who are in none."""

    department_id: int | None
    name: str
    figures: Figures


@dataclass(frozen=True)
class FactFlow:
    """The figures of one kind of fact."""

    fact: str
    figures: Figures


@dataclass(frozen=True)
class Flow:
    """The whole answer: everything, by department, by kind of fact; the slowest first."""

    total: Figures
    departments: list[DepartmentFlow]
    facts: list[FactFlow]


def information_flow(
    since: dt.datetime,
    until: dt.datetime,
    *,
    department_id: int | None = None,
    fact: str = "",
    order_id: int | None = None,
) -> Flow:
    """The figures of notices given in a period (`until` not included): 1 query."""
    values = {
        "since": since,
        "until": until,
        "department": department_id,
        "fact": fact,
        "order": order_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FLOW, values)
        rows = cursor.fetchall()
    total = Figures()
    departments, facts = [], []
    chinese = (get_language() or "").startswith("zh")
    for pk, name_en, name_zh, kind, without_fact, *numbers, without_department in rows:
        whole: list[Any] = [None if one is None else round(one) for one in numbers]
        figures = Figures(*whole)
        if not without_fact:
            facts.append(FactFlow(kind, figures))
        elif not without_department:
            name = (name_zh or name_en) if chinese else name_en
            departments.append(DepartmentFlow(pk, name or "", figures))
        else:
            total = figures
    departments.sort(key=lambda one: _slowest_first(one.figures))
    facts.sort(key=lambda one: _slowest_first(one.figures))
    return Flow(total, departments, facts)


def _slowest_first(figures: Figures) -> tuple[float, int]:
    slowest = max(figures.acted_90 or 0.0, figures.read_90 or 0.0)
    return -slowest, -figures.told
