"""A password that came inside a document is struck out before the document is kept."""

import re
from typing import IO

_BEGIN_BYTES = 1 << 20
_SECRETS = (b"SharedSecret", b"CredentialMac")
_ELEMENT = re.compile(
    rb"(<(?:[\w.-]+:)?(SharedSecret|CredentialMac)\b[^>]*(?<!/)>)(.*?)(</(?:[\w.-]+:)?\2\s*>)",
    re.DOTALL,
)
_STRUCK_OUT = b"********"


def without_secrets(content: bytes | IO[bytes]) -> bytes | IO[bytes]:
    """The content as it came, or a copy in which the secrets of its cXML header are struck out.

    The header comes first, so that large files are not read as a whole to find none.
    """
    if isinstance(content, bytes):
        data = content
    else:
        beginning = content.read(_BEGIN_BYTES)
        content.seek(0)
        if not _may_hold_some(beginning):
            return content
        data = content.read()
        content.seek(0)
    if not _may_hold_some(data[:_BEGIN_BYTES]):
        return content
    for encoding in _wide_encoding(data):
        text = data.decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass")
        struck = _ELEMENT.sub(rb"\1" + _STRUCK_OUT + rb"\4", text)
        return struck.decode("utf-8", "surrogatepass").encode(encoding, "surrogatepass")
    return _ELEMENT.sub(rb"\1" + _STRUCK_OUT + rb"\4", data)


def _wide_encoding(data: bytes) -> tuple[str, ...]:
    """UTF-16 with its mark kept as a character, where the document begins with one."""
    if data.startswith(b"\xff\xfe"):
        return ("utf-16-le",)
    return ("utf-16-be",) if data.startswith(b"\xfe\xff") else ()


def _may_hold_some(data: bytes) -> bool:
    plain = data.replace(b"\0", b"")
    return any(name in plain for name in _SECRETS)
