"""Database → engine and back: which customer and which items a draft means.

Whatever the number of lines and of items: one query for the customers, one for exact marks of all
lines, two for likeness of the lines that have none, one for units, one for what was
learned. All is written into the draft's `matches` as ids, scores and codes of reasons.
"""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from gendan.catalog.models import Item, Unit
from gendan.catalog.queries import NoConversion
from gendan.catalog.queries import converter as converter_for
from gendan.catalog.standard_units import SYNONYMS
from gendan.engine import matching as engine
from gendan.engine.plain_words import Nearness, company_words, plain, squeezed
from gendan.engine.unit_words import unit_spellings
from gendan.intake.draft_data import Data, lines_of, value_at
from gendan.intake.models import Learned
from gendan.orders.models import CustomerItem
from gendan.partners.models import Partner

NEAREST = 16  # items per line that are worth comparing
MOST_TEXTS = 1000  # lines of one document that are searched by likeness
_SPLIT = re.compile(r"[,;/(|，；、（\n]")


@dataclass(frozen=True)
class Known:
    """What corrections have taught about one customer, by kind."""

    items: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    date_order: str = ""

    def hints(self, currency: str = "") -> dict[str, Any]:
        """The arguments of the reader's ReadingHints."""
        hints: dict[str, Any] = {}
        if self.columns:
            hints["column_labels"] = self.columns
        if self.date_order:
            hints["date_order"] = self.date_order
        if currency:
            hints["currency"] = currency
        return hints


def known_about(customer_id: int | None) -> Known:
    """Everything learned about a customer (1 query)."""
    known = Known()
    if customer_id is None:
        return known
    rows = Learned.objects.filter(customer_id=customer_id).values_list("kind", "key", "value")
    date_order = ""
    for kind, key, value in rows:
        if kind == Learned.Kind.ITEM:
            known.items[key] = value
        elif kind == Learned.Kind.UNIT:
            known.units[key] = value
        elif kind == Learned.Kind.COLUMN:
            known.columns[key] = value
        elif kind == Learned.Kind.DATE_ORDER:
            date_order = value
    return Known(known.items, known.units, known.columns, date_order)


def sender_key(address: str, name: str) -> str:
    """Under which key a sender is remembered: the address, else the company's name."""
    return (address.strip().casefold() or company_words(name))[:200]


def match_customer(data: Data, *, sender: str = "", sender_name: str = "") -> dict[str, Any]:
    """Who orders: {"id", "score", "reason", "doubt", "alternatives"} (2 queries)."""
    name = value_at(data, "buyer.name") or ""
    keys = {sender_key(sender, ""), sender_key("", name or sender_name)} - {""}
    learned = Learned.objects.filter(kind=Learned.Kind.SENDER, key__in=keys)
    query = engine.CompanyQuery(
        name=name,
        gln=value_at(data, "buyer.gln") or "",
        tax_number=value_at(data, "buyer.tax_number") or "",
        address=value_at(data, "buyer.email") or "",
        sender=sender,
        sender_name=sender_name,
        learned_keys=tuple(learned.values_list("customer_id", flat=True)),
    )
    return _as_json(engine.match_company(query, company_candidates()))


def company_candidates() -> list[engine.CompanyCandidate]:
    """Our customers with the addresses of their contacts."""
    rows = (
        Partner.objects.filter(is_customer=True, is_active=True)
        .annotate(mails=ArrayAgg("contacts__email", filter=~Q(contacts__email="")))
        .values_list("pk", "code", "name", "name_zh", "gln", "tax_number", "mails")
    )
    return [
        engine.CompanyCandidate(
            key=key,
            code=code,
            names=tuple(name for name in (name_en, name_zh) if name),
            gln=gln,
            tax_number=tax_number,
            addresses=tuple(address for address in addresses or () if address),
        )
        for key, code, name_en, name_zh, gln, tax_number, addresses in rows.iterator(2000)
    ]


def match_lines(
    data: Data,
    customer_id: int | None,
    *,
    kept: Sequence[dict[str, Any]] = (),
    only: Iterable[int] | None = None,
) -> list[dict[str, Any]]:
    """Each line's item and unit, in the order of the draft's lines.

    `kept` are the present matches; those a person has set stay, and with `only` all but these
    lines stay as they are.
    """
    known = known_about(customer_id)
    matches: list[dict[str, Any]] = [
        dict(kept[index]) if index < len(kept) else {} for index in range(len(data["lines"]))
    ]
    wanted = None if only is None else set(only)
    todo = [
        (index, line)
        for index, line in lines_of(data)
        if not matches[index].get("is_set") and (wanted is None or index in wanted)
    ]
    queries = [_item_query(line, known) for _index, line in todo]
    for (index, _line), matched in zip(todo, _find_items(queries, customer_id), strict=True):
        matches[index] = _as_json(matched)
    _match_units(data, matches, known)
    return matches


def item_key(line: Data) -> str:
    """Under which words an item is remembered: the customer's code, else the description."""
    words = line.get("buyer_code") or line.get("description") or line.get("seller_code") or ""
    return plain(str(words))[:200]


def _item_query(line: Data, known: Known) -> engine.ItemQuery:
    texts = {
        name: str(line.get(name) or "")
        for name in ("buyer_code", "seller_code", "gtin", "description", "specification")
    }
    learned = known.items.get(item_key(line), "") if known.items else ""
    return engine.ItemQuery(learned_code=learned, **texts)


def _find_items(
    queries: Sequence[engine.ItemQuery], customer_id: int | None
) -> list[engine.Matched]:
    if not queries:
        return []
    exact = _exact_candidates(queries, customer_id)
    first = engine.match_items(queries, exact, near=[()] * len(queries))
    texts = {
        position: _texts_of(queries[position])
        for position, matched in enumerate(first)
        if not matched.alternatives
    }
    if not texts:
        return first
    near, similar = _near_candidates(texts, customer_id)
    again = engine.match_items(
        [queries[position] for position in texts],
        similar,
        near=[near.get(position, ()) for position in texts],
    )
    found = dict(zip(texts, again, strict=True))
    return [found.get(position, matched) for position, matched in enumerate(first)]


def _texts_of(query: engine.ItemQuery) -> list[str]:
    parts = [query.description, _SPLIT.split(query.description)[0], query.specification]
    parts += [query.seller_code, query.buyer_code]
    texts = (plain(part)[:120] for part in parts)
    return list(dict.fromkeys(text for text in texts if len(text) >= 2))


def _exact_candidates(
    queries: Sequence[engine.ItemQuery], customer_id: int | None
) -> list[engine.ItemCandidate]:
    codes: set[str] = set()
    names: set[str] = set()
    for query in queries:
        for code in (query.learned_code, query.buyer_code, query.seller_code, query.gtin):
            if code:
                codes |= {code, code.upper(), code.lower(), code.strip()}
        if query.gtin:
            codes |= {query.gtin.lstrip("0"), query.gtin.zfill(13), query.gtin.zfill(14)}
        for text in (query.description, query.specification):
            if text:
                names |= {text, text.strip()}
    theirs = CustomerItem.objects.filter(customer_id=customer_id).filter(
        Q(code__in=codes) | Q(name__in=names)
    )
    marked = Q(code__in=codes | names) | Q(barcode__in=codes) | Q(model__in=codes | names)
    named = Q(name_en__in=names) | Q(name_zh__in=names)
    return _candidates(
        Item.objects.filter(marked | named | Q(pk__in=theirs.values("item_id"))), customer_id
    )


def _candidates(items: QuerySet[Item], customer_id: int | None) -> list[engine.ItemCandidate]:
    called = CustomerItem.objects.filter(customer_id=customer_id, item=OuterRef("pk"))
    rows = items.filter(is_active=True).annotate(
        their_codes=ArraySubquery(called.values("code")),
        their_names=ArraySubquery(called.values("name")),
    )
    fields = ("pk", "code", "model", "style", "name_en", "name_zh", "colour", "size", "barcode")
    return [
        engine.ItemCandidate(
            key=row["pk"],
            codes=(row["code"],),
            models=tuple(mark for mark in (row["model"],) if mark),
            names=tuple(name for name in (row["name_en"], row["name_zh"], row["style"]) if name),
            traits=tuple(trait for trait in (row["colour"], row["size"]) if trait),
            gtin=row["barcode"],
            their_codes=tuple(row["their_codes"]),
            their_names=tuple(name for name in row["their_names"] if name),
        )
        for row in rows.values(*fields, "their_codes", "their_names")
    ]


def _near_candidates(
    texts: dict[int, list[str]], customer_id: int | None
) -> tuple[dict[int, list[int]], list[engine.ItemCandidate]]:
    """For each line the ids of the items most like it, and these items (2 queries).

    Trigram search in the database was tried and left: where many names share their words (one
    shirt in forty colours and sizes) it took a second for each line.
    """
    fields = ("code", "model", "style", "name_en", "name_zh", "colour", "size")
    rows = Item.objects.filter(is_active=True).values_list("pk", *fields)
    nearness = Nearness((row[0], row[1:]) for row in rows.iterator(5000))
    asked = list(texts.items())[:MOST_TEXTS]
    near = {line: nearness.nearest(parts, NEAREST) for line, parts in asked}
    ids = set().union(*near.values())
    if not ids:
        return {}, []
    return near, _candidates(Item.objects.filter(pk__in=ids), customer_id)


def _match_units(data: Data, matches: list[dict[str, Any]], known: Known) -> None:
    """Our unit for each line's word: the item's own where the word fits it, else any of ours.

    A word nobody knows, and a unit that cannot be converted into the item's, are doubts.
    """
    lines = list(lines_of(data))
    for index, _line in lines:
        matches[index] |= {"unit": "", "unit_doubt": ""}
    if not any(line.get("unit") for _index, line in lines):
        return
    units = list(Unit.objects.filter(is_active=True).order_by("pk"))
    spellings = {unit.pk: _spellings(unit) for unit in units}
    items = {matches[index]["id"] for index, _line in lines if matches[index].get("id")}
    own = dict(Item.objects.filter(pk__in=items).values_list("pk", "unit_id"))
    meant = {squeezed(key): squeezed(value) for key, value in known.units.items()}
    converter = None
    for index, line in lines:
        printed = squeezed(str(line.get("unit") or ""))
        if not printed:
            continue
        item_id = matches[index].get("id")
        unit_id = own.get(item_id) if item_id else None
        tried: list[tuple[str, str]] = []
        # What "pcs" was said to mean for one item need not be what it means for another: where
        # the learned meaning does not fit the item but the printed word does, the word stands.
        for word in dict.fromkeys((meant.get(printed, printed), printed)):
            unit = _unit_called(word, unit_id, units, spellings)
            doubt = "" if unit else "unknown_unit"
            if unit is not None and unit_id is not None and unit.pk != unit_id:
                converter = converter or converter_for(items)
                try:
                    converter.factor(unit.pk, unit_id, item_id)
                except NoConversion:
                    doubt = "no_conversion"
            tried.append((unit.code if unit else "", doubt))
        fitting = (one for one in tried if not one[1])
        known_units = (one for one in reversed(tried) if one[0])
        code, doubt = next(itertools.chain(fitting, known_units), tried[0])
        matches[index] |= {"unit": code, "unit_doubt": doubt}


def _unit_called(
    word: str, own_id: int | None, units: Sequence[Unit], spellings: Mapping[int, set[str]]
) -> Unit | None:
    """The unit a word means: the item's own where it fits, else by code, else by any spelling."""
    own = (unit for unit in units if unit.pk == own_id and word in spellings[unit.pk])
    coded = (unit for unit in units if word == squeezed(unit.code))
    spelt = (unit for unit in units if word in spellings[unit.pk])
    return next(itertools.chain(own, coded, spelt), None)


def _spellings(unit: Unit) -> set[str]:
    synonyms = {word for word, code in SYNONYMS.items() if code == unit.code}
    names = (unit.name_en, unit.name_zh, *synonyms)
    return unit_spellings(unit.code, unit.rec20, names)


def _as_json(matched: engine.Matched) -> dict[str, Any]:
    best = matched.best
    return {
        "id": best.key if best else None,
        "score": best.score if best else 0,
        "reason": best.reason if best else "",
        "doubt": matched.doubt,
        "alternatives": [
            {"id": match.key, "score": match.score, "reason": match.reason}
            for match in matched.alternatives
        ],
    }
