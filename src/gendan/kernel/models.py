"""Tables of the kernel: users, tokens, journal, files, numbers, views, links, mails, webhooks."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from gendan.kernel import clock
from gendan.kernel.people import OUTSIDE_ROLES, verbs_of
from gendan.kernel.sending import Sending


class User(AbstractUser):
    """Somebody who signs in: one of our people, or somebody of a customer or supplier (outside)."""

    name = models.CharField(_("name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    theme = models.CharField(max_length=5, default="auto")
    is_outside = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name or self.username

    @cached_property
    def roles(self) -> frozenset[str]:
        """The codes of this user's roles (product.md): group names."""
        found = frozenset(self.groups.values_list("name", flat=True))
        # A role of our own given by mistake to somebody from outside opens nothing, nor does a role
        # of outsiders given to somebody who was not marked as one.
        return found & OUTSIDE_ROLES if self.is_outside else found - OUTSIDE_ROLES

    @property
    def is_of_the_house(self) -> bool:
        """Whether this is one of our own people: not from outside, with a role or all rights."""
        return not self.is_outside and (self.is_superuser or bool(self.roles))

    @cached_property
    def verbs(self) -> frozenset[str]:
        """The names of the verbs this user's roles allow."""
        return verbs_of(self.roles)

    def may_do(self, verb: str) -> bool:
        """Whether this user's roles allow the verb."""
        return self.is_active and (self.is_superuser or verb in self.verbs)

    def has_role(self, *roles: str) -> bool:
        """Whether this user has one of the roles."""
        return bool(self.roles.intersection(roles))


class ApiToken(models.Model):
    """A user's key for programs: only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= clock.now()


class IdempotentAnswer(models.Model):
    """What a POST with an Idempotency-Key was answered, to be answered again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """One line of the journal: append-only (a trigger refuses update and delete)."""

    at = models.DateTimeField()
    fact = models.CharField(max_length=60)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    about = ArrayField(models.CharField(max_length=80))
    data = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        indexes = [
            GinIndex(fields=["about"], name="entry_about"),
            models.Index(fields=["fact", "id"], name="entry_fact"),
            # Moments rise with the ids: a few pages say where each day lies.
            BrinIndex(fields=["at"], name="entry_at"),
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.about}"


class StoredFile(models.Model):
    """The content of a file, kept once, whatever the number of documents it is attached to."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=120)
    path = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.sha256[:12]


class Attachment(models.Model):
    """A file on a document; `about` is the document's name in the journal."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    name = models.CharField(max_length=255)
    about = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class NumberPattern(models.Model):
    """How the numbers of one kind of document look."""

    key = models.CharField(max_length=30, unique=True)
    pattern = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.key}: {self.pattern}"


class NumberCounter(models.Model):
    """The last number of a series whose gaps the law forbids: locked, and locked last."""

    scope = models.CharField(max_length=60, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.scope}: {self.last}"


class SavedView(models.Model):
    """A list page's filters and columns under a name of the user's own."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "page", "name"], name="one_view_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class Setting(models.Model):
    """A value that the company sets on a page (never a secret): key → JSON."""

    key = models.CharField(max_length=60, unique=True)
    value: Any = models.JSONField(encoder=DjangoJSONEncoder)

    def __str__(self) -> str:
        return self.key


class Link(models.Model):
    """An address that opens one page about one document without an account (kernel/links.py)."""

    purpose = models.CharField(max_length=40)
    about = models.CharField(max_length=80, db_index=True)
    binding = models.CharField(max_length=64, blank=True)  # the hash of what is shown behind it
    digest = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    opens = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose}: {self.about}"


class Mail(Sending):
    """A mail that leaves, or has left, the house (kernel/mail.py)."""

    to = ArrayField(models.EmailField())
    cc = ArrayField(models.EmailField(), default=list)
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    about = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=20, blank=True)
    message_id = models.CharField(max_length=250, unique=True)
    answers = models.CharField(max_length=300, blank=True)  # the message id of a mail to us
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = _("Mails")
        indexes = [models.Index(fields=["state", "-id"], name="mail_state")]

    def __str__(self) -> str:
        return self.subject

    @property
    def lane(self) -> str:
        """Two beside each other: one slow recipient's server is not waited for by all."""
        return f"mail:{self.pk % 2}"

    @property
    def goes_to(self) -> str:
        """The recipients, copies included."""
        return ", ".join([*self.to, *self.cc])

    @property
    def gist(self) -> str:
        """The subject."""
        return self.subject


class MailFile(models.Model):
    """A file that goes with a mail."""

    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    name = models.CharField(max_length=255)

    def __str__(self) -> str:
        return self.name


class Webhook(models.Model):
    """An address that is told of facts as they happen (kernel/webhooks)."""

    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    facts = ArrayField(models.CharField(max_length=60), default=list, blank=True)  # empty: all
    secret = models.TextField()  # sealed (kernel/secrets.py), as the former one
    former_secret = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    off_reason = models.CharField(max_length=10, blank=True)  # hand, gone, failing
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # without an answer, one after another
    paused_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """How it stands: active, failing or off."""
        if not self.is_active:
            return "off"
        return "failing" if self.failing_since else "active"


class WebhookDelivery(Sending):
    """A fact (or a ping) on its way to one webhook."""

    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )  # delivery_of_webhook begins with it
    entry = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="+")
    status = models.PositiveSmallIntegerField(null=True)  # of the last answer

    class Meta:
        verbose_name_plural = _("Webhook deliveries")
        indexes = [
            models.Index(fields=["webhook", "-id"], name="delivery_of_webhook"),
            models.Index(fields=["state", "-id"], name="delivery_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "entry"], name="delivery_once"),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def message_id(self) -> str:
        """What the other side knows it by, the same at every attempt."""
        return f"fact_{self.entry_id}" if self.entry_id else f"ping_{self.pk}"

    @property
    def lane(self) -> str:
        """One webhook's deliveries wait for each other and for nobody else."""
        return f"webhook:{self.webhook_id}"

    @property
    def goes_to(self) -> str:
        """The webhook's name."""
        return self.webhook.name

    @property
    def gist(self) -> str:
        """The kind of fact."""
        return self.entry.fact if self.entry else "Ping"

    @property
    def documents(self) -> list[str]:
        """The documents of the fact."""
        return list(self.entry.about) if self.entry else []


class WebhookAttempt(models.Model):
    """One attempt at a delivery: what the other side answered, or why nothing came."""

    delivery = models.ForeignKey(
        WebhookDelivery, on_delete=models.CASCADE, related_name="attempts_made"
    )
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    milliseconds = models.PositiveIntegerField(null=True)
    answer = models.TextField(blank=True)
    error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.status or self.error}"


class CalendarFeed(models.Model):
    """An address from which a calendar program reads dates in a user's name (web/feeds.py)."""

    class Kind(models.TextChoices):
        MILESTONES = "milestones", _("My milestones")
        ARRIVALS = "arrivals", _("Arrivals of goods")
        SHIPMENTS = "shipments", _("Shipments of orders")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_feeds")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # When what it gives last changed.
    changed_at = models.DateTimeField(null=True)
    # Of each event, by its id: a mark of its content, its SEQUENCE, and when it last changed.
    known: Any = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=models.Q(revoked_at__isnull=True),
                name="feed_one_living",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"
