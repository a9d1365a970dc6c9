"""XML files: finds the order documents in them by vocabulary (UBL, cXML), whatever wraps them."""

from lxml import etree

from ..limits import MAX_CELL_CHARACTERS, MAX_DOCUMENTS, MAX_ROWS
from ..pages import Cell, Page, Place, Row
from ..parts import Part, Reading
from ..results import OrderDocument, Source
from ..text import clean, words
from ..understanding.draft import Draft
from .cxml import CXML_KINDS, is_cxml, read_cxml_message
from .safe_xml import parse_xml_leniently
from .ubl import UBL_KINDS, read_ubl_document
from .xml_places import Places, local_name

_SECRET = ("sharedsecret", "password", "credentialmac", "digitalsignature")


def read_xml(reading: Reading) -> list[Part]:
    """All order documents of the file; a file of another kind is not an order."""
    root, damaged = parse_xml_leniently(reading.data)
    number = reading.numberer.next()
    page, places = _page(root, number, reading.filename)
    kind = "cxml" if is_cxml(root) else "ubl"
    wanted = CXML_KINDS if kind == "cxml" else UBL_KINDS
    found = [e for e in root.iter() if isinstance(e.tag, str) and local_name(e) in wanted]
    outer = [e for e in found if not any(a in found for a in e.iterancestors())]
    documents: list[OrderDocument] = []
    source = Source(reading.filename, kind if outer else "xml", "elements", reading.mail)
    for element in outer[:MAX_DOCUMENTS]:
        reader = read_cxml_message if kind == "cxml" else read_ubl_document
        draft = reader(element, places, source)
        _finish(draft, damaged)
        documents.append(draft.freeze())
    if not documents:
        draft = Draft(source, "not_an_order")
        if damaged:
            draft.doubt("doc_type", "the file is damaged or cut off")
        documents.append(draft.freeze())
    return [Part((page,), source, documents=tuple(documents))]


def _finish(draft: Draft, damaged: bool) -> None:
    if damaged:
        draft.doubt("doc_type", "the file is damaged or cut off")
        draft.doubt("lines", "the file is damaged or cut off: lines may be missing")
        for line in draft.lines[-1:]:
            for name in ("quantity", "unit_price", "line_amount"):
                line.doubt(name, "the file is damaged or cut off here")


def _page(root: etree._Element, number: int, title: str) -> tuple[Page, Places]:
    """The elements that hold text, as a table of path and value; secrets are blacked out."""
    rows: list[Row] = []
    places: dict[etree._Element, Place] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        text = clean((element.text or "").strip())[:MAX_CELL_CHARACTERS]
        notes = ", ".join(
            f"{local_name_of(str(key))}={value!s}"
            for key, value in element.attrib.items()
            if not _is_secret(str(key)) and local_name_of(str(key)) in _SHOWN_ATTRIBUTES
        )
        if (not text and not notes) or len(rows) >= MAX_ROWS:
            continue
        if any(_is_secret(local_name(e)) for e in (element, *element.iterancestors())):
            text, notes = "•••", ""
        depth = sum(1 for _ in element.iterancestors())
        index = len(rows) + 1
        name = "\u2003" * min(depth - 1, 8) + local_name(element)
        cells = [Cell(name, 1, 1.0, 1.9), Cell(clean(text), 2, 2.0, 2.9)]
        if notes:
            cells.append(Cell(clean(notes), 3, 3.0, 3.9))
        rows.append(Row(index, tuple(cells), f"{name} {text}", True))
        places[element] = Place(number, index, text, column=2)
    return Page(number, title, "table", tuple(rows)), Places(places)


_SHOWN_ATTRIBUTES = frozenset(
    words(
        """
        unitCode currencyID schemeID orderID orderDate type orderType quantity lineNumber
        confirmID identifier conversionFactor
        currency requestedDeliveryDate name domain operation shipmentID noticeDate
        shipmentDate deliveryDate receiptDate parentLineNumber
        """
    )
)


def local_name_of(key: str) -> str:
    """An attribute's name without its namespace."""
    return key.rsplit("}", 1)[-1]


def _is_secret(name: str) -> bool:
    return local_name_of(name).lower() in _SECRET
