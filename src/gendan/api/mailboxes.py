"""API operations about mailboxes that are read and the mails that came by them."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import asker_who_may
from gendan.mailroom import queries, services

router = Router(tags=["mailroom"])


class MailboxIn(Schema):
    """A mailbox; with `mailbox_id` one is changed, and empty secrets leave the present ones."""

    mailbox_id: int | None = None
    revision: int | None = None
    name: str = Field(max_length=200)
    host: str = Field(max_length=500)
    port: int = 993
    security: str = Field("ssl", max_length=20)
    user: str = Field(max_length=500)
    sign_in: str = Field("password", max_length=20)
    password: str = Field("", max_length=5000)
    token_url: str = Field("", max_length=1000)
    client_id: str = Field("", max_length=500)
    client_secret: str = Field("", max_length=5000)
    refresh_token: str = Field("", max_length=5000)
    scope: str = Field("", max_length=1000)
    folder: str = Field("INBOX", max_length=500)
    after_reading: str = Field("seen", max_length=20)
    move_to: str = Field("", max_length=500)
    read_since: dt.date | None = None
    poll_minutes: int = 5
    trusted_server: str = Field("", max_length=500)


class MailboxOut(Schema):
    """A mailbox without its secrets, and how it stands."""

    id: int
    revision: int
    name: str
    host: str
    port: int
    security: str
    user: str
    sign_in: str
    folder: str
    after_reading: str
    move_to: str
    read_since: dt.date
    poll_minutes: int
    trusted_server: str
    is_active: bool
    state: str
    problem: str
    problem_detail: str
    problem_since: dt.datetime | None
    last_success_at: dt.datetime | None
    next_read_at: dt.datetime | None
    asked_at: dt.datetime | None
    test_asked_at: dt.datetime | None
    tested_at: dt.datetime | None
    test_problem: str
    test_detail: str


class MailMessageOut(Schema):
    """A mail that came in: who it claims to be from, and what became of it."""

    id: int
    mailbox_id: int
    state: str
    kind: str
    message_id: str
    sender_name: str
    sender_address: str
    subject: str
    sent_at: dt.datetime | None
    taken_at: dt.datetime
    size: int
    is_whole: bool
    problem: str
    problem_detail: str
    proof: str
    spf: str
    dkim: str
    dmarc: str
    text: str
    about: list[str]
    order_id: int | None
    hinted_order_id: int | None
    incoming_id: int | None


class MailFilter(Schema):
    """Which mails: by state (waiting, taken, attached, ignored, parked, dropped)."""

    state: str = Field("", max_length=20)


@router.get("/mailboxes", response=list[MailboxOut], operation_id="list_mailboxes")
def list_mailboxes(request: HttpRequest) -> Any:
    """All mailboxes, without their secrets."""
    user = asker_who_may(request, *queries.SEES_MAILBOXES)
    return queries.mailboxes_for(user).order_by("name", "pk")


@router.get("/mailboxes/{int:mailbox_id}", response=MailboxOut, operation_id="get_mailbox")
def get_mailbox(request: HttpRequest, mailbox_id: int) -> Any:
    """One mailbox, and how it stands."""
    user = asker_who_may(request, *queries.SEES_MAILBOXES)
    return get_object_or_404(queries.mailboxes_for(user), pk=mailbox_id)


@router.post("/mailboxes", response={201: MailboxOut}, operation_id="save_mailbox")
def save_mailbox(request: HttpRequest, given: MailboxIn) -> Any:
    """Set up or change a mailbox; its secrets are kept encrypted and never given out."""
    return Status(201, services.save_mailbox(**given.dict(), by=request.user))  # type: ignore[arg-type]


@router.post("/mailboxes/{int:mailbox_id}/test", response=MailboxOut, operation_id="test_mailbox")
def test_mailbox(request: HttpRequest, mailbox_id: int) -> Any:
    """Let the worker try it; `tested_at` and `test_problem` say what came of it."""
    return services.test_mailbox(mailbox_id=mailbox_id, by=request.user)  # type: ignore[arg-type]


@router.post(
    "/mailboxes/{int:mailbox_id}/read", response=MailboxOut, operation_id="read_mailbox_now"
)
def read_mailbox_now(request: HttpRequest, mailbox_id: int) -> Any:
    """Let the worker read it at once; `asked_at` is empty again when it was."""
    return services.read_mailbox_now(mailbox_id=mailbox_id, by=request.user)  # type: ignore[arg-type]


@router.post(
    "/mailboxes/{int:mailbox_id}/off", response=MailboxOut, operation_id="switch_mailbox_off"
)
def switch_mailbox_off(request: HttpRequest, mailbox_id: int) -> Any:
    """Read it no more."""
    return services.switch_mailbox_off(mailbox_id=mailbox_id, by=request.user)  # type: ignore[arg-type]


@router.post(
    "/mailboxes/{int:mailbox_id}/on", response=MailboxOut, operation_id="switch_mailbox_on"
)
def switch_mailbox_on(request: HttpRequest, mailbox_id: int) -> Any:
    """Read it again."""
    return services.switch_mailbox_on(mailbox_id=mailbox_id, by=request.user)  # type: ignore[arg-type]


@router.post(
    "/mailboxes/{int:mailbox_id}/remove", response=MailboxOut, operation_id="remove_mailbox"
)
def remove_mailbox(request: HttpRequest, mailbox_id: int) -> Any:
    """Forget a mailbox and its secrets."""
    return services.remove_mailbox(mailbox_id=mailbox_id, by=request.user)  # type: ignore[arg-type]


@router.get("/mails", response=Page[MailMessageOut], operation_id="list_mails")
def list_mails(request: HttpRequest, paging: Query[Paging], wanted: Query[MailFilter]) -> Any:
    """The mails that came in, the newest first."""
    user = asker_who_may(request, "retry_message")
    rows = queries.messages_for(user)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    return page_of(rows, paging, sort="-id")


@router.post("/mails/{int:message_id}/retry", response=MailMessageOut, operation_id="retry_message")
def retry_message(request: HttpRequest, message_id: int) -> Any:
    """Have a mail that was parked or put aside sorted once more."""
    return services.retry_message(message_id=message_id, by=request.user)  # type: ignore[arg-type]


@router.post("/mails/{int:message_id}/drop", response=MailMessageOut, operation_id="drop_message")
def drop_message(request: HttpRequest, message_id: int) -> Any:
    """Put a mail aside."""
    return services.drop_message(message_id=message_id, by=request.user)  # type: ignore[arg-type]


@router.post(
    "/mails/{int:message_id}/intake",
    response=MailMessageOut,
    operation_id="take_mail_to_intake",
)
def take_mail_to_intake(request: HttpRequest, message_id: int) -> Any:
    """Read a mail as an order document, whatever it was sorted to."""
    return services.take_mail_to_intake(message_id=message_id, by=request.user)  # type: ignore[arg-type]
