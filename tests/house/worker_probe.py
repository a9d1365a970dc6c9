"""A listener for the worker test: it writes when it began, waits, and writes when it is done."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from gendan.kernel.journal import Fact, listens
from gendan.kernel.models import Entry


@dataclass(frozen=True, kw_only=True)
class ProbeWasSent(Fact):
    """A fact of this test."""

    seconds: float
    fails: bool = False


def note(word: str) -> None:
    with Path(os.environ["GENDAN_PROBE"]).open("a") as file:
        file.write(f"{word}\n")


@listens(ProbeWasSent)
def take_time(fact: ProbeWasSent, entry: Entry) -> None:
    note("began")
    if fact.fails:
        raise RuntimeError("this reaction always fails")
    time.sleep(fact.seconds)
    note("done")
