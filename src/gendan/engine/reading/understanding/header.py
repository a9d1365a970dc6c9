"""Chooses the header values of an order from all the labelled values of a document."""

import re
from collections.abc import Sequence

from ..pages import Place, Spot
from ..text import folded
from .companies import COMPANY
from .context import Context
from .draft import Draft, Found
from .keyvalues import Pair
from .labels import key_of
from .money import currency_named, currency_of
from .terms import find_incoterm, is_incoterm_value, sounds_like_payment

_REFERENCE = re.compile(r"[A-Za-z0-9\u3400-\u9fff][\w\u3400-\u9fff./#()&+-]*", re.ASCII)
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


def number_in_title(spots: Sequence[Spot], opening: str) -> tuple[str, Place | None] | None:
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


def put_dates(draft: Draft, pairs: Sequence[Pair], context: Context) -> None:
    """Issue date and header delivery date."""
    for field, target in (("issue_date", "issue_date"), ("due_date", "requested_delivery")):
        entries = [pair for pair in pairs if pair.label.field == field]
        entries.sort(key=lambda pair: pair.label.rank)
        days: list[tuple[int, str]] = []
        for pair in entries:
            day, why = context.date(pair.cell)
            if day is None and not re.search(r"\d", pair.value):
                if re.search(r"[A-Za-z\u3400-\u9fff]", pair.value) and target not in draft.values:
                    draft.doubt(target, f"{pair.value[:60]!r} is not a date")
                continue
            if target not in draft.values:
                draft.put(target, day, pair.place, why)
            if day:
                days.append((pair.label.rank, day))
        rivals = {day for rank, day in days if rank == days[0][0]} if days else set()
        if len(rivals) > 1:
            draft.doubt(target, f"several dates are printed: {', '.join(sorted(rivals))}")


def order_before_delivery(draft: Draft) -> None:
    """Of two days an order's date can mean, the one before all deliveries; it stays doubted."""
    issued = draft.values.get("issue_date")
    match = next(
        (m for why in draft.whys("issue_date") if (m := re.search(r" can be (\S+) or (\S+)", why))),
        None,
    )
    if issued is None or match is None:
        return
    dues = [line.get("due_date") or "" for line in draft.lines]
    dues += [draft.get("requested_delivery") or ""]
    first = min((due for due in dues if due), default="")
    other = match[1] if issued.value == match[2] else match[2]
    if other <= first < issued.value:
        draft.values["issue_date"] = Found(other, issued.place)


def date_beside_number(draft: Draft, pairs: Sequence[Pair], context: Context) -> None:
    """ "PO number/date" above "4500087731 / 12.05.2026"."""
    for pair in pairs:
        if pair.label.field != "order_number" or not re.search(
            r"(?i)date|datum|日期", pair.printed
        ):
            continue
        found = context.dates(pair.value)
        if len(found) == 1 and found[0].day is not None:
            draft.put("issue_date", found[0].day.isoformat(), pair.place, found[0].why)


_DATED = re.compile(
    r"(?i)\s*[,，(（]?\s*(?P<said>dated|date|of|vom|from|du|日期|下单)?\s*[:：]?\s*"
)


def date_behind_number(draft: Draft, spots: Sequence[Spot], context: Context) -> None:
    """ "our order VT-26-0931 dated 3 June 2026", "PO-7731, 5 June 2026"."""
    number = draft.get("order_number")
    if number is None or "issue_date" in draft.values:
        return
    for spot in spots[:40]:
        for at, cell in enumerate(spot.row.cells):
            text = folded(cell.text)
            start = text.find(folded(number))
            if cell.value is not None or start < 0 or len(text) != len(cell.text):
                continue
            end = start + len(number)
            if end == len(text) and at + 2 == len(spot.row.cells):
                cell, start, end = spot.row.cells[at + 1], 0, 0
                text = folded(cell.text)
            match = _DATED.match(text, end)
            for date in context.dates(text):
                if match is not None and date.day and date.span[0] == match.end():
                    why = None if match["said"] else "it stands behind the order's number"
                    place = spot.place(cell, date.span)
                    draft.put("issue_date", date.day.isoformat(), place, date.why or why)
                    return


def clean_company(text: str) -> str | None:
    """A company's name without the address that follows it."""
    if "\n" in text.strip():
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        text = next((line for line in lines if COMPANY.search(line)), lines[0])
    text = " ".join(folded(text).split()) if text.isascii() else " ".join(text.split())
    text = re.sub(
        r"[(（][^)）]*(?:\d{6,}|以下简称|简称|税号|hereinafter)[^)）]*[)）]?.*$", "", text
    )
    match = None
    for match in COMPANY.finditer(text):
        after = text[match.end() :].lstrip()
        if (
            not after
            or after[0] in ",，;；|(（/·•"
            or re.match(r"(?:地址|电话|address|tel|attn)", after, re.I)
        ):
            break
    if match is not None:
        after = text[match.end() :].strip()
        if after and (
            after[0] in ",，;；|/·•" or re.match(r"(?:地址|电话|address|tel|attn)", after, re.I)
        ):
            text = text[: match.end()]
    text = text.strip(" ,，;；:：|_-·•")
    # "118273 Atlas Group Inc": the number the buyer keeps the company under
    text = re.sub(r"^\d{4,}\s+(?=[A-Z].*\s)", "", text)
    if not re.search(r"[^\W\d_]", text) or len(text) > 120:
        return None
    return text


def put_parties(draft: Draft, pairs: Sequence[Pair], context: Context) -> None:
    """Buyer and seller by their labels; weak labels (甲方, To, Bill to) are doubted."""
    for side in ("buyer", "seller"):
        entries = [pair for pair in pairs if pair.label.field == side]
        entries.sort(key=lambda pair: pair.label.rank)
        names: list[str] = []
        for pair in entries:
            name = clean_company(pair.value)
            if name is None or re.fullmatch(
                r"(?i)(?:签字|盖章|签章|代表|name|n/a|signature).*", name
            ):
                continue
            if pair.label.rank > 0:
                if names or "@" in name:
                    continue
                is_name = COMPANY.search(name) is not None
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


def doubt_persons(
    draft: Draft, spots: Sequence[Spot], pairs: Sequence[Pair], context: Context
) -> None:
    """ "Buyer: Mitchell Koster" is a clerk, "Company" may be the seller's box: the paper's head
    tells the company."""
    name = draft.get("buyer.name")
    is_weak = any(why.lower().startswith("company") for why in draft.whys("buyer.name"))
    is_person = name is not None and not COMPANY.search(name) and len(name.split()) <= 3
    if not is_weak and not is_person:
        return
    found = draft.values.pop("buyer.name")
    buyer_by_letterhead(draft, spots, context)
    buyer_by_consignee(draft, spots, pairs)
    other = draft.get("buyer.name")
    if other is None or other.casefold() == (name or "").casefold():
        draft.values["buyer.name"] = found
        if other is None and is_person and re.fullmatch(r"[\w.,'-]+(?: [\w.'-]+){1,2}", name or ""):
            draft.doubt("buyer.name", "it may be the name of a clerk")


def buyer_by_consignee(draft: Draft, spots: Sequence[Spot], pairs: Sequence[Pair]) -> None:
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


_WRITTEN_AT = re.compile(r"^[^\W\d][^\d,:]{1,30},\s*(?:den|le|the)?\s*(?=\d)")
"""Letters begin with the place before the day: "Esslingen, den 3. September 2026"."""


def date_in_heading(
    draft: Draft, spots: Sequence[Spot], free: Sequence[int], taken: set[str], context: Context
) -> None:
    """The only date above the lines, without a label, is most likely the day of issue."""
    if "issue_date" in draft.values or draft.whys("issue_date"):
        return
    days: dict[str, Place] = {}
    for index in [index for index in free if index < 14]:
        for cell in spots[index].row.cells:
            bare = cell.text.strip().split("\n")[-1].strip()
            bare = _WRITTEN_AT.sub("", bare)
            found = context.dates(bare) if len(bare) <= 20 else []
            if len(found) == 1 and found[0].day and found[0].span == (0, len(bare)):
                days[found[0].day.isoformat()] = spots[index].place(cell)
    left = {day: place for day, place in days.items() if day not in taken}
    if len(days) == 1 and left:
        day, place = next(iter(left.items()))
        draft.put("issue_date", day, place, "no label says what day it is")


def _nested(names: Sequence[str]) -> bool:
    longest = max(names, key=len).casefold()
    return all(name.casefold() in longest for name in names)


def buyer_by_letterhead(
    draft: Draft, spots: Sequence[Spot], context: Context, *, is_letter: bool = False
) -> None:
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
            if re.search(r"[:：]", text) or len(text) > 100 or not COMPANY.search(text):
                continue
            if is_letter and (text[-1] in ",，!！" or clean_company(text) != text):
                continue
            name = clean_company(
                re.sub(
                    r"(?:\s+[\u3400-\u9fff]{0,4}?)?"
                    r"(?:采\s*购\s*订?\s*单|采购合同|订\s*购\s*单|purchase order)\s*$",
                    "",
                    text,
                    flags=re.I,
                )
            )
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
            or not COMPANY.search(text)
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


def put_terms(draft: Draft, pairs: Sequence[Pair], spots: Sequence[Spot]) -> None:
    """Incoterm and payment terms; their boxes are told apart by what they say."""
    for pair in pairs:
        value = pair.value.strip()
        if pair.label.field == "incoterm":
            if key_of(pair.printed).startswith("fob") and not is_incoterm_value(value):
                if sounds_like_payment(value):
                    continue
            elif find_incoterm(value):
                draft.put("incoterm", find_incoterm(value), pair.place)
    for pair in sorted(pairs, key=lambda pair: pair.label.rank):
        value = pair.value.strip()
        if pair.label.field != "payment_terms" or len(value) > 300:
            continue
        if pair.label.rank > 0 and not sounds_like_payment(value):
            continue
        draft.put("payment_terms", value, pair.place)


_DELIVER = re.compile(r"发|交|送|到|出货|deliver|ship|dispatch|arriv|need", re.IGNORECASE)


def delivery_in_sentence(
    draft: Draft, spots: Sequence[Spot], free: Sequence[int], context: Context
) -> None:
    """ "请于2026年5月20日前发货": the only date of a sentence that speaks of delivering."""
    if "requested_delivery" in draft.values or draft.whys("requested_delivery"):
        return
    for index in free:
        text = spots[index].row.text
        taken = [draft.get("issue_date")]
        dates = [date for date in context.dates(text) if str(date.day) not in taken]
        if len(dates) != 1 or dates[0].day is None or len(text) > 300:
            continue
        start, end = dates[0].span
        before, after = text[max(0, start - 30) : start], text[end : end + 12]
        until = re.match(r"\s*(?:之前|以前|前)", after) or re.search(
            r"\b(?:by|before|until|latest|no later than)\W*$", before, re.IGNORECASE
        )
        if (
            until
            and _DELIVER.search(before + after)
            and not re.search(r"报价|付|pay|quot", before + after, re.I)
        ):
            cell = next((c for c in spots[index].row.cells if text[start:end] in c.text), None)
            place = spots[index].place(cell) if cell is not None else None
            why = dates[0].why or "taken from a sentence"
            draft.put("requested_delivery", dates[0].day.isoformat(), place, why)
            return


def incoterm_anywhere(draft: Draft, spots: Sequence[Spot]) -> None:
    """An Incoterm printed without a label (beside a price): taken if it is the only one."""
    if "incoterm" in draft.values:
        return
    found: dict[str, Place] = {}
    for spot in spots[:400]:
        for cell in spot.row.cells:
            if cell.value is None and len(cell.text) <= 200:
                term = find_incoterm(cell.text)
                if term:
                    found.setdefault(term, spot.place(cell))
    if len(found) == 1:
        term, place = next(iter(found.items()))
        draft.put("incoterm", term, place, "no label says that these are the delivery terms")


_EXPRESSED = re.compile(r"(?i)\b(?:prices|amounts)\b.{0,60}\bin\s+(.{2,20})$")


_TELLS_MONEY = re.compile(r"(?i)\d|元|大写|单价|金额|\bprice\b|\bamount\b|\btotal\b")


def put_currency(
    draft: Draft,
    pairs: Sequence[Pair],
    spots: Sequence[Spot],
    labels: Sequence[str | None],
    context: Context,
) -> None:
    """The currency: stated, in a column's label, beside figures, or learned for the sender."""
    for pair in pairs:
        if pair.label.field == "currency":
            code = currency_named(pair.value)
            if code:
                draft.put("currency", code, pair.place)
            elif pair.value.strip() in ("元", "￥", "¥"):
                draft.put("currency", "CNY", pair.place)
    for spot in spots[:3000]:
        said = _EXPRESSED.search(spot.row.text)
        if said and currency_named(said[1]):
            draft.put("currency", currency_named(said[1]), spot.place(spot.row.cells[0]))
    named = [label for label in labels if label]
    texts = [spot.row.text for spot in spots[:3000]]
    evidence = currency_of([text for text in texts if _TELLS_MONEY.search(text)], texts)
    if "currency" not in draft.values and named:
        rivals = set(named)
        draft.put("currency", named[0], None, None if len(rivals) == 1 else "columns name several")
    stated = draft.get("currency")
    if stated is None and evidence.code:
        why = evidence.why
        if why and context.hints.currency in ("CNY", "JPY", "USD", "HKD", "AUD", "CAD", "SGD"):
            draft.put("currency", context.hints.currency, _sign_place(spots))
            return
        draft.put("currency", evidence.code, _sign_place(spots), why)
    elif stated is None and evidence.why:
        draft.doubt("currency", evidence.why)


def _sign_place(spots: Sequence[Spot]) -> Place | None:
    """The first cell that shows a currency."""
    for spot in spots[:3000]:
        for cell in spot.row.cells:
            if re.search(r"[¥￥$€£]|元", cell.text) or currency_named(cell.text[:80]):
                return spot.place(cell)
    return None
