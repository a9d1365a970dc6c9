"""Who buys and who sells: by label, on the head of the paper, below a letter."""

import re
from collections.abc import Sequence

from ..pages import Spot
from .companies import clean_company, is_company
from .draft import Draft
from .keyvalues import Pair
from .labels import key_of

_SELLER_PAPER = re.compile(r"销售|sales", re.IGNORECASE)
_TO_BE_SIGNED = re.compile(r"(?:签字|盖章|签章|代表|name|n/a|signature)", re.IGNORECASE)
_TITLE_BEHIND = re.compile(
    r"(?:\s+[\u3400-\u9fff]{0,4}?)?"
    r"(?:采\s*购\s*订?\s*单|采购合同|订\s*购\s*单|purchase order)\s*$",
    re.IGNORECASE,
)
"""The title of the paper, where it stands behind the name on its head."""


def put_parties(draft: Draft, pairs: Sequence[Pair]) -> None:
    """Buyer and seller by their labels; weak labels (甲方, To, Bill to) are doubted."""
    for side in ("buyer", "seller"):
        entries = [pair for pair in pairs if pair.label.field == side]
        entries.sort(key=lambda pair: pair.label.rank)
        names: list[str] = []
        for pair in entries:
            name = clean_company(pair.value)
            if name is None or _TO_BE_SIGNED.match(name):
                continue
            if pair.label.rank > 0:
                if names or "@" in name:
                    continue
                is_name = is_company(name)
                if not is_name and key_of(pair.printed) not in ("甲方", "乙方", "billto"):
                    continue
                draft.put(
                    f"{side}.name", name, pair.place, f"{pair.printed} may mean another party"
                )
            draft.put(f"{side}.name", name, pair.place)
            names.append(name)
        if len({name.casefold() for name in names}) > 1 and not _nested(names):
            draft.doubt(
                f"{side}.name", f"several are named: {', '.join(dict.fromkeys(names))[:200]}"
            )
        for detail in ("email", "gln"):
            for pair in pairs:
                if pair.label.field == f"{side}_{detail}":
                    draft.put(f"{side}.{detail}", pair.value.strip(), pair.place)


def find_buyer(
    draft: Draft, spots: Sequence[Spot], pairs: Sequence[Pair], *, is_letter: bool, has_table: bool
) -> None:
    """Who wrote an order that does not name its buyer: the head of the paper, or who signed it."""
    is_seller_paper = any(_SELLER_PAPER.search(spot.row.text[:40]) for spot in spots[:6])
    if not is_letter and not is_seller_paper:
        _doubt_persons(draft, spots, pairs)
        _buyer_by_letterhead(draft, spots)
        _buyer_by_consignee(draft, spots, pairs)
    buyer_by_signature(draft, spots)
    if is_letter and has_table and not is_seller_paper:
        _buyer_by_letterhead(draft, spots, is_letter=True)


def _doubt_persons(draft: Draft, spots: Sequence[Spot], pairs: Sequence[Pair]) -> None:
    """ "Buyer: Mitchell Koster" is a clerk, "Company" may be the seller's box: the paper's head
    tells the company."""
    name = draft.get("buyer.name")
    is_weak = any(why.lower().startswith("company") for why in draft.whys("buyer.name"))
    is_person = name is not None and not is_company(name) and len(name.split()) <= 3
    if not is_weak and not is_person:
        return
    found = draft.values.pop("buyer.name")
    _buyer_by_letterhead(draft, spots)
    _buyer_by_consignee(draft, spots, pairs)
    other = draft.get("buyer.name")
    if other is None or other.casefold() == (name or "").casefold():
        draft.values["buyer.name"] = found
        if other is None and is_person and re.fullmatch(r"[\w.,'-]+(?: [\w.'-]+){1,2}", name or ""):
            draft.doubt("buyer.name", "it may be the name of a clerk")


def _buyer_by_consignee(draft: Draft, spots: Sequence[Spot], pairs: Sequence[Pair]) -> None:
    """A name at the head of the paper that also stands under "Ship to" or "Bill to"."""
    if "buyer.name" in draft.values:
        return
    heads = [cell for spot in spots[:6] for cell in spot.row.cells[:1]]
    for pair in pairs:
        if key_of(pair.printed) not in ("shipto", "billto", "deliverto", "invoiceto", "soldto"):
            continue
        named = (clean_company(pair.value) or "").casefold()
        for cell in heads:
            first = cell.text.strip().split("\n")[0].strip()
            if len(first) > 3 and first.casefold() == named:
                place = pair.place
                draft.put("buyer.name", first, place, "it heads the paper, no label says so")
                return


def _nested(names: Sequence[str]) -> bool:
    longest = max(names, key=len).casefold()
    return all(name.casefold() in longest for name in names)


def _buyer_by_letterhead(draft: Draft, spots: Sequence[Spot], *, is_letter: bool = False) -> None:
    """An order is written on the buyer's paper: a company at the top that is not the seller.

    A letter begins by addressing the seller: there only a name alone on the first row counts.
    """
    if "buyer.name" in draft.values:
        return
    seller = (draft.get("seller.name") or "").casefold()
    seen = 0
    for spot in spots:
        if not spot.row.cells:
            continue
        seen += 1
        if seen > (1 if is_letter else 4):
            return
        for cell in spot.row.cells[:1]:
            text = cell.text.strip().split("\n")[0]
            if re.search(r"[:：]", text) or len(text) > 100 or not is_company(text):
                continue
            if is_letter and (text[-1] in ",，!！" or clean_company(text) != text):
                continue
            name = clean_company(_TITLE_BEHIND.sub("", text))
            if name is None:
                continue
            if seller and (name.casefold() in seller or seller in name.casefold()):
                continue
            why = "taken from the head of the paper, no label says so"
            draft.put("buyer.name", name, spot.place(cell), why)
            return


def buyer_by_signature(draft: Draft, spots: Sequence[Spot]) -> None:
    """A mail that orders is signed by the buyer: the last company named below the lines."""
    if "buyer.name" in draft.values:
        return
    seller = (draft.get("seller.name") or "").casefold()
    for spot, cell in ((s, c) for s in reversed(spots[-25:]) for c in s.row.cells):
        text = cell.text.strip()
        if (
            not 4 <= len(text) <= 60
            or re.search(r"[:：@]|[.。]$", text.rstrip("."))
            or not is_company(text)
        ):
            continue
        name = clean_company(text)
        if (
            name
            and name.casefold() != seller
            and not re.search(r"(?i)\b(?:dear|please|to)\b", name)
        ):
            draft.put("buyer.name", name, spot.place(cell), "taken from the signature")
            return
