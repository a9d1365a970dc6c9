"""Master data and stock for programs: what goes in comes out, refusals name row and field."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gendan.catalog.models import Item
from gendan.inventory import invariants
from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.kernel.services import make_api_token
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
ITEM = {"code": "A-1", "family": "HW", "unit": "pcs", "supply": "buy", "lot_size": "2.5"}
LISTS = [
    *(
        "items",
        "units",
        "conversions",
        "families",
        "boms",
        "routings",
        "work-centers",
        "alternates",
    ),
    *("calendars", "calendar-days", "price-lists", "prices", "exchange-rates"),
    *("partners", "contacts", "addresses", "payment-terms", "lanes"),
    *("departments", "shifts", "people", "absences", "locations", "lots"),
    *("stock/moves", "stock/balances", "stock/reservations", "stock/expected"),
]


class Program:
    """A program with a user's token."""

    def __init__(self, user: User) -> None:
        _token, secret = make_api_token(name="test", by=user)
        self.client = Client(headers={"authorization": f"Bearer {secret}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, data: Any) -> Any:
        return self.client.post(f"/api/v1/{path}", data, content_type="application/json")


@pytest.fixture
def boss() -> Program:
    masters.unit()
    masters.family()
    return Program(person("zhao"))


def test_lanes_sail_on_days_of_the_week(boss: Program) -> None:
    row = {"method": "sea", "country": "DE", "transit_days": 30, "sails_on": [5, 2]}
    assert boss.post("lanes", {"rows": [row | {"cutoff_days": 2}]}).status_code == 200
    [lane] = boss.get("lanes", country="DE").json()["items"]
    assert (lane["sails_on"], lane["cutoff_days"]) == ([2, 5], 2)
    for wrong in ({"sails_on": [7]}, {"sails_on": "Friday"}, {"cutoff_days": 99}):
        assert boss.post("lanes", {"rows": [row | wrong]}).status_code in (400, 422)


def test_items_go_in_and_come_out(boss: Program) -> None:
    answer = boss.post("items", {"rows": [ITEM, ITEM | {"code": "A-2", "cost": 1.5}]})
    assert (answer.status_code, answer.json()["count"]) == (200, 2)
    listed = boss.get("items", q="a-", limit=1).json()
    assert [one["code"] for one in listed["items"]] == ["A-1"]
    listed = boss.get("items", q="a-", limit=1, cursor=listed["next"]).json()
    assert [(one["code"], one["cost"]) for one in listed["items"]] == [("A-2", "1.500000")]
    assert listed["next"] is None
    one = boss.get(f"items/{answer.json()['ids'][0]}").json()
    assert (one["family"], one["lot_size"]) == ("HW", "2.500000")
    boss.post("items", {"rows": [{"code": "A-2", "cost": ""}]})
    assert Item.objects.get(code="A-2").cost is None


def test_a_refusal_names_row_and_field(boss: Program) -> None:
    answer = boss.post("items", {"rows": [ITEM, ITEM | {"code": "B", "unit": "none"}]})
    assert answer.status_code == 422
    problem = answer.json()
    assert (problem["code"], problem["field"]) == ("rows_refused", "rows.1.unit")
    assert problem["params"]["rows"] == [
        {"index": 1, "field": "unit", "message": "There is no unit called “none”."}
    ]
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{}],
        "all",
        [ITEM | {"code": "a\u0000b"}],
        [ITEM | {"code": "\ud800"}],
        [ITEM | {"lot_size": "NaN"}],
        [ITEM | {"lot_size": "much"}],
        [ITEM | {"lead_days": 10**40}],
        [ITEM | {"specification": [1]}],
    ],
)
def test_what_cannot_be_read_is_refused_and_not_broken(boss: Program, rows: Any) -> None:
    answer = boss.post("items", {"rows": rows})
    assert answer.status_code == 422
    assert not Item.objects.exists()


def test_stock_through_the_api(boss: Program) -> None:
    masters.item("A-1")
    wen = Program(person("wen"))
    rows = [{"code": "STORE", "kind": "store"}, {"code": "HOLD", "kind": "quality"}]
    assert wen.post("locations", {"rows": rows}).status_code == 200
    opening = {"rows": [{"item": "A-1", "quantity": 50, "location": "STORE"}]}
    assert wen.post("stock/opening", opening).status_code == 200
    move = {"item": "A-1", "quantity": "60", "source": "STORE", "target": "HOLD"}
    refused = wen.post("stock/moves", {"rows": [move]})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_enough_stock")
    moved = wen.post("stock/moves", {"rows": [move | {"quantity": "20"}]}).json()
    back = wen.post(f"stock/moves/{moved['ids'][0]}/reverse", {"reason": "mistake"})
    assert back.json()["reverses_id"] == moved["ids"][0]
    due = (clock.today() + dt.timedelta(days=9)).isoformat()
    expected = {"rows": [{"item": "A-1", "quantity": 10, "due_on": due, "reference": "PO"}]}
    (supply,) = wen.post("stock/expected", expected).json()["ids"]
    receipt = {"expected_id": supply, "quantity": 4, "location": "HOLD"}
    assert wen.post("stock/expected/receive", {"rows": [receipt]}).status_code == 200
    dropped = wen.post("stock/expected/drop", {"expected_ids": [supply], "reason": "late"})
    assert dropped.json()["ids"] == [supply]
    there = wen.get("stock/availability", item="A-1").json()
    assert [(one["free"], one["incoming"]) for one in there] == [("50.000000", [])]
    nul = wen.post(f"stock/moves/{moved['ids'][0]}/reverse", {"reason": "a\x00b"})
    assert nul.status_code == 422
    assert wen.post(f"stock/moves/{10**30}/reverse", {"reason": "x"}).status_code == 404
    drop = {"expected_ids": [2**63], "reason": "x"}
    assert wen.post("stock/expected/drop", drop).status_code == 422
    assert invariants.check() == []


def test_the_wrong_role_is_refused(boss: Program) -> None:
    answer = Program(person("qiu")).post("items", {"rows": [ITEM]})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("path", LISTS)
def test_lists_are_for_our_own_people(boss: Program, path: str) -> None:
    fill()
    shown = boss.get(path, limit=200).json()["items"]
    assert shown or path in {"shifts", "absences", "lots", "stock/reservations"}
    stranger = Client()
    stranger.force_login(person("stranger"))
    assert stranger.get(f"/api/v1/{path}").status_code == 404
    assert Client().get(f"/api/v1/{path}").status_code == 401


def test_a_list_asks_as_often_for_many_as_for_few(boss: Program) -> None:
    boss.get("items")  # the token's first use is noted
    counts = []
    for count in (2, 30):
        masters.items({f"I-{number}": {"supply": "make"} for number in range(count + 1)})
        for number in range(count):
            masters.bom(f"I-{number}", {f"I-{number + 1}": 1})
        for path in ("items", "boms"):
            with CaptureQueriesContext(connection) as queries:
                boss.get(path, limit=200)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


def fill() -> None:
    """Something of everything."""
    masters.payment_terms()
    masters.customer(payment_terms="TT30")
    masters.contact("C-1")
    masters.address("C-1")
    masters.lane()
    masters.items({"A-1": {}, "B-1": {"supply": "make"}})
    masters.items({"A-2": {}})
    masters.bom("B-1", {"A-1": 2})
    masters.alternate("A-1", "A-2")
    masters.work_center()
    masters.routing("B-1", ("WC-1", 10, "0.5"))
    masters.price("B-1", "12.5")
    masters.rate()
    masters.calendar(off=(dt.date(2026, 5, 1),))
    masters.staff()
    masters.stock("A-1", 50)
    masters.expected("A-1", 25, reference="PO-1")
