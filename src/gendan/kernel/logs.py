"""What the log may hold: addresses without the words in them that open something."""

import logging
import re

# Links without account, calendars, and where the mail about a password leads.
_OPENING = re.compile(r"(/(?:l|feeds|sign-in/password)/)[^\s/?\"']{12,}")


def without_secrets(text: str) -> str:
    """The text with every word behind which something opens left out."""
    return _OPENING.sub(r"\1…", text)


class WithoutSecrets(logging.Filter):
    """Takes the secret out of a record's message before any handler writes it; keeps the record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: the record stays, its words are cleaned."""
        said = record.getMessage()
        cleaned = without_secrets(said)
        if cleaned != said:
            record.msg, record.args = cleaned, ()
        return True
