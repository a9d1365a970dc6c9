"""What number formats of an XLSX add to a value: leading zeros of codes, signs of currencies."""

import io
import re
import zipfile
from dataclasses import dataclass, field

from lxml import etree

from ..errors import UnreadableFile
from .archives import column_number
from .safe_xml import parse_xml

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>")
_REF = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_STYLE = re.compile(rb'\bs="(\d{1,6})"')
_SIGN = re.compile(r"\[\$([^\]\-]{1,4})|([€£¥￥$])|\"([^\"]{1,6})\"")
_MONEY = re.compile(r"^(?:[A-Z]{0,2}[€£¥￥$]|[A-Z]{3})$")


@dataclass(frozen=True)
class CellFormats:
    """By sheet name and (row, column) counted from zero: "0000" or a sign, only where it "
    "matters."""

    sheets: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict)

    def of_sheet(self, name: str) -> dict[tuple[int, int], str]:
        """The telling formats of one sheet."""
        return self.sheets.get(name, {})


def _meaning(code: str) -> str | None:
    section = code.split(";")[0]
    if re.fullmatch(r"0{2,20}", section):
        return section
    for match in _SIGN.finditer(section):
        sign = next(group for group in match.groups() if group).strip()
        if _MONEY.match(sign):
            return sign
    return None


def _telling_styles(archive: zipfile.ZipFile) -> dict[int, str]:
    """Style index -> what its number format adds."""
    root = parse_xml(archive.read("xl/styles.xml"))
    codes: dict[str, str] = {}
    for entry in root.iter(f"{_MAIN}numFmt"):
        codes[entry.get("numFmtId", "")] = entry.get("formatCode", "")
    styles: dict[int, str] = {}
    formats = root.find(f"{_MAIN}cellXfs")
    for index, entry in enumerate(formats if formats is not None else []):
        meaning = _meaning(codes.get(entry.get("numFmtId", ""), ""))
        if meaning:
            styles[index] = meaning
    return styles


def _sheet_files(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> member of the archive."""
    targets = {
        entry.get("Id", ""): entry.get("Target", "")
        for entry in parse_xml(archive.read("xl/_rels/workbook.xml.rels"))
    }
    files = {}
    for sheet in parse_xml(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION, ""), "")
        if target:
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            files[sheet.get("name", "")] = path
    return files


def cell_formats(data: bytes) -> CellFormats:
    """The telling number formats of a workbook; none when its style sheet cannot be read."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            styles = _telling_styles(archive)
            if not styles:
                return CellFormats()
            for name, path in _sheet_files(archive).items():
                found[name] = _cells(archive.read(path), styles)
    except (KeyError, zipfile.BadZipFile, etree.XMLSyntaxError, ValueError, UnreadableFile):
        return CellFormats()
    return CellFormats(found)


def _cells(sheet: bytes, styles: dict[int, str]) -> dict[tuple[int, int], str]:
    cells: dict[tuple[int, int], str] = {}
    for match in _CELL.finditer(sheet):
        style = _STYLE.search(match.group(1))
        reference = _REF.search(match.group(1))
        if style and reference and (meaning := styles.get(int(style.group(1)))):
            place = (int(reference.group(2)) - 1, column_number(reference.group(1)) - 1)
            cells[place] = meaning
    return cells
