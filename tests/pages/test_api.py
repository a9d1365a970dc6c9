"""The door for programs: who asks, how refusals look, and a POST that is sent twice."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from gendan.api.management.commands.openapi import description
from gendan.kernel import services
from gendan.kernel.models import ApiToken, Entry, IdempotentAnswer, Setting
from gendan.testing.cast import person

JSON = "application/json"


def program(username: str, **headers: str) -> Client:
    """A program with a token of that person."""
    _token, secret = services.make_api_token(name="test", by=person(username))
    return Client(headers={"Authorization": f"Bearer {secret}", **headers})


def post(client: Client, path: str, data: Any, **headers: str) -> Any:
    return client.post(f"/api/v1{path}", json.dumps(data), content_type=JSON, headers=headers)


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["", "Bearer gd_wrong", "Bearer", "Basic xyz"])
def test_nobody_is_told_to_sign_in(header: str) -> None:
    answer = Client().get("/api/v1/me", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"


@pytest.mark.django_db
def test_a_token_acts_as_its_user() -> None:
    answer = program("mei").get("/api/v1/me")
    assert answer.status_code == 200
    assert answer.json()["username"] == "mei"
    assert "confirm_order" in answer.json()["verbs"]
    assert ApiToken.objects.get().used_at is not None


@pytest.mark.django_db
def test_a_revoked_token_is_nobodys() -> None:
    client = program("mei")
    services.revoke_api_token(token_id=ApiToken.objects.get().pk, by=person("mei"))
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.django_db
def test_somebody_who_left_is_nobody() -> None:
    client = program("mei")
    type(person("mei")).objects.filter(username="mei").update(is_active=False)
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.django_db
def test_a_session_needs_the_csrf_token_to_change_something() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("mei"))
    assert client.get("/api/v1/me").status_code == 200
    answer = post(client, "/me/preferences", {"theme": "dark"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_missing")
    client.get("/settings/mine/")
    proof = client.cookies["csrftoken"].value
    assert (
        post(client, "/me/preferences", {"theme": "dark"}, **{"X-CSRFToken": proof}).json()["theme"]
        == "dark"
    )


@pytest.mark.django_db
def test_the_wrong_role_is_refused_in_words() -> None:
    answer = post(program("wen"), "/settings", {"key": "approval_limit_days", "value": 4})
    assert answer.status_code == 403
    problem = answer.json()
    assert problem["code"] == "not_allowed"
    assert problem["params"] == {"verb": "save_setting"}
    assert "role" in problem["message"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/settings", "/number-patterns", "/reactions/parked", "/journal"])
def test_only_administrators_read_how_the_company_is_set(path: str) -> None:
    assert program("wen").get(f"/api/v1{path}").status_code == 403
    assert program("zhao").get(f"/api/v1{path}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"key": "approval_limit_days"}, 422),
        ({"key": 5, "value": 1}, 422),
        ({"key": "approval_limit_days", "value": -1}, 422),
        ({"key": "approval_limit_days", "value": "1e30"}, 422),
        ({"key": "no such key", "value": 1}, 422),
        ([], 422),
        ("text", 422),
    ],
)
def test_bad_input_is_a_sentence_and_changes_nothing(body: Any, status: int) -> None:
    answer = post(program("zhao"), "/settings", body)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message", "params", "field"}
    assert answer.json()["message"]
    assert not Setting.objects.exists()


@pytest.mark.django_db
def test_what_is_not_json_is_refused() -> None:
    client = program("zhao")
    answer = client.post("/api/v1/settings", b"{\xff", content_type=JSON)
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_request"


@pytest.mark.django_db
def test_a_body_above_the_limit_is_refused() -> None:
    client = program("zhao")
    body = b'{"key":"' + b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1) + b'","value":1}'
    answer = client.post("/api/v1/settings", body, content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.django_db
def test_nothing_is_there_for_an_unknown_id() -> None:
    for path in ("/me/tokens/999999999/revoke", "/me/views/1/forget", "/reactions/1/retry"):
        answer = post(program("zhao"), path, {})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_there")


@pytest.mark.django_db
def test_the_language_is_the_one_asked_for_else_the_users_own() -> None:
    user = person("wen")
    type(user).objects.filter(pk=user.pk).update(language="zh-hans")
    body = {"key": "approval_limit_days", "value": 4}
    asked = post(program("wen"), "/settings", body, **{"Accept-Language": "en"})
    own = post(program("wen"), "/settings", body)
    assert asked.headers["Content-Language"] == "en"
    assert own.headers["Content-Language"] == "zh-hans"


@pytest.mark.django_db
def test_pages_follow_each_other_by_cursor() -> None:
    client = program("zhao")
    for number in range(5):
        services.make_api_token(name=f"token {number}", by=person("zhao"))
    seen: list[int] = []
    cursor = ""
    while True:
        answer = client.get("/api/v1/journal", {"limit": 2, "cursor": cursor}).json()
        seen += [item["id"] for item in answer["items"]]
        if answer["next"] is None:
            break
        cursor = answer["next"]
    assert seen == list(Entry.objects.order_by("-pk").values_list("pk", flat=True))
    assert client.get("/api/v1/journal", {"limit": 100_000}).status_code == 422
    assert client.get("/api/v1/journal", {"cursor": "nonsense"}).status_code == 200


@pytest.mark.django_db
def test_the_same_key_gives_the_same_answer_and_one_effect() -> None:
    client, body = program("zhao"), {"page": "orders", "name": "mine", "query": "state=draft"}
    first = post(client, "/me/views", body, **{"Idempotency-Key": "k1"})
    again = post(client, "/me/views", body, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert IdempotentAnswer.objects.count() == 1


@pytest.mark.django_db
def test_a_replayed_verb_has_no_second_effect() -> None:
    client, body = program("zhao"), {"key": "approval_limit_days", "value": 4}
    for _ in range(3):
        answer = post(client, "/settings", body, **{"Idempotency-Key": "k"})
        assert answer.status_code == 200
    assert Entry.objects.filter(fact="SettingSaved").count() == 1


@pytest.mark.django_db
def test_the_same_key_for_another_request_is_refused() -> None:
    client = program("zhao")
    post(
        client, "/settings", {"key": "approval_limit_days", "value": 4}, **{"Idempotency-Key": "k"}
    )
    answer = post(
        client, "/settings", {"key": "approval_limit_days", "value": 5}, **{"Idempotency-Key": "k"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "key_used_for_another")
    assert Setting.objects.get().value == 4


@pytest.mark.django_db
def test_a_key_belongs_to_its_user() -> None:
    body = {"page": "orders", "name": "mine", "query": ""}
    first = post(program("zhao"), "/me/views", body, **{"Idempotency-Key": "k"})
    other = post(program("mei"), "/me/views", body, **{"Idempotency-Key": "k"})
    assert first.json()["id"] != other.json()["id"]


@pytest.mark.django_db
def test_a_refusal_is_not_kept() -> None:
    client = program("zhao")
    bad, good = ({"key": "approval_limit_days", "value": value} for value in (-1, 4))
    assert post(client, "/settings", bad, **{"Idempotency-Key": "k"}).status_code == 422
    assert post(client, "/settings", good, **{"Idempotency-Key": "k"}).status_code == 200


@pytest.mark.django_db
def test_a_secret_is_never_kept() -> None:
    answer = post(program("mei"), "/me/tokens", {"name": "x"}, **{"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (422, "secret_not_kept")
    made = post(program("mei"), "/me/tokens", {"name": "x"})
    assert made.json()["secret"].startswith("gd_")
    assert not IdempotentAnswer.objects.exists()


@pytest.mark.django_db
def test_a_crash_before_the_end_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The effect and its answer stand or fall together."""
    client, body = program("zhao"), {"key": "approval_limit_days", "value": 4}

    def die(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(IdempotentAnswer, "save", die)
        answer = post(client, "/settings", body, **{"Idempotency-Key": "k"})
        assert (answer.status_code, answer.json()["code"]) == (500, "broken")
        assert "killed" not in answer.content.decode()
    assert not Setting.objects.exists()
    assert not IdempotentAnswer.objects.exists()
    assert post(client, "/settings", body, **{"Idempotency-Key": "k"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_at_once_have_one_effect() -> None:
    body = {"key": "approval_limit_days", "value": 4}
    _token, secret = services.make_api_token(name="test", by=person("zhao"))
    answers: list[Any] = []
    together = threading.Barrier(4)

    def ask() -> None:
        client = Client(headers={"Authorization": f"Bearer {secret}"})
        together.wait()
        answers.append(post(client, "/settings", body, **{"Idempotency-Key": "k"}))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {200}
    assert Entry.objects.filter(fact="SettingSaved").count() == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_while_the_first_runs_on_and_on_is_told_so() -> None:
    body = {"key": "approval_limit_days", "value": 4}
    client = program("zhao")
    user = person("zhao")
    held, finish = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            IdempotentAnswer.objects.create(
                user=user, key="k", request_digest="x", made_at="2026-01-01T00:00:00Z"
            )
            held.set()
            finish.wait(20)
            transaction.set_rollback(True)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    try:
        answer = post(client, "/settings", body, **{"Idempotency-Key": "k"})
    finally:
        finish.set()
        thread.join()
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert not Setting.objects.exists()


@pytest.mark.django_db
def test_the_description_is_a_page_without_scripts(browse: Callable[..., Client]) -> None:
    for client in (browse(), browse("mei")):
        answer = client.get("/api/v1/docs")
        assert answer.status_code == 200
        assert b"make_api_token" in answer.content
        assert b"cdn." not in answer.content
        assert b"<script>" not in answer.content


def test_the_committed_description_is_the_present_one() -> None:
    """To renew it: gendan openapi docs/openapi.json"""
    kept = Path(settings.BASE_DIR) / "docs" / "openapi.json"
    assert kept.read_text(encoding="utf-8") == description()
