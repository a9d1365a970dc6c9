"""The scorecard of suppliers: rows of what happened in, scores of 0 to 100 out. No database.

Each part turns a figure people know (ppm, percent on time, hours) into a score; the whole is the
weighted mean of the parts that have data. A part without data has no score and no weight.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

PARTS = ("quality", "lots", "confirmed", "requested", "price", "response", "service")
WORST_PPM = 10_000  # scores 0; no defects score 100
FAST_HOURS, SLOW_HOURS = 24, 120  # an answer within a day scores 100, after five days 0
PRICE_POINTS = 5  # a percent below the market is worth so many points over 50
GRADES = ((85, "A"), (70, "B"), (50, "C"), (0, "D"))


@dataclass(frozen=True)
class Told:
    """Where a row comes from: the page and its key, what it is called, the item it is about."""

    page: str = ""
    pk: int = 0
    words: str = ""
    item: str = ""


NOWHERE = Told()


@dataclass(frozen=True)
class Receipt:
    """An ordered line that has come in full: its last goods came on `received_on`."""

    supplier_id: int
    item_id: int
    ordered_on: dt.date
    received_on: dt.date
    requested_on: dt.date
    confirmed_on: dt.date | None  # what the supplier promised first
    told: Told = NOWHERE

    @property
    def on(self) -> dt.date:
        """The day it counts for."""
        return self.received_on


@dataclass(frozen=True)
class Inspected:
    """A lot that was judged: so many pieces looked at, so many defective."""

    supplier_id: int
    on: dt.date
    inspected: float
    defective: float
    is_accepted: bool
    told: Told = NOWHERE


@dataclass(frozen=True)
class Priced:
    """What a supplier takes for an item, against what the others take, in one currency."""

    supplier_id: int
    on: dt.date
    price: float
    market: float
    told: Told = NOWHERE


@dataclass(frozen=True)
class Answered:
    """How many hours a supplier took to answer."""

    supplier_id: int
    on: dt.date
    hours: float
    told: Told = NOWHERE


@dataclass(frozen=True)
class Served:
    """What the buyer said of a month, 0 to 100."""

    supplier_id: int
    on: dt.date
    score: float
    told: Told = NOWHERE


@dataclass(frozen=True)
class Facts:
    """All that is known of all suppliers."""

    receipts: Sequence[Receipt] = ()
    inspected: Sequence[Inspected] = ()
    priced: Sequence[Priced] = ()
    answered: Sequence[Answered] = ()
    served: Sequence[Served] = ()


@dataclass(frozen=True)
class PartScore:
    """A part: its score, the figure it comes from and how many rows stand behind it."""

    part: str
    weight: int
    score: float | None = None
    figure: float | None = None  # ppm, %, % above the market, hours, points
    count: int = 0

    @property
    def has_data(self) -> bool:
        """Whether it counts."""
        return self.score is not None


@dataclass(frozen=True)
class PeriodScore:
    """The whole score of a month or quarter and its parts; None where nothing happened."""

    month_on: dt.date  # its first day
    total: float | None
    parts: tuple[PartScore, ...] = ()


@dataclass(frozen=True)
class SupplierScore:
    """A supplier's score: the whole, its parts, how much of the weight had data, the trend."""

    supplier_id: int
    total: float | None
    covered_percent: int
    parts: tuple[PartScore, ...]
    months: tuple[PeriodScore, ...] = ()

    @property
    def grade(self) -> str:
        """A to D; empty without any data."""
        if self.total is None:
            return ""
        return next(letter for least, letter in GRADES if self.total >= least)

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts that are weighed but have no data."""
        return tuple(one.part for one in self.parts if one.weight and not one.has_data)


@dataclass
class _Own:
    """The rows of one supplier."""

    receipts: list[Receipt] = field(default_factory=list)
    inspected: list[Inspected] = field(default_factory=list)
    priced: list[Priced] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)


def score_suppliers(
    facts: Facts,
    weights: Mapping[str, int],
    supplier_ids: Iterable[int],
    months: Sequence[dt.date] = (),
) -> dict[int, SupplierScore]:
    """The scores of the suppliers over all rows, and month by month (first days, ascending)."""
    own = _by_supplier(facts)
    return {pk: _score(pk, own.get(pk, _Own()), weights, months) for pk in supplier_ids}


def month_of(day: dt.date) -> dt.date:
    """The first day of a day's month."""
    return day.replace(day=1)


def months_until(today: dt.date, count: int) -> list[dt.date]:
    """The first days of the last months, this one included, ascending."""
    found = [month_of(today)]
    while len(found) < count:
        found.append(month_of(found[-1] - dt.timedelta(days=1)))
    return found[::-1]


def _by_supplier(facts: Facts) -> dict[int, _Own]:
    own: dict[int, _Own] = defaultdict(_Own)
    for receipt in facts.receipts:
        own[receipt.supplier_id].receipts.append(receipt)
    for lot in facts.inspected:
        own[lot.supplier_id].inspected.append(lot)
    for price in facts.priced:
        own[price.supplier_id].priced.append(price)
    for answer in facts.answered:
        own[answer.supplier_id].answered.append(answer)
    for service in facts.served:
        own[service.supplier_id].served.append(service)
    return own


def _score(
    supplier_id: int, own: _Own, weights: Mapping[str, int], months: Sequence[dt.date]
) -> SupplierScore:
    parts = _parts(own, weights)
    by_month = {month: _in_month(own, month) for month in months}
    return SupplierScore(
        supplier_id,
        _total(parts),
        _covered(parts),
        parts,
        tuple(_of_period(month, rows, weights) for month, rows in by_month.items()),
    )


def period_scores(
    facts: Facts, weights: Mapping[str, int], supplier_id: int, starts: Sequence[dt.date]
) -> list[PeriodScore]:
    """The scores of a supplier by months or quarters: their first days, ascending."""
    own = _by_supplier(facts).get(supplier_id, _Own())
    ends = [*starts[1:], dt.date.max]
    return [
        _of_period(first, _within_days(own, first, end), weights)
        for first, end in zip(starts, ends, strict=True)
    ]


def rows_of_part(
    facts: Facts, supplier_id: int, part: str, first: dt.date, end: dt.date
) -> list[Any]:
    """The rows behind a part's figure, from a day until before another, the newest first."""
    own = _within_days(_by_supplier(facts).get(supplier_id, _Own()), first, end)
    rows: dict[str, Sequence[Any]] = {
        "quality": own.inspected,
        "lots": own.inspected,
        "confirmed": [one for one in own.receipts if one.confirmed_on],
        "requested": own.receipts,
        "price": [one for one in own.priced if one.market > 0],
        "response": own.answered,
        "service": own.served,
    }
    return sorted(rows[part], key=lambda one: (one.on, one.told.pk), reverse=True)


def quarters_until(today: dt.date, count: int) -> list[dt.date]:
    """The first days of the last quarters, this one included, ascending."""
    found = [dt.date(today.year, today.month - (today.month - 1) % 3, 1)]
    while len(found) < count:
        before = found[-1] - dt.timedelta(days=1)
        found.append(dt.date(before.year, before.month - 2, 1))
    return found[::-1]


def _of_period(first: dt.date, own: _Own, weights: Mapping[str, int]) -> PeriodScore:
    parts = _parts(own, weights)
    return PeriodScore(first, _total(parts), parts)


def _within_days(own: _Own, first: dt.date, end: dt.date) -> _Own:
    return _Own(
        [one for one in own.receipts if first <= one.on < end],
        [one for one in own.inspected if first <= one.on < end],
        [one for one in own.priced if first <= one.on < end],
        [one for one in own.answered if first <= one.on < end],
        [one for one in own.served if first <= one.on < end],
    )


def _in_month(own: _Own, month: dt.date) -> _Own:
    return _within_days(own, month, month_of(month + dt.timedelta(days=31)))


def _total(parts: Iterable[PartScore]) -> float | None:
    counted = [one for one in parts if one.score is not None and one.weight]
    weight = sum(one.weight for one in counted)
    if not weight:
        return None
    return sum((one.score or 0.0) * one.weight for one in counted) / weight


def _covered(parts: Sequence[PartScore]) -> int:
    whole = sum(one.weight for one in parts)
    return round(100 * sum(one.weight for one in parts if one.has_data) / whole) if whole else 0


def _parts(own: _Own, weights: Mapping[str, int]) -> tuple[PartScore, ...]:
    judged = {
        "quality": _quality(own.inspected),
        "lots": _share([one.is_accepted for one in own.inspected]),
        "confirmed": _share(
            [one.received_on <= one.confirmed_on for one in own.receipts if one.confirmed_on]
        ),
        "requested": _share([one.received_on <= one.requested_on for one in own.receipts]),
        "price": _price(own.priced),
        "response": _response(own.answered),
        "service": _service(own.served),
    }
    return tuple(
        PartScore(part, weights.get(part, 0), score, figure, count)
        for part, (score, figure, count) in judged.items()
    )


Judged = tuple[float | None, float | None, int]  # score, figure, rows


def _quality(lots: Sequence[Inspected]) -> Judged:
    looked_at = sum(one.inspected for one in lots)
    if looked_at <= 0:
        return None, None, 0
    ppm = 1e6 * sum(one.defective for one in lots) / looked_at
    return _within(100 * (1 - ppm / WORST_PPM)), ppm, len(lots)


def _share(kept: Sequence[bool]) -> Judged:
    if not kept:
        return None, None, 0
    percent = 100 * sum(kept) / len(kept)
    return percent, percent, len(kept)


def _price(rows: Sequence[Priced]) -> Judged:
    above = [100 * (one.price / one.market - 1) for one in rows if one.market > 0]
    if not above:
        return None, None, 0
    mean = sum(above) / len(above)
    return _within(50 - PRICE_POINTS * mean), mean, len(above)


def _response(rows: Sequence[Answered]) -> Judged:
    if not rows:
        return None, None, 0
    hours = median(one.hours for one in rows)
    return _within(100 * (SLOW_HOURS - hours) / (SLOW_HOURS - FAST_HOURS)), hours, len(rows)


def _service(rows: Sequence[Served]) -> Judged:
    if not rows:
        return None, None, 0
    mean = sum(one.score for one in rows) / len(rows)
    return mean, mean, len(rows)


def _within(score: float) -> float:
    return min(max(score, 0.0), 100.0)


# Lead times ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class LeadHistory:
    """How long an item took from a supplier, in calendar days, and how late it was.

    `late_days` are the mean days after the promise over all receipts (early counts 0); `odds_late`
    the share that came after it.
    """

    supplier_id: int
    item_id: int
    count: int
    median_days: float
    shortest_days: int
    longest_days: int
    late_days: float
    odds_late: float


def lead_histories(receipts: Iterable[Receipt]) -> dict[tuple[int, int], LeadHistory]:
    """By supplier and item."""
    rows: dict[tuple[int, int], list[Receipt]] = defaultdict(list)
    for one in receipts:
        rows[one.supplier_id, one.item_id].append(one)
    return {pair: _history(pair, found) for pair, found in rows.items()}


def _history(pair: tuple[int, int], rows: Sequence[Receipt]) -> LeadHistory:
    days = [(one.received_on - one.ordered_on).days for one in rows]
    late = [max((one.received_on - (one.confirmed_on or one.requested_on)).days, 0) for one in rows]
    return LeadHistory(
        supplier_id=pair[0],
        item_id=pair[1],
        count=len(rows),
        median_days=float(median(days)),
        shortest_days=min(days),
        longest_days=max(days),
        late_days=sum(late) / len(late),
        odds_late=sum(one > 0 for one in late) / len(late),
    )
