"""Reactions of the kernel itself: the nightly audit, old answers and logs."""

from gendan.kernel import journal
from gendan.kernel.events import AuditFoundProblems
from gendan.kernel.journal import DayStarted, listens
from gendan.kernel.models import Entry
from gendan.kernel.webhooks import relaying


@listens(DayStarted)
def audit_nightly(fact: DayStarted, entry: Entry) -> None:
    """Check all invariants once a day; what does not hold is recorded where managers look."""
    from gendan.kernel.audit import audit

    found = audit()
    if found:
        sentences = [f"{room}: {line}" for room, lines in found.items() for line in lines[:50]]
        journal.record(AuditFoundProblems(sentences=sentences), about="company")


@listens(DayStarted)
def forget_answers_nightly(fact: DayStarted, entry: Entry) -> None:
    """Answers kept for programs that ask twice are dropped after a week."""
    from gendan.kernel.idempotency import forget_old_answers

    forget_old_answers()


@listens(DayStarted)
def forget_deliveries_nightly(fact: DayStarted, entry: Entry) -> None:
    """The log of webhooks is kept for two months."""
    relaying.forget_old_deliveries()
