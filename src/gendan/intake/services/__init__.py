"""The verbs of the intake: take in, read, correct, accept or refuse; and what they refuse."""

from gendan.intake.services.correcting import NotAMatch, correct_draft, forget_learned
from gendan.intake.services.deciding import (
    accept_certain_drafts,
    accept_draft,
    is_certain,
    refuse_draft,
)
from gendan.intake.services.previewing import preview_draft
from gendan.intake.services.receiving import (
    CALL_FIELDS,
    add_incoming,
    finish_incoming,
    give_up_incoming,
    note_call,
    read_again,
    read_incoming,
    work_on_incoming,
)
from gendan.intake.services.refusals import (
    CameInAlready,
    DraftIsDoubtful,
    DraftIsIncomplete,
    NotAnOrder,
    NothingSaid,
    NotReadYet,
)

__all__ = [
    "CALL_FIELDS",
    "CameInAlready",
    "DraftIsDoubtful",
    "DraftIsIncomplete",
    "NotAMatch",
    "NotAnOrder",
    "NotReadYet",
    "NothingSaid",
    "accept_certain_drafts",
    "accept_draft",
    "add_incoming",
    "correct_draft",
    "finish_incoming",
    "forget_learned",
    "give_up_incoming",
    "is_certain",
    "note_call",
    "preview_draft",
    "read_again",
    "read_incoming",
    "refuse_draft",
    "work_on_incoming",
]
