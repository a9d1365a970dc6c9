"""Open questions to the customer: asked, reminded, answered or withdrawn."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.followup.models.core import Milestone, Party
from gendan.kernel.models import User
from gendan.kernel.states import Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.orders.models import Line, Order
from gendan.partners.models import Partner


class AnswerWay(models.TextChoices):
    """How an answer came."""

    LINK = "link", _("by the link in our mail")
    MAIL = "mail", _("by e-mail")
    PHONE = "phone", _("by phone")
    CHAT = "chat", _("by chat")
    MEETING = "meeting", _("in person")


class Question(Stepped):
    """A question to the customer of an order: while it is open, it is the customer's move."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ANSWERED = "answered", _("answered")
        WITHDRAWN = "withdrawn", _("withdrawn")

    STEPS: ClassVar[dict[str, Step]] = {
        "answer_question": Step(("open",), "answered"),
        "answer_by_link": Step(("open",), "answered"),
        "remind_question": Step(("open",), "same"),
        "withdraw_question": Step(("open",), "withdrawn"),
    }

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="questions", db_index=False
    )
    position = models.PositiveSmallIntegerField()  # the order's first question, its second …
    line = models.ForeignKey(
        Line, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    milestone = models.ForeignKey(
        Milestone, null=True, on_delete=models.SET_NULL, related_name="questions"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    text = models.TextField()
    language = models.CharField(max_length=10)  # in which the mail and its page are written
    to_name = models.CharField(max_length=80, blank=True)
    to_email = models.EmailField(blank=True)  # empty: asked by phone, no mail
    due_on = models.DateField()
    owner = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reminded_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    # Whose move the milestone was before; empty where the question changed nothing.
    former_party = models.CharField(max_length=20, choices=Party.choices, blank=True)
    former_partner = models.ForeignKey(
        Partner, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answer = models.TextField(blank=True)
    answer_way = models.CharField(max_length=8, choices=AnswerWay.choices, blank=True)
    answered_name = models.CharField(max_length=80, blank=True)  # who of the customer answered
    closed_at = models.DateTimeField(null=True)  # answered or withdrawn
    closed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # empty: the customer, by the link
    close_reason = models.CharField(max_length=500, blank=True)  # why it was withdrawn

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["owner", "due_on"], name="question_open", condition=Q(state="open")
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="question_once"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | ~Q(state="open") & Q(closed_at__isnull=False),
                name="question_closed_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order.number} Q{self.position}"
