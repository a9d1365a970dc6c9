"""Today: what this user must do, most urgent first, each row with its one action ready."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from gendan.followup import messages
from gendan.followup.models import OUTSIDE_PARTIES, Milestone, Party, Question, Revision
from gendan.followup.owing import owed_to
from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.purchasing.queries import orders_undecided

# Others are asked from this many days before their day, or before the order's date moves.
ASK_DAYS_BEFORE = 1
IMPACT_DAYS_BEFORE = 3
# Whoever was asked yesterday owes an answer; after this he is asked again.
ANSWER_DAYS = 2


@dataclass(frozen=True)
class Reason:
    """Why now: a code and its values; words are made for the reader."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The reason in the reader's language."""
        return str(_REASONS[self.code]() % self.params)


_REASONS: dict[str, Callable[[], Any]] = {
    "approval": lambda: _("A new date waits for your approval: %(was)s → %(day)s."),
    "they_wait": lambda: _("%(party)s waits for this; it was due on %(day)s."),
    "late": lambda: ngettext_lazy(
        "The order's date already moves: %(days)s working day too late.",
        "The order's date already moves: %(days)s working days too late.",
        "days",
    ),
    "said_passed": lambda: _("They said %(day)s; that day has passed."),
    "overdue": lambda: ngettext_lazy(
        "Planned for %(day)s, %(days)s day ago.",
        "Planned for %(day)s, %(days)s days ago.",
        "days",
    ),
    "impact": lambda: _("Later than %(day)s and the order's date moves."),
    "due": lambda: _("Planned for %(day)s."),
    "asked": lambda: _("Asked on %(day)s: note the date they give."),
    "your_move": lambda: _("It is your move since %(day)s; planned for %(due)s."),
}  # fmt: skip


@dataclass(frozen=True)
class TodayRow:
    """One line of Today: order, step, whose move, why now, and the one action.

    `action` is the name of a verb: reach_milestone, chase_milestone (with `message` ready),
    expect_milestone or approve_revision (of `revision_id`).
    """

    order_id: int
    number: str
    customer: str
    their_number: str
    value: Decimal
    milestone_id: int
    step: str
    stage: str
    party: str
    partner: str
    is_mine: bool
    reason: Reason
    action: str
    message: str
    due_on: dt.date
    expected_on: dt.date | None
    forecast_on: dt.date
    latest_on: dt.date
    promised_on: dt.date
    float_days: int
    health: str
    urgency: float
    waiting_since: dt.datetime | None
    chased_at: dt.datetime | None
    revision_id: int | None = None
    goods: str = ""  # what holds the order's goods back, in the reader's language

    @property
    def party_label(self) -> str:
        """Whose move it is, in the reader's language."""
        return str(Party(self.party).label) if self.party else ""

    @property
    def why(self) -> str:
        """Why now, in the reader's language."""
        return f"{self.reason.words} {self.goods}".strip()


def today_for(user: User, limit: int = 50) -> list[TodayRow]:
    """What this user must do now, most urgent first: at most 7 queries, index-backed.

    Followed orders' steps including those others owe (chase them), and the steps that wait for a
    role of the user or that it owns. A party that is waiting for us is never chased here: instead
    the row of what we owe says so.
    """
    if user.is_outside:
        return []
    # More than asked for: some will turn out to be nobody to chase.
    ids = [pk for pk, _urgency in candidates(user, limit * 2)]
    milestones = list(
        Milestone.objects.filter(pk__in=ids)
        .annotate(is_asked=Exists(_open_questions()))
        .select_related(
            "journey__order__customer",
            "journey__order__contact",
            "journey__order__merchandiser",
            "waiting_partner",
        )
    )
    outside = {(one.journey_id, party.value) for one in milestones for party in OUTSIDE_PARTIES}
    owed = owed_to(outside) if outside else {}
    # A supplier who waits for our decision about an order is not chased about it.
    awaits = any(one.waiting_for == Party.SUPPLIER for one in milestones)
    undecided = orders_undecided() if awaits else set()
    waited = {one.pk: party for (_journey, party), one in owed.items()}
    rows = [_approval(revision) for revision in _proposals(user, limit)]
    for one in milestones:
        # Waits for an answer: the question has a day and reminders of its own.
        is_asked = getattr(one, "is_asked", False) and one.waiting_for == Party.CUSTOMER
        is_ours = one.waiting_for == Party.SUPPLIER and one.journey.order_id in undecided
        is_blocked = is_asked or is_ours or (one.journey_id, one.waiting_for) in owed
        if not is_blocked or is_mine(user, one):
            rows.append(_row(one, user, waited.get(one.pk)))
    rows.sort(key=lambda row: (-row.urgency, row.order_id, row.milestone_id))
    return rows[:limit]


def _open_questions() -> "QuerySet[Question]":
    """The questions that made a milestone the customer's move."""
    opened = Question.objects.filter(milestone=OuterRef("pk"), state=Question.State.OPEN)
    return opened.exclude(former_party="")


def candidates(user: User, limit: int) -> list[tuple[int, float]]:
    """Ids and urgency of open milestones that may stand on Today: one query of index ranges."""
    first, *others = [
        part.order_by("-urgency", "pk").values_list("pk", "urgency")[:limit]
        for part in _sources(user)
    ]
    if others:
        first = first.union(*others).order_by("-urgency", "id")[:limit]
    return list(first)


def _sources(user: User) -> list["QuerySet[Milestone]"]:
    """Each is a range of one of the three partial indexes of open milestones."""
    opened = Milestone.objects.filter(state=Milestone.State.OPEN)
    roles = sorted(user.roles.intersection(Party.values))
    due = _due()
    mine = Q(waiting_for__in=roles)
    sources = [opened.filter(mine | due, follower=user)]
    if "merchandiser" in roles:
        sources.append(opened.filter(mine | due, follower=None))
    for role in roles:
        if role == Party.MERCHANDISER:
            continue  # a merchandiser's own orders, not her colleagues'
        sources.append(opened.filter(waiting_for=role))
        sources.append(opened.filter(due, owner_role=role).exclude(waiting_for=role))
    return sources


def _due() -> Q:
    """Whether others are to be asked: their day has come, or the order's date is in danger."""
    today = clock.today()
    day_has_come = Q(forecast_on__lte=today + dt.timedelta(days=ASK_DAYS_BEFORE))
    soon = Q(float_days__lt=0) | Q(latest_on__lte=today + dt.timedelta(days=IMPACT_DAYS_BEFORE))
    # Spelled out, because a row never chased must not vanish in a comparison with null.
    asked_before_today = Q(chased_at__lt=clock.moment_on(today, 0)) | Q(chased_at=None)
    return (day_has_come | soon) & asked_before_today


def is_mine(user: User, one: Milestone) -> bool:
    """Whether it is this user's own move."""
    if one.waiting_for == Party.MERCHANDISER:
        return one.follower_id in (user.pk, None)
    return user.has_role(one.waiting_for)


def due_on(one: Milestone) -> dt.date:
    """The day agreed for a milestone."""
    return one.revised_on or one.planned_on


def _row(one: Milestone, user: User, waited_by: str | None) -> TodayRow:
    mine = is_mine(user, one)
    answers_due = (
        not mine
        and one.chased_at is not None
        and (clock.today() - clock.date_of(one.chased_at)).days < ANSWER_DAYS
    )
    action = "reach_milestone" if mine else "chase_milestone"
    if answers_due:
        action = "expect_milestone"
    return _as_row(
        one,
        is_mine=mine,
        reason=_reason(one, mine=mine, answers_due=answers_due, waited_by=waited_by),
        action=action,
        message=messages.for_milestone(one, str(user)) if action == "chase_milestone" else "",
    )


def _as_row(
    one: Milestone,
    *,
    is_mine: bool,
    reason: Reason,
    action: str,
    message: str = "",
    revision_id: int | None = None,
) -> TodayRow:
    journey = one.journey
    order = journey.order
    partner = messages.addressee(one)
    return TodayRow(
        order_id=order.pk,
        number=order.number,
        customer=str(order.customer),
        their_number=order.customer_order_number,
        value=journey.value,
        milestone_id=one.pk,
        step=one.name,
        stage=one.stage,
        party=one.waiting_for,
        partner=str(partner) if partner else "",
        is_mine=is_mine,
        reason=reason,
        action=action,
        message=message,
        due_on=due_on(one),
        expected_on=one.expected_on,
        forecast_on=one.forecast_on,
        latest_on=one.latest_on,
        promised_on=journey.target_on,
        float_days=one.float_days,
        health=journey.health,
        urgency=one.urgency,
        waiting_since=one.waiting_since,
        chased_at=one.chased_at,
        revision_id=revision_id,
        goods=journey.goods_words,
    )


def _reason(one: Milestone, *, mine: bool, answers_due: bool, waited_by: str | None) -> Reason:
    """The weightiest reason there is."""
    today, due = clock.today(), due_on(one)
    if waited_by:
        party = str(Party(waited_by).label).capitalize()
        return Reason("they_wait", {"party": party, "day": due.isoformat()})
    if answers_due and one.chased_at:
        return Reason("asked", {"day": clock.date_of(one.chased_at).isoformat()})
    if one.float_days < 0:
        return Reason("late", {"days": -one.float_days})
    if one.expected_on and one.expected_on < today:
        return Reason("said_passed", {"day": one.expected_on.isoformat()})
    if due < today:
        return Reason("overdue", {"day": due.isoformat(), "days": (today - due).days})
    if (one.latest_on - today).days <= IMPACT_DAYS_BEFORE:
        return Reason("impact", {"day": one.latest_on.isoformat()})
    if mine and one.waiting_since:
        since = clock.date_of(one.waiting_since).isoformat()
        return Reason("your_move", {"day": since, "due": due.isoformat()})
    return Reason("due", {"day": due.isoformat()})


def _proposals(user: User, limit: int) -> Iterable[Revision]:
    """New dates that wait for this user's approval: none of his own."""
    if not user.may_do("approve_revision"):
        return []
    return (
        Revision.objects.filter(state=Revision.State.PROPOSED, milestone__journey__is_open=True)
        .exclude(by=user)
        .select_related("milestone__journey__order__customer", "milestone__waiting_partner")
        .order_by("-milestone__urgency", "pk")[:limit]
    )


def _approval(revision: Revision) -> TodayRow:
    params = {"was": revision.was_on.isoformat(), "day": revision.is_on.isoformat()}
    return _as_row(
        revision.milestone,
        is_mine=True,
        reason=Reason("approval", params),
        action="approve_revision",
        revision_id=revision.pk,
    )
