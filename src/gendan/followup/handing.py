"""What is open on orders that change hands: the summary a colleague reads first."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from gendan.contracts.models import Paper, PaperState
from gendan.followup.models import Handover, HandoverItem, Milestone, Question
from gendan.kernel import clock
from gendan.kernel.models import Entry, User
from gendan.orders.models import Order, OrderState
from gendan.orders.queries import open_holds

STEPS_NAMED = 3
FACTS_NAMED = 3
RUNNING = (OrderState.DRAFT, OrderState.CONFIRMED)


@dataclass
class OrderSummary:
    """What is open on one order on one day; plain values, kept with the handover as JSON.

    Coded values (parties, stages, states) are words only when they are read.
    """

    order_id: int
    number: str
    customer: str
    their_number: str
    state: str
    promised_on: str
    forecast_on: str
    health: str
    overdue: int = 0
    # [{"name_en", "name_zh", "party", "partner", "due_on", "is_overdue"}]
    steps: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)  # [{"id", "text", "due_on"}]
    holds: list[dict[str, str]] = field(default_factory=list)  # [{"stage", "reason"}]
    papers: list[dict[str, Any]] = field(default_factory=list)  # [{"name", "state"}]
    facts: list[int] = field(default_factory=list)  # the last entries of the journal

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


def running_orders(user: User, giver: User) -> "QuerySet[Order]":
    """The orders of a person that can change hands, the first promised first."""
    mine = Order.objects.visible_to(user).filter(merchandiser=giver, state__in=RUNNING)
    return mine.select_related("customer").order_by("promised_on", "pk")


def summaries_of(orders: Sequence[Order]) -> dict[int, OrderSummary]:
    """What is open on each of these orders: 5 queries whatever their number.

    Reads order.customer: select it.
    """
    ids = [order.pk for order in orders]
    found = {order.pk: _head(order) for order in orders}
    _add_steps(found, ids)
    for question in Question.objects.filter(order__in=ids, state=Question.State.OPEN).order_by(
        "due_on", "pk"
    ):
        found[question.order_id].questions.append(
            {"id": question.pk, "text": question.text[:200], "due_on": str(question.due_on)}
        )
    for order_id, holds in open_holds(ids).items():
        found[order_id].holds = [{"stage": one.stage, "reason": one.why} for one in holds]
    waiting = (PaperState.ISSUED, PaperState.SENT)
    for paper in Paper.objects.filter(order__in=ids, state__in=waiting).order_by("pk"):
        found[paper.order_id].papers.append({"name": str(paper), "state": paper.state})
    for order_id, entry_id in _last_facts(ids):
        found[order_id].facts.append(entry_id)
    return found


def _head(order: Order) -> OrderSummary:
    journey = getattr(order, "journey", None)
    return OrderSummary(
        order_id=order.pk,
        number=order.number,
        customer=str(order.customer),
        their_number=order.customer_order_number,
        state=order.state,
        promised_on=str(order.promised_on or ""),
        forecast_on=str(order.forecast_on or ""),
        health=journey.health if journey and journey.is_open else "",
    )


def _add_steps(found: dict[int, OrderSummary], ids: list[int]) -> None:
    opened = Milestone.objects.filter(
        journey__order__in=ids, journey__is_open=True, state=Milestone.State.OPEN
    ).select_related("journey", "waiting_partner")
    today = clock.today()
    for one in opened.order_by("-urgency", "position"):
        summary = found[one.journey.order_id]
        summary.health = one.journey.health
        due_on: dt.date = one.revised_on or one.planned_on
        summary.overdue += due_on < today
        if len(summary.steps) < STEPS_NAMED:
            summary.steps.append(
                {
                    "name_en": one.name_en,
                    "name_zh": one.name_zh,
                    "party": one.waiting_for,
                    "partner": one.waiting_partner.name if one.waiting_partner else "",
                    "due_on": str(due_on),
                    "is_overdue": due_on < today,
                }
            )


_LAST = """
SELECT wanted.id, last.id
FROM unnest(%(ids)s::bigint[]) AS wanted(id), LATERAL (
  SELECT e.id FROM kernel_entry e
  WHERE e.about @> ARRAY['orders.order:' || wanted.id]::varchar[]
  ORDER BY e.id DESC LIMIT %(most)s) last
ORDER BY wanted.id, last.id DESC
"""


def _last_facts(ids: list[int]) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, {"ids": ids, "most": FACTS_NAMED})
        rows: list[tuple[int, int]] = cursor.fetchall()
    return rows


# Handovers as pages and programs ask for them ------------------------------------------------


def handovers_for(user: User) -> "QuerySet[Handover]":
    """All for managers; for everybody else those in which they give or take."""
    found = Handover.objects.visible_to(user).select_related("giver", "taker", "made_by")
    if user.is_superuser or user.has_role("manager"):
        return found
    return found.filter(Q(giver=user) | Q(taker=user))


def items_of(handover: Handover) -> list[HandoverItem]:
    """The orders of a handover as they stood that day."""
    rows = HandoverItem.objects.filter(handover=handover)
    return list(rows.select_related("order__customer", "order__merchandiser").order_by("pk"))


def entries_of(items: Sequence[dict[str, Any]]) -> dict[int, Entry]:
    """The facts that summaries name: 1 query."""
    ids = {pk for one in items for pk in one.get("facts", ())}
    return Entry.objects.select_related("by").in_bulk(ids) if ids else {}


def handovers_due(user: User) -> list[Handover]:
    """What this user must do about handovers today: read what was given, or take back (1 query)."""
    if user.is_outside:
        return []
    to_read = Q(taker=user, state=Handover.State.GIVEN)
    is_back = Q(giver=user, back_on__lte=clock.today()) & ~Q(state=Handover.State.RETURNED)
    found = Handover.objects.filter(to_read | is_back).select_related("giver", "taker")
    return list(found.order_by("pk")[:6])
