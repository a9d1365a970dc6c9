"""How capacity reads: how full a cell is, why an order is late, whether a goal fits."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gendan.planning.capacity_goals import Evaluated, is_near
from gendan.planning.capacity_load import Cell
from gendan.planning.capacity_schedule import (
    APPROVAL,
    CENTRE,
    DATED,
    MATERIAL,
    OVERLOADED,
    PAST,
    PEOPLE,
    SHORT,
    STUCK,
    TIME,
    Late,
)
from gendan.web import words

TABS = (
    ("planning", gettext_lazy("Plan")),
    ("capacity", gettext_lazy("Capacity")),
    ("gantt", gettext_lazy("Schedule")),
    ("capacity_changes", gettext_lazy("Overtime and stoppages")),
    ("crews", gettext_lazy("Crews")),
    ("production_goals", gettext_lazy("Production goals")),
)
# Level of a cell → (colour, icon, words): the colour is never the only sign.
LEVELS: dict[str, tuple[str, str, Any]] = {
    "none": ("todo", "circle-dashed", gettext_lazy("empty")),
    "free": ("done", "circle-dot", gettext_lazy("much room")),
    "fine": ("done", "check", gettext_lazy("fits")),
    "tight": ("risk", "alert-triangle", gettext_lazy("tight")),
    "over": ("late", "alert-octagon", gettext_lazy("too much")),
    "stuck": ("late", "hand-stop", gettext_lazy("without capacity")),
    "closed": ("off", "ban", gettext_lazy("shut down")),
    "rest": ("off", "calendar", gettext_lazy("days off")),
}
FULL = 97  # percent of a scheduled week from which on nothing to speak of is left


@dataclass(frozen=True)
class Square:
    """A cell of the heat map as it is drawn."""

    cell: Cell
    colour: str
    icon: str
    words: str
    title: str


def square_of(cell: Cell, more: str = "", *, is_planned: bool = False) -> Square:
    """A cell with its colour, its sign and its words; `more` is told on hover, too.

    `is_planned`: of the finite schedule, where nothing is too much: it is full, and what found no
    room is late.
    """
    colour, icon, level = LEVELS[cell.level]
    if is_planned and cell.percent is not None and cell.percent >= FULL:
        colour, icon, level = "risk", "alert-triangle", _("full")
    if cell.late:
        colour, icon = "late", "clock-exclamation"
        level = ngettext("%(count)s late", "%(count)s late", cell.late) % {"count": cell.late}
    title = _("%(load)s of %(capacity)s hours") % {
        "load": hours(cell.load),
        "capacity": hours(cell.capacity),
    }
    if cell.late:
        late = ngettext(
            "%(count)s order needed in this week is late because of it",
            "%(count)s orders needed in this week are late because of it",
            cell.late,
        )
        title += "; " + late % {"count": cell.late}
    if cell.behind:
        title += "; " + _("%(hours)s of them should have been done before today") % {
            "hours": hours(cell.behind)
        }
    return Square(cell, colour, icon, str(level), "; ".join(filter(None, (title, more))))


def hours(minutes: float) -> str:
    """Minutes as hours: 12.5, 1,200."""
    whole = round(minutes / 60, 1)
    return f"{whole:,.0f}" if whole == int(whole) else f"{whole:,.1f}"


def week_words(monday: dt.date) -> str:
    """The week as people name it: its ISO number."""
    return _("week %(number)s") % {"number": monday.isocalendar().week}


def late_words(late: Late) -> str:
    """What binds an order that is late or in danger, in a sentence."""
    if late.reason == DATED:
        return _("It keeps its own day, which is too late for what it serves now; move it.")
    if late.item:
        return _scheduled_words(late)
    values = {
        "center": late.where,
        "percent": late.percent,
        "week": week_words(late.week) if late.week else "",
        "day": words.short_day(late.maker.release_on),
        "ready": words.short_day(late.ready_on) if late.ready_on else "",
    }
    sentences: dict[str, str] = {
        STUCK: _("%(center)s has no capacity for it in the days ahead."),
        PAST: _("It should have begun on %(day)s; begun today it is ready on %(ready)s."),
        SHORT: _("Its operations take longer than there is time; begun today: %(ready)s."),
        MATERIAL: _("It waits for material: ready on %(ready)s."),
        OVERLOADED: _("%(center)s is loaded %(percent)s %% in %(week)s."),
    }
    return sentences[late.reason] % values


def _scheduled_words(late: Late) -> str:
    """What binds by the finite schedule."""
    values = {"center": late.where, "item": late.item}
    own: dict[str, str] = {
        CENTRE: _("%(center)s has no room for it earlier."),
        PEOPLE: _("%(center)s has too few people."),
        MATERIAL: _("It waits for material."),
        TIME: _("Its lead time is longer than there is time."),
        APPROVAL: _("It is not begun before it is approved."),
    }
    below: dict[str, str] = {
        CENTRE: _("%(center)s has no room for %(item)s earlier."),
        PEOPLE: _("%(item)s waits for %(center)s, which has too few people."),
        MATERIAL: _("It waits for %(item)s, which cannot be there earlier."),
        TIME: _("Making %(item)s takes longer than there is time."),
        APPROVAL: _("It waits for %(item)s, which is not begun before it is approved."),
    }
    return (own if late.is_own else below)[late.reason] % values


def goal_words(one: Evaluated) -> str:
    """The rough-cut check of a goal, in a sentence."""
    if not is_near(one.goal.starts_on):
        return _("So far from today nobody can say whether it fits; check the year.")
    if one.fits is None:
        return _("No item of it has a routing, so nobody can say whether it fits.")
    tightest = one.needs[0]
    values = {
        "center": tightest.center,
        "percent": tightest.percent,
        "needed": hours(tightest.needed),
        "capacity": hours(tightest.capacity),
    }
    if tightest.percent is None:
        return _("Does not fit: %(center)s has no capacity in this period.") % values
    if one.fits:
        return (
            _(
                "Fits: the tightest is %(center)s with %(needed)s of %(capacity)s hours "
                "(%(percent)s %%)."
            )
            % values
        )
    return (
        _(
            "Does not fit: %(center)s would need %(needed)s hours and has %(capacity)s "
            "(%(percent)s %%)."
        )
        % values
    )
