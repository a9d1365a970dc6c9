"""Questions about the follow-up that pages, programs and our own verbs ask."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import get_language

from gendan.followup.board import (
    BoardPage,
    BoardRow,
    Cell,
    MilestoneRow,
    OrderFollowup,
    PartyDays,
    board,
    order_followup,
)
from gendan.followup.models import Journey, Milestone, Revision, Template
from gendan.followup.owing import owed_to
from gendan.followup.talks import (
    AskedRow,
    count_open,
    due_questions,
    question_behind,
    questions_for,
    questions_of,
    rows_of,
)
from gendan.followup.today import Reason, TodayRow, candidates, today_for
from gendan.kernel.models import Entry, User
from gendan.orders.demands import line_ids_of
from gendan.orders.models import Line

__all__ = [
    "AskedRow",
    "BoardPage",
    "BoardRow",
    "Cell",
    "MilestoneRow",
    "OrderFollowup",
    "PartyDays",
    "Reason",
    "Slip",
    "TodayRow",
    "board",
    "count_open",
    "counts_for",
    "due_questions",
    "milestones_for",
    "order_followup",
    "orders_of_demands",
    "owed_to",
    "proposer_of",
    "question_behind",
    "questions_for",
    "questions_of",
    "rows_of",
    "slips_since",
    "templates_for",
    "today_for",
]

MOST_COUNTED = 100  # a side bar says "99+"
_MOVES = ("ForecastSlipped", "ForecastImproved")


@dataclass(frozen=True)
class Slip:
    """How an order's expected date has moved since a moment, and the milestone behind it now."""

    order_id: int
    number: str
    customer: str
    was_on: dt.date
    is_on: dt.date
    promised_on: dt.date
    health: str
    name_en: str
    name_zh: str
    at: dt.datetime
    goods: str = ""  # what holds its goods back, in the reader's language

    @property
    def days(self) -> int:
        """Calendar days later; negative: earlier."""
        return (self.is_on - self.was_on).days

    @property
    def step(self) -> str:
        """The milestone behind it, in the reader's language."""
        chinese_first = (get_language() or "").startswith("zh")
        return (self.name_zh or self.name_en) if chinese_first else (self.name_en or self.name_zh)


def slips_since(user: User, moment: dt.datetime, limit: int = 50) -> list[Slip]:
    """Orders this user follows (a manager: all) whose date has moved since: 2 queries.

    The largest slip first; what moved and moved back is not news.
    """
    journeys = Journey.objects.visible_to(user).filter(is_open=True, moved_at__gte=moment)
    if not (user.is_superuser or user.has_role("manager")):
        journeys = journeys.filter(follower=user)
    rows = {
        journey.order_id: journey
        for journey in journeys.select_related("order__customer").order_by("-urgency")[: limit * 2]
    }
    first: dict[int, Entry] = {}
    last: dict[int, Entry] = {}
    names = [f"orders.order:{pk}" for pk in rows]
    entries = Entry.objects.filter(about__overlap=names, fact__in=_MOVES, at__gte=moment)
    for entry in entries.order_by("pk") if names else []:
        first.setdefault(entry.data["order_id"], entry)
        last[entry.data["order_id"]] = entry
    found = [
        Slip(
            order_id=pk,
            number=rows[pk].order.number,
            customer=str(rows[pk].order.customer),
            was_on=dt.date.fromisoformat(entry.data["was_on"]),
            is_on=rows[pk].forecast_on,
            promised_on=rows[pk].target_on,
            health=rows[pk].health,
            name_en=last[pk].data.get("name_en", ""),
            name_zh=last[pk].data.get("name_zh", ""),
            at=last[pk].at,
            goods=rows[pk].goods_words,
        )
        for pk, entry in first.items()
    ]
    return sorted((one for one in found if one.days), key=lambda one: -one.days)[:limit]


def counts_for(user: User) -> dict[str, int]:
    """What waits for this user, each counted to MOST_COUNTED at most: today, approvals."""
    proposals = _approvals(user)
    return {
        "today": min(_candidates(user) + proposals, MOST_COUNTED),
        "approvals": proposals,
    }


def things_to_do(user: User) -> int:
    """How many rows wait on Today, to MOST_COUNTED: 1 query, 2 for those who approve new dates."""
    return min(_candidates(user) + _approvals(user), MOST_COUNTED)


def _candidates(user: User) -> int:
    return 0 if user.is_outside else len(candidates(user, MOST_COUNTED))


def _approvals(user: User) -> int:
    if not user.may_do("approve_revision"):
        return 0
    waiting = Revision.objects.filter(
        state=Revision.State.PROPOSED, milestone__journey__is_open=True
    ).exclude(by=user)
    return waiting[:MOST_COUNTED].count()


def milestones_for(user: User) -> "QuerySet[Milestone]":
    """The milestones of orders this user sees: where a door begins to look for one.

    Outsiders see none: floats, notes and whom we wait for are our own business.
    """
    if user.is_outside:
        return Milestone.objects.none()
    return Milestone.objects.filter(journey__in=Journey.objects.visible_to(user))


def templates_for(user: User, *, active_only: bool = True) -> "QuerySet[Template]":
    """The kinds of journey, with their steps: for our own people."""
    templates = Template.objects.prefetch_related("steps").order_by("kind", "code")
    if not user.is_of_the_house:
        return templates.none()
    return templates.filter(is_active=True) if active_only else templates


def orders_of_demands(demands: Collection[str]) -> list[int]:
    """The orders whose lines inventory names ("orders.line:12")."""
    ids = line_ids_of(demands)
    if not ids:
        return []
    return list(Line.objects.filter(pk__in=ids).values_list("order_id", flat=True).distinct())


def proposer_of(revision_id: int) -> list[int]:
    """Who proposed a date; nobody when the system did."""
    rows = Revision.objects.filter(pk=revision_id, by__isnull=False)
    return [pk for pk in rows.values_list("by_id", flat=True) if pk is not None]
