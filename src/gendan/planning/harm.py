"""Whom it harms: the late customer orders behind what a plan says is to be done, worst first.

From the order lines that are late down the pegs that come after they are needed: each supply on the
way holds up that line. Of several lines the worst counts: days late times what the line is worth.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from gendan.catalog.queries import exchange_rates
from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.planning.late_lines import late_demands
from gendan.planning.models import Peg, PlanMessage, PlanRun

MOST_LINES = 300  # late lines that are followed: the worst
MOST_NAMED = 400  # supplies that are put first for what they hold up
MOST_LEVELS = 30
NEVER_DAYS = 365  # so many days late counts what nobody can tell the day of
FAR = 100_000  # more than the days any plan looks ahead

Key = tuple[str, int]  # "order", "expected" or "request" and its id


@dataclass(frozen=True, slots=True)
class Harm:
    """A customer order that is late because of a supply; `days` None: nobody can tell how long."""

    order_id: int
    number: str
    days: int | None
    weight: Decimal

    @property
    def rank(self) -> tuple[Decimal, int]:
        """How bad it is: days times value in the company's currency (without a rate one to one)."""
        days = NEVER_DAYS if self.days is None else self.days
        return self.weight * days, days


def harms(run: PlanRun) -> dict[Key, Harm]:
    """By supply the worst it does, the worst supplies first. 3 queries and one a level."""
    by_demand = _late_lines(run)
    found: dict[Key, Harm] = {}
    front = _below(run, "demand", by_demand, "demand__needed_on", found)
    for _level in range(MOST_LEVELS):
        if not front:
            break
        front = _below(run, "parent", front, "parent__release_on", found)
    ranked = sorted(found.items(), key=lambda one: (one[1].rank, one[0]), reverse=True)
    return dict(ranked[:MOST_NAMED])


def _late_lines(run: PlanRun) -> dict[int, Harm]:
    """By demand, the harm of the worst late lines. 2 queries."""
    rows = late_demands(run).filter(line__isnull=False)
    names = (
        *("pk", "order_id", "order__number", "order__currency", "needed_on", "ready_on"),
        *("quantity", "line__quantity", "line__amount"),
    )
    given = list(rows.values_list(*names))
    rates = exchange_rates({row[3] for row in given}, clock.today())
    found = {}
    for pk, order_id, number, currency, needed_on, ready_on, part, whole, amount in given:
        days = max((ready_on - needed_on).days, 1) if ready_on else None
        value = amount * part / whole * rates.get(currency, Decimal(1)) if whole else Decimal(0)
        found[pk] = Harm(order_id, number, days, value)
    worst = sorted(found.items(), key=lambda one: (one[1].rank, one[0]), reverse=True)
    return dict(worst[:MOST_LINES])


def _below(
    run: PlanRun, key: str, above: Mapping[int, Harm], needed: str, found: dict[Key, Harm]
) -> dict[int, Harm]:
    """The planned orders a level below that are new or do worse; notes what is late. 1 query.

    Where nothing is late by its day, all supplies of a late line are: needed before today.
    """
    there = (Peg.Kind.STOCK, Peg.Kind.RESERVED)
    pegs = Peg.objects.filter(run=run, **{f"{key}__in": list(above)}).exclude(kind__in=there)
    columns = (f"{key}_id", needed, "ready_on", "order_id", "expected_id", "request_id")
    rows = list(pegs.values_list(*columns, "order__is_late"))
    late = [row for row in rows if row[6] or row[2] is None or row[2] > row[1]]
    explained = {row[0] for row in late}
    if key == "demand":
        late += [row for row in rows if row[0] not in explained]
    fresh: dict[int, Harm] = {}
    for asking, _needed, _ready, order_id, expected_id, request_id, _is_late in late:
        one = _key(order_id, expected_id, request_id)
        if one is None or (one in found and found[one].rank >= above[asking].rank):
            continue
        found[one] = above[asking]
        if order_id is not None:
            fresh[order_id] = above[asking]
    return fresh


def _key(order_id: int | None, expected_id: int | None, request_id: int | None) -> Key | None:
    for name, pk in (("order", order_id), ("expected", expected_id), ("request", request_id)):
        if pk is not None:
            return name, pk
    return None


def harm_of(message: PlanMessage, found: Mapping[Key, Harm]) -> Harm | None:
    """What the supply a message is about holds up."""
    key = _key(message.order_id, message.expected_id, message.request_id)
    return found.get(key) if key is not None else None


def by_harm(rows: "QuerySet[PlanMessage]", found: Collection[Key]) -> "QuerySet[PlanMessage]":
    """With `urgency`: what holds up the worst first, then by the day."""
    places = [
        Func(
            Value(
                [pk if name == kind else 0 for name, pk in found],
                output_field=ArrayField(BigIntegerField()),
            ),
            F(f"{kind}_id"),
            function="array_position",
            output_field=IntegerField(),
        )
        for kind in ("order", "expected", "request")
    ]
    day: Any = Func(
        F("to_day"),
        template="(%(expressions)s - DATE '2000-01-01')",
        output_field=BigIntegerField(),
    )
    place = Coalesce(*places, len(found) + 1, output_field=BigIntegerField())
    return rows.annotate(urgency=place * FAR + day)


def for_orders(
    rows: "QuerySet[PlanMessage]",
    run: PlanRun,
    *,
    number: str = "",
    merchandiser: User | None = None,
) -> "QuerySet[PlanMessage]":
    """Those about what a customer's order, or a merchandiser's orders, rest on, on all levels."""
    person = merchandiser.pk if merchandiser is not None else None
    below = RawSQL(  # noqa: S611 (a constant)
        _BELOW, [run.pk, person, number, run.pk]
    )
    if merchandiser is not None:
        asked = Q(demand__order__merchandiser=merchandiser)
    else:
        asked = Q(demand__order__number=number)
    return rows.filter(asked | Q(parent__in=below) | Q(order__in=below))


_BELOW = """
WITH RECURSIVE below (id) AS (
  SELECT p.order_id FROM planning_peg p
    JOIN planning_plandemand d ON d.id = p.demand_id
    JOIN orders_order o ON o.id = d.order_id
    WHERE d.run_id = %s AND (o.merchandiser_id = %s OR o.number = %s) AND p.order_id IS NOT NULL
  UNION
  SELECT p.order_id FROM below b JOIN planning_peg p ON p.parent_id = b.id
    WHERE p.run_id = %s AND p.order_id IS NOT NULL)
SELECT id FROM below
"""
