"""Why a message could not be sent, in the reader's language: the senders write English rows."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# As kernel/mail.py writes them; what stands in brackets or is a number is kept.
_SENTENCES = (
    (
        r"No mail server is set up \((?P<detail>\w+)\)\.",
        gettext_noop("No mail server is set up (%(detail)s)."),
    ),
    (
        r"The mail server refuses the recipient \((?P<detail>[^)]*)\)\.",
        gettext_noop("The mail server refuses the recipient (%(detail)s)."),
    ),
    (
        r"The mail server does not accept our name and password\.",
        gettext_noop("The mail server does not accept our name and password."),
    ),
    (
        r"The mail server answers (?P<detail>\d+)\.",
        gettext_noop("The mail server answers %(detail)s."),
    ),
    (
        r"The mail server cannot be reached \((?P<detail>[^)]*)\)\.",
        gettext_noop("The mail server cannot be reached (%(detail)s)."),
    ),
)


def why_not_sent(said: str) -> str:
    """A sender's sentence in the reader's language; what others answered stays as it is."""
    for pattern, sentence in _SENTENCES:
        found = re.fullmatch(pattern, said)
        if found:
            return _(sentence) % found.groupdict()
    return said
