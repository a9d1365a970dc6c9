"""Rows read as one document, and what was found on them."""

from dataclasses import dataclass, field

from ..pages import Spot
from .context import Context
from .draft import DraftLine
from .headers import LineTable
from .keyvalues import Pair


@dataclass
class Block:
    """Rows that are read as one document, and what was found on them."""

    spots: list[Spot]
    context: Context
    tables: list[LineTable] = field(default_factory=list)
    lines: list[list[DraftLine]] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    free: list[int] = field(default_factory=list)
