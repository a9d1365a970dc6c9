"""Setting mailboxes up: save, switch off and on, remove, try, read at once."""

import datetime as dt
import json
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal, outside, secrets
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.mailroom import deferring
from gendan.mailroom.events import (
    MailboxReadAsked,
    MailboxRemoved,
    MailboxSaved,
    MailboxSwitchedOff,
    MailboxSwitchedOn,
    MailboxTested,
)
from gendan.mailroom.models import Mailbox

MOST_MAILBOXES = 50
POLL_MINUTES = range(1, 24 * 60 + 1)
LIMITS = {
    "name": 80,
    "host": 200,
    "user": 200,
    "token_url": 500,
    "client_id": 200,
    "scope": 500,
    "folder": 200,
    "move_to": 200,
    "trusted_server": 200,
}
LONGEST_SECRET = 4000
# Whoever put a mailbox into the queue has so long until somebody else does.
LEASE = dt.timedelta(minutes=15)
STILL_ASKED = dt.timedelta(minutes=2)


@service(gettext_lazy("Save a mailbox"))
def save_mailbox(
    *,
    name: str,
    host: str,
    user: str,
    port: int = 993,
    security: str = "ssl",
    sign_in: str = "password",
    password: str = "",
    token_url: str = "",
    client_id: str = "",
    client_secret: str = "",
    refresh_token: str = "",
    scope: str = "",
    folder: str = "INBOX",
    after_reading: str = "seen",
    move_to: str = "",
    read_since: dt.date | None = None,
    poll_minutes: int = 5,
    trusted_server: str = "",
    mailbox_id: int | None = None,
    revision: int | None = None,
    by: User | None,
) -> Mailbox:
    """Set up a mailbox that is read, or change one; empty secrets leave the present ones."""
    mailbox = _new_mailbox(by) if mailbox_id is None else locked_mailbox(mailbox_id)
    mailbox.refuse_if_stale(revision)
    place = (mailbox.host, mailbox.user, mailbox.folder)
    holder = (mailbox.host, mailbox.user, mailbox.token_url)
    _write_texts(
        mailbox,
        name=name,
        host=host.lower(),
        user=user,
        token_url=token_url,
        client_id=client_id,
        scope=scope,
        folder=folder or "INBOX",
        move_to=move_to,
        trusted_server=trusted_server.lower(),
    )
    mailbox.port, mailbox.security = port, security
    mailbox.sign_in, mailbox.after_reading = sign_in, after_reading
    mailbox.poll_minutes = poll_minutes
    mailbox.read_since = read_since or mailbox.read_since
    _refuse_odd(mailbox)
    given = {"client_secret": client_secret, "refresh_token": refresh_token}
    has_new_secret = _seal_into(mailbox, holder, password, **given)
    if place != (mailbox.host, mailbox.user, mailbox.folder):
        mailbox.uid_validity = mailbox.last_uid = mailbox.stuck_uid = mailbox.stuck_times = 0
    _forget_problem(mailbox)
    mailbox.revision += 0 if mailbox.pk is None else 1
    mailbox.save()
    where: dict[str, Any] = {"host": mailbox.host, "user": mailbox.user, "folder": mailbox.folder}
    fact = MailboxSaved(**_named(mailbox), **where, has_new_secret=has_new_secret)
    journal.record(fact, about=["company", mailbox], by=by)
    return mailbox


@service(gettext_lazy("Switch the mailbox off"))
def switch_mailbox_off(*, mailbox_id: int, by: User | None) -> Mailbox:
    """Read it no more until it is switched on; what came in stays."""
    mailbox = locked_mailbox(mailbox_id)
    if mailbox.is_active:
        mailbox.is_active, mailbox.asked_at = False, None
        mailbox.save(update_fields=["is_active", "asked_at"])
        fact = MailboxSwitchedOff(**_named(mailbox))
        journal.record(fact, about=["company", mailbox], by=by)
    return mailbox


@service(gettext_lazy("Switch the mailbox on"))
def switch_mailbox_on(*, mailbox_id: int, by: User | None) -> Mailbox:
    """Read it again: what came meanwhile comes in with the next reading."""
    mailbox = locked_mailbox(mailbox_id)
    if not mailbox.is_active:
        mailbox.is_active = True
        _forget_problem(mailbox)
        mailbox.save()
        fact = MailboxSwitchedOn(**_named(mailbox))
        journal.record(fact, about=["company", mailbox], by=by)
    return mailbox


@service(gettext_lazy("Remove the mailbox"))
def remove_mailbox(*, mailbox_id: int, by: User | None) -> Mailbox:
    """Read it no more and forget its password; the mails that came by it stay."""
    mailbox = locked_mailbox(mailbox_id)
    mailbox.is_active, mailbox.sealed, mailbox.removed_at = False, "", clock.now()
    mailbox.revision += 1
    mailbox.save()
    fact = MailboxRemoved(**_named(mailbox))
    journal.record(fact, about=["company", mailbox], by=by)
    return mailbox


@service(gettext_lazy("Try the mailbox"))
def test_mailbox(*, mailbox_id: int, by: User | None) -> Mailbox:
    """Let the worker connect, sign in and look for the folders; nothing is read or marked."""
    mailbox = locked_mailbox(mailbox_id)
    if not _is_fresh(mailbox.test_asked_at):
        mailbox.test_asked_at = clock.now()
        mailbox.save(update_fields=["test_asked_at"])
        journal.record(MailboxTested(**_named(mailbox)), about=mailbox, by=by)
        deferring.trial(mailbox.pk)
    return mailbox


@service(gettext_lazy("Read the mailbox now"))
def read_mailbox_now(*, mailbox_id: int, by: User | None) -> Mailbox:
    """Let the worker read it at once instead of at its next turn."""
    mailbox = locked_mailbox(mailbox_id)
    if not mailbox.is_active:
        raise Invalid(_("This mailbox is switched off; switch it on first."))
    if not _is_fresh(mailbox.asked_at):
        mailbox.asked_at = clock.now()
        mailbox.next_read_at = mailbox.asked_at + LEASE
        mailbox.save(update_fields=["asked_at", "next_read_at"])
        fact = MailboxReadAsked(**_named(mailbox))
        journal.record(fact, about=mailbox, by=by)
        deferring.reading(mailbox.pk)
    return mailbox


def locked_mailbox(mailbox_id: int) -> Mailbox:
    """A mailbox that is there, locked."""
    found = Mailbox.objects.select_for_update().filter(pk=mailbox_id, removed_at=None).first()
    if found is None:
        raise NotThere(_("There is no such mailbox."))
    return found


def _is_fresh(asked_at: dt.datetime | None) -> bool:
    """Whether it was asked for a moment ago, so that asking again adds nothing."""
    return asked_at is not None and clock.now() - asked_at < STILL_ASKED


def _new_mailbox(by: User | None) -> Mailbox:
    if Mailbox.objects.filter(removed_at=None).count() >= MOST_MAILBOXES:
        raise Invalid(
            _("There are %(count)s mailboxes; remove one that is no longer read.")
            % {"count": MOST_MAILBOXES}
        )
    return Mailbox(made_at=clock.now(), made_by=by, read_since=clock.today())


def _forget_problem(mailbox: Mailbox) -> None:
    """Something was changed: what failed before says nothing about it."""
    mailbox.problem = mailbox.problem_detail = ""
    mailbox.problem_since, mailbox.failures = None, 0
    mailbox.next_read_at = clock.now()
    mailbox.test_asked_at, mailbox.tested_at = None, None
    mailbox.test_problem = mailbox.test_detail = ""


def _named(mailbox: Mailbox) -> dict[str, Any]:
    return {"mailbox_id": mailbox.pk, "mailbox_name": mailbox.name}


def _write_texts(mailbox: Mailbox, **texts: str) -> None:
    for field, text in texts.items():
        setattr(mailbox, field, _one_word(text, field))


def _one_word(text: str, field: str) -> str:
    """A text of one line within its limit; nothing in it can become a command of its own."""
    text = text.strip()
    if not all(char.isprintable() for char in text):
        raise Invalid(_("There are characters in it that cannot be typed."), field=field)
    if len(text) > LIMITS[field]:
        raise Invalid(
            _("This is too long; %(most)s letters at most.") % {"most": LIMITS[field]}, field=field
        )
    return text


def _refuse_odd(mailbox: Mailbox) -> None:
    """Refuse what could not be read with these values."""
    needed = {
        "name": _("A mailbox needs a name, so that you know later which it is."),
        "host": _("Name the mail server, such as imap.example.com."),
        "user": _("Name the user as which to sign in, mostly the whole address."),
    }
    for field, words in needed.items():
        if not getattr(mailbox, field):
            raise Invalid(words, field=field)
    if not 1 <= mailbox.port <= 65535:
        raise Invalid(_("A port is a number from 1 to 65535."), field="port")
    if mailbox.security not in Mailbox.Security.values:
        raise Invalid(_("Choose how the connection is encrypted."), field="security")
    if mailbox.security == "none" and not outside.is_private_allowed(mailbox.host):
        raise Invalid(
            _(
                "Passwords are not sent unencrypted. Only a machine of your own network that "
                "GENDAN_PRIVATE_TARGETS names may be read without encryption."
            ),
            field="security",
        )
    if mailbox.sign_in not in Mailbox.SignIn.values:
        raise Invalid(_("Choose how to sign in: with a password or with OAuth2."), field="sign_in")
    if mailbox.after_reading not in Mailbox.After.values:
        raise Invalid(_("Choose what is done with a mail after reading."), field="after_reading")
    if mailbox.poll_minutes not in POLL_MINUTES:
        raise Invalid(_("A mailbox is read every 1 to 1440 minutes."), field="poll_minutes")
    _refuse_odd_folders(mailbox)
    _refuse_odd_tokens(mailbox)


def _refuse_odd_folders(mailbox: Mailbox) -> None:
    for field in ("folder", "move_to"):
        if set(getattr(mailbox, field)) & set("*%"):
            raise Invalid(_("A folder's name holds no * and no %%.") % {}, field=field)
    if mailbox.after_reading == "move" and not mailbox.move_to:
        raise Invalid(_("Name the folder that mails are moved to."), field="move_to")
    if mailbox.after_reading == "move" and mailbox.move_to == mailbox.folder:
        raise Invalid(_("Mails are moved to another folder than they are in."), field="move_to")


def _refuse_odd_tokens(mailbox: Mailbox) -> None:
    if mailbox.sign_in != "oauth2":
        mailbox.token_url = mailbox.client_id = mailbox.scope = ""
        return
    try:
        parts = urlsplit(mailbox.token_url)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    is_safe = parts.scheme == "https" or (
        parts.scheme == "http" and outside.is_private_allowed(host)
    )
    if not host or not is_safe or parts.username:
        raise Invalid(
            _("The address of the sign-in service begins with https://."), field="token_url"
        )
    if not mailbox.client_id:
        raise Invalid(
            _("Name the client id that the sign-in service gave this application."),
            field="client_id",
        )


def _seal_into(
    mailbox: Mailbox,
    holder: tuple[str, str, str],
    password: str,
    *,
    client_secret: str,
    refresh_token: str,
) -> bool:
    """Seal new secrets; tells whether there were any.

    The present ones are not sent to another machine or in another name: they are asked for anew.
    """
    if max(map(len, (password, client_secret, refresh_token))) > LONGEST_SECRET:
        raise Invalid(_("This secret is too long."), field="password")
    if not all(char.isprintable() for char in password + client_secret + refresh_token):
        raise Invalid(_("There are characters in it that cannot be typed."), field="password")
    kept = kept_secret(mailbox) if mailbox.sealed else {}
    is_other = holder != (mailbox.host, mailbox.user, mailbox.token_url)
    if mailbox.sign_in == "password":
        if not password and ("password" not in kept or is_other):
            raise Invalid(_("Type the password of this mailbox."), field="password")
        secret = {"password": password or kept["password"]}
    else:
        if not refresh_token and ("refresh_token" not in kept or is_other):
            raise Invalid(
                _("Paste the refresh token that the sign-in service gave."), field="refresh_token"
            )
        secret = {
            "client_secret": client_secret or kept.get("client_secret", ""),
            "refresh_token": refresh_token or kept["refresh_token"],
        }
    if secret == kept:
        return False
    mailbox.sealed = secrets.seal(json.dumps(secret))
    return True


def kept_secret(mailbox: Mailbox) -> dict[str, str]:
    """The secrets of a mailbox; none when they can no longer be read."""
    try:
        found = json.loads(secrets.unseal(mailbox.sealed))
    except (secrets.SecretUnreadable, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()}
