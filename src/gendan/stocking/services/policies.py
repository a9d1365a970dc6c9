"""Verbs of stock policies: saved row by row, and calculated limits taken over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.catalog.services import ItemRow, save_items
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import User
from gendan.kernel.row_facts import MOST_NAMED, MOST_REFERRED, record_saved
from gendan.kernel.rows import Clear, Problems, upsert
from gendan.kernel.service import service
from gendan.stocking.deliveries import deliveries
from gendan.stocking.events import StockPoliciesAdopted, StockPoliciesSaved
from gendan.stocking.models import ItemForecast, StockPolicy
from gendan.stocking.proposals import propose
from gendan.stocking.services.alarms import watch_limits

MOST_ADOPTED = 5000
LONGEST_DAYS = 1000


class NoForecastYet(DomainError):
    """Limits are calculated from a forecast."""


@dataclass(frozen=True)
class PolicyRow:
    """How the stock of an item is kept: the item by its code. `service_percent` 50 to 99.99."""

    item: str
    method: str | None = None
    service: str | None = None
    service_percent: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    reorder_point: Decimal | None = None
    order_quantity: Decimal | None = None
    review_days: int | None = None
    lead_spread_days: Decimal | None = None
    order_cost: Decimal | Clear | None = None
    holding_percent: Decimal | None = None
    uses_forecast: bool | None = None
    remove: bool = False


@service(gettext_lazy("Save stock policies"))
def save_stock_policies(*, rows: Sequence[PolicyRow], by: User | None) -> list[StockPolicy]:
    """Make, change or remove policies; alarms follow at once."""
    saved = upsert(StockPolicy, rows, key=("item",), check=_check)
    for one in saved.changed:
        one.revision += 1
    StockPolicy.objects.bulk_update(saved.changed, ["revision"])
    codes = [row.item for row in rows]
    record_saved(StockPoliciesSaved, saved, room="stocking", codes=codes, by=by)
    if touched := [one.item_id for one in (*saved.made, *saved.changed)]:
        watch_limits(item_ids=touched)
    return saved.objects


def _check(policy: StockPolicy, index: int, problems: Problems) -> None:
    if not 50 <= policy.service_percent < 100:
        words = _("A service level is from 50 to 99.99 percent; no stock serves always.")
        problems.add(index, "service_percent", words)
    for name in ("minimum", "maximum", "reorder_point", "order_quantity"):
        if getattr(policy, name) < 0:
            problems.add(index, name, _("A limit cannot be less than nothing."))
    if 0 < policy.maximum < policy.minimum:
        problems.add(index, "maximum", _("The maximum is below the minimum."))
    if policy.method == StockPolicy.Method.MIN_MAX and policy.minimum and not policy.maximum:
        words = _("Say up to which quantity is ordered, else nothing can be.")
        problems.add(index, "maximum", words)
    for name in ("review_days", "lead_spread_days"):
        if not 0 <= getattr(policy, name) <= LONGEST_DAYS:
            problems.add(index, name, _("So many days cannot be meant."))
    for name in ("order_cost", "holding_percent"):
        value = getattr(policy, name)
        if value is not None and value < 0:
            problems.add(index, name, _("A cost cannot be less than nothing."))


@service(gettext_lazy("Adopt calculated limits"))
def adopt_stock_policies(*, item_ids: Collection[int], by: User | None) -> list[StockPolicy]:
    """Put the limits in force that the forecast asks for; the safety stock goes to the item.

    Items without a policy get the usual one: planned, 95 % of order cycles without shortage.
    """
    ids = sorted(set(item_ids))
    if not ids:
        raise Invalid(_("Choose items first."), field="item_ids")
    if len(ids) > MOST_ADOPTED:
        words = _("At most %(most)s items at once.") % {"most": MOST_ADOPTED}
        raise Invalid(words, field="item_ids")
    items = Item.objects.select_related("unit").in_bulk(ids)
    forecasts = {one.item_id: one for one in ItemForecast.objects.filter(item_id__in=ids)}
    _refuse_without_forecast(ids, items, forecasts)
    missing = set(ids) - set(
        StockPolicy.objects.filter(item_id__in=ids).values_list("item_id", flat=True)
    )
    StockPolicy.objects.bulk_create(
        [StockPolicy(item_id=pk) for pk in sorted(missing)], ignore_conflicts=True
    )
    rows = StockPolicy.objects.select_for_update().filter(item_id__in=ids).order_by("item_id")
    policies = list(rows)
    safety, known = [], deliveries(ids)
    for policy in policies:
        item = items[policy.item_id]
        found = propose(item, policy, forecasts[item.pk], known)
        policy.minimum, policy.maximum = found.minimum, found.maximum
        policy.reorder_point, policy.order_quantity = found.reorder_point, found.order_quantity
        policy.adopted_at = clock.now()
        policy.revision += 1
        safety.append(ItemRow(code=item.code, safety_stock=found.safety))
    columns = ["minimum", "maximum", "reorder_point", "order_quantity", "adopted_at", "revision"]
    StockPolicy.objects.bulk_update(policies, columns)
    save_items(rows=safety, by=by)
    codes = [items[pk].code for pk in ids]
    few = [items[pk] for pk in ids] if len(ids) <= MOST_REFERRED else []
    journal.record(
        StockPoliciesAdopted(codes=codes[:MOST_NAMED], items=len(ids)),
        about=["stocking", *few],
        by=by,
    )
    watch_limits(item_ids=ids)
    return policies


def _refuse_without_forecast(
    ids: Sequence[int], items: dict[int, Item], forecasts: dict[int, ItemForecast]
) -> None:
    if any(pk not in items for pk in ids):
        raise Invalid(_("One of these items does not exist."), field="item_ids")
    without = [items[pk].code for pk in ids if pk not in forecasts]
    if without:
        raise NoForecastYet(
            _("%(items)s: there is no forecast yet to calculate limits from.")
            % {"items": ", ".join(without[:5])},
            items=without[:100],
        )
