"""The pages behind links, attacked: ids, tokens, versions, purposes, methods, odd input."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gendan.contracts import services as contracts
from gendan.contracts.models import Acceptance, Paper
from gendan.contracts.tests.accepted import PDF, paper, token_of
from gendan.followup.models import Question
from gendan.followup.services import ask_question, withdraw_question
from gendan.kernel import clock, links, reactions
from gendan.kernel.models import Link, Mail
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture
def sent() -> tuple[Paper, str]:
    found = paper()
    contracts.send_paper_for_acceptance(paper_id=found.pk, by=person("mei"))
    found.refresh_from_db()
    return found, reverse("link", args=[token_of()])


@pytest.fixture
def asked(sent: tuple[Paper, str]) -> tuple[Question, str]:
    question = ask_question(
        order_id=sent[0].order_id,
        text="Which blue?",
        due_on=clock.today() + dt.timedelta(days=3),
        by=person("mei"),
    )
    return question, reverse("link", args=[token_of(Mail.objects.latest("pk"))])


def accept(client: Client, url: str, found: Paper, **values: Any) -> Any:
    given = {"name": "Anna", "confirmed": "on", "sha256": found.sha256, "action": "accept"}
    return client.post(url, given | values)


def test_nobody_signs_in_and_no_cache_keeps_it(
    browse: Browse, sent: tuple[Paper, str], asked: tuple[Question, str]
) -> None:
    for _thing, url in (sent, asked):
        answer = browse().get(url)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "sessionid" not in answer.cookies
        assert b"csrfmiddlewaretoken" in answer.content
        assert browse().head(url).status_code == 200
        for method in ("put", "delete", "patch"):
            assert getattr(browse(), method)(url).status_code == 405


def test_a_form_of_another_site_is_refused(sent: tuple[Paper, str]) -> None:
    found, url = sent
    strict = Client(enforce_csrf_checks=True)
    assert accept(strict, url, found).status_code == 403
    assert not Acceptance.objects.exists()


def test_guessed_and_changed_tokens_open_nothing(browse: Browse, sent: tuple[Paper, str]) -> None:
    found, url = sent
    token = url.removeprefix("/l/").rstrip("/")
    pk, rest = token.split("-", 1)
    guesses = [
        *(f"{number}-{rest}" for number in range(int(pk) - 2, int(pk) + 3) if str(number) != pk),
        f"{pk}-{rest[:-1]}",
        rest,
        "1",
        "0" * 3000,
        "%00",
        "..",
        "<script>",
    ]
    for guess in guesses:
        for answer in (
            browse().get(f"/l/{guess}/"),
            accept(browse(), f"/l/{guess}/", found),
        ):
            assert answer.status_code in {404, 410}, guess
            assert found.number.encode() not in answer.content
    assert not Acceptance.objects.exists()


def test_a_link_of_another_purpose_or_document(
    browse: Browse, sent: tuple[Paper, str], asked: tuple[Question, str]
) -> None:
    found, _url = sent
    question, question_url = asked
    accept(browse(), question_url, found)
    assert not Acceptance.objects.exists()
    until = clock.now() + dt.timedelta(days=3)
    for purpose, about in (
        ("accept_paper", question),
        ("answer_question", found),
        ("accept_paper", f"contracts.paper:{found.pk + 99}"),
        ("accept_paper", "contracts.paper:x"),
    ):
        _link, token = links.make_link(
            purpose=purpose, about=about, valid_until=until, binding=found.sha256
        )
        url = reverse("link", args=[token])
        for answer in (browse().get(url), accept(browse(), url, found)):
            assert answer.status_code in {404, 410}
            assert found.number.encode() not in answer.content
    question.refresh_from_db()
    assert question.state == "open"
    assert not Acceptance.objects.exists()


def test_only_its_own_file_lies_behind_a_link(browse: Browse, sent: tuple[Paper, str]) -> None:
    _found, url = sent
    pdf = browse().get(url, {"file": "paper"})
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["Content-Disposition"].startswith("inline")
    assert pdf.headers["X-Content-Type-Options"] == "nosniff"
    assert pdf.headers["Cache-Control"] == "private, no-store"
    for wanted in ("record", "1", "../../etc/passwd", "copy", "paper.pdf"):
        assert browse().get(url, {"file": wanted}).status_code == 404


def test_accepted_once_then_read_only(browse: Browse, sent: tuple[Paper, str]) -> None:
    found, url = sent
    first = accept(browse(), url, found, name="<img src=x onerror=alert(1)>")
    assert b"Thank you" in first.content
    assert b"<img src=x" not in first.content
    again = accept(browse(), url, found)
    assert (again.status_code, Acceptance.objects.count()) == (409, 1)
    assert b"already" in again.content
    reactions.run_due()
    page = browse().get(url)
    assert b"?file=record" in page.content
    assert browse().get(url, {"file": "record"}).headers["Content-Type"] == "application/pdf"
    late = browse().post(url, {"action": "change", "text": "Wait"})
    assert late.status_code == 409


def test_a_name_the_tick_and_the_shown_document_are_needed(
    browse: Browse, sent: tuple[Paper, str]
) -> None:
    found, url = sent
    for values, status in (
        ({"name": " "}, 422),
        ({"name": "x" * 5000}, 422),
        ({"confirmed": ""}, 422),
        ({"sha256": "0" * 64}, 410),
        ({"sha256": ""}, 410),
    ):
        assert accept(browse(), url, found, **values).status_code == status
    assert not Acceptance.objects.exists()
    assert accept(browse(), url, found, name="王\x00明").status_code in {200, 422}


def test_the_old_link_after_a_change(browse: Browse, sent: tuple[Paper, str]) -> None:
    found, url = sent
    Paper.objects.filter(pk=found.pk).update(sha256="1" * 64)
    for answer in (browse().get(url), browse().get(url, {"file": "paper"})):
        assert answer.status_code == 410
        assert b"has changed since" in answer.content
    Paper.objects.filter(pk=found.pk).update(sha256=found.sha256, state="void")
    assert browse().get(url).status_code == 410


def test_withdrawn_expired_and_replaced(
    browse: Browse, sent: tuple[Paper, str], asked: tuple[Question, str]
) -> None:
    found, url = sent
    question, question_url = asked
    contracts.send_paper_for_acceptance(paper_id=found.pk, by=person("mei"))
    assert browse().get(url).status_code == 410
    withdraw_question(question_id=question.pk, reason="clear", by=person("mei"))
    gone = browse().get(question_url)
    assert gone.status_code == 410
    assert b"withdrawn" in gone.content
    newest = reverse("link", args=[token_of(Mail.objects.filter(kind="paper").latest("pk"))])
    with clock.at(clock.now() + dt.timedelta(days=200)):
        expired = browse().get(newest)
        assert (expired.status_code, b"expired" in expired.content) == (410, True)


def test_a_change_is_asked_for_once(browse: Browse, sent: tuple[Paper, str]) -> None:
    found, url = sent
    asked_for = browse().post(url, {"action": "change", "text": "120 pcs", "name": "Anna"})
    assert b"we have received" in asked_for.content
    assert accept(browse(), url, found).status_code == 410
    assert b"120 pcs" in browse().get(url).content
    assert not Acceptance.objects.exists()


def test_files_and_texts_beyond_measure(browse: Browse, asked: tuple[Question, str]) -> None:
    question, url = asked
    many = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(9)]
    assert browse().post(url, {"text": "x", "files": many}).status_code == 422
    assert browse().post(url, {"text": "x" * 100_000}).status_code == 422
    assert browse().post(url, {"text": "x", "name": "y" * 999}).status_code == 422
    empty = SimpleUploadedFile("empty.pdf", b"")
    assert browse().post(url, {"text": "", "files": [empty]}).status_code == 422
    question.refresh_from_db()
    assert question.state == "open"
    evil = SimpleUploadedFile("../../<b>evil</b>.html", b"<script>alert(1)</script>")
    done = browse().post(url, {"text": "", "files": [evil]})
    assert b"Thank you" in done.content
    assert b"<b>evil" not in done.content
    link = reverse("attachment", args=[question_file(question)])
    served = browse("mei").get(link, {"inline": 1})
    assert served.headers["Content-Disposition"].startswith("attachment")
    assert browse().get(link).status_code == 302
    assert browse("stranger").get(link).status_code == 404


def question_file(question: Question) -> int:
    from gendan.kernel import files

    return files.attachments_of(question)[0].pk


def test_the_address_is_the_connections_own_unless_a_proxy_is_ours(
    browse: Browse, sent: tuple[Paper, str]
) -> None:
    found, url = sent
    given = {"name": "Anna", "confirmed": "on", "sha256": found.sha256}
    forged = {"X-Forwarded-For": "198.51.100.7", "User-Agent": "x" * 900}
    browse().post(url, given, headers=forged, REMOTE_ADDR="203.0.113.9")
    proof = Acceptance.objects.get()
    assert (proof.address, len(proof.user_agent)) == ("203.0.113.9", 300)


def test_behind_our_proxy_the_last_hop_is_the_address(
    browse: Browse, sent: tuple[Paper, str], settings: Any
) -> None:
    settings.BEHIND_TLS = True
    found, url = sent
    given = {"name": "Anna", "confirmed": "on", "sha256": found.sha256}
    hops = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
    browse().post(url, given, headers=hops, REMOTE_ADDR="127.0.0.1")
    assert Acceptance.objects.get().address == "203.0.113.9"


def test_our_own_pages_know_their_readers(browse: Browse, sent: tuple[Paper, str]) -> None:
    found, _url = sent
    url = reverse("send_paper_for_acceptance", args=[found.pk])
    assert browse().get(url).status_code == 302
    assert browse("stranger").get(url).status_code == 404
    assert browse("wen").get(url).status_code == 403
    mei = browse("mei")
    assert b"anna@example.com" in mei.get(url).content
    assert mei.post(url, {"language": "en", "valid_days": 400}).status_code == 200
    assert mei.post(url, {"language": "en", "valid_days": 14}).status_code == 303
    copy = {
        "name": "Anna",
        "accepted_on": str(clock.today()),
        "content": SimpleUploadedFile("signed.pdf", PDF + b"signed"),
    }
    assert mei.post(reverse("record_acceptance", args=[found.pk]), copy).status_code == 303
    file = mei.get(reverse("acceptance_file", args=[found.pk, "copy"]))
    assert file.headers["Content-Type"] == "application/pdf"
    assert mei.get(reverse("acceptance_file", args=[found.pk, "other"])).status_code == 404
    sending = found.sendings.latest("pk")
    withdraw = reverse("withdraw_sending", args=[sending.pk])
    assert mei.post(withdraw).status_code == 409
    assert browse("stranger").post(withdraw).status_code == 404


def test_the_api_of_acceptance(browse: Browse) -> None:
    found = paper()
    mei, kept = browse("mei"), {"content_type": "application/json"}
    made = mei.post(f"/api/v1/papers/{found.pk}/send", {}, **kept)  # type: ignore[arg-type]
    assert made.status_code == 201
    assert "/l/" not in made.content.decode()
    sending = made.json()["id"]
    assert mei.post(f"/api/v1/sendings/{sending}/withdraw", {}, **kept).status_code == 200  # type: ignore[arg-type]
    assert mei.get(f"/api/v1/papers/{found.pk}/acceptance").status_code == 404
    copy = {"name": "Anna", "accepted_on": str(clock.today())}
    file = SimpleUploadedFile("signed.pdf", PDF)
    done = mei.post(f"/api/v1/papers/{found.pk}/acceptance", copy | {"file": file})
    assert done.status_code == 201, done.content
    assert browse("stranger").get(f"/api/v1/papers/{found.pk}/sendings").status_code == 404
    assert Link.objects.count() == 1
