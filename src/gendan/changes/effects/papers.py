"""What a change does to papers that the customer has, and to the duties agreed in them."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.changes.impact import Effect, Kind, Proposal, affects, hinders_undo
from gendan.contracts.models import ContractTerms, Paper, PaperState
from gendan.kernel import journal
from gendan.kernel.money import round_money


@affects(
    "papers",
    gettext_lazy("Proforma invoice and contract"),
    role="merchandiser",
    words={
        "void": gettext_lazy(
            "%(paper)s is not accepted yet and becomes void, with its link. Issue a new version."
        ),
        "accepted": gettext_lazy(
            "%(paper)s is accepted as it was. Issue a new version and have it accepted."
        ),
        "latest_shipment": gettext_lazy(
            "The contract allows shipment until that day at the latest; the promised date lies "
            "after it."
        ),
        "penalty": gettext_lazy(
            "A contract penalty of %(percent)s %% a day is agreed; from the %(days)s days later it "
            "would be at most the amount named, unless the customer agrees to the new date."
        ),
        "tolerance": gettext_lazy(
            "The quantity tolerance goes from +%(was_over)s / −%(was_short)s %% to +%(over)s / "
            "−%(short)s %%."
        ),
    },
)
def papers(proposal: Proposal) -> Iterable[Effect]:
    """Papers in the customer's hands, and agreed duties that the changed order would break."""
    found = []
    live = Paper.objects.filter(order=proposal.order_id, superseded_at=None).exclude(
        state=PaperState.VOID
    )
    for paper in live.order_by("pk"):
        is_accepted = paper.state == PaperState.ACCEPTED
        found.append(
            Effect(
                code="accepted" if is_accepted else "void",
                params={"paper": str(paper)},
                kind=Kind.ASK,
                about=journal.ref(paper),
            )
        )
    terms = ContractTerms.objects.filter(order=proposal.order_id).first()
    return [*found, *_tolerance(proposal), *(_duties(proposal, terms) if terms else ())]


def _duties(proposal: Proposal, terms: ContractTerms) -> Iterable[Effect]:
    was, now = proposal.day("promised_on")
    latest = terms.latest_shipment_on
    if latest and now and now > latest and was != now:
        yield Effect(code="latest_shipment", kind=Kind.ASK, was_on=latest, is_on=now)
    if terms.penalty_per_day and was and now and now > was:
        yield _penalty(proposal, terms, was, now)


def _penalty(proposal: Proposal, terms: ContractTerms, was: dt.date, now: dt.date) -> Effect:
    days = max((now - was).days - terms.penalty_grace_days, 0)
    percent = terms.penalty_per_day * days
    if terms.penalty_most:
        percent = min(percent, terms.penalty_most)
    total = Decimal(proposal.proposed["head"]["total"])
    return Effect(
        code="penalty",
        params={"percent": f"{terms.penalty_per_day.normalize():f}", "days": str((now - was).days)},
        kind=Kind.ASK,
        was_on=was,
        is_on=now,
        money=-round_money(total * percent / 100, proposal.currency),
        currency=proposal.currency,
    )


def _tolerance(proposal: Proposal) -> Iterable[Effect]:
    if proposal.changes_head("over_percent", "short_percent"):
        was, now = proposal.present["head"], proposal.proposed["head"]
        yield Effect(
            code="tolerance",
            params={
                "was_over": was["over_percent"],
                "was_short": was["short_percent"],
                "over": now["over_percent"],
                "short": now["short_percent"],
            },
        )


@hinders_undo("papers")
def accepted_since(change: Any) -> list[str]:
    """The customer has accepted a paper of the changed order."""
    paper = (
        Paper.objects.filter(
            order=change.order_id, state=PaperState.ACCEPTED, order_version__gte=change.version
        )
        .order_by("pk")
        .first()
    )
    if paper is None:
        return []
    return [_("The customer has accepted %(paper)s of the changed order.") % {"paper": str(paper)}]
