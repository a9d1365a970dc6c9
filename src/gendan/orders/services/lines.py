"""Lines as given become lines of the table: items found, quantities converted, prices taken."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from gendan.catalog.models import SpecificationVersion, Unit
from gendan.catalog.queries import Converter, converter
from gendan.engine.pricing import Offer, list_price
from gendan.kernel.errors import Invalid
from gendan.kernel.money import LARGEST, line_amount
from gendan.kernel.quantity import STEP, QuantityRefused, read_decimal, read_quantity
from gendan.orders.entry import DeliveryData, LineData
from gendan.orders.models import Channel, CustomerItem, Delivery, Line, Order
from gendan.orders.prices import offers_for
from gendan.orders.services.reading import (
    Refused,
    read_assortment,
    read_day,
    read_percent,
    read_price,
    read_text,
)

MOST_LINES = 2000
MOST_DELIVERIES = 100
_ONE = Decimal(1)
# Whoever types the order sees a wrong date at once; what a document says is kept and checked.
_TYPED = frozenset({Channel.HAND, Channel.PORTAL})


class EntryItem(NamedTuple):
    """What the entry of a line asks of its item."""

    pk: int
    code: str
    specification_version: str
    unit_id: int
    unit_code: str
    step: Decimal


@dataclass(slots=True)
class ReadLine:
    """A line ready to be written, with its dated deliveries."""

    line: Line
    deliveries: list[Delivery]


def read_lines(
    order: Order, given: Sequence[LineData], *, requested_on: dt.date | None = None
) -> list[ReadLine]:
    """All lines checked and priced; the number of queries does not depend on their number.

    One query for the items, and where needed one each for customer's codes, units, prices.
    """
    if len(given) > MOST_LINES:
        raise Refused(
            _("An order has at most %(most)s lines; this one has %(count)s.")
            % {"most": MOST_LINES, "count": len(given)},
            field="lines",
        )
    items = _items_of(order, given)
    units = _Units(given, items)
    offers = _offers_where_needed(order, given, items)
    versions = _Versions(order, given, items)
    return [
        _read_line(order, index, line, items[index], units, offers, versions, requested_on)
        for index, line in enumerate(given)
    ]


def _read_line(
    order: Order,
    index: int,
    given: LineData,
    item: EntryItem,
    units: "_Units",
    offers: dict[int, list[Offer]],
    versions: "_Versions",
    requested_on: dt.date | None,
) -> ReadLine:
    at = f"lines.{index}"
    typed, factor = units.of(given, item, at)
    quantity = in_own_unit(given.quantity, factor, item.step, field=f"{at}.quantity")
    line = Line(
        order=order,
        position=index + 1,
        item_id=item.pk,
        specification_version=versions.of(given, item, at),
        customer_code=read_text(given.customer_code, 80, field=f"{at}.customer_code"),
        description=read_text(given.description, 500, field=f"{at}.description"),
        quantity=quantity,
        typed_quantity=None if typed is None else read_decimal(given.quantity),
        typed_unit=typed,
        assortment=read_assortment(given.assortment, field=f"{at}.assortment"),
        carton_rule=read_text(given.carton_rule, 200, field=f"{at}.carton_rule"),
    )
    _price(line, given, item, offers.get(item.pk, ()), factor, at)
    set_amount(line, order.currency, field=at)
    deliveries = read_deliveries(
        line, given.deliveries, factor, item.step, field=f"{at}.deliveries"
    )
    wanted = read_day(given.requested_on, field=f"{at}.requested_on")
    line.requested_on = wanted or requested_on
    refuse_past(order, line.requested_on, field=f"{at}.requested_on")
    for number, delivery in enumerate(deliveries):
        delivery.requested_on = delivery.requested_on or line.requested_on
        refuse_past(order, delivery.requested_on, field=f"{at}.deliveries.{number}.requested_on")
    line.requested_on = last_requested(deliveries) or line.requested_on
    return ReadLine(line, deliveries)


def in_own_unit(value: object, factor: Decimal, step: Decimal, *, field: str) -> Decimal:
    """A typed quantity in the item's own unit, as a multiple of the unit's smallest step."""
    if factor != _ONE:
        value = (read_decimal(value, field=field) * factor).quantize(STEP)
    return read_quantity(value, step=step, field=field)


def set_amount(line: Line, currency: str, *, field: str) -> None:
    """What the line costs, from its own quantity, price and discount."""
    amount = line_amount(
        line.quantity,
        line.unit_price,
        currency,
        discount_percent=line.discount_percent,
        price_per=line.price_per,
    )
    if amount > LARGEST:
        raise Refused(_("The amount of this line is too large to be true."), field=field)
    line.amount = amount


def read_deliveries(
    line: Line, given: Sequence[DeliveryData], factor: Decimal, step: Decimal, *, field: str
) -> list[Delivery]:
    """The dated deliveries of a line; together they are the line's quantity."""
    if not given:
        return []
    if len(given) > MOST_DELIVERIES:
        raise Refused(
            _("A line has at most %(most)s deliveries.") % {"most": MOST_DELIVERIES}, field=field
        )
    deliveries = [
        Delivery(
            line=line,
            position=number + 1,
            quantity=in_own_unit(part.quantity, factor, step, field=f"{field}.{number}.quantity"),
            requested_on=read_day(part.requested_on, field=f"{field}.{number}.requested_on"),
        )
        for number, part in enumerate(given)
    ]
    total = sum((delivery.quantity for delivery in deliveries), Decimal(0))
    if total != line.quantity:
        raise Refused(
            _("The deliveries add up to %(total)s, the line has %(quantity)s.")
            % {"total": f"{total.normalize():f}", "quantity": f"{line.quantity.normalize():f}"},
            field=field,
        )
    return deliveries


def last_requested(deliveries: Sequence[Delivery]) -> dt.date | None:
    """When the customer wants the line to be complete."""
    return max((one.requested_on for one in deliveries if one.requested_on), default=None)


def refuse_past(order: Order, day: dt.date | None, *, field: str) -> None:
    """Refuse a typed requested date before the order's own date; documents are checked instead."""
    if day and order.ordered_on and day < order.ordered_on and order.channel in _TYPED:
        raise Refused(
            _("%(day)s lies before the date of the order (%(ordered_on)s).")
            % {"day": day.isoformat(), "ordered_on": order.ordered_on.isoformat()},
            field=field,
        )


_ITEMS = """
SELECT i.id, i.code, i.specification_version, u.id, u.code, u.step
FROM catalog_item i JOIN catalog_unit u ON u.id = i.unit_id
WHERE i.id = ANY(%(ids)s::bigint[]) OR i.code = ANY(%(codes)s::text[])
"""


def _items_of(order: Order, given: Sequence[LineData]) -> list[EntryItem]:
    """The item of each line: by id, by our code, else by the customer's code."""
    codes_of_customer = _customer_codes(order, given)
    # A number too large for an id is the id of nothing.
    ids = {line.item_id for line in given if line.item_id is not None and 0 < line.item_id < 2**63}
    ids.update(codes_of_customer.values())
    codes = {line.item_code.strip()[:40] for line in given if line.item_code}
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, {"ids": list(ids), "codes": list(codes)})
        found = [EntryItem(*row) for row in cursor.fetchall()]
    by_id = {item.pk: item for item in found}
    by_code = {item.code: item for item in found}
    items = []
    for index, line in enumerate(given):
        if line.item_id is not None:
            item = by_id.get(line.item_id)
        elif line.item_code:
            item = by_code.get(line.item_code.strip())
        else:
            item = by_id.get(codes_of_customer.get(line.customer_code.strip(), 0))
        if item is None:
            name = line.item_code or line.customer_code or line.item_id or ""
            raise Refused(
                _("Line %(line)s: there is no item “%(item)s”.")
                % {"line": index + 1, "item": str(name)[:60]},
                field=f"lines.{index}.item",
            )
        items.append(item)
    return items


def _customer_codes(order: Order, given: Sequence[LineData]) -> dict[str, int]:
    codes = {
        line.customer_code.strip()
        for line in given
        if line.customer_code and line.item_id is None and not line.item_code
    }
    if not codes:
        return {}
    rows = CustomerItem.objects.filter(customer_id=order.customer_id, code__in=codes)
    return dict(rows.values_list("code", "item_id"))


class _Units:
    """The units people typed and how they convert into the items' own; asked once for all lines."""

    def __init__(self, given: Sequence[LineData], items: Sequence[EntryItem]) -> None:
        others = {
            index: line.unit.strip()
            for index, line in enumerate(given)
            if line.unit and line.unit.strip() != items[index].unit_code
        }
        self.units: dict[str, Unit] = {}
        self.converter: Converter | None = None
        if others:
            names = set(others.values())
            found = list(Unit.objects.filter(Q(code__in=names) | Q(rec20__in=names)))
            self.units = {unit.rec20: unit for unit in found} | {unit.code: unit for unit in found}
            self.converter = converter({items[index].pk for index in others})

    def of(self, given: LineData, item: EntryItem, at: str) -> tuple[Unit | None, Decimal]:
        """The typed unit (None: the item's own) and how much of the item's own it is."""
        name = given.unit.strip()
        if not name or name == item.unit_code:
            return None, _ONE
        unit = self.units.get(name)
        if unit is None:
            raise Refused(
                _("There is no unit “%(unit)s”.") % {"unit": name[:40]}, field=f"{at}.unit"
            )
        if unit.pk == item.unit_id:
            return None, _ONE
        if self.converter is None:
            raise AssertionError("a unit was found, so conversions were read")
        try:
            return unit, self.converter.factor(unit.pk, item.unit_id, item.pk)
        except Invalid as error:
            raise QuantityRefused(error.message, field=f"{at}.unit") from error


class _Versions:
    """The specification version fixed on each line; asked once where lines are kept or typed."""

    def __init__(self, order: Order, given: Sequence[LineData], items: Sequence[EntryItem]) -> None:
        kept = [line.line_id for line in given if line.line_id is not None]
        self.kept: dict[int, tuple[int, str]] = {}
        if kept and order.pk is not None:
            rows = Line.objects.filter(order=order.pk, pk__in=kept)
            self.kept = {
                pk: (item_id, version)
                for pk, item_id, version in rows.values_list(
                    "pk", "item_id", "specification_version"
                )
            }
        typed = {items[index].pk for index, line in enumerate(given) if line.specification_version}
        self.released: set[tuple[int, str]] = set()
        if typed:
            found = SpecificationVersion.objects.filter(item__in=typed)
            self.released = set(found.values_list("item_id", "version"))

    def of(self, given: LineData, item: EntryItem, at: str) -> str:
        """The version typed, the one the line has, or the item's newest."""
        typed = given.specification_version.strip()
        item_id, kept = self.kept.get(given.line_id or 0, (0, ""))
        if typed:
            known = typed == item.specification_version or (item_id == item.pk and typed == kept)
            if known or (item.pk, typed) in self.released:
                return typed
            raise Refused(
                _("%(item)s has no specification version “%(version)s”.")
                % {"item": item.code, "version": typed[:40]},
                field=f"{at}.specification_version",
            )
        return kept if item_id == item.pk else item.specification_version


def _offers_where_needed(
    order: Order, given: Sequence[LineData], items: Sequence[EntryItem]
) -> dict[int, list[Offer]]:
    without = {items[index].pk for index, line in enumerate(given) if line.unit_price in (None, "")}
    if not without:
        return {}
    return offers_for(
        order.customer_id, without, currency=order.currency, on=order.ordered_on or dt.date.max
    )


def _price(
    line: Line, given: LineData, item: EntryItem, offers: Sequence[Offer], factor: Decimal, at: str
) -> None:
    """The price as given (per typed unit) or, when none is given, as the price lists say."""
    if given.unit_price not in (None, ""):
        line.unit_price = read_price(given.unit_price, field=f"{at}.unit_price")
        per: Any = _ONE if given.price_per in (None, "") else given.price_per
        line.price_per = (read_decimal(per, field=f"{at}.price_per") * factor).quantize(STEP)
        if line.price_per <= 0:
            raise Refused(_("A price holds for more than zero units."), field=f"{at}.price_per")
        line.discount_percent = read_percent(
            given.discount_percent or 0, field=f"{at}.discount_percent"
        )
        return
    listed = list_price(offers, line.quantity)
    if listed is None:
        raise Refused(
            _("No price list has a price of %(item)s for this customer and quantity; enter one.")
            % {"item": item.code},
            field=f"{at}.unit_price",
        )
    line.unit_price = listed.unit_price
    line.price_per = listed.price_per
    line.discount_percent = (
        listed.discount_percent
        if given.discount_percent in (None, "")
        else read_percent(given.discount_percent, field=f"{at}.discount_percent")
    )
