"""What subcontract work needs of our material, by the BOMs in force."""

from collections.abc import Sequence

from gendan.catalog.models import BomLine
from gendan.engine.boms import with_loss
from gendan.kernel.quantity import whole_steps
from gendan.purchasing.models import ProvidedMaterial, PurchaseOrderLine


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
            needed = line.quantity * with_loss(one.quantity_per, one.scrap_percent)
            quantity = whole_steps(needed, one.component.unit.step)
            known = standing.get((line.pk, one.component_id))
            if known is None:
                new.append(ProvidedMaterial(line=line, item=one.component, quantity=quantity))
            elif known.quantity != quantity:
                known.quantity = quantity
                changed.append(known)
    ProvidedMaterial.objects.bulk_create(new)
    ProvidedMaterial.objects.bulk_update(changed, ["quantity"])
