"""What stands in the way of firming: work orders and requests that are for the same already."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from gendan.kernel.errors import DomainError
from gendan.orders.demands import line_id_of, line_ids_of
from gendan.orders.models import Line
from gendan.planning.models import Peg, PlannedOrder
from gendan.planning.tracing import lines_of_work_orders, lines_served
from gendan.production.models import WorkOrder
from gendan.production.queries import COMPONENT
from gendan.purchasing.models import PurchaseRequest


class MadeAlready(DomainError):
    """An open work order or request is for the same lines: their goods would be had twice."""


class NotInThePlan(DomainError):
    """An open work order or request that was made since the plan was calculated."""


def refuse_what_is_there(
    orders: Sequence[PlannedOrder], served: Mapping[int, Sequence[str]]
) -> None:
    """Refuse planned orders of one run whose goods would be had twice; what is there is named.

    Twice are those a work order or purchase request was made for already, where the plan counts on
    that one for others now, or for nobody; and those of an item for which one was made since the
    plan was calculated, so that it knows nothing of it.
    """
    if not orders:
        return
    # What was firmed of this very plan stands beside what is left of it.
    siblings = PlannedOrder.objects.filter(run=orders[0].run_id, state="firmed").values("made")
    items = {one.item_id for one in orders}
    works = WorkOrder.objects.filter(item__in=items, state__in=WorkOrder.OPEN)
    requests = PurchaseRequest.objects.filter(item__in=items, state=PurchaseRequest.State.OPEN)
    works, requests = works.exclude(number__in=siblings), requests.exclude(number__in=siblings)
    wanted = _wanted(orders, served)
    names = sorted({name for one in wanted.values() for name in one})
    if names:
        made = list(works.filter(demands__overlap=names).select_related("item").order_by("pk"))
        _refuse(orders, wanted, made, lines_of_work_orders(one.pk for one in made))
        asked = list(requests.filter(demands__overlap=names).select_related("item").order_by("pk"))
        _refuse(orders, wanted, asked, _lines_of_requests([one.pk for one in asked]))
    _refuse_newer(orders[0], [*works.select_related("item"), *requests.select_related("item")])


def _refuse(
    orders: Sequence[PlannedOrder],
    wanted: Mapping[int, set[str]],
    there: Iterable[WorkOrder | PurchaseRequest],
    now: Mapping[int, set[str]],
) -> None:
    """`wanted`: by order the lines it is for; `now`: by the id of what is there the lines that the
    plan counts on it for."""
    for order in orders:
        for one in there:
            lost = (wanted[order.pk] & set(one.demands)) - now.get(one.pk, set())
            if one.item_id == order.item_id and lost:
                raise _already(one, lost)


def _already(one: WorkOrder | PurchaseRequest, lost: Collection[str]) -> MadeAlready:
    line = Line.objects.select_related("order").get(pk=min(line_ids_of(lost)))
    values = {"number": one.number, "item": one.item.code, "order": line.order.number}
    if isinstance(one, WorkOrder):
        return MadeAlready(
            _(
                "%(number)s was firmed to make %(item)s for %(order)s already; this plan does"
                " not count on it for that. Move or cancel it, or firm once more even so."
            )
            % values
        )
    return MadeAlready(
        _(
            "%(number)s was made to buy %(item)s for %(order)s already; this plan does not count"
            " on it for that. Order or cancel it, or firm once more even so."
        )
        % values
    )


def _lines_of_requests(ids: Collection[int]) -> dict[int, set[str]]:
    """By request the demands of order lines that the live plan counts on it for."""
    rows = list(
        Peg.objects.filter(run__is_live=True, request__in=ids).values_list(
            "request_id", "parent_id", "demand__name"
        )
    )
    parents = {parent for _request, parent, _name in rows if parent is not None}
    through = lines_served(PlannedOrder.objects.filter(pk__in=parents)) if parents else {}
    found: dict[int, set[str]] = defaultdict(set)
    for request_id, parent_id, name in rows:
        found[request_id] |= {name} if name else set()
        found[request_id] |= set(through.get(parent_id, ()))
    _add_through_works(found)
    return found


def _wanted(
    orders: Sequence[PlannedOrder], served: Mapping[int, Sequence[str]]
) -> dict[int, set[str]]:
    """By order the lines it is for, those among them whose work order waits for it, too."""
    found = {one.pk: set(served.get(one.pk, ())) for one in orders}
    parts = Peg.objects.filter(order__in=list(found), demand__name__startswith=COMPONENT)
    for order_id, name in parts.values_list("order_id", "demand__name"):
        found[order_id or 0].add(name or "")
    _add_through_works(found)
    return {
        pk: {one for one in names if line_id_of(one) is not None} for pk, names in found.items()
    }


def _add_through_works(found: Mapping[int, set[str]]) -> None:
    """Besides components of work orders the lines those work orders are for."""
    owners = _owners({name for names in found.values() for name in names})
    above = lines_of_work_orders(set(owners.values())) if owners else {}
    for names in found.values():
        names |= {line for name in list(names) for line in above.get(owners.get(name, 0), ())}


def _owners(names: Iterable[str]) -> dict[str, int]:
    """By name of a component of a work order the work order."""
    parts = {}
    for name in names:
        digits = name.removeprefix(COMPONENT)
        if name.startswith(COMPONENT) and digits.isdecimal():
            parts[int(digits)] = name
    rows = WorkOrder.objects.filter(components__in=list(parts)).values_list("components", "pk")
    return {parts[part]: pk for part, pk in rows if part in parts}


def _refuse_newer(order: PlannedOrder, there: Sequence[WorkOrder | PurchaseRequest]) -> None:
    """What was made since the plan was taken up and is counted on by none of its orders."""
    run = order.run
    if run.started_at is None:
        return
    newer = [one for one in there if one.made_at > run.started_at]
    if not newer:
        return
    expected = [one.expected_id for one in newer if isinstance(one, WorkOrder)]
    requests = [one.pk for one in newer if isinstance(one, PurchaseRequest)]
    pegs = Peg.objects.filter(run=run)
    works = set(pegs.filter(expected__in=expected).values_list("expected_id", flat=True))
    asked = set(pegs.filter(request__in=requests).values_list("request_id", flat=True))
    for one in newer:
        is_known = one.expected_id in works if isinstance(one, WorkOrder) else one.pk in asked
        if not is_known:
            raise NotInThePlan(
                _(
                    "%(number)s of %(item)s was made after this plan was calculated, which does not"
                    " know of it. Plan again first, or firm even so."
                )
                % {"number": one.number, "item": one.item.code}
            )
