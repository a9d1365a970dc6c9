"""While the database cannot be reached people and programs are told so; a fault stays a fault."""

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client
from procrastinate.exceptions import ConnectorException, NoResult

from gendan.kernel.errors import Busy
from gendan.kernel.service import _in_transaction, is_database_gone
from gendan.testing.cast import person
from gendan.web import front

pytestmark = pytest.mark.django_db


def gone() -> OperationalError:
    error = OperationalError("server closed the connection unexpectedly")
    error.__cause__ = psycopg.OperationalError("server closed the connection unexpectedly")
    return error


def by_the_queue(cause: Exception) -> ConnectorException:
    """As a verb that defers a job gets it: the queue wraps whatever the database says."""
    error = ConnectorException()
    error.__cause__ = cause
    return error


@pytest.fixture
def mei() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person("mei"), "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (gone(), 503, "The database cannot be reached"),
        (by_the_queue(psycopg.OperationalError()), 503, "The database cannot be reached"),
        (ZeroDivisionError("secret"), 500, "Something broke"),
    ],
)
def test_a_page_says_what_broke(
    mei: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, words: str
) -> None:
    def breaks(*_given: object) -> None:
        raise error

    monkeypatch.setattr(front, "commands_for", breaks)
    answer = mei.get("/palette/", headers={"accept-language": "en"})
    assert (answer.status_code, answer.headers.get("Retry-After")) == (
        status,
        "5" if status == 503 else None,
    )
    assert words in answer.content.decode()
    assert "secret" not in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (gone(), 503, "database_gone"),
        (by_the_queue(psycopg.errors.AdminShutdown()), 503, "database_gone"),
        (by_the_queue(psycopg.errors.UndefinedTable("secret")), 500, "broken"),
        (ZeroDivisionError("secret"), 500, "broken"),
    ],
)
def test_a_program_is_told_the_same(
    mei: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def breaks(*_given: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr("gendan.orders.models.OrderQuerySet.visible_to", breaks)
    answer = mei.get("/api/v1/orders")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "secret" not in answer.content.decode()


def test_what_the_queue_says_is_told_apart_by_its_cause() -> None:
    lost = [
        psycopg.OperationalError("consuming input failed"),
        psycopg.InterfaceError("the connection is closed"),
        psycopg.errors.AdminShutdown(),
    ]
    others = [psycopg.errors.LockNotAvailable(), psycopg.errors.NotNullViolation()]
    assert [is_database_gone(by_the_queue(one)) for one in lost] == [True] * 3
    assert [is_database_gone(by_the_queue(one)) for one in others] == [False] * 2
    assert not is_database_gone(NoResult())
    assert not is_database_gone(None)


def test_a_lock_the_queue_did_not_get_is_a_refusal() -> None:
    def waits_for_a_job() -> None:
        raise by_the_queue(psycopg.errors.LockNotAvailable())

    with pytest.raises(Busy):
        _in_transaction(waits_for_a_job)
