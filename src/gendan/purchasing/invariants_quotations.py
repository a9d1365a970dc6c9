"""What must always be true of requests for quotation; each broken rule is told in a sentence."""

from django.db.models import Count, F, Q, Sum

from gendan.purchasing.models import (
    Invitation,
    QuotationAward,
    QuotationLine,
    RequestForQuotation,
)

MOST_TOLD = 20
States = RequestForQuotation.State


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 7 queries."""
    return [*_requests(), *_invitations(), *_awards()]


def _requests() -> list[str]:
    asked = Count("invitations", filter=~Q(invitations__state=Invitation.State.WITHDRAWN))
    alone = RequestForQuotation.objects.filter(state=States.SENT).annotate(asked=asked)
    undecided = RequestForQuotation.objects.filter(
        state=States.AWARDED, lines__awards=None
    ).exclude(lines__awards__isnull=False)
    unended = RequestForQuotation.objects.filter(
        state__in=(States.AWARDED, States.CANCELLED), ended_at=None
    )
    return [
        *(f"{one} is being quoted by nobody" for one in alone.filter(asked=0)[:MOST_TOLD]),
        *(f"{one} is awarded to nobody" for one in undecided.distinct()[:MOST_TOLD]),
        *(f"{one} has ended at no time" for one in unended[:MOST_TOLD]),
    ]


def _invitations() -> list[str]:
    """Whoever is asked has a link; whoever quoted has said when and what; a quote of nobody."""
    living = Invitation.objects.filter(rfq__state__in=(States.SENT, States.CLOSED))
    unsent = living.filter(Q(link=None) | Q(sent_at=None)).exclude(state=Invitation.State.WITHDRAWN)
    empty = Invitation.objects.filter(state=Invitation.State.SUBMITTED).filter(
        Q(answered_at=None) | Q(quoted=None)
    )
    strange = Invitation.objects.filter(~Q(quoted__line__rfq=F("rfq")), quoted__isnull=False)
    return [
        *(f"{one} has no link to quote by" for one in unsent[:MOST_TOLD]),
        *(f"{one} has quoted nothing, or at no time" for one in empty[:MOST_TOLD]),
        *(f"{one} quoted a line of another request" for one in strange[:MOST_TOLD]),
    ]


def _awards() -> list[str]:
    """Only who quoted is awarded, in a request that is; never more than was asked for in parts."""
    wrong = QuotationAward.objects.exclude(
        line__rfq__state=States.AWARDED,
        line__rfq=F("invitation__rfq"),
        invitation__state=Invitation.State.SUBMITTED,
    )
    over = QuotationLine.objects.annotate(
        given=Sum("awards__quantity"), parts=Count("awards")
    ).filter(parts__gt=1, given__gt=F("quantity"))
    return [
        *(f"{one} is awarded without a quote or a decision" for one in wrong[:MOST_TOLD]),
        *(f"more of {one} is awarded than was asked for" for one in over[:MOST_TOLD]),
    ]
