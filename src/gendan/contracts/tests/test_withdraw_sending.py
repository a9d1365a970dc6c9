"""A link taken back: the paper stays, and can be sent again."""

import pytest

from gendan.contracts.services import send_paper_for_acceptance
from gendan.contracts.services.accepting import accept_by_link, withdraw_sending
from gendan.contracts.tests.accepted import paper, token_of
from gendan.kernel.errors import IllegalStep, NotThere
from gendan.kernel.links import LinkRefused
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db


def test_it_accepts_nothing_any_more() -> None:
    found = paper()
    sent = send_paper_for_acceptance(paper_id=found.pk, by=person("mei"))
    withdraw_sending(sending_id=sent.pk, reason="wrong person", by=person("mei"))
    with pytest.raises(LinkRefused, match="withdrawn"):
        accept_by_link(token=token_of(), name="A", is_confirmed=True, sha256=found.sha256)
    with pytest.raises(IllegalStep):
        withdraw_sending(sending_id=sent.pk, by=person("mei"))
    with pytest.raises(NotThere):
        withdraw_sending(sending_id=10**9, by=person("mei"))
    assert send_paper_for_acceptance(paper_id=found.pk, by=person("mei")).state == "open"
