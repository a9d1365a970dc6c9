"""PDF: the text layer where it can be believed, recognised characters where there is none."""

import re
from dataclasses import dataclass, field
from typing import Any

import pypdfium2

from ..errors import UnreadableFile
from ..limits import (
    MAX_PAGE_IMAGES,
    MAX_PAPER_CHARACTERS,
    MAX_PAPER_PAGES,
)
from ..pages import Page, PageImage
from ..parts import Part, Reading
from ..progress import tell
from ..results import Source
from .layout import page_of_words
from .pdf_drawings import Drawings, drawings_of
from .pdf_forms import Notes, filled_in
from .pdf_library import open_pdf
from .pdf_page import PaperPage
from .pdf_words import TextLayer, text_layer, upright_turn
from .running import without_running_rows

_FEW = 12
"""Characters a scanning program prints on a page without making it one with text."""


def read_pdf(reading: Reading) -> list[Part]:
    """All pages of the file as one part."""
    document = open_pdf(reading.data)
    try:
        return [_Opener(reading, document, earlier=reading.scans.begun).part()]
    except pypdfium2.PdfiumError as error:
        raise UnreadableFile("damaged", "The PDF is damaged and cannot be read.") from error
    finally:
        document.close()


@dataclass
class _Opener:
    """Reads one file page by page."""

    reading: Reading
    document: pypdfium2.PdfDocument
    earlier: int  # pages recognised in other files of the same mail or archive
    pages: list[Page] = field(default_factory=list)
    images: list[PageImage] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    methods: set[str] = field(default_factory=set)
    characters: int = 0
    is_beyond_scans: bool = False

    def part(self) -> Part:
        """The file's pages with what is to be said about them."""
        count = len(self.document)
        if b"%%EOF" not in self.reading.data[-4096:]:
            self.warn("the end of the file is missing: pages or values may be lacking")
        for index in range(min(count, MAX_PAPER_PAGES)):
            if self.characters > MAX_PAPER_CHARACTERS:
                self.warn(f"the file holds too much text: pages after {index} were not read")
                break
            self.read(index, count)
        if count > MAX_PAPER_PAGES:
            self.warn(f"the file has {count} pages: those after {MAX_PAPER_PAGES} were not read")
        if self.is_beyond_scans and not self.methods:
            from .image import too_many_scans

            raise too_many_scans()
        self.mention_attachments()
        method = " and ".join(sorted(self.methods, reverse=True)) or "text layer"
        source = Source(self.reading.filename, "pdf", method, self.reading.mail)
        pages = tuple(without_running_rows(self.pages))
        return Part(pages, source, warnings=tuple(self.warnings), images=tuple(self.images))

    def warn(self, why: str) -> None:
        """Remember what was not read, once, and not for ever."""
        if why not in self.warnings and len(self.warnings) < 12:
            self.warnings.append(why)

    def read(self, index: int, count: int) -> None:
        """One page; a damaged one becomes a warning."""
        number = self.reading.numberer.next()
        try:
            page = self.document[index]
        except pypdfium2.PdfiumError:
            self.warn(f"page {index + 1} is damaged and was not read")
            self.pages.append(self.blank(number))
            return
        try:
            paper = PaperPage(page)
            if not paper.is_bounded:
                self.warn(f"page {index + 1} has an impossible size and was not read")
                self.pages.append(self.blank(number))
                return
            text = page.get_textpage()
            turn = upright_turn(text, paper)
            if turn:
                paper = PaperPage(page, turn)
            self.pages.append(self.page_of(paper, text, number, index, count))
        except pypdfium2.PdfiumError:
            self.warn(f"page {index + 1} is damaged and was not read")
            self.pages.append(self.blank(number))
        finally:
            page.close()

    def blank(self, number: int) -> Page:
        """A page nothing could be read from."""
        return Page(number, self.reading.filename, "paper", (), 595.0, 842.0)

    def page_of(self, paper: PaperPage, text: Any, number: int, index: int, count: int) -> Page:
        """The page by its text layer, or by recognising its characters."""
        drawings = drawings_of(paper)
        layer = text_layer(text, paper, drawings)
        forms, notes = filled_in(self.document, paper)
        self.characters += layer.characters
        if drawings.is_cut or layer.is_cut:
            self.warn(f"page {index + 1} holds more than is read of one page")
        self.mention_notes(notes, index)
        if self.needs_recognition(paper, layer, drawings, index, has_forms=bool(forms)):
            return self.recognised(paper, number, index, count)
        words = [*layer.words, *forms]
        if words:
            self.methods.add("text layer")
        self.mention_hidden(layer, index)
        if self.reading.with_images and len(self.images) < MAX_PAGE_IMAGES:
            from .page_images import picture_of  # loaded only where pictures are asked for

            self.images.append(picture_of(paper, number))
        return page_of_words(
            words, number=number, title=self.reading.filename, width=paper.width,
            height=paper.height, rulings=drawings.rulings,
        )  # fmt: skip

    def needs_recognition(
        self,
        paper: PaperPage,
        layer: TextLayer,
        drawings: Drawings,
        index: int,
        *,
        has_forms: bool,
    ) -> bool:
        """Whether the page has no text layer one can believe: a scan, or letters without meaning.

        Text that nobody sees over a picture was guessed by the scanner: the picture counts.
        """
        seen = sum(len(word.text) for word in layer.words)
        hidden = sum(len(word.text) for word in layer.hidden)
        share = drawings.pictures_share(paper.width, paper.height)
        is_scan = share > 0.5 and seen < max(_FEW, 0.2 * hidden)
        is_scan = is_scan or (share > 0.8 and seen <= 4 * _FEW)
        is_drawn = seen == 0 and not has_forms and drawings.objects > 0
        is_garbled = seen > 0 and layer.unknown * 4 > seen
        if is_garbled:
            self.warn(f"the letters of page {index + 1} have no meaning in the file")
        if is_scan or is_drawn or is_garbled:
            return True
        if drawings.has_silent_picture(layer.words, paper.width * paper.height):
            self.warn(f"page {index + 1} holds a picture that was not read")
        return False

    def recognised(self, paper: PaperPage, number: int, index: int, count: int) -> Page:
        """The page as a picture whose characters are recognised, which takes seconds."""
        scans = self.reading.scans
        if scans.are_spent:
            self.is_beyond_scans = True
            self.warn(f"scanned pages from page {index + 1} on were not read: they are too many")
            return self.blank(number)
        from PIL import Image  # loaded only where a page has to be recognised

        from .image import page_of_scan
        from .ocr import read_scan
        from .page_images import picture

        scans.begin()
        tell(self.earlier + index + 1, self.earlier + count)
        pixels, dpi = paper.scan()
        scan = read_scan(pixels, dpi=(dpi, dpi))
        self.methods.add("OCR")
        if self.reading.with_images and len(self.images) < MAX_PAGE_IMAGES:
            self.images.append(picture(Image.fromarray(scan.picture), number))
        return page_of_scan(scan, number=number, title=self.reading.filename)

    def mention_hidden(self, layer: TextLayer, index: int) -> None:
        """Text nobody sees is not read, and said to be there."""
        hidden = [word for word in layer.hidden if re.search(r"\w", word.text)]
        if hidden:
            self.warn(f"page {index + 1} holds text that nobody can see: it was not read")
        if layer.turned > 200 and layer.turned * 4 > layer.characters:
            self.warn(f"page {index + 1} holds text that runs another way: it was not read")

    def mention_notes(self, notes: Notes, index: int) -> None:
        """Notes and crossings out that somebody added to the page."""
        for text in notes.texts[:4]:
            self.warn(f"a note was added to page {index + 1}: {text[:120]}")
        if notes.is_crossed_out:
            self.warn(f"something is crossed out on page {index + 1}")

    def mention_attachments(self) -> None:
        """Files inside the file are not opened, but they may hold the order."""
        for index in range(min(5, self.document.count_attachments())):
            try:
                name = self.document.get_attachment(index).get_name()
            except pypdfium2.PdfiumError:
                name = "without name"
            self.warn(f"the PDF carries a file that was not read: {name[:80]}")
