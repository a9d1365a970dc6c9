"""What the verbs of orders are given: head and line data, and lines made from a matrix."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.kernel.errors import Invalid
from gendan.kernel.quantity import read_quantity

# What people and programs give: numbers may come as text and are read by the verb.
Number = Decimal | int | float | str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryData:
    """One of several dated deliveries of a line, in the line's typed unit."""

    quantity: Number
    requested_on: dt.date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class InstalmentData:
    """A part of the payment plan: so many percent, so many days after an event (PaymentEvent)."""

    event: str
    percent: Number
    days: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class LineData:
    """A line as given: the item by id, by our code or by the customer's code; None takes defaults.

    `unit` is a unit's code (the item's own when empty); `unit_price` None takes the price lists'.
    `line_id` names an existing line of a draft that is edited: it keeps its specification version.
    A new line has the item's newest, unless another released one is typed.
    """

    quantity: Number
    item_id: int | None = None
    item_code: str = ""
    customer_code: str = ""
    unit: str = ""
    unit_price: Number | None = None
    price_per: Number | None = None
    discount_percent: Number | None = None
    requested_on: dt.date | None = None
    deliveries: Sequence[DeliveryData] = ()
    description: str = ""
    assortment: Mapping[str, Any] | None = None
    carton_rule: str = ""
    specification_version: str = ""
    line_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderData:
    """An order's head as given. None takes the customer's own value, else the company's."""

    customer_id: int
    customer_order_number: str = ""
    contact_id: int | None = None
    channel: str = "hand"
    received_at: dt.datetime | None = None
    ordered_on: dt.date | None = None
    merchandiser_id: int | None = None
    currency: str = ""
    payment_terms_id: int | None = None
    instalments: Sequence[InstalmentData] | None = None
    incoterm: str | None = None
    incoterm_place: str | None = None
    delivery_method: str | None = None
    destination_country: str | None = None
    destination: str = ""
    ship_policy: str | None = None
    over_percent: Number | None = None
    short_percent: Number | None = None
    packing: str = ""
    shipping_marks: str | None = None
    documents_required: Sequence[str] | None = None
    remark: str = ""
    requested_on: dt.date | None = None  # for lines that name no date of their own


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderChanges:
    """Changes of an order's head; None leaves a value as it is, an empty text clears it."""

    customer_order_number: str | None = None
    contact_id: int | None = None
    ordered_on: dt.date | None = None
    merchandiser_id: int | None = None
    currency: str | None = None
    payment_terms_id: int | None = None
    instalments: Sequence[InstalmentData] | None = None
    incoterm: str | None = None
    incoterm_place: str | None = None
    delivery_method: str | None = None
    destination_country: str | None = None
    destination: str | None = None
    ship_policy: str | None = None
    over_percent: Number | None = None
    short_percent: Number | None = None
    packing: str | None = None
    shipping_marks: str | None = None
    documents_required: Sequence[str] | None = None
    remark: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LineChange:
    """Changes of one line of a confirmed order; None leaves a value as it is.

    Quantities are in the item's own unit. `deliveries` replaces all dated deliveries of the line;
    `promised_on` is a date agreed with the customer anew; `specification_version` takes the line
    over to the version of the item that is in force.
    """

    line_id: int
    quantity: Number | None = None
    unit_price: Number | None = None
    price_per: Number | None = None
    discount_percent: Number | None = None
    requested_on: dt.date | None = None
    promised_on: dt.date | None = None
    deliveries: Sequence[DeliveryData] | None = None
    description: str | None = None
    carton_rule: str | None = None
    specification_version: str | None = None


class MatrixRefused(Invalid):
    """A matrix or assortment that names a colour or size that does not exist."""


def lines_from_matrix(
    style: str, cells: Mapping[tuple[str, str], Number], **shared: Any
) -> list[LineData]:
    """Lines of a style from a colour × size matrix; empty and zero cells make no line (1 query).

    `shared` goes into every line: unit_price, requested_on, carton_rule …
    """
    wanted = {cell: number for cell, number in cells.items() if str(number).strip() not in _EMPTY}
    items = _items_of_style(style)
    missing = sorted(" ".join(cell) for cell in wanted if cell not in items)
    if missing:
        raise MatrixRefused(
            _("There is no item of style %(style)s for: %(missing)s.")
            % {"style": style[:40], "missing": ", ".join(missing)[:200]},
            field="cells",
        )
    sizes = _size_ranks(items)
    in_order = sorted(wanted, key=lambda cell: (cell[0], sizes.get(cell[1], 999), cell[1]))
    return [
        LineData(
            item_id=items[cell].pk,
            quantity=read_quantity(wanted[cell], field=f"cells.{cell[0]}.{cell[1]}"),
            **shared,
        )
        for cell in in_order
    ]


_EMPTY = {"", "0", "0.0", "None"}


def lines_from_assortment(
    style: str,
    colour: str,
    ratio: Mapping[str, int],
    *,
    packs: int,
    packs_per_carton: int = 1,
    **shared: Any,
) -> list[LineData]:
    """Lines of one colour of a style from a pre-pack: pieces per size in a pack × packs (1 query).

    Every line carries the whole assortment, so that packing and amendments know what belongs
    together; the number of packs must fill whole cartons.
    """
    if packs <= 0 or packs_per_carton <= 0 or any(number < 0 for number in ratio.values()):
        raise MatrixRefused(_("Packs and pieces per pack must be more than zero."), field="packs")
    if not any(ratio.values()):
        raise MatrixRefused(_("An assortment needs at least one size."), field="ratio")
    if packs % packs_per_carton:
        raise MatrixRefused(
            _("%(packs)s packs do not fill whole cartons of %(per_carton)s packs.")
            % {"packs": packs, "per_carton": packs_per_carton},
            field="packs",
        )
    assortment = {"ratio": dict(ratio), "packs": packs, "per_carton": packs_per_carton}
    return lines_from_matrix(
        style,
        {(colour, size): pieces * packs for size, pieces in ratio.items()},
        **{"assortment": assortment, "carton_rule": _carton_rule(ratio, packs_per_carton)} | shared,
    )


def _carton_rule(ratio: Mapping[str, int], packs_per_carton: int) -> str:
    pieces = sum(ratio.values())
    sizes = " ".join(f"{size}:{number}" for size, number in ratio.items() if number)
    return f"{packs_per_carton} × {pieces} ({sizes})"


def _items_of_style(style: str) -> dict[tuple[str, str], Item]:
    if not style:
        raise MatrixRefused(_("Name the style first."), field="style")
    items = Item.objects.filter(style=style, is_active=True).select_related("family")
    found = {(item.colour, item.size): item for item in items}
    if not found:
        raise MatrixRefused(
            _("There is no style “%(style)s”.") % {"style": style[:40]}, field="style"
        )
    return found


def _size_ranks(items: Mapping[tuple[str, str], Item]) -> dict[str, int]:
    """In which order the family writes its sizes."""
    family = next(iter(items.values())).family
    return {size: rank for rank, size in enumerate(family.sizes)}
