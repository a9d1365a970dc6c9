"""What must always be true of notices."""

from django.db.models import F, Q

from gendan.notices.models import Notice

MOST_NAMED = 20


def check() -> list[str]:
    """Sentences about what does not hold; none is good."""
    rules = {
        "was read before it was told": Q(read_at__lt=F("at")),
        "was acted on before it was told": Q(acted_at__lt=F("at")),
        "was acted on without saying how": Q(acted_at__isnull=False, acted_how=""),
        "is part of a line that is part of another": Q(head__head__isnull=False),
        "is part of somebody else's line": Q(head__isnull=False) & ~Q(head__user=F("user")),
        "is done and still to be escalated": Q(due_at__isnull=False)
        & (Q(must_act=True, acted_at__isnull=False) | Q(must_act=False, read_at__isnull=False)),
        "names another fact than its entry": ~Q(fact=F("entry__fact")),
    }
    found: list[str] = []
    for words, wrong in rules.items():
        for row in Notice.objects.filter(wrong).order_by("pk")[:MOST_NAMED]:
            found.append(f"notice {row.pk} ({row}) {words}")
    return found
