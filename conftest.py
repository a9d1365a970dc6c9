"""What every test needs: a database server and a database of its own, made when first used."""

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models.signals import post_migrate


def standard_units(**kwargs: object) -> None:
    """Django tells of a migration after emptying its tables: what migrations filled comes back."""
    import_module("gendan.catalog.migrations.0003_standard_units").fill(apps, None)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: object
) -> Iterator[None]:
    """Replaces pytest-django's: tests that need no database start no server."""
    from tests.database import own_database

    from gendan.config import embedded_postgres

    post_migrate.connect(standard_units, sender=apps.get_app_config("catalog"))
    worker = getattr(request.config, "workerinput", {}).get("workerid")
    name = settings.DATABASES["default"]["TEST"]["NAME"] + (f"_{worker}" if worker else "")
    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(embedded_postgres.using(settings.VAR_DIR, durable=False))
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            stack.enter_context(own_database(name, settings.VAR_DIR / "test-databases.lock"))
        yield
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            stack.close()


def pytest_unconfigure() -> None:
    if settings.configured and hasattr(settings, "FILES_DIR"):
        shutil.rmtree(settings.FILES_DIR, ignore_errors=True)


@pytest.fixture(autouse=True)
def rules_of_notices(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process remembers for some seconds which rules are on; a test remembers its own only.

    It asks once, however long it takes: else the number of its queries would depend on the time.
    """
    rules = sys.modules.get("gendan.notices.rules")
    if rules is None:
        yield
        return
    monkeypatch.setattr(rules, "SECONDS", 3600)
    rules.forget()
    yield
    rules.forget()


@pytest.fixture(autouse=True)
def jobs_of_transactional_tests(request: pytest.FixtureRequest) -> Iterator[None]:
    """Such tests empty Django's tables at their end, but the job queue's are not Django's."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        from django.db import connection

        blocker = request.getfixturevalue("django_db_blocker")
        with blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Any]:
    """A real SMTP server; `mailbox.received` is what arrived (gendan/testing/mailbox.py)."""
    from aiosmtpd.controller import Controller

    from gendan.testing.mailbox import Mailbox

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    found = Mailbox()
    server = Controller(found, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.DEFAULT_FROM_EMAIL = "海川 <follow-up@haichuan.example>"
    yield found
    server.stop()
