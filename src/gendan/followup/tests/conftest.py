"""What the tests of the follow-up share: a fixed morning and a small kind of journey."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from django.utils import translation

from gendan.followup.models import Template
from gendan.kernel import clock, reactions
from gendan.testing.make import followup as make

MONDAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The tests read English."""
    with translation.override("en"):
        yield


@pytest.fixture
def monday(db: None) -> Iterator[dt.date]:
    """Monday morning, 2 March 2026; the company works Monday to Friday."""
    with clock.at(clock.moment_on(MONDAY, 9)):
        yield MONDAY


@pytest.fixture
def small(monday: dt.date) -> Template:
    """A journey of six milestones for hardgoods (testing/make/followup.py)."""
    return make.template()


@contextmanager
def on(day: dt.date, hour: int = 9) -> Iterator[None]:
    """Another day, begun as the worker begins it."""
    with clock.at(clock.moment_on(day, hour)):
        reactions.open_day()
        reactions.run_due()
        yield


@pytest.fixture
def turn_to() -> Iterator[Callable[..., None]]:
    """Let the clock stand on another day until the end of the test."""
    with ExitStack() as stack:

        def turn(day: dt.date, hour: int = 9) -> None:
            stack.enter_context(on(day, hour))

        yield turn
