"""The words, figures and codes that order lines outside tables are made of."""

import re

from ..pages import Cell, Place, Spot
from ..text import words
from .money import UNIT_PATTERN

NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
WEAK_UNITS = frozenset(
    words(
        """
        天 人天 小时 工时 次 项 批 百 day days hour hours hr hrs g t m l in ft me job lot lots
        """
    )
)
# Units an article is measured in as often as it is sold by: "hinge 100 mm" is no order of 100 mm.
SIZE_UNITS = frozenset(words("mm cm in inch ml 毫升"))
QUANTITY = re.compile(
    rf"(?<![\w.,/-])(?P<n>(?:{NUM})万?)\s*(?P<u>{UNIT_PATTERN})(?![A-Za-z0-9])", re.I
)
QUANTITY_LABEL = re.compile(
    rf"(?:数量|qty\.?|quantity)\s*(?:为|是|of)?\s*[:：]?\s*(?P<n>{NUM})\s*(?P<u>{UNIT_PATTERN})?",
    re.I,
)
TIMES = re.compile(rf"^\s*(?:[-*•]\s*)?(?P<n>{NUM})\s*[x×](?P<u>)(?=\s+[A-Za-z\u3400-\u9fff])")
MONEY = r"(?:(?:US|HK|NT)?\$|[€£¥￥]|[A-Z]{3}\b|RMB|人民币)"
PRICE = re.compile(
    rf"(?:(?P<tax>不?含税)?(?:单\s*价|价格)|(?:unit\s+)?price|@|\bat\b)(?:[（(](?P<note>[^)）]*)[)）])?\s*(?:为|是|of|is|[:：])?\s*{MONEY}?\s*(?P<n>{NUM})"
    rf"\s*(?P<after>(?:元|美元|USD|EUR|RMB|€)?\s*(?:(?:/|per|每)\s*\d*\s*[A-Za-z\u3400-\u9fff]{{0,3}})?)",
    re.I,
)
PRICE_EACH = re.compile(
    rf"{MONEY}?\s*(?P<n>{NUM})\s*(?P<after>(?:元|美元|USD|EUR|GBP|RMB|€|\$)?\s*(?:each\b|(?:/|per|每)\s*\d*\s*(?:{UNIT_PATTERN})))",
    re.I,
)
AMOUNT = re.compile(
    rf"(?:金额|总价|总额|合计|小计|共计|amount|total)\s*(?:为|是|of|is|[:：])?\s*{MONEY}?\s*(?P<n>{NUM})",
    re.I,
)
CODE_LABEL = re.compile(
    r"(?:(?:your|our)\s+item|型号|规格型号|料号|物料号|物料编码|货号|品号|款号|编码|part\s*(?:no|number)\.?|item\s*(?:no|number|code)\.?|sku|model|p/n|art\.?\s*no\.?|style(?:\s*no)?\.?)"
    r"\s*[:：#]?\s*(?P<c>[A-Za-z0-9][\w./#*+-]*)",
    re.I | re.ASCII,
)
CODE = re.compile(r"(?=[A-Za-z0-9./#_*+-]*\d)[A-Za-z0-9][A-Za-z0-9./#_*+-]{3,39}")
WORDS = re.compile(
    r"请|尽快|安排|帮我|帮忙|订购|采购|购买|需要|需|我司|我方|我们|贵司|要|下单|订单|追加|以下|如下|产品|货物|交期|交货期?|交货日期|到货|之?前|数量|品名|名称|交付|送到|送达|金额|总价|合计|"
    r"\b(?:please|kindly|could|you|supply|send|ship|deliver|delivery|delivered|us|order|we|would|like|to|need|want|require|buy|purchase|"
    r"of|at|by|for|before|on|no|the|with|and|qty|quantity|date|due|price|unit|each|pc|i|hi|hello|following|also|add|another|more|additional|further|again|extra|same|reorder|required|total|amount|is|are|latest|later|than|not)\b",
    re.I,
)


_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_TOLD = re.compile(
    r"\b(?:wait(?:ing|ed)?\s+for|received|(?:we|i)\s+(?:got|returned|paid)|"
    r"when\s+(?:will|can|do|does|did|is|are)|where\s+(?:is|are)|still\s+(?:open|missing|waiting)|"
    r"missing|damaged|defective|complain\w*|shortage|short[\s-](?:shipped|delivered)|"
    r"(?:was|were|has\s+been|have\s+been)\s+(?:shipped|delivered|sent|returned|rejected)|"
    r"you\s+(?:sent|shipped|delivered)|have\s+arrived|has\s+arrived)\b|"
    r"(?:已|我们|我司|我方)收到|收到了|何时|什么时候|为什么|短少|少发|破损|不良|投诉|已发货|已付款",
    re.I,
)
_SENTENCE_END = re.compile(r"[。？！?!;；\n]|\.(?=\s|$)(?<!\bno\.)(?<!\bpcs\.)", re.I)


def is_told(text: str, start: int) -> bool:
    """Whether the sentence around a place tells or asks of goods instead of ordering them."""
    ends = [match.start() for match in _SENTENCE_END.finditer(text)]
    first = max((end + 1 for end in ends if end < start), default=0)
    last = min((end for end in ends if end >= start), default=len(text))
    return _TOLD.search(text[first:last]) is not None


def asks_for_goods(text: str) -> bool:
    """Whether a text names a quantity that may be ordered."""
    return any(not is_told(text, match.start()) for match in strong_quantities(text))


def is_code(text: str) -> bool:
    """Whether a word looks like a code, and not like a size ("100mm")."""
    size = re.fullmatch(rf"(?:{NUM}){UNIT_PATTERN}", text, re.IGNORECASE)
    return CODE.fullmatch(text) is not None and size is None


def place_of(spot: Spot, start: int, end: int) -> Place:
    """Where a stretch of a row's text stands."""
    text = spot.row.text
    if spot.page.kind == "text":
        return Place(spot.page.number, spot.row.number, text[start:end], span=(start, end))
    cell: Cell = spot.row.cells[0]
    return Place(spot.page.number, spot.row.number, text[start:end], column=cell.column)


def strong_quantities(text: str) -> list[re.Match[str]]:
    """Quantities with a unit that can be meant, not "within 30 days" or "per 100 pcs".

    What stands in brackets explains something else: it counts only if nothing else is there.
    """
    outside = _BRACKETS.sub(lambda match: " " * len(match.group()), text)
    return _quantities(outside) or _quantities(text)


def _is_of(match: re.Match[str], text: str) -> bool:
    """ "800 m of GQ-5391": a measure of goods, not "within 30 days of delivery"."""
    is_measure = match["u"].lower() in ("m", "g", "t", "l", "ft")
    return is_measure and re.match(r"\s+of\s+\S", text[match.end() :]) is not None


def _quantities(text: str) -> list[re.Match[str]]:
    found = []
    for match in QUANTITY.finditer(text):
        before = text[: match.start()].rstrip().lower()
        is_weak = match["u"].lower() in WEAK_UNITS and not _is_of(match, text)
        if is_weak or before.endswith(("/", "per", "每", "第", "不超过")):
            continue
        if re.search(rf"{MONEY}$|@$|单价$|价格$", text[: match.start()].rstrip()):
            continue
        # the price 0.35 in "0.35 per pc" is no quantity, nor is the 3 in "3 个工作日"
        if re.match(r"\s*(?:工作日|月|星期|周|小时|working)", text[match.end() :]):
            continue
        found.append(match)
    counted = [match for match in found if match["u"].lower() not in SIZE_UNITS]
    return counted or found
