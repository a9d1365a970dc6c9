"""API operations of the planning room."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from gendan.api.orders_schemas import OrderRowOut, PromiseOut, ReasonOut, reason_of
from gendan.api.rows import asker
from gendan.kernel.errors import NotThere
from gendan.orders import queries
from gendan.planning import services
from gendan.planning.engines import DEFAULT

router = Router(tags=["planning"])


class PromiseIn(Schema):
    """Which method computes."""

    engine: str = DEFAULT


class PossibleOut(Schema):
    """What could be promised for a line, and why."""

    line_id: int
    earliest_on: dt.date
    ex_works_on: dt.date
    on_board_on: dt.date
    at_door_on: dt.date
    reasons: list[ReasonOut]


# The same address as the verb below: both must stand in one router.
@router.get("/orders/{int:order_id}/promise", response=PromiseOut, operation_id="get_promise")
def get_promise(request: HttpRequest, order_id: int) -> Any:
    """The promise in force, with the reasons of every line."""
    found = queries.promise_in_force(queries.seen_order(order_id, asker(request)))
    if found is None:
        raise NotThere(queries.no_promise_words())
    return found


@router.post("/orders/{int:order_id}/promise", response=OrderRowOut, operation_id="promise_order")
def promise_order(request: HttpRequest, order_id: int, given: PromiseIn) -> Any:
    """Compute the earliest dates of all lines and promise them."""
    seen = queries.seen_order(order_id, asker(request))
    return services.promise_order(order_id=seen, engine=given.engine, by=asker(request))


@router.get(
    "/orders/{int:order_id}/possible-dates",
    response=list[PossibleOut],
    operation_id="list_possible_dates",
)
def list_possible_dates(request: HttpRequest, order_id: int, engine: str = DEFAULT) -> Any:
    """What promise_order would promise, without promising it."""
    seen = queries.seen_order(order_id, asker(request))
    return [
        {
            "line_id": line.line_id,
            "earliest_on": line.earliest_on,
            "ex_works_on": line.promised.ex_works_on,
            "on_board_on": line.promised.on_board_on,
            "at_door_on": line.promised.at_door_on,
            "reasons": [reason_of(reason.as_data()) for reason in line.reasons],
        }
        for line in services.compute_promise(seen, engine).lines
    ]
