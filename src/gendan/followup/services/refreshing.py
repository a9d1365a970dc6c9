"""Looking at journeys again: what facts prove, what opens, and every date anew."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
import numpy.typing as npt
from django.db.models import F, OuterRef, Subquery

from gendan.engine.milestones import (
    OPEN,
    REACHED,
    TO_COME,
    Forecast,
    forecast_milestones,
    ready_milestones,
)
from gendan.engine.urgency import AT_RISK, Ranking, rank_journeys
from gendan.followup import evidence
from gendan.followup.events import (
    ForecastImproved,
    ForecastMoved,
    ForecastSlipped,
    JourneyChanged,
    JourneysDue,
    MilestoneFact,
    MilestoneReached,
    MilestoneReopened,
)
from gendan.followup.goods import orders_with_other_goods_days
from gendan.followup.models import GoodsBy, Health, Journey, Milestone
from gendan.followup.services import writing
from gendan.followup.services.gates import place_gates, release_gates
from gendan.followup.services.moves import wait_for_answers
from gendan.followup.services.refusals import about_fact, fact_of
from gendan.followup.snapshot import JourneyRow, Loaded, load
from gendan.kernel import clock, journal
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders import services as orders
from gendan.orders.models import Hold, Stage
from gendan.planning.models import PlanRun
from gendan.planning.services import ask_replan

# Above this many journeys a refresh of all is cut into jobs: none holds its locks for long.
MOST_AT_ONCE = 1000
# Orders that were confirmed longer ago are measured against what was planned on that day.
_NEW_DAYS = 7
_PRECISION = 1e-9


# Orders whose refresh waits for the end of a block of `refreshing_together`.
_together: ContextVar[set[int] | None] = ContextVar("refreshed_together", default=None)


@contextmanager
def refreshing_together() -> Iterator[None]:
    """Inside the block journeys are not dated anew one by one, but all at its end, and once.

    For many verbs in a row (the simulated world): a refresh of fifty orders costs little more
    than that of one.
    """
    waiting: set[int] = set()
    token = _together.set(waiting)
    try:
        yield
    finally:
        _together.reset(token)
    if waiting:
        refresh_journeys(order_ids=waiting)


@service
def refresh_journeys(
    *, order_ids: Collection[int] | None = None, by: User | None = None
) -> list[int]:
    """Bring the journeys of these orders (None: all open ones) up to date; returns their orders.

    Looks again at everything: the order's target and follower, what facts prove, which milestones
    open, all forecasts, latest dates and floats, urgency, the order's own forecast. Only what
    differs is written, one statement per table; the number of queries is the same for any number
    of orders.
    """
    return refresh(order_ids, by=by)


@service
def refresh_in_parts(*, by: User | None = None) -> int:
    """Look at all open journeys again, in jobs of at most MOST_AT_ONCE; returns their number."""
    ids = list(Journey.objects.filter(is_open=True).order_by("pk").values_list("pk", flat=True))
    parts = [ids[start : start + MOST_AT_ONCE] for start in range(0, len(ids), MOST_AT_ONCE)]
    journal.record_many(
        [(JourneysDue(first_id=part[0], last_id=part[-1]), "followup") for part in parts], by=by
    )
    return len(ids)


@service
def refresh_by_plan(*, by: User | None = None) -> list[int]:
    """Look again at the orders whose goods are made on another day than they count on."""
    changed = orders_with_other_goods_days()
    for start in range(0, len(changed), MOST_AT_ONCE):
        refresh(changed[start : start + MOST_AT_ONCE], by=by)
    _name_live_plan()
    return changed


@service
def plan_by_approvals(*, order_id: int, by: User | None = None) -> bool:
    """Have the company planned anew if production of an order waits for milestones of it."""
    holds = Hold.objects.filter(order=order_id, stage=Stage.PRODUCE, released_at=None)
    return holds.exists() and ask_replan()


def _name_live_plan() -> None:
    """Who counts on the same day as before does so by the live plan now: only its number differs.

    1 query, 2 if there is a live plan.
    """
    number = PlanRun.objects.filter(is_live=True).values_list("number", flat=True).first()
    if number is not None:
        rows = Journey.objects.filter(is_open=True, goods_by=GoodsBy.PLAN)
        rows.exclude(goods_ref=number).update(goods_ref=number)


@service
def refresh_part(*, first_id: int, last_id: int, by: User | None = None) -> list[int]:
    """Look again at the open journeys with ids from first to last."""
    rows = Journey.objects.filter(is_open=True, pk__range=(first_id, last_id))
    order_ids = list(rows.values_list("order_id", flat=True))
    return refresh(order_ids, by=by) if order_ids else []


def refresh(
    order_ids: Collection[int] | None, *, by: User | None = None, is_new: bool = False
) -> list[int]:
    """The work of refresh_journeys, inside a verb; new journeys tell of no slips."""
    together = _together.get()
    if together is not None and order_ids is not None and not is_new:
        together.update(order_ids)
        return []
    today, now = clock.today(), clock.now()
    loaded = load(None if order_ids is None else sorted(order_ids), today)
    if loaded is None:
        return []
    _follow_orders(loaded, by)
    _apply_evidence(loaded, now, by)
    _open_ready(loaded, now, by)
    result = forecast_milestones(loaded.snapshot)
    values = np.array([float(row.order_value) for row in loaded.journeys])
    ranking = rank_journeys(loaded.snapshot, result, values)
    writing.write_milestones(loaded.columns, result, ranking.urgency)
    _write_journeys(loaded, result, ranking, now)
    _plan_by_first_plan(loaded, today)
    _tell_orders(loaded, result, by, is_new=is_new)
    return [row.order_id for row in loaded.journeys]


def _follow_orders(loaded: Loaded, by: User | None) -> None:
    """An amended order has another target; another merchandiser follows all its milestones."""
    told = []
    for place, row in enumerate(loaded.journeys):
        target = row.order_promised_on
        if target is not None and target != row.target_on:
            loaded.snapshot.target[place] = target.toordinal()
            fact = JourneyChanged(
                order_id=row.order_id, was_target_on=str(row.target_on), target_on=str(target)
            )
            told.append((fact, evidence.order_ref(row.order_id)))
    journal.record_many(told, by=by)
    handed_over = [
        row.id for row in loaded.journeys if row.follower_id != row.order_merchandiser_id
    ]
    if handed_over:
        merchandiser = Journey.objects.filter(pk=OuterRef("journey")).values("order__merchandiser")
        Milestone.objects.filter(journey__in=handed_over).update(follower=Subquery(merchandiser))


def _apply_evidence(loaded: Loaded, now: dt.datetime, by: User | None) -> None:
    """Close what facts prove and open what they no longer do, in the tables and the snapshot."""
    found = evidence.differences([row.order_id for row in loaded.journeys])
    if not found:
        return
    order = np.argsort(loaded.columns["id"])
    ids = np.array([one.milestone_id for one in found])
    places = order[np.searchsorted(loaded.columns["id"], ids, sorter=order)]
    rows = Milestone.objects.select_related("journey").in_bulk([one.milestone_id for one in found])
    proved, gone = [], []
    told: list[MilestoneFact] = []
    for place, one in zip(places.tolist(), found, strict=True):
        milestone = rows[one.milestone_id]
        if one.proved_on is None or one.entry_id is None:
            gone.append(milestone)
            loaded.snapshot.state[place] = TO_COME
            told.append(MilestoneReopened(**fact_of(milestone), evidence=one.evidence))
            continue
        day = min(one.proved_on, clock.date_of(now))
        proved.append((milestone, day, one.entry_id))
        loaded.snapshot.state[place] = REACHED
        loaded.snapshot.reached[place] = day.toordinal()
        told.append(
            MilestoneReached(
                **fact_of(milestone),
                reached_on=str(day),
                planned_on=str(milestone.revised_on or milestone.planned_on),
                evidence=one.evidence,
            )
        )
    if proved:
        writing.reach_by_facts([(one.pk, day, entry) for one, day, entry in proved], now)
        release_gates([one for one, _day, _entry in proved], by=by)
    if gone:
        writing.reopen(gone, now, "")
        place_gates(gone, by=by)
    journal.record_many([(fact, about_fact(fact)) for fact in told], by=by)


def _open_ready(loaded: Loaded, now: dt.datetime, by: User | None) -> None:
    """Open what has everything before it done, and what was open before it counted as done."""
    snapshot = loaded.snapshot
    was_opened = (snapshot.state == TO_COME) & (loaded.columns["was_opened"] == 1)
    ready = np.flatnonzero(ready_milestones(snapshot) | was_opened)
    writing.open_milestones(loaded.columns["id"][ready], now)
    snapshot.state[ready] = OPEN
    if ready.size:
        wait_for_answers(loaded.columns["id"][ready].tolist(), by)


def _write_journeys(loaded: Loaded, result: Forecast, ranking: Ranking, now: dt.datetime) -> None:
    """The summaries that have changed: one statement."""
    rows = loaded.journeys
    health = health_codes(ranking.float_days, ranking.chance)
    moved = np.array([row.forecast_on.toordinal() for row in rows]) != result.anchor_forecast
    goods = _holding(loaded, result)
    planned = _planned(loaded)
    same = np.array(
        [
            row.float_days == ranking.float_days[place]
            and row.health == health[place]
            and row.impact_on.toordinal() == ranking.impact[place]
            and abs(row.chance_of_missing - ranking.chance[place]) < _PRECISION
            and abs(row.urgency - ranking.journey_urgency[place]) <= _PRECISION * abs(row.urgency)
            and row.value == row.order_value
            and row.target_on.toordinal() == loaded.snapshot.target[place]
            and row.follower_id == row.order_merchandiser_id
            and (row.goods_on, row.goods_by) == goods[place][:2]
            and (row.plan_on, row.plan_material_on) == planned[place]
            for place, row in enumerate(rows)
        ]
    )
    changed = np.flatnonzero(moved | ~same)
    chosen = [rows[place] for place in changed]
    writing.update_from(
        "followup_journey",
        np.array([row.id for row in chosen], dtype=np.int64),
        {
            "forecast_on": ("int", writing.DATE, result.anchor_forecast[changed]),
            "target_on": ("int", writing.DATE, loaded.snapshot.target[changed]),
            "float_days": ("int", writing.PLAIN, np.clip(ranking.float_days[changed], -9999, 9999)),
            "health": ("text", writing.PLAIN, health[changed]),
            "impact_on": ("int", writing.DATE, ranking.impact[changed]),
            "chance_of_missing": ("float8", writing.PLAIN, ranking.chance[changed]),
            "urgency": ("float8", writing.PLAIN, ranking.journey_urgency[changed]),
            "value": ("numeric", writing.PLAIN, [row.order_value for row in chosen]),
            "follower_id": (
                "bigint",
                writing.PLAIN,
                [row.order_merchandiser_id for row in chosen],
            ),
            "goods_on": ("date", writing.PLAIN, [goods[place][0] for place in changed]),
            "goods_by": ("text", writing.PLAIN, [_quoted(goods[place][1]) for place in changed]),
            "goods_ref": ("text", writing.PLAIN, [_quoted(goods[place][2]) for place in changed]),
            "plan_on": ("date", writing.PLAIN, [planned[place][0] for place in changed]),
            "plan_material_on": ("date", writing.PLAIN, [planned[place][1] for place in changed]),
            "moved_at": (
                "timestamptz",
                "COALESCE(v.{column}, t.{column})",
                [f'"{now.isoformat()}"' if moved[place] else None for place in changed],
            ),
        },
    )


def _plan_by_first_plan(loaded: Loaded, today: dt.date) -> None:
    """What the first plan with an order dates sooner is planned so: 1 query at most.

    On the day of its confirmation only the usual days of its kind of journey were known, and they
    may end after the promise: nobody would be chased in time, and nothing could slip.
    """
    earliest = today - dt.timedelta(days=_NEW_DAYS)
    ids = [
        loaded.journeys[place].id
        for place in loaded.planned
        if loaded.journeys[place].plan_on is None and loaded.journeys[place].started_on >= earliest
    ]
    if ids:
        undone = Milestone.objects.filter(journey__in=ids, state__in=("to_come", "open"))
        undone.filter(planned_on__gt=F("forecast_on")).update(planned_on=F("forecast_on"))


def _holding(loaded: Loaded, result: Forecast) -> list[tuple[dt.date | None, str, str]]:
    """By journey, the day of the goods its end of production waits for, if they set its day."""
    found: list[tuple[dt.date | None, str, str]] = [(None, "", "")] * len(loaded.journeys)
    for number, (place, one) in loaded.goods.items():
        if result.forecast[place] == one.on.toordinal():
            found[number] = (one.on, str(one.by), one.ref)
    return found


def _planned(loaded: Loaded) -> list[tuple[dt.date | None, dt.date | None]]:
    """By journey, when the live plan has its goods and their material."""
    found: list[tuple[dt.date | None, dt.date | None]] = [(None, None)] * len(loaded.journeys)
    for number, one in loaded.planned.items():
        found[number] = (one.ready_on, one.material_on)
    return found


def _quoted(text: str) -> str:
    """A text as an element of an array literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def health_codes(
    float_days: npt.NDArray[np.int64], chance: npt.NDArray[np.float64]
) -> npt.NDArray[np.str_]:
    """Late when there is less than nothing to spare, at risk when missing is likely enough."""
    return np.asarray(
        np.where(
            float_days < 0,
            Health.LATE.value,
            np.where(chance >= AT_RISK, Health.AT_RISK.value, Health.ON_TRACK.value),
        )
    )


def _tell_orders(loaded: Loaded, result: Forecast, by: User | None, *, is_new: bool) -> None:
    """The order's forecast follows, and who reads the journal learns what moved it."""
    days = [dt.date.fromordinal(day) for day in result.anchor_forecast.tolist()]
    forecasts = {
        row.order_id: day
        for row, day in zip(loaded.journeys, days, strict=True)
        if row.order_forecast_on != day
    }
    if forecasts:
        orders.record_forecast(forecasts=forecasts, by=by)
    if is_new:
        return
    moved = [
        place
        for place, (row, day) in enumerate(zip(loaded.journeys, days, strict=True))
        if row.forecast_on != day
    ]
    causes = _causes(loaded, result, moved)
    journal.record_many(
        [
            (
                _moved(loaded.journeys[place], days[place], causes.get(place)),
                evidence.order_ref(loaded.journeys[place].order_id),
            )
            for place in moved
        ],
        by=by,
    )


def _causes(
    loaded: Loaded, result: Forecast, places: Sequence[int]
) -> dict[int, tuple[int, str, str]]:
    """The milestone that sets each journey's date now: id and names."""
    drivers = {place: int(result.driver[place]) for place in places if result.driver[place] >= 0}
    ids = {place: int(loaded.columns["id"][driver]) for place, driver in drivers.items()}
    names = {
        pk: (pk, name_en, name_zh)
        for pk, name_en, name_zh in Milestone.objects.filter(pk__in=ids.values()).values_list(
            "pk", "name_en", "name_zh"
        )
    }
    return {place: names[pk] for place, pk in ids.items()}


def _moved(row: JourneyRow, day: dt.date, cause: tuple[int, str, str] | None) -> ForecastMoved:
    kind = ForecastSlipped if day > row.forecast_on else ForecastImproved
    milestone_id, name_en, name_zh = cause or (None, "", "")
    return kind(
        order_id=row.order_id,
        was_on=str(row.forecast_on),
        is_on=str(day),
        days=abs((day - row.forecast_on).days),
        milestone_id=milestone_id,
        name_en=name_en,
        name_zh=name_zh,
    )
