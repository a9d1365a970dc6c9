"""The verb that orders what is at its reorder point: purchases and works for the stock."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.catalog.queries import calendar
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import User
from gendan.kernel.row_facts import MOST_REFERRED
from gendan.kernel.service import service
from gendan.production.services import WorkOrderRow, firm_work_orders
from gendan.purchasing.services import PurchaseRow, request_purchases
from gendan.sourcing.lead_times import lead_times
from gendan.stocking.events import ReordersAsked
from gendan.stocking.models import StockPolicy
from gendan.stocking.queries import Reorder, reorders

MOST_REORDERED = 1000


class NothingToReorder(DomainError):
    """An item's stock and what comes are above its reorder point."""


@service(gettext_lazy("Order what is at its limit"))
def request_reorders(*, item_ids: Collection[int], by: User | None) -> ReordersAsked:
    """Ask for the quantities that bring these items back to their limits, for the stock.

    Looked at again under a lock: two at once, or one twice, order once. What is bought becomes
    purchase requests, what is made work orders; neither is for an order line.
    """
    ids = sorted(set(item_ids))
    if not ids:
        raise Invalid(_("Choose items first."), field="item_ids")
    if len(ids) > MOST_REORDERED:
        words = _("At most %(most)s items at once.") % {"most": MOST_REORDERED}
        raise Invalid(words, field="item_ids")
    rows = StockPolicy.objects.select_for_update().filter(item_id__in=ids).order_by("item_id")
    list(rows.values_list("pk"))
    found = {one.policy.item_id: one for one in reorders(ids)}
    _refuse_what_has_enough(ids, found)
    today = clock.today()
    times = lead_times(today, calendar(None), ids)
    bought = [one for one in found.values() if one.policy.item.supply != Item.Supply.MAKE]
    made = [one for one in found.values() if one.policy.item.supply == Item.Supply.MAKE]
    requests = (
        request_purchases(
            rows=[
                PurchaseRow(
                    *(one.code, one.quantity),
                    needed_on=_due(one, today, times.of_item(one.policy.item)),
                    order_by_on=today,
                )
                for one in bought
            ],
            by=by,
        )
        if bought
        else []
    )
    works = (
        firm_work_orders(
            rows=[
                WorkOrderRow(
                    *(one.code, one.quantity),
                    starts_on=today,
                    due_on=_due(one, today, one.policy.item.lead_days),
                )
                for one in made
            ],
            by=by,
        )
        if made
        else []
    )
    fact = ReordersAsked(
        codes=[one.code for one in found.values()],
        purchase_requests=[one.number for one in requests],
        work_orders=[one.number for one in works],
    )
    journal.record(fact, about=_about(*requests, *works), by=by)
    return fact


def _about(*papers: Model) -> list[Model | str]:
    return ["stocking", *papers[:MOST_REFERRED]]


def _due(one: Reorder, today: dt.date, days: int) -> dt.date:
    """A lead time from today on."""
    return calendar(None).add_days(today, days)


def _refuse_what_has_enough(ids: Collection[int], found: dict[int, Reorder]) -> None:
    enough = [pk for pk in ids if pk not in found]
    if enough:
        codes = Item.objects.filter(pk__in=enough).order_by("code").values_list("code", flat=True)
        named = ", ".join(codes[:5])
        raise NothingToReorder(
            _("%(items)s: not to be ordered now; its stock and what comes are above its limit.")
            % {"items": named or str(enough[0])}
        )
