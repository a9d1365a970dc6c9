"""Pages of answers: on the order's Papers tab, the form, one answer with its files, the list."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from gendan.answers.models import Answer
from gendan.intake.services import refuse_draft
from gendan.kernel import reactions
from gendan.orders.entry import LineChange
from gendan.orders.models import Order
from gendan.orders.services import amend_order
from gendan.testing.cast import person
from gendan.testing.make import answers as make
from gendan.testing.make import contracts, intake, masters, orders

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture
def order() -> Order:
    contracts.letterhead()
    return make.ubl_confirmed()


def words(answer: Any) -> str:
    return str(answer.content.decode())


def later(order: Order) -> None:
    line = order.lines.get(item__code="HW-1003")
    change = LineChange(line_id=line.pk, promised_on=make.day("2027-05-10"))
    amend_order(order_id=order.pk, change_lines=[change], reason="later", by=person("mei"))
    reactions.run_due()


def sent(browse: Client, order: Order, **typed: str) -> Any:
    form = {"way": "files", "language": "en", "format": "ubl", "revision": str(order.revision)}
    return browse.post(f"/orders/{order.pk}/answer/", form | typed)


def test_the_order_is_answered_from_its_papers(browse: Browse, order: Order) -> None:
    mei = browse("mei")
    tab = f"/orders/{order.pk}/?tab=papers"
    before = words(mei.get(tab))
    assert "The customer has not been answered yet" in before
    assert "B-HW-1001" in before
    form = words(mei.get(f"/orders/{order.pk}/answer/"))
    assert "No mail server is set up" in form
    assert "anna@nordichome.example" in form
    answer = sent(mei, order, **{"note-2": "with the new handle"})
    assert (answer.status_code, answer.headers["Location"]) == (303, tab)
    made = Answer.objects.get()
    assert made.lines.get(position=2).note == "with the new handle"
    after = words(mei.get(tab))
    assert made.number in after
    assert "has not been answered yet" not in after
    page = words(mei.get(f"/answers/{made.pk}/"))
    assert "with the new handle" in page
    assert made.number in words(mei.get("/answers/"))
    assert made.number in words(browse("mei", "zh-hans").get(f"/answers/{made.pk}/"))


def test_files_of_every_format_are_there(browse: Browse, order: Order) -> None:
    made = make.answer(order, by_mail=False)
    mei = browse("mei")
    beginnings = {"pdf": b"%PDF", "ubl": b"<?xml", "edifact": b"UN", "x12": b"ISA"}
    for form, beginning in beginnings.items():
        file = mei.get(f"/answers/{made.pk}/file/{form}/")
        assert b"".join(file.streaming_content).startswith(beginning)
        assert made.number in file.headers["Content-Disposition"]
    assert mei.get(f"/answers/{made.pk}/file/doc/").status_code == 404
    look = mei.get(f"/orders/{order.pk}/answer/preview.pdf")
    assert b"".join(look.streaming_content).startswith(b"%PDF")


def test_an_overtaken_answer_says_so_and_offers_a_new_one(browse: Browse, order: Order) -> None:
    first = make.answer(order, by_mail=False)
    later(order)
    order.refresh_from_db()
    mei = browse("mei")
    for url in (f"/orders/{order.pk}/?tab=papers", f"/answers/{first.pk}/"):
        page = words(mei.get(url))
        assert "no longer says what we promise" in page
        assert "2027-05-10" in page
    assert sent(mei, order).status_code == 303
    first.refresh_from_db()
    assert first.state == "superseded"


def test_the_same_again_and_a_stale_page_are_refused_in_words(browse: Browse, order: Order) -> None:
    mei = browse("mei", htmx=True)
    made = make.answer(order, by_mail=False)
    again = sent(mei, order)
    assert again.status_code == 409
    assert f"{made.number} says exactly this already" in words(again)
    stale = sent(mei, order, revision="0")
    assert stale.status_code == 409
    wrong = browse("mei").post(f"/orders/{order.pk}/answer/", {"way": "pigeon"})
    assert "Select a valid choice" in words(wrong)


def test_withdrawing_and_sending_again(browse: Browse, order: Order, mailbox: Any) -> None:
    made = make.answer(order)
    mei = browse("mei")
    assert mei.post(f"/answers/{made.pk}/resend/", {"email": "bo@x.example"}).status_code == 303
    refused = mei.post(f"/answers/{made.pk}/withdraw/", {"reason": ""})
    assert "Say why" in words(refused)
    assert mei.post(f"/answers/{made.pk}/withdraw/", {"reason": "wrong"}).status_code == 303
    assert "wrong" in words(mei.get(f"/answers/{made.pk}/"))


def test_a_refused_document_is_answered_from_the_intake(browse: Browse) -> None:
    contracts.letterhead()
    intake.goods()
    intake.customer()
    draft = make.drafted()
    refuse_draft(draft_id=draft.pk, reason="old prices", by=person("mei"))
    mei = browse("mei")
    page = words(mei.get(f"/intake/{draft.incoming_id}/?draft=1"))
    assert f"/intake/drafts/{draft.pk}/answer/" in page
    url = f"/intake/drafts/{draft.pk}/answer/"
    assert "not accepted" in words(mei.get(url))
    done = mei.post(url, {"way": "files", "language": "en", "format": "ubl"})
    made = Answer.objects.get()
    assert done.headers["Location"] == f"/answers/{made.pk}/"
    assert draft.incoming.number in words(mei.get(f"/answers/{made.pk}/"))


def test_a_draft_is_confirmed_first(browse: Browse) -> None:
    order = orders.draft()
    mei = browse("mei")
    assert "Once the order is confirmed" in words(mei.get(f"/orders/{order.pk}/?tab=papers"))
    assert "confirm the order first" in words(mei.get(f"/orders/{order.pk}/answer/"))
    assert sent(mei, order).status_code == 409


def test_others_see_nothing_or_may_not(browse: Browse, order: Order) -> None:
    made = make.answer(order, by_mail=False)
    pages = [
        f"/orders/{order.pk}/answer/",
        f"/orders/{order.pk}/answer/preview.pdf",
        f"/answers/{made.pk}/",
        f"/answers/{made.pk}/file/pdf/",
    ]
    for url in pages:
        assert browse("stranger").get(url).status_code == 404
        assert browse().get(url).status_code == 302
    assert browse("wen").get(pages[0]).status_code == 403
    assert browse("wen").post(f"/answers/{made.pk}/withdraw/", {"reason": "x"}).status_code == 403
    assert browse("wen").get(pages[2]).status_code == 200
    assert browse("mei").get("/answers/999999/").status_code == 404
    assert browse("mei").get("/orders/999999/answer/").status_code == 404


def test_the_tab_asks_as_much_for_many_lines_as_for_few(
    browse: Browse, django_assert_max_num_queries: Any
) -> None:
    masters.items({f"M-{number}": {} for number in range(60)})
    order = orders.confirmed(
        masters.customer(), [orders.line(f"M-{number}") for number in range(60)]
    )
    mei = browse("mei")
    mei.get("/orders/")
    with django_assert_max_num_queries(60):
        mei.get(f"/orders/{order.pk}/?tab=papers")
