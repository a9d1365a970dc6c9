"""The page of the information flow and its API operation: figures, filters, who may look."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.notices.tests.test_flow import employ, read_after
from gendan.testing.cast import person
from gendan.workforce.models import Department

pytestmark = pytest.mark.django_db
URL = "/notices/flow/"


@pytest.fixture
def purchasing() -> Department:
    found = Department.objects.create(code="BUY", name_en="Purchasing", name_zh="采购部")
    bo = employ("bo", found)
    for minutes in (10, 20, 150):
        read_after(bo, minutes, fact="OrderAmended")
    return found


def test_it_shows_departments_and_facts(browse: Any, purchasing: Department) -> None:
    page = browse("zhao").get(reverse("notice_flow")).content.decode()
    assert "Purchasing" in page
    assert "20 min" in page
    assert "2.1 h" in page  # nine of ten
    chosen = browse("zhao").get(URL, {"department": purchasing.pk, "fact": "OrderAmended"})
    assert b"Purchasing" in chosen.content


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-13-40", "until": "x"},
        {"from": "0001-01-01"},
        {"until": "9999-12-31"},
        {"from": "2026-12-01", "until": "2026-01-01"},
        {"days": "-1"},
        {"department": "99999999999999"},
        {"department": "x"},
        {"fact": "<script>"},
    ],
)
def test_odd_questions_get_an_answer(browse: Any, query: dict[str, str]) -> None:
    response = browse("zhao").get(URL, query)
    assert response.status_code == 200
    assert b"<script>&" not in response.content
    assert b'"<script>"' not in response.content


def test_who_may_look(browse: Any) -> None:
    assert browse("mei").get(URL).status_code == 403
    assert browse("stranger").get(URL).status_code == 404
    assert Client().get(URL).status_code == 302


def test_its_price(browse: Any, purchasing: Department, django_assert_max_num_queries: Any) -> None:
    client = browse("zhao")
    with django_assert_max_num_queries(18):
        client.get(URL)


def test_programs_ask_the_same(purchasing: Department) -> None:
    client = Client()
    client.force_login(person("zhao"))
    url = "/api/v1/notices/flow"
    found = client.get(url, {"since": "2020-01-01", "until": "2100-01-01"}).json()
    assert found["total"]["told"] == 3
    assert found["departments"][0]["figures"]["read_median"] == 20
    assert found["facts"][0]["fact"] == "OrderAmended"
    assert client.get(url, {"since": "2027-01-01", "until": "2026-01-01"}).status_code == 422
    assert client.get(url, {"since": "x"}).status_code == 422
    client.force_login(person("mei"))
    assert client.get(url, {"since": "2020-01-01", "until": "2100-01-01"}).status_code == 403
