"""What a promise waits for before anything is made: the milestones that gate production.

Of a followed order its own milestones as they stand; of a draft or quotation those of the template
its journey would have, as if it began today. Material is the promise's own matter: milestones that
wait for it count nothing here, but the days from the material to the approval do (a sample is made
of it). A gate that somebody has opened in spite of its milestone holds nobody up.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.db.models import Exists, F, OuterRef, Value
from django.db.models.functions import Concat

from gendan.catalog.queries import calendar
from gendan.engine.calendars import WorkCalendar
from gendan.engine.milestones import Snapshot, forecast_milestones
from gendan.engine.promise import Approval
from gendan.engine.promise.spreads import Lived
from gendan.followup.choosing import Choice
from gendan.followup.models import Evidence, Milestone, Template, TemplateStep
from gendan.followup.services.gates import key_of
from gendan.followup.snapshot import EVERY_DAY, STATES
from gendan.kernel import clock
from gendan.orders.models import Hold, Line, Order, OrderState, Stage

MOST_LIVED = 200  # the newest approvals, of the last two years
DAYS = 730
LARGEST, LARGEST_DAYS = 5, 60  # what took longer than so many times the plan says nothing
_MATERIAL = frozenset({Evidence.MATERIAL_EXPECTED, Evidence.MATERIAL_RECEIVED})
_FIELDS = (
    "position", "duration_days", "travel", "after", "lags", "evidence", "gates", "name_en",
    "name_zh",
)  # fmt: skip
_TO_COME, _DONE = STATES.index("to_come"), STATES.index("reached")
_NEVER = -(10**6)


@dataclass(frozen=True, slots=True)
class _Step:
    """A milestone as it counts here; days that are not given are 0."""

    position: int
    days: int
    travel: str
    after: list[int]
    lags: list[int]
    evidence: str
    gates: str
    name_en: str
    name_zh: str
    state: int = _TO_COME
    reached: int = 0
    given: int = 0
    is_held: bool = True

    @property
    def holds_production(self) -> bool:
        return self.gates == Stage.PRODUCE and self.is_held and self.state < _DONE


def expected(order: Order, lines: Sequence[Line], days: WorkCalendar) -> Approval | None:
    """What production of an order waits for; None: nothing (1 query if it is followed, else 3)."""
    if order.pk is None:
        return None
    today = clock.today()
    if order.state == OrderState.CONFIRMED:
        steps, started_on, calendar_id = _of_journey(order.pk)
        if steps:
            return _approval(steps, started_on, today, _days(calendar_id, days), is_asked=True)
    steps, calendar_id = _of_template(order)
    return _approval(steps, today, today, _days(calendar_id, days), is_asked=False)


def lived(days: WorkCalendar) -> list[tuple[int, Lived]]:
    """How long it was planned from an order's confirmation to the approval, and how long it took,
    by customer; what should have come counts although it has not. 1 query."""
    today = clock.today()
    rows = (
        Milestone.objects.filter(
            gates=Stage.PRODUCE,
            planned_on__lt=today,
            planned_on__gte=today - dt.timedelta(days=DAYS),
        )
        .exclude(state=Milestone.State.SKIPPED)
        .order_by("-pk")
        .values_list(
            "journey__order__customer_id", "journey__started_on", "planned_on", "reached_on"
        )[:MOST_LIVED]
    )
    found = []
    for customer_id, started_on, planned_on, reached_on in rows:
        planned = days.count(started_on, planned_on)
        real = days.count(started_on, reached_on or today)
        if planned > 0 and 0 <= real <= max(LARGEST * planned, LARGEST_DAYS):
            found.append((customer_id, Lived(planned, real, reached_on is not None)))
    return found


def _of_journey(order_id: int) -> tuple[list[_Step], dt.date, int | None]:
    """The milestones of a followed order, when it began, and its calendar."""
    gate = Hold.objects.filter(
        order=OuterRef("journey__order"),
        stage=Stage.PRODUCE,
        released_at=None,
        key=Concat(Value(key_of("")), OuterRef("code")),
    )
    rows = (
        Milestone.objects.filter(journey__order=order_id, journey__is_open=True)
        .order_by("position")
        .annotate(is_held=Exists(gate), since=F("journey__started_on"))
        .values_list(
            *_FIELDS, "state", "reached_on", "expected_on", "revised_on", "is_held", "since",
            "journey__calendar_id",
        )
    )  # fmt: skip
    steps, started_on, calendar_id = [], dt.date.min, None
    for *fields, state, reached, said, revised, is_held, started_on, calendar_id in rows:  # noqa: B007
        steps.append(
            replace(
                _Step(*fields),
                state=STATES.index(state),
                reached=_ordinal(reached),
                given=_ordinal(said or revised),
                is_held=is_held,
            )
        )
    return steps, started_on, calendar_id


def _of_template(order: Order) -> tuple[list[_Step], int | None]:
    """The milestones an order would have; none where no kind of journey is written down."""
    active = list(Template.objects.filter(is_active=True))
    if not active:
        return [], None
    template = Choice.of([order.pk], active).template_for(order)
    rows = TemplateStep.objects.filter(template=template).order_by("position")
    return [_Step(*row) for row in rows.values_list(*_FIELDS)], template.calendar_id


def _approval(
    steps: Sequence[_Step],
    started_on: dt.date,
    today: dt.date,
    days: WorkCalendar,
    *,
    is_asked: bool,
) -> Approval | None:
    gates = [place for place, one in enumerate(steps) if one.holds_production]
    if not gates:
        return None
    forecast = forecast_milestones(_snapshot(steps, started_on, today, days)).forecast
    last = max(gates, key=lambda place: (int(forecast[place]), place))
    after = _after_material(steps)
    on = dt.date.fromordinal(int(forecast[last]))
    names = (steps[last].name_en, steps[last].name_zh)
    return Approval(on, names, max(0, *(after[place] for place in gates), 0), is_asked)


def _after_material(steps: Sequence[_Step]) -> list[int]:
    """Days from the last material in house to each milestone; far below 0: it waits for none."""
    place = {one.position: number for number, one in enumerate(steps)}
    found = [_NEVER] * len(steps)
    for number, one in enumerate(steps):
        if one.state >= _DONE:
            continue
        if one.evidence == Evidence.MATERIAL_RECEIVED:
            found[number] = 0
            continue
        own = 0 if one.evidence in _MATERIAL else one.days
        for before, lag in _before(one):
            found[number] = max(found[number], found[place[before]] + lag + own)
    return found


def _before(one: _Step) -> list[tuple[int, int]]:
    """Positions of the milestones before one, with their lags."""
    lags = [*one.lags, *[0] * (len(one.after) - len(one.lags))]
    return list(zip(one.after, lags, strict=False))


def _snapshot(
    steps: Sequence[_Step], started_on: dt.date, today: dt.date, days: WorkCalendar
) -> Snapshot:
    """One journey for the engine of milestones, material as if it were there."""
    place = {one.position: number for number, one in enumerate(steps)}
    before = [(place[pos], lag) for one in steps for pos, lag in _before(one)]
    is_material = [one.evidence in _MATERIAL for one in steps]
    plain = [
        (0 if material else one.days, 1 - bool(one.travel), one.state, one.reached,
         0 if material else one.given)
        for one, material in zip(steps, is_material, strict=True)
    ]  # fmt: skip
    duration, calendars, state, reached, given = (
        np.array(column, dtype=np.int64) for column in zip(*plain, strict=True)
    )
    return Snapshot(
        today=today.toordinal(),
        calendars=[EVERY_DAY, days],
        first=np.array([0, len(steps)]),
        started=np.array([started_on.toordinal()]),
        target=np.array([today.toordinal()]),
        anchor=np.array([len(steps) - 1]),
        before_first=np.cumsum([0, *(len(one.after) for one in steps)]),
        before=np.array([one for one, _lag in before], dtype=np.int64),
        lag=np.array([lag for _one, lag in before], dtype=np.int64),
        duration=duration,
        calendar=calendars,
        state=state,
        reached=reached,
        given=given,
    )


def _days(calendar_id: int | None, company: WorkCalendar) -> WorkCalendar:
    return company if calendar_id is None else calendar(calendar_id)


def _ordinal(day: dt.date | None) -> int:
    return 0 if day is None else day.toordinal()
