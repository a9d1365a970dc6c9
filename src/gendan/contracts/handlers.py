"""Reactions of the contracts room, each one line: call one of our own verbs."""

from gendan.contracts import services
from gendan.contracts.events import PaperAccepted
from gendan.kernel.journal import listens
from gendan.kernel.models import Entry


@listens(PaperAccepted)
def send_acceptance_record(fact: PaperAccepted, entry: Entry) -> None:
    """Both sides get the proof for their files."""
    services.send_acceptance_record(paper_id=fact.paper_id)
