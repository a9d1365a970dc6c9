"""Verbs for the approved list and the days suppliers do not work."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import is_currency
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Clear, Problems, Saved, upsert
from gendan.kernel.service import service
from gendan.partners.models import Partner
from gendan.sourcing.events import ClosingsSaved, SourcesSaved
from gendan.sourcing.models import Source, SupplierClosing

LONGEST_CLOSING_DAYS = 120


@dataclass(frozen=True)
class SourceRow:
    """A supplier (its code) who may supply an item (its code); `nominated_by` is a customer.

    A new source without `currency` has the supplier's.
    """

    supplier: str
    item: str
    status: str | None = None
    rank: int | None = None
    supplier_item_code: str | None = None
    lead_days: int | Clear | None = None
    minimum: Decimal | None = None
    multiple: Decimal | None = None
    weekly_capacity: Decimal | Clear | None = None
    currency: str | None = None
    freight_percent: Decimal | Clear | None = None
    duty_percent: Decimal | Clear | None = None
    nominated_by: str | None = None
    is_outside_factory: bool | None = None
    skips_inspection: bool | None = None
    remark: str | None = None
    remove: bool = False


@dataclass(frozen=True)
class ClosingRow:
    """Days (both included) on which a supplier does not work."""

    supplier: str
    first_on: dt.date
    last_on: dt.date | None = None
    reason: str | None = None
    remove: bool = False


@service(gettext_lazy("Save the approved list"))
def save_sources(*, rows: Sequence[SourceRow], by: User | None) -> list[Source]:
    """Say which supplier may supply which item, or change it: a fixed number of queries."""
    codes = {row.supplier for row in rows} | {row.nominated_by or "" for row in rows}
    partners = {one.pk: one for one in Partner.objects.filter(code__in=codes)}

    def check(one: Source, index: int, problems: Problems) -> None:
        supplier = partners[one.supplier_id]
        if not supplier.is_supplier:
            problems.add(index, "supplier", _("This company is no supplier."))
        if not one.currency:
            one.currency = supplier.currency
        if not is_currency(one.currency, locale="en"):
            problems.add(
                index, "currency", _("A currency is given by its three letters: USD, EUR, CNY.")
            )
        if one.rank < 1:
            problems.add(index, "rank", _("Ranks begin with 1, who is asked first."))
        if one.weekly_capacity is not None and one.weekly_capacity <= 0:
            problems.add(index, "weekly_capacity", _("A quantity must be more than zero."))
        nominated = one.nominated_by_id
        if nominated in partners and not partners[nominated].is_customer:
            problems.add(index, "nominated_by", _("Suppliers are nominated by customers."))

    saved = upsert(Source, rows, key=("supplier", "item"), check=check, always=("currency",))
    about = sorted({f"partners.partner:{one.supplier_id}" for one in saved.touched})
    codes_of_items = [row.item for row in rows]
    record_saved(SourcesSaved, saved, room="sourcing", codes=codes_of_items, about=about, by=by)
    return saved.objects


def record_prospects(made: Sequence[Source], by: User | None) -> None:
    """Tell that sources were made which nobody has approved yet."""
    if not made:
        return
    about = sorted({f"partners.partner:{one.supplier_id}" for one in made})
    codes = [one.item.code for one in made]
    saved = Saved(list(made), list(made), [], [])
    record_saved(SourcesSaved, saved, room="sourcing", codes=codes, about=about, by=by)


@service(gettext_lazy("Save suppliers' closing days"))
def save_supplier_closings(*, rows: Sequence[ClosingRow], by: User | None) -> list[SupplierClosing]:
    """Write down when suppliers do not work; their lead times are longer over those days."""
    codes = {row.supplier for row in rows}
    selling = set(
        Partner.objects.filter(code__in=codes, is_supplier=True).values_list("pk", flat=True)
    )

    def check(one: SupplierClosing, index: int, problems: Problems) -> None:
        if one.supplier_id not in selling:
            problems.add(index, "supplier", _("This company is no supplier."))
        if one.last_on < one.first_on:
            problems.add(index, "last_on", _("The last day is before the first."))
        elif (one.last_on - one.first_on).days >= LONGEST_CLOSING_DAYS:
            problems.add(
                index,
                "last_on",
                _("A supplier closed for more than %(most)s days is no supplier: block it.")
                % {"most": LONGEST_CLOSING_DAYS},
            )

    saved = upsert(SupplierClosing, rows, key=("supplier", "first_on"), check=check)
    about = sorted({f"partners.partner:{one.supplier_id}" for one in saved.touched})
    named = [row.supplier for row in rows]
    record_saved(ClosingsSaved, saved, room="sourcing", codes=named, about=about, by=by)
    return saved.objects
