"""What a change does to the follow-up: the journey dated anew as it would be, nothing written."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.changes.impact import Effect, Kind, Proposal, affects, hinders_undo
from gendan.engine.milestones import OPEN, REACHED, Forecast, forecast_milestones
from gendan.followup.models import Evidence, Milestone
from gendan.followup.snapshot import Loaded, load
from gendan.kernel import clock

_MOST = 12
# What stands proved only as long as every line is covered.
_COVERED = (Evidence.MATERIAL_EXPECTED, Evidence.STOCK_RESERVED)
# Stages in which something was made or has left by the changed order.
_DONE_FOR_GOOD = ("production", "quality", "shipping")


@affects(
    "milestones",
    gettext_lazy("Milestones and forecast"),
    role="merchandiser",
    words={
        "forecast": gettext_lazy("The order is expected on another day."),
        "late": gettext_lazy(
            "The order would be %(days)s working days late against the new promise; “%(name)s” "
            "sets the date."
        ),
        "milestone_late": gettext_lazy(
            "“%(name)s” must be ready by the first day, and is expected on the second."
        ),
        "latest": gettext_lazy("“%(name)s” must be ready by another day."),
        "opens_again": gettext_lazy(
            "“%(name)s” was done for the lines as they were; it opens again until everything "
            "is covered."
        ),
        "sample": gettext_lazy(
            "“%(name)s” was reached with another specification or item. Ask the customer "
            "whether it still holds."
        ),
        "in_work": gettext_lazy(
            "“%(name)s” is done already: goods are being made by the order as it was."
        ),
        "deposit": gettext_lazy(
            "“%(name)s” was reached for the old total. Settle the difference with the customer."
        ),
    },
)
def milestones(proposal: Proposal) -> Iterable[Effect]:
    """Which milestones move, are late, open again or become questionable."""
    loaded = load([proposal.order_id], clock.today(), lock=False)
    if loaded is None:
        return []
    rows = {one.pk: one for one in Milestone.objects.filter(journey__order=proposal.order_id)}
    place = {int(pk): number for number, pk in enumerate(loaded.columns["id"])}
    before = forecast_milestones(loaded.snapshot)
    opened = _opened_again(proposal, rows)
    for one in opened:
        loaded.snapshot.state[place[one.pk]] = OPEN
        loaded.snapshot.reached[place[one.pk]] = 0
    _was, target = proposal.day("promised_on")
    if target is not None:
        loaded.snapshot.target[0] = target.toordinal()
    after = forecast_milestones(loaded.snapshot)
    return [
        *_of_order(rows, loaded, before, after),
        *(Effect(code="opens_again", params=_name(one), about=_ref(one)) for one in opened),
        *_moved(rows, loaded, before, after),
        *_questionable(proposal, rows),
    ]


def _name(one: Milestone) -> dict[str, str]:
    return {"name_zh": one.name_zh, "name_en": one.name_en}


def _ref(one: Milestone) -> str:
    return f"followup.milestone:{one.pk}"


def _opened_again(proposal: Proposal, rows: Mapping[int, Milestone]) -> list[Milestone]:
    """What facts had proved of lines that are other ones now, or more."""
    is_more = any(line.is_quantity > line.was_quantity for line in proposal.lines)
    is_unchecked = any(not line.is_dropped for line in proposal.lines)
    gone = (*(_COVERED if is_more else ()), *((Evidence.CHECKS_DONE,) if is_unchecked else ()))
    return [
        one
        for one in rows.values()
        if one.state == Milestone.State.REACHED and one.closed_by_fact_id and one.evidence in gone
    ]


def _of_order(
    rows: Mapping[int, Milestone], loaded: Loaded, before: Forecast, after: Forecast
) -> Iterable[Effect]:
    was, now = int(before.anchor_forecast[0]), int(after.anchor_forecast[0])
    days = -int(after.anchor_float[0])
    driver = int(after.driver[0])
    if days > 0 and driver >= 0:
        one = rows[int(loaded.columns["id"][driver])]
        yield Effect(
            code="late",
            params=_name(one) | {"days": str(days)},
            kind=Kind.ASK,
            about=_ref(one),
            was_on=dt.date.fromordinal(int(loaded.snapshot.target[0])),
            is_on=dt.date.fromordinal(now),
        )
    if was != now:
        yield Effect(
            code="forecast", was_on=dt.date.fromordinal(was), is_on=dt.date.fromordinal(now)
        )


def _moved(
    rows: Mapping[int, Milestone], loaded: Loaded, before: Forecast, after: Forecast
) -> Iterable[Effect]:
    """Open milestones that become late, then those with another latest day; the nearest first."""
    undone = loaded.snapshot.state < REACHED
    became_late = np.flatnonzero(undone & (after.float_days < 0) & (before.float_days >= 0))
    moved = np.flatnonzero(undone & (after.latest != before.latest) & (after.float_days >= 0))
    for place in became_late[:_MOST]:
        one = rows[int(loaded.columns["id"][place])]
        yield Effect(
            code="milestone_late",
            params=_name(one),
            kind=Kind.ASK,
            role=one.owner_role,
            about=_ref(one),
            was_on=dt.date.fromordinal(int(after.latest[place])),
            is_on=dt.date.fromordinal(int(after.forecast[place])),
        )
    for place in moved[:_MOST]:
        one = rows[int(loaded.columns["id"][place])]
        yield Effect(
            code="latest",
            params=_name(one),
            role=one.owner_role,
            about=_ref(one),
            was_on=dt.date.fromordinal(int(before.latest[place])),
            is_on=dt.date.fromordinal(int(after.latest[place])),
        )


def _questionable(proposal: Proposal, rows: Mapping[int, Milestone]) -> Iterable[Effect]:
    """Approved samples of another specification, goods in work, a deposit on another total."""
    reached = [one for one in rows.values() if one.state == Milestone.State.REACHED]
    lines = proposal.lines
    is_other = any(line.is_new or line.changes("specification_version") for line in lines)
    is_less_or_other = is_other or any(
        line.is_quantity < line.was_quantity or line.is_dropped for line in lines
    )
    for one in sorted(reached, key=lambda one: one.position):
        more: dict[str, Any] = {"about": _ref(one), "was_on": one.reached_on, "params": _name(one)}
        if is_other and one.stage == "samples":
            yield Effect(code="sample", kind=Kind.ASK, role=one.owner_role, **more)
        elif is_less_or_other and one.stage == "production":
            yield Effect(code="in_work", kind=Kind.IRREVERSIBLE, role="production", **more)
        elif one.code == "deposit" and proposal.changes_head("total", "currency"):
            yield Effect(code="deposit", kind=Kind.ASK, role="finance", **more)


@hinders_undo("milestones")
def made_since(change: Any) -> list[str]:
    """Something was made, inspected or sent by the changed order."""
    one = (
        Milestone.objects.filter(
            journey__order=change.order_id,
            state=Milestone.State.REACHED,
            stage__in=_DONE_FOR_GOOD,
            closed_at__gt=change.decided_at,
        )
        .order_by("position")
        .first()
    )
    if one is None:
        return []
    return [_("“%(milestone)s” was reached under the changed order.") % {"milestone": one.name}]
