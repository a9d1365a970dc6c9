"""Questions to customers as pages and programs ask for them: one user's, one order's, overdue."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from gendan.followup.effects import Effect, effects_of
from gendan.followup.models import Journey, Party, Question
from gendan.followup.owing import owed_to
from gendan.followup.question_letters import reminder_words
from gendan.kernel import clock
from gendan.kernel.models import User


@dataclass(frozen=True)
class AskedRow:
    """A question with what a late answer does, and the ready reminder where one may be sent."""

    question: Question
    effect: Effect | None
    is_overdue: bool
    # Empty where nobody is to be reminded: asked by phone, reminded today, or they wait for us.
    reminder: str
    is_waiting_for_us: bool = False


def questions_for(user: User) -> "QuerySet[Question]":
    """The questions a user sees, with all a list shows of them: where a door begins."""
    return Question.objects.visible_to(user).select_related(
        "order__customer", "line__item", "milestone__journey", "owner", "asked_by", "closed_by"
    )


def question_behind(question_id: int) -> Question | None:
    """What the page behind a link shows; whoever has the link may see this question."""
    related = ("order__customer", "line__item__unit", "milestone__journey")
    return Question.objects.select_related(*related).filter(pk=question_id).first()


def questions_of(order_id: int) -> list[Question]:
    """All questions of an order, the open ones first: 1 query."""
    rows = Question.objects.filter(order=order_id).select_related(
        "order", "line__item", "milestone__journey", "owner"
    )
    return sorted(rows, key=lambda one: (one.state != Question.State.OPEN, -one.position))


def count_open(order_id: int) -> int:
    """How many answers an order waits for."""
    return Question.objects.filter(order=order_id, state=Question.State.OPEN).count()


def due_questions(user: User, limit: int = 12) -> list[AskedRow]:
    """What this user must ask again about: his own open questions, and those of orders he follows,
    whose day has come (at most 5 queries)."""
    if user.is_outside:
        return []
    mine = Q(owner=user) | Q(order__merchandiser=user)
    rows = (
        questions_for(user)
        .filter(mine, state=Question.State.OPEN, due_on__lte=clock.today())
        .order_by("due_on", "pk")
    )
    return rows_of(list(rows[:limit]))


def rows_of(questions: list[Question]) -> list[AskedRow]:
    """Questions with effect and ready reminder: 4 queries whatever their number."""
    if not questions:
        return []
    today = clock.today()
    effects = effects_of(questions)
    journeys = dict(
        Journey.objects.filter(
            order__in={one.order_id for one in questions}, is_open=True
        ).values_list("order_id", "pk")
    )
    customer = Party.CUSTOMER.value
    owed = owed_to([(pk, customer) for pk in journeys.values()]) if journeys else {}
    found = []
    for one in questions:
        is_open = one.state == Question.State.OPEN
        waits = (journeys.get(one.order_id), customer) in owed
        is_reminded = one.reminded_at is not None and clock.date_of(one.reminded_at) == today
        is_fresh = clock.date_of(one.asked_at) == today  # nobody is reminded on the day he is asked
        may_remind = is_open and bool(one.to_email) and not (waits or is_reminded or is_fresh)
        found.append(
            AskedRow(
                question=one,
                effect=effects.get(one.pk),
                is_overdue=is_open and one.due_on < today,
                reminder=reminder_words(one) if may_remind else "",
                is_waiting_for_us=is_open and waits,
            )
        )
    return found
