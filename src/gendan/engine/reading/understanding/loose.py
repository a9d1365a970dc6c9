"""Order lines outside tables: rows of words and figures without header, and sentences."""

import re
from dataclasses import dataclass
from decimal import Decimal

from ..pages import Spot
from ..text import folded
from .context import Context
from .draft import DraftLine
from .money import UNIT_PATTERN, is_unit
from .numbers import plain, to_decimal
from .proof import product_fits
from .sentences import clauses, sentence_line
from .wording import (
    MONEY,
    NUM,
    SIZE_UNITS,
    TIMES,
    WEAK_UNITS,
    WORDS,
    is_code,
    place_of,
    strong_quantities,
)

_BARE = re.compile(
    rf"^\s*(?:\d{{1,2}}[.)、]\s*|[-*•]\s*)?(?P<name>[^\d\s:,，。][^:,，。]{{0,38}}?)[\s:,，x×]*"
    rf"(?<![\d.])(?P<n>{NUM})\s*(?P<u>{UNIT_PATTERN})\s*[.。]?\s*$",
    re.IGNORECASE,
)
_PROSE = re.compile(r"[:：；;。]|单价|交期|数量|\b(?:price|qty|please)\b", re.IGNORECASE)
_RATES = tuple(Decimal(rate) for rate in ("1.13", "1.09", "1.06", "1.03", "1.01", "1.16", "1.17"))


@dataclass
class LooseLine:
    """A line read outside tables, and how it was understood."""

    line: DraftLine
    spot: Spot
    is_sentence: bool
    is_certain: bool = True


def loose_line(spot: Spot, context: Context) -> list[LooseLine]:
    """The order lines a row of text holds: none, one, or several in one sentence."""
    if not spot.row.cells or len(spot.row.text) > 1500:
        return []
    row = _token_line(spot, context)
    if row is not None:
        return [LooseLine(row, spot, False)]
    lines = []
    for start, end in clauses(spot.row.text):
        line = sentence_line(spot, start, end, context)
        if line is not None:
            lines.append(LooseLine(line, spot, True))
    if not lines and (line := _code_and_quantity(spot, context)) is not None:
        return [LooseLine(line, spot, True)]
    if not lines and (bare := _BARE.match(folded(spot.row.text))):
        line = _bare_line(bare, spot, context)
        if line is not None:
            return [LooseLine(line, spot, True, is_certain=False)]
    return lines


def _code_and_quantity(spot: Spot, context: Context) -> DraftLine | None:
    """A short row with nothing but a quantity at one end and a code: as noted on the phone.

    Nothing in it says that it is ordered, so the quantity is always doubted.
    """
    text = folded(spot.row.text)
    if len(text) != len(spot.row.text) or len(text) > 100 or _PROSE.search(text):
        return None
    quantities = strong_quantities(text)
    if len(quantities) != 1 or quantities[0]["u"].lower() in SIZE_UNITS:
        return None
    match = quantities[0]
    before = re.sub(r"^\s*(?:\d{1,2}[.)、]\s+|[-*•]\s*)", "", text[: match.start()]).strip()
    after = text[match.end() :].strip()
    if bool(before) == bool(after):
        return None
    number = to_decimal(match["n"], context.is_comma_decimal)
    first = match.end() if after else text.index(before)
    tokens = [
        (found.group(), first + found.start(), first + found.end())
        for found in re.finditer(r"[^\s|,，]+", text[first:] if after else before)
    ]
    codes = [token for token in tokens if is_code(token[0]) and not token[0].isdigit()]
    if number is None or len(codes) != 1 or not 1 <= len(tokens) <= 9:
        return None
    line = DraftLine()
    place = place_of(spot, *match.span("n"))
    line.put("quantity", plain(number.value), place, "nothing says that this row is ordered")
    line.put("unit", context.unit(match["u"]), place)
    _name_tokens(line, tokens, spot)
    return line


def _bare_line(match: re.Match[str], spot: Spot, context: Context) -> DraftLine | None:
    """A row that is only a name and a quantity: a line if its neighbours are such rows too."""
    number = to_decimal(match["n"], context.is_comma_decimal)
    is_no_count = match["u"].lower() in WEAK_UNITS | SIZE_UNITS
    if number is None or is_no_count or context.label(match["name"]):
        return None
    line = DraftLine()
    place = place_of(spot, *match.span("n"))
    line.put("quantity", plain(number.value), place)
    line.put("unit", context.unit(match["u"]), place)
    text = spot.row.text[slice(*match.span("name"))].strip()
    line.put("description", text, place_of(spot, *match.span("name")), "taken from a sentence")
    return line


def _token_line(spot: Spot, context: Context) -> DraftLine | None:
    """A row of bare tokens: [no.] code name quantity unit price ... amount date, proved by sums."""
    text = spot.row.text
    tokens = [(m.group(), m.start(), m.end()) for m in re.finditer(r"[^\s|]+", folded(text))]
    is_row = 4 <= len(tokens) <= 30 and not TIMES.match(folded(text))
    if not is_row or _PROSE.search(re.sub(r"\d:\d", "", text)):
        return None
    line = DraftLine()
    rest: list[tuple[str, int, int]] = []
    for token, start, end in tokens:
        dates = context.dates(token)
        if len(dates) == 1 and dates[0].span == (0, len(token)) and not token.isdigit():
            day = dates[0].day.isoformat() if dates[0].day else None
            line.put("due_date", day, place_of(spot, start, end), dates[0].why)
        else:
            rest.append((token, start, end))
    unit_at = _unit_position(rest)
    if unit_at is None:
        return _without_unit(line, rest, spot, context)
    position, quantity_at, unit = unit_at
    number = to_decimal(re.match(NUM, rest[quantity_at][0]).group(), context.is_comma_decimal)  # type: ignore[union-attr]
    if number is None:
        return None
    figures = []
    for token, start, end in rest[max(position, quantity_at) + 1 :]:
        bare = re.sub(rf"^{MONEY}|[元€$%]$", "", token)
        if re.fullmatch(NUM, bare) is None or token.endswith("%"):
            continue
        value = to_decimal(bare, context.is_comma_decimal)
        if value is not None:
            figures.append((value.value, start, end))
    words = rest[: min(position, quantity_at)]
    if words and re.fullmatch(r"\d{1,3}[.、)]?", words[0][0]) and len(words) > 1:
        line.put("line_no", words[0][0].rstrip(".、)"), place_of(spot, *words[0][1:]))
        words = words[1:]
    if not figures and "due_date" not in line.values:
        return None
    if not any(re.search(r"\w", word[0]) for word in words):
        return None
    # words of prose before the figures are a sentence, unless the row is numbered and adds up
    is_prose = any(WORDS.fullmatch(word[0]) for word in words)
    if is_prose and "line_no" not in line.values:
        return None
    start, end = rest[quantity_at][1:]
    why = "it may be a size, not a quantity" if unit.lower() in SIZE_UNITS else None
    line.put("quantity", plain(number.value), place_of(spot, start, end), why)
    line.put("unit", context.unit(unit), place_of(spot, rest[position][1], rest[position][2]))
    _name_tokens(line, words, spot)
    _settle_figures(line, figures, spot)
    return None if is_prose and "line_amount" not in line.values else line


def _without_unit(
    line: DraftLine, tokens: list[tuple[str, int, int]], spot: Spot, context: Context
) -> DraftLine | None:
    """A row without any unit: only quantity × price = amount makes it a line."""
    first = next(
        (i for i in range(1, len(tokens)) if all(_figure(t[0], context) for t in tokens[i:])), None
    )
    if first is None or len(tokens) - first < 3:
        return None
    figures = [
        (value, start, end)
        for token, start, end in tokens[first:]
        if (value := _figure(token, context)) is not None
    ]
    words = tokens[:first]
    if re.fullmatch(r"\d{1,3}[.、)]?", words[0][0]) and len(words) > 1:
        line.put("line_no", words[0][0].rstrip(".、)"), place_of(spot, *words[0][1:]))
        words = words[1:]
    if not any(re.search(r"[^\W\d]", word[0]) for word in words):
        return None
    quantity = figures[0]
    line.put("quantity", plain(quantity[0]), place_of(spot, *quantity[1:]))
    _settle_figures(line, figures[1:], spot)
    if "line_amount" not in line.values:
        return None
    _name_tokens(line, words, spot)
    return line


def _figure(token: str, context: Context) -> Decimal | None:
    """The token's number if it is nothing but one."""
    bare = re.sub(rf"^{MONEY}|[元€$]$", "", token)
    if re.fullmatch(NUM, bare) is None:
        return None
    number = to_decimal(bare, context.is_comma_decimal)
    return number.value if number else None


def _unit_position(tokens: list[tuple[str, int, int]]) -> tuple[int, int, str] | None:
    """(unit token, quantity token, unit): "4 件", "件 4" or "4件"; a size only if nothing else."""
    size = None
    for index, (token, _, _) in enumerate(tokens):
        found = None
        joined = re.fullmatch(rf"(?:{NUM})({UNIT_PATTERN})", token, re.I)
        if joined and index > 0:
            found = index, index, joined.group(1)
        elif not is_unit(token) or index == 0:
            continue
        elif _counts_after(tokens, index):
            found = index, index + 1, token
        elif re.fullmatch(NUM, tokens[index - 1][0]) and index > 1:
            found = index, index - 1, token
        elif index + 1 < len(tokens) and re.fullmatch(NUM, tokens[index + 1][0]):
            found = index, index + 1, token
        if found is None:
            continue
        if found[2].lower() not in SIZE_UNITS:
            return found
        size = size or found
    return size


def _counts_after(tokens: list[tuple[str, int, int]], index: int) -> bool:
    """Whether quantity × price = amount follows a unit: in "304 件 24 46 1104" 304 is a steel."""
    after = [token for token, _, _ in tokens[index + 1 : index + 4]]
    if len(after) < 3 or not all(re.fullmatch(NUM, token) for token in after):
        return False
    values = [number.value for token in after if (number := to_decimal(token, None)) is not None]
    return len(values) == 3 and product_fits(values[0], values[1], values[2])


def _name_tokens(line: DraftLine, words: list[tuple[str, int, int]], spot: Spot) -> None:
    """Of the words before the figures the first code-like is the code, the rest the name."""
    code = next((word for word in words if is_code(word[0])), None)
    names = [word for word in words if word is not code]
    if code is not None:
        line.put("seller_code", code[0], place_of(spot, code[1], code[2]))
        if not names:
            return
    if names:
        start, end = names[0][1], names[-1][2]
        text = " ".join(spot.row.text[word[1] : word[2]] for word in names)
        line.put("description", text, place_of(spot, start, end))


def _settle_figures(line: DraftLine, figures: list[tuple[Decimal, int, int]], spot: Spot) -> None:
    """Which figure is the price and which the amount: what quantity × price proves."""
    quantity = Decimal(line.get("quantity") or 0)
    proved = [
        (price, amount)
        for i, price in enumerate(figures)
        for amount in figures[i + 1 :]
        if product_fits(quantity, price[0], amount[0])
    ]
    if proved:
        price, amount = proved[0]
        line.put("unit_price", plain(price[0]), place_of(spot, *price[1:]))
        line.put("line_amount", plain(amount[0]), place_of(spot, *amount[1:]))
        others = [figure for figure in figures if figure not in (price, amount)]
        for other in others:
            if any(abs(price[0] / rate - other[0]) <= Decimal("0.006") for rate in _RATES):
                line.price_includes_tax = True
            elif any(abs(price[0] * rate - other[0]) <= Decimal("0.006") for rate in _RATES):
                line.price_includes_tax = False
        if len(proved) > 1 and proved[1][0][0] != price[0]:
            line.doubt("unit_price", "more than one figure fits as the price")
        return
    if len(figures) == 1:
        why = "one figure without label: it may be a price or an amount"
        line.put("unit_price", plain(figures[0][0]), place_of(spot, *figures[0][1:]), why)
    elif figures:
        why = "figures without labels, and quantity × price proves none of them"
        line.put("unit_price", plain(figures[0][0]), place_of(spot, *figures[0][1:]), why)
        line.doubt("quantity", why)
