"""Why a file for the customer's system cannot be written, in the reader's language.

The writer (gendan.engine.writing) explains it in English; what it says is listed here, so that it
is translated.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_  # noqa: N812 - the trade's usual name

from gendan.engine.writing.papers import Unwritable

SENTENCES = (
    N_("%(what)s “%(text)s” is longer than %(standard)s allows (%(longest)s)."),
    N_("A UBL document needs %(what)s."),
    N_("A number of the message is not finite."),
    N_("An EDIFACT message needs a sender and a receiver."),
    N_("An X12 message needs a sender and a receiver."),
    N_("The message contains every separator that X12 could use."),
)
# What %(what)s stands for.
THINGS = (
    N_("Our number"),
    N_("The GTIN"),
    N_("The address"),
    N_("The article number"),
    N_("The code"),
    N_("The currency"),
    N_("The line number"),
    N_("The lot"),
    N_("The number"),
    N_("The order number"),
    N_("The tracking number"),
    N_("a number"),
    N_("the order's number"),
)


def unwritable_words(problem: Unwritable) -> str:
    """The writer's sentence; one that is not listed is said as it is."""
    values = dict(problem.values)
    if values.get("what") in THINGS:
        values["what"] = _(str(values["what"]))
    return _(problem.sentence) % values
