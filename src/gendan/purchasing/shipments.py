"""What is on its way: which ordered lines a notice means, and how it differs from them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.partners.models import Partner
from gendan.purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    ShipNotice,
    ShipNoticeLine,
)

NOTHING = Decimal(0)
# What can be uncertain about a notice that came by mail; the first three are about the sender.
DOUBTS: dict[str, Any] = {
    "sender_failed": gettext_lazy(
        "The mail server's checks say that this mail is not from its sender's address."
    ),
    "sender_unproved": gettext_lazy("Nothing proves that the mail is from its sender's address."),
    "sender_unknown": gettext_lazy("The sender's address is none of this supplier's contacts."),
    "no_number": gettext_lazy("The document has no number; it was given the mail's."),
    "no_day": gettext_lazy("The document does not say when the goods are here."),
    "shared": gettext_lazy(
        "What the supplier says in one line is shared over the dated parts of the order line, the "
        "earliest first."
    ),
    "day_passed": gettext_lazy("The day on which the goods should be here has passed."),
}
SENDER_DOUBTS = frozenset({"sender_failed", "sender_unproved", "sender_unknown"})


def match_rows(
    supplier: Partner, rows: Sequence[Any], *, within: PurchaseOrder | None = None
) -> list[tuple[PurchaseOrderLine | None, Any]]:
    """The ordered line each row means (by order number and article): 1 query.

    Without an order number the article must stand open in one line of this supplier alone; what
    could mean two lines means none. `within` is the order meant where a row names none of ours.
    """
    if within is not None:
        rows = _meant_within(within, rows)
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


def _meant_within(order: PurchaseOrder, rows: Sequence[Any]) -> list[Any]:
    """Packing lists often carry the supplier's own number where ours is looked for."""
    said = {row.order_number for row in rows} - {"", order.number}
    ours: set[str] = set()
    if said:
        ours = set(PurchaseOrder.objects.filter(number__in=said).values_list("number", flat=True))
    return [
        row if row.order_number in ours else replace(row, order_number=order.number) for row in rows
    ]


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
    if len({one.part_of_id or one.pk for one in meant}) == 1:  # parts: the next that is due
        return min(meant, key=lambda one: (one.due_on, one.position))
    return None


def _is_article(article: str, line: PurchaseOrderLine) -> bool:
    return bool(article) and article in (line.supplier_code, line.item.code, line.item.barcode)


def shared_over_parts(rows: Sequence[ShipNoticeLine]) -> list[ShipNoticeLine]:
    """What a notice brings of a line that comes in dated parts, put on the parts due first.

    What no part waits for stays with the last part that takes something: it is too much. At most
    2 queries, none more for lines that come on one day.
    """
    meant = [one.order_line for one in rows if one.order_line is not None]
    parts = _parts_of({one.part_of_id or one.pk for one in meant}) if meant else {}
    if not parts:
        return list(rows)
    coming = _noticed([one.pk for group in parts.values() for one in group])
    by_line = {one.order_line_id: one for one in rows if one.order_line is not None}
    found = list(rows)
    for group in parts.values():
        room = {
            one.pk: max(one.still_to_come - coming.get(one.pk, NOTHING), NOTHING) for one in group
        }
        found += _spread(group, room, by_line)
    kept = [one for one in found if one.quantity > 0]
    for position, one in enumerate(kept, 1):
        one.position = position
    return kept


def _spread(
    group: Sequence[PurchaseOrderLine],
    room: dict[int, Decimal],
    by_line: dict[int | None, ShipNoticeLine],
) -> list[ShipNoticeLine]:
    """Put all of a notice that is of these parts on those that wait, the earliest first; returns
    the rows this needs more."""
    own = [by_line[one.pk] for one in group if one.pk in by_line]
    left = sum((one.quantity for one in own), NOTHING)
    said, new = own[0], []
    last = said
    for row in own:
        row.quantity = NOTHING
    for one in group:
        part = min(left, room[one.pk]) if one.is_open else NOTHING
        if part <= 0:
            continue
        last = by_line.get(one.pk) or _row_of(one, said)
        if one.pk not in by_line:
            new.append(last)
        last.quantity = part
        left -= part
    last.quantity += left
    return new


def _row_of(line: PurchaseOrderLine, said: ShipNoticeLine) -> ShipNoticeLine:
    return ShipNoticeLine(
        order_line=line,
        said_order=said.said_order,
        said_article=said.said_article,
        said_unit=said.said_unit,
        quantity=NOTHING,
        received_before=line.received,
    )


def _parts_of(roots: set[int]) -> dict[int, list[PurchaseOrderLine]]:
    """The dated parts of lines that come in several, by their first, as they are due: 1 query."""
    rows = PurchaseOrderLine.objects.filter(Q(pk__in=roots) | Q(part_of__in=roots))
    rows = rows.filter(is_cancelled=False).select_related("order", "item__unit", "expected")
    found: dict[int, list[PurchaseOrderLine]] = {}
    for one in rows.order_by("due_on", "position"):
        found.setdefault(one.part_of_id or one.pk, []).append(one)
    return {root: group for root, group in found.items() if len(group) > 1}


def _noticed(line_ids: Sequence[int]) -> dict[int, Decimal]:
    """What notices that nobody has refused bring for lines and has not come yet: 1 query."""
    rows = ShipNoticeLine.objects.filter(order_line__in=line_ids).exclude(
        notice__state=ShipNotice.State.REFUSED
    )
    found: dict[int, Decimal] = {}
    for one in rows.select_related("order_line__expected"):
        if one.order_line_id is not None and not one.is_here:
            found[one.order_line_id] = found.get(one.order_line_id, NOTHING) + one.quantity
    return found


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
    """How the notice differs from what was ordered and agreed, in sentences: at most 1 query."""
    found = [str(DOUBTS[code]) for code in notice.doubts if code in DOUBTS]
    states = _states_of({row.said_order for row in rows if row.order_line_id is None})
    for row in rows:
        line = row.order_line
        if line is None:
            found.append(_unmatched(notice, row, states.get(row.said_order)))
            continue
        found += [
            f"{line.order.number} / {line.position} {line.item.code}: {words}"
            for words in _of_line(notice, row, line)
        ]
    return found


def _states_of(numbers: set[str]) -> dict[str, PurchaseOrder]:
    wanted = numbers - {""}
    if not wanted:
        return {}
    return {one.number: one for one in PurchaseOrder.objects.filter(number__in=wanted)}


def _unmatched(notice: ShipNotice, row: ShipNoticeLine, order: PurchaseOrder | None) -> str:
    """Why a line of the notice means nothing that is ordered."""
    words = {"at": row.position, "order": row.said_order}
    if order is not None and order.supplier_id != notice.supplier_id:
        return _("Line %(at)s: %(order)s is an order of another supplier.") % words
    if order is not None and order.state == PurchaseOrder.State.CANCELLED:
        return _("Line %(at)s: %(order)s is cancelled.") % words
    name = " ".join(part for part in (row.said_order, row.said_article) if part)
    return _("Line %(at)s: nothing ordered matches “%(name)s”.") % {**words, "name": name}


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
