"""Writing a plan down: its rows by COPY, so that a million takes seconds."""

from collections.abc import Iterable
from itertools import chain, islice
from typing import Any

from django.db import connection, models

from gendan.planning.calculating import Calculated, Ids
from gendan.planning.finite import Finite
from gendan.planning.finite_rows import operation_rows, schedule_rows, scheduled
from gendan.planning.models import (
    Peg,
    PlanDemand,
    PlanMessage,
    PlannedOrder,
    PlanRun,
    ScheduledOperation,
    ScheduledOrder,
)
from gendan.planning.plan_rows import demand_rows, message_rows, order_rows, peg_rows

# The rows that name others first.
_OF_A_RUN: tuple[type[models.Model], ...] = (
    *(ScheduledOperation, ScheduledOrder, Peg),
    *(PlanMessage, PlannedOrder, PlanDemand),
)
CHUNK = 200_000  # rows of one statement: each stays far below the statement timeout


def write_plan(run: PlanRun, done: Calculated, finite: Finite | None = None) -> None:
    """All rows of a plan, in the present transaction; without a schedule its rows are left out."""
    ids = Ids(
        run=run.pk,
        demands=_next_ids(PlanDemand, len(done.given.asked)),
        orders=_next_ids(PlannedOrder, len(done.plan.orders)),
    )
    _copy(
        PlanDemand,
        "id run_id name order_id line_id item_id quantity needed_on ready_on material_on is_late",
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
        " of_requirement of_supply ready_on instead_of_id",
        peg_rows(done, ids),
    )
    _copy(
        PlanMessage,
        "run_id action item_id order_id expected_id request_id quantity to_quantity day to_day"
        " demand_id parent_id",
        message_rows(done, ids),
    )
    if finite is not None:
        _write_schedule(done, finite, ids)


def _write_schedule(done: Calculated, finite: Finite, ids: Ids) -> None:
    shown = scheduled(done, finite)
    schedule_ids = dict(zip(shown, _next_ids(ScheduledOrder, len(shown)), strict=True))
    _copy(
        ScheduledOrder,
        "id run_id order_id work_order_id item_id quantity needed_on starts_on ends_on"
        " approved_on is_fixed is_late late_days reason bound_center_id bound_item_id",
        schedule_rows(done, finite, ids, schedule_ids),
    )
    _copy(
        ScheduledOperation,
        "run_id scheduled_id place name work_center_id minutes starts_on ends_on",
        operation_rows(finite, ids.run, schedule_ids),
    )


def remove_plans(run_ids: Iterable[int]) -> None:
    """Runs and everything they planned; the rows that name others first."""
    ids = list(run_ids)
    for model in _OF_A_RUN:
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
