"""Delivering a line in dated parts: one line for each, so that all that follows works by part."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from gendan.kernel import clock
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.quantity import read_quantity
from gendan.orders.services.reading import read_day
from gendan.purchasing.models import PurchaseOrder, PurchaseOrderLine, RequestShare
from gendan.purchasing.services.sharing import refuse_far_day

MOST_PARTS = 12
NOTHING = Decimal(0)
Part = tuple[dt.date, Decimal]  # in the item's own unit


class CannotPart(DomainError):
    """A line that cannot be delivered in parts."""


@dataclass(frozen=True)
class PartRow:
    """So much of a line (in its unit as ordered) on a day; what has come counts in the first."""

    on: dt.date | str
    quantity: Decimal | str


def read_parts(line: PurchaseOrderLine, rows: Sequence[PartRow], *, at: str) -> list[Part]:
    """The parts in the order of their days, as far as they can be meant."""
    if not 2 <= len(rows) <= MOST_PARTS:
        raise Invalid(
            _("A line is delivered in 2 to %(most)s parts.") % {"most": MOST_PARTS}, field=at
        )
    refuse_unpartable(line, field=at)
    parts = sorted(_read(line, row, f"{at}.{index}") for index, row in enumerate(rows))
    if len({day for day, _quantity in parts}) < len(parts):
        raise Invalid(_("Two parts are for the same day; write them as one."), field=at)
    if parts[0][1] < line.received:
        raise Invalid(_("More than this has arrived already."), field=at)
    whole = sum((quantity for _day, quantity in parts), NOTHING)
    if whole > line.most:
        raise Invalid(
            _("Line %(line)s: more than was ordered, and more than is tolerated.")
            % {"line": line.position},
            field=at,
        )
    if whole - parts[0][1] >= line.quantity:
        raise Invalid(_("Nothing is left for the first part."), field=at)
    return parts


def refuse_unpartable(line: PurchaseOrderLine, *, field: str) -> None:
    """What our material lies at the supplier for is one delivery: it is used up by the line."""
    if line.order.kind == PurchaseOrder.Kind.SUBCONTRACT:
        raise CannotPart(
            _("Subcontract work is not parted: the material provided is for the whole line."),
            field=field,
        )


def part_line(line: PurchaseOrderLine, parts: Sequence[Part]) -> list[PurchaseOrderLine]:
    """Leave the first part with the line and make a line of each other; returns the new ones.

    What is ordered stays the same in sum. The caller expects the goods and saves the order.
    """
    last = PurchaseOrderLine.objects.filter(order=line.order).aggregate(at=Max("position"))["at"]
    whole, typed = line.quantity, line.typed_quantity
    others = [
        _other(line, last + at, part, round(typed * part[1] / whole, 6))
        for at, part in enumerate(parts[1:], 1)
    ]
    line.quantity = whole - sum((one.quantity for one in others), NOTHING)
    line.typed_quantity = typed - sum((one.typed_quantity for one in others), NOTHING)
    line.save(update_fields=["quantity", "typed_quantity"])
    PurchaseOrderLine.objects.bulk_create(others)
    share_out([line, *others])
    return others


def share_out(lines: Sequence[PurchaseOrderLine]) -> None:
    """Spread the request shares of the first line over all, as far as each goes."""
    left = {line.pk: line.quantity for line in lines}
    standing = list(RequestShare.objects.filter(line=lines[0]).order_by("pk"))
    wanted: dict[tuple[int, int], Decimal] = {}
    for share in standing:
        rest = share.quantity
        for line in lines:
            part = min(rest, left[line.pk])
            if part > 0:
                key = (line.pk, share.request_id)
                wanted[key] = wanted.get(key, NOTHING) + part
                left[line.pk] -= part
                rest -= part
    RequestShare.objects.filter(line=lines[0]).delete()
    RequestShare.objects.bulk_create(
        RequestShare(line_id=line_id, request_id=request_id, quantity=quantity)
        for (line_id, request_id), quantity in wanted.items()
    )


def parts_said(parts: Sequence[Part]) -> list[dict[str, str]]:
    """Parts as a supplier's word keeps them."""
    return [
        {"on": day.isoformat(), "quantity": f"{quantity.normalize():f}"} for day, quantity in parts
    ]


def _read(line: PurchaseOrderLine, row: PartRow, at: str) -> Part:
    day = read_day(row.on, field=f"{at}.on")
    if day is None:
        raise Invalid(_("Say when this part comes."), field=f"{at}.on")
    if day < clock.today() and line.received <= 0:
        raise Invalid(_("That day has passed."), field=f"{at}.on")
    refuse_far_day(day, field=f"{at}.on")
    typed = read_quantity(row.quantity, field=f"{at}.quantity")
    return day, in_own_unit(line, typed, f"{at}.quantity")


def in_own_unit(line: PurchaseOrderLine, typed: Decimal, field: str) -> Decimal:
    """A quantity in the unit of the line as ordered, in the item's own."""
    whole: Decimal = line.quantity
    if typed == line.typed_quantity:
        return whole
    step = line.item.unit.step
    near = (typed * whole / line.typed_quantity / step).to_integral_value() * step
    return read_quantity(near, step=step, field=field)


def _other(line: PurchaseOrderLine, position: int, part: Part, typed: Decimal) -> PurchaseOrderLine:
    day, quantity = part
    return PurchaseOrderLine(
        order=line.order,
        position=position,
        item=line.item,
        supplier_code=line.supplier_code,
        quantity=quantity,
        typed_quantity=typed,
        typed_unit=line.typed_unit,
        price=line.price,
        requested_on=line.requested_on,
        due_on=day,
        over_percent=line.over_percent,
        short_percent=line.short_percent,
        remark=line.remark,
        demands=line.demands,
        part_of_id=line.part_of_id or line.pk,
    )
