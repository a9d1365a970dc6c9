"""Order lines said in sentences."""

import re
from itertools import pairwise

from ..pages import Spot
from ..text import folded
from .context import Context
from .draft import DraftLine
from .money import currency_named, price_base
from .numbers import plain, to_decimal
from .wording import (
    AMOUNT,
    CODE,
    CODE_LABEL,
    MONEY,
    NUM,
    PRICE,
    PRICE_EACH,
    QUANTITY_LABEL,
    SIZE_UNITS,
    TIMES,
    WORDS,
    is_code,
    is_told,
    place_of,
    strong_quantities,
)


def clauses(text: str) -> list[tuple[int, int]]:
    """The text cut so that each piece speaks of one quantity."""
    text = folded(text)
    pieces: list[tuple[int, int]] = []
    for sentence in re.finditer(r"[^;；。\n]+", text):
        start, end = sentence.span()
        quantities = strong_quantities(text[start:end]) or list(
            QUANTITY_LABEL.finditer(text[start:end])
        )
        if len(quantities) <= 1:
            pieces.append((start, end))
            continue
        marks = [
            start + m.start() for m in re.finditer(r"[,，、]|\band\b|和|以及", text[start:end])
        ]
        cuts = [start]
        for one, two in pairwise(quantities):
            between = [mark for mark in marks if start + one.end() <= mark < start + two.start()]
            # labels such as 单价 belong to the quantity before them
            own = [
                m
                for m in between
                if not re.match(
                    r"\W*(?:and|和)?\s*(?:不?含税|单价|价格|交期|交货|金额|at|@|price|delivery|unit)",
                    text[m:],
                    re.I,
                )
            ]
            if own:
                cuts.append(
                    own[0] if len(own) == 1 else own[-1] if len(between) == len(own) else own[0]
                )
        pieces.extend(zip(cuts, [*cuts[1:], end], strict=True))
    return pieces


def sentence_line(spot: Spot, start: int, end: int, context: Context) -> DraftLine | None:
    """A line said in words; the name is what is left and always a guess."""
    raw = spot.row.text[start:end]
    text = folded(raw)
    if len(text) != len(raw):
        text = raw
    quantities = strong_quantities(text)
    labelled = QUANTITY_LABEL.search(text) or TIMES.match(text)
    match = labelled or (quantities[0] if quantities else None)
    if match is None or is_told(text, match.start()):
        return None
    line = DraftLine()
    masked = _mask(text, match.span())
    masked = _take_dates(line, spot, start, text, masked, context)
    masked = _take_price(line, spot, start, masked, context)
    code = CODE_LABEL.search(masked)
    if code:
        line.put(
            "seller_code", code["c"], place_of(spot, start + code.start("c"), start + code.end("c"))
        )
        masked = _mask(masked, code.span())
    number = to_decimal(match["n"], context.is_comma_decimal)
    if number is None:
        return None
    place = place_of(spot, start + match.start("n"), start + match.end("n"))
    is_size = (match["u"] or "").lower() in SIZE_UNITS and not labelled
    why = "it may be a size, not a quantity" if is_size else None
    line.put("quantity", plain(number.value), place, why)
    if match["u"]:
        line.put("unit", context.unit(match["u"]), place)
    if len(quantities) > 1:
        line.doubt("quantity", "several quantities are named in one sentence")
    _take_name(line, spot, start, match, masked)
    has_article = "seller_code" in line.values or "description" in line.values
    has_more = "unit_price" in line.values or "due_date" in line.values
    asks = re.search(
        r"订购|采购|购买|需要|下单|订|\b(?:order|supply|need|send|ship|deliver|buy|require)\b",
        text,
        re.I,
    )
    if not has_article or not (has_more or asks):
        return None
    return line


def _mask(text: str, span: tuple[int, int]) -> str:
    return text[: span[0]] + "\x01" * (span[1] - span[0]) + text[span[1] :]


def _take_dates(
    line: DraftLine, spot: Spot, start: int, text: str, masked: str, context: Context
) -> str:
    found = [date for date in context.dates(text) if "\x01" not in masked[slice(*date.span)]]
    for date in found:
        masked = _mask(masked, date.span)
    if found:
        day = found[0].day.isoformat() if found[0].day else None
        place = place_of(spot, start + found[0].span[0], start + found[0].span[1])
        line.put("due_date", day, place, found[0].why)
        if len(found) > 1:
            line.doubt("due_date", "several dates are named in one sentence")
    return masked


def _take_price(line: DraftLine, spot: Spot, start: int, masked: str, context: Context) -> str:
    amount = AMOUNT.search(masked)
    if amount:
        number = to_decimal(amount["n"], context.is_comma_decimal)
        place = place_of(spot, start + amount.start("n"), start + amount.end("n"))
        if number is not None:
            line.put("line_amount", plain(number.value), place)
        masked = _mask(masked, amount.span())
    match = PRICE.search(masked) or PRICE_EACH.search(masked)
    why = None
    if match is None:
        match = re.search(
            rf"{MONEY}\s*(?P<n>{NUM})|(?P<m>{NUM})\s*(?:元|美元|USD|EUR)(?P<after>)", masked
        )
        why = "the figure may be a price or an amount"
    if match is None:
        return masked
    name = "n" if match["n"] else "m"
    number = to_decimal(match[name], context.is_comma_decimal)
    if number is not None:
        place = place_of(spot, start + match.start(name), start + match.end(name))
        line.put("unit_price", plain(number.value), place, why)
        base = price_base(match["after"] or "") if "after" in match.re.groupindex else None
        if base:
            line.put("price_base_quantity", str(base), place)
        tax = match.groupdict().get("tax")
        line.price_includes_tax = None if not tax else tax == "含税"
    return _mask(masked, match.span())


def _take_name(line: DraftLine, spot: Spot, start: int, match: re.Match[str], masked: str) -> None:
    """The longest stretch of words left over, nearest to the quantity."""
    if currency_named(masked) and len(masked) < 8:
        return
    stretches = []
    for piece in re.finditer(r"[^\x01,，。;；:：、()（）]+", masked):
        text = piece.group()
        left, right = 0, len(text)
        while True:
            inner = text[left:right]
            head = re.match(rf"\s+|(?:{WORDS.pattern})", inner, re.I)
            if head and head.end():
                left += head.end()
                continue
            tail = re.search(rf"(?:\s+|(?:{WORDS.pattern}))$", inner, re.I)
            if tail and tail.end() > tail.start():
                right -= tail.end() - tail.start()
                continue
            break
        inner = text[left:right].strip("*- .·•")
        inner = re.sub(r"^\d{1,2}[.)、]\s*", "", inner)
        if len(inner) >= 2 and not re.fullmatch(r"[\d.,%/$€£¥￥元\s-]+", inner):
            first = piece.start() + text.index(inner) if inner in text else piece.start() + left
            distance = min(abs(first - match.end()), abs(first + len(inner) - match.start()))
            stretches.append((distance, first, inner))
    if not stretches:
        return
    _, first, inner = min(stretches)
    place = place_of(spot, start + first, start + first + len(inner))
    whole = CODE.fullmatch(inner)
    if whole and "seller_code" not in line.values:
        line.put("seller_code", inner, place)
        explained = re.match(r"\s*[(（]([^()（）\x01]{2,80})[)）]", masked[first + len(inner) :])
        if explained:
            begin = start + first + len(inner) + explained.start(1)
            where = place_of(spot, begin, begin + len(explained[1]))
            line.put("description", explained[1].strip(), where, "taken from a sentence")
        return
    bracketed = re.match(r"\s*[(（]([^\s()（）\x01]{3,30})[)）]", masked[first + len(inner) :])
    if bracketed and is_code(bracketed[1]) and "seller_code" not in line.values:
        begin = start + first + len(inner) + bracketed.start(1)
        where = place_of(spot, begin, begin + len(bracketed[1]))
        line.put("seller_code", bracketed[1], where, "taken from a sentence")
    lead = re.match(r"([A-Za-z0-9][\w./#*+-]*\d[\w./#*+-]*)\s+(\S.*)", inner, re.ASCII)
    if lead and CODE.fullmatch(lead.group(1)) and "seller_code" not in line.values:
        line.put("seller_code", lead.group(1), place, "taken from a sentence")
        inner = lead.group(2)
    line.put("description", inner, place, "taken from a sentence")
    words = re.finditer(r"[A-Za-z0-9][\w./-]*", inner, re.ASCII)
    named = [word for word in words if re.search(r"[A-Z].*-|-.*[A-Z]", word.group())]
    named = [word for word in named if is_code(word.group())]
    if len(named) == 1 and "seller_code" not in line.values:
        begin = start + first + named[0].start()
        where = place_of(spot, begin, begin + len(named[0].group()))
        line.put("seller_code", named[0].group(), where, "taken from a sentence")
