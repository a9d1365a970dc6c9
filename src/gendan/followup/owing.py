"""Who is waiting for us: outside parties whose next step follows something of ours that is late."""

from collections.abc import Collection

from django.db import connection

from gendan.followup.models import OUTSIDE_PARTIES, Milestone
from gendan.kernel import clock

_OWED = """
SELECT DISTINCT ON (s.journey_id, s.waits_for) s.journey_id, s.waits_for, m.id
FROM followup_milestone m
JOIN followup_milestone s ON s.journey_id = m.journey_id AND m.position = ANY(s.after)
WHERE m.journey_id = ANY(%(journeys)s) AND m.state = 'open' AND s.state = 'to_come'
  AND m.waiting_for <> ALL(%(outside)s) AND s.waits_for = ANY(%(outside)s)
  AND COALESCE(m.revised_on, m.planned_on) < %(today)s
ORDER BY s.journey_id, s.waits_for, COALESCE(m.revised_on, m.planned_on), m.id
"""


def owed_to(pairs: Collection[tuple[int, str]]) -> dict[tuple[int, str], Milestone]:
    """Of (journey id, party) those that wait for us, and for what: 2 queries at most.

    A party waits for us when an open step is a department's of ours, its agreed day has passed, and
    the party's own next step comes directly after it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _OWED,
            {
                "journeys": sorted({journey_id for journey_id, _party in pairs}),
                "outside": [party.value for party in OUTSIDE_PARTIES],
                "today": clock.today(),
            },
        )
        found = {(journey_id, party): pk for journey_id, party, pk in cursor.fetchall()}
    wanted = {pair: pk for pair, pk in found.items() if pair in set(pairs)}
    milestones = Milestone.objects.in_bulk(set(wanted.values())) if wanted else {}
    return {pair: milestones[pk] for pair, pk in wanted.items()}
