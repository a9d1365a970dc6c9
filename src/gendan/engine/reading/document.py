"""Reads one file: sniff, take apart, understand, and settle what the parts say together."""

from dataclasses import dataclass

from .errors import UnreadableFile
from .hints import ReadingHints
from .limits import MAX_DOCUMENTS, MAX_FILE_BYTES
from .pages import Numberer, Page
from .parts import Part, Reading
from .registry import open_parts
from .results import Doubt, OrderDocument, ReadingResult
from .text import noticing


@dataclass(frozen=True)
class OpenedDocument:
    """A file taken apart: what costs time is done, and it can be understood more than once.

    oddities: what was left out of its texts and may change their meaning, told as doubts.
    """

    parts: tuple[Part, ...]
    oddities: tuple[str, ...] = ()

    def understood(self, hints: ReadingHints | None = None) -> ReadingResult:
        """All order documents of the file, with what is known about the sender."""
        known = hints or ReadingHints()
        try:
            results = [(part, _documents(part, known)) for part in self.parts]
        except RecursionError as error:
            raise UnreadableFile("bomb", "The file is nested deeper than any order is.") from error
        documents = [_warned(one, list(self.oddities)) for one in _settle(results)]
        pages = sorted((page for part in self.parts for page in part.pages), key=_number)
        images = tuple(image for part in self.parts for image in part.images)
        return ReadingResult(tuple(documents[:MAX_DOCUMENTS]), tuple(pages), images)


def open_document(
    data: bytes, *, filename: str, hints: ReadingHints | None = None, with_images: bool = False
) -> OpenedDocument:
    """Sniff the file and take it apart; raises UnreadableFile as read_document does."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1][:200]
    if len(data) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // (1024 * 1024)
        raise UnreadableFile("too_large", f"The file is larger than {limit} MB.")
    reading = Reading(
        data,
        name,
        hints or ReadingHints(),
        Numberer(),
        open_nested=open_parts,
        with_images=with_images,
    )
    try:
        with noticing() as oddities:
            parts = tuple(open_parts(reading))
        return OpenedDocument(parts, tuple(oddities))
    except RecursionError as error:
        raise UnreadableFile("bomb", "The file is nested deeper than any order is.") from error


def read_document(
    data: bytes, *, filename: str, hints: ReadingHints | None = None, with_images: bool = False
) -> ReadingResult:
    """All order documents in the file, with doubts, places and pages to look at.

    `with_images` draws pages of paper as pictures too. Raises UnreadableFile (with a stable `code`)
    for what cannot be opened at all: empty, encrypted, damaged, too large, a bomb, or of a format
    without a reader.
    """
    opened = open_document(data, filename=filename, hints=hints, with_images=with_images)
    return opened.understood(hints)


def _number(page: Page) -> int:
    return page.number


def _documents(part: Part, hints: ReadingHints) -> list[OrderDocument]:
    """The part's documents; pages that hold nothing give a document that is no order."""
    if part.documents is not None:
        return list(part.documents)
    # Who only names the package (pages that show readings) need not load all words of all trades.
    from .understanding.draft import Draft
    from .understanding.orders import understand

    drafts = understand(part, hints) or [Draft(part.source, "not_an_order")]
    for draft in drafts:
        for warning in part.warnings:
            draft.doubt("source", warning)
        if part.warnings and not draft.lines and draft.doc_type != "not_an_order":
            draft.doubt("lines", part.warnings[0])
    return [draft.freeze() for draft in drafts]


def _settle(results: list[tuple[Part, list[OrderDocument]]]) -> list[OrderDocument]:
    """What a letter says gives way to the orders attached to it; no-orders only if all are."""
    attached = [d for part, found in results if part.role != "body" for d in found]
    orders = [d for d in attached if d.doc_type != "not_an_order"]
    kept: list[OrderDocument] = []
    numbers = {d.order_number for d in orders if d.order_number}
    for part, found in results:
        for document in found:
            if document.doc_type == "not_an_order":
                continue
            if part.role == "body" and orders and _yields(document, numbers):
                continue
            kept.append(document)
    if kept:
        warnings = [w for part, _ in results if part.role == "body" for w in part.warnings]
        return [_warned(document, warnings) for document in kept]
    everything = [document for _, found in results for document in found]
    doubts = [doubt for document in everything for doubt in document.doubts]
    first = everything[0]
    return [_with_doubts(first, doubts)]


def _yields(document: OrderDocument, numbers: set[str]) -> bool:
    """Whether a body only introduces its attachments instead of ordering, changing, cancelling."""
    if document.doc_type in ("order_change", "order_cancellation"):
        return not document.order_number or document.order_number not in numbers
    return not document.lines or document.order_number in numbers


def _warned(document: OrderDocument, warnings: list[str]) -> OrderDocument:
    return _with_doubts(document, [*document.doubts, *(Doubt("source", w) for w in warnings)])


def _with_doubts(document: OrderDocument, doubts: list[Doubt]) -> OrderDocument:
    return OrderDocument(**{**vars(document), "doubts": tuple(dict.fromkeys(doubts))})
