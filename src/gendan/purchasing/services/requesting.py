"""Purchase requests: asked for, and cancelled."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.inventory.services import refuse_odd_day
from gendan.kernel import clock, journal, numbering
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.quantity import read_quantity
from gendan.kernel.row_facts import MOST_NAMED, MOST_REFERRED
from gendan.kernel.rows import Problems, refuse_unless_sensible
from gendan.kernel.service import service
from gendan.orders.demands import names_of_lines, refuse_strange_demands
from gendan.purchasing.events import PurchaseRequestCancelled, PurchasesRequested
from gendan.purchasing.models import PurchaseRequest


class RequestIsOrdered(DomainError):
    """A request that stands in a purchase order."""


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
    if found.in_orders > 0:
        raise RequestIsOrdered(
            _("%(quantity)s of it stand in purchase orders; cancel those lines first.")
            % {"quantity": f"{found.in_orders.normalize():f}"}
        )
    found.step("cancel_purchase_request")
    found.ended_at, found.end_reason = clock.now(), reason.strip()[:500]
    found.revision += 1
    found.save()
    fact = PurchaseRequestCancelled(**said_of_request(found), reason=found.end_reason)
    journal.record(fact, about=about_request(found), by=by)
    return found


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


def said_of_request(request: PurchaseRequest) -> dict[str, Any]:
    """What every fact about a request says."""
    return {
        "request_id": request.pk,
        "number": request.number,
        "item_id": request.item_id,
        "demands": request.demands,
    }


def about_request(request: PurchaseRequest) -> list[PurchaseRequest | str]:
    """Where facts about a request are shown."""
    return [request, "purchasing", *request.demands]
