"""The verbs of the contracts room, one file per family."""

from gendan.contracts.services.accepting import (
    accept_by_link,
    ask_change_by_link,
    record_acceptance,
    send_acceptance_record,
    send_paper_for_acceptance,
    withdraw_sending,
)
from gendan.contracts.services.clauses import (
    ClauseRow,
    install_clauses,
    retire_clause,
    save_clauses,
)
from gendan.contracts.services.credits import (
    CreditData,
    amend_letter_of_credit,
    close_letter_of_credit,
    save_letter_of_credit,
    warn_of_letters,
)
from gendan.contracts.services.issuing import issue_paper
from gendan.contracts.services.letterheads import LetterheadData, save_letterhead
from gendan.contracts.services.terms import TermsData, save_default_terms, save_terms
from gendan.contracts.services.voiding import void_papers, withdraw_paper

__all__ = [
    "ClauseRow",
    "CreditData",
    "LetterheadData",
    "TermsData",
    "accept_by_link",
    "amend_letter_of_credit",
    "ask_change_by_link",
    "close_letter_of_credit",
    "install_clauses",
    "issue_paper",
    "record_acceptance",
    "retire_clause",
    "save_clauses",
    "save_default_terms",
    "save_letter_of_credit",
    "save_letterhead",
    "save_terms",
    "send_acceptance_record",
    "send_paper_for_acceptance",
    "void_papers",
    "warn_of_letters",
    "withdraw_paper",
    "withdraw_sending",
]
