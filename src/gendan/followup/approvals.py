"""What a promise waits for before anything is made or bought: milestones that gate these stages.

Of a followed order its own milestones as they stand; of a draft or quotation those of the template
its journey would have, as if it began today. Material is the promise's own matter: milestones that
wait for it count nothing here, but the days from the material to the approval do (a sample is made
of it). A gate that somebody has opened in spite of its milestone holds nobody up.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, Q

from gendan.catalog.queries import calendar, calendars
from gendan.engine.calendars import WorkCalendar
from gendan.engine.milestones import Snapshot, expected_days
from gendan.engine.promise import Approval, Waits
from gendan.engine.promise.spreads import Lived
from gendan.followup.choosing import Choice
from gendan.followup.models import Evidence, Journey, Milestone, Template, TemplateStep
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
_STANDS = ("code", "state", "reached_on", "expected_on", "revised_on")
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

    def holds(self, stage: str) -> bool:
        return self.gates == stage and self.is_held and self.state < _DONE


@dataclass(frozen=True, slots=True)
class _Way:
    """The milestones of an order on its way to what lets a stage begin last."""

    steps: Sequence[_Step]
    started_on: dt.date
    days: WorkCalendar
    stage: str = Stage.PRODUCE

    @property
    def gates(self) -> list[int]:
        """The places of those that hold the stage."""
        return [place for place, one in enumerate(self.steps) if one.holds(self.stage)]

    def to_last_gate(self) -> "_Way":
        """Without what stands behind the last of them, for which none of them waits."""
        gates = self.gates
        return replace(self, steps=self.steps[: gates[-1] + 1] if gates else [])


def expected(order: Order, lines: Sequence[Line], days: WorkCalendar) -> Waits:
    """What production of an order, and buying for it, waits for (1 query while a gate of the
    order's holds it, 2 when none does, 3 for a draft)."""
    if order.pk is None:
        return Waits()
    if order.state == OrderState.CONFIRMED:
        found = _followed([order.pk], days, (Stage.PRODUCE, Stage.BUY)).get(order.pk)
        if found is not None:
            return _waits(found, is_asked=True)
        if Journey.objects.filter(order=order.pk).exists():
            return Waits()
    way = _of_template(order, days)
    return Waits() if way is None else _waits(way, is_asked=False)


def _waits(way: _Way, *, is_asked: bool) -> Waits:
    """Of the same milestones what production waits for, and what buying does."""
    ways = {
        number: replace(way, stage=one) for number, one in enumerate((Stage.PRODUCE, Stage.BUY))
    }
    found = _approvals(ways, is_asked=is_asked)
    return Waits(found.get(0), found.get(1))


def awaited(order_ids: Collection[int] | None, days: WorkCalendar) -> dict[int, Approval]:
    """What production of followed orders (None: all) waits for, of those where it waits: 1 query,
    two more where kinds of journey have calendars of their own."""
    return _approvals(_followed(order_ids, days, (Stage.PRODUCE,)), is_asked=True)


def _followed(
    order_ids: Collection[int] | None, days: WorkCalendar, stages: Collection[Stage]
) -> dict[int, _Way]:
    """The milestones as they stand of those orders in which a gate holds one of these stages."""
    rows = _held(order_ids, stages)
    has_own = any(None not in row[-3:-1] for row in rows)
    known = calendars() if has_own else {}
    of_order: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        of_order[row[0]].append(row[1:])
    return {pk: _of_journey(own, days, known) for pk, own in of_order.items()}


def lived(days: WorkCalendar, stage: Stage = Stage.PRODUCE) -> list[tuple[int, Lived]]:
    """How long it was planned from an order's confirmation to the approval, and how long it took,
    by customer; what should have come counts although it has not, unless somebody has let the
    stage begin without it. 1 query."""
    today = clock.today()
    held = Hold.objects.filter(order=OuterRef("journey__order"), stage=stage, released_at=None)
    rows = (
        Milestone.objects.filter(
            gates=stage,
            planned_on__lt=today,
            planned_on__gte=today - dt.timedelta(days=DAYS),
        )
        .exclude(state=Milestone.State.SKIPPED)
        .filter(Q(reached_on__isnull=False) | Exists(held))
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


def _held(order_ids: Collection[int] | None, stages: Collection[Stage]) -> list[tuple[Any, ...]]:
    """By order the gates that hold these stages now, each with all milestones of the order."""
    journey = "order__journey__"
    holds = Hold.objects.filter(stage__in=stages, released_at=None)
    holds = holds.filter(key__startswith=key_of(""), order__journey__is_open=True)
    if order_ids is not None:
        holds = holds.filter(order__in=list(order_ids))
    rows = holds.values_list(
        "order_id", *(f"{journey}milestones__{name}" for name in (*_FIELDS, *_STANDS)),
        f"{journey}started_on", f"{journey}calendar_id", f"{journey}template__calendar_id", "key",
    )  # fmt: skip
    return sorted(rows, key=lambda row: row[:2])


def _of_journey(
    rows: Sequence[tuple[Any, ...]],
    company: WorkCalendar,
    known: Mapping[int | None, WorkCalendar],
) -> _Way:
    """The milestones of a followed order as they stand."""
    prefix = key_of("")
    held = {row[-1].removeprefix(prefix) for row in rows}
    rows = list({row[0]: row for row in rows}.values())
    steps: list[_Step] = []
    started_on, calendar_id, other_id = clock.today(), None, None
    for row in rows:
        code, state, reached, said, revised = row[len(_FIELDS) : -4]
        started_on, calendar_id, other_id, _key = row[-4:]
        steps.append(
            replace(
                _Step(*row[: len(_FIELDS)]),
                state=STATES.index(state),
                reached=_ordinal(reached),
                given=_ordinal(said or revised),
                is_held=code in held,
            )
        )
    # A kind of journey without a calendar of its own has the company's.
    days = company if calendar_id is None or other_id is None else known[calendar_id]
    return _Way(steps, started_on, days)


def _of_template(order: Order, company: WorkCalendar) -> _Way | None:
    """By the milestones an order would have; None where no kind of journey is written down."""
    active = list(Template.objects.filter(is_active=True))
    if not active:
        return None
    template = Choice.of([order.pk], active).template_for(order)
    rows = TemplateStep.objects.filter(template=template).order_by("position")
    steps = [_confirmed(_Step(*row)) for row in rows.values_list(*_FIELDS)]
    days = company if template.calendar_id is None else calendar(template.calendar_id)
    return _Way(steps, clock.today(), days)


def _confirmed(step: _Step) -> _Step:
    """As it will stand when the order is confirmed today, be it a Sunday: that is done then."""
    if step.evidence != Evidence.ORDER_CONFIRMED:
        return step
    return replace(step, state=_DONE, reached=clock.today().toordinal())


def _approvals(ways: Mapping[int, _Way], *, is_asked: bool) -> dict[int, Approval]:
    """By order what is waited for, of those where anything is: all journeys in one pass."""
    cut = {pk: one.to_last_gate() for pk, one in ways.items()}
    cut = {pk: one for pk, one in cut.items() if one.steps}
    if not cut:
        return {}
    expected_on = expected_days(_snapshot(list(cut.values()), clock.today())).tolist()
    found, first = {}, 0
    for pk, one in cut.items():
        days = expected_on[first : first + len(one.steps)]
        first += len(one.steps)
        found[pk] = _approval(one, days, is_asked)
    return found


def _approval(way: _Way, expected_on: Sequence[int], is_asked: bool) -> Approval:
    last = max(way.gates, key=lambda place: (expected_on[place], place))
    after = _after_material(way.steps)
    names = (way.steps[last].name_en, way.steps[last].name_zh)
    on = dt.date.fromordinal(expected_on[last])
    return Approval(on, names, max(0, *(after[place] for place in way.gates), 0), is_asked)


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


def _snapshot(ways: Sequence[_Way], today: dt.date) -> Snapshot:
    """Journeys for the engine of milestones, material as if it were there."""
    calendars: dict[int, WorkCalendar] = {id(EVERY_DAY): EVERY_DAY}
    befores: list[tuple[int, int]] = []
    plain: list[tuple[int, ...]] = []
    firsts, before_first = [0], [0]
    for way in ways:
        begin = firsts[-1]
        calendars.setdefault(id(way.days), way.days)
        number = list(calendars).index(id(way.days))
        place = {one.position: begin + row for row, one in enumerate(way.steps)}
        for one in way.steps:
            befores += [(place[pos], lag) for pos, lag in _before(one)]
            before_first.append(len(befores))
            material = one.evidence in _MATERIAL
            plain.append(
                (0 if material else one.days, 0 if one.travel else number, one.state, one.reached,
                 0 if material else one.given)
            )  # fmt: skip
        firsts.append(begin + len(way.steps))
    duration, of_calendar, state, reached, given = (
        np.array(column, dtype=np.int64) for column in zip(*plain, strict=True)
    )
    before, lag = np.array(befores, dtype=np.int64).reshape(-1, 2).T
    first = np.array(firsts)
    return Snapshot(
        today=today.toordinal(),
        calendars=list(calendars.values()),
        first=first,
        started=np.array([way.started_on.toordinal() for way in ways]),
        target=np.full(len(ways), today.toordinal()),
        anchor=first[1:] - 1,
        before_first=np.array(before_first),
        before=before,
        lag=lag,
        duration=duration,
        calendar=of_calendar,
        state=state,
        reached=reached,
        given=given,
    )


def _ordinal(day: dt.date | None) -> int:
    return 0 if day is None else day.toordinal()
