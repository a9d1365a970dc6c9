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

from gendan.catalog.models import Item
from gendan.kernel.cleaners import Unusable, cleaner_of
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Clear, Problems, Saved, refuse_unless_sensible
from gendan.kernel.service import service
from gendan.partners.models import Partner
from gendan.sourcing.events import SourcePricesSaved
from gendan.sourcing.models import Source, SourcePrice
from gendan.sourcing.services.sources import record_prospects

ONE_DAY = dt.timedelta(days=1)
Pair = tuple[str, str]  # a supplier's code and an item's


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
    """Make, change or remove prices: 2 queries to read, up to 3 to write, up to 4 for new sources.

    A price that begins later ends the one of the same quantity before it, on the day before. The
    price of a supplier nobody has approved for the item is kept to compare: the source it stands
    under is "not approved yet", and nothing is bought there.
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
    record_prospects(book.prospects, by)
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
        self.sources = _sources(rows)
        self.prospects: list[Source] = []
        self._read_what_is_missing(rows)
        # By source and quantity, then by first day.
        self.standing: dict[tuple[Pair, Decimal], dict[dt.date, SourcePrice]] = defaultdict(dict)
        pair_of = {one.pk: pair for pair, one in self.sources.items()}
        ids = [one.pk for one in self.sources.values()]
        for price in SourcePrice.objects.filter(source_id__in=ids):
            pair = pair_of[price.source_id]
            self.standing[pair, price.from_quantity][price.valid_from_on] = price
        self.before = {
            price.pk: _content(price) for same in self.standing.values() for price in same.values()
        }
        self.given: list[SourcePrice] = []
        self.seen: set[tuple[Pair, Decimal, dt.date]] = set()
        self.removed: list[SourcePrice] = []

    def take(self, row: SourcePriceRow) -> None:
        """Put one row in, or raise _Wrong."""
        source = self._source(row)
        start: dt.date = _clean("valid_from_on", row.valid_from_on)
        quantity: Decimal = _clean("from_quantity", row.from_quantity)
        pair = (source.supplier.code, source.item.code)
        if (pair, quantity, start) in self.seen:
            raise _Wrong("from_quantity", _("The same price stands twice."))
        self.seen.add((pair, quantity, start))
        same = self.standing[pair, quantity]
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

    def _source(self, row: SourcePriceRow) -> Source:
        """The source a price stands under; one that is not approved yet where there is none."""
        supplier, item = row.supplier.strip(), row.item.strip()
        found = self.sources.get((supplier, item))
        if found is not None:
            return found
        if row.remove:
            raise _Wrong("valid_from_on", _("There is nothing to remove here."))
        partner, wanted = self.partners.get(supplier), self.items.get(item)
        if partner is None:
            words = _("There is no company called “%(code)s”.")
            raise _Wrong("supplier", words % {"code": supplier[:60]})
        if not partner.is_supplier:
            raise _Wrong("supplier", _("This company is no supplier."))
        if wanted is None:
            raise _Wrong("item", _("There is no item called “%(code)s”.") % {"code": item[:60]})
        made = Source(
            supplier=partner, item=wanted, status=Source.Status.PROSPECT, currency=partner.currency
        )
        self.sources[supplier, item] = made
        self.prospects.append(made)
        return made

    def _read_what_is_missing(self, rows: Sequence[SourcePriceRow]) -> None:
        """Companies and items of rows without a source: 3 queries, none where there are all."""
        pairs = {(row.supplier.strip(), row.item.strip()) for row in rows} - self.sources.keys()
        self.partners: dict[str, Partner] = {}
        self.items: dict[str, Item] = {}
        if pairs:
            suppliers, items = {one for one, _item in pairs}, {one for _supplier, one in pairs}
            # Locked: of two who write the first price of a pair at once, one finds its source.
            locked = Partner.objects.select_for_update(of=("self",)).order_by("pk")
            self.partners = {p.code: p for p in locked.filter(code__in=suppliers)}
            self.sources = _sources(rows)
            self.items = {one.code: one for one in Item.objects.filter(code__in=items)}

    def write(self) -> Saved[SourcePrice]:
        """Write what is different."""
        Source.objects.bulk_create(self.prospects)
        for price in self.given:
            if price.source_id is None:  # known only now: its source is new
                price.source_id = price.source.pk
        left = [price for same in self.standing.values() for price in same.values()]
        made = [price for price in left if price.pk is None]
        changed = [price for price in left if price.pk and _content(price) != self.before[price.pk]]
        if self.removed:
            SourcePrice.objects.filter(pk__in=[one.pk for one in self.removed]).delete()
        if changed:
            SourcePrice.objects.bulk_update(changed, ["price", "currency", "valid_until_on"])
        SourcePrice.objects.bulk_create(made)
        return Saved(self.given, made, changed, self.removed)


def _sources(rows: Sequence[SourcePriceRow]) -> dict[Pair, Source]:
    """The sources of these suppliers and items, locked: 1 query."""
    found = (
        Source.objects.select_for_update(of=("self",))
        .filter(
            supplier__code__in={row.supplier.strip() for row in rows},
            item__code__in={row.item.strip() for row in rows},
        )
        .select_related("supplier", "item")
        .order_by("pk")
    )
    return {(one.supplier.code, one.item.code): one for one in found}


def _fill(price: SourcePrice, row: SourcePriceRow) -> None:
    if row.price is not None:
        price.price = _clean("price", row.price)
    if price.price is None:
        raise _Wrong("price", _("This is needed for a new entry."))
    if price.price <= 0:
        raise _Wrong("price", _("A price must be more than zero."))
    if row.currency:
        price.currency = str(row.currency).strip()
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
