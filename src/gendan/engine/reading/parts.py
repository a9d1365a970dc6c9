"""What a reader hands over: parts of a file, either pages still to be understood or orders."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from .hints import ReadingHints
from .limits import MAX_SCANNED_PAGES
from .pages import Numberer, Page, PageImage
from .results import OrderDocument, Source


@dataclass(frozen=True)
class Part:
    """A piece of a file that can hold orders of its own (a mail body, an attachment, a workbook).

    documents: given by formats that state their meaning (UBL, cXML); the pages are then only for
    looking at. warnings: what could not be read, told as doubts of the documents.
    opening: the subject of a mail, which may name the order. role: "body" for the text of a mail,
    whose own orders yield to those attached. quoted_from: the row of a mail's text from which on it
    only repeats an earlier message (marked by ">"); 0 where it does not.
    """

    pages: tuple[Page, ...]
    source: Source
    documents: tuple[OrderDocument, ...] | None = None
    warnings: tuple[str, ...] = ()
    opening: str = ""
    role: str = "file"
    sender: str = ""
    sheets_apart: bool = False
    images: tuple[PageImage, ...] = ()
    quoted_from: int = 0


@dataclass
class Scans:
    """The pages whose characters are recognised: counted over a file and all that is in it."""

    begun: int = 0

    @property
    def are_spent(self) -> bool:
        """Whether no further page is recognised."""
        return self.begun >= MAX_SCANNED_PAGES

    def begin(self) -> None:
        """One page more."""
        self.begun += 1


@dataclass(frozen=True)
class Reading:
    """What is passed down to a reader: the file, what is known, and the shared page numbers.

    with_images: pages of paper are also drawn as pictures, for showing them. scans: one count for
    the file and everything in it, so that a mail of a hundred pictures costs no more than a fax.
    """

    data: bytes
    filename: str
    hints: ReadingHints
    numberer: Numberer
    depth: int = 0
    mail: dict[str, str] = field(default_factory=dict)
    open_nested: Callable[["Reading"], list[Part]] | None = None
    with_images: bool = False
    scans: Scans = field(default_factory=Scans)

    def inside(self, data: bytes, filename: str, mail: dict[str, str]) -> "Reading":
        """The reading of a file inside this one, which shares its counts."""
        return replace(self, data=data, filename=filename, depth=self.depth + 1, mail=mail)


class Reader(Protocol):
    """Turns the bytes of one format into parts; raises UnreadableFile when it cannot."""

    def __call__(self, reading: Reading) -> list[Part]:
        """Read one file."""
        ...
