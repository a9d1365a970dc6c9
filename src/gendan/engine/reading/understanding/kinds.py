"""Tells orders from changes, confirmations, despatch advices and what is no order at all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import zhconv

from ..pages import Spot
from ..text import folded, has_han
from .labels import match_label
from .titles import TITLES

_TITLES = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in TITLES)
_FIRST_ROWS = 25
_REPLY = re.compile(r"^(?:(?:re|fw|fwd|aw|wg|答复|回复|转发)\s*[:：]\s*)+", re.IGNORECASE)
_NUMBER_LABEL = re.compile(
    r"(?i)(?:\b(?:no|number|nr|ref|date)\b\.?|[号期])\s*[:：]?\s*$|#\s*:?\s*$"
)
_TAIL = re.compile(r"\W*(?:(?:no|number|nr|号|编号|书|单)\b.*|[\w/-]*\d.*)?$", re.IGNORECASE)
_ASKED_FOR = frozenset(
    ["order_response", "not_an_order", "despatch_advice", "ship_notice", "receiving_advice"]
)
# "thank you for the order confirmation": papers of others that a letter speaks of
_SPOKEN_OF = re.compile(
    r"(?:thank(?:s|\s+you)(?:\s+very\s+much)?\s+for|received|regarding|concerning|about|"
    r"according\s+to|based\s+on|referring\s+to|with\s+reference\s+to|refer\s+to)"
    r"\s+(?:\w+\s+){0,3}$|(?:感谢|收到|关于|根据|参照)\S{0,8}$",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\b(?:please|send|return|provide|issue|await|attach|need|require|with|after|against|upon|per|before)\b|请|提供|回传|开具|随货|凭|按|见票",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Kind:
    """What a document is; `why` when that is only likely."""

    doc_type: str
    why: str | None = None


def _normal(text: str) -> str:
    text = folded(text)
    return zhconv.convert(text, "zh-cn") if has_han(text) else text


def _is_mentioned(before: str) -> bool:
    """Whether the words before a title ask for such a paper, or speak of one."""
    return _ASKING.search(before) is not None or _SPOKEN_OF.search(before) is not None


def _title_in(text: str, limit: int, *, is_alone: bool = False) -> tuple[str, bool] | None:
    """The kind a short text names and whether it says little else; the most telling title wins."""
    text = _normal(text).strip()
    if not text or len(text) > limit:
        return None
    spans = [
        (match.start(), match.end(), kind)
        for kind, pattern in _TITLES
        for match in pattern.finditer(text)
        if kind not in _ASKED_FOR or not _is_mentioned(text[: match.start()])
    ]
    if not spans:
        return None
    start, end, kind = max(spans, key=lambda span: (span[1] - span[0], -span[0]))
    said = end - start
    if kind == "order":
        # "purchase order" inside "purchase order change" must not hide the change
        others = [span for span in spans if span[2] != "order"]
        if others:
            start, end, kind = others[0]
            said = max(said, end - start)
    covers = said * 2 >= len(re.sub(r"\s+", "", text))
    if kind == "not_an_order" and covers:
        label = match_label(text)
        is_label = label is not None and label.field == "ignored" and not is_alone
        covers = bool(_TAIL.match(text[end:])) and not is_label
        if not covers:
            return None
    return kind, covers


def kind_of(
    spots: Sequence[Spot], opening: str, *, has_lines: bool, has_number: bool, is_body: bool
) -> Kind:
    """The document's kind by its titles first, by what it holds second."""
    votes: list[tuple[float, str]] = []
    subject = _title_in(_REPLY.sub("", opening), 160)
    if subject is not None:
        # a subject such as "Re: PO 61-204" only says which order the letter is about
        votes.append((2.0 if subject[0] == "order" else 4.0, subject[0]))
    seen = 0
    for spot in spots:
        if not spot.row.cells:
            continue
        seen += 1
        if seen > _FIRST_ROWS:
            break
        texts = [spot.row.cells[0].text] if len(spot.row.cells) > 1 else [spot.row.text]
        texts += [cell.text for cell in spot.row.cells[1:4] if cell.value is None]
        for text in texts:
            is_alone = len(spot.row.cells) == 1 and not re.search(r"[:：\d]", text)
            titled = _title_in(text, 200 if is_body else 60, is_alone=is_alone)
            if seen == 1 and not (titled and titled[1]):
                titled = _numbered_title(text) or titled
            if titled is not None and not _names_a_number(text, spot):
                votes.append((_weight(text, *titled, seen, is_body=is_body), titled[0]))
    if _is_trade_in_securities(spots):
        return Kind("not_an_order")
    return _decide(votes, has_lines=has_lines, has_number=has_number)


def _numbered_title(text: str) -> tuple[str, bool] | None:
    """ "Invoice No. RE-2026-0881" at the very top: the title of what is no order."""
    text = _normal(text).strip()
    for kind, pattern in _TITLES:
        match = pattern.match(text)
        if kind == "not_an_order" and match and _TAIL.match(text[match.end() :]):
            return kind, True
    return None


def _is_trade_in_securities(spots: Sequence[Spot]) -> bool:
    """Whether it tells of shares bought: the day of trade and of settlement, or a CUSIP."""
    text = " ".join(spot.row.text for spot in spots[:60]).lower()
    signs = ("trade date", "settlement date", "cusip", "isin", "member finra")
    return sum(sign in text for sign in signs) >= 2


def _names_a_number(text: str, spot: Spot) -> bool:
    """ "Your quotation no." beside a number is a label, not the title of the document."""
    return len(spot.row.cells) > 1 and _NUMBER_LABEL.search(text) is not None


def _weight(text: str, kind: str, fills: bool, seen: int, *, is_body: bool) -> float:
    """How much a title counts: a line of its own at the top most, a mention least."""
    labelled = re.search(r"[:：]", text) is not None and not fills
    weight = (3.0 if fills else 0.6 if labelled else 1.2) * (1.0 if seen <= 6 else 0.4)
    if is_body and not fills and kind in ("order_cancellation", "order_change"):
        weight += 1.0
    elif is_body and not fills and kind == "request_for_quotation":
        weight += 0.3
    return weight


def _decide(votes: list[tuple[float, str]], *, has_lines: bool, has_number: bool) -> Kind:
    score: dict[str, float] = {}
    for weight, kind in votes:
        score[kind] = max(score.get(kind, 0.0), weight) + (0.1 if kind in score else 0.0)
    if not score:
        if has_lines and has_number:
            return Kind("order")
        if has_lines:
            return Kind("order", "nothing in it says what kind of document it is")
        return Kind("not_an_order")
    ranked = sorted(score.items(), key=lambda item: -item[1])
    kind, best = ranked[0]
    close = [other for other, weight in ranked[1:] if weight >= best - 0.45 and other != kind]
    if kind in ("order", "not_an_order") and close:
        kind, close = (close[0] if kind == "order" else kind), [kind]
    if kind == "order" and not has_lines and not has_number:
        return Kind("not_an_order", "an order is mentioned, but it has neither number nor lines")
    if kind == "not_an_order" and best < 1.5 and has_lines:
        return Kind("order", "another kind of document is mentioned in it")
    why = f"it also looks like: {', '.join(close)}" if close else None
    return Kind(kind, why)
