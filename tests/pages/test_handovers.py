"""Pages of handing orders over: preview, notes, acknowledgement, back."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.followup.models import Handover
from gendan.kernel import clock
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


def test_from_holiday_to_holiday(browse: Browse) -> None:
    make.template()
    order = make.followed(number="PO-77").order
    mei, jun, url = browse("mei"), browse("jun"), reverse("hand_over")
    page = mei.get(url).content.decode()
    assert order.number in page
    assert "Deposit" in page
    values: dict[str, Any] = {"taker_id": person("jun").pk, "kind": "absence", "order": order.pk}
    refused = mei.post(url, values | {f"note-{order.pk}": "Call <b>Anna</b>"})
    assert refused.status_code == 422
    assert "Call &lt;b&gt;Anna" in refused.content.decode()  # what was typed stays
    back_on = str(clock.today() + dt.timedelta(days=7))
    done = mei.post(url, values | {"back_on": back_on, f"note-{order.pk}": "Call Anna"})
    handover = Handover.objects.get()
    assert done.headers["Location"] == reverse("handover", args=[handover.pk])
    assert "read what is open" in jun.get("/today/").content.decode()
    page = jun.get(reverse("handover", args=[handover.pk])).content.decode()
    assert "Call Anna" in page
    assert "I have read what is open" in page
    assert jun.post(reverse("acknowledge_handover", args=[handover.pk])).status_code == 303
    assert mei.post(reverse("hand_back", args=[handover.pk])).status_code == 303
    order.refresh_from_db()
    assert order.merchandiser == person("mei")
    assert "Mei" in mei.get(reverse("handovers")).content.decode()


def test_who_may(browse: Browse) -> None:
    make.template()
    order = make.followed().order
    assert browse().get(reverse("hand_over")).status_code == 302
    assert browse("wen").get(reverse("hand_over")).status_code == 403
    assert browse("stranger").get(reverse("hand_over")).status_code == 404
    mine = browse("jun").get(reverse("hand_over"), {"giver_id": person("mei").pk})
    assert order.number not in mine.content.decode()  # a merchandiser sees her own only
    zhao = browse("zhao").get(reverse("hand_over"), {"giver_id": person("mei").pk})
    assert order.number in zhao.content.decode()


def test_the_preview_costs_few_queries(browse: Browse, django_assert_max_num_queries: Any) -> None:
    make.template()
    for number in range(3):
        make.followed(number=f"PO-{number}")
    mei = browse("mei")
    with django_assert_max_num_queries(18):
        mei.get(reverse("hand_over"))


def test_the_api(browse: Browse) -> None:
    make.template()
    order = make.followed().order
    mei, jun = browse("mei"), browse("jun")
    body = {
        "giver_id": person("mei").pk,
        "taker_id": person("jun").pk,
        "orders": [{"order_id": order.pk, "note": "Call Anna"}],
        "back_on": str(clock.today() + dt.timedelta(days=7)),
    }
    kept: dict[str, Any] = {"content_type": "application/json"}
    made = mei.post("/api/v1/handovers", body, **kept)
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    assert jun.get(f"/api/v1/handovers/{pk}/orders").json()[0]["note"] == "Call Anna"
    assert browse("sun").get(f"/api/v1/handovers/{pk}/orders").status_code == 404
    assert jun.post(f"/api/v1/handovers/{pk}/acknowledge", **kept).status_code == 200
    assert jun.post(f"/api/v1/handovers/{pk}/back", **kept).json()["state"] == "returned"
