"""What tests of sending share: a target for webhooks, and a webhook to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gendan.kernel.models import Webhook
from gendan.kernel.tests import targets
from gendan.kernel.webhooks import services
from gendan.testing.cast import person


@pytest.fixture
def target(settings: Any) -> Iterator[targets.Target]:
    """A real HTTP server, which this installation may ask although it is private."""
    settings.PRIVATE_TARGETS = frozenset({"127.0.0.1"})
    with targets.target() as server:
        yield server


@pytest.fixture
def webhook(db: None, target: targets.Target) -> Callable[..., tuple[Webhook, str]]:
    """`webhook("OrderConfirmed")`: a webhook for facts (none: all), and its secret."""

    def make(*facts: str, name: str = "ERP") -> tuple[Webhook, str]:
        return services.save_webhook(name=name, url=target.url, facts=facts, by=person("zhao"))

    return make
