"""Questions about answers: those somebody sees, those of an order, in which files."""

from django.db.models import Q, QuerySet

from gendan.answers.models import Answer
from gendan.kernel.models import User


def visible_answers(user: User) -> QuerySet[Answer]:
    """The answers somebody sees, with what a list shows."""
    return Answer.objects.visible_to(user).select_related(
        "order__customer", "draft__incoming", "draft__customer", "answered_by", "mail"
    )


def containing_answers(rows: QuerySet[Answer], text: str) -> QuerySet[Answer]:
    """By number, the customer's or our order number, or the customer's name."""
    return rows.filter(
        Q(number__icontains=text)
        | Q(order_number__icontains=text)
        | Q(our_number__icontains=text)
        | Q(order__customer__name__icontains=text)
        | Q(draft__customer__name__icontains=text)
    )


def answers_of(order_id: int, user: User) -> QuerySet[Answer]:
    """Every answer to an order, the newest first."""
    return visible_answers(user).filter(order=order_id).order_by("-pk")
