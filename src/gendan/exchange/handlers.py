"""Reactions of the exchange: each morning, imports whose job was lost are taken up again."""

from gendan.exchange import jobs, services
from gendan.kernel.journal import DayStarted, listens
from gendan.kernel.models import Entry

__all__ = ["jobs", "resume"]  # importing the jobs registers them


@listens(DayStarted)
def resume(fact: DayStarted, entry: Entry) -> None:
    services.resume_imports()
