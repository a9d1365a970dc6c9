"""What a reading writes down: mails taken, what is done on the server, how the mailbox stands."""

import datetime as dt
import json
from collections.abc import Collection
from typing import Any

from django.db.models import F, Q

from gendan.intake.services import without_secrets
from gendan.kernel import clock, files, journal, secrets
from gendan.kernel.service import service
from gendan.mailroom import deferring
from gendan.mailroom.events import MailboxFailing, MailParked
from gendan.mailroom.heads import digest_of, read_head
from gendan.mailroom.models import Mailbox, MailMessage
from gendan.mailroom.problems import MailboxProblem
from gendan.mailroom.proofs import proof_of
from gendan.mailroom.services.mailboxes import LEASE, kept_secret, locked_mailbox

# Minutes until a mailbox that cannot be read is asked again, unless it is read more seldom.
PAUSES_MINUTES = (1, 2, 5, 15, 30, 60, 120)
# So many failures one after another are told to somebody.
TOLD_AFTER = 3
MOST_STUCK = 3
MOST_SORTING = 3


@service
def claim_due_mailboxes(*, by: None = None) -> list[int]:
    """Put the mailboxes whose time has come into the queue; returns which."""
    now = clock.now()
    due = Mailbox.objects.select_for_update(skip_locked=True).filter(
        Q(next_read_at=None) | Q(next_read_at__lte=now), is_active=True, removed_at=None
    )
    found = list(due.order_by("pk").values_list("pk", flat=True))
    Mailbox.objects.filter(pk__in=found).update(next_read_at=now + LEASE)
    for mailbox_id in found:
        deferring.reading(mailbox_id)
    return found


@service
def note_folder(*, mailbox_id: int, uid_validity: int, by: None = None) -> Mailbox:
    """The folder was opened; when the server has numbered it anew, it is read from the beginning.

    What came in already is recognised by its content (digest) and not taken twice.
    """
    mailbox = locked_mailbox(mailbox_id)
    if mailbox.uid_validity != uid_validity:
        mailbox.uid_validity = uid_validity
        mailbox.last_uid = mailbox.stuck_uid = mailbox.stuck_times = 0
        mailbox.save(update_fields=["uid_validity", "last_uid", "stuck_uid", "stuck_times"])
        # The old numbers name nothing any more: nothing can be marked by them.
        old = MailMessage.objects.filter(mailbox=mailbox, is_marked=False)
        old.exclude(uid_validity=uid_validity).update(is_marked=True)
    return mailbox


@service
def note_stuck(*, mailbox_id: int, uid: int, by: None = None) -> int:
    """A mail is about to be fetched; returns how often that has begun without an end."""
    mailbox = locked_mailbox(mailbox_id)
    mailbox.stuck_times = mailbox.stuck_times + 1 if mailbox.stuck_uid == uid else 1
    mailbox.stuck_uid = uid
    mailbox.save(update_fields=["stuck_uid", "stuck_times"])
    return mailbox.stuck_times


@service
def pass_mail(*, mailbox_id: int, uid: int, by: None = None) -> None:
    """The mail of this number is gone from the server: go on behind it."""
    mailbox = locked_mailbox(mailbox_id)
    mailbox.last_uid = max(mailbox.last_uid, uid)
    mailbox.save(update_fields=["last_uid"])


@service
def take_mail(
    *,
    mailbox_id: int,
    uid: int,
    raw: bytes,
    size: int,
    problem: str = "",
    by: None = None,
) -> MailMessage | None:
    """Keep a mail as it came, and how far the mailbox is read: both or neither.

    Returns None when it came in before (by another mailbox, or before the folder was numbered
    anew). With a problem it is parked: only its head, or nothing of it, could be fetched.
    """
    mailbox = locked_mailbox(mailbox_id)
    mailbox.last_uid = max(mailbox.last_uid, uid)
    mailbox.stuck_uid = mailbox.stuck_times = 0
    mailbox.save(update_fields=["last_uid", "stuck_uid", "stuck_times"])
    known = raw or f"{mailbox.pk}/{mailbox.uid_validity}/{uid}".encode()
    digest = digest_of(known)
    if MailMessage.objects.filter(digest=digest).exists():
        return None
    head = read_head(raw)
    proof = proof_of(head.lines, trusted=mailbox.trusted_server, sender=head.sender_address)
    message = MailMessage(
        mailbox=mailbox,
        uid_validity=mailbox.uid_validity,
        uid=uid,
        digest=digest,
        file=files.keep(without_secrets(raw), name="mail.eml") if raw else None,
        size=size,
        is_whole=not problem,
        # A mail that did not come in is left on the server as it is: somebody must see it there.
        is_marked=bool(problem) or mailbox.after_reading == Mailbox.After.LEAVE,
        message_id=head.message_id,
        sender_name=head.sender_name,
        sender_address=head.sender_address,
        subject=head.subject,
        sent_at=head.sent_at,
        taken_at=clock.now(),
        spf=proof.spf,
        dkim=proof.dkim,
        dmarc=proof.dmarc,
        is_confirmed=proof.is_confirmed,
    )
    message.save()
    if problem:
        park_message(message_id=message.pk, problem=problem)
    return message


@service
def note_marked(*, message_ids: Collection[int], by: None = None) -> None:
    """What is to be done on the server after reading is done."""
    MailMessage.objects.filter(pk__in=message_ids).update(is_marked=True)


@service
def note_read(*, mailbox_id: int, has_more: bool = False, by: None = None) -> None:
    """The mailbox was read to its end, or as far as one reading goes (then the next follows)."""
    mailbox = locked_mailbox(mailbox_id)
    now = clock.now()
    mailbox.last_success_at, mailbox.asked_at = now, None
    mailbox.problem = mailbox.problem_detail = ""
    mailbox.problem_since, mailbox.failures = None, 0
    mailbox.next_read_at = now + (LEASE if has_more else mailbox.pause)
    mailbox.save()


@service
def note_problem(*, mailbox_id: int, code: str, detail: str = "", by: None = None) -> None:
    """The mailbox could not be read: say why, wait longer each time, and tell somebody."""
    mailbox = locked_mailbox(mailbox_id)
    now = clock.now()
    pause = PAUSES_MINUTES[min(mailbox.failures, len(PAUSES_MINUTES) - 1)]
    if code == "not_marked":  # everything came in
        pause, mailbox.last_success_at = 0, now
    mailbox.problem, mailbox.problem_detail = code, detail[:300]
    mailbox.problem_since = mailbox.problem_since or now
    mailbox.failures += 1
    mailbox.asked_at = None
    mailbox.next_read_at = now + dt.timedelta(minutes=max(pause, mailbox.poll_minutes))
    mailbox.save()
    if mailbox.failures == TOLD_AFTER:
        fact = MailboxFailing(mailbox_id=mailbox.pk, mailbox_name=mailbox.name, problem=code)
        journal.record(fact, about=["company", mailbox])


@service
def note_trial(*, mailbox_id: int, code: str = "", detail: str = "", by: None = None) -> None:
    """What came of trying the mailbox ("": it can be read)."""
    mailbox = locked_mailbox(mailbox_id)
    mailbox.test_asked_at, mailbox.tested_at = None, clock.now()
    mailbox.test_problem, mailbox.test_detail = code, detail[:300]
    mailbox.save(update_fields=["test_asked_at", "tested_at", "test_problem", "test_detail"])


@service
def keep_refresh_token(*, mailbox_id: int, former: str, token: str, by: None = None) -> None:
    """The sign-in service gave a new refresh token; the former one may not work again."""
    mailbox = locked_mailbox(mailbox_id)
    secret = kept_secret(mailbox)
    if secret.get("refresh_token") == former:
        mailbox.sealed = secrets.seal(json.dumps({**secret, "refresh_token": token}))
        mailbox.save(update_fields=["sealed"])


@service
def begin_sorting(*, message_id: int, by: None = None) -> bool:
    """Count an attempt before it is made: what ends the process is not tried for ever."""
    waiting = MailMessage.objects.filter(pk=message_id, state=MailMessage.State.WAITING)
    if waiting.filter(attempts__gte=MOST_SORTING).exists():
        park_message(message_id=message_id, problem="crashed")
        return False
    return bool(waiting.update(attempts=F("attempts") + 1))


@service
def park_message(
    *, message_id: int, problem: str, detail: str = "", by: None = None
) -> MailMessage:
    """The mail cannot be sorted: it is kept as it came, in sight, and the others go on."""
    message = locked_message(message_id)
    message.step("park_message")
    message.problem, message.problem_detail = problem, MailboxProblem(problem, detail).detail
    message.save()
    journal.record(MailParked(**said(message), problem=problem), about=message)
    return message


def locked_message(message_id: int) -> MailMessage:
    """A mail, locked."""
    return MailMessage.objects.select_for_update(of=("self",)).get(pk=message_id)


def said(message: MailMessage) -> dict[str, Any]:
    """What every fact about a mail says of it."""
    return {
        "message_id": message.pk,
        "mailbox_id": message.mailbox_id,
        "sender_name": message.sender_name,
        "sender_address": message.sender_address,
        "subject": message.subject,
    }
