"""Acceptance of papers: to whom a paper was sent with a link, and who accepted it, when, how."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.contracts.models.papers import Paper
from gendan.kernel.models import Link, StoredFile
from gendan.kernel.states import Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet


class PaperSending(Stepped):
    """A paper sent to somebody of the customer, with a link to accept it or ask for a change.

    What happened to the paper itself since (changed, withdrawn) is read from the paper.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        CHANGE_ASKED = "change_asked", _("a change is asked for")
        WITHDRAWN = "withdrawn", _("withdrawn")
        REPLACED = "replaced", _("sent again")

    STEPS: ClassVar[dict[str, Step]] = {
        "accept_by_link": Step(("open",), "accepted"),
        "ask_change_by_link": Step(("open",), "change_asked"),
        "withdraw_sending": Step(("open",), "withdrawn"),
        "send_paper_for_acceptance": Step(("open",), "replaced"),
        "record_acceptance": Step(("open",), "accepted"),
    }

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="sendings")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    link = models.OneToOneField(Link, on_delete=models.PROTECT, related_name="+")
    to_name = models.CharField(max_length=80, blank=True)
    to_email = models.EmailField()
    language = models.CharField(max_length=10)
    message = models.TextField(blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    change_text = models.TextField(blank=True)
    change_name = models.CharField(max_length=120, blank=True)
    closed_at = models.DateTimeField(null=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["paper"], condition=Q(state="open"), name="sending_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper} → {self.to_email}"


class Acceptance(models.Model):
    """The proof that a paper was accepted; nothing of it changes but `record`, made afterwards."""

    class Way(models.TextChoices):
        LINK = "link", _("by the link in our mail")
        COPY = "copy", _("by a signed copy")

    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, related_name="acceptance")
    way = models.CharField(max_length=4, choices=Way.choices)
    name = models.CharField(max_length=120)  # as typed, or who signed
    accepted_on = models.DateField()
    accepted_at = models.DateTimeField()  # of a signed copy: when we recorded it
    sha256 = models.CharField(max_length=64)  # of the document that was accepted
    language = models.CharField(max_length=10)
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    sending = models.OneToOneField(
        PaperSending, null=True, on_delete=models.PROTECT, related_name="acceptance"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    copy = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    copy_name = models.CharField(max_length=255, blank=True)
    remark = models.CharField(max_length=500, blank=True)
    # The acceptance record as a PDF, made right after the acceptance.
    record = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(way="link", sending__isnull=False)
                | Q(way="copy", recorded_by__isnull=False)
                | Q(way="copy", copy__isnull=False),
                name="acceptance_is_proved",
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper}: {self.name}"
