"""What our own mail server found out about a sender (Authentication-Results, RFC 8601).

Anybody can write such a line into a mail. Believed is only the topmost line of the server that the
mailbox names; where none is named, only a line that stands above every Received, which is where a
server puts its own and a sender cannot.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_COMMENT = re.compile(r"\([^()]*\)")
_METHOD = re.compile(r"^(spf|dkim|dmarc)\s*(?:/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(header\.d|header\.i|smtp\.mailfrom|smtp\.helo)\s*=\s*\"?([^\s;\"]+)")
_KNOWN = {
    "pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "policy", "bestguess",
}  # fmt: skip


@dataclass(frozen=True)
class SenderProof:
    """Results by method ("" where nothing was said), and whether the sender is confirmed."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    is_confirmed: bool = False


def proof_of(
    headers: Sequence[tuple[str, str]], *, trusted: str = "", sender: str = ""
) -> SenderProof:
    """The proof in a mail's headers, as they stand from the top (names in small letters)."""
    text = _believed(headers, trusted.strip().lower())
    if not text:
        return SenderProof()
    domain = sender.rpartition("@")[2].lower()
    found: dict[str, str] = {}
    is_aligned = False
    for part in text.split(";")[1:]:
        method = _METHOD.match(part.strip())
        if method is None:
            continue
        name, result = method[1].lower(), method[2].lower()
        result = result if result in _KNOWN else "none"
        # Of several signatures the one that holds counts.
        if found.get(name) != "pass":
            found[name] = result
        if name in {"spf", "dkim"} and result == "pass" and _is_of(part, domain):
            is_aligned = True
    dmarc = found.get("dmarc", "")
    confirmed = bool(domain) and (dmarc == "pass" or (dmarc in {"", "none"} and is_aligned))
    return SenderProof(found.get("spf", ""), found.get("dkim", ""), dmarc, confirmed)


def _believed(headers: Sequence[tuple[str, str]], trusted: str) -> str:
    """The line to believe, without its comments; "" for none."""
    for name, value in headers:
        if name == "received" and not trusted:
            return ""
        if name != "authentication-results":
            continue
        text = _plain(value)
        if not trusted or text.split(";")[0].split()[:1] == [trusted]:
            return text
    return ""


def _plain(value: str) -> str:
    """Without comments (they may be nested) and line breaks."""
    text = value[:8000]
    for _depth in range(10):
        shorter = _COMMENT.sub(" ", text)
        if shorter == text:
            break
        text = shorter
    return " ".join(text.lower().split())


def _is_of(part: str, domain: str) -> bool:
    """Whether what was checked is the domain the mail claims to be from, or one above it."""
    for _key, value in _PROPERTY.findall(part):
        checked = value.rpartition("@")[2].strip(".")
        if checked and "." in checked and (domain == checked or domain.endswith(f".{checked}")):
            return True
    return False
