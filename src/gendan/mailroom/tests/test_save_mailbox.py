"""Setting mailboxes up: what is refused, what is kept of a password, off and on, removing."""

import json
import logging
from typing import Any

import pytest
from django.test import Client

from gendan.kernel.errors import Invalid, NotAllowed, NotThere, StaleRevision
from gendan.kernel.models import Entry
from gendan.mailroom import invariants, services
from gendan.mailroom.models import Mailbox
from gendan.testing.cast import person
from gendan.testing.mail_server import MailServer
from gendan.testing.make import mailroom as make

pytestmark = pytest.mark.django_db
SECRET = "Zwölf Boxkämpfer 12"


def save(**values: Any) -> Mailbox:
    given: dict[str, Any] = {
        "name": "Orders",
        "host": "imap.haichuan.example",
        "user": "orders@haichuan.example",
        "password": SECRET,
        "by": person("zhao"),
    }
    return services.save_mailbox(**given | values)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a" * 81}, "name"),
        ({"host": ""}, "host"),
        ({"host": "imap.example\r\nA1 LOGOUT"}, "host"),
        ({"user": ""}, "user"),
        ({"user": 'a"\r\nA1 DELETE INBOX'}, "user"),
        ({"port": 0}, "port"),
        ({"port": 70000}, "port"),
        ({"security": "tls1"}, "security"),
        ({"security": "none"}, "security"),
        ({"sign_in": "magic"}, "sign_in"),
        ({"password": ""}, "password"),
        ({"password": "a\x00b"}, "password"),
        ({"password": "a" * 5000}, "password"),
        ({"after_reading": "delete"}, "after_reading"),
        ({"after_reading": "move"}, "move_to"),
        ({"after_reading": "move", "move_to": "INBOX"}, "move_to"),
        ({"folder": "IN%"}, "folder"),
        ({"poll_minutes": 0}, "poll_minutes"),
        ({"sign_in": "oauth2", "token_url": "http://login.example/token"}, "token_url"),
        ({"sign_in": "oauth2", "token_url": "https://a@login.example/"}, "token_url"),
        ({"sign_in": "oauth2", "token_url": "https://[login"}, "token_url"),
        ({"sign_in": "oauth2", "token_url": "https://login.example/t"}, "client_id"),
        (
            {"sign_in": "oauth2", "token_url": "https://login.example/t", "client_id": "c"},
            "refresh_token",
        ),
    ],
)
def test_it_refuses_what_could_not_be_read(values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        save(**values)
    assert refused.value.field == field
    assert Mailbox.objects.count() == 0


def test_it_refuses_who_may_not_and_an_older_version() -> None:
    with pytest.raises(NotAllowed):
        save(by=person("mei"))
    box = save()
    save(mailbox_id=box.pk, revision=box.revision)
    with pytest.raises(StaleRevision):
        save(mailbox_id=box.pk, revision=box.revision)


def test_the_password_stands_nowhere(
    client: Client, caplog: pytest.LogCaptureFixture, imap: MailServer, address: str
) -> None:
    caplog.set_level(logging.DEBUG)
    box = make.mailbox(imap, address, password=SECRET)
    services.test_mailbox(mailbox_id=box.pk, by=person("zhao"))
    make.read(box)
    assert box.problem == "wrong_password"
    assert SECRET not in box.sealed
    facts = json.dumps(list(Entry.objects.values_list("data", flat=True)), ensure_ascii=False)
    client.force_login(person("zhao"))
    pages = [
        client.get(f"/settings/mailboxes/{box.pk}/").content.decode(),
        client.get(f"/settings/mailboxes/{box.pk}/change/").content.decode(),
        client.get("/settings/mailboxes/").content.decode(),
        client.get("/api/v1/mailboxes").content.decode(),
    ]
    for text in [facts, caplog.text, box.problem_detail, *pages]:
        assert SECRET not in text
        assert box.sealed not in text


def test_an_empty_password_leaves_the_present_one_but_never_for_another_server() -> None:
    box = save()
    kept = save(mailbox_id=box.pk, password="", folder="Orders")
    assert services.kept_secret(kept) == {"password": SECRET}
    for values in ({"host": "imap.evil.example"}, {"user": "other@haichuan.example"}):
        with pytest.raises(Invalid):
            save(mailbox_id=box.pk, password="", **values)


def test_a_refresh_token_is_not_sent_to_another_address() -> None:
    given = {"sign_in": "oauth2", "client_id": "c", "password": ""}
    box = save(**given, token_url="https://login.example/t", refresh_token="r")
    with pytest.raises(Invalid):
        save(**given, mailbox_id=box.pk, token_url="https://evil.example/t")
    save(**given, mailbox_id=box.pk, token_url="https://login.example/t")


def test_another_folder_is_read_from_its_beginning(imap: MailServer, address: str) -> None:
    box = make.mailbox(imap, address)
    imap.deliver(address, make.letter())
    assert make.read(box).last_uid == 1
    changed = make.mailbox(imap, address, mailbox_id=box.pk, folder="Orders")
    assert changed.last_uid == 0


def test_switch_mailbox_off_stops_reading_and_switch_mailbox_on_begins_again(
    imap: MailServer, address: str
) -> None:
    box = make.mailbox(imap, address)
    services.switch_mailbox_off(mailbox_id=box.pk, by=person("zhao"))
    services.switch_mailbox_off(mailbox_id=box.pk, by=person("zhao"))
    imap.deliver(address, make.letter())
    assert make.read(box).last_uid == 0
    assert services.claim_due_mailboxes() == []
    services.switch_mailbox_on(mailbox_id=box.pk, by=person("zhao"))
    assert services.claim_due_mailboxes() == [box.pk]
    assert services.claim_due_mailboxes() == []
    assert make.read(box).last_uid == 1
    facts = Entry.objects.filter(fact__startswith="MailboxSwitched").values_list("fact", flat=True)
    assert list(facts) == ["MailboxSwitchedOff", "MailboxSwitchedOn"]


def test_remove_mailbox_forgets_the_password_and_keeps_the_mails(
    imap: MailServer, address: str
) -> None:
    box = make.mailbox(imap, address)
    imap.deliver(address, make.letter())
    make.read(box)
    services.remove_mailbox(mailbox_id=box.pk, by=person("zhao"))
    box.refresh_from_db()
    assert box.sealed == ""
    assert box.messages.count() == 1
    with pytest.raises(NotThere):
        save(mailbox_id=box.pk)
    assert invariants.check() == []


def test_a_machine_of_a_private_network_is_not_asked(
    imap: MailServer, address: str, settings: Any
) -> None:
    box = make.mailbox(imap, address)
    settings.PRIVATE_TARGETS = frozenset()
    make.read(box)
    assert box.problem == "refused_target"
    assert "private network" in box.problem_detail
