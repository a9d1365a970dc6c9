"""Tables of the mailroom: mailboxes that are read, and every mail that came by them."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.intake.models import Incoming
from gendan.kernel.models import Mail, StoredFile, User
from gendan.kernel.states import Revised, Step, Stepped
from gendan.mailroom import problems
from gendan.orders.models import Order


class Mailbox(Revised):
    """An address whose mails are fetched by IMAP: where, as whom, which folder, how often."""

    class Security(models.TextChoices):
        SSL = "ssl", _("TLS from the beginning (port 993)")
        STARTTLS = "starttls", _("STARTTLS (port 143)")
        NONE = "none", _("not encrypted (own network only)")

    class SignIn(models.TextChoices):
        PASSWORD = "password", _("password")
        OAUTH2 = "oauth2", _("OAuth2")

    class After(models.TextChoices):
        SEEN = "seen", _("mark as read")
        MOVE = "move", _("move to a folder")
        LEAVE = "leave", _("leave as it is")

    name = models.CharField(max_length=80)
    host = models.CharField(max_length=200)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=8, choices=Security.choices, default=Security.SSL)
    user = models.CharField(max_length=200)
    sign_in = models.CharField(max_length=8, choices=SignIn.choices, default=SignIn.PASSWORD)
    token_url = models.CharField(max_length=500, blank=True)
    client_id = models.CharField(max_length=200, blank=True)
    scope = models.CharField(max_length=500, blank=True)
    # {"password"} or {"client_secret", "refresh_token"}, sealed (kernel/secrets.py).
    sealed = models.TextField(blank=True)
    folder = models.CharField(max_length=200, default="INBOX")
    after_reading = models.CharField(max_length=5, choices=After.choices, default=After.SEEN)
    move_to = models.CharField(max_length=200, blank=True)
    read_since = models.DateField()  # older mails stay where they are
    poll_minutes = models.PositiveSmallIntegerField(default=5)
    trusted_server = models.CharField(max_length=200, blank=True)  # in Authentication-Results
    is_active = models.BooleanField(default=True)
    removed_at = models.DateTimeField(null=True)
    # How far it was read.
    uid_validity = models.PositiveBigIntegerField(default=0)
    last_uid = models.PositiveBigIntegerField(default=0)
    stuck_uid = models.PositiveBigIntegerField(default=0)
    stuck_times = models.PositiveSmallIntegerField(default=0)
    # How it stands.
    next_read_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)  # somebody waits for its being read
    last_success_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=20, blank=True)  # a code of problems.py
    problem_detail = models.CharField(max_length=300, blank=True)  # the server's own words
    problem_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    test_asked_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    test_problem = models.CharField(max_length=20, blank=True)
    test_detail = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = _("Mailboxes")

    def __str__(self) -> str:
        return self.name

    @property
    def pause(self) -> dt.timedelta:
        """How long it is left alone when all is well."""
        return dt.timedelta(minutes=self.poll_minutes)

    @property
    def problem_words(self) -> str:
        """What stands in the way of reading it, in the reader's language."""
        return problems.words_of(self.problem) if self.problem else ""

    @property
    def test_words(self) -> str:
        """What stood in the way when it was tried, in the reader's language."""
        return problems.words_of(self.test_problem) if self.test_problem else ""

    @property
    def state(self) -> str:
        """How it stands: active, failing or off."""
        if not self.is_active:
            return "off"
        return "failing" if self.problem else "active"


class MailMessageQuerySet(models.QuerySet["MailMessage"]):
    """Which mails somebody sees."""

    def visible_to(self, user: User) -> "MailMessageQuerySet":
        """Our own people only."""
        if user.is_outside:
            return self.none()
        return self if user.is_superuser or user.roles else self.none()


class MailMessage(Stepped):
    """A mail as it came in: kept whole, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("just came in")
        TAKEN = "taken", _("in the intake")
        ATTACHED = "attached", _("on a document")
        IGNORED = "ignored", _("left aside")
        PARKED = "parked", _("could not be sorted")
        DROPPED = "dropped", _("put aside")

    class Kind(models.TextChoices):
        MAIL = "mail", _("mail")
        ANSWER = "answer", _("answer")
        AUTOMATIC = "automatic", _("automatic reply")
        RETURNED = "returned", _("mail that came back")
        OWN = "own", _("our own mail")

    STEPS: ClassVar[dict[str, Step]] = {
        "take_message_in": Step(("waiting",), "taken"),
        "attach_message": Step(("waiting",), "attached"),
        "ignore_message": Step(("waiting",), "ignored"),
        "park_message": Step(("waiting",), "parked"),
        "retry_message": Step(("parked", "dropped"), "waiting"),
        "drop_message": Step(("parked",), "dropped"),
        "take_mail_to_intake": Step(("attached", "ignored", "parked", "dropped"), "taken"),
    }

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="messages")
    uid_validity = models.PositiveBigIntegerField()
    uid = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64, unique=True)  # the same mail has the same
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.MAIL)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    size = models.PositiveBigIntegerField()
    is_whole = models.BooleanField(default=True)  # else only its head was fetched
    is_marked = models.BooleanField(default=False)  # what is done on the server after reading, is
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=20, blank=True)
    problem_detail = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=300, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)  # as the mail itself says
    taken_at = models.DateTimeField()
    text = models.TextField(blank=True)  # of an answer, without what it quotes
    is_cut = models.BooleanField(default=False)
    # What our own mail server found out about the sender: pass, fail, none …
    spf = models.CharField(max_length=12, blank=True)
    dkim = models.CharField(max_length=12, blank=True)
    dmarc = models.CharField(max_length=12, blank=True)
    is_confirmed = models.BooleanField(default=False)
    about = ArrayField(models.CharField(max_length=80), default=list)
    answered = models.ForeignKey(Mail, null=True, on_delete=models.SET_NULL, related_name="+")
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="mails_in"
    )
    hinted_order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    incoming = models.ForeignKey(
        Incoming, null=True, blank=True, on_delete=models.PROTECT, related_name="mails"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = MailMessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["mailbox", "-id"], name="message_of_mailbox"),
            models.Index(
                fields=["id"],
                name="message_open",
                condition=Q(state__in=["waiting", "parked"]),
            ),
            models.Index(
                fields=["mailbox", "uid"], name="message_unmarked", condition=Q(is_marked=False)
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.message_id or f"{self.mailbox} {self.uid}"

    @property
    def came_at(self) -> dt.datetime:
        """When it was sent, as far as that can be true; else when it reached us."""
        is_possible = self.sent_at is not None and self.sent_at <= self.taken_at
        return self.sent_at if is_possible and self.sent_at else self.taken_at

    @property
    def problem_words(self) -> str:
        """Why it was parked or left aside, in the reader's language."""
        return problems.words_of(self.problem) if self.problem else ""

    @property
    def proof(self) -> str:
        """Whether the sender is who they say: confirmed, failed, unknown."""
        if self.is_confirmed:
            return "confirmed"
        return "failed" if "fail" in (self.spf, self.dkim, self.dmarc) else "unknown"
