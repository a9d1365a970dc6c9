"""The kinds of sheets about goods that arrive, and that are carried between places.

Their exports are sheets to be filled in: what is to come, what lies where.
"""

from django.db.models import F, Value
from django.db.models.functions import Coalesce

from gendan.exchange.arrival_sheets import (
    DeliveryRow,
    SupplyRow,
    take_deliveries,
    take_supplies,
    take_transfers,
)
from gendan.exchange.kind import Kind
from gendan.inventory import models, services
from gendan.inventory.services import TransferRow
from gendan.purchasing import models as purchasing_models
from gendan.purchasing import services as purchasing

_BLANK = Value("")

ARRIVAL_KINDS = (
    Kind(
        "goods_receipts",
        "Deliveries received",
        "收货",
        DeliveryRow,
        purchasing.receive_goods,
        purchasing_models.PurchaseOrderLine,
        take=take_deliveries,
        paths={
            "delivery_note": _BLANK,
            "purchase_order": "order__number",
            "quantity": Coalesce("confirmed_quantity", "quantity") - F("expected__received"),
            "unit": "item__unit__code",
            "lot": _BLANK,
            "made_on": _BLANK,
            "expires_on": _BLANK,
            "delivered_on": _BLANK,
            "is_last": _BLANK,
        },
        where={
            "is_cancelled": False,
            "expected__is_open": True,
            "order__state__in": purchasing_models.PurchaseOrder.WITH_SUPPLIER,
        },
        examples=(
            {
                "delivery_note": "DN-5512",
                "purchase_order": "PO26-0001",
                "position": 1,
                "item": "M-1",
                "quantity": 500,
                "lot": "L2612",
                "expires_on": "2028-12-31",
            },
            {
                "delivery_note": "DN-5512",
                "purchase_order": "PO26-0001",
                "position": 2,
                "quantity": 200,
                "is_last": "yes",
            },
        ),
    ),
    Kind(
        "supply_receipts",
        "Expected supplies received",
        "预计到货收货",
        SupplyRow,
        services.receive_expected,
        models.ExpectedSupply,
        take=take_supplies,
        paths={
            "quantity": F("quantity") - F("received"),
            "location": _BLANK,
            "unit": "item__unit__code",
            "lot": _BLANK,
            "made_on": _BLANK,
            "expires_on": _BLANK,
            "is_last": _BLANK,
        },
        where={"is_open": True, "comes_with": "", "made_for": ""},
        examples=(
            {"item": "M-1", "quantity": 500, "location": "INSPECTION", "reference": "PO-1"},
            {
                "item": "M-2",
                "quantity": 20,
                "location": "INSPECTION",
                "reference": "PO-1",
                "due_on": "2026-12-20",
                "lot": "L2612",
            },
        ),
    ),
    Kind(
        "stock_transfers",
        "Goods carried between places",
        "库位调拨",
        TransferRow,
        services.transfer_stock,
        models.Balance,
        take=take_transfers,
        paths={
            "quantity": "on_hand",
            "source": "location__code",
            "target": _BLANK,
            "unit": "item__unit__code",
            "reason": _BLANK,
        },
        where={"on_hand__gt": 0, "location__kind": models.Location.Kind.STORE},
        examples=(
            {"item": "M-1", "quantity": 50, "source": "DOCK", "target": "A-01-3", "lot": "L2612"},
            {"item": "A-100", "quantity": 24, "source": "A-01-3", "target": "A-02-1"},
        ),
    ),
)
