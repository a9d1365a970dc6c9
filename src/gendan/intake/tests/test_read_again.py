"""Reading again: with what was learned, and never over something decided."""

import pytest

from gendan.intake.services import NotReadYet, accept_draft, read_again, read_incoming
from gendan.kernel import reactions
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make

pytestmark = pytest.mark.django_db


def test_the_worker_reads_it_anew(customer: Partner) -> None:
    incoming = make.incoming()
    reactions.run_due()
    was = incoming.drafts.get().pk
    assert read_again(incoming_id=incoming.pk, by=person("mei")).state == "received"
    assert not incoming.drafts.exists()
    reactions.run_due()
    incoming.refresh_from_db()
    assert incoming.state == "read"
    assert incoming.drafts.get().pk != was


def test_it_refuses_while_reading_and_once_decided(customer: Partner) -> None:
    incoming = make.incoming(read=False)
    with pytest.raises(NotReadYet, match="being read"):
        read_again(incoming_id=incoming.pk, by=person("mei"))
    read_incoming(incoming_id=incoming.pk)
    accept_draft(draft_id=incoming.drafts.get().pk, by=person("mei"))
    with pytest.raises(NotReadYet, match="accepted or refused"):
        read_again(incoming_id=incoming.pk, by=person("mei"))
