"""The waiting ledger itself: one party's turn ends and another's begins at the same moment."""

from collections.abc import Collection

from gendan.followup.events import MoveChanged
from gendan.followup.models import Milestone, Party, Question, Wait
from gendan.followup.services.refusals import about, fact_of
from gendan.followup.services.writing import end_waits
from gendan.kernel import clock, journal
from gendan.kernel.models import User
from gendan.partners.models import Partner


def pass_move(
    milestone: Milestone, party: str, partner: Partner | None, *, note: str, by: User | None
) -> None:
    """It is another party's move from now on; the milestone's journey is locked."""
    now = clock.now()
    was = milestone.waiting_for
    end_waits([milestone.pk], now)
    Wait.objects.create(milestone=milestone, party=party, partner=partner, since=now, note=note)
    milestone.waiting_for = party
    milestone.waiting_partner = partner
    milestone.waiting_since = now
    milestone.chased_at = None
    milestone.save(update_fields=["waiting_for", "waiting_partner", "waiting_since", "chased_at"])
    journal.record(
        MoveChanged(
            **fact_of(milestone),
            was=was,
            party=party,
            partner_id=partner.pk if partner else None,
            note=note,
        ),
        about=about(milestone),
        by=by,
    )


def wait_for_answer(question: Question, milestone: Milestone, by: User | None) -> None:
    """While a question is open its milestone waits for the customer; who it was is remembered."""
    if milestone.state != Milestone.State.OPEN or milestone.waiting_for == Party.CUSTOMER:
        return
    question.former_party = milestone.waiting_for
    question.former_partner = milestone.waiting_partner
    question.save(update_fields=["former_party", "former_partner"])
    customer = milestone.journey.order.customer
    pass_move(milestone, Party.CUSTOMER, customer, note=_note_of(question), by=by)


def wait_for_answers(milestone_ids: Collection[int], by: User | None) -> None:
    """Milestones that open while a question about them is open: it is the customer's move."""
    opened = Question.objects.filter(
        milestone__in=list(milestone_ids),
        state=Question.State.OPEN,
        milestone__state=Milestone.State.OPEN,
    )
    for question in opened.select_related(
        "order", "milestone__journey__order__customer", "milestone__waiting_partner"
    ).order_by("pk"):
        milestone = question.milestone
        if milestone is not None:
            milestone.refresh_from_db(fields=["waiting_for"])
            wait_for_answer(question, milestone, by)


def give_back(question: Question, milestone: Milestone, by: User | None) -> None:
    """The answer is there: whoever's move it was goes on, unless another question is open."""
    if not question.former_party:
        return
    party, partner = question.former_party, question.former_partner
    question.former_party, question.former_partner = "", None
    question.save(update_fields=["former_party", "former_partner"])
    other = (
        Question.objects.filter(milestone=milestone, state=Question.State.OPEN)
        .exclude(pk=question.pk)
        .order_by("pk")
        .first()
    )
    if other is not None:
        other.former_party, other.former_partner = party, partner
        other.save(update_fields=["former_party", "former_partner"])
    elif milestone.state == Milestone.State.OPEN and milestone.waiting_for == Party.CUSTOMER:
        pass_move(milestone, party, partner, note=_note_of(question), by=by)


def _note_of(question: Question) -> str:
    return f"Q{question.position}: {question.text}"[:500]
