"""The readers by format: a new format is a new module under formats/ and one row here."""

from importlib import import_module

from .errors import UnreadableFile
from .limits import MAX_FILE_BYTES
from .parts import Part, Reader, Reading
from .sniffing import describe, sniff


def _reader(module: str, name: str) -> Reader:
    """A reader that is loaded, with its libraries, when a file needs it: each costs its time."""

    def read(reading: Reading) -> list[Part]:
        reader: Reader = getattr(import_module(f".formats.{module}", __package__), name)
        return reader(reading)

    return read


READERS: dict[str, Reader] = {
    "eml": _reader("mail", "read_mail"),
    "xlsx": _reader("spreadsheet", "read_xlsx"),
    "xls": _reader("spreadsheet", "read_xls"),
    "csv": _reader("delimited", "read_delimited"),
    "html": _reader("html", "read_html"),
    "xml": _reader("xml", "read_xml"),
    "edifact": _reader("edifact", "read_edifact"),
    "x12": _reader("x12", "read_x12"),
    "image": _reader("image", "read_image"),
    "text": _reader("plain_text", "read_plain_text"),
    "pdf": _reader("pdf", "read_pdf"),
    "docx": _reader("docx", "read_docx"),
    "archive": _reader("containers", "read_archive"),
    "tnef": _reader("containers", "read_tnef"),
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
