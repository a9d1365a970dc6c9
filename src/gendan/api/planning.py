"""API operations of the planning room."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from gendan.api.orders_schemas import OrderRowOut, PromiseOut, ReasonOut, reason_of
from gendan.api.rows import asker
from gendan.kernel.errors import NotThere
from gendan.kernel.money import round_money
from gendan.orders import queries
from gendan.planning import services
from gendan.planning.engines import DEFAULT
from gendan.planning.possible import Choices, possible
from gendan.planning.promise_ways import MOST_OVERTIME
from gendan.planning.queries import no_rush_words

router = Router(tags=["planning"])
Days = Annotated[int | None, Field(ge=0, le=1_000)]
Price = Annotated[Decimal | None, Field(ge=0, lt=10**9, decimal_places=6)]


class PromiseIn(Schema):
    """Which method computes."""

    engine: str = DEFAULT


class HoldIn(Schema):
    """For how many hours."""

    hours: int


class HoldOut(Schema):
    """Until when what is promised is held."""

    order_id: int
    until_at: dt.datetime


class MovedOut(Schema):
    """A line of another order, or one of its deliveries, that would become later; None: never."""

    order: str
    line_id: int
    delivery_id: int | None
    was_on: dt.date
    becomes_on: dt.date | None


class RushOut(Schema):
    """What a rush order would bring: `mark` names this very answer."""

    on: dt.date
    mark: str
    moved: list[MovedOut]


class RushIn(Schema):
    """The answer that was looked at."""

    mark: str


class ChoicesIn(Schema):
    """What may be done besides what is written down, or instead of it, as on the page.

    Overtime in minutes a day of every work centre, working days of another supplier and of an
    outside factory; costs in the company's currency.
    """

    overtime_minutes: Annotated[int | None, Field(ge=0, le=MOST_OVERTIME)] = None
    cost_per_hour: Price = None
    supplier_days: Days = None
    outside_days: Days = None
    outside_price: Price = None


class WayOut(Schema):
    """Another way: when the order is complete then; cost null: not known.

    No other order becomes later by it. `most_on`: the day of 90 in 100 cases; `uncertain`: what
    nobody has agreed to yet (people, second_line, supplier_days, outside_days, customer, space,
    held: goods are released, cost: what it costs).
    """

    kind: str
    about: list[str]
    on: dt.date
    days_won: int
    cost: Decimal | None
    minutes: int
    most_on: dt.date | None
    uncertain: list[str]


class ShareOut(Schema):
    """So much of a line is there by a day, altogether."""

    on: dt.date
    quantity: Decimal


class LinePossibleOut(Schema):
    """A line's earliest date, its odds, and what it contributes per hour where the order waits.

    `promised_on`: the one of the three days it would be promised for that counts by the Incoterm.
    `shares`: how much could be there by when; `split_cost`: what freight costs more if each leaves
    for itself, null: not known or not in parts.
    """

    line_id: int
    earliest_on: dt.date
    promised_on: dt.date
    ex_works_on: dt.date
    on_board_on: dt.date
    at_door_on: dt.date
    half_on: dt.date
    most_on: dt.date
    is_assumed: bool
    own_durations: int
    contribution_per_hour: Decimal | None
    shares: list[ShareOut]
    split_cost: Decimal | None


class UnplacedOut(Schema):
    """A promise to another that no plan can keep; order_id null: no customer's order."""

    order: str
    order_id: int | None
    item: str
    quantity: Decimal
    on: dt.date


class WholePossibleOut(Schema):
    """What could be promised, how else, and which promises to others cannot be kept."""

    complete_on: dt.date | None
    half_on: dt.date | None
    most_on: dt.date | None
    stuck: ReasonOut | None
    bottleneck: str
    lines: list[LinePossibleOut]
    ways: list[WayOut]
    unplaced: list[UnplacedOut]


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
    queries.say_worked_days([found, *found.lines.all()])
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
    computed = services.compute_promise(queries.seen_order(order_id, asker(request)), engine)
    works = computed.snapshot.promise.calendar
    return [
        {
            "line_id": line.line_id,
            "earliest_on": line.earliest_on,
            "ex_works_on": line.promised.shown(works).ex_works_on,
            "on_board_on": line.promised.on_board_on,
            "at_door_on": line.promised.at_door_on,
            "reasons": [reason_of(reason.as_data()) for reason in line.reasons],
        }
        for line in computed.lines
    ]


@router.get(
    "/orders/{int:order_id}/possible",
    response=WholePossibleOut,
    operation_id="get_possible_promise",
)
def get_possible_promise(request: HttpRequest, order_id: int, given: Query[ChoicesIn]) -> Any:
    """What could be promised now with its odds, other ways with date and cost, nothing written."""
    found = possible(queries.seen_order(order_id, asker(request)), Choices(**given.dict()))
    return {
        "complete_on": found.complete_on,
        "half_on": found.half_on,
        "most_on": found.most_on,
        "stuck": None if found.stuck is None else reason_of(found.stuck.as_data()),
        "bottleneck": found.values.centre,
        "lines": [
            {
                "line_id": one.line.pk,
                "earliest_on": one.earliest_on,
                "promised_on": one.promised_on,
                "ex_works_on": one.promised.ex_works_on,
                "on_board_on": one.promised.on_board_on,
                "at_door_on": one.promised.at_door_on,
                "half_on": one.half_on,
                "most_on": one.most_on,
                "is_assumed": one.is_assumed,
                "own_durations": one.seen,
                "contribution_per_hour": _amount(found.values.by_line.get(one.line.pk)),
                "shares": [{"on": on, "quantity": quantity} for on, quantity in one.shares],
                "split_cost": _amount(one.split_cost),
            }
            for one in found.lines
        ],
        "ways": [replace(one, cost=_amount(one.cost)) for one in (*found.ways, *found.freight)],
        "unplaced": found.unplaced,
    }


def _amount(cost: Decimal | None) -> Decimal | None:
    return None if cost is None else round_money(cost, settings.COMPANY_CURRENCY)


@router.post("/orders/{int:order_id}/hold-promise", response=HoldOut, operation_id="hold_promise")
def hold_promise(request: HttpRequest, order_id: int, given: HoldIn) -> Any:
    """Keep the material and minutes of a promised draft for some hours."""
    seen = queries.seen_order(order_id, asker(request))
    return services.hold_promise(order_id=seen, hours=given.hours, by=asker(request))


@router.post(
    "/orders/{int:order_id}/release-promise", response=OrderRowOut, operation_id="release_promise"
)
def release_promise(request: HttpRequest, order_id: int) -> Any:
    """Give back what is held for a draft before its time."""
    seen = queries.seen_order(order_id, asker(request))
    return services.release_promise(order_id=seen, by=asker(request))


@router.get("/orders/{int:order_id}/rush", response=RushOut, operation_id="get_rush")
def get_rush(request: HttpRequest, order_id: int) -> Any:
    """When the order could be complete if it went before all others, and who would move."""
    found = possible(queries.seen_order(order_id, asker(request))).rush
    if found is None:
        raise NotThere(no_rush_words())
    moved = [
        {
            "order": one.line.order.number,
            "line_id": one.line.pk,
            "delivery_id": one.delivery.pk if one.delivery else None,
            "was_on": one.was_on,
            "becomes_on": one.becomes_on,
        }
        for one in found.later
    ]
    return {"on": found.on, "mark": found.mark, "moved": moved}


@router.post("/orders/{int:order_id}/rush", response=OrderRowOut, operation_id="promise_rush")
def promise_rush(request: HttpRequest, order_id: int, given: RushIn) -> Any:
    """Promise the order before all others, and promise those that move anew."""
    seen = queries.seen_order(order_id, asker(request))
    return services.promise_rush(order_id=seen, mark=given.mark, by=asker(request))
