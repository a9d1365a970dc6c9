"""Late lines that wait for one purchase request: one row of the page, one entry of the API."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from gendan.kernel import clock
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.purchasing.services import PurchaseRow, request_purchases
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_request_that_makes_many_lines_late_stands_once(browse: Browse, language: str) -> None:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        masters.stock("LEG", 400)
        row = PurchaseRow("SEAT", Decimal(100), dt.date(2026, 3, 4), MONDAY)
        [request] = request_purchases(rows=[row], by=None)
        late = [ordered(5, day=dt.date(2026, 3, 9 + one)) for one in range(5)]
        soon = ordered(5, day=dt.date(2026, 4, 30))
        planned()
        ping = browse("ping", language)
        shown = ping.get(reverse("late_order_lines")).content.decode()
        body = shown.split("<tbody>")[1].split("</tbody>")[0]
        assert body.count("<tr>") == 1
        assert body.count(request.number) == 1
        assert all(body.count(f">{one.number}<") == 1 for one in late)
        assert "<details>" in body  # the fifth
        assert soon.number not in body
        assert "%(" not in shown
        assert "export=csv" in shown
        told = ping.get(reverse("late_order_lines") + "?export=csv").getvalue().decode()
        assert all(told.count(f"{one.number},1,") == 1 for one in late)  # each line by itself
        assert soon.number not in told
        [one] = ping.get("/api/v1/late-order-lines/by-supply").json()
        assert (one["binding"]["request_id"], one["order_count"]) == (request.pk, 5)
        assert one["needed_on"] == "2026-03-09"
        days = [line["days_late"] for line in one["lines"]]
        assert days == sorted(days, reverse=True)
        assert {line["order_number"] for line in one["lines"]} == {two.number for two in late}
        wrong = "/api/v1/late-order-lines/by-supply?limit=0"
        assert ping.get(wrong).status_code == 422
        assert browse("stranger").get(wrong.split("?")[0]).status_code == 404
