"""What other pages show of contracts: the order's papers, what is wrong, the panel on Today."""

from typing import Any

from gendan.contracts import queries
from gendan.contracts.credit_checks import Warned, presentation_deadline, warnings_of
from gendan.contracts.duty_checks import Broken, broken_duties
from gendan.contracts.models import LetterOfCredit, Paper, PaperKind, PaperState
from gendan.kernel.models import User
from gendan.orders.models import Order

TODAY_SHOWN = 6


def papers_tab(user: User, order: Order) -> dict[str, Any]:
    """Papers, terms and letters of credit of an order, for its Papers tab."""
    papers = list(queries.papers_of(order.pk, user)[:60])
    current = [
        one
        for one in papers
        if one.state in {PaperState.ISSUED, PaperState.SENT}
        or (one.state == PaperState.ACCEPTED and one.superseded_at is None)
    ]
    letters = list(queries.letters_of(order.pk))
    terms = queries.terms_for(order)
    return {
        "current_papers": [_with_order(one, order) for one in current],
        "earlier_papers": [_with_order(one, order) for one in papers if one not in current],
        "paper_kinds_to_issue": PaperKind.choices,
        "terms": terms,
        "letters": [LetterRow(one, order) for one in letters],
    }


def _with_order(paper: Paper, order: Order) -> Paper:
    paper.order = order
    return paper


class LetterRow:
    """A letter of credit beside an order, with the day its documents must be with the bank."""

    def __init__(self, letter: LetterOfCredit, order: Order) -> None:
        self.letter = letter
        shipped = letter.latest_shipment_on or order.forecast_on or order.promised_on
        self.deadline = presentation_deadline(letter, shipped) if shipped else letter.expires_on


def wrong_with(order: Order) -> dict[str, list[Warned] | list[Broken]]:
    """What stands beside every tab: 1 query for orders without anything agreed in writing."""
    if not queries.has_contract(order.pk):
        return {"credit_warnings": [], "broken": []}
    letters = list(queries.letters_of(order.pk))
    warned = [one for one in warnings_of(letters) if one.order in {None, order}]
    return {"credit_warnings": warned, "broken": broken_duties(order)}


def credit_warnings_for(user: User) -> list[Warned]:
    """What Today says of letters of credit to those who look after them."""
    if not user.may_do("save_letter_of_credit"):
        return []
    return warnings_of(queries.warned_letters(user))[:TODAY_SHOWN]
