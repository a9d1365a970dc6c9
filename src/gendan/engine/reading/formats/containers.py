"""Files that only wrap others, ZIP archives and Outlook's winmail.dat: each file by its reader."""

import io
import struct
import zipfile
import zlib

from ..errors import UnreadableFile
from ..limits import MAX_FILE_BYTES, MAX_PACKED_DEPTH, MAX_PACKED_FILES
from ..parts import Part, Reading
from ..results import Source
from .archives import check_archive

_ATTACHMENT_BEGINS = 0x00069002
_ATTACHMENT_NAME = 0x00018010
_ATTACHMENT_DATA = 0x0006800F
_HEAD = struct.Struct("<BII")
_CHECKSUM_BYTES = 2

Member = tuple[str, bytes]


def read_archive(reading: Reading) -> list[Part]:
    """The orders packed into a ZIP; other packers are told, not tried."""
    if not zipfile.is_zipfile(io.BytesIO(reading.data)):
        raise UnreadableFile("unsupported", "There is no reader for archives other than ZIP.")
    check_archive(reading.data)
    members: list[Member] = []
    warnings: list[str] = []
    with zipfile.ZipFile(io.BytesIO(reading.data)) as archive:
        for member in archive.infolist():
            name = member.filename.rsplit("/", 1)[-1]
            if not name or name.startswith(".") or member.filename.startswith("__MACOSX/"):
                continue
            if member.file_size > MAX_FILE_BYTES:
                warnings.append(f"attachment {name} was not read: it is too large")
                continue
            if len(members) == MAX_PACKED_FILES:
                warnings.append(f"only the first {MAX_PACKED_FILES} files of the archive were read")
                break
            try:
                members.append((name, archive.read(member)))
            except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError):
                warnings.append(f"attachment {name} was not read: it is damaged")
    return _opened(reading, members, warnings)


def read_tnef(reading: Reading) -> list[Part]:
    """What Outlook packed into winmail.dat instead of attaching it."""
    return _opened(reading, _tnef_members(reading.data), [])


def _tnef_members(data: bytes) -> list[Member]:
    """Attached files in their order; a file that is cut off gives those before the cut."""
    members: list[Member] = []
    at, name = 6, ""
    while at + _HEAD.size <= len(data) and len(members) < MAX_PACKED_FILES:
        _level, kind, length = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        value = data[at : at + length]
        if len(value) < length:
            break
        at += length + _CHECKSUM_BYTES
        if kind == _ATTACHMENT_BEGINS:
            name = ""
        elif kind == _ATTACHMENT_NAME:
            name = value.split(b"\0", 1)[0].decode("utf-8", "replace")[:120]
        elif kind == _ATTACHMENT_DATA and value:
            members.append((name or "attachment", value))
        if kind == _ATTACHMENT_NAME and members and members[-1][0] == "attachment":
            members[-1] = (name, members[-1][1])  # some writers put the name after the data
    return members


def _opened(reading: Reading, members: list[Member], warnings: list[str]) -> list[Part]:
    """Every member by its own reader; what cannot be read is told, as of a mail's attachments."""
    if reading.open_nested is None or reading.depth >= MAX_PACKED_DEPTH:
        raise UnreadableFile("bomb", "The file is packed into itself deeper than any order is.")
    parts: list[Part] = []
    for name, data in members:
        try:
            parts.extend(reading.open_nested(reading.inside(data, name, reading.mail)))
        except UnreadableFile as refusal:
            warnings.append(f"attachment {name} was not read: {refusal.message}")
    if warnings or not parts:
        told = tuple(warnings) or ("the file holds no other files",)
        source = Source(reading.filename, "archive", "packed files", reading.mail)
        parts.insert(0, Part((), source, warnings=told, role="body"))
    return parts
