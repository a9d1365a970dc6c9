"""Material of ours at a subcontractor: sent, used up by what comes, taken back.

It lies in a place of ours at the supplier's, so that it stays counted; what arrives of the finished
goods uses it up by the BOM, lots first that went first.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory.models import Balance, Location
from gendan.inventory.services import LocationRow, MoveRow, carry_moves, save_locations
from gendan.kernel import journal
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.quantity import read_quantity, whole_steps
from gendan.kernel.rows import refuse_unless_sensible
from gendan.kernel.service import service
from gendan.purchasing.events import MaterialProvided
from gendan.purchasing.models import ProvidedMaterial, PurchaseOrder, PurchaseOrderLine
from gendan.purchasing.services.sharing import (
    about_of,
    lines_of,
    locked_purchase_order,
    said_of,
)

NOTHING = Decimal(0)


class NotThatMuchThere(DomainError):
    """More is to come back than lies at the subcontractor for a line."""


@dataclass(frozen=True)
class ProvidedRow:
    """So much of a material for a line: from or to a place of ours, with its lot where traced."""

    provided_id: int
    quantity: Decimal
    location: str
    lot: str = ""


@service(gettext_lazy("Send material to the subcontractor"))
def send_material(
    *, purchase_order_id: int, rows: Sequence[ProvidedRow], by: User | None
) -> PurchaseOrder:
    """Material leaves our store for the subcontractor, where it stays ours."""
    order, found = _begin(purchase_order_id, rows)
    place = place_at(order, by)
    moves = []
    for row in rows:
        one = found[row.provided_id]
        one.sent += _read(one, row)
        moves.append(
            MoveRow(
                item=one.item.code,
                quantity=row.quantity,
                source=row.location,
                target=place.code,
                lot=row.lot,
                about=f"purchasing.purchaseorder:{order.pk}",
            )
        )
    carry_moves(rows=moves, by=by)
    return _end(order, found, "out", by)


@service(gettext_lazy("Take material back from the subcontractor"))
def return_material(
    *, purchase_order_id: int, rows: Sequence[ProvidedRow], by: User | None
) -> PurchaseOrder:
    """What is left over comes back into our store."""
    order, found = _begin(purchase_order_id, rows, is_back=True)
    place = place_at(order, by)
    moves = []
    for row in rows:
        one = found[row.provided_id]
        quantity = _read(one, row)
        if quantity > one.there:
            raise NotThatMuchThere(
                _("%(quantity)s of %(item)s lie there for this line.")
                % {"quantity": f"{one.there.normalize():f}", "item": one.item.code},
                field="quantity",
            )
        one.returned += quantity
        moves.append(
            MoveRow(
                item=one.item.code,
                quantity=quantity,
                source=place.code,
                target=row.location,
                lot=row.lot,
                about=f"purchasing.purchaseorder:{order.pk}",
            )
        )
    carry_moves(rows=moves, by=by)
    return _end(order, found, "back", by)


@service
def use_provided(*, expected_ids: Collection[int], by: None = None) -> int:
    """What has arrived of subcontracted goods has used up its material; how many rows changed.

    Looks again at the whole: used is what the BOM says of what is here, as far as it was sent.
    """
    lines = PurchaseOrderLine.objects.filter(
        order__kind=PurchaseOrder.Kind.SUBCONTRACT, provided__isnull=False
    )
    if expected_ids:
        lines = lines.filter(expected__in=expected_ids)
    changed = 0
    for order_id in sorted(set(lines.values_list("order_id", flat=True))):
        changed += _use(locked_purchase_order(order_id))
    return changed


def place_at(order: PurchaseOrder, by: User | None) -> Location:
    """Our place at the supplier's, made when first needed."""
    kind = Location.Kind.OUTSIDE
    rows = Location.objects.filter(kind=kind, partner=order.supplier_id, is_active=True)
    found = rows.order_by("pk").first()
    if found is not None:
        return found
    supplier = order.supplier
    row = LocationRow(
        code=f"AT-{supplier.code}"[:40],
        name_en=f"Ours at {supplier.name}"[:200],
        name_zh=f"在{supplier.name_zh or supplier.name}"[:200],
        kind=kind,
        partner=supplier.code,
    )
    return save_locations(rows=[row], by=by)[0]


def _begin(
    order_id: int, rows: Sequence[ProvidedRow], *, is_back: bool = False
) -> tuple[PurchaseOrder, dict[int, ProvidedMaterial]]:
    refuse_unless_sensible(rows)
    order = locked_purchase_order(order_id)
    if not is_back and order.state not in PurchaseOrder.WITH_SUPPLIER:
        order.step("chase_supplier")  # says in words what its state is
    wanted = {row.provided_id for row in rows}
    found = {
        one.pk: one
        for one in ProvidedMaterial.objects.select_for_update(of=("self",))
        .filter(line__order=order, pk__in=wanted)
        .select_related("item__unit", "line")
        .order_by("pk")
    }
    if wanted - set(found):
        raise NotThere(_("The order has no such material."))
    return order, found


def _read(one: ProvidedMaterial, row: ProvidedRow) -> Decimal:
    if not row.location:
        raise Invalid(_("Say which place."), field="location")
    return read_quantity(row.quantity, step=one.item.unit.step, field="quantity")


def _end(
    order: PurchaseOrder, found: dict[int, ProvidedMaterial], way: str, by: User | None
) -> PurchaseOrder:
    ProvidedMaterial.objects.bulk_update(found.values(), ["sent", "returned"])
    lines = lines_of(order)
    fact = MaterialProvided(
        **said_of(order, lines), way=way, items=sorted({one.item.code for one in found.values()})
    )
    journal.record(fact, about=about_of(order, lines), by=by)
    return order


def _use(order: PurchaseOrder) -> int:
    rows = ProvidedMaterial.objects.select_for_update(of=("self",)).filter(line__order=order)
    changed, moves = [], []
    place: Location | None = None
    for one in rows.select_related("item__unit", "line__expected").order_by("pk"):
        line = one.line
        wanted = whole_steps(one.quantity * line.received / line.quantity, one.item.unit.step)
        more = min(wanted, one.sent - one.returned) - one.used
        if more <= NOTHING:
            continue
        place = place or place_at(order, None)
        taken = _lots(one.item_id, place, more)
        moves += [_used(order, one, place, quantity, lot) for quantity, lot in taken]
        one.used += sum((quantity for quantity, _lot in taken), NOTHING)
        changed.append(one)
    if moves:
        carry_moves(rows=moves, by=None)
        ProvidedMaterial.objects.bulk_update(changed, ["used"])
    return len(changed)


def _used(
    order: PurchaseOrder, one: ProvidedMaterial, place: Location, quantity: Decimal, lot: str
) -> MoveRow:
    return MoveRow(
        item=one.item.code,
        quantity=quantity,
        source=place.code,
        target=_production().code,
        lot=lot,
        about=f"purchasing.purchaseorder:{order.pk}",
    )


def _production() -> Location:
    from gendan.inventory.services.places import far_sides

    return far_sides([Location.Kind.PRODUCTION])[Location.Kind.PRODUCTION]


def _lots(item_id: int, place: Location, wanted: Decimal) -> list[tuple[Decimal, str]]:
    """Which lots that lie there are used, the oldest first; never more than lies there."""
    rows = Balance.objects.filter(item=item_id, location=place, on_hand__gt=0)
    found = []
    for balance in rows.select_related("lot").order_by("lot_id"):
        part = min(wanted, balance.on_hand - balance.reserved)
        if part > NOTHING:
            found.append((part, balance.lot.code if balance.lot else ""))
            wanted -= part
    return found
