"""Asking for a change behind the link: a fact that the changes room listens to."""

import pytest

from gendan.contracts.services.accepting import ask_change_by_link, send_paper_for_acceptance
from gendan.contracts.tests.accepted import paper, token_of
from gendan.kernel import journal
from gendan.kernel.errors import Invalid
from gendan.kernel.links import LinkRefused
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db


def test_what_they_want_different_is_a_fact() -> None:
    found = paper()
    send_paper_for_acceptance(paper_id=found.pk, by=person("mei"))
    with pytest.raises(Invalid, match="what should be different"):
        ask_change_by_link(token=token_of(), text=" ")
    sent = ask_change_by_link(token=token_of(), text="120 pieces, please")
    assert (sent.state, sent.change_name) == ("change_asked", "Anna Schmidt")
    told = journal.timeline(found)[0]
    assert (told.fact, told.data["text"]) == ("ChangeAsked", "120 pieces, please")
    with pytest.raises(LinkRefused, match="used"):
        ask_change_by_link(token=token_of(), text="130")
    again = send_paper_for_acceptance(paper_id=found.pk, by=person("mei"))
    assert again.state == "open"
