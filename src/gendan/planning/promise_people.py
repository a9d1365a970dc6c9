"""How many minutes the people of work centres can work on each day, for promises."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from gendan.planning.capacity import SCALE, Capacity
from gendan.planning.capacity_models import Crew
from gendan.planning.capacity_people import Presence

Group = tuple[int, str]  # department, skill


def people_minutes(capacity: Capacity) -> dict[int, dict[dt.date, int]]:
    """By work centre id and day of the capacity: the minutes its crew can run it.

    As in plans: people who serve several work centres are here divided among them as these could
    need them; a department that has nobody on file (with the skill) limits nothing; overtime, extra
    shifts and second lines bring their people with them, as minutes of machines without anybody
    would be none. 5 queries, 1 without crews.
    """
    groups: dict[Group, list[Crew]] = defaultdict(list)
    for crew in Crew.objects.filter(work_center__is_active=True).select_related("work_center"):
        groups[crew.department_id, crew.skill].append(crew)
    if not groups:
        return {}
    departments = {department_id for department_id, _skill in groups}
    there = Presence(departments, capacity.first, capacity.last)
    days = [capacity.day(number) for number in range(capacity.days)]
    more = capacity.more // SCALE
    found: dict[int, dict[dt.date, int]] = {}
    for (department_id, skill), crews in groups.items():
        people = there.people(department_id, skill)
        if not people.size:
            continue
        minutes = there.minutes(people)
        for centre_id, share in _shares(crews).items():
            can = (minutes * share).astype(int) + more[capacity.place[centre_id]]
            found[centre_id] = dict(zip(days, can.tolist(), strict=True))
    return found


def _shares(crews: Collection[Crew]) -> dict[int, float]:
    """For each work centre: how many of its minutes one minute of all these people is."""
    needs = {
        crew.work_center_id: float(crew.people) * crew.work_center.minutes_per_day for crew in crews
    }
    total = sum(needs.values())
    return {
        crew.work_center_id: needs[crew.work_center_id] / total / float(crew.people)
        for crew in crews
        if total
    }
