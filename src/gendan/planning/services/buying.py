"""The verb that turns proposals of the purchase plan into purchase orders."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel.errors import Invalid
from gendan.kernel.models import User
from gendan.kernel.rows import Problems, refuse_unless_sensible
from gendan.kernel.service import service
from gendan.planning.models import PlannedOrder
from gendan.planning.services.firming import firm_planned_orders
from gendan.purchasing.models import PurchaseOrder, PurchaseRequest
from gendan.purchasing.services import DraftLineRow, DraftOrderRow, draft_purchase_orders
from gendan.sourcing.models import Source

MOST_PROPOSALS = 1000


@dataclass(frozen=True)
class ProposalRow:
    """A line of the purchase plan: an item from a source, for requests and planned orders.

    Without `requested_on` it is the earliest day on which one of them is needed.
    """

    source_id: int
    quantity: Decimal
    request_ids: Sequence[int] = ()
    planned_order_ids: Sequence[int] = ()
    requested_on: dt.date | None = None


@service(gettext_lazy("Order what is proposed"))
def order_proposals(*, rows: Sequence[ProposalRow], by: User | None) -> list[PurchaseOrder]:
    """Write a draft of a purchase order for each supplier and currency: all or none.

    What was planned only is firmed first, so that nothing is bought without a request.
    """
    refuse_unless_sensible(rows)
    if len(rows) > MOST_PROPOSALS:
        raise Invalid(
            _("At most %(most)s proposals are ordered at once.") % {"most": MOST_PROPOSALS},
            field="rows",
        )
    sources = _sources(rows)
    requests = _firmed({pk for row in rows for pk in row.planned_order_ids}, by)
    orders: dict[tuple[str, str, bool], list[DraftLineRow]] = {}
    for row in rows:
        source = sources[row.source_id]
        key = (source.supplier.code, source.currency, source.is_outside_factory)
        orders.setdefault(key, []).append(
            DraftLineRow(
                item=source.item.code,
                quantity=row.quantity,
                requested_on=row.requested_on,
                request_ids=[
                    *row.request_ids,
                    *(requests[pk] for pk in row.planned_order_ids),
                ],
            )
        )
    drafts = [
        DraftOrderRow(supplier=supplier, lines=lines, currency=currency, kind=_kind(is_outside))
        for (supplier, currency, is_outside), lines in orders.items()
    ]
    return draft_purchase_orders(rows=drafts, by=by)


def _kind(is_outside_factory: bool) -> str:
    kinds = PurchaseOrder.Kind
    return str(kinds.SUBCONTRACT if is_outside_factory else kinds.GOODS)


def _sources(rows: Sequence[ProposalRow]) -> dict[int, Source]:
    """The sources the rows name, and what stands in the way of using them: 1 query."""
    ids = {row.source_id for row in rows if 0 < row.source_id < 2**63}
    found = Source.objects.filter(pk__in=ids).select_related("supplier", "item").in_bulk()
    problems = Problems()
    for index, row in enumerate(rows):
        source = found.get(row.source_id)
        if source is None:
            problems.add(index, "source_id", _("This source is no longer on the approved list."))
        elif source.status == Source.Status.PROSPECT:
            problems.add(
                index,
                "source_id",
                _("%(supplier)s is not approved for %(item)s yet; approve it first.")
                % {"supplier": source.supplier, "item": source.item.code},
            )
        elif source.status == Source.Status.BLOCKED:
            problems.add(
                index,
                "source_id",
                _("%(supplier)s is blocked for %(item)s.")
                % {"supplier": source.supplier, "item": source.item.code},
            )
        elif not (row.request_ids or row.planned_order_ids):
            problems.add(index, "request_ids", _("Nothing says what it is bought for."))
    problems.refuse_if_any()
    return found


def _firmed(planned_order_ids: set[int], by: User | None) -> dict[int, int]:
    """Planned orders made requests: planned order id → request id. 1 query besides firming."""
    if not planned_order_ids:
        return {}
    firm_planned_orders(planned_order_ids=sorted(planned_order_ids), by=by)
    made = dict(PlannedOrder.objects.filter(pk__in=planned_order_ids).values_list("pk", "made"))
    ids = dict(PurchaseRequest.objects.filter(number__in=made.values()).values_list("number", "pk"))
    missing = [pk for pk, number in made.items() if number not in ids]
    if missing:
        raise Invalid(_("What is made in our own works is not bought."), field="planned_order_ids")
    return {pk: ids[number] for pk, number in made.items()}
