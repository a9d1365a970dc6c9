"""Order lines outside tables: rows of words and figures without header, and sentences."""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ..pages import Cell, Place, Spot
from ..text import folded, words
from .context import Context
from .draft import DraftLine
from .money import UNIT_PATTERN, currency_named, is_unit, price_base
from .numbers import plain, to_decimal
from .proof import product_fits

_NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_WEAK_UNITS = frozenset(
    words(
        """
        天 人天 小时 工时 次 项 批 百 day days hour hours hr hrs g t m l in ft me job lot lots
        """
    )
)
# Units an article is measured in as often as it is sold by: "hinge 100 mm" is no order of 100 mm.
_SIZE_UNITS = frozenset(words("mm cm in inch ml 毫升"))
_QUANTITY = re.compile(rf"(?<![\w.,/-])(?P<n>{_NUM})\s*(?P<u>{UNIT_PATTERN})(?![A-Za-z0-9])", re.I)
_QUANTITY_LABEL = re.compile(
    rf"(?:数量|qty\.?|quantity)\s*(?:为|是|of)?\s*[:：]?\s*(?P<n>{_NUM})\s*(?P<u>{UNIT_PATTERN})?",
    re.I,
)
_TIMES = re.compile(rf"^\s*(?:[-*•]\s*)?(?P<n>{_NUM})\s*[x×](?P<u>)(?=\s+[A-Za-z\u3400-\u9fff])")
_MONEY = r"(?:(?:US|HK|NT)?\$|[€£¥￥]|[A-Z]{3}\b|RMB|人民币)"
_PRICE = re.compile(
    rf"(?:(?P<tax>不?含税)?(?:单\s*价|价格)|(?:unit\s+)?price|@|\bat\b)(?:[（(](?P<note>[^)）]*)[)）])?\s*(?:为|是|of|is|[:：])?\s*{_MONEY}?\s*(?P<n>{_NUM})"
    rf"\s*(?P<after>(?:元|美元|USD|EUR|RMB|€)?\s*(?:(?:/|per|每)\s*\d*\s*[A-Za-z\u3400-\u9fff]{{0,3}})?)",
    re.I,
)
_PRICE_EACH = re.compile(
    rf"{_MONEY}?\s*(?P<n>{_NUM})\s*(?P<after>(?:元|美元|USD|EUR|GBP|RMB|€|\$)?\s*(?:each\b|(?:/|per|每)\s*\d*\s*(?:{UNIT_PATTERN})))",
    re.I,
)
_AMOUNT = re.compile(
    rf"(?:金额|总价|总额|合计|小计|共计|amount|total)\s*(?:为|是|of|is|[:：])?\s*{_MONEY}?\s*(?P<n>{_NUM})",
    re.I,
)
_CODE_LABEL = re.compile(
    r"(?:型号|规格型号|料号|物料号|物料编码|货号|品号|款号|编码|part\s*(?:no|number)\.?|item\s*(?:no|number|code)\.?|sku|model|p/n|art\.?\s*no\.?|style(?:\s*no)?\.?)"
    r"\s*[:：#]?\s*(?P<c>[A-Za-z0-9][\w./#*+-]*)",
    re.I | re.ASCII,
)
_CODE = re.compile(r"(?=[A-Za-z0-9./#_*+-]*\d)[A-Za-z0-9][A-Za-z0-9./#_*+-]{3,39}")
_WORDS = re.compile(
    r"请|尽快|安排|帮我|帮忙|订购|采购|购买|需要|需|我司|我方|我们|贵司|要|下单|订单|追加|以下|如下|产品|货物|交期|交货期?|交货日期|到货|之?前|数量|品名|名称|交付|送到|送达|金额|总价|合计|"
    r"\b(?:please|kindly|could|you|supply|send|ship|deliver|delivery|delivered|us|order|we|would|like|to|need|want|require|buy|purchase|"
    r"of|at|by|for|before|on|no|the|with|and|qty|quantity|date|due|price|unit|each|pc|i|hi|hello|following|also|add|required|total|amount|is|are|latest|later|than|not)\b",
    re.I,
)
_BARE = re.compile(
    rf"^\s*(?:\d{{1,2}}[.)、]\s*|[-*•]\s*)?(?P<name>[^\d\s:,，。][^:,，。]{{0,38}}?)[\s:,，x×]*"
    rf"(?<![\d.])(?P<n>{_NUM})\s*(?P<u>{UNIT_PATTERN})\s*[.。]?\s*$",
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
    for start, end in _clauses(spot.row.text):
        line = _sentence(spot, start, end, context)
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
    quantities = _strong_quantities(text)
    if len(quantities) != 1 or quantities[0]["u"].lower() in _SIZE_UNITS:
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
    codes = [token for token in tokens if _is_code(token[0]) and not token[0].isdigit()]
    if number is None or len(codes) != 1 or not 1 <= len(tokens) <= 9:
        return None
    line = DraftLine()
    place = _place(spot, *match.span("n"))
    line.put("quantity", plain(number.value), place, "nothing says that this row is ordered")
    line.put("unit", context.unit(match["u"]), place)
    _name_tokens(line, tokens, spot)
    return line


def _is_code(text: str) -> bool:
    """Whether a word looks like a code, and not like a size ("100mm")."""
    size = re.fullmatch(rf"(?:{_NUM}){UNIT_PATTERN}", text, re.IGNORECASE)
    return _CODE.fullmatch(text) is not None and size is None


def _bare_line(match: re.Match[str], spot: Spot, context: Context) -> DraftLine | None:
    """A row that is only a name and a quantity: a line if its neighbours are such rows too."""
    number = to_decimal(match["n"], context.is_comma_decimal)
    if number is None or match["u"].lower() in _WEAK_UNITS or context.label(match["name"]):
        return None
    line = DraftLine()
    place = _place(spot, *match.span("n"))
    line.put("quantity", plain(number.value), place)
    line.put("unit", context.unit(match["u"]), place)
    text = spot.row.text[slice(*match.span("name"))].strip()
    line.put("description", text, _place(spot, *match.span("name")), "taken from a sentence")
    return line


def _place(spot: Spot, start: int, end: int) -> Place:
    text = spot.row.text
    if spot.page.kind == "text":
        return Place(spot.page.number, spot.row.number, text[start:end], span=(start, end))
    cell: Cell = spot.row.cells[0]
    return Place(spot.page.number, spot.row.number, text[start:end], column=cell.column)


def _token_line(spot: Spot, context: Context) -> DraftLine | None:
    """A row of bare tokens: [no.] code name quantity unit price ... amount date, proved by sums."""
    text = spot.row.text
    tokens = [(m.group(), m.start(), m.end()) for m in re.finditer(r"[^\s|]+", folded(text))]
    if not 4 <= len(tokens) <= 30 or _PROSE.search(re.sub(r"\d:\d", "", text)):
        return None
    line = DraftLine()
    rest: list[tuple[str, int, int]] = []
    for token, start, end in tokens:
        dates = context.dates(token)
        if len(dates) == 1 and dates[0].span == (0, len(token)) and not token.isdigit():
            day = dates[0].day.isoformat() if dates[0].day else None
            line.put("due_date", day, _place(spot, start, end), dates[0].why)
        else:
            rest.append((token, start, end))
    unit_at = _unit_position(rest)
    if unit_at is None:
        return _without_unit(line, rest, spot, context)
    position, quantity_at, unit = unit_at
    number = to_decimal(re.match(_NUM, rest[quantity_at][0]).group(), context.is_comma_decimal)  # type: ignore[union-attr]
    if number is None:
        return None
    figures = []
    for token, start, end in rest[max(position, quantity_at) + 1 :]:
        bare = re.sub(rf"^{_MONEY}|[元€$%]$", "", token)
        if re.fullmatch(_NUM, bare) is None or token.endswith("%"):
            continue
        value = to_decimal(bare, context.is_comma_decimal)
        if value is not None:
            figures.append((value.value, start, end))
    words = rest[: min(position, quantity_at)]
    if words and re.fullmatch(r"\d{1,3}[.、)]?", words[0][0]) and len(words) > 1:
        line.put("line_no", words[0][0].rstrip(".、)"), _place(spot, *words[0][1:]))
        words = words[1:]
    if not figures and "due_date" not in line.values:
        return None
    if not any(re.search(r"\w", word[0]) for word in words):
        return None
    # several words of prose before the figures are a sentence
    if sum(1 for word in words if _WORDS.fullmatch(word[0])) > 0:
        return None
    start, end = rest[quantity_at][1:]
    why = "it may be a size, not a quantity" if unit.lower() in _SIZE_UNITS else None
    line.put("quantity", plain(number.value), _place(spot, start, end), why)
    line.put("unit", context.unit(unit), _place(spot, rest[position][1], rest[position][2]))
    _name_tokens(line, words, spot)
    _settle_figures(line, figures, spot)
    return line


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
        line.put("line_no", words[0][0].rstrip(".、)"), _place(spot, *words[0][1:]))
        words = words[1:]
    if not any(re.search(r"[^\W\d]", word[0]) for word in words):
        return None
    quantity = figures[0]
    line.put("quantity", plain(quantity[0]), _place(spot, *quantity[1:]))
    _settle_figures(line, figures[1:], spot)
    if "line_amount" not in line.values:
        return None
    _name_tokens(line, words, spot)
    return line


def _figure(token: str, context: Context) -> Decimal | None:
    """The token's number if it is nothing but one."""
    bare = re.sub(rf"^{_MONEY}|[元€$]$", "", token)
    if re.fullmatch(_NUM, bare) is None:
        return None
    number = to_decimal(bare, context.is_comma_decimal)
    return number.value if number else None


def _unit_position(tokens: list[tuple[str, int, int]]) -> tuple[int, int, str] | None:
    """(unit token, quantity token, unit): "4 件", "件 4" or "4件"; a size only if nothing else."""
    size = None
    for index, (token, _, _) in enumerate(tokens):
        found = None
        joined = re.fullmatch(rf"(?:{_NUM})({UNIT_PATTERN})", token, re.I)
        if joined and index > 0:
            found = index, index, joined.group(1)
        elif not is_unit(token) or index == 0:
            continue
        elif re.fullmatch(_NUM, tokens[index - 1][0]) and index > 1:
            found = index, index - 1, token
        elif index + 1 < len(tokens) and re.fullmatch(_NUM, tokens[index + 1][0]):
            found = index, index + 1, token
        if found is None:
            continue
        if found[2].lower() not in _SIZE_UNITS:
            return found
        size = size or found
    return size


def _name_tokens(line: DraftLine, words: list[tuple[str, int, int]], spot: Spot) -> None:
    """Of the words before the figures the first code-like is the code, the rest the name."""
    code = next((word for word in words if _is_code(word[0])), None)
    names = [word for word in words if word is not code]
    if code is not None:
        line.put("seller_code", code[0], _place(spot, code[1], code[2]))
        if not names:
            return
    if names:
        start, end = names[0][1], names[-1][2]
        text = " ".join(spot.row.text[word[1] : word[2]] for word in names)
        line.put("description", text, _place(spot, start, end))


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
        line.put("unit_price", plain(price[0]), _place(spot, *price[1:]))
        line.put("line_amount", plain(amount[0]), _place(spot, *amount[1:]))
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
        line.put("unit_price", plain(figures[0][0]), _place(spot, *figures[0][1:]), why)
    elif figures:
        why = "figures without labels, and quantity × price proves none of them"
        line.put("unit_price", plain(figures[0][0]), _place(spot, *figures[0][1:]), why)
        line.doubt("quantity", why)


def _strong_quantities(text: str) -> list[re.Match[str]]:
    """Quantities with a unit that can be meant, not "within 30 days" or "per 100 pcs"."""
    found = []
    for match in _QUANTITY.finditer(text):
        before = text[: match.start()].rstrip().lower()
        if match["u"].lower() in _WEAK_UNITS or before.endswith(("/", "per", "每", "第", "不超过")):
            continue
        if re.search(rf"{_MONEY}$|@$|单价$|价格$", text[: match.start()].rstrip()):
            continue
        # the price 0.35 in "0.35 per pc" is no quantity, nor is the 3 in "3 个工作日"
        if re.match(r"\s*(?:工作日|月|星期|周|小时|working)", text[match.end() :]):
            continue
        found.append(match)
    counted = [match for match in found if match["u"].lower() not in _SIZE_UNITS]
    return counted or found


def _clauses(text: str) -> list[tuple[int, int]]:
    """The text cut so that each piece speaks of one quantity."""
    text = folded(text)
    pieces: list[tuple[int, int]] = []
    for sentence in re.finditer(r"[^;；。\n]+", text):
        start, end = sentence.span()
        quantities = _strong_quantities(text[start:end]) or list(
            _QUANTITY_LABEL.finditer(text[start:end])
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


def _sentence(spot: Spot, start: int, end: int, context: Context) -> DraftLine | None:
    """A line said in words; the name is what is left and always a guess."""
    raw = spot.row.text[start:end]
    text = folded(raw)
    if len(text) != len(raw):
        text = raw
    quantities = _strong_quantities(text)
    labelled = _QUANTITY_LABEL.search(text) or _TIMES.match(text)
    match = labelled or (quantities[0] if quantities else None)
    if match is None:
        return None
    line = DraftLine()
    masked = _mask(text, match.span())
    masked = _take_dates(line, spot, start, text, masked, context)
    masked = _take_price(line, spot, start, masked, context)
    code = _CODE_LABEL.search(masked)
    if code:
        line.put(
            "seller_code", code["c"], _place(spot, start + code.start("c"), start + code.end("c"))
        )
        masked = _mask(masked, code.span())
    number = to_decimal(match["n"], context.is_comma_decimal)
    if number is None:
        return None
    place = _place(spot, start + match.start("n"), start + match.end("n"))
    is_size = (match["u"] or "").lower() in _SIZE_UNITS and not labelled
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
        place = _place(spot, start + found[0].span[0], start + found[0].span[1])
        line.put("due_date", day, place, found[0].why)
        if len(found) > 1:
            line.doubt("due_date", "several dates are named in one sentence")
    return masked


def _take_price(line: DraftLine, spot: Spot, start: int, masked: str, context: Context) -> str:
    amount = _AMOUNT.search(masked)
    if amount:
        number = to_decimal(amount["n"], context.is_comma_decimal)
        place = _place(spot, start + amount.start("n"), start + amount.end("n"))
        if number is not None:
            line.put("line_amount", plain(number.value), place)
        masked = _mask(masked, amount.span())
    match = _PRICE.search(masked) or _PRICE_EACH.search(masked)
    why = None
    if match is None:
        match = re.search(
            rf"{_MONEY}\s*(?P<n>{_NUM})|(?P<m>{_NUM})\s*(?:元|美元|USD|EUR)(?P<after>)", masked
        )
        why = "the figure may be a price or an amount"
    if match is None:
        return masked
    name = "n" if match["n"] else "m"
    number = to_decimal(match[name], context.is_comma_decimal)
    if number is not None:
        place = _place(spot, start + match.start(name), start + match.end(name))
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
            head = re.match(rf"\s+|(?:{_WORDS.pattern})", inner, re.I)
            if head and head.end():
                left += head.end()
                continue
            tail = re.search(rf"(?:\s+|(?:{_WORDS.pattern}))$", inner, re.I)
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
    place = _place(spot, start + first, start + first + len(inner))
    whole = _CODE.fullmatch(inner)
    if whole and "seller_code" not in line.values:
        line.put("seller_code", inner, place)
        return
    lead = re.match(r"([A-Za-z0-9][\w./#*+-]*\d[\w./#*+-]*)\s+(\S.*)", inner, re.ASCII)
    if lead and _CODE.fullmatch(lead.group(1)) and "seller_code" not in line.values:
        line.put("seller_code", lead.group(1), place, "taken from a sentence")
        inner = lead.group(2)
    line.put("description", inner, place, "taken from a sentence")
