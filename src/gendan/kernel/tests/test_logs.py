"""The log never holds what opens something."""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from gendan.kernel.logs import WithoutSecrets, without_secrets

TOKEN = "17-p3Qk0s8ZqYJbH1tQW9xVd2_nC7:AbCdEf-0123456789"


@pytest.mark.parametrize(
    "address",
    [f"/l/{TOKEN}/", f"/feeds/{TOKEN}.ics", f"/sign-in/password/{TOKEN}/", f"/l/{TOKEN}"],
)
def test_words_that_open_something_are_left_out(address: str) -> None:
    said = without_secrets(f"Conflict: {address}?part=2")
    assert TOKEN not in said
    assert "…" in said


def test_other_addresses_stay_whole() -> None:
    for address in ("/orders/17/", "/settings/notices/OrderConfirmed/reset/", "/feeds/make/"):
        assert without_secrets(f"Not Found: {address}") == f"Not Found: {address}"


@pytest.mark.django_db
def test_a_refused_link_is_logged_without_its_word(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("django.request").addFilter(found := WithoutSecrets())
    try:
        answer = Client().get(reverse("link", args=[TOKEN]))
    finally:
        logging.getLogger("django.request").removeFilter(found)
    assert answer.status_code >= 400
    assert caplog.messages
    assert TOKEN not in caplog.text
