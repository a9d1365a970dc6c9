"""What the verbs of answers refuse, and the one way they take hold of an answer."""

from django.db.models import Model
from django.utils.translation import gettext as _

from gendan.answers.models import Answer
from gendan.intake.models import Incoming
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.orders.models import Order
from gendan.orders.services.refusals import locked_order


class NotReadyToAnswer(DomainError):
    """An order we have not promised yet, or a draft nobody has refused."""


class NothingToAnswer(DomainError):
    """A document or order without lines."""


class SameAnswer(DomainError):
    """The answer in force says exactly this already."""


class CannotBeMailed(Invalid):
    """No address, or no mail server."""


def url_of(answer_id: int) -> str:
    """The page of an answer, for refusals that name it."""
    return f"/answers/{answer_id}/"


def locked_answer(answer_id: int) -> Answer:
    """An answer with what it is about locked first: the order, else the incoming document."""
    found = (
        Answer.objects.filter(pk=answer_id).values_list("order_id", "draft__incoming_id").first()
    )
    if found is None:
        raise NotThere(_("There is no such answer."))
    order_id, incoming_id = found
    if order_id is not None:
        locked_order(order_id)
    else:
        Incoming.objects.select_for_update(of=("self",)).get(pk=incoming_id)
    return (
        Answer.objects.select_for_update(of=("self",))
        .select_related("order", "draft__incoming", "incoming", "pdf", "file", "previous")
        .get(pk=answer_id)
    )


def subject_of(answer: Answer) -> Order | Incoming:
    """What an answer belongs to: the order, else the document that was refused."""
    if answer.order is not None:
        return answer.order
    if answer.draft is None:
        raise AssertionError("a constraint says that an answer answers something")
    return answer.draft.incoming


def about(answer: Answer) -> list[Model | str]:
    """What a fact about an answer is about."""
    return [subject_of(answer), answer]
