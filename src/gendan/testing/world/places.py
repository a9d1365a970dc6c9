"""Where goods of the fictional company lie: warehouses, zones, bins, and opening stock in them."""

import random
from decimal import Decimal

from gendan.inventory import services as inventory
from gendan.kernel import clock
from gendan.testing.world import company

STORE, ARRIVED, FLOOR, FINISHED = "MAIN", "MAIN-IN", "FLOOR", "FG"
PLACES = [
    (STORE, "Main warehouse", "主仓库", "store"),
    (FINISHED, "Finished goods", "成品仓", "store"),
    ("QC", "Quality hold", "待检区", "quality"),
    ("SUPPLIERS", "Suppliers", "供应商", "supplier"),
    ("CUSTOMERS", "Customers", "客户", "customer"),
    (FLOOR, "Production", "生产车间", "production"),
    ("LOSS", "Loss and adjustment", "盘亏与调整", "loss"),
    ("OPENING", "Opening stock", "期初", "opening"),
]
# zone → (English, Chinese, how many bins, codes of the items that lie there)
ZONES = {
    "A": ("Fabrics and trims", "面辅料区", 6, ("FB-", "TH-", "ZP-", "LB-", "PB-")),
    "B": ("Metals", "金属区", 6, ("ST-", "BL-", "SC-", "ZN-", "BR-", "AL-", "WD-")),
    "C": ("Electronics and plastics", "电子与塑料区", 8, ("PL-", "PC-", "IC-", "LD-", "BT-", "SP-",
          "LC-", "TR-EE", "PW-", "MT-")),
    "D": ("Packaging and trading goods", "包材与贸易品区", 6, ("PK-", "TR-3", "HW-", "EL-")),
}  # fmt: skip


def found_stores(rng: random.Random) -> None:
    """The places, and what lies in them on the first day."""
    inventory.save_locations(
        rows=[
            *(inventory.LocationRow(code, en, zh, kind) for code, en, zh, kind in PLACES),
            inventory.LocationRow(
                ARRIVED, "Arrivals", "收货区", "store", parent=STORE, purpose="receiving"
            ),
            *_zones(),
        ],
        by=None,
    )
    inventory.post_opening_stock(
        rows=[
            inventory.OpeningRow(
                item=row[0],
                location=bin_of(row[0]),
                quantity=Decimal(int(row[7] * rng.uniform(0.8, 4))),
                lot=f"L{clock.today():%y%m}-{number:02}" if row[0][:3] in {"FB-", "BT-"} else "",
            )
            for number, row in enumerate(company.MATERIALS)
        ],
        by=None,
    )


def zone_of(code: str) -> str:
    """The code of the zone in which an item has its bin."""
    for name, (_en, _zh, _bins, begins) in ZONES.items():
        if code.startswith(begins):
            return f"{STORE}-{name}"
    return f"{STORE}-D"


def bin_of(code: str) -> str:
    """Where an item lies: its bin never changes."""
    zone = zone_of(code)
    bins = ZONES[zone[-1]][2]
    return f"{zone}-{sum(code.encode()) % bins + 1:02}"


def _zones() -> list[inventory.LocationRow]:
    rows = []
    for row, (name, (en, zh, bins, _begins)) in enumerate(ZONES.items(), 1):
        zone = f"{STORE}-{name}"
        rows.append(
            inventory.LocationRow(
                zone, en, zh, "store", parent=STORE, purpose="storage", sequence=row * 100
            )
        )
        rows += [
            inventory.LocationRow(
                f"{zone}-{number:02}",
                f"{name} {number:02}",
                f"{name}区{number:02}位",
                "store",
                parent=zone,
                sequence=row * 100 + number,
            )
            for number in range(1, bins + 1)
        ]
    return rows
