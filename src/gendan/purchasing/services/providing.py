"""What subcontract work needs of our material, by the BOMs in force."""

from collections.abc import Sequence
from decimal import ROUND_UP, Decimal

from gendan.catalog.models import BomLine
from gendan.purchasing.models import ProvidedMaterial, PurchaseOrderLine

_HUNDRED = Decimal(100)


def list_provided(lines: Sequence[PurchaseOrderLine]) -> None:
    """Write down what the subcontractor needs of us for these lines; what was sent stays."""
    boms: dict[int, list[BomLine]] = {}
    rows = BomLine.objects.filter(
        bom__item__in=[line.item_id for line in lines], bom__is_current=True
    )
    for one in rows.select_related("component__unit", "bom").order_by("pk"):
        boms.setdefault(one.bom.item_id, []).append(one)
    standing = {
        (one.line_id, one.item_id): one
        for one in ProvidedMaterial.objects.select_for_update().filter(line__in=lines)
    }
    new, changed = [], []
    for line in lines:
        for one in boms.get(line.item_id, []):
            needed = line.quantity * one.quantity_per * (1 + one.scrap_percent / _HUNDRED)
            step = one.component.unit.step
            quantity = (needed / step).to_integral_value(ROUND_UP) * step
            known = standing.get((line.pk, one.component_id))
            if known is None:
                new.append(ProvidedMaterial(line=line, item=one.component, quantity=quantity))
            elif known.quantity != quantity:
                known.quantity = quantity
                changed.append(known)
    ProvidedMaterial.objects.bulk_create(new)
    ProvidedMaterial.objects.bulk_update(changed, ["quantity"])
