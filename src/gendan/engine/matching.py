"""Finds which of our items and customers a stranger's words mean: ranked, with reasons and doubts.

Input: candidates (what we know about an item or a customer) and a query (what the document says).
Output: `Matched`, the ranked matches with a score of 0 to 100 and the code of the reason; words are
made by whoever shows it. Exact beats fuzzy, and only an exact, unique, uncontradicted match is
certain: everything else is for a person to look at.

Texts are compared without differences of spelling (engine/plain_words.py).
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from gendan.engine.plain_words import CJK, company_words, domain_of, has_initials, plain, squeezed

MOST_ALTERNATIVES = 6
WORTH_SHOWING = 45
"""Below this score two names have nothing to do with each other."""
GOOD = 80
"""From this score on a fuzzy match is proposed; below, the field is left open."""
CLEARLY_AHEAD = 6
"""A fuzzy match is proposed only when the next one is at least this many points behind."""
DIFFERENT_NUMBERS = 62
"""At most this much for names whose numbers differ: M8×30 is not M8×40."""

CODE_SCORES = {
    "customers_code": 100,
    "learned": 100,
    "gtin": 99,
    "our_code": 98,
    "model": 94,
    "customers_name": 93,
    "name": 92,
}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
COMPANY_SCORES = {"gln": 100, "tax_number": 100, "learned": 99, "address": 98, "name": 96}


@dataclass(frozen=True)
class ItemCandidate:
    """What we know about one item; `key` names it to the caller.

    codes: our own code first. traits: words that tell variants apart (colour, size).
    their_codes / their_names: what this customer calls it.
    """

    key: int
    codes: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    gtin: str = ""
    their_codes: tuple[str, ...] = ()
    their_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemQuery:
    """What a line of a document says about its article."""

    buyer_code: str = ""
    seller_code: str = ""
    gtin: str = ""
    description: str = ""
    specification: str = ""
    learned_code: str = ""  # our code that a person has named for these words before


@dataclass(frozen=True)
class CompanyCandidate:
    """What we know about one customer; `addresses` are its contacts' e-mail addresses."""

    key: int
    code: str = ""
    names: tuple[str, ...] = ()
    gln: str = ""
    tax_number: str = ""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class CompanyQuery:
    """What a document says about who orders."""

    name: str = ""
    gln: str = ""
    tax_number: str = ""
    address: str = ""  # of the buyer as printed
    sender: str = ""  # e-mail address the document came from
    sender_name: str = ""
    learned_keys: tuple[int, ...] = ()  # customers a person has named for this sender before


@dataclass(frozen=True)
class Match:
    """One candidate with its score (0 to 100) and the code of the best reason."""

    key: int
    score: int
    reason: str


@dataclass(frozen=True)
class Matched:
    """The proposed match, the ranked alternatives (the proposed one first) and the doubt.

    doubt: "" when certain, else "none", "similar" (proposed by likeness only), "several" (two or
    more fit equally well), "contradiction" (the document's marks name different things).
    """

    best: Match | None
    alternatives: tuple[Match, ...]
    doubt: str

    @property
    def is_certain(self) -> bool:
        """Whether nobody needs to look."""
        return self.best is not None and not self.doubt


def match_items(
    queries: Sequence[ItemQuery],
    candidates: Iterable[ItemCandidate],
    near: Sequence[Collection[int]] | None = None,
) -> list[Matched]:
    """For each line the items it may mean. Exact marks are looked up in dictionaries, so that the
    cost of exact lines does not grow with the number of candidates; the rest is compared by name,
    with all candidates or, where `near` gives keys for each line, with these only.
    """
    index = _ItemIndex(list(candidates))
    known: dict[ItemQuery, Matched] = {}
    for position, query in enumerate(queries):
        if query not in known:
            keys = None if near is None else near[position]
            known[query] = _match_item(query, index, keys)
    return [known[query] for query in queries]


class _ItemIndex:
    """Dictionaries from each kind of exact mark to the candidates that carry it."""

    def __init__(self, pool: list[ItemCandidate]) -> None:
        self.pool = pool
        self.by: dict[str, dict[str, list[int]]] = {reason: {} for reason in CODE_SCORES}
        for item in pool:
            self._put("customers_code", item.key, item.their_codes, squeezed)
            self._put("our_code", item.key, item.codes, squeezed)
            self._put("learned", item.key, item.codes[:1], squeezed)
            self._put("model", item.key, item.models, squeezed)
            self._put("gtin", item.key, (item.gtin.lstrip("0"),), squeezed)
            self._put("customers_name", item.key, item.their_names, squeezed)
            self._put("name", item.key, _full_names(item), squeezed)
        self.names = {
            item.key: (item, [plain(name) for name in _full_names(item)]) for item in pool
        }

    def _put(self, reason: str, key: int, texts: Iterable[str], form: Callable[[str], str]) -> None:
        table = self.by[reason]
        for text in texts:
            if text and (word := form(text)):
                keys = table.setdefault(word, [])
                if key not in keys:
                    keys.append(key)

    def find(self, reason: str, text: str) -> list[int]:
        """The candidates that carry this mark."""
        return self.by[reason].get(squeezed(text), []) if text else []


def _full_names(item: ItemCandidate) -> list[str]:
    traits = " ".join(trait for trait in item.traits if trait)
    names = [name for name in item.names if name]
    return [f"{name} {traits}" for name in names] if traits else names


def _match_item(query: ItemQuery, index: _ItemIndex, near: Collection[int] | None) -> Matched:
    found: dict[int, Match] = {}
    marks: list[set[int]] = []
    for reason, text in _exact_marks(query):
        keys = index.find(reason, text)
        if keys and CODE_SCORES[reason] >= CODE_SCORES["model"]:
            marks.append(set(keys))
        for key in keys:
            _keep_better(found, Match(key, CODE_SCORES[reason], reason))
    if marks:
        common = set.intersection(*marks)
        if common and len(set.union(*marks)) > len(common):
            # One mark alone fits several items, another tells which: the common one is meant.
            found = {
                key: match if key in common else Match(key, match.score - 10, match.reason)
                for key, match in found.items()
            }
        return _ranked(found.values(), is_exact=True, contradicts=not common)
    if found:
        return _ranked(found.values(), is_exact=True, contradicts=False)
    for match in _similar_items(query, index, near):
        _keep_better(found, match)
    return _ranked(found.values(), is_exact=False, contradicts=False)


def _exact_marks(query: ItemQuery) -> list[tuple[str, str]]:
    pairs = [
        ("learned", query.learned_code),
        ("customers_code", query.buyer_code),
        ("our_code", query.seller_code),
        ("gtin", query.gtin.lstrip("0")),
        ("customers_code", query.seller_code),
        ("our_code", query.buyer_code),
        ("model", query.seller_code),
        ("model", query.buyer_code),
        ("customers_name", query.description),
        ("name", query.description),
        ("model", query.specification),
        ("our_code", query.description),
    ]
    return [(reason, text.strip()) for reason, text in pairs if text.strip()]


def _similar_items(
    query: ItemQuery, index: _ItemIndex, near: Collection[int] | None
) -> list[Match]:
    words = plain(f"{query.description} {query.specification}")
    short = plain(query.description)
    codes = {squeezed(code) for code in (query.buyer_code, query.seller_code) if code}
    tokens = {word for word in re.split(r"[\s,;/()]+", query.description) if len(word) >= 4}
    inside = {squeezed(token) for token in tokens}
    matches = []
    for key in index.names if near is None else near:
        if key not in index.names:
            continue
        item, names = index.names[key]
        best = max((_likeness(text, name) for text in {words, short} for name in names), default=0)
        reason = "similar_name"
        for code in (*item.codes, *item.models):
            own = squeezed(code)
            if len(own) >= 4 and own in inside and best < 90:
                best, reason = 90, "code_in_text"
            likeness = max((round(fuzz.ratio(own, code)) for code in codes), default=0)
            if len(own) >= 5 and likeness >= 85 and likeness - 5 > best:
                best, reason = likeness - 5, "similar_code"
        if best >= WORTH_SHOWING:
            matches.append(Match(item.key, min(best, 91), reason))
    return matches


def _likeness(text: str, name: str) -> int:
    """How alike two plain texts are; different numbers in both mean different things."""
    if not text or not name:
        return 0
    score = max(fuzz.ratio(text, name), fuzz.token_sort_ratio(text, name))
    if CJK.search(name):
        score = max(score, fuzz.ratio(text.replace(" ", ""), name.replace(" ", "")))
    if min(len(text), len(name)) >= 3:
        score = max(score, 0.94 * fuzz.token_set_ratio(text, name))
    if min(len(text), len(name)) >= 4:
        score = max(score, 0.86 * fuzz.partial_ratio(text, name))
    ours, theirs = set(_NUMBER.findall(name)), set(_NUMBER.findall(text))
    if ours and theirs and not ours <= theirs and not theirs <= ours:
        score = min(score, DIFFERENT_NUMBERS)
    return round(score)


def match_company(query: CompanyQuery, candidates: Iterable[CompanyCandidate]) -> Matched:
    """The customer who wrote the document: by number, learned sender, address, name, likeness.

    A sender's address alone proves nothing about a document that names somebody else, so marks
    that point to different customers are a contradiction.
    """
    found: dict[int, Match] = {}
    strong: dict[str, set[int]] = {}
    alike: set[int] = set()
    wanted = company_words(query.name)
    domain = domain_of(query.sender) or domain_of(query.address)
    asked = query.sender_name if not wanted else ""
    for company in candidates:
        for match in _company_matches(company, query, wanted, domain, asked):
            _keep_better(found, match)
            if match.reason in {"name", "similar_name"}:
                alike.add(match.key)
            if match.reason in COMPANY_SCORES:
                strong.setdefault(match.reason, set()).add(company.key)
    marks = list(strong.values())
    contradicts = len(marks) > 1 and not set.intersection(*marks)
    matched = _ranked(found.values(), is_exact=bool(marks), contradicts=contradicts)
    best = matched.best
    if best and not matched.doubt and best.reason == "address" and wanted and best.key not in alike:
        # Written from a customer's address, in the name of somebody else.
        return Matched(best, matched.alternatives, "contradiction")
    return matched


def _company_matches(
    company: CompanyCandidate, query: CompanyQuery, wanted: str, domain: str, asked: str
) -> list[Match]:
    matches = []
    if query.gln and company.gln == query.gln.strip():
        matches.append(Match(company.key, COMPANY_SCORES["gln"], "gln"))
    if query.tax_number and squeezed(company.tax_number) == squeezed(query.tax_number):
        matches.append(Match(company.key, COMPANY_SCORES["tax_number"], "tax_number"))
    if company.key in query.learned_keys:
        matches.append(Match(company.key, COMPANY_SCORES["learned"], "learned"))
    addresses = {address.casefold() for address in company.addresses}
    if addresses & {query.sender.casefold(), query.address.casefold()}:
        matches.append(Match(company.key, COMPANY_SCORES["address"], "address"))
    elif domain and any(domain_of(address) == domain for address in addresses):
        matches.append(Match(company.key, 88, "domain"))
    names = [company_words(name) for name in company.names if name]
    if wanted and wanted in names:
        matches.append(Match(company.key, COMPANY_SCORES["name"], "name"))
    elif wanted or asked:
        text = wanted or company_words(asked)
        score = max((_name_likeness(text, name) for name in names), default=0)
        if score >= WORTH_SHOWING + 10:
            matches.append(Match(company.key, min(score, 90), "similar_name"))
        elif text == squeezed(company.code) or any(
            has_initials(text, name) for name in company.names
        ):
            matches.append(Match(company.key, 82, "initials"))
    return matches


def _name_likeness(text: str, name: str) -> int:
    if not text or not name:
        return 0
    score = max(fuzz.ratio(text, name), 0.97 * fuzz.token_sort_ratio(text, name))
    if min(len(text), len(name)) >= 4 or (CJK.search(text) and min(len(text), len(name)) >= 2):
        score = max(
            score, 0.9 * fuzz.token_set_ratio(text, name), 0.84 * fuzz.partial_ratio(text, name)
        )
    return round(score)


def _keep_better(found: dict[int, Match], match: Match) -> None:
    known = found.get(match.key)
    if known is None or known.score < match.score:
        found[match.key] = match


def _ranked(matches: Iterable[Match], *, is_exact: bool, contradicts: bool) -> Matched:
    order = sorted(matches, key=lambda match: (-match.score, match.key))
    top = tuple(order[:MOST_ALTERNATIVES])
    if not top:
        return Matched(None, (), "none")
    first, second = top[0], top[1] if len(top) > 1 else None
    if contradicts:
        return Matched(first, top, "contradiction")
    if second is not None and second.score == first.score:
        return Matched(None, top, "several")
    if is_exact:
        return Matched(first, top, "")
    if first.score < GOOD:
        return Matched(None, top, "none")
    if second is not None and first.score - second.score < CLEARLY_AHEAD:
        return Matched(None, top, "several")
    return Matched(first, top, "similar")
