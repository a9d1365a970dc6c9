"""The verb for suppliers' prices: breaks by quantity, each valid from a day until a day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from babel.numbers import is_currency
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import (
    Clear,
    Problems,
    Saved,
    Unusable,
    cleaner_of,
    refuse_unless_sensible,
)
from gendan.kernel.service import service
from gendan.sourcing.events import SourcePricesSaved
from gendan.sourcing.models import Source, SourcePrice

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class SourcePriceRow:
    """A price of an item at a supplier (both codes), from a quantity and a day upward.

    Without `currency` it is the source's.
    """

    supplier: str
    item: str
    valid_from_on: dt.date
    from_quantity: Decimal = Decimal(0)
    price: Decimal | None = None
    currency: str | None = None
    valid_until_on: dt.date | Clear | None = None
    remove: bool = False


@service(gettext_lazy("Save suppliers' prices"))
def save_source_prices(*, rows: Sequence[SourcePriceRow], by: User | None) -> list[SourcePrice]:
    """Make, change or remove prices: 2 queries to read and up to 3 to write.

    A price that begins later ends the one of the same quantity before it, on the day before.
    """
    refuse_unless_sensible(rows)
    problems = Problems()
    book = _Book(rows)
    for index, row in enumerate(rows):
        try:
            book.take(row)
        except _Wrong as wrong:
            problems.add(index, wrong.field, str(wrong))
    problems.refuse_if_any()
    saved = book.write()
    sources = {one.pk: one for one in book.sources.values()}
    suppliers = {sources[one.source_id].supplier_id for one in saved.touched}
    about = [f"partners.partner:{pk}" for pk in sorted(suppliers)]
    codes = [row.item for row in rows]
    record_saved(SourcePricesSaved, saved, room="sourcing", codes=codes, about=about, by=by)
    return saved.objects


class _Wrong(Exception):
    """A value of a row that cannot be taken."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class _Book:
    """The prices that stand, while rows are put into them one by one."""

    def __init__(self, rows: Sequence[SourcePriceRow]) -> None:
        found = (
            Source.objects.select_for_update(of=("self",))
            .filter(
                supplier__code__in={row.supplier.strip() for row in rows},
                item__code__in={row.item.strip() for row in rows},
            )
            .select_related("supplier", "item")
            .order_by("pk")
        )
        self.sources = {(one.supplier.code, one.item.code): one for one in found}
        # By source and quantity, then by first day.
        self.standing: dict[tuple[int, Decimal], dict[dt.date, SourcePrice]] = defaultdict(dict)
        ids = [one.pk for one in self.sources.values()]
        for price in SourcePrice.objects.filter(source_id__in=ids):
            self.standing[price.source_id, price.from_quantity][price.valid_from_on] = price
        self.before = {
            price.pk: _content(price) for same in self.standing.values() for price in same.values()
        }
        self.given: list[SourcePrice] = []
        self.seen: set[tuple[int, Decimal, dt.date]] = set()
        self.removed: list[SourcePrice] = []

    def take(self, row: SourcePriceRow) -> None:
        """Put one row in, or raise _Wrong."""
        source = self.sources.get((row.supplier.strip(), row.item.strip()))
        if source is None:
            words = _("%(supplier)s is not on the approved list of %(item)s.")
            raise _Wrong("supplier", words % {"supplier": row.supplier[:60], "item": row.item[:60]})
        start: dt.date = _clean("valid_from_on", row.valid_from_on)
        quantity: Decimal = _clean("from_quantity", row.from_quantity)
        if (source.pk, quantity, start) in self.seen:
            raise _Wrong("from_quantity", _("The same price stands twice."))
        self.seen.add((source.pk, quantity, start))
        same = self.standing[source.pk, quantity]
        found = same.get(start)
        if row.remove:
            if found is None:
                raise _Wrong("valid_from_on", _("There is nothing to remove here."))
            self.removed.append(same.pop(start))
            return
        price = found or SourcePrice(
            source=source, from_quantity=quantity, valid_from_on=start, currency=source.currency
        )
        _fill(price, row)
        if found is None:
            _end_the_one_before(price, same)
            same[start] = price
        _refuse_overlap(same)
        self.given.append(price)

    def write(self) -> Saved[SourcePrice]:
        """Write what is different."""
        left = [price for same in self.standing.values() for price in same.values()]
        made = [price for price in left if price.pk is None]
        changed = [price for price in left if price.pk and _content(price) != self.before[price.pk]]
        if self.removed:
            SourcePrice.objects.filter(pk__in=[one.pk for one in self.removed]).delete()
        if changed:
            SourcePrice.objects.bulk_update(changed, ["price", "currency", "valid_until_on"])
        SourcePrice.objects.bulk_create(made)
        return Saved(self.given, made, changed, self.removed)


def _fill(price: SourcePrice, row: SourcePriceRow) -> None:
    if row.price is not None:
        price.price = _clean("price", row.price)
    if price.price is None:
        raise _Wrong("price", _("This is needed for a new entry."))
    if price.price <= 0:
        raise _Wrong("price", _("A price must be more than zero."))
    if row.currency:
        price.currency = _clean("currency", row.currency)
    if not is_currency(price.currency, locale="en"):
        raise _Wrong("currency", _("A currency is given by its three letters: USD, EUR, CNY."))
    if row.valid_until_on is not None:
        price.valid_until_on = _clean("valid_until_on", row.valid_until_on)
    if price.valid_until_on and price.valid_until_on < price.valid_from_on:
        raise _Wrong("valid_until_on", _("The price would end before it begins."))


def _end_the_one_before(price: SourcePrice, same: dict[dt.date, SourcePrice]) -> None:
    """What held until now holds until the day before the new price."""
    earlier = [day for day in same if day < price.valid_from_on]
    if not earlier:
        return
    last = same[max(earlier)]
    if last.valid_until_on is None or last.valid_until_on >= price.valid_from_on:
        last.valid_until_on = price.valid_from_on - ONE_DAY


def _refuse_overlap(same: dict[dt.date, SourcePrice]) -> None:
    days = sorted(same)
    for day, after in pairwise(days):
        until = same[day].valid_until_on
        if until is None or until >= after:
            raise _Wrong(
                "valid_until_on",
                _("From %(day)s on another price holds for this quantity; end this one before.")
                % {"day": after.isoformat()},
            )


def _clean(name: str, value: object) -> Any:
    try:
        clean = cleaner_of(SourcePrice._meta.get_field(name))(value)
    except (Unusable, DomainError) as wrong:
        raise _Wrong(name, str(wrong)) from None
    if clean is None and name != "valid_until_on":
        raise _Wrong(name, _("This may not be empty."))
    return clean


def _content(price: SourcePrice) -> tuple[object, ...]:
    return (price.price, price.currency, price.valid_until_on)
