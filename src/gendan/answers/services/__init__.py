"""The verbs of the answers: say what we accept, send it again, take it back; their refusals."""

from gendan.answers.services.answering import answer_order, answer_refused_draft
from gendan.answers.services.ending import check_answers, withdraw_answer
from gendan.answers.services.refusals import (
    CannotBeMailed,
    NothingToAnswer,
    NotReadyToAnswer,
    SameAnswer,
)
from gendan.answers.services.sending import resend_answer
from gendan.answers.written import CannotBeWritten

__all__ = [
    "CannotBeMailed",
    "CannotBeWritten",
    "NotReadyToAnswer",
    "NothingToAnswer",
    "SameAnswer",
    "answer_order",
    "answer_refused_draft",
    "check_answers",
    "resend_answer",
    "withdraw_answer",
]
