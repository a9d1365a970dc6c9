"""What must always be true of the intake."""

from django.db.models import F, Q

from gendan.intake.models import Draft, Incoming


def check() -> list[str]:
    """Sentences about what does not hold; an empty list means that all is right."""
    wrong: list[str] = []
    accepted = Draft.objects.filter(state=Draft.State.ACCEPTED)
    for draft in accepted.filter(order__isnull=True):
        wrong.append(f"draft {draft.pk} is accepted but has no order")
    for draft in accepted.filter(order__isnull=False).exclude(order__customer=F("customer")):
        wrong.append(f"draft {draft.pk} and its order name different customers")
    with_order = (Draft.State.ACCEPTED, Draft.State.MERGED)
    for draft in Draft.objects.exclude(state__in=with_order).filter(order__isnull=False):
        wrong.append(f"draft {draft.pk} has an order but is neither accepted nor carried into one")
    for draft in Draft.objects.filter(state=Draft.State.MERGED, order__isnull=True):
        wrong.append(f"draft {draft.pk} is carried into an order but names none")
    for draft in Draft.objects.filter(state=Draft.State.REFUSED, refusal=""):
        wrong.append(f"draft {draft.pk} is refused without a reason")
    done = Incoming.objects.filter(state=Incoming.State.DONE)
    for incoming in done.filter(drafts__state=Draft.State.OPEN).distinct():
        wrong.append(f"{incoming.number} is done although a draft is open")
    read = Incoming.objects.filter(state__in=[Incoming.State.READ, Incoming.State.UNREADABLE])
    for incoming in read.exclude(drafts__state=Draft.State.OPEN):
        wrong.append(f"{incoming.number} waits although nothing of it is open")
    odd_problem = Q(state=Incoming.State.READ) & ~Q(problem="")
    for incoming in Incoming.objects.filter(odd_problem):
        wrong.append(f"{incoming.number} is read but says that it cannot be")
    for draft in Draft.objects.filter(state=Draft.State.OPEN).only("pk", "data", "matches"):
        lines, matches = draft.data.get("lines") or [], draft.matches.get("lines") or []
        if matches and len(lines) != len(matches):
            wrong.append(f"draft {draft.pk} has {len(lines)} lines and {len(matches)} matches")
    return wrong
