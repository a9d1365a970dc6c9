"""A small workshop for tests of machine schedules: pressed on two presses, then painted."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from gendan.catalog import services as catalog
from gendan.planning import shop_jobs
from gendan.planning.models import SequencedOperation, ShopSequence
from gendan.planning.services import keeping, sequencing
from gendan.production.models import WorkOrder, WorkStep
from gendan.production.services import WorkOrderRow, firm_work_orders, release_work_order
from gendan.testing.make import masters

WEDNESDAY = dt.date(2026, 6, 10)
NEXT_WEEK = dt.date(2026, 6, 19)


def workshop() -> None:
    """RED and BLUE: a minute a piece on one of two presses, half a minute on the paint line.

    The paint line takes 60 minutes from red to blue, 20 the other way.
    """
    masters.calendar()
    masters.items({"RED": {"supply": "make"}, "BLUE": {"supply": "make"}})
    catalog.save_work_centers(
        rows=[
            catalog.WorkCenterRow("PRESS", "Presses", minutes_per_day=960, machines=2),
            catalog.WorkCenterRow("PAINT", "Paint line", minutes_per_day=480),
        ],
        by=None,
    )
    catalog.save_routings(
        rows=[
            catalog.RoutingRow(
                code,
                steps=[
                    catalog.RoutingStepRow(10, "PRESS", "press", run_minutes_per_unit=Decimal(1)),
                    catalog.RoutingStepRow(
                        20,
                        "PAINT",
                        "paint",
                        run_minutes_per_unit=Decimal("0.5"),
                        setup_family=code.lower(),
                    ),
                ],
            )
            for code in ("RED", "BLUE")
        ],
        by=None,
    )
    keeping.save_setup_times(
        rows=[
            keeping.SetupTimeRow("PAINT", "blue", "red", 60),
            keeping.SetupTimeRow("PAINT", "red", "blue", 20),
        ],
        by=None,
    )


def released(item: str, quantity: int, due: dt.date = NEXT_WEEK, **more: Any) -> WorkOrder:
    """A work order the workshop may begin with."""
    start = more.pop("start", WEDNESDAY)
    row = WorkOrderRow(item, Decimal(quantity), start, due, **more)
    order = firm_work_orders(rows=[row], by=None)[0]
    return release_work_order(work_order_id=order.pk, by=None)


def sequenced(**wanted: Any) -> ShopSequence:
    """A proposal, calculated here and now (constructed only, unless `seconds` says otherwise)."""
    sequence = sequencing.sequence_shop(**{"seconds": 0, **wanted}, by=None)
    shop_jobs.calculate_sequence_now(sequence.pk)
    sequence.refresh_from_db()
    return sequence


def adopted(**wanted: Any) -> ShopSequence:
    """A proposal, adopted at once."""
    return sequencing.adopt_sequence(sequence_id=sequenced(**wanted).pk, by=None)


def step(order: WorkOrder, place: int = 0) -> WorkStep:
    """The first, second … operation of a work order."""
    return list(order.steps.order_by("sequence"))[place]


def rows(sequence: ShopSequence) -> list[SequencedOperation]:
    """All of a sequence by work centre, machine and start."""
    found = sequence.operations.select_related("work_center", "work_order__item", "step")
    return list(found.order_by("work_center__code", "machine", "starts_at", "pk"))


def places(sequence: ShopSequence) -> dict[tuple[int, int], tuple[int, dt.datetime]]:
    """By (work order, step number), machine and start."""
    return {
        (one.work_order_id, one.step.sequence): (one.machine, one.starts_at)
        for one in rows(sequence)
    }


def overlaps(found: Sequence[SequencedOperation]) -> list[str]:
    """Pairs that are on one machine at once: slow and obvious."""
    return [
        f"{a} and {b}"
        for n, a in enumerate(found)
        for b in found[n + 1 :]
        if a.machine
        and (a.work_center_id, a.machine) == (b.work_center_id, b.machine)
        and a.starts_at < b.ends_at
        and b.starts_at < a.ends_at
    ]
