"""The verbs of the contracts room, one file per family."""

from gendan.contracts.services.accepting import (
    accept_by_link,
    ask_change_by_link,
    record_acceptance,
    send_acceptance_record,
    send_paper_for_acceptance,
    withdraw_sending,
)
from gendan.contracts.services.voiding import void_papers, withdraw_paper

__all__ = [
    "accept_by_link",
    "ask_change_by_link",
    "record_acceptance",
    "send_acceptance_record",
    "send_paper_for_acceptance",
    "void_papers",
    "withdraw_paper",
    "withdraw_sending",
]
