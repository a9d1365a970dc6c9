"""The frame around every page: who sees which sections, languages, refusals, signing in."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from gendan.testing.cast import person

Browse = Callable[..., Client]
INSIDE_PAGES = ["settings", "my_settings", "notices", "search", "about"]
ADMIN_PAGES = ["company_settings", "number_patterns", "parked_reactions", "audit"]


@pytest.mark.parametrize("name", INSIDE_PAGES + ADMIN_PAGES)
def test_nobody_is_sent_to_the_sign_in_page(browse: Browse, name: str) -> None:
    answer = browse().get(reverse(name))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("name", ["settings", "search", "about", *ADMIN_PAGES])
def test_a_stranger_finds_nothing(browse: Browse, name: str) -> None:
    assert browse("stranger").get(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_the_wrong_role_is_refused(browse: Browse, name: str) -> None:
    answer = browse("wen").get(reverse(name))
    assert answer.status_code == 403
    assert b"Your role does not allow this" in answer.content


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", INSIDE_PAGES + ADMIN_PAGES)
def test_the_right_role_sees_the_page(browse: Browse, name: str, language: str) -> None:
    answer = browse("zhao", language).get(reverse(name))
    assert answer.status_code == 200
    assert f'<html lang="{language}"'.encode() in answer.content


def test_no_page_carries_inline_scripts_or_styles(browse: Browse) -> None:
    for name in INSIDE_PAGES + ADMIN_PAGES:
        answer = browse("zhao").get(reverse(name))
        assert b" style=" not in answer.content
        assert b"onclick=" not in answer.content
        assert b"<script>" not in answer.content
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy


def test_the_language_follows_the_person(browse: Browse) -> None:
    client = browse("mei")
    answer = client.post(
        reverse("set_preferences"), {"language": "zh-hans", "next": "/settings/about/"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/about/")
    assert client.cookies["gendan_language"].value == "zh-hans"
    assert b'lang="zh-hans"' in client.get("/settings/about/").content
    assert type(person("mei")).objects.get(username="mei").language == "zh-hans"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_it_never_sends_people_elsewhere(browse: Browse, address: str) -> None:
    answer = browse("mei").post(reverse("set_preferences"), {"theme": "dark", "next": address})
    assert answer.headers["Location"] == reverse("my_settings")


def test_signing_in_remembers_the_language(browse: Browse) -> None:
    user = person("mei")
    user.language = "zh-hans"
    user.set_password("correct horse battery")
    user.save()
    client = browse()
    answer = client.post("/sign-in/", {"username": "mei", "password": "correct horse battery"})
    assert answer.status_code == 302
    assert client.cookies["gendan_language"].value == "zh-hans"


def test_a_wrong_password_is_said_plainly(browse: Browse) -> None:
    person("mei")
    answer = browse().post("/sign-in/", {"username": "mei", "password": "wrong"})
    assert b"do not fit together" in answer.content


def test_too_many_wrong_passwords_lock(browse: Browse) -> None:
    person("mei")
    client = browse()
    for _ in range(8):
        answer = client.post("/sign-in/", {"username": "mei", "password": "wrong"})
    assert answer.status_code == 429
    assert b"locked" in answer.content


def test_signing_out_needs_a_post(browse: Browse) -> None:
    client = browse("mei")
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).status_code == 302
    assert client.get(reverse("about")).status_code == 302


def test_a_refusal_comes_as_a_part_for_htmx_and_as_a_page_without(browse: Browse) -> None:
    url, data = reverse("save_setting"), {"key": "approval_limit_days", "value": "many"}
    page = browse("zhao").post(url, data)
    assert page.status_code == 422
    assert b"<html" in page.content
    assert "is not a whole number" in page.content.decode()
    part = browse("zhao", htmx=True).post(url, data)
    assert part.status_code == 422
    assert b"<html" not in part.content
    assert part.headers["Gendan-Refusal"] == "invalid"
    assert b'data-field="value"' in part.content


def test_somebody_signed_out_meanwhile_gets_no_part_of_the_sign_in_page(browse: Browse) -> None:
    answer = browse(htmx=True).post(reverse("save_setting"), {"key": "x", "value": "1"})
    assert (answer.status_code, answer.content) == (401, b"")


def test_what_was_typed_is_never_markup(browse: Browse) -> None:
    answer = browse("zhao", htmx=True).post(
        reverse("save_setting"), {"key": "approval_limit_days", "value": "<script>alert(1)"}
    )
    assert b"<script" not in answer.content


def test_after_an_action_the_page_is_redrawn_in_place(browse: Browse) -> None:
    client = browse("zhao", htmx=True)
    answer = client.post(
        reverse("save_setting"),
        {"key": "approval_limit_days", "value": "5"},
        headers={"HX-Current-URL": "http://testserver/settings/company/"},
    )
    assert answer.status_code == 204
    assert json.loads(answer.headers["HX-Location"])["path"] == "/settings/company/"


def test_pages_cost_few_queries(
    browse: Browse, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = browse("zhao")
    client.get(reverse("settings"))
    # Session, person, roles, one for all sections that count what waits for this reader, and the
    # three of those that ask more: Today (two), what was not sent, how much this reader approves.
    with django_assert_max_num_queries(8):
        client.get(reverse("settings"))


def test_the_palette_offers_only_what_the_role_allows(browse: Browse) -> None:
    titles = {
        name: {command["title"] for command in browse(name).get("/palette/").json()["commands"]}
        for name in ("zhao", "wen")
    }
    assert "Change a company setting" in titles["zhao"]
    assert "Change a company setting" not in titles["wen"]


def test_the_frame_shows_a_missing_page_in_words(browse: Browse) -> None:
    answer = browse("mei").get("/no-such-page/")
    assert answer.status_code == 404
    assert b"There is nothing here" in answer.content


@pytest.mark.parametrize("path", ["/search/?q=%00", "/orders/?q=a%00", "/suggest/items/?q=%00"])
def test_what_the_database_cannot_keep_is_a_sentence_not_a_fault(browse: Browse, path: str) -> None:
    answer = browse("mei").get(path)
    assert answer.status_code == 422
    assert b"cannot be read" in answer.content


def test_a_form_with_what_cannot_be_kept_is_refused(browse: Browse) -> None:
    view = {"page": "orders", "name": "a\x00b", "query": ""}
    assert browse("mei").post(reverse("save_view"), view).status_code == 422


def test_no_proxy_keeps_what_a_person_reads(browse: Browse) -> None:
    assert browse("mei").get(reverse("orders")).headers["Cache-Control"] == "private, no-cache"
