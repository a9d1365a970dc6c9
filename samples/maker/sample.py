"""One made sample: bytes, how the file's name ends, and the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from .truth import Answer


@dataclass(frozen=True)
class Sample:
    """A document and what must be read from it."""

    suffix: str
    data: bytes
    answer: Answer


Make = Callable[[Random], Sample]


def only(doc_type: str, **rest: Any) -> Answer:
    """The answer for what is no order: only its kind is judged."""
    return {"doc_type": doc_type, **rest}
