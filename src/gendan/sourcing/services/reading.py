"""Reasons as people type them: one line of readable text, or a refusal."""

from gendan.kernel.cleaners import Unusable, clean_line
from gendan.kernel.errors import Invalid

LONGEST_REASON = 500


def read_reason(text: str, message: str) -> str:
    """The reason, cut to what is kept; refused with `message` when there is none."""
    try:
        words = clean_line(text)[:LONGEST_REASON]
    except Unusable as wrong:
        raise Invalid(str(wrong), field="reason") from None
    if not words:
        raise Invalid(message, field="reason")
    return words
