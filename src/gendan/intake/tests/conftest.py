"""What the tests of the intake share: English words, a customer and goods."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from gendan.partners.models import Partner
from gendan.testing.make import intake as make


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def customer(db: None) -> Partner:
    """A customer whose orders name goods of ours."""
    make.goods()
    return make.customer()
