"""Containing a text is asked so that a trigram index can answer, and means what it says."""

import pytest

from gendan.kernel.models import User

pytestmark = pytest.mark.django_db


def test_it_is_asked_as_ilike() -> None:
    asked = str(User.objects.filter(name__icontains="x").query)
    assert "ILIKE" in asked
    assert "UPPER" not in asked


@pytest.mark.parametrize(
    ("text", "is_found"), [("50%", True), ("0%_\\x", True), ("0_x", False), ("CASE", True)]
)
def test_signs_of_patterns_are_plain_signs(text: str, is_found: bool) -> None:
    User.objects.create(username="u", name="50%_\\x case")
    assert User.objects.filter(name__icontains=text).exists() is is_found
