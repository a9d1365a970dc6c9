"""Tables of the intake: what came in, its pages as pictures, drafts, what was learned."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.changes.models import ChangeOrder
from gendan.kernel.models import Mail, StoredFile, User
from gendan.kernel.states import Revised, Step, Stepped
from gendan.orders.models import Channel, Order
from gendan.partners.models import Partner


class IncomingQuerySet(models.QuerySet["Incoming"]):
    """Which incoming documents somebody sees."""

    def visible_to(self, user: User) -> "IncomingQuerySet":
        """Our own people only."""
        if user.is_outside:
            return self.none()
        return self if user.is_superuser or user.roles else self.none()


class Incoming(Stepped):
    """A mail, file or phone note as it came in; the original is kept whatever becomes of it."""

    class State(models.TextChoices):
        RECEIVED = "received", _("being read")
        READ = "read", _("to be looked at")
        UNREADABLE = "unreadable", _("cannot be read")
        DONE = "done", _("done")

    STEPS: ClassVar[dict[str, Step]] = {
        "read_incoming": Step(("received",), "read"),
        "read_again": Step(("read", "unreadable"), "received"),
        "work_on_incoming": Step(("received", "read", "unreadable"), "same"),
        "give_up_incoming": Step(("received",), "unreadable"),
        "put_incoming_aside": Step(("received",), "done"),
        "finish_incoming": Step(("read", "unreadable"), "done"),
    }

    number = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    sender_name = models.CharField(max_length=200, blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()  # when the mail was sent or the call was taken
    taken_at = models.DateTimeField()  # when it reached Gendan
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    worked_on_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    worked_on_since = models.DateTimeField(null=True)
    # Whether the mail proves to come from whom it says; None: nobody has tried (a dropped file).
    is_sender_confirmed = models.BooleanField(null=True)
    page_in_work = models.PositiveIntegerField(default=0)  # which page is recognised now …
    pages_in_work = models.PositiveIntegerField(default=0)  # … of how many; 0: none is
    problem = models.CharField(max_length=500, blank=True)
    view = models.JSONField(null=True)  # the reader's rendering model of the document

    objects = IncomingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["-id"],
                name="incoming_waiting",
                condition=Q(state__in=["received", "read", "unreadable"]),
            ),
            models.Index(fields=["file"], name="incoming_file"),
        ]

    def __str__(self) -> str:
        return self.number


class PageImage(models.Model):
    """A page of paper as a picture, drawn when the document was read."""

    incoming = models.ForeignKey(
        Incoming, on_delete=models.CASCADE, related_name="images", db_index=False
    )
    page = models.PositiveIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    media_type = models.CharField(max_length=20)
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incoming", "page"], name="page_image_once"),
            models.CheckConstraint(
                condition=Q(media_type__in=["image/png", "image/webp", "image/jpeg"]),
                name="page_image_is_a_picture",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incoming_id}: {self.page}"


class Draft(Stepped, Revised):
    """One order read from an incoming document, as corrected so far.

    `data` is one element of "documents" of the reading contract; `matches` is {"customer": {...},
    "lines": [...]}: what was matched, how sure, with alternatives; `corrected` lists field paths
    a person has set.
    """

    class State(models.TextChoices):
        OPEN = "open", _("to be looked at")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        MERGED = "merged", _("carried into an order")
        HANDED = "handed", _("taken as another paper")

    STEPS: ClassVar[dict[str, Step]] = {
        "correct_draft": Step(("open",), "open"),
        "accept_draft": Step(("open",), "accepted"),
        "refuse_draft": Step(("open",), "refused"),
        "merge_draft": Step(("open",), "merged"),
        "hand_over_draft": Step(("open",), "handed"),
        "split_draft": Step(("open",), "open"),
        "join_drafts": Step(("open",), "open"),
    }

    incoming = models.ForeignKey(Incoming, on_delete=models.CASCADE, related_name="drafts")
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    data = models.JSONField()
    matches = models.JSONField(default=dict)
    corrected = models.JSONField(default=list)
    customer = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="drafts"
    )
    change = models.ForeignKey(  # what a document about a confirmed order asks for
        ChangeOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    refusal = models.CharField(max_length=500, blank=True)
    reply = models.TextField(blank=True)  # the answer to the sender, in their language
    mail = models.ForeignKey(  # … where it was sent
        Mail, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incoming", "position"], name="draft_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.incoming}/{self.position}"


class Learned(models.Model):
    """Something a person has corrected, remembered for the customer: a hint to the next reading."""

    class Kind(models.TextChoices):
        COLUMN = "column", _("this column holds")
        UNIT = "unit", _("this unit means")
        DATE_ORDER = "date_order", _("dates are written")
        ITEM = "item", _("this name is the item")
        SENDER = "sender", _("this sender is the customer")

    customer = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="learned")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=200)
    value = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = "learned"
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind", "key"], name="learned_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.key} = {self.value}"
