"""Tables of the answers: what we said to a customer's order, line by line, and how it was sent."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.intake.models import Draft, Incoming
from gendan.kernel.models import Mail, StoredFile, User
from gendan.kernel.money import CurrencyField, PriceField
from gendan.kernel.quantity import QuantityField
from gendan.kernel.states import Step, Stepped
from gendan.orders.models import Line, Order


class AnswerState(models.TextChoices):
    """Where an answer stands."""

    MADE = "made", _("made, not mailed")
    SENT = "sent", _("sent")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SUPERSEDED = "superseded", _("superseded by a newer answer")


# What the customer may rely on.
IN_FORCE = (AnswerState.MADE, AnswerState.SENT)


class Verdict(models.TextChoices):
    """What we say to a line, or to the whole."""

    ACCEPTED = "accepted", _("accepted")
    CHANGED = "changed", _("changed")
    REJECTED = "rejected", _("not accepted")


class Format(models.TextChoices):
    """In which format the customer's system reads an answer."""

    UBL = "ubl", _("UBL OrderResponse")
    EDIFACT = "edifact", _("EDIFACT ORDRSP")
    X12 = "x12", _("X12 855")


ENDINGS = {Format.UBL: "xml", Format.EDIFACT: "edi", Format.X12: "x12"}


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Which answers somebody sees."""

    def visible_to(self, user: User) -> "AnswerQuerySet":
        """Our own people; the customer has the answer itself."""
        if user.is_outside:
            return self.none()
        return self if user.is_superuser or user.roles else self.none()


class Answer(Stepped):
    """Our answer to a customer's order as it was given; nothing of it changes but its state.

    About an order and the document it came with, or about a refused draft alone. `parties` holds
    both companies as written into files, `exchange` the addresses of the message that is answered;
    what the lines say stands in AnswerLine. `outdated_at`: since when the order says otherwise.
    """

    STEPS: ClassVar[dict[str, Step]] = {
        "resend_answer": Step(("made", "sent"), "sent"),
        "withdraw_answer": Step(("made", "sent"), "withdrawn"),
        "supersede_answer": Step(("made", "sent"), "superseded"),
    }

    number = models.CharField(_("number"), max_length=60, unique=True)
    state = models.CharField(max_length=10, choices=AnswerState.choices, default=AnswerState.MADE)
    order = models.ForeignKey(
        Order, null=True, on_delete=models.PROTECT, related_name="answers", db_index=False
    )
    draft = models.ForeignKey(Draft, null=True, on_delete=models.PROTECT, related_name="answers")
    incoming = models.ForeignKey(  # the message that is answered: the newest of the document's
        Incoming, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    order_version = models.PositiveIntegerField(default=0)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    order_number = models.CharField(max_length=80, blank=True)  # the customer's
    our_number = models.CharField(max_length=60, blank=True)
    ordered_on = models.DateField(null=True)
    currency = CurrencyField(blank=True)
    parties = models.JSONField()  # {"buyer": {...}, "seller": {...}}
    exchange = models.JSONField(default=dict)
    previous = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    language = models.CharField(max_length=10)
    message = models.TextField(blank=True)
    format = models.CharField(max_length=8, choices=Format.choices, blank=True)
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    to_name = models.CharField(max_length=80, blank=True)
    to_email = models.EmailField(blank=True)
    mail = models.ForeignKey(
        Mail, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    outdated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # withdrawn or superseded
    end_reason = models.CharField(max_length=500, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="answer_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "draft"],
                condition=Q(state__in=("made", "sent")),
                nulls_distinct=False,
                name="answer_in_force_once",
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=False) | Q(draft__isnull=False),
                name="answer_answers_something",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def pdf_name(self) -> str:
        """Under which name the PDF is saved."""
        return f"{self.number}.pdf".replace("/", "-")

    def file_name(self, form: str) -> str:
        """Under which name the file of a format is saved."""
        return f"{self.number}.{ENDINGS[Format(form)]}".replace("/", "-")


class AnswerLine(models.Model):
    """What we said to one ordered line: what was asked, what we promise, and why they differ.

    Quantities and prices are in the customer's unit. `differences` are codes (words.py):
    "quantity", "price", "date", "item", "added". `deliveries` is [[quantity, date]] where there
    are several.
    """

    answer = models.ForeignKey(
        Answer, on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    position = models.PositiveIntegerField()
    order_line = models.ForeignKey(
        Line, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    line_no = models.CharField(max_length=40)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    description = models.CharField(max_length=500, blank=True)
    buyer_code = models.CharField(max_length=80, blank=True)
    seller_code = models.CharField(max_length=80, blank=True)
    gtin = models.CharField(max_length=20, blank=True)
    unit = models.CharField(max_length=40, blank=True)  # as the customer writes it
    our_unit = models.CharField(max_length=40, blank=True)  # the code of ours that it means
    quantity = QuantityField()
    unit_price = PriceField(null=True)
    price_base_quantity = QuantityField(default=1)
    promised_on = models.DateField(null=True)
    asked_quantity = QuantityField(null=True)
    asked_price = PriceField(null=True)
    asked_on = models.DateField(null=True)
    differences = models.JSONField(default=list)
    deliveries = models.JSONField(default=list)
    note = models.CharField(max_length=500, blank=True)  # typed before it was sent

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "position"], name="answer_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=0, price_base_quantity__gt=0), name="answer_line_sensible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}/{self.line_no}"
