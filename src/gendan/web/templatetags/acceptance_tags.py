"""What became of a paper that was sent: {% acceptance_of paper as proof %}."""

from django import template

from gendan.contracts import acceptances
from gendan.contracts.models import Acceptance, Paper, PaperSending

register = template.Library()
SHOWN = 6


@register.simple_tag
def acceptance_of(paper: Paper) -> Acceptance | None:
    """The proof that it was accepted, if it was (1 query)."""
    return acceptances.acceptance_of(paper)


@register.simple_tag
def sendings_of(paper: Paper) -> list[PaperSending]:
    """To whom it was sent, the newest first (1 query)."""
    return list(acceptances.sendings_of(paper)[:SHOWN])
