"""Pages of papers, terms, letters of credit, letterhead and clauses."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gendan.contracts.models import Clause, ContractTerms, Letterhead, LetterOfCredit, Paper
from gendan.contracts.services import install_clauses, warn_of_letters
from gendan.orders.models import Order
from gendan.testing.make import contracts, masters, orders

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture
def order() -> Order:
    contracts.letterhead()
    return orders.confirmed(incoterm="FOB", incoterm_place="Ningbo")


def words(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_paper_is_issued_on_the_order_and_looked_at(browse: Browse, order: Order) -> None:
    mei = browse("mei")
    tab = f"/orders/{order.pk}/?tab=papers"
    assert "Nothing is issued yet" in words(mei.get(tab))
    answer = mei.post(f"/orders/{order.pk}/papers/issue/", {"kind": "contract"})
    assert (answer.status_code, answer.headers["Location"]) == (303, tab)
    paper = Paper.objects.get()
    assert str(paper) in words(mei.get(tab))
    page = words(mei.get(f"/papers/{paper.pk}/"))
    assert paper.sha256 in page
    assert "大写" not in page
    assert "美元贰佰伍拾元整" in page
    file = mei.get(f"/papers/{paper.pk}/file/")
    assert "attachment" in file.headers["Content-Disposition"]
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert "Papers" in words(mei.get("/papers/"))
    zh = words(browse("mei", "zh-hans").get(f"/papers/{paper.pk}/"))
    assert paper.number in zh


def test_versions_are_compared(browse: Browse, order: Order) -> None:
    mei = browse("mei")
    first = contracts.paper(order)
    url = f"/orders/{order.pk}/terms/"
    assert "becomes void" in words(mei.get(url))
    form = {
        "inspector": "seller",
        "penalty_per_day": "0.5",
        "penalty_most": "5",
        "penalty_grace_days": "7",
        "claims_days": "30",
        "loading_port": "Shanghai",
        "documents": "Packing list; 3; 1\nB/L",
    }
    assert mei.post(url, form | {"terms_revision": "0"}).status_code == 303
    kept = ContractTerms.objects.get()
    assert kept.documents == [
        {"code": "packing_list", "originals": 3, "copies": 1},
        {"code": "bill_of_lading", "originals": 1, "copies": 0},
    ]
    assert mei.post(url, form | {"terms_revision": "0"}).status_code == 409
    second = contracts.paper(order)
    page = words(mei.get(f"/papers/{second.pk}/?with={first.pk}"))
    assert "Shanghai" in page
    assert "v1" in page


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"documents": "Packing list; many"}, "is not: name; originals; copies"),
        ({"penalty_per_day": "9"}, "more than the penalty at most"),
        ({"penalty_per_day": ""}, "required"),
        ({"claims_days": "x"}, "whole number"),
    ],
)
def test_terms_that_cannot_be_meant_are_refused_with_a_sentence(
    browse: Browse, order: Order, change: dict[str, str], expected: str
) -> None:
    form = {
        "inspector": "seller",
        "penalty_per_day": "0",
        "penalty_most": "5",
        "penalty_grace_days": "0",
        "claims_days": "30",
    } | change
    for htmx in (False, True):
        answer = browse("mei", htmx=htmx).post(f"/orders/{order.pk}/terms/", form)
        assert expected in words(answer)
    assert not ContractTerms.objects.exists()


def test_a_letter_of_credit_from_the_order(browse: Browse, order: Order) -> None:
    fang = browse("fang")
    assert "Whose letter of credit?" in words(fang.get("/letters-of-credit/new/"))
    url = f"/letters-of-credit/new/?order={order.pk}"
    assert order.number in words(fang.get(url))
    form: dict[str, Any] = {
        "customer": order.customer_id,
        "number": "LC-77",
        "issuing_bank": "Hanse Bank",
        "amount": "100",
        "currency": "USD",
        "over_percent": "0",
        "short_percent": "0",
        "issued_on": str(orders.in_days(0)),
        "latest_shipment_on": str(orders.in_days(40)),
        "expires_on": str(orders.in_days(61)),
        "presentation_days": "21",
        "order_ids": [order.pk],
        "documents": "Form A; 1; 1",
    }
    answer = fang.post("/letters-of-credit/new/", form)
    letter = LetterOfCredit.objects.get()
    assert answer.headers["Location"] == f"/letters-of-credit/{letter.pk}/"
    page = words(fang.get(f"/letters-of-credit/{letter.pk}/"))
    assert "latest shipment is" in page
    assert "The credit covers 100.00 USD" in page
    assert "asks for what" in page
    amend = f"/letters-of-credit/{letter.pk}/amend/"
    assert "LC-77" in words(fang.get(amend))
    stale = fang.post(amend, form | {"revision": "9", "goods": "x"})
    assert stale.status_code == 409
    assert fang.post(amend, form | {"revision": "1", "amount": "300"}).status_code == 303
    tab = words(browse("mei").get(f"/orders/{order.pk}/"))
    assert "Against what was agreed" in tab
    warn_of_letters()
    assert "LC-77" in words(fang.get("/today/"))
    closed = fang.post(f"/letters-of-credit/{letter.pk}/close/", {"reason": "paid"})
    assert closed.status_code == 303
    assert "LC-77" not in words(fang.get("/letters-of-credit/"))
    assert "LC-77" in words(fang.get("/letters-of-credit/?state=closed"))


def test_the_letterhead_with_a_file_that_is_no_image(browse: Browse) -> None:
    zhao = browse("zhao")
    assert zhao.get("/settings/letterhead/").status_code == 200
    script = SimpleUploadedFile("seal.png", b"<script>alert(1)</script>")
    answer = zhao.post("/settings/letterhead/", {"name_en": "Haichuan", "seal": script})
    assert answer.status_code == 422
    assert "PNG or JPEG" in words(answer)
    assert not Letterhead.objects.exists()
    assert zhao.post("/settings/letterhead/", {"name_en": "Haichuan"}).status_code == 303
    assert zhao.get("/settings/letterhead/seal/").status_code == 404
    assert zhao.get("/settings/letterhead/bank/").status_code == 404


def test_clauses_are_previewed_before_they_are_saved(browse: Browse) -> None:
    install_clauses()
    zhao = browse("zhao")
    assert "force_majeure" in words(zhao.get("/settings/clauses/"))
    form = {
        "code": "own",
        "topic": "other",
        "position": "5",
        "text_zh": "自{port}<script>",
        "text_en": "From {port} {nonsense}",
        "preview": "1",
    }
    page = words(zhao.post("/settings/clauses/write/", form))
    assert "自宁波&lt;script&gt;" in page
    assert "Nothing fills:" in page
    assert not Clause.objects.filter(code="own").exists()
    del form["preview"]
    refused = zhao.post("/settings/clauses/write/", form)
    assert refused.status_code == 422
    saved = zhao.post("/settings/clauses/write/", form | {"text_en": "From {port}"})
    assert saved.status_code == 303
    clause = Clause.objects.get(code="own")
    assert "From {port}" in words(zhao.get(f"/settings/clauses/write/?clause={clause.pk}"))
    assert zhao.get("/settings/clauses/write/?clause=0").status_code == 404
    assert zhao.post(f"/settings/clauses/{clause.pk}/retire/").status_code == 303
    assert zhao.get(f"/settings/clauses/write/?clause={clause.pk}").status_code == 404


def test_default_terms_of_everybody_and_of_a_customer(browse: Browse) -> None:
    customer = masters.customer()
    zhao = browse("zhao")
    assert "C-1" in words(zhao.get("/settings/terms/?customer=C-1"))
    assert zhao.get("/settings/terms/?customer=NOBODY").status_code == 404
    form = {
        "customer": "C-1",
        "inspector": "buyer",
        "penalty_per_day": "0",
        "penalty_most": "0",
        "penalty_grace_days": "0",
        "claims_days": "15",
    }
    answer = zhao.post("/settings/terms/", form)
    assert answer.headers["Location"] == f"/partners/{customer.pk}/"


@pytest.mark.parametrize(
    "path",
    [
        "/papers/",
        "/papers/{paper}/",
        "/papers/{paper}/file/",
        "/letters-of-credit/",
        "/letters-of-credit/{letter}/",
        "/letters-of-credit/{letter}/amend/",
        "/orders/{order}/terms/",
        "/settings/letterhead/",
        "/settings/clauses/",
        "/settings/terms/",
    ],
)
def test_who_may_not_see_finds_nothing(browse: Browse, order: Order, path: str) -> None:
    paper, letter = contracts.paper(order), contracts.letter_of_credit(order)
    url = path.format(paper=paper.pk, letter=letter.pk, order=order.pk)
    assert browse("stranger").get(url).status_code == 404
    assert browse().get(url).status_code == 302
    for missing in ("{paper}", "{letter}", "{order}"):
        if missing in path:
            gone = path.format(paper=0, letter=0, order=0)
            assert browse("zhao").get(gone).status_code == 404


@pytest.mark.parametrize(
    ("username", "path"),
    [
        ("mei", "/settings/letterhead/"),
        ("mei", "/settings/clauses/"),
        ("sun", "/settings/terms/"),
        ("wen", "/orders/{order}/terms/"),
        ("wen", "/letters-of-credit/new/"),
    ],
)
def test_the_wrong_role_is_told_so(browse: Browse, order: Order, username: str, path: str) -> None:
    assert browse(username).get(path.format(order=order.pk)).status_code == 403


def test_lists_cost_the_same_whatever_their_length(
    browse: Browse, order: Order, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        one = orders.confirmed(customer_order_number=f"P{number}")
        contracts.paper(one)
        contracts.letter_of_credit(one, number=f"L{number}", amount="1")
    warn_of_letters()
    fang = browse("fang")
    with django_assert_max_num_queries(16):
        assert fang.get("/papers/").status_code == 200
    with django_assert_max_num_queries(19):
        assert fang.get("/letters-of-credit/").status_code == 200
    with django_assert_max_num_queries(60):
        assert fang.get(f"/orders/{order.pk}/?tab=papers").status_code == 200
