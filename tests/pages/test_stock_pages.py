"""Pages and API of the store's work, values, claims and counts: who, what, and what it costs."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gendan.inventory.models import CountLine, DemandRank, ItemValue, LandedCost, StockClaim
from gendan.inventory.queries import reserved_for
from gendan.inventory.services import MoveRow, post_moves, rank_demands, reserve, start_count
from gendan.inventory.services.claiming import RankRow
from gendan.testing.make import masters, orders

Browse = Callable[..., Client]
LISTS = ["counts/", "counts/calls/", "claims/", "values/", "values/entries/", "values/landed/"]
PLACES = ["put-away/", "picking/", "past/", "counts/accuracy/"]


@pytest.fixture
def world(db: None) -> Any:
    """Two orders' lines, goods with value and lots, one of the lines keeping all of an item."""
    masters.items({"A-1": {}, "L-1": {"traced": "lot"}})
    masters.location("STORE")
    masters.location("BIN", sequence=2)
    masters.location("DOCK", purpose="receiving")
    masters.location("OUT", "supplier")
    rows = [
        MoveRow("A-1", masters.decimal(100), "OUT", "STORE", unit_cost=masters.decimal(2)),
        MoveRow("A-1", masters.decimal(5), "OUT", "DOCK", about="PO-1"),
        MoveRow("L-1", masters.decimal(10), "OUT", "STORE", lot="RED"),
    ]
    post_moves(rows=rows, by=None)
    return orders.draft(lines=[orders.line("A-1", 60), orders.line("A-1", 40)])


def _lines(order: Any) -> list[Any]:
    return list(order.lines.order_by("position"))


@pytest.mark.parametrize("path", [*LISTS, *PLACES])
def test_pages_open_for_everybody_who_works_here(world: Any, browse: Browse, path: str) -> None:
    assert browse("mei").get(f"/stock/{path}").status_code == 200
    assert browse("stranger").get(f"/stock/{path}").status_code == 404
    if path in LISTS:
        answer = browse("wen").get(f"/stock/{path}?export=csv")
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("transfers/post/", "mei"), ("counts/start/", "mei"), ("counts/calls/ask/", "mei"),
        ("claims/ask/", "wen"), ("claims/ranks/", "mei"), ("values/landed/add/", "wen"),
        ("values/standard/", "wen"),
    ],
)  # fmt: skip
def test_the_wrong_role_is_refused(world: Any, browse: Browse, path: str, wrong: str) -> None:
    assert browse(wrong).get(f"/stock/{path}").status_code == 403
    assert browse("zhao").get(f"/stock/{path}").status_code == 200


def test_bins_and_picks_are_suggested(world: Any, browse: Browse) -> None:
    wen = browse("wen")
    answer = wen.get("/stock/put-away/?item=A-1&quantity=5&source=DOCK").content.decode()
    assert "lies here already" in answer
    assert "target=STORE" in answer
    answer = wen.get("/stock/picking/?item=L-1&quantity=12").content.decode()
    assert "RED" in answer
    assert "Lacking" in answer
    for wrong in ("item=no&quantity=1", "item=A-1&quantity=x", "item=A-1&quantity=-1"):
        for path in ("put-away", "picking"):
            refused = wen.get(f"/stock/{path}/?{wrong}")
            assert refused.status_code == 200
            assert "gd-wrong" in refused.content.decode()
    typed = {"item": "A-1", "quantity": "5", "source": "DOCK", "target": "BIN"}
    assert wen.post("/stock/transfers/post/", typed).status_code == 303
    api = wen.get("/api/v1/stock/put-away?item=A-1&quantity=5").json()
    assert api["without_room"] in ("0", "0.000000", 0)
    assert wen.get("/api/v1/stock/picks?item=A-1&quantity=5").json()["lacking"] in ("0", 0)


def test_lists_of_the_stores_work_are_taken_out_as_files(world: Any, browse: Browse) -> None:
    wen = browse("wen")

    def told(address: str) -> list[dict[str, str]]:
        answer: Any = wen.get(f"/stock/{address}export=csv")
        return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    (waits,) = told("put-away/?")
    assert (waits["Item"], waits["Location"], waits["Quantity"]) == ("A-1", "DOCK", "5")
    assert (waits["Bin"], waits["Why"]) == ("STORE", "lies here already")
    assert waits["Unit"]
    assert waits["Since"]
    (into,) = told("put-away/?item=A-1&quantity=5&")
    assert (into["Bin"], into["Quantity"], into["Why"]) == ("STORE", "5", "lies here already")
    (taken,) = told("picking/?item=L-1&quantity=4&")
    assert (taken["Location"], taken["Lot"], taken["Quantity"]) == ("STORE", "RED", "4")
    assert told("picking/?item=NONE&quantity=4&") == []
    moved = told("moves/?item=a-1&")
    assert {row["Quantity"] for row in moved} == {"100", "5"}
    assert all(row["Unit"] for row in moved)
    assert len(told("moves/?")) == 3
    assert told("moves/?to=2020-01-01&") == []
    assert "export=xlsx" in wen.get("/stock/put-away/").content.decode()
    assert "export=xlsx" not in wen.get("/stock/picking/").content.decode()
    assert wen.get("/stock/put-away/?export=xlsx").status_code == 200
    assert wen.get("/stock/put-away/?export=pdf").status_code == 422
    assert browse("stranger").get("/stock/put-away/?export=csv").status_code == 404


def test_the_past_is_shown_and_exported(world: Any, browse: Browse) -> None:
    wen = browse("wen")
    assert "100" in wen.get("/stock/past/?at=2099-01-01T08:00&item=A-1").content.decode()
    assert "Nothing lay there" in wen.get("/stock/past/?at=2020-01-01T08:00").content.decode()
    assert "no moment" in wen.get("/stock/past/?at=2020-99-01T08:00").content.decode()
    answer: Any = wen.get("/stock/past/?at=2099-01-01T08:00&export=csv")
    assert b"STORE" in b"".join(answer.streaming_content)
    assert wen.get("/stock/past/?at=2099-01-01T08:00&export=xlsx").status_code == 200
    found = wen.get("/api/v1/stock/past?at=2099-01-01T08:00:00&item=A-1").json()
    assert len(found) == 2
    assert wen.get("/api/v1/stock/values?item=A-1").json()[0]["quantity"].startswith("105")


def test_costs_are_spread_and_standards_set_by_finance(world: Any, browse: Browse) -> None:
    fang = browse("fang")
    typed = {"about": "PO-1", "kind": "freight", "reference": "F-1", "amount": "10",
             "basis": "quantity", "currency": ""}  # fmt: skip
    assert fang.post("/stock/values/landed/add/", typed).status_code == 303
    again = fang.post("/stock/values/landed/add/", typed)
    assert again.status_code == 409
    assert LandedCost.objects.count() == 1
    typed = {"item": "A-1", "method": "standard", "standard": "3"}
    assert fang.post("/stock/values/standard/", typed).status_code == 303
    assert ItemValue.objects.get(item__code="A-1").value == 315
    assert fang.get("/api/v1/stock/value-entries?item=A-1").status_code == 200
    assert len(fang.get("/api/v1/stock/landed-costs?about=PO-1").json()["items"]) == 1


def test_a_rank_is_of_an_order_line_that_exists(world: Any, browse: Browse) -> None:
    (line, *_rest), ping = _lines(world), browse("ping")
    for name, status in (
        ("orders.line:999999999999", 422),
        ("a.b:999999999999999999", 422),
        (f"orders.line:{line.pk}", 200),
    ):
        rows = {"rows": [{"demand": name, "rank": 1}]}
        given = ping.post("/api/v1/stock/ranks", rows, content_type="application/json")
        assert given.status_code == status, given.content
    assert DemandRank.objects.get().demand == f"orders.line:{line.pk}"


def test_kept_goods_are_claimed_and_handed_over(world: Any, browse: Browse) -> None:
    one, two = _lines(world)
    names = [f"orders.line:{one.pk}", f"orders.line:{two.pk}"]
    reserve(demands=[(names[0], one.item_id, masters.decimal(100))], by=None)
    rank_demands(rows=[RankRow(names[1], 1)], by=None)
    mei, ping = browse("mei"), browse("ping")
    asked = {"order": world.number, "position": two.position, "item": "A-1", "quantity": "30"}
    assert "30" in mei.get("/stock/claims/ask/", asked | {"look": "1"}).content.decode()
    wrong = mei.post("/stock/claims/ask/", asked | {"position": 99, "reason": "fair"})
    assert wrong.status_code == 200
    assert "no such line" in wrong.content.decode()
    assert mei.post("/stock/claims/ask/", asked | {"reason": "fair"}).status_code == 303
    claim = StockClaim.objects.get()
    page = f"/stock/claims/{claim.pk}/"
    assert mei.post(page + "hand-over/", {"reason": "yes"}).status_code == 403
    assert b"hand-over" in ping.get(page).content
    assert ping.post(page + "hand-over/", {"reason": "yes"}).status_code == 303
    assert reserved_for(names) == {names[0]: 70, names[1]: 30}
    answer = ping.post(page + "refuse/", {"reason": "late"})
    assert answer.status_code == 409
    preview = mei.get(f"/api/v1/stock/claims/preview?demand={names[1]}&item=A-1&quantity=5")
    assert preview.json()[0]["demand"] == names[0]
    assert len(ping.get("/api/v1/stock/claims").json()["items"]) == 1
    assert mei.get(f"/orders/lines/{one.pk}/")["Location"] == f"/orders/{world.pk}/"
    assert mei.get("/orders/lines/999999/").status_code == 404
    typed = {"order": world.number, "position": one.position, "rank": 9}
    assert ping.post("/stock/claims/ranks/", typed).status_code == 303


def test_a_lot_shows_its_way_and_is_kept(world: Any, browse: Browse) -> None:
    lot = masters.lot("L-1", "RED")
    wen = browse("wen")
    page = wen.get(f"/stock/lots/{lot.pk}/").content.decode()
    assert "OUT" in page
    typed = {"order": world.number, "position": 1, "quantity": "4"}
    assert wen.post(f"/stock/lots/{lot.pk}/keep/", typed).status_code == 303
    assert wen.get("/stock/lots/999999/").status_code == 404
    way = wen.get(f"/api/v1/lots/{lot.pk}/way?direction=backward").json()
    assert way["ends"][0]["place"] == "OUT"


def test_a_count_from_the_phone_to_the_ledger(world: Any, browse: Browse) -> None:
    wen, zhao = browse("wen"), browse("zhao")
    typed = {"basis": "items", "items": "A-1", "place": "STORE", "is_blind": "on"}
    answer = wen.post("/stock/counts/start/", typed)
    assert answer.status_code == 303
    page = answer["Location"]
    line = CountLine.objects.get()
    phone = wen.get(page + "count/").content.decode()
    assert "Books" not in phone
    typed = {"line": str(line.pk), "round": str(line.round), "quantity": "99"}
    assert wen.post(page + "count/", typed | {"quantity": ""}).status_code == 422
    assert wen.post(page + "count/", typed).status_code == 303
    assert zhao.post(page + "count/", typed).status_code == 409  # counted meanwhile
    assert wen.get(page + "sheet/").status_code == 200
    assert wen.get(page + "sheet/?export=xlsx").status_code == 200
    assert wen.post(page + "again/", {"line": line.pk}).status_code == 303
    line.refresh_from_db()
    hidden = zhao.get(page).content.decode()
    assert ">99<" not in hidden
    assert zhao.post(page + "count/", typed | {"round": str(line.round)}).status_code == 303
    assert wen.post(page + "approve/", {"line": line.pk}).status_code == 403
    assert wen.post(page + "post/").status_code == 303
    assert wen.post(page + "close/").status_code == 303
    assert wen.post(page + "count/", typed).status_code == 409
    assert wen.post(page + "cancel/", {"reason": "x"}).status_code == 409
    assert "100" in zhao.get("/stock/counts/accuracy/").content.decode()
    told = zhao.get("/stock/counts/accuracy/?export=csv").getvalue().decode()
    assert told.splitlines()[1].split(",")[1:4] == ["100", "1", "0"]
    found = {"item": "A-1", "location": "BIN", "lot": ""}
    assert wen.post(page + "add/", found).status_code == 409


def test_the_number_of_queries_does_not_grow_with_the_lines(world: Any, browse: Browse) -> None:
    wen = browse("wen")
    masters.items({f"I-{number}": {} for number in range(12)})
    few = start_count(basis="items", items=["A-1"], by=None)
    for number in range(12):
        masters.stock(f"I-{number}", 5)
    many = start_count(basis="full", by=None)
    costs = []
    for count in (few, many, few, many):
        with CaptureQueriesContext(connection) as queries:
            assert wen.get(f"/stock/counts/{count.pk}/").status_code == 200
        costs.append(len(queries))
    assert costs[2] == costs[3] <= 12


def test_programs_count_and_claim_too(world: Any, browse: Browse) -> None:
    wen = browse("wen")

    def post(path: str, body: dict[str, Any]) -> Any:
        return wen.post(f"/api/v1/{path}", body, content_type="application/json")

    assert post("counts/calls", {"item": "A-1", "remark": "odd"}).status_code == 200
    made = post("counts", {"basis": "calls"}).json()
    lines = wen.get(f"/api/v1/counts/{made['id']}/lines").json()["items"]
    rows = [{"line_id": one["id"], "quantity": "100", "round": 1} for one in lines[:1]]
    counted = post(f"counts/{made['id']}/counted", {"rows": rows})
    assert counted.status_code == 200
    assert post(f"counts/{made['id']}/counted", {"rows": rows}).status_code == 409
    assert post(f"counts/{made['id']}/again", {"line_ids": [lines[0]["id"]]}).status_code in (
        200,
        404,
    )
    assert post(f"counts/{made['id']}/cancel", {"reason": "test"}).status_code == 200
    body = {"rows": [{"item": "A-1", "quantity": "5", "source": "DOCK", "target": "STORE"}]}
    assert post("stock/transfers", body).status_code == 200
    assert wen.get("/api/v1/counts").status_code == 200
    assert wen.get("/api/v1/counts/accuracy").json() == []
