"""The verbs of the intake: take in, read, correct, accept or refuse; and what they refuse."""

from gendan.intake.services.correcting import NotAMatch, correct_draft, forget_learned
from gendan.intake.services.deciding import (
    accept_certain_drafts,
    accept_draft,
    is_certain,
    refuse_draft,
)
from gendan.intake.services.merging import MERGEABLE, merge_draft
from gendan.intake.services.previewing import preview_draft
from gendan.intake.services.reading import (
    Reading,
    give_up_incoming,
    note_page_in_work,
    read_again,
    read_document_of,
    read_incoming,
)
from gendan.intake.services.receiving import CALL_FIELDS, add_incoming, note_call
from gendan.intake.services.refusals import (
    CameInAlready,
    CannotMerge,
    DraftIsDoubtful,
    DraftIsIncomplete,
    NotAnOrder,
    NothingSaid,
    NotReadYet,
    TakenBySomebody,
)
from gendan.intake.services.secrets import without_secrets
from gendan.intake.services.splitting import join_drafts, split_draft
from gendan.intake.services.working import (
    finish_incoming,
    hand_over_draft,
    put_incoming_aside,
    work_on_incoming,
)

__all__ = [
    "CALL_FIELDS",
    "MERGEABLE",
    "CameInAlready",
    "CannotMerge",
    "DraftIsDoubtful",
    "DraftIsIncomplete",
    "NotAMatch",
    "NotAnOrder",
    "NotReadYet",
    "NothingSaid",
    "Reading",
    "TakenBySomebody",
    "accept_certain_drafts",
    "accept_draft",
    "add_incoming",
    "correct_draft",
    "finish_incoming",
    "forget_learned",
    "give_up_incoming",
    "hand_over_draft",
    "is_certain",
    "join_drafts",
    "merge_draft",
    "note_call",
    "note_page_in_work",
    "preview_draft",
    "put_incoming_aside",
    "read_again",
    "read_document_of",
    "read_incoming",
    "refuse_draft",
    "split_draft",
    "without_secrets",
    "work_on_incoming",
]
