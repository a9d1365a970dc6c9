"""The number of an order, and those of the papers about it: by label, in a title, in a subject."""

import re
from collections.abc import Sequence

from ..pages import Place, Spot
from ..text import folded
from .draft import Draft
from .keyvalues import Pair

_TITLE_NUMBER = re.compile(
    r"(?i)(?:采购订单|采购单|订购单|采购合同|订单|合同|purchase\s+order|bestellung|bon\s+de\s+commande|\bp\.?\s?o\.?|\border)\s*(?:编号|号码|号|no\.?|number|nr\.?|n[°º]|n\.|#|:|：|-)*\s*"
    r"[:：#]?\s*(?P<n>(?=[\w/.-]*\d)[A-Za-z0-9](?:[\w/-]|\.(?=\w)){2,30})"
)


_BARE_TITLE = re.compile(r"(?i)purchase\s+order|采\s*购\s*订?\s*单|采\s*购\s*合\s*同")


def clean_reference(text: str) -> str | None:
    """The number of a document without what is said after it."""
    text = folded(text).strip().split("\n")[0].lstrip("#:：№").strip()
    text = re.sub(r"^(?:is|are|为|是)\s+|^n[°º]\s*|^no\.\s*:?\s*(?=\w*[\d-])", "", text, flags=re.I)
    text = re.split(r"\s*/\s*(?=\d{1,4}[./-]\d{1,2}[./-]\d{2,4}$)", text)[0]
    text = re.split(
        r"\s{2,}|[,，;；（(|]|\s(?:dated|date|rev\.?|of|vom|from|版本|日期)\b", text, flags=re.I
    )[0].strip()
    if not text or not re.search(r"\d", text) or len(text) > 40:
        return None
    if re.fullmatch(r"(?i)page\s*\d+|第\s*\d+\s*页.*", text):
        return None
    if re.fullmatch(r"(?i)(?:rev(?:ision)?|version|amendment)\W*\d+|第\s*\d+\s*[版稿次].*", text):
        return None  # which edition of the paper it is, not its number
    if re.fullmatch(r"\d{1,2}([./-])\d{1,2}\1\d{2,4}|20\d\d([./-])\d{1,2}\2\d{1,2}", text):
        return None  # a day, not a number
    if re.fullmatch(r"[^\w\s]?\s?\d{1,3}(?:,\d{3})*\.\d{2}|\d{1,3}(?:\.\d{3})*,\d{2}", text):
        return None  # money: "Net order: 810.50"
    words = text.split()
    if len(words) > 1 and re.search(r"\d", words[0]) and not re.search(r"\d", " ".join(words[1:])):
        text = words[0]
    if len(text.split()) > 3:
        return None
    return text.rstrip(".。")


def put_numbers(draft: Draft, pairs: Sequence[Pair]) -> None:
    """The order's number by the strength of its label; two of equal strength are a doubt."""
    found: dict[str, list[tuple[int, str, Place]]] = {}
    for pair in pairs:
        name = pair.label.field
        if name in ("order_number", "document_number", "order_reference"):
            value = clean_reference(pair.value)
            if value:
                found.setdefault(name, []).append((pair.label.rank, value, pair.place))
    for name in ("order_number", "document_number", "order_reference"):
        entries = sorted(found.get(name, []), key=lambda entry: entry[0])
        if not entries:
            continue
        rank, value, place = entries[0]
        rivals = {v for r, v, _ in entries if r == rank and v.casefold() != value.casefold()}
        why = f"{', '.join(sorted(rivals))} is printed under such a label too" if rivals else None
        if name == "order_number" and rank == 4:
            why = why or "the label does not say whose number it is"
        draft.put(name, value, place, why)


def _number_in_title(spots: Sequence[Spot], opening: str) -> tuple[str, Place | None] | None:
    """An order number that stands in a title or a subject: "Purchase Order 190122"."""
    for index, spot in enumerate(spots[:40]):
        for cell in spot.row.cells[:6]:
            match = _TITLE_NUMBER.search(folded(cell.text)) if cell.value is None else None
            if match is None and cell.value is None and _BARE_TITLE.fullmatch(cell.text.strip()):
                found = _bare_below(spots[index + 1 : index + 3])
                if found is not None:
                    return found
            if match is None or (len(cell.text) > 60 and index >= 12):
                continue
            if not re.fullmatch(r"20\d\d(?:[-/]\d\d?)*", match["n"]):
                return _whole_number(match), spot.place(cell)
    match = _TITLE_NUMBER.search(folded(opening))
    return (_whole_number(match), None) if match else None


def _whole_number(match: re.Match[str]) -> str:
    """ "PO-7731" is a number as it stands; in "PO 7731" the letters only say what it is."""
    number = match["n"].rstrip("-/")
    is_prefix = match.group().upper() in (f"PO-{match['n'].upper()}", f"PO{match['n'].upper()}")
    return match.group().rstrip("-/") if is_prefix else number


def _bare_below(spots: Sequence[Spot]) -> tuple[str, Place | None] | None:
    """A number alone on the row below the title."""
    for spot in spots:
        if len(spot.row.cells) == 1:
            text = spot.row.cells[0].text.strip().lstrip("#")
            is_day = re.fullmatch(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", text)
            if re.fullmatch(r"(?=.*\d)[A-Za-z]{0,6}[\w./-]{3,28}", text) and not is_day:
                return text, spot.place(spot.row.cells[0])
    return None


def number_by_title(draft: Draft, spots: Sequence[Spot], opening: str) -> None:
    """Where no label names the order's number, or only a weak one, a title may."""
    is_weak = any("whose" in why for why in draft.whys("order_number"))
    if "order_number" in draft.values and not is_weak:
        return
    titled = _number_in_title(spots, opening)
    if titled is None:
        return
    number, place = titled
    if is_weak and draft.get("order_number") != number and "document_number" not in draft.values:
        return
    if is_weak:
        draft.drop("order_number")
    draft.put("order_number", number, place)
