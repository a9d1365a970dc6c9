"""The verbs of the purchasing room: purchase requests made, covered, cancelled."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.inventory.models import ExpectedSupply
from gendan.inventory.services import refuse_odd_day
from gendan.kernel import clock, journal, numbering
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.quantity import read_quantity
from gendan.kernel.row_facts import MOST_NAMED, MOST_REFERRED
from gendan.kernel.rows import Problems, Unusable, refuse_unless_sensible
from gendan.kernel.service import service
from gendan.orders.demands import names_of_lines, refuse_strange_demands
from gendan.purchasing.events import (
    PurchaseRequestCancelled,
    PurchaseRequestCovered,
    PurchaseRequestReopened,
    PurchasesRequested,
)
from gendan.purchasing.models import PurchaseRequest


@dataclass(frozen=True)
class PurchaseRow:
    """Something to be bought: the item by its code; `demands`: order lines ("orders.line:12")."""

    item: str
    quantity: Decimal
    needed_on: dt.date
    order_by_on: dt.date
    demands: Sequence[str] = ()


@service(gettext_lazy("Request purchases"))
def request_purchases(*, rows: Sequence[PurchaseRow], by: User | None) -> list[PurchaseRequest]:
    """Ask the buyers to buy. A fixed number of queries for any number of rows."""
    refuse_unless_sensible(rows)
    codes = {row.item for row in rows}
    items = {one.code: one for one in Item.objects.select_related("unit").filter(code__in=codes)}
    quantities = _checked(rows, items)
    numbers = numbering.draw_many("purchase_request", len(rows))
    now = clock.now()
    made = PurchaseRequest.objects.bulk_create(
        PurchaseRequest(
            number=number,
            item=items[row.item],
            quantity=quantity,
            needed_on=row.needed_on,
            order_by_on=row.order_by_on,
            demands=list(dict.fromkeys(row.demands)),
            made_at=now,
            made_by=by,
        )
        for row, quantity, number in zip(rows, quantities, numbers, strict=True)
    )
    few = len(made) <= MOST_REFERRED
    journal.record(
        PurchasesRequested(
            request_ids=[one.pk for one in made][:MOST_NAMED],
            numbers=numbers[:MOST_NAMED],
            demands=sorted({demand for one in made for demand in one.demands})[:MOST_NAMED],
        ),
        about=["purchasing", *(made if few else [])],
        by=by,
    )
    return made


@service(gettext_lazy("Cancel the purchase request"))
def cancel_purchase_request(*, request_id: int, reason: str, by: User | None) -> PurchaseRequest:
    """It need not be bought."""
    if not reason.strip():
        raise Invalid(_("Say why it is cancelled."), field="reason")
    found = PurchaseRequest.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
    if found is None:
        raise NotThere(_("There is no such purchase request."))
    found.step("cancel_purchase_request")
    found.ended_at, found.end_reason = clock.now(), reason.strip()[:500]
    found.revision += 1
    found.save()
    fact = PurchaseRequestCancelled(**_said(found), reason=found.end_reason)
    journal.record(fact, about=_about(found), by=by)
    return found


@service
def cover_requests(*, expected_ids: Collection[int], by: None = None) -> int:
    """Look again at what is expected with the numbers of requests as reference.

    A request that is covered in full is ordered; one whose goods will not come is open again.
    Returns how many changed. `expected_ids` empty: all requests that are not cancelled.
    """
    rows = PurchaseRequest.objects.select_for_update(of=("self",)).exclude(
        state=PurchaseRequest.State.CANCELLED
    )
    if expected_ids:
        named = ExpectedSupply.objects.filter(pk__in=expected_ids).exclude(reference="")
        rows = rows.filter(number__in=named.values("reference"))
    requests = list(rows.order_by("pk"))
    covered = _covered(requests)
    changed = 0
    for one in requests:
        now = covered.get((one.number, one.item_id), Decimal(0))
        changed += _cover(one, now)
    return changed


def _covered(requests: Sequence[PurchaseRequest]) -> dict[tuple[str, int], Decimal]:
    """By number and item: what has come with it as reference, or still will."""
    if not requests:
        return {}
    rows = ExpectedSupply.objects.filter(reference__in=[one.number for one in requests])
    sums = rows.values_list("reference", "item_id").annotate(
        open=Sum("quantity", filter=Q(is_open=True)),
        came=Sum("received", filter=Q(is_open=False)),
    )
    return {
        (reference, item_id): (coming or Decimal(0)) + (came or Decimal(0))
        for reference, item_id, coming, came in sums
    }


def _cover(request: PurchaseRequest, covered: Decimal) -> bool:
    if covered == request.covered:
        return False
    request.covered = covered
    is_enough = covered >= request.quantity
    if is_enough and request.may("cover_purchase_request"):
        request.step("cover_purchase_request")
        journal.record(PurchaseRequestCovered(**_said(request)), about=_about(request))
    elif not is_enough and request.may("reopen_purchase_request"):
        request.step("reopen_purchase_request")
        journal.record(PurchaseRequestReopened(**_said(request)), about=_about(request))
    request.revision += 1
    request.save(update_fields=["covered", "state", "revision"])
    return True


def _checked(rows: Sequence[PurchaseRow], items: dict[str, Item]) -> list[Decimal]:
    problems = Problems()
    known = names_of_lines(demand for row in rows for demand in row.demands)
    quantities = []
    for index, row in enumerate(rows):
        field = "item"
        try:
            item = items.get(row.item)
            if item is None:
                raise Unusable(_("There is no item called “%(code)s”.") % {"code": row.item[:60]})
            field = "quantity"
            quantities.append(read_quantity(row.quantity, step=item.unit.step))
            field = "needed_on"
            refuse_odd_day(row.needed_on)
            field = "order_by_on"
            refuse_odd_day(row.order_by_on)
            if row.order_by_on > row.needed_on:
                raise Unusable(_("It cannot be ordered after it is needed."))
            field = "demands"
            refuse_strange_demands(row.demands, known)
        except (Unusable, DomainError) as error:
            problems.add(index, field, str(error))
    problems.refuse_if_any()
    return quantities


def _said(request: PurchaseRequest) -> dict[str, Any]:
    return {
        "request_id": request.pk,
        "number": request.number,
        "item_id": request.item_id,
        "demands": request.demands,
    }


def _about(request: PurchaseRequest) -> list[PurchaseRequest | str]:
    return [request, "purchasing", *request.demands]
