"""Trying a mailbox, and everything that can stand in the way of reading one."""

import socket
from typing import Any

import pytest

from gendan.kernel.models import Entry
from gendan.mailroom import lines, reading, services
from gendan.mailroom.models import Mailbox, MailMessage
from gendan.mailroom.tests import bad_servers
from gendan.testing.cast import person
from gendan.testing.mail_server import MailServer
from gendan.testing.make import mailroom as make

pytestmark = pytest.mark.django_db


def tried(box: Mailbox) -> Mailbox:
    """The mailbox after the worker has tried it."""
    services.test_mailbox(mailbox_id=box.pk, by=person("zhao"))
    reading.try_out(box.pk)
    box.refresh_from_db()
    assert box.test_asked_at is None
    assert box.tested_at is not None
    return box


@pytest.mark.parametrize("security", ["ssl", "starttls", "none"])
def test_a_mailbox_that_can_be_read_says_so_and_nothing_is_read(
    security: str, imap: MailServer, address: str
) -> None:
    imap.deliver(address, make.letter())
    port = imap.ssl_port if security == "ssl" else imap.port
    box = tried(make.mailbox(imap, address, security=security, port=port))
    assert (box.test_problem, box.test_detail) == ("", "")
    assert MailMessage.objects.count() == 0
    assert "\\Seen" not in imap.mails(address)[0]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"password": "wrong"}, "wrong_password"),
        ({"password": "falsch “Ü” \\"}, "wrong_password"),
        ({"folder": "Nowhere"}, "no_folder"),
        ({"after_reading": "move", "move_to": "Nowhere"}, "no_move_folder"),
        ({"host": "no-such-machine.invalid"}, "refused_target"),
    ],
)
def test_what_stands_in_the_way_is_a_sentence(
    values: dict[str, Any], problem: str, imap: MailServer, address: str
) -> None:
    box = tried(make.mailbox(imap, address, **values))
    assert box.test_problem == problem
    assert box.test_words.endswith(".")


def test_a_certificate_that_is_not_known_is_not_accepted(
    imap: MailServer, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert tried(make.mailbox(imap, address)).test_problem == "not_secure"
    starttls = make.mailbox(imap, address, security="starttls", port=imap.port)
    assert tried(starttls).test_problem == "not_secure"


def test_tls_where_none_is_spoken_is_said_so(imap: MailServer, address: str) -> None:
    assert tried(make.mailbox(imap, address, port=imap.port)).test_problem == "not_secure"


def test_a_server_that_is_down_is_asked_again_after_growing_pauses(
    imap: MailServer, address: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = make.mailbox(imap, address, port=port, poll_minutes=1)
    pauses = []
    for _attempt in range(4):
        make.read(box)
        assert box.next_read_at is not None
        assert box.problem_since is not None
        pauses.append(box.next_read_at - box.problem_since)
    assert box.problem == "unreachable"
    assert pauses == sorted(pauses)
    assert pauses[3].total_seconds() > 10 * pauses[0].total_seconds()
    assert Entry.objects.filter(fact="MailboxFailing").count() == 1
    services.save_mailbox(
        mailbox_id=box.pk,
        name=box.name,
        host=box.host,
        port=imap.ssl_port,
        user=box.user,
        by=person("zhao"),
    )
    make.read(box)
    assert (box.problem, box.failures) == ("", 0)


@pytest.mark.parametrize(
    ("behaviour", "problem"),
    [
        (bad_servers.hang, "no_answer"),
        (bad_servers.drip, "no_answer"),
        (bad_servers.web, "not_imap"),
        (bad_servers.close, "broken_off"),
        (bad_servers.flood, "not_imap"),
        (bad_servers.chatter, "not_imap"),
    ],
)
def test_a_server_that_behaves_badly_holds_nobody_for_long(
    behaviour: bad_servers.Behaviour,
    problem: str,
    imap: MailServer,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lines, "SIGN_IN_SECONDS", 0.5 if problem == "no_answer" else 30)
    with bad_servers.server(behaviour) as port:
        box = make.mailbox(imap, address, security="none", port=port)
        assert tried(box).test_problem == problem


def test_a_mail_that_is_larger_than_its_server_says_is_given_up_after_three_attempts(
    imap: MailServer, address: str
) -> None:
    with bad_servers.server(bad_servers.boast) as port:
        box = make.mailbox(imap, address, security="none", port=port, after_reading="leave")
        for _attempt in range(3):
            assert make.read(box).problem == "not_imap"
        make.read(box)
    assert box.problem == ""
    [message] = MailMessage.objects.all()
    assert (message.state, message.problem) == ("parked", "not_handed_over")


def oauth2(imap: MailServer, address: str, **values: Any) -> Mailbox:
    """A mailbox that is read with tokens."""
    imap.tokens.refresh_tokens = {"refresh-0": address}
    given = {
        "sign_in": "oauth2",
        "password": "",
        "token_url": f"{imap.tokens.url}/token",
        "client_id": "gendan",
        "client_secret": "client secret",
        "refresh_token": "refresh-0",
        "scope": "imap offline",
    }
    return make.mailbox(imap, address, **given | values)


def test_a_token_is_asked_for_and_opens_the_mailbox(imap: MailServer, address: str) -> None:
    imap.tokens.rotates = False
    box = oauth2(imap, address)
    imap.deliver(address, make.letter())
    make.read(box)
    assert (box.problem, box.problem_detail) == ("", "")
    assert MailMessage.objects.get().state == "taken"
    assert imap.tokens.asked[-1] == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-0",
        "client_id": "gendan",
        "client_secret": "client secret",
        "scope": "imap offline",
    }


def test_a_new_refresh_token_replaces_the_former_one(imap: MailServer, address: str) -> None:
    box = oauth2(imap, address)
    imap.tokens.rotates = True
    for _reading in range(3):
        assert make.read(box).problem == ""
    assert services.kept_secret(box)["refresh_token"] != "refresh-0"
    assert services.kept_secret(box)["client_secret"] == "client secret"


def test_a_token_that_is_refused_says_so_at_either_side(imap: MailServer, address: str) -> None:
    imap.tokens.rotates = False
    box = oauth2(imap, address, refresh_token="stolen")
    assert tried(box).test_problem == "token_refused"
    assert box.test_detail == "invalid_grant"
    other = oauth2(imap, address)
    imap.tokens.refresh_tokens = {"refresh-0": "somebody.else@haichuan.example"}
    assert tried(other).test_problem == "wrong_password"
    gone = oauth2(imap, address, token_url="http://127.0.0.1:9/token")
    assert tried(gone).test_problem == "token_unreachable"
