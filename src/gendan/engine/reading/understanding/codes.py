"""Parts codes from descriptions where one cell holds both."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ..pages import Place
from .draft import DraftLine, Found
from .fields import CODES
from .labels import known_suffix, match_label

_BRACKETED = re.compile(r"\[([^\[\]\s]{2,40})\]\s*(\S.*)", re.DOTALL)
_LEADING = re.compile(
    r"(?P<code>(?=[\w./#*+-]*\d)(?=[\w./#*+-]*[A-Za-z./#_-])[A-Za-z0-9][\w./#*+-]{3,39}|\d{5,18})"
    r"\s*(?:\n|\s[-–:/]\s|\s)\s*(?P<name>\S.*)",
    re.ASCII | re.DOTALL,
)
_LABELLED = re.compile(r"(?P<before>.*\S)\s*[:：]\s*(?P<code>[\w./#-]{3,30})\s*", re.DOTALL)
_CODES = ("seller_code", "buyer_code")


def part_codes(lines: Sequence[DraftLine], roles: Sequence[str]) -> None:
    """Split "XK-0017 Gear motor": below a label that names the code, or where all lines do it."""
    held = [name for name in _CODES if name in roles]
    if held and "description" not in roles:
        for line in lines:
            _split_code(line, held[0])
    elif not held and "gtin" not in roles and "description" in roles:
        for line in lines:
            _take_labelled(line)
        _split_descriptions(lines)


def _split_code(line: DraftLine, name: str) -> None:
    found = line.values.get(name)
    match = _LEADING.fullmatch(found.value) if found is not None else None
    if found is None or match is None:
        return
    line.values[name] = Found(match["code"], _said(found, match["code"]))
    if "description" not in line.values:
        text = " ".join(match["name"].split())
        line.put("description", text, _said(found, match["name"]))


def _take_labelled(line: DraftLine) -> None:
    """ "LED panel SKU : LP-66": the code that is named at the end of a description."""
    found = line.values.get("description")
    match = _LABELLED.fullmatch(found.value) if found is not None else None
    start = known_suffix(match["before"]) if match is not None else None
    if found is None or match is None or not start or not re.search(r"\d", match["code"]):
        return
    label = match_label(match["before"][start:])
    if label is not None and label.field in CODES:
        name = "seller_code" if label.field == "code" else label.field
        line.put(name, match["code"], _said(found, match["code"]))
        text = match["before"][:start].rstrip(" ,;-(")
        line.values["description"] = Found(text, _said(found, text))


def _split_descriptions(lines: Sequence[DraftLine]) -> None:
    if any(line.get(name) for line in lines for name in (*_CODES, "gtin")):
        return
    texts = [line.get("description") or "" for line in lines]
    matches = [_BRACKETED.fullmatch(text) or _LEADING.fullmatch(text) for text in texts]
    codes = {match[1] for match in matches if match is not None}
    if len(codes) != len(lines):
        # brackets part a code from its article even where other lines have none
        matches = [_BRACKETED.fullmatch(text) for text in texts]
    for line, match in zip(lines, matches, strict=True):
        if match is None:
            continue
        found = line.values["description"]
        is_bracketed = match.re is _BRACKETED
        why = None if is_bracketed else "taken from the beginning of the description"
        line.put("seller_code", match[1], _said(found, match[1]), why)
        if is_bracketed:
            line.values["description"] = Found(match[2], _said(found, match[2]))


def _said(found: Found, text: str) -> Place | None:
    """The cell both stand in, with only this part as its text."""
    return replace(found.place, text=text) if found.place is not None else None
