"""The readers by format: a new format is a new module under formats/ and one row here."""

from importlib import import_module

from .errors import UnreadableFile
from .formats.delimited import read_delimited
from .formats.edifact import read_edifact
from .formats.html import read_html
from .formats.mail import read_mail
from .formats.plain_text import read_plain_text
from .formats.spreadsheet import read_xls, read_xlsx
from .formats.x12 import read_x12
from .formats.xml import read_xml
from .limits import MAX_FILE_BYTES
from .parts import Part, Reader, Reading
from .sniffing import describe, sniff


def _later(module: str, name: str) -> Reader:
    """A reader whose libraries take long to load: they are loaded when a file needs them."""

    def read(reading: Reading) -> list[Part]:
        reader: Reader = getattr(import_module(f".formats.{module}", __package__), name)
        return reader(reading)

    return read


READERS: dict[str, Reader] = {
    "eml": read_mail,
    "xlsx": read_xlsx,
    "xls": read_xls,
    "csv": read_delimited,
    "html": read_html,
    "xml": read_xml,
    "edifact": read_edifact,
    "x12": read_x12,
    "image": _later("image", "read_image"),
    "text": read_plain_text,
    "pdf": _later("pdf", "read_pdf"),
    "docx": _later("docx", "read_docx"),
    "archive": _later("containers", "read_archive"),
    "tnef": _later("containers", "read_tnef"),
}


def open_parts(reading: Reading) -> list[Part]:
    """Sniff the file, read it with its reader and return its parts."""
    if len(reading.data) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // (1024 * 1024)
        raise UnreadableFile("too_large", f"The file is larger than {limit} MB.")
    if not reading.data.strip(b"\x00 \t\r\n"):
        raise UnreadableFile("empty", "The file is empty.")
    kind = sniff(reading.data, reading.filename)
    reader = READERS.get(kind)
    if reader is None:
        raise UnreadableFile("unsupported", f"There is no reader yet for {describe(kind)}.")
    return reader(reading)
