"""XML parsing that opens nothing else: no entities, no DTD, no network."""

import re

from lxml import etree

from ..errors import UnreadableFile
from ..limits import MAX_XML_DEPTH, MAX_XML_ELEMENTS
from ..text import decode

_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
# The parser compares each attribute of an element with all others.
_ENDLESS_TAG = re.compile(rb"<[^<>!?][^<>]{100000}")


def parse_xml(data: bytes) -> etree._Element:
    """The root element; raises UnreadableFile for entities and for what is no XML at all."""
    root, _ = parse_xml_leniently(data, is_lenient=False)
    return root


def parse_xml_leniently(data: bytes, *, is_lenient: bool = True) -> tuple[etree._Element, bool]:
    """The root element, and whether the file was damaged and only its beginning was read."""
    prolog, _ = decode(data[:200_000])
    if _ENTITY.search(prolog):
        raise UnreadableFile("xml_entities", "The XML file declares entities, which is refused.")
    if _ENDLESS_TAG.search(data):
        raise UnreadableFile("bomb", "An element of the XML file is larger than any of an order.")
    root: etree._Element | None
    try:
        root, damaged = etree.fromstring(data.strip(), _parser(recover=False)), False
    except (etree.XMLSyntaxError, ValueError) as error:
        raise_if_out_of_memory(error)
        if not is_lenient:
            raise UnreadableFile("damaged", "The XML file is damaged or cut off.") from error
        try:
            root, damaged = etree.fromstring(data.strip(), _parser(recover=True)), True
        except (etree.XMLSyntaxError, ValueError) as second:
            raise_if_out_of_memory(second)
            root = None
        if root is None:
            raise UnreadableFile("damaged", "The XML file is damaged or cut off.") from error
    _check(root)
    return root, damaged


def raise_if_out_of_memory(error: Exception) -> None:
    """The parser tells of lacking memory as of a mistake in the file, which it is not."""
    if not isinstance(error, etree.XMLSyntaxError):
        return
    code = error.code  # type: ignore[attr-defined]  # the stubs do not know it
    if code == etree.ErrorTypes.ERR_NO_MEMORY:
        raise MemoryError from error


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def _check(root: etree._Element) -> None:
    document_type = root.getroottree().docinfo.internalDTD
    if document_type is not None and list(getattr(document_type, "iterentities", tuple)()):
        raise UnreadableFile("xml_entities", "The XML file declares entities, which is refused.")
    count = 0
    stack = [(root, 1)]
    while stack:
        element, depth = stack.pop()
        count += 1
        if depth > MAX_XML_DEPTH or count > MAX_XML_ELEMENTS:
            raise UnreadableFile(
                "bomb", "The XML file is nested deeper or larger than an order is."
            )
        stack.extend((child, depth + 1) for child in element)
