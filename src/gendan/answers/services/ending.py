"""Answers that no longer hold: taken back by us, or overtaken by what the order says now."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.answers import letters, prepare
from gendan.answers.events import AnswerOutdated, AnswerWithdrawn
from gendan.answers.models import IN_FORCE, Answer, AnswerState
from gendan.answers.services.refusals import about, locked_answer
from gendan.answers.services.sending import refuse_unless_mailable, write
from gendan.contracts.services.accepting import sender_of
from gendan.kernel import clock, journal
from gendan.kernel.errors import Invalid
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.models import Order
from gendan.orders.services.reading import read_text
from gendan.orders.services.refusals import locked_order


@service(gettext_lazy("Withdraw the answer"))
def withdraw_answer(*, answer_id: int, reason: str, by: User | None) -> Answer:
    """Take an answer back; who got it by mail is told so, with the reason, in the same thread."""
    answer = locked_answer(answer_id)
    was_mailed = answer.state == AnswerState.SENT
    answer.step("withdraw_answer")
    reason = " ".join(read_text(reason, 500, field="reason").split())
    if not reason:
        raise Invalid(_("Say why the answer is withdrawn; the customer reads it."), field="reason")
    answer.ended_at, answer.end_reason = clock.now(), reason
    if was_mailed:
        refuse_unless_mailable(answer.to_email)
        letter = letters.taking_back(
            number=answer.number,
            theirs=answer.order_number,
            to=answer.to_name,
            reason=reason,
            sender=sender_of(by, answer.language),
            language=answer.language,
        )
        answer.mail = write(answer, letter, by=by)
    answer.save()
    journal.record(
        AnswerWithdrawn(
            order_id=answer.order_id,
            answer_id=answer.pk,
            number=answer.number,
            reason=reason,
            email=answer.to_email if was_mailed else "",
        ),
        about=about(answer),
        by=by,
    )
    return answer


@service
def check_answers(*, order_id: int, by: User | None = None) -> int:
    """Mark the answers that no longer say what the order says; a reaction, so asking twice is once.

    Told once when it becomes so; an order that says the same again clears the mark.
    """
    locked_order(order_id)
    order = Order.objects.select_related("customer", "contact").get(pk=order_id)
    found = Answer.objects.filter(order=order, state__in=IN_FORCE).select_related("draft__incoming")
    marked = 0
    for answer in found.prefetch_related("lines"):
        differing = prepare.differing(answer, prepare.prepare_order(order, answer.draft))
        if bool(differing) == (answer.outdated_at is not None):
            continue
        answer.outdated_at = clock.now() if differing else None
        answer.save(update_fields=["outdated_at"])
        if differing:
            marked += 1
            journal.record(
                AnswerOutdated(
                    order_id=order_id,
                    answer_id=answer.pk,
                    number=answer.number,
                    lines=[line for line, _was, _now in differing][:50],
                ),
                about=about(answer),
            )
    return marked
