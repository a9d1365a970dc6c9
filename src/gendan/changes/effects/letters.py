"""What a change does to letters of credit that pay the order."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy

from gendan.changes.impact import Effect, Kind, Proposal, affects
from gendan.contracts.models import CreditOrder, CreditState, LetterOfCredit
from gendan.kernel import journal


@affects(
    "credits",
    gettext_lazy("Letter of credit"),
    role="finance",
    words={
        "amount": gettext_lazy(
            "L/C %(number)s pays at most %(most)s %(currency)s; its orders would come to "
            "%(total)s. It must be amended."
        ),
        "currency": gettext_lazy(
            "L/C %(number)s is in %(currency)s, the order would be in another currency."
        ),
        "latest_shipment": gettext_lazy(
            "L/C %(number)s allows shipment until the first day named; the goods would be on "
            "board on the second. It must be amended."
        ),
        "expiry": gettext_lazy(
            "L/C %(number)s expires on the first day named, before the papers could be presented. "
            "It must be amended."
        ),
        "goods": gettext_lazy(
            "L/C %(number)s describes goods and quantities; compare them with the changed order."
        ),
        "partial": gettext_lazy(
            "L/C %(number)s allows no partial shipment; the lines would have different dates."
        ),
    },
)
def letters_of_credit(proposal: Proposal) -> Iterable[Effect]:
    """Amount, dates and goods of the open letters of credit that name the order."""
    letters = list(
        LetterOfCredit.objects.filter(
            state=CreditState.OPEN, order_links__order=proposal.order_id
        ).order_by("pk")
    )
    if not letters:
        return []
    others = dict(
        CreditOrder.objects.filter(letter__in=letters)
        .exclude(order=proposal.order_id)
        .values_list("letter")
        .annotate(Sum("order__total"))
    )
    return [
        effect
        for letter in letters
        for effect in _of_letter(proposal, letter, others.get(letter.pk) or Decimal(0))
    ]


def _of_letter(proposal: Proposal, letter: LetterOfCredit, others: Decimal) -> Iterable[Effect]:
    number = {"number": letter.number, "currency": letter.currency}
    about = journal.ref(letter)
    head = proposal.proposed["head"]
    if proposal.changes_head("currency") and head["currency"] != letter.currency:
        yield Effect(code="currency", params=number, kind=Kind.ASK, about=about)
    total = Decimal(head["total"]) + others
    most = letter.amount * (1 + letter.over_percent / 100)
    if proposal.changes_head("total") and total > most:
        yield Effect(
            code="amount",
            params=number | {"most": f"{most:,.2f}", "total": f"{total:,.2f}"},
            kind=Kind.ASK,
            about=about,
            money=total - most,
            currency=letter.currency,
        )
    yield from _dates(proposal, letter)
    if any(line.changes("quantity", "is_cancelled", "item") for line in proposal.lines):
        yield Effect(code="goods", params=number, kind=Kind.ASK, about=about)
    days = {line.promised_on for line in proposal.all_lines if not line.is_cancelled}
    if not letter.partial_allowed and len(days) > 1 and proposal.changes_head("ship_policy"):
        yield Effect(code="partial", params=number, kind=Kind.ASK, about=about)


def _dates(proposal: Proposal, letter: LetterOfCredit) -> Iterable[Effect]:
    """The promised date stands for shipment; where it is another one, the difference is small."""
    was, now = proposal.day("promised_on")
    if now is None or was == now:
        return
    params, about = {"number": letter.number}, journal.ref(letter)
    latest = letter.latest_shipment_on
    if latest and now > latest:
        yield Effect(
            code="latest_shipment",
            params=params,
            kind=Kind.ASK,
            about=about,
            was_on=latest,
            is_on=now,
        )
    elif now > letter.expires_on:
        yield Effect(
            code="expiry",
            params=params,
            kind=Kind.ASK,
            about=about,
            was_on=letter.expires_on,
            is_on=now,
        )
