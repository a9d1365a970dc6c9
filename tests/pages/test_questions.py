"""Pages of questions to customers: our own, and the one behind the link."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.followup.models import Question
from gendan.followup.services import ask_question
from gendan.kernel import clock
from gendan.kernel.models import Mail
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture
def question() -> Question:
    make.template()
    journey = make.followed(number="PO-77")
    return ask_question(
        order_id=journey.order_id,
        text="Which blue? <script>alert(1)</script>",
        due_on=clock.today() + dt.timedelta(days=3),
        milestone_id=make.milestone(journey, "deposit").pk,
        line_id=journey.order.lines.get().pk,
        email="anna@example.com",
        name="Anna",
        by=person("mei"),
    )


def link_of(mail: Mail | None = None) -> str:
    found = re.search(r"(/l/\S+/)", (mail or Mail.objects.latest("pk")).text)
    assert found
    return found[1]


def test_a_question_is_asked_answered_and_seen_on_its_order(browse: Browse) -> None:
    make.template()
    order = make.followed().order
    mei = browse("mei")
    url = reverse("ask_question", args=[order.pk])
    assert "Until when an answer is needed" in mei.get(url).content.decode()
    values = {
        "text": "Which blue?",
        "due_on": "2020-01-01",
        "language": "en",
        "is_mailed": "on",
        "email": "anna@example.com",
    }
    refused = mei.post(url, values)
    assert refused.status_code == 422
    assert "This day is past" in refused.content.decode()
    values["due_on"] = str(clock.today() + dt.timedelta(days=3))
    asked = mei.post(url, values)
    question = Question.objects.get()
    assert asked.headers["Location"] == reverse("question", args=[question.pk])
    assert "Which blue?" in mei.get(reverse("order", args=[order.pk])).content.decode()
    answered = mei.post(
        reverse("answer_question", args=[question.pk]), {"text": "Navy", "way": "phone"}
    )
    assert answered.status_code == 303
    page = mei.get(reverse("question", args=[question.pk])).content.decode()
    assert "Navy" in page
    assert "by phone" in page
    timeline = mei.get(reverse("order", args=[order.pk]) + "?tab=timeline").content.decode()
    assert "answered" in timeline


def test_an_overdue_question_stands_on_today(browse: Browse, question: Question) -> None:
    with clock.at(clock.now() + dt.timedelta(days=5)):
        page = browse("mei").get("/today/").content.decode()
        assert "Answers that are due" in page
        assert "have not received your answer" in page
        assert "Answers that are due" not in browse("bo").get("/today/").content.decode()
        again = browse("mei").post(
            reverse("remind_question", args=[question.pk]), {"next": "/today/"}
        )
        assert (again.status_code, again.headers["Location"]) == (303, "/today/")


def test_who_may(browse: Browse, question: Question) -> None:
    for url in ("/questions/", f"/questions/{question.pk}/", f"/orders/{question.order_id}/ask/"):
        assert browse().get(url).status_code == 302
        assert browse("stranger").get(url).status_code == 404
        assert browse("mei").get(url).status_code == 200
    assert browse("wen").get(f"/orders/{question.order_id}/ask/").status_code == 403
    for verb in ("answer", "remind", "withdraw"):
        assert browse("wen").post(f"/questions/{question.pk}/{verb}/").status_code == 403
        assert browse("stranger").post(f"/questions/{question.pk}/{verb}/").status_code == 404


def test_the_pages_cost_few_queries(
    browse: Browse, question: Question, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        ask_question(
            order_id=question.order_id,
            text=f"And {number}?",
            due_on=question.due_on,
            is_mailed=False,
            by=person("mei"),
        )
    mei = browse("mei")
    with django_assert_max_num_queries(12):
        mei.get("/questions/")
    with django_assert_max_num_queries(16):
        mei.get(f"/questions/{question.pk}/")


def test_the_customer_answers_behind_the_link(browse: Browse, question: Question) -> None:
    customer, url = browse(), link_of()
    page = customer.get(url).content.decode()
    assert "PO-77" in page
    assert "<script>alert" not in page
    assert "csrfmiddlewaretoken" in page
    assert "2.50" not in page  # no price, no other line, nothing of ours
    empty = customer.post(url, {"text": " "})
    assert (empty.status_code, "add a file" in empty.content.decode()) == (422, True)
    done = customer.post(url, {"text": "Navy", "name": "Anna <b>"})
    assert "Thank you" in done.content.decode()
    assert "<b>" not in done.content.decode().replace("<b></b>", "")
    again = customer.post(url, {"text": "Black"})
    assert again.status_code == 409
    assert "answered already" in again.content.decode()
    question.refresh_from_db()
    assert (question.answer, question.answered_name, question.answer_way) == (
        "Navy",
        "Anna <b>",
        "link",
    )


def test_the_api(browse: Browse, question: Question) -> None:
    mei = browse("mei")
    listed = mei.get("/api/v1/questions?state=open").json()
    assert [one["id"] for one in listed["items"]] == [question.pk]
    found = mei.get(f"/api/v1/questions/{question.pk}").json()
    assert found["effect"]["milestone_id"] == question.milestone_id
    body = {"text": "And?", "due_on": str(question.due_on), "is_mailed": False}
    made = mei.post(
        f"/api/v1/orders/{question.order_id}/questions", body, content_type="application/json"
    )
    assert made.status_code == 201
    pk = made.json()["id"]
    for verb, values in (("answer", {"text": "Yes"}), ("withdraw", {"reason": "no"})):
        answer = mei.post(f"/api/v1/questions/{pk}/{verb}", values, content_type="application/json")
        assert answer.status_code == (200 if verb == "answer" else 409)
    other = browse("stranger").get(f"/api/v1/questions/{question.pk}")
    assert other.status_code == 404
