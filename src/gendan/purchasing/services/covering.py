"""Requests follow what is ordered and expected for them: one calculation for both ways."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from django.db.models import Q, Sum

from gendan.inventory.models import ExpectedSupply
from gendan.kernel import journal
from gendan.kernel.service import service
from gendan.purchasing.events import PurchaseRequestCovered, PurchaseRequestReopened
from gendan.purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseRequest,
    RequestShare,
)
from gendan.purchasing.services.requesting import about_request, said_of_request

NOTHING = Decimal(0)


@service
def cover_requests(*, expected_ids: Collection[int], by: None = None) -> int:
    """Look again at what is expected for requests: by lines of orders, or with their number.

    A request that is covered in full is ordered; one whose goods will not come is open again.
    Returns how many changed. `expected_ids` empty: all requests that are not cancelled.
    """
    if not expected_ids:
        return cover_again(Q())
    named = ExpectedSupply.objects.filter(pk__in=expected_ids).exclude(reference="")
    shared = RequestShare.objects.filter(line__expected__in=expected_ids)
    return cover_again(Q(number__in=named.values("reference")) | Q(pk__in=shared.values("request")))


def cover_again(which: Q) -> int:
    """Bring these requests into line with orders and expected supplies; how many changed."""
    rows = PurchaseRequest.objects.select_for_update(of=("self",)).exclude(
        state=PurchaseRequest.State.CANCELLED
    )
    requests = list(rows.filter(which).order_by("pk"))
    if not requests:
        return 0
    by_number = _expected_with_number(requests)
    in_orders, by_lines = _standing_in_orders(requests)
    return sum(
        _cover(
            one,
            by_number.get((one.number, one.item_id), NOTHING) + by_lines[one.pk],
            in_orders[one.pk],
        )
        for one in requests
    )


def _expected_with_number(
    requests: Sequence[PurchaseRequest],
) -> dict[tuple[str, int], Decimal]:
    """By number and item: what has come with it as reference, or still will."""
    rows = ExpectedSupply.objects.filter(reference__in=[one.number for one in requests])
    sums = rows.values_list("reference", "item_id").annotate(
        open=Sum("quantity", filter=Q(is_open=True)),
        came=Sum("received", filter=Q(is_open=False)),
    )
    return {
        (reference, item_id): (coming or NOTHING) + (came or NOTHING)
        for reference, item_id, coming, came in sums
    }


def _standing_in_orders(
    requests: Sequence[PurchaseRequest],
) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """By request: what stands in orders, and what of it is expected or has come. 1 query.

    A line that brings less than it was shared out for serves its requests in their order.
    """
    lines = RequestShare.objects.filter(request__in=requests).values("line")
    shares = RequestShare.objects.filter(line__in=lines).select_related(
        "line__expected", "line__order"
    )
    in_orders: dict[int, Decimal] = defaultdict(Decimal)
    covered: dict[int, Decimal] = defaultdict(Decimal)
    left: dict[int, Decimal] = {}
    for share in shares.order_by("line_id", "pk"):
        line = share.line
        if line.pk not in left:
            left[line.pk] = _brings(line)
        part = min(share.quantity, left[line.pk])
        left[line.pk] -= part
        in_orders[share.request_id] += part
        if line.expected_id is not None:
            covered[share.request_id] += part
    return in_orders, covered


def _brings(line: PurchaseOrderLine) -> Decimal:
    """What a line brings in all: nothing more than has come where nothing more is expected."""
    supply = line.expected
    if supply is not None:
        coming: Decimal = supply.quantity if supply.is_open else supply.received
        return coming
    is_dead = line.is_cancelled or line.order.state in (
        PurchaseOrder.State.CANCELLED,
        PurchaseOrder.State.CLOSED,
    )
    whole: Decimal = line.quantity
    return NOTHING if is_dead else whole


def _cover(request: PurchaseRequest, covered: Decimal, in_orders: Decimal) -> bool:
    if (covered, in_orders) == (request.covered, request.in_orders):
        return False
    request.covered, request.in_orders = covered, in_orders
    is_enough = covered >= request.quantity
    if is_enough and request.may("cover_purchase_request"):
        request.step("cover_purchase_request")
        journal.record(
            PurchaseRequestCovered(**said_of_request(request)), about=about_request(request)
        )
    elif not is_enough and request.may("reopen_purchase_request"):
        request.step("reopen_purchase_request")
        journal.record(
            PurchaseRequestReopened(**said_of_request(request)), about=about_request(request)
        )
    request.revision += 1
    request.save(update_fields=["covered", "in_orders", "state", "revision"])
    return True


def requests_of(line_ids: Iterable[int]) -> Q:
    """The requests that lines of orders stand for."""
    return Q(pk__in=RequestShare.objects.filter(line__in=list(line_ids)).values("request"))
