"""How sequences of the shop floor read: why something is late, left out, or has moved."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gendan.kernel import clock
from gendan.planning.models import ShopSequence
from gendan.planning.shop_models import machine_label
from gendan.planning.shop_snapshot import machine_of

FAILURES: dict[str, Any] = {
    "nothing": gettext_lazy("There was nothing to sequence any more."),
    "crashed": gettext_lazy("The worker ended several times while it was being calculated."),
    "bug": gettext_lazy("Something went wrong that should not; it is written in the log."),
}
TABS = (
    ("shop", gettext_lazy("Machine schedule")),
    ("dispatch_list", gettext_lazy("Dispatch list")),
    ("setup_times", gettext_lazy("Set-up times")),
    ("gantt", gettext_lazy("Schedule")),
    ("capacity_changes", gettext_lazy("Overtime and stoppages")),
    ("crews", gettext_lazy("Crews")),
)


def late_words(row: Mapping[str, Any], codes: Mapping[int, str]) -> str:
    """Why a work order is late."""
    if row["reason"] == "time":
        return _("Even with all machines to itself it would be late: it began too late.")
    if row["reason"] == "material":
        day = dt.date.fromisoformat(row["what"])
        return _("Its material is there on %(day)s only.") % {"day": f"{day:%m-%d}"}
    if row["reason"] == "kept":
        return _("An operation of it is kept in its place by a planner.")
    center_id, number = machine_of(row["what"])
    machine = machine_label(codes.get(center_id, "?"), number)
    return _("It waits for %(machine)s, or the people there.") % {"machine": machine}


def problem_words(row: Mapping[str, Any], items: Mapping[int, str]) -> str:
    """Why a work order is not in the sequence, and what to do about it."""
    what = row["what"]
    sentences = {
        "no_steps": _("It has no operations: its item had no routing when it was made."),
        "no_operations": _("It has no operations: its item had no routing when it was made."),
        "no_material": _("Nobody knows when its material %(item)s comes."),
        "no_machines": _("%(what)s has no machines; say how many under Work centres."),
        "no_capacity": _("%(what)s has no capacity in these days."),
        "no_time": _(
            "%(what)s has no working time in which it fits, or not where it is to be kept."
        ),
        "too_few_people": _("%(what)s needs more people at a time than there are."),
        "unknown_skill": _("%(what)s needs people nobody has on file."),
        "calendar_too_short": _("It does not end within the days looked at."),
        "lock_in_the_way": _("At %(what)s it is kept at a time that is not free for it."),
    }
    found = sentences.get(row["code"], _("It cannot be sequenced (%(code)s)."))
    item = items.get(int(what), "?") if row["code"] == "no_material" else ""
    return found % {"what": what, "item": item, "code": row["code"]}


def place_words(place: Sequence[Any] | None, codes: Mapping[int, str]) -> str:
    """A machine and a moment, as it was or is now."""
    if place is None:
        return _("not in sequence")
    center_id, number, moment = place
    at = dt.datetime.fromisoformat(moment).astimezone(clock.zone())
    return f"{machine_label(codes.get(center_id, '?'), number)}, {at:%m-%d %H:%M}"


def duration(minutes: int) -> str:
    """Minutes as days, hours and minutes, the two largest."""
    days, rest = divmod(minutes, 24 * 60)
    hours, rest = divmod(rest, 60)
    if days:
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
    return _("%(minutes)s min") % {"minutes": rest}


def search_words(sequence: ShopSequence) -> str:
    """Whether it was searched for a better one, and why not, or why no further."""
    figures = sequence.figures
    if figures["is_optimal"]:
        return _("No sequence can be better by lateness and moves: it is proved.")
    if not figures["is_searched"] and not sequence.seconds:
        return _("Constructed by rules; no search was asked for (0 seconds).")
    if not figures["is_searched"]:
        return _(
            "Constructed by rules, not searched: the optimiser is not installed on this server. "
            "Whoever runs it installs requirements/optimise.txt."
        )
    if sequence.is_stop_asked:
        return _("The search was stopped before its time; a better sequence may exist.")
    return _("Searched for %(seconds)s seconds; with more time a better one may be found.") % {
        "seconds": sequence.seconds
    }


def best_words(sequence: ShopSequence) -> str:
    """What is best so far, while the search goes on."""
    if "late" not in sequence.best:
        return _("looking for a first sequence")
    if not sequence.best["late"]:
        return _("best so far: nothing is late")
    words = ngettext(
        "best so far: %(late)s work order late, %(hours)s hours altogether",
        "best so far: %(late)s work orders late, %(hours)s hours altogether",
        sequence.best["late"],
    )
    return words % {"late": sequence.best["late"], "hours": sequence.best["hours"]}
