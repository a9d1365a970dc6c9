"""API operations of the purchase plan."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema, Status

from gendan.api.rows import Rows, SavedOut, asker, saved
from gendan.kernel import clock
from gendan.planning.buying import planned_purchases
from gendan.planning.services import ProposalRow, order_proposals
from gendan.purchasing.purchase_plan import (
    MOST_NEEDS,
    Alternative,
    PlanLine,
    SplitReason,
    Wanted,
    open_requests,
    plan_purchases,
)
from gendan.sourcing.models.visibility import may_read

router = Router(tags=["purchasing"])


class WantedOut(Schema):
    """What a line is for: a request, or a planned order nobody has firmed; and how much of it."""

    kind: str
    id: int
    quantity: Decimal
    demands: list[str]


class AlternativeOut(Schema):
    """A source with its total cost in the company's currency, part by part."""

    source_id: int
    supplier_id: int
    supplier: str
    quantity: Decimal
    unit_price: Decimal | None
    currency: str
    price: float
    freight: float
    duty: float
    financing: float
    quality: float
    lateness: float
    total: float
    per_used: float
    arrives_on: dt.date
    freight_percent: Decimal
    duty_percent: Decimal
    pay_days: float
    ppm: float | None
    late_days: float | None


class SharedPartOut(Schema):
    """So much from a source, asked for on a day."""

    source_id: int
    supplier: str
    asked_on: dt.date
    quantity: Decimal


class SharedWayOut(Schema):
    """A way to share a need out, and its total cost in the company's currency."""

    parts: list[SharedPartOut]
    total: float
    per_used: float


class SplitOut(Schema):
    """Why a need is shared out: the cheapest source's week is full; the chosen way first."""

    supplier: str
    wanted: Decimal
    capacity: Decimal
    taken: Decimal
    over: Decimal
    ways: list[SharedWayOut]


class PlanLineOut(Schema):
    """A proposal; the first alternative is the one proposed."""

    supplier: str
    currency: str
    order_in_week_of: dt.date
    item_id: int
    item: str
    nominated_by_id: int | None
    quantity: Decimal
    surplus: Decimal
    raised_from: Decimal | None
    needed_on: dt.date
    order_by_on: dt.date
    asked_on: dt.date
    part: int
    split: SplitOut | None
    wanted: list[WantedOut]
    alternatives: list[AlternativeOut]


class OrphanOut(Schema):
    """What nobody may supply; `stopped`: why suppliers were left out."""

    item_id: int
    item: str
    needed_on: dt.date
    quantity: Decimal
    wanted: list[WantedOut]
    stopped: list[str]


class PurchasePlanOut(Schema):
    """Proposals for what is to be ordered until a day."""

    on: dt.date
    lines: list[PlanLineOut]
    orphans: list[OrphanOut]
    without_rate: list[str]


class PlanFilter(Schema):
    """How many weeks ahead, and whether with what is planned only."""

    weeks: int = Field(4, ge=1, le=104)
    planned: bool = False


class ProposalsIn(Schema):
    """Proposals to order."""

    rows: Rows[ProposalRow]


@router.get("/purchase-plan", response=PurchasePlanOut, operation_id="get_purchase_plan")
def get_purchase_plan(request: HttpRequest, given: Query[PlanFilter]) -> Any:
    """What to order where until some weeks ahead, with the alternatives' total costs."""
    if not may_read(asker(request)):
        raise Http404
    until = clock.today() + dt.timedelta(weeks=given.weeks)
    wanted = open_requests(until)
    if given.planned:
        wanted += planned_purchases(until, MOST_NEEDS - len(wanted))
    plan = plan_purchases(wanted)
    return {
        "on": plan.on,
        "lines": [
            _line(line, group.offer.supplier_code, group.offer.currency, group.week_on)
            for group in plan.groups
            for line in group.lines
        ],
        "orphans": [
            {
                "item_id": one.item.pk,
                "item": one.item.code,
                "needed_on": one.needed_on,
                "quantity": one.quantity,
                "wanted": [_wanted(*part) for part in one.wanted],
                "stopped": [words for verdict in one.stopped for words in verdict.reasons],
            }
            for one in plan.orphans
        ],
        "without_rate": list(plan.without_rate),
    }


@router.post("/purchase-plan/orders", response={201: SavedOut}, operation_id="order_proposals")
def order_chosen(request: HttpRequest, given: ProposalsIn) -> Any:
    """Write drafts of purchase orders for proposals: one for each supplier and currency."""
    return Status(201, saved(order_proposals(rows=given.rows, by=asker(request))))


def _line(line: PlanLine, supplier: str, currency: str, week_on: dt.date) -> dict[str, Any]:
    return {
        "supplier": supplier,
        "currency": currency,
        "order_in_week_of": week_on,
        "item_id": line.item.pk,
        "item": line.item.code,
        "nominated_by_id": line.customer.pk if line.customer else None,
        "quantity": line.quantity,
        "surplus": line.surplus,
        "raised_from": line.raised_from,
        "needed_on": line.needed_on,
        "order_by_on": line.order_by_on,
        "asked_on": line.asked_on,
        "part": line.part,
        "split": None if line.split is None else _split(line.split),
        "wanted": [_wanted(*part) for part in line.wanted],
        "alternatives": [_alternative(one) for one in line.alternatives],
    }


def _split(split: SplitReason) -> dict[str, Any]:
    return {
        "supplier": split.offer.supplier_code,
        "wanted": split.wanted,
        "capacity": split.capacity,
        "taken": split.taken,
        "over": split.over,
        "ways": [
            {
                "parts": [
                    {
                        "source_id": offer.source_id,
                        "supplier": offer.supplier_code,
                        "asked_on": on,
                        "quantity": quantity,
                    }
                    for offer, on, quantity in way.parts
                ],
                "total": way.total,
                "per_used": way.per_used,
            }
            for way in split.ways
        ],
    }


def _wanted(one: Wanted, part: Decimal) -> dict[str, Any]:
    return {"kind": one.kind, "id": one.pk, "quantity": part, "demands": list(one.demands)}


def _alternative(one: Alternative) -> dict[str, Any]:
    cost = one.cost
    return {
        "source_id": one.offer.source_id,
        "supplier_id": one.offer.supplier_id,
        "supplier": one.offer.supplier_code,
        "quantity": one.quantity,
        "unit_price": one.unit_price,
        "currency": one.offer.currency,
        "price": cost.price,
        "freight": cost.freight,
        "duty": cost.duty,
        "financing": cost.financing,
        "quality": cost.quality,
        "lateness": cost.lateness,
        "total": cost.total,
        "per_used": cost.per_used,
        "arrives_on": one.arrives_on,
        "freight_percent": one.freight_percent,
        "duty_percent": one.duty_percent,
        "pay_days": one.pay_days,
        "ppm": one.ppm,
        "late_days": one.late_days,
    }
