"""Small factories for the tests of plans: chairs of legs and seats, legs of wood; cut goods."""

import datetime as dt
from decimal import Decimal
from typing import Any

from gendan.kernel import clock
from gendan.orders.models import Order
from gendan.planning import jobs, services
from gendan.planning.models import PlanRun
from gendan.testing.make import masters, orders

MONDAY = dt.date(2026, 3, 2)


def chairs() -> None:
    """CHAIR (made in 3 days) of 4 LEG (made in 2) and 1 SEAT (bought in 10); LEG of 0.5 WOOD."""
    masters.calendar()
    masters.unit("m", step=Decimal("0.001"))
    masters.items(
        {
            "CHAIR": {"supply": "make", "lead_days": 3},
            "LEG": {"supply": "make", "lead_days": 2, "is_sold": False},
            "SEAT": {"supply": "buy", "lead_days": 10, "is_sold": False},
            "WOOD": {"supply": "buy", "lead_days": 5, "unit": "m", "is_sold": False},
        }
    )
    masters.bom("CHAIR", {"LEG": 4, "SEAT": 1})
    masters.bom("LEG", {"WOOD": "0.5"})
    masters.work_center("SAW")
    masters.work_center("ASSEMBLY")
    masters.routing("LEG", ("SAW", 30, "1.5"))
    masters.routing("CHAIR", ("ASSEMBLY", 10, 6))


def cut_goods() -> None:
    """A-1, made at one work centre, ten pieces a day."""
    masters.item("A-1", supply="make")
    masters.work_center("CUT", minutes_per_day=100)
    masters.routing("A-1", ("CUT", 0, 10))


def ordered(quantity: Any = 10, *, day: dt.date | None = None, **head: Any) -> Order:
    """A confirmed order of chairs, ready in our works on a day (in 60 days unless said)."""
    wanted = day or clock.today() + dt.timedelta(days=60)
    line = orders.line("CHAIR", quantity, requested_on=wanted)
    customer = masters.customer()
    return orders.confirmed(customer, [line], incoterm="EXW", **head)


def planned() -> PlanRun:
    """The company planned here and now."""
    run = services.run_plan(by=None)
    jobs.calculate_now(run.pk)
    run.refresh_from_db()
    return run
