"""What must always be true of journeys, their milestones, the waiting ledger and the gates."""

from django.db import connection

from gendan.kernel import clock

MOST_NAMED = 20  # sentences per rule; more of the same tell nothing new

# Each rule: what is wrong, and a query of (order number, milestone code) where it is.
_RULES: dict[str, str] = {
    "an open milestone does not have exactly one open wait": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        LEFT JOIN followup_wait w ON w.milestone_id = m.id AND w.until IS NULL
        WHERE m.state = 'open'
        GROUP BY o.number, m.id HAVING count(w.id) <> 1
          OR min(w.party) <> m.waiting_for OR min(w.since) <> m.waiting_since""",
    "a milestone that is not open still waits": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        JOIN followup_wait w ON w.milestone_id = m.id AND w.until IS NULL
        WHERE m.state <> 'open'""",
    "a milestone is open although its order is no longer followed": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        WHERE NOT j.is_open AND m.state IN ('open', 'to_come')""",
    "the waits have a gap or overlap": """
        SELECT o.number, m.code FROM (
          SELECT milestone_id, since, lag(until) OVER (PARTITION BY milestone_id ORDER BY since, id)
            AS former, row_number() OVER (PARTITION BY milestone_id ORDER BY since, id) AS place
          FROM followup_wait) w
        JOIN followup_milestone m ON m.id = w.milestone_id
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        WHERE CASE WHEN place = 1 THEN w.since <> m.opened_at ELSE w.since <> w.former END""",
    "the days per party do not add up to the elapsed days": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        LEFT JOIN followup_wait w ON w.milestone_id = m.id
        WHERE m.opened_at IS NOT NULL AND (m.state = 'open' OR m.closed_at IS NOT NULL)
        GROUP BY o.number, m.id HAVING COALESCE(sum(COALESCE(w.until, %(now)s) - w.since),
          interval '0') <> COALESCE(m.closed_at, %(now)s) - m.opened_at""",
    "a done milestone has no day, or one to come": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        WHERE m.state = 'reached' AND (m.reached_on IS NULL OR m.closed_at IS NULL
          OR m.reached_on > %(today)s OR m.forecast_on <> m.reached_on)""",
    "a milestone is to come although everything before it is done": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        WHERE j.is_open AND m.state = 'to_come' AND NOT EXISTS (
          SELECT 1 FROM followup_milestone b WHERE b.journey_id = m.journey_id
            AND b.position = ANY(m.after) AND b.state IN ('to_come', 'open'))""",
    "a milestone follows one that its journey does not have": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        WHERE EXISTS (SELECT 1 FROM unnest(m.after) AS a(place) WHERE a.place >= m.position
          OR NOT EXISTS (SELECT 1 FROM followup_milestone b
            WHERE b.journey_id = m.journey_id AND b.position = a.place))""",
    "a milestone that is not done is expected in the past": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        WHERE j.is_open AND m.state IN ('to_come', 'open') AND m.forecast_on < %(refreshed)s""",
    "float and dates say different things": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        WHERE j.is_open AND m.state IN ('to_come', 'open')
          AND (m.float_days < 0) <> (m.forecast_on > m.latest_on)""",
    "the promised milestone is not done and not critical": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        WHERE j.is_open AND m.anchor <> '' AND m.anchor = j.target_anchor
          AND m.state IN ('to_come', 'open') AND NOT m.is_critical""",
    "a critical milestone leads to no critical one": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        JOIN followup_milestone t ON t.journey_id = j.id AND t.anchor <> ''
          AND t.anchor = j.target_anchor AND t.state IN ('to_come', 'open')
        WHERE j.is_open AND m.is_critical AND m.id <> t.id AND NOT EXISTS (
          SELECT 1 FROM followup_milestone f WHERE f.journey_id = m.journey_id
            AND m.position = ANY(f.after) AND (f.is_critical OR f.state = 'skipped'))""",
    "the journey's forecast is not that of its promised milestone": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        WHERE j.is_open AND m.anchor <> '' AND m.anchor = j.target_anchor
          AND m.forecast_on <> j.forecast_on""",
    "the journey's urgency is not that of its most urgent milestone": """
        SELECT o.number, '' FROM followup_journey j JOIN orders_order o ON o.id = j.order_id
        WHERE j.is_open AND abs(j.urgency - COALESCE((SELECT max(urgency) FROM followup_milestone m
          WHERE m.journey_id = j.id AND m.state = 'open'), 0)) > 1e-6 * (1 + abs(j.urgency))""",
    "a milestone has another follower than its journey": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        WHERE j.is_open AND m.follower_id IS DISTINCT FROM j.follower_id""",
    "a gate is open although its milestone is not done, and nobody overrode it": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        WHERE j.is_open AND m.gates <> '' AND m.state IN ('to_come', 'open') AND NOT EXISTS (
          SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.stage = m.gates
            AND h.key = 'milestone:' || m.code AND (h.released_at IS NULL OR h.is_override))""",
    "a gate is closed although its milestone is done": """
        SELECT o.number, m.code FROM followup_milestone m
        JOIN followup_journey j ON j.id = m.journey_id JOIN orders_order o ON o.id = j.order_id
        JOIN orders_hold h ON h.order_id = o.id AND h.key = 'milestone:' || m.code
          AND h.released_at IS NULL
        WHERE m.gates <> '' AND m.state IN ('reached', 'skipped')""",
    "a confirmed order that is followed has ended, or the reverse": """
        SELECT o.number, '' FROM followup_journey j JOIN orders_order o ON o.id = j.order_id
        WHERE j.is_open <> (o.state = 'confirmed') AND NOT %(is_pending)s""",
}


def check() -> list[str]:
    """A sentence for everything that does not hold.

    Ask when no reaction is waiting: what listeners have yet to do is not wrong. Forecasts are only
    as fresh as the last day that was begun.
    """
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) > 0 FROM procrastinate_jobs"
            " WHERE status IN ('todo', 'doing') AND task_name = 'react'"
        )
        is_pending = cursor.fetchone()[0]
        cursor.execute("SELECT max(data->>'day')::date FROM kernel_entry WHERE fact = 'DayStarted'")
        refreshed = cursor.fetchone()[0]
        values = {
            "now": clock.now(),
            "today": clock.today(),
            "refreshed": None if is_pending else refreshed,
            "is_pending": is_pending,
        }
        for wrong, query in _RULES.items():
            cursor.execute(f"{query} LIMIT {MOST_NAMED}", values)
            found += [f"{number} {code}: {wrong}".strip() for number, code in cursor.fetchall()]
    return found
