"""Putting a document aside that is still being read: it leaves the queue, the original is kept."""

import pytest

from gendan.intake import jobs
from gendan.intake.events import IncomingPutAside
from gendan.intake.services import note_page_in_work, put_incoming_aside
from gendan.kernel import journal
from gendan.kernel.errors import IllegalStep, NotAllowed, NotThere
from gendan.kernel.files import open_file
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make

pytestmark = pytest.mark.django_db


def test_it_leaves_the_queue_and_is_not_read_any_more(customer: Partner) -> None:
    incoming = make.incoming(read=False)
    assert note_page_in_work(incoming_id=incoming.pk, page=1, pages=30)
    put_incoming_aside(incoming_id=incoming.pk, by=person("mei"))
    # At the next page the worker is told that nobody waits; a job that comes later reads nothing.
    assert not note_page_in_work(incoming_id=incoming.pk, page=2, pages=30)
    jobs.read_now(incoming_id=incoming.pk)
    incoming.refresh_from_db()
    assert (incoming.state, incoming.pages_in_work) == ("done", 0)
    assert not incoming.drafts.exists()
    assert open_file(incoming.file).read(5) == b"From:"
    assert journal.timeline(incoming)[0].fact == IncomingPutAside.name


def test_it_refuses_what_is_read_already_and_the_wrong_role(customer: Partner) -> None:
    incoming = make.incoming()
    with pytest.raises(IllegalStep):
        put_incoming_aside(incoming_id=incoming.pk, by=person("mei"))
    with pytest.raises(NotAllowed):
        put_incoming_aside(incoming_id=incoming.pk, by=person("wen"))
    with pytest.raises(NotThere):
        put_incoming_aside(incoming_id=0, by=person("mei"))
