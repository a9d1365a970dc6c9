"""The verbs of the changes room."""

from gendan.changes.services.acknowledging import acknowledge_change
from gendan.changes.services.asking import ask_change, propose_change, void_changes
from gendan.changes.services.deciding import (
    accept_change,
    reject_change,
    undo_change,
    what_hinders,
)
from gendan.changes.services.refusals import (
    CannotUndo,
    ChangeIsBlocked,
    ChangeIsPending,
    ChangeIsStale,
    NothingToAcknowledge,
)

__all__ = [
    "CannotUndo",
    "ChangeIsBlocked",
    "ChangeIsPending",
    "ChangeIsStale",
    "NothingToAcknowledge",
    "accept_change",
    "acknowledge_change",
    "ask_change",
    "propose_change",
    "reject_change",
    "undo_change",
    "void_changes",
    "what_hinders",
]
