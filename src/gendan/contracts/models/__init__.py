"""Tables of the contracts room, by what they are for; everything is imported from here."""

from gendan.contracts.models.acceptance import Acceptance, PaperSending
from gendan.contracts.models.clauses import Clause, ClauseTopic
from gendan.contracts.models.credits import CreditOrder, CreditState, CreditWarning, LetterOfCredit
from gendan.contracts.models.papers import (
    LIVE,
    VOID_REASONS,
    Letterhead,
    Paper,
    PaperKind,
    PaperQuerySet,
    PaperState,
)
from gendan.contracts.models.terms import ContractTerms, DefaultTerms, Duties, Inspector

__all__ = [
    "LIVE",
    "VOID_REASONS",
    "Acceptance",
    "Clause",
    "ClauseTopic",
    "ContractTerms",
    "CreditOrder",
    "CreditState",
    "CreditWarning",
    "DefaultTerms",
    "Duties",
    "Inspector",
    "LetterOfCredit",
    "Letterhead",
    "Paper",
    "PaperKind",
    "PaperQuerySet",
    "PaperSending",
    "PaperState",
]
