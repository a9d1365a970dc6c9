"""What is on its way: which ordered lines a notice means, and how it differs from them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from gendan.partners.models import Partner
from gendan.purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    ShipNotice,
    ShipNoticeLine,
)

NOTHING = Decimal(0)


def match_rows(
    supplier: Partner, rows: Sequence[Any]
) -> list[tuple[PurchaseOrderLine | None, Any]]:
    """The ordered line each row means (by order number and article): 1 query.

    Without an order number the article must stand open in one line of this supplier alone; what
    could mean two lines means none.
    """
    articles = {row.article for row in rows if row.article}
    numbers = {row.order_number for row in rows if row.order_number}
    lines = PurchaseOrderLine.objects.filter(
        order__supplier=supplier, order__version__gt=0, is_cancelled=False
    ).exclude(order__state=PurchaseOrder.State.CANCELLED)
    by_article = (
        Q(supplier_code__in=articles)
        | Q(item__code__in=articles)
        | (Q(item__barcode__in=articles) & ~Q(item__barcode=""))
    )
    known = list(
        lines.filter(by_article | Q(order__number__in=numbers)).select_related(
            "order__supplier", "item__unit", "expected"
        )
    )
    taken: set[int] = set()
    found: list[tuple[PurchaseOrderLine | None, Any]] = []
    for row in rows:
        line = _meant(row, [one for one in known if one.pk not in taken])
        if line is not None:
            taken.add(line.pk)
        found.append((line, row))
    return found


def _meant(row: Any, known: Sequence[PurchaseOrderLine]) -> PurchaseOrderLine | None:
    wanted = [one for one in known if _is_article(row.article, one)]
    if row.order_number:
        wanted = [one for one in wanted if one.order.number == row.order_number]
    alive = [one for one in wanted if one.is_open]
    meant = alive or wanted
    if row.position and row.order_number:
        exact = [
            one
            for one in known
            if one.order.number == row.order_number and one.position == row.position
        ]
        meant = [one for one in exact if not row.article or _is_article(row.article, one)] or meant
    return meant[0] if len(meant) == 1 else None


def _is_article(article: str, line: PurchaseOrderLine) -> bool:
    return bool(article) and article in (line.supplier_code, line.item.code, line.item.barcode)


def on_the_way(line_ids: Iterable[int]) -> dict[int, Decimal]:
    """What accepted notices bring for lines and has not come yet: 1 query."""
    rows = ShipNoticeLine.objects.filter(
        order_line__in=list(line_ids), notice__state=ShipNotice.State.ACCEPTED
    ).select_related("order_line__expected")
    found: dict[int, Decimal] = {}
    for one in rows:
        if one.order_line_id is not None and not one.is_here:
            found[one.order_line_id] = found.get(one.order_line_id, NOTHING) + one.quantity
    return found


def differences_of(notice: ShipNotice, rows: Sequence[ShipNoticeLine]) -> list[str]:
    """How the notice differs from what was ordered and agreed, in sentences."""
    found = []
    for row in rows:
        line = row.order_line
        if line is None:
            name = " ".join(part for part in (row.said_order, row.said_article) if part)
            found.append(
                _("Line %(at)s: nothing ordered matches “%(name)s”.")
                % {"at": row.position, "name": name}
            )
            continue
        found += [
            f"{line.order.number} / {line.position} {line.item.code}: {words}"
            for words in _of_line(notice, row, line)
        ]
    return found


def _of_line(notice: ShipNotice, row: ShipNoticeLine, line: PurchaseOrderLine) -> list[str]:
    words = []
    left, said = line.quantity - row.received_before, _number(row.quantity)
    if not line.is_open:
        words.append(_("nothing more is to come of it."))
    elif row.received_before + row.quantity > line.most:
        words.append(
            _("%(said)s are on the way, %(left)s are to come; more than the tolerance.")
            % {"said": said, "left": _number(left)}
        )
    elif row.received_before + row.quantity < line.least:
        words.append(
            _("%(said)s are on the way of %(left)s.") % {"said": said, "left": _number(left)}
        )
    if notice.expected_on > line.requested_on:
        words.append(
            _("here on %(day)s, asked for %(asked)s.")
            % {"day": notice.expected_on.isoformat(), "asked": line.requested_on.isoformat()}
        )
    if row.said_unit and row.said_unit not in _units_of(line):
        words.append(
            _("the unit “%(unit)s” is taken as the ordered one.") % {"unit": row.said_unit}
        )
    return words


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _units_of(line: PurchaseOrderLine) -> set[str]:
    return {line.typed_unit, line.item.unit.code, line.item.unit.rec20}
