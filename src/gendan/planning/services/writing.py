"""Writing a plan down: its rows by COPY, so that a million takes seconds."""

from collections.abc import Iterable
from itertools import chain, islice
from typing import Any

from django.db import connection, models

from gendan.planning.calculating import (
    Calculated,
    Ids,
    demand_rows,
    message_rows,
    order_rows,
    peg_rows,
)
from gendan.planning.models import Peg, PlanDemand, PlanMessage, PlannedOrder, PlanRun

CHUNK = 200_000  # rows of one statement: each stays far below the statement timeout


def write_plan(run: PlanRun, done: Calculated) -> None:
    """All rows of a plan, in the present transaction."""
    ids = Ids(
        run=run.pk,
        demands=_next_ids(PlanDemand, len(done.given.asked)),
        orders=_next_ids(PlannedOrder, len(done.plan.orders)),
    )
    _copy(
        PlanDemand,
        "id run_id name order_id line_id item_id quantity needed_on ready_on is_late",
        demand_rows(done, ids),
    )
    _copy(
        PlannedOrder,
        "id run_id item_id kind state quantity release_on due_on ready_on is_late made",
        order_rows(done, ids),
    )
    _copy(
        Peg,
        "run_id item_id demand_id parent_id kind order_id expected_id request_id quantity"
        " of_requirement of_supply ready_on",
        peg_rows(done, ids),
    )
    _copy(
        PlanMessage,
        "run_id action item_id order_id expected_id request_id quantity to_quantity day to_day"
        " demand_id parent_id",
        message_rows(done, ids),
    )


def remove_plans(run_ids: Iterable[int]) -> None:
    """Runs and everything they planned; the rows that name others first."""
    ids = list(run_ids)
    for model in (Peg, PlanMessage, PlannedOrder, PlanDemand):
        rows: Any = model._default_manager.filter(run__in=ids)
        rows._raw_delete(rows.db)
    PlanRun.objects.filter(pk__in=ids).delete()


def _next_ids(model: type[models.Model], count: int) -> list[int]:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _copy(model: type[models.Model], columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns.split())
    statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
    waiting = iter(rows)
    with connection.cursor() as cursor:
        for first in waiting:
            with cursor.copy(statement) as copy:
                for row in chain([first], islice(waiting, CHUNK - 1)):
                    copy.write_row(row)
