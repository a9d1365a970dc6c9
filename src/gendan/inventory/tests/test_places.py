"""Warehouses, zones and bins; where goods are put away and picked; where a lot came from."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.inventory.models import Location
from gendan.inventory.queries import (
    availability,
    genealogy,
    papers_of,
    picks_for,
    put_away_for,
    put_away_list,
    waiting_to_be_put_away,
)
from gendan.inventory.queries.picking import places_under
from gendan.inventory.services import (
    LocationRow,
    LotRow,
    MoveRow,
    ReceiptRow,
    make_supplies,
    post_moves,
    receive_expected,
    reserve,
    reverse_move,
    save_locations,
    save_lots,
)
from gendan.kernel.rows import RowsRefused
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def place(code: str, parent: str | None = None, **more: Any) -> Location:
    return save_locations(rows=[LocationRow(code, parent=parent, **more)], by=None)[0]


def move(item: str, quantity: int, source: str, target: str, lot: str = "", about: str = "") -> Any:
    row = MoveRow(item, Decimal(quantity), source, target, lot=lot, about=about)
    return post_moves(rows=[row], by=None)[0]


@pytest.fixture
def warehouse() -> Location:
    masters.family("DRY")
    masters.items({"A-1": {}, "D-1": {"family": "DRY"}, "L-1": {"traced": "lot"}})
    place("OUT", kind="supplier")
    place("PROD", kind="production")
    place("SHOP", kind="customer")
    whole = place("W")
    place("IN", "W", purpose="receiving")
    place("DOCK", "IN")
    place("Z1", "W", purpose="storage", family="DRY")
    place("Z1-1", "Z1", sequence=1, capacity=Decimal(50))
    place("Z2", "W", purpose="picking")
    place("Z2-1", "Z2", sequence=5)
    place("Z2-2", "Z2", sequence=3)
    return whole


def test_goods_find_their_zone_and_bin(warehouse: Location) -> None:
    dry = masters.item("D-1", family="DRY")
    other = masters.item("A-1")
    names = {one.pk: one.code for one in Location.objects.all()}
    bins, left = put_away_for(dry, Decimal(60))
    assert [(names[one.place_id], int(one.quantity)) for one in bins] == [
        ("Z1-1", 50),
        ("Z2-2", 10),
    ]
    move("A-1", 5, "OUT", "Z2-1")
    bins, left = put_away_for(other, Decimal(10))
    assert [(names[one.place_id], one.why, int(left)) for one in bins] == [("Z2-1", "same_item", 0)]
    move("A-1", 7, "OUT", "DOCK")
    assert [one.on_hand for one in waiting_to_be_put_away(person("wen"))] == [7]
    assert len(places_under(warehouse.pk)) == 8


def test_what_waits_is_put_away_one_after_another(warehouse: Location) -> None:
    move("D-1", 40, "OUT", "DOCK")
    move("D-1", 60, "OUT", "IN")
    move("A-1", 5, "OUT", "DOCK")
    names = {one.pk: one.code for one in Location.objects.all()}
    waiting = list(waiting_to_be_put_away(person("wen")))
    with CaptureQueriesContext(connection) as asked:
        rows = put_away_list(waiting)
    assert len(asked) == 2
    assert [
        (one.item.code, names[bin_.place_id] if bin_ else "", int(quantity))
        for one, bin_, quantity in rows
    ] == [
        ("D-1", "Z1-1", 40),
        ("D-1", "Z1-1", 10),  # as much as the first one leaves
        ("D-1", "Z2-2", 50),
        ("A-1", "Z2-1", 5),  # Z2-2 is not empty any more
    ]


def test_picking_walks_from_what_expires_first_and_leaves_what_others_keep(
    warehouse: Location,
) -> None:
    item = masters.item("L-1", traced="lot")
    rows = [
        LotRow("L-1", "OLD", expires_on=dt.date(2020, 1, 1)),
        LotRow("L-1", "SOON", expires_on=dt.date(2097, 1, 1)),
        LotRow("L-1", "LATE", expires_on=dt.date(2098, 1, 1)),
    ]
    lots = {one.pk: one.code for one in save_lots(rows=rows, by=None)}
    for code in ("OLD", "SOON", "LATE"):
        move("L-1", 10, "OUT", "Z2-1", lot=code)
    there = availability([item.pk])[item.pk]
    assert (int(there.on_hand), int(there.expired)) == (20, 10)
    reserve(demands=[("orders.line:1", item.pk, Decimal(4))], by=None)
    picks, lacking = picks_for(item, Decimal(17))
    assert [(lots[one.lot_id or 0], int(one.quantity)) for one in picks] == [
        ("SOON", 6),
        ("LATE", 10),
    ]
    assert lacking == 1
    mine, lacking = picks_for(item, Decimal(12), "orders.line:1")
    assert [(lots[one.lot_id or 0], int(one.quantity)) for one in mine] == [
        ("SOON", 4),
        ("SOON", 6),
        ("LATE", 2),
    ]


def test_material_of_ours_at_a_suppliers_is_ours_but_not_free(warehouse: Location) -> None:
    with pytest.raises(RowsRefused, match="at whose premises"):
        place("THERE", kind="outside")
    masters.supplier("S-1")
    place("THERE", kind="outside", partner="S-1")
    item = masters.item("A-1")
    move("A-1", 9, "OUT", "THERE")
    there = availability([item.pk])[item.pk]
    assert [int(n) for n in (there.on_hand, there.outside, there.free)] == [0, 9, 0]
    with pytest.raises(RowsRefused, match="quality hold"):
        place("Q", purpose="quarantine")
    with pytest.raises(RowsRefused, match="our own places"):
        place("FAR", kind="supplier", purpose="storage")
    with pytest.raises(RowsRefused, match="inside itself"):
        place("W", "Z1-1")


def test_a_lot_is_followed_from_the_supplier_to_the_customers_and_back(warehouse: Location) -> None:
    yarn, _cloth, coat = masters.items(
        {code: {"traced": "lot"} for code in ("YARN", "CLOTH", "COAT")}
    )
    move("YARN", 10, "OUT", "Z2-1", lot="Y1", about="PO-1")
    move("YARN", 8, "Z2-1", "PROD", lot="Y1", about="WO-1")
    wrong = move("YARN", 2, "Z2-1", "PROD", lot="Y1", about="WO-9")
    reverse_move(move_id=wrong.pk, reason="typing error", by=None)
    move("CLOTH", 5, "PROD", "Z2-1", lot="C1", about="WO-1")
    move("CLOTH", 5, "Z2-1", "PROD", lot="C1", about="WO-2")
    move("CLOTH", 1, "PROD", "Z2-1", lot="C1", about="WO-2")  # given back
    move("COAT", 4, "PROD", "Z2-1", lot="K1", about="WO-2")
    move("COAT", 3, "Z2-1", "SHOP", lot="K1", about="orders.order:7")
    lots = {code: masters.lot(item, code) for item, code in
            (("YARN", "Y1"), ("CLOTH", "C1"), ("COAT", "K1"))}  # fmt: skip
    way = genealogy(yarn.pk, lots["Y1"].pk, forward=True)
    (to_cloth,) = way.next
    (to_coat,) = to_cloth.next
    assert (way.item, way.lot) == ("YARN", "Y1")
    assert (to_cloth.lot, to_cloth.about, to_coat.lot, to_coat.about) == (
        "C1",
        "WO-1",
        "K1",
        "WO-2",
    )
    assert [(end.place, int(end.quantity), end.about) for end in to_coat.ends] == [
        ("SHOP", 3, "orders.order:7")
    ]
    assert not [end for end in way.ends if end.about == "WO-9"]
    back = genealogy(coat.pk, lots["K1"].pk, forward=False)
    origin = back.next[0].next[0]
    assert (origin.lot, int(origin.quantity)) == ("Y1", 8)
    assert [(end.place, int(end.quantity)) for end in origin.ends] == [("OUT", 10)]
    assert papers_of(lots["C1"].pk) == ["WO-2", "WO-1"]


def test_what_we_make_moves_for_the_paper_of_its_material(warehouse: Location) -> None:
    masters.items({"YARN": {"traced": "lot"}, "CLOTH": {"traced": "lot"}})
    move("YARN", 10, "OUT", "Z2-1", lot="Y1", about="PO-1")
    move("YARN", 8, "Z2-1", "PROD", lot="Y1", about="production.workorder:5")
    supply = masters.expected("CLOTH", 5, reference="WO-5")
    make_supplies(papers={supply.pk: "production.workorder:5"}, by=None)
    row = ReceiptRow(supply.pk, Decimal(5), "Z2-1", lot="C1")
    (made,) = receive_expected(rows=[row], by=None)
    assert (made.source.kind, made.about) == ("supplier", "production.workorder:5")
    origin = genealogy(made.item_id, made.lot_id or 0, forward=False)
    assert [(one.lot, int(one.quantity)) for one in origin.next] == [("Y1", 8)]
    way = genealogy(origin.next[0].item_id, origin.next[0].lot_id or 0, forward=True)
    assert [one.lot for one in way.next] == ["C1"]


def test_what_was_made_before_it_knew_its_paper_is_followed_too(warehouse: Location) -> None:
    masters.items(
        {"YARN": {"traced": "lot"}, "CLOTH": {"traced": "lot"}, "FELT": {"traced": "lot"}}
    )
    move("YARN", 10, "OUT", "Z2-1", lot="Y1", about="PO-1")
    move("YARN", 8, "Z2-1", "PROD", lot="Y1", about="production.workorder:5")
    made = []
    for code, reference in (("CLOTH", "WO-5"), ("FELT", "")):
        supply = masters.expected(code, 5, reference=reference)
        row = ReceiptRow(supply.pk, Decimal(5), "Z2-1", lot=f"{code}-1")
        made += receive_expected(rows=[row], by=None)
        # Filled in afterwards: the move keeps the name it was made with.
        make_supplies(papers={supply.pk: "production.workorder:5"}, by=None)
    assert [one.about for one in made] == ["WO-5", f"inventory.expectedsupply:{supply.pk}"]
    for one in made:
        origin = genealogy(one.item_id, one.lot_id or 0, forward=False)
        assert [(two.lot, int(two.quantity)) for two in origin.next] == [("Y1", 8)]
    way = genealogy(origin.next[0].item_id, origin.next[0].lot_id or 0, forward=True)
    assert [one.lot for one in way.next] == ["CLOTH-1", "FELT-1"]


def test_a_circle_of_lots_ends(warehouse: Location) -> None:
    (item,) = masters.items({"R-1": {"traced": "lot"}})
    move("R-1", 10, "OUT", "Z2-1", lot="R1")
    move("R-1", 5, "Z2-1", "PROD", lot="R1", about="WO-1")
    move("R-1", 5, "PROD", "Z2-1", lot="R2", about="WO-1")
    move("R-1", 5, "Z2-1", "PROD", lot="R2", about="WO-2")
    move("R-1", 4, "PROD", "Z2-1", lot="R1", about="WO-2")
    tree = genealogy(item.pk, masters.lot("R-1", "R1").pk, forward=True)
    assert tree.next[0].lot == "R2"
    assert tree.next[0].next[0].is_cut


def test_one_sheet_brings_a_whole_warehouse() -> None:
    rows = [
        LocationRow("B-1", parent="ZONE"),
        LocationRow("ZONE", parent="HOUSE"),
        LocationRow("HOUSE"),
    ]
    saved = save_locations(rows=rows, by=None)
    assert [one.code for one in saved] == ["B-1", "ZONE", "HOUSE"]
    assert saved[0].parent == saved[1]
    wrong = [*rows, LocationRow("B-2", parent="ZONE", purpose="quarantine")]
    with pytest.raises(RowsRefused, match="row 4"):
        save_locations(rows=wrong, by=None)
    assert not Location.objects.filter(code="B-2").exists()
    with pytest.raises(RowsRefused):
        save_locations(rows=[LocationRow("X", parent="Y"), LocationRow("Y", parent="X")], by=None)
