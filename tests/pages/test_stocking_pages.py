"""Pages and operations of limits, forecasts, reorders, surplus, classes, what service costs."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.catalog.models import Item
from gendan.kernel import clock
from gendan.purchasing.models import PurchaseRequest
from gendan.stocking import jobs, services
from gendan.stocking.models import ForecastRun, StockPolicy, SurplusDecision
from gendan.stocking.services import PolicyRow
from gendan.stocking.tests.factory import NOW, bolt, forecast, month_back, used
from gendan.stocking.tests.factory import plain as plain
from gendan.testing.make import masters, orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain")]
Browse = Callable[..., Client]
PAGES = [
    "stock_policies",
    "request_reorders",
    "item_forecasts",
    "surplus",
    "stock_classes",
    "stock_what_if",
]
SEASON = [60, 80, 120, 150, 120, 80, 60, 40, 30, 30, 40, 50]


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def item() -> Item:
    """A bought item with two years of use behind it and a little left."""
    one = bolt()
    used({"BOLT": [SEASON[month % 12] + month for month in range(30)]})
    masters.stock("BOLT", 20)
    forecast()
    return one


def text(client: Client, name: str, *ids: int, query: str = "") -> str:
    answer = client.get(reverse(name, args=ids) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_strangers_find_nothing(browse: Browse, item: Item) -> None:
    for name in PAGES:
        assert browse("stranger").get(reverse(name)).status_code == 404
        assert browse().get(reverse(name)).status_code == 302
    page = reverse("item_forecast", args=[item.pk])
    assert browse("stranger").get(page).status_code == 404
    assert browse("ping").get(reverse("item_forecast", args=[0])).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_are_there_before_anything_is_forecast(browse: Browse, language: str) -> None:
    client = browse("ping", language)
    for name in PAGES:
        assert f'lang="{language}"' in text(client, name)
    one = masters.item("NEW")
    assert "NEW" in text(client, "item_forecast", one.pk)


def test_an_item_says_how_its_forecast_came_about(browse: Browse, item: Item) -> None:
    page = text(browse("ping"), "item_forecast", item.pk)
    assert "It is used in most months." in page
    assert "a month on average." in page
    assert "<polyline" in page
    assert "nan" not in page.lower().replace("nancy", "")
    assert "2027-05" in page
    for shown in ("Safety stock", "Reorder point", "Adopt calculated limits"):
        assert shown in page


def test_items_of_every_kind_have_a_page(browse: Browse) -> None:
    for code in ("SHORT", "ONCE", "SPIKE", "FITS"):
        masters.item(code, supply="buy")
    used({"SHORT": [3, 4], "ONCE": [0, 0, 9, 0, 0], "SPIKE": [4] * 20 + [9000], "FITS": [0, 5] * 9})
    masters.item("NEVER", supply="buy")
    masters.stock("NEVER", 1)
    forecast()
    said = {
        "SHORT": "It is new",
        "ONCE": "in one month only",
        "SPIKE": "beyond all measure",
        "FITS": "by fits and starts",
        "NEVER": "It was never used",
    }
    client = browse("ping")
    for code, words in said.items():
        assert words in text(client, "item_forecast", Item.objects.get(code=code).pk)


def test_forecasts_are_asked_for_with_a_button(browse: Browse) -> None:
    assert browse("mei").post(reverse("calculate_forecasts")).status_code == 403
    client = browse("ping")
    assert client.post(reverse("calculate_forecasts")).status_code == 303
    assert "Forecasts wait to be calculated." in text(client, "item_forecasts")
    run = ForecastRun.objects.get()
    services.take_up_forecast_run(run_id=run.pk)
    services.note_forecast_progress(run_id=run.pk, attempt=1, percent=40)
    assert "being calculated: 40 %" in text(client, "item_forecasts")
    services.fail_forecast_run(run_id=run.pk, failure="bug")
    assert "The last calculation failed" in text(client, "item_forecasts")


def test_limits_are_typed_adopted_and_shown(browse: Browse, item: Item) -> None:
    client = browse("ping")
    typed = {"item": "BOLT", "method": "min_max", "service": "cycle", "service_percent": "97"}
    days = {"review_days": "1", "lead_spread_days": "0", "holding_percent": "20"}
    limits = {"minimum": "0", "maximum": "0", "reorder_point": "0", "order_quantity": "0"}
    answer = client.post(reverse("save_stock_policies"), typed | days | limits)
    assert answer.status_code == 303
    assert StockPolicy.objects.get().service_percent == 97
    answer = client.post(reverse("adopt_stock_policies"), {"item": item.pk, "back": "item"})
    assert answer.headers["Location"] == reverse("item_forecast", args=[item.pk])
    item.refresh_from_db()
    assert item.safety_stock > 0
    page = text(client, "stock_policies", query="?alarm=below")
    assert "below minimum" in page
    assert "BOLT" in page
    wrong = client.post(reverse("save_stock_policies"), typed | days | limits | {"minimum": "-4"})
    assert wrong.status_code == 422
    assert client.post(reverse("adopt_stock_policies"), {"item": "x"}).status_code == 422


def test_what_is_at_its_limit_is_ordered_once(browse: Browse) -> None:
    one = bolt()
    row = PolicyRow("BOLT", method="min_max", minimum=Decimal(5), maximum=Decimal(40))
    services.save_stock_policies(rows=[row], by=None)
    client = browse("bo")
    assert 'name="item"' in text(client, "request_reorders")
    assert 'name="item"' not in text(browse("wen"), "request_reorders")
    told = client.get(reverse("request_reorders") + "?export=csv").getvalue().decode()
    assert told.splitlines()[1].startswith(f"{one.code},")
    assert ",40," in told
    assert client.post(reverse("request_reorders"), {"item": one.pk}).status_code == 303
    assert PurchaseRequest.objects.get().quantity == 40
    assert client.post(reverse("request_reorders"), {"item": one.pk}).status_code == 409
    assert "Nothing is at its limit" in text(client, "request_reorders")


def test_surplus_names_who_could_take_it_and_is_decided(browse: Browse) -> None:
    one = masters.item("A-1")
    with clock.at(clock.moment_on(month_back(7))):
        masters.stock("A-1", 500)
    order = orders.confirmed()
    forecast()
    client = browse("bo")
    assert "offer it to 1 open order line" in text(client, "surplus")
    page = text(client, "item_forecast", one.pk)
    assert order.number in page
    address = reverse("decide_surplus", args=[one.pk])
    assert client.post(address, {"kind": "offer", "reason": "to Berlin"}).status_code == 303
    assert SurplusDecision.objects.get().kind == "offer"
    assert client.post(address, {"kind": "", "reason": ""}).status_code == 422
    assert "A-1" not in text(client, "surplus", query="?decision=none")


def test_classes_and_the_price_of_service(browse: Browse, item: Item) -> None:
    client = browse("zhao")
    assert "1 item" in text(client, "stock_classes", query="?abc=A")
    page = text(client, "stock_what_if", query="?abc=A")
    assert page.count("<polyline") == 3  # the curve with its safety stock, the trend
    assert "There is nothing to draw yet" in text(client, "stock_what_if", query="?abc=B")


@pytest.mark.parametrize("name", ["stock_policies", "item_forecasts", "surplus", "stock_classes"])
def test_lists_are_exported(browse: Browse, item: Item, name: str) -> None:
    services.save_stock_policies(rows=[PolicyRow("BOLT")], by=None)
    for kind, begin in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        answer = browse("wen").get(reverse(name), {"export": kind})
        assert b"".join(answer).startswith(begin)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["stock_policies", "item_forecasts", "surplus", "stock_classes"])
def test_lists_ask_the_same_number_of_questions_for_any_length(
    browse: Browse, name: str, django_assert_max_num_queries: Any
) -> None:
    masters.items({f"I-{number}": {"supply": "buy"} for number in range(12)})
    for number in range(12):
        with clock.at(clock.moment_on(month_back(7))):
            masters.stock(f"I-{number}", 5)
    services.save_stock_policies(rows=[PolicyRow(f"I-{number}") for number in range(12)], by=None)
    forecast()
    client = browse("ping")
    text(client, name)
    with django_assert_max_num_queries(13):
        assert "I-11" in text(client, name)


def post(client: Client, path: str, data: Any = None) -> Any:
    return client.post(f"/api/v1/{path}", json.dumps(data), content_type="application/json")


def test_operations(browse: Browse, item: Item) -> None:
    client = browse("ping")
    found = client.get(f"/api/v1/forecasts/{item.pk}").json()
    assert (found["item"], len(found["mean"])) == ("BOLT", 12)
    assert client.get("/api/v1/forecasts?abc=A").json()["items"][0]["item_id"] == item.pk
    assert client.get("/api/v1/forecasts?abc=B").json()["items"] == []
    row = {"item": "BOLT", "method": "min_max"}
    assert post(client, "stock-policies", {"rows": [row]}).status_code == 201
    assert post(client, "stock-policies/adopt", {"item_ids": [item.pk]}).json()["count"] == 1
    [policy] = client.get("/api/v1/stock-policies?alarm=below").json()["items"]
    assert Decimal(policy["safety_stock"]) > 0
    [reorder] = client.get("/api/v1/reorders").json()
    assert Decimal(reorder["quantity"]) > 0
    made = post(client, "reorders", {"item_ids": [item.pk]})
    assert (made.status_code, len(made.json()["purchase_requests"])) == (201, 1)
    assert post(client, "reorders", {"item_ids": [item.pk]}).json()["code"] == "nothing_to_reorder"
    run = post(client, "forecast-runs")
    assert run.status_code == 202
    jobs.calculate_now(run.json()["id"])
    assert client.get(f"/api/v1/forecast-runs/{run.json()['id']}").json()["state"] == "done"
    assert [one["level"] for one in client.get("/api/v1/stock-curve").json()][-1] == 0.999
    assert client.get("/api/v1/surplus").json()["items"] == []
    decided = post(client, f"items/{item.pk}/surplus-decisions", {"kind": "keep", "reason": "ok"})
    assert decided.status_code == 201
    assert post(client, "stock-policies", {"rows": []}).status_code == 422
    assert browse("mei").get("/api/v1/reorders").status_code == 200
    assert post(browse("mei"), "forecast-runs").status_code == 403
