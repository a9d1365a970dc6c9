"""How many minutes the people of work centres can work on each day, for promises."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping

from gendan.planning.capacity_models import CapacityChange, Crew
from gendan.planning.capacity_people import Presence

Group = tuple[int, str]  # department, skill


def people_minutes(
    minutes_per_day: Mapping[int, int], first: dt.date, last: dt.date
) -> dict[int, dict[dt.date, int]]:
    """By work centre id and worked day: the minutes its crew can run it, from first to last.

    `minutes_per_day`: by id, of the work centres that are asked for. People who serve several
    work centres are divided among them as these could need them. Work centres without a crew are
    left out. Overtime and extra shifts that are planned bring their people with them, as minutes
    of machines without anybody would be none. 6 queries, 1 without crews.
    """
    groups: dict[Group, list[Crew]] = defaultdict(list)
    for crew in Crew.objects.filter(work_center__is_active=True).select_related("work_center"):
        groups[crew.department_id, crew.skill].append(crew)
    wanted = {
        group: crews
        for group, crews in groups.items()
        if any(crew.work_center_id in minutes_per_day for crew in crews)
    }
    if not wanted:
        return {}
    there = Presence({department_id for department_id, _skill in wanted}, first, last)
    days = [first + dt.timedelta(days=number) for number in range(there.works.size)]
    found: dict[int, dict[dt.date, int]] = {}
    for (department_id, skill), crews in wanted.items():
        minutes = there.minutes(there.people(department_id, skill)).tolist()
        worked = [
            (day, there_are)
            for day, there_are, is_open in zip(days, minutes, there.works.tolist(), strict=True)
            if is_open
        ]
        for centre_id, share in _shares(crews, minutes_per_day.keys()).items():
            found[centre_id] = {day: int(there_are * share) for day, there_are in worked}
    _stay_longer(found, first, last)
    return found


def _stay_longer(found: dict[int, dict[dt.date, int]], first: dt.date, last: dt.date) -> None:
    """Add the minutes of overtime and extra shifts to those of the people."""
    rows = CapacityChange.objects.filter(
        work_center_id__in=found,
        kind__in=(CapacityChange.Kind.OVERTIME, CapacityChange.Kind.EXTRA_SHIFT),
        from_on__lte=last,
        until_on__gte=first,
    )
    for change in rows.order_by("pk"):
        days = found[change.work_center_id]
        begin, end = max(change.from_on, first), min(change.until_on, last)
        for number in range((end - begin).days + 1):
            day = begin + dt.timedelta(days=number)
            if day in days:
                days[day] += change.minutes


def _shares(crews: Collection[Crew], centre_ids: Collection[int]) -> dict[int, float]:
    """For each asked centre: how many of its minutes one minute of all these people is."""
    needs = {
        crew.work_center_id: float(crew.people) * crew.work_center.minutes_per_day for crew in crews
    }
    total = sum(needs.values())
    return {
        crew.work_center_id: needs[crew.work_center_id] / total / float(crew.people)
        for crew in crews
        if crew.work_center_id in centre_ids and total
    }
