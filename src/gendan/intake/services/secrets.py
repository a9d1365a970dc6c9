"""A password that came inside a document is struck out before the document is kept.

In cXML it is an element of the header. A mail holds the cXML in a part, in the text itself or
encoded: only what is encoded there is written anew, the rest of the mail stays byte for byte.
"""

import binascii
import re
from collections.abc import Iterator
from itertools import chain
from typing import IO

from django.conf import settings

_NAMES = (b"SharedSecret", b"CredentialMac")
_STRUCK_OUT = b"********"
# Lines of base64: nothing else of a mail stands alone on lines of these characters.
_BASE64 = re.compile(rb"(?m)^(?:[A-Za-z0-9+/]++={0,2}+[ \t]*+(?:(?:\r?\n)++|\Z))++")
_SHORTEST_BASE64 = 24
_LINE = re.compile(rb"([A-Za-z0-9+/=]+)[ \t]*(\r?\n)?")
_SOFT = rb"(?:=[ \t]*+\r?\n)*+"


def without_secrets(content: bytes | IO[bytes]) -> bytes | IO[bytes]:
    """The content as it came, or a copy in which the secrets of its cXML are struck out."""
    if isinstance(content, bytes):
        return _without(content)
    # What is too large is refused when it is kept: it is never held as a whole.
    data = content.read(settings.FILE_SIZE_LIMIT + 1)
    content.seek(0)
    if len(data) > settings.FILE_SIZE_LIMIT:
        return content
    struck = _without(data)
    return content if struck is data else struck


def _without(data: bytes) -> bytes:
    """The very same object where nothing had to be struck out."""
    for encoding in _wide_encoding(data):
        text = data.decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass")
        struck = _struck_in_text(text)
        if struck is text:
            return data
        return struck.decode("utf-8", "surrogatepass").encode(encoding, "surrogatepass")
    struck = _struck_in_text(data)
    return _struck_in_base64(struck) if b"base64" in data.lower() else struck


def _wide_encoding(data: bytes) -> tuple[str, ...]:
    """UTF-16 with its mark kept as a character, where the document begins with one."""
    if len(data) % 2:
        return ()
    if data.startswith(b"\xff\xfe"):
        return ("utf-16-le",)
    return ("utf-16-be",) if data.startswith(b"\xfe\xff") else ()


def _struck_in_text(data: bytes) -> bytes:
    """In XML as it is, within HTML, and in a part of a mail that is written as quoted-printable."""
    is_wrapped = b"quoted-printable" in data.lower()
    names = [name for name in _NAMES if is_wrapped or name in data]
    places = sorted(chain.from_iterable(_places(data, name, is_wrapped) for name in names))
    pieces, at = [], 0
    for start, end in places:
        if start >= at:
            pieces += [data[at:start], _STRUCK_OUT]
            at = end
    return b"".join([*pieces, data[at:]]) if pieces else data


def _places(data: bytes, name: bytes, is_wrapped: bool) -> Iterator[tuple[int, int]]:
    """Where the content of each such element begins and ends; looks at each byte but once."""
    opening = _element(b"<", name, is_wrapped)
    closing = _element(b"</", name, is_wrapped)
    bracket = _mark(b">", is_wrapped)
    found = opening.search(data)
    while found:
        begun = bracket.search(data, found.end())
        if begun is None:
            return
        if data[found.end() : begun.start()].rstrip(b"= \r\n").endswith(b"/"):
            found = opening.search(data, begun.end())
            continue
        ended = closing.search(data, begun.end())
        if ended is None:
            return
        yield begun.end(), ended.start()
        found = opening.search(data, ended.end())


def _element(bracket: bytes, name: bytes, is_wrapped: bool) -> re.Pattern[bytes]:
    """The beginning of a tag, whatever prefix its name has."""
    soft = _SOFT if is_wrapped else b""
    letters = soft.join(_letter(char, is_wrapped) for char in bytes(name))
    start = soft.join(_letter(char, is_wrapped) for char in bracket)
    prefix = rb"(?:[\w.-]{1,60}(?::|=3A))?" if is_wrapped else rb"(?:[\w.-]{1,60}:)?"
    return re.compile(start + soft + prefix + soft + letters + rb"(?![\w.-])", re.IGNORECASE)


def _mark(char: bytes, is_wrapped: bool) -> re.Pattern[bytes]:
    return re.compile(_letter(char[0], is_wrapped), re.IGNORECASE)


def _letter(char: int, is_wrapped: bool) -> bytes:
    """A character as it may stand in XML, in HTML that shows XML, or in quoted-printable."""
    ways = [re.escape(bytes([char]))]
    if char in b"<>":
        ways.append(b"&lt;" if char == 0x3C else b"&gt;")
    if is_wrapped:
        ways.append(b"=%02X" % char)
    return b"(?:" + b"|".join(ways) + b")"


def _struck_in_base64(data: bytes) -> bytes:
    """In parts of a mail that are written as base64: those alone are encoded anew."""
    pieces, at = [], 0
    for run in _BASE64.finditer(data):
        if run.end() - run.start() < _SHORTEST_BASE64:
            continue
        plain = _decoded(run[0])
        if any(name in plain.replace(b"\0", b"") for name in _NAMES):
            struck = _without(plain)
            if struck is not plain:
                pieces += [data[at : run.start()], _encoded(struck, like=run[0])]
                at = run.end()
    return b"".join([*pieces, data[at:]]) if pieces else data


def _decoded(run: bytes) -> bytes:
    packed = b"".join(run.split()).rstrip(b"=")
    packed = packed[: len(packed) - 1] if len(packed) % 4 == 1 else packed
    try:
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
    except binascii.Error:
        return b""


def _encoded(data: bytes, *, like: bytes) -> bytes:
    """As base64 with lines as long, and ended, as those that were there."""
    first = _LINE.match(like)
    width = max(4, len(first[1]) // 4 * 4) if first else 76
    ending = (first[2] if first else None) or b"\r\n"
    packed = binascii.b2a_base64(data, newline=False)
    lines = [packed[at : at + width] for at in range(0, len(packed), width)]
    tail = like[len(like.rstrip()) :]
    return ending.join(lines) + tail
