"""One reading of a mailbox: fetch, commit, mark on the server; whatever is cut off, once each.

The order makes it safe to be killed anywhere: a mail is marked on the server only after it was
committed here, how far the folder is read is committed with the mail itself, and what was committed
but not marked is marked by the next reading. Sorting is a step of its own (its own transaction), so
that one bad mail keeps no other from coming in.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import OperationalError

from gendan.kernel.errors import Busy, DomainError, NotThere
from gendan.kernel.service import is_database_gone
from gendan.mailroom import queries, services, tokens
from gendan.mailroom.bodies import TooDeep
from gendan.mailroom.heads import LARGEST_HEAD
from gendan.mailroom.lines import Access, Line, opened
from gendan.mailroom.models import Mailbox, MailMessage
from gendan.mailroom.problems import MailboxProblem

log = logging.getLogger(__name__)

MOST_PER_READING = 50


@dataclass(frozen=True)
class Reading:
    """What came of a reading: how many mails were taken, and whether more wait on the server."""

    taken: int = 0
    has_more: bool = False


def read(mailbox_id: int) -> Reading:
    """Read what came into a mailbox. What stands in the way is written on it, never raised."""
    mailbox = queries.active(mailbox_id)
    if mailbox is None:
        return Reading()
    taken, has_more = 0, False
    with _told(mailbox):
        with _line_to(mailbox) as line:
            leaves = mailbox.after_reading == Mailbox.After.LEAVE
            validity = line.choose(mailbox.folder, readonly=leaves)
            mailbox = services.note_folder(mailbox_id=mailbox.pk, uid_validity=validity)
            _mark(line, mailbox)
            uids = line.uids_after(mailbox.last_uid, mailbox.read_since)
            for uid in uids[:MOST_PER_READING]:
                message = _take(line, mailbox, uid)
                if message is not None:
                    taken += 1
                    sort(message.pk)
            if left := _mark(line, mailbox):
                raise left
        has_more = len(uids) > MOST_PER_READING
        services.note_read(mailbox_id=mailbox.pk, has_more=has_more)
    return Reading(taken, has_more)


def try_out(mailbox_id: int) -> None:
    """Connect, sign in, look for the folders; the answer appears on the mailbox's page."""
    mailbox = queries.existing(mailbox_id)
    if mailbox is None:
        return
    code = detail = ""
    try:
        with _line_to(mailbox) as line:
            line.choose(mailbox.folder, readonly=True)
            moves = mailbox.after_reading == Mailbox.After.MOVE
            if moves and not line.has_folder(mailbox.move_to):
                raise MailboxProblem("no_move_folder", mailbox.move_to)
    except MailboxProblem as problem:
        code, detail = problem.code, problem.detail
    services.note_trial(mailbox_id=mailbox.pk, code=code, detail=detail)


def sort(message_id: int) -> None:
    """Sort one mail; what raises is parked with its reason, and the others go on."""
    if not services.begin_sorting(message_id=message_id):
        return
    code, detail = "", ""
    try:
        services.sort_message(message_id=message_id)
    except (OperationalError, Busy):
        log.warning("sorting mail %s comes later", message_id)
    except TooDeep:
        code = "too_deep"
    except DomainError as error:
        code, detail = "refused", str(error)
    except Exception as error:
        if is_database_gone(error):  # by the queue, or while a connection is looked for
            log.warning("sorting mail %s comes later", message_id)
            return
        log.exception("sorting mail %s", message_id)
        code, detail = "unexpected", type(error).__name__
    if code:
        services.park_message(message_id=message_id, problem=code, detail=detail)


def sort_waiting() -> int:
    """Sort what was taken and then cut off; returns how many."""
    found = queries.waiting_ids()
    for message_id in found:
        sort(message_id)
    return len(found)


@contextmanager
def _told(mailbox: Mailbox) -> Iterator[None]:
    """What stands in the way is written on the mailbox instead of being raised."""
    try:
        yield
    except NotThere:
        log.info("mailbox %s was removed while it was being read", mailbox.pk)
    except MailboxProblem as problem:
        if queries.active(mailbox.pk):  # else it was removed or switched off meanwhile
            services.note_problem(mailbox_id=mailbox.pk, code=problem.code, detail=problem.detail)


@contextmanager
def _line_to(mailbox: Mailbox) -> Iterator[Line]:
    with opened(_access(mailbox), largest=settings.FILE_SIZE_LIMIT + LARGEST_HEAD) as line:
        yield line


def _access(mailbox: Mailbox) -> Access:
    """How to get in; asks the sign-in service where there is one."""
    secret = services.kept_secret(mailbox)
    if not secret:
        raise MailboxProblem("secret_unreadable")
    token = ""
    if mailbox.sign_in == Mailbox.SignIn.OAUTH2:
        former = secret.get("refresh_token", "")
        found = tokens.refreshed(
            url=mailbox.token_url,
            client_id=mailbox.client_id,
            client_secret=secret.get("client_secret", ""),
            refresh_token=former,
            scope=mailbox.scope,
        )
        token = found.access
        if found.refresh and found.refresh != former:
            services.keep_refresh_token(mailbox_id=mailbox.pk, former=former, token=found.refresh)
    return Access(
        host=mailbox.host,
        port=mailbox.port,
        security=mailbox.security,
        user=mailbox.user,
        password=secret.get("password", ""),
        token=token,
    )


def _take(line: Line, mailbox: Mailbox, uid: int) -> MailMessage | None:
    """Fetch, keep and mark one mail; None when there was nothing new to keep."""
    times = services.note_stuck(mailbox_id=mailbox.pk, uid=uid)
    if times > services.MOST_STUCK:
        return services.take_mail(
            mailbox_id=mailbox.pk, uid=uid, raw=b"", size=0, problem="not_handed_over"
        )
    size = line.size_of(uid)
    if size is not None and size > settings.FILE_SIZE_LIMIT:
        head = line.head(uid, LARGEST_HEAD) or b""
        return services.take_mail(
            mailbox_id=mailbox.pk, uid=uid, raw=head, size=size, problem="too_large"
        )
    raw = line.whole(uid) if size is not None else None
    if not raw:
        services.pass_mail(mailbox_id=mailbox.pk, uid=uid)
        return None
    message = services.take_mail(mailbox_id=mailbox.pk, uid=uid, raw=raw, size=len(raw))
    if message is None:
        # It came in before: on the server it is done with as well, if the server wants.
        _mark_one(line, mailbox, uid)
    elif not message.is_marked and _mark_one(line, mailbox, uid) is None:
        services.note_marked(message_ids=[message.pk])
    return message


def _mark(line: Line, mailbox: Mailbox) -> MailboxProblem | None:
    """Mark what came in and was not marked yet; returns what stands in the way, if anything."""
    for message in queries.unmarked(mailbox):
        if problem := _mark_one(line, mailbox, message.uid):
            return problem
        services.note_marked(message_ids=[message.pk])
    return None


def _mark_one(line: Line, mailbox: Mailbox, uid: int) -> MailboxProblem | None:
    """Do on the server what is done after reading; a server that will not keeps no mail out."""
    try:
        if mailbox.after_reading == Mailbox.After.SEEN:
            line.mark_seen(uid)
        elif mailbox.after_reading == Mailbox.After.MOVE:
            line.move(uid, mailbox.move_to)
    except MailboxProblem as problem:
        if problem.code != "not_marked":
            raise
        return problem
    return None
