"""Browsers without a browser: Django's client, signed in as a member of the cast."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from gendan.testing.cast import person


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def browse(db: None) -> Callable[..., Client]:
    """`browse("mei")` is Mei's browser, in English; `browse()` is nobody's."""

    def sign_in(username: str = "", language: str = "en", htmx: bool = False) -> Client:
        client = Client(headers={"HX-Request": "true"} if htmx else {})
        client.cookies["gendan_language"] = language
        if username:
            client.force_login(person(username))
        return client

    return sign_in
