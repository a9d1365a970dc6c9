"""resend_sending, drop_sending: by hand, of every kind, once; and rows whose time has come."""

import datetime as dt
from typing import Any

import pytest

from gendan.kernel import clock, mail, outgoing, sending
from gendan.kernel.errors import NotAllowed, NotThere
from gendan.kernel.models import Entry, Mail
from gendan.kernel.outgoing import OnItsWay
from gendan.testing.cast import person
from gendan.testing.mailbox import Mailbox

pytestmark = pytest.mark.django_db


def write(**values: Any) -> Mail:
    given = {"to": ["a@b.example"], "subject": "x", "text": "x", "about": "orders.order:1"}
    return mail.write_mail(**given | values)


def again(row: Mail, by: str = "zhao") -> None:
    outgoing.resend_sending(kind="kernel.mail", sending_id=row.pk, by=person(by))


def test_what_waits_for_its_next_try_is_tried_at_once_and_once(mailbox: Mailbox) -> None:
    mailbox.refusals["a@b.example"] = "451 later"
    row = write()
    sending.send_waiting()
    mailbox.refusals.clear()
    again(row)
    with pytest.raises(OnItsWay):
        again(row)
    sending.send_waiting()
    with clock.at(clock.now() + dt.timedelta(minutes=5)):
        assert sending.enqueue_due() == 0
    assert len(mailbox.received) == 1
    fact = Entry.objects.get(fact="SendingRepeated")
    assert "orders.order:1" in fact.about


def test_what_was_sent_can_go_again(mailbox: Mailbox) -> None:
    row = write()
    sending.send_waiting()
    again(row)
    sending.send_waiting()
    assert len(mailbox.received) == 2
    with pytest.raises(OnItsWay, match="sent already"):
        outgoing.drop_sending(kind="kernel.mail", sending_id=row.pk, by=person("zhao"))


def test_what_was_dropped_is_not_sent_by_a_job_that_was_there(mailbox: Mailbox) -> None:
    row = write()
    outgoing.drop_sending(kind="kernel.mail", sending_id=row.pk, by=person("zhao"))
    outgoing.drop_sending(kind="kernel.mail", sending_id=row.pk, by=person("zhao"))
    sending.attempt("kernel.mail", row.pk)
    assert not mailbox.received
    assert Entry.objects.filter(fact="SendingDropped").count() == 1


def test_later_means_later(mailbox: Mailbox) -> None:
    row = write()
    sending.attempt("kernel.mail", row.pk)
    later = write()
    sending.defer([later], at=clock.now() + dt.timedelta(hours=3))
    sending.attempt("kernel.mail", later.pk)  # a job that comes too early does nothing
    assert len(mailbox.received) == 1
    assert sending.enqueue_due() == 0
    with clock.at(clock.now() + dt.timedelta(hours=3)):
        assert sending.enqueue_due() == 1
        assert sending.enqueue_due() == 0  # one job, however often it is looked
        sending.send_waiting()
    assert len(mailbox.received) == 2


def test_links_are_shown_without_their_keys(settings: Any) -> None:
    settings.PUBLIC_URL = "https://gendan.example"
    text = (
        "Read https://gendan.example/l/12-AbCdEfGhIjKlMnOpQrStUvWx:sIgNaTuRe_-1/ and "
        "https://other.example/reset?token=0123456789abcdef0123, order SO-2026-000012-LONG-NUMBER."
    )
    shown = outgoing.without_keys(text)
    assert "AbCd" not in shown
    assert "0123456789" not in shown
    assert "SO-2026-000012-LONG-NUMBER" in shown
    assert "https://gendan.example/l/…" in shown


def test_only_those_who_look_after_it() -> None:
    row = write()
    with pytest.raises(NotAllowed):
        again(row, by="mei")
    with pytest.raises(NotThere):
        outgoing.resend_sending(kind="kernel.mail", sending_id=0, by=person("zhao"))
    with pytest.raises(NotThere):
        outgoing.resend_sending(kind="kernel.user", sending_id=1, by=person("zhao"))
    assert not outgoing.rows_for("kernel.mail", person("mei")).exists()
