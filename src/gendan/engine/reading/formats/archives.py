"""Looks into ZIP containers without trusting them: sizes are counted while unpacking."""

import io
import re
import zipfile
import zlib

from ..errors import UnreadableFile
from ..limits import (
    MAX_GRID_CELLS,
    MAX_UNPACK_RATIO,
    MAX_UNPACKED_BYTES,
    MAX_ZIP_MEMBERS,
    RATIO_MATTERS_ABOVE_BYTES,
)

_CHUNK = 1 << 20
_REFERENCE = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_BOMB = UnreadableFile("bomb", "The file unpacks to far more data than an order holds.")


def check_archive(data: bytes, *, most_cells: int = MAX_GRID_CELLS) -> None:
    """Refuse bombs, encrypted and damaged archives before a parser sees them.

    `most_cells` is the height times the width of one sheet.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_ZIP_MEMBERS:
                raise _BOMB
            if any(member.flag_bits & 1 for member in members):
                raise UnreadableFile("encrypted", "The file is protected by a password.")
            if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
                raise _BOMB
            room = MAX_UNPACKED_BYTES
            for member in members:
                room -= _check_member(archive, member, room, most_cells)
    except UnreadableFile:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise UnreadableFile("damaged", "The file is damaged or cut off.") from error
    except (RuntimeError, ValueError, OverflowError) as error:
        raise UnreadableFile("damaged", "The file is damaged or cut off.") from error


def _check_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int, most_cells: int
) -> int:
    """Unpack one member in pieces, counting; sheets must not span an absurd area."""
    is_sheet = "worksheets/" in member.filename and member.filename.endswith(".xml")
    size, tail = 0, b""
    last_column = last_row = 0
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            packed = max(1, member.compress_size)
            if size > room or (
                size > RATIO_MATTERS_ABOVE_BYTES and size / packed > MAX_UNPACK_RATIO
            ):
                raise _BOMB
            if is_sheet:
                text = tail + chunk
                for letters, digits in _REFERENCE.findall(text):
                    last_row = max(last_row, int(digits))
                    last_column = max(last_column, column_number(letters))
                tail = text[-200:]
    if last_row * last_column > most_cells:
        raise UnreadableFile("bomb", "A sheet of the workbook spans more cells than an order has.")
    return size


def column_number(letters: bytes) -> int:
    """A -> 1, AA -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
