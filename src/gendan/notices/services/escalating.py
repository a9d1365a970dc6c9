"""What nobody has read or done in time goes to a role that sees to it."""

from collections import defaultdict
from collections.abc import Sequence

from gendan.kernel import clock, journal
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.notices.events import NoticeEscalated
from gendan.notices.models import Notice
from gendan.notices.rules import Rule, rules

AT_ONCE = 500  # the rest follows in the next round, a moment later


@service
def escalate_due(*, by: User | None = None) -> int:
    """Record an escalation for each entry whose time is over; returns how many.

    The role's people hear of it by the rule of NoticeEscalated. Two workers at once escalate
    nothing twice: who comes second finds the rows taken.
    """
    now = clock.now()
    late = Notice.objects.filter(due_at__lte=now)
    rows = list(
        late.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk")[:AT_ONCE]
    )
    if not rows:
        return 0
    in_force = rules()
    by_entry: dict[int, list[Notice]] = defaultdict(list)
    for row in rows:
        row.due_at = None
        rule = in_force.get(row.fact)
        if (row.is_to_act or row.read_at is None) and rule is not None and rule.escalate_to:
            row.escalated_at = now
            by_entry[row.entry_id].append(row)
    Notice.objects.bulk_update(rows, ["due_at", "escalated_at"], batch_size=200)
    facts = [(_fact(group, in_force[group[0].fact]), _about(group)) for group in by_entry.values()]
    journal.record_many(facts)
    return len(facts)


def _fact(late: Sequence[Notice], rule: Rule) -> NoticeEscalated:
    first = late[0]
    return NoticeEscalated(
        entry_id=first.entry_id,
        fact=first.fact,
        user_ids=sorted(row.user_id for row in late),
        role=rule.escalate_to,
        hours=rule.escalate_hours or 0,
        is_to_act=any(row.is_to_act for row in late),
        order_id=first.order_id,
    )


def _about(late: Sequence[Notice]) -> list[str]:
    first = late[0]
    about = [f"kernel.entry:{first.entry_id}"]
    return [f"orders.order:{first.order_id}", *about] if first.order_id else about
