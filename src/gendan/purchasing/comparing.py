"""Quotes side by side: price, total cost, date, quality, punctuality, capacity, and their rank.

Total cost is the purchase plan's (`engine/buying.py`): goods, freight, duty, financing, defects,
lateness; what a minimum brings that nobody asked for makes a price dear. A part without data has no
score and no weight. What was not quoted, has expired or has no exchange rate is never ranked.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from gendan.catalog.queries import exchange_rates
from gendan.engine import buying
from gendan.engine.buying import Cost
from gendan.kernel import clock
from gendan.purchasing.models import Invitation, QuotationLine, QuotedLine, RequestForQuotation
from gendan.purchasing.models.quotations import WEIGHTS
from gendan.purchasing.purchase_plan import (
    engine_assumptions,
    freight_and_duty,
    late_by_supplier,
    millionths,
    ppm_by_supplier,
)
from gendan.purchasing.supplier_facts import payment_days, scorecards, supplier_facts
from gendan.sourcing import queries as sourcing
from gendan.sourcing.queries import SourceOffer
from gendan.sourcing.scoring import SupplierScore, lead_histories

PARTS = tuple(WEIGHTS)
POINTS_A_DAY = 5  # a day later than needed costs so many points of the date's 100
DAYS_A_WEEK = 7


@dataclass
class Cell:
    """What a supplier offers for a line, against the other offers; `problem`: why not ranked."""

    invitation: Invitation
    quoted: QuotedLine | None = None
    problem: str = ""  # "", missing, expired, rate
    cost: Cost | None = None
    unit_price: float | None = None  # in the company's currency
    typed_price: Decimal | None = None  # in the supplier's currency
    per_unit: float | None = None  # total cost of one unit that was asked for
    arrives_on: dt.date | None = None
    late_by: int = 0
    weekly_capacity: Decimal | None = None
    parts: dict[str, float | None] = field(default_factory=dict)
    score: float | None = None
    rank: int | None = None
    best: set[str] = field(default_factory=set)

    @property
    def is_expired(self) -> bool:
        """Whether the quote does not hold any more."""
        return self.problem == "expired"


@dataclass
class Row:
    """A line with its offers, in the order of the suppliers."""

    line: QuotationLine
    cells: list[Cell]


@dataclass
class Whole:
    """A supplier's offers together; an incomplete quote has no rank."""

    invitation: Invitation
    quoted: int
    of: int
    problem: str = ""  # "", missing, incomplete, expired, rate
    total: float | None = None  # total cost of what was quoted, in the company's currency
    late_by: int = 0
    parts: dict[str, float | None] = field(default_factory=dict)
    score: float | None = None
    rank: int | None = None
    best: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Comparison:
    """All lines and all suppliers of a request."""

    rfq: RequestForQuotation
    weights: Mapping[str, int]
    rows: list[Row]
    wholes: list[Whole]


def compare(rfq: RequestForQuotation) -> Comparison:
    """Lines, offers, scores and ranks: a fixed number of queries, whatever was quoted."""
    lines = list(
        QuotationLine.objects.filter(rfq=rfq)
        .select_related("item__unit")
        .prefetch_related("requests")
        .order_by("position")
    )
    invitations = list(
        Invitation.objects.filter(rfq=rfq)
        .exclude(state=Invitation.State.WITHDRAWN)
        .select_related("supplier", "link")
        .order_by("pk")
    )
    reader = _Reader(rfq, lines, invitations)
    weights = dict.fromkeys(PARTS, 0) | dict(rfq.weights)
    rows = [Row(line, [reader.cell(line, one) for one in invitations]) for line in lines]
    for row in rows:
        _score_row(row, weights)
    wholes = [_whole(one, rows, place) for place, one in enumerate(invitations)]
    _score_wholes(wholes, rows, weights)
    return Comparison(rfq, weights, rows, wholes)


class _Reader:
    """Everything the costs of the quotes are reckoned from, read once."""

    def __init__(
        self,
        rfq: RequestForQuotation,
        lines: Sequence[QuotationLine],
        invitations: Sequence[Invitation],
    ) -> None:
        self.today = clock.today()
        suppliers = [one.supplier_id for one in invitations]
        # What a supplier is writing and has not submitted is its own.
        submitted = [one for one in invitations if one.state == Invitation.State.SUBMITTED]
        self.quoted = {
            (one.invitation_id, one.line_id): one
            for one in QuotedLine.objects.filter(invitation__in=submitted)
        }
        facts = supplier_facts(today=self.today)
        self.histories = lead_histories(facts.receipts)
        self.late = late_by_supplier(self.histories)
        self.ppm = ppm_by_supplier(facts)
        self.scores = scorecards(suppliers, facts)
        self.assumed = sourcing.assumptions()
        self.engine = engine_assumptions(self.assumed)
        self.rates = exchange_rates({one.currency for one in submitted}, self.today)
        self.calendars = sourcing.calendars_of(suppliers)
        self.terms = payment_days(suppliers, self.today)
        items = [one.item_id for one in lines if one.item_id is not None]
        self.offers: dict[tuple[int, int], SourceOffer] = {
            (item_id, offer.supplier_id): offer
            for item_id, offers in sourcing.sources_of(items, on=self.today).items()
            for offer in offers
        }

    def cell(self, line: QuotationLine, invitation: Invitation) -> Cell:
        """The offer of one supplier for one line, costed."""
        quoted = self.quoted.get((invitation.pk, line.pk))
        if quoted is None:
            return Cell(invitation, problem="missing")
        cell = Cell(invitation, quoted)
        offer = self._offer(line, invitation)
        cell.weekly_capacity = offer.weekly_capacity if offer else None
        cell.arrives_on = self._arrives(quoted, invitation)
        cell.late_by = max((cell.arrives_on - line.needed_on).days, 0)
        cell.typed_price = quoted.price_for(line.quantity) or quoted.prices[0][1]
        ends_on = invitation.valid_until_on
        rate = self.rates.get(invitation.currency)
        if ends_on is not None and ends_on < self.today:
            cell.problem = "expired"
        if rate is None:
            cell.problem = cell.problem or "rate"
            return cell
        cell.unit_price = float(cell.typed_price * rate)
        need = millionths(line.quantity)
        source = self._source(quoted, invitation, offer, cell.arrives_on, float(rate))
        needed = line.needed_on.toordinal()
        cell.cost = buying.cost_of(0, source, need, needed, need, self.engine)
        if cell.cost is None:
            cell.problem = cell.problem or "missing"
            return cell
        cell.per_unit = cell.cost.per_used
        if not cell.problem:
            cell.parts = self._parts(line, cell)
        return cell

    def _offer(self, line: QuotationLine, invitation: Invitation) -> SourceOffer | None:
        return self.offers.get((line.item_id or 0, invitation.supplier_id))

    def _arrives(self, quoted: QuotedLine, invitation: Invitation) -> dt.date:
        if quoted.arrives_on is not None:
            return quoted.arrives_on
        calendar = self.calendars[invitation.supplier_id]
        return calendar.add_days(self.today, quoted.lead_days or 0)

    def _source(
        self,
        quoted: QuotedLine,
        invitation: Invitation,
        offer: SourceOffer | None,
        arrives: dt.date,
        rate: float,
    ) -> buying.Source:
        """The quote as the engine of total costs takes a source."""
        freight, duty = freight_and_duty(
            self.assumed,
            invitation.supplier.country,
            offer.freight_percent if offer else None,
            offer.duty_percent if offer else None,
        )
        supplier = invitation.supplier_id
        terms = self.terms.get(supplier)
        history = self.histories.get((supplier, offer.item_id if offer else 0))
        return buying.Source(
            key=invitation.pk,
            supplier=supplier,
            currency=invitation.currency,
            rank=1,
            minimum=millionths(quoted.minimum),
            multiple=millionths(offer.multiple) if offer else 0,
            breaks=tuple((millionths(s), float(price) * rate) for s, price in quoted.prices),
            arrival=arrives.toordinal(),
            freight=float(freight) / 100,
            duty=float(duty) / 100,
            pay_days=0.0 if terms is None else terms.days((arrives - self.today).days),
            ppm=self.ppm.get(supplier),
            late_days=history.late_days if history else self.late.get(supplier),
        )

    def _parts(self, line: QuotationLine, cell: Cell) -> dict[str, float | None]:
        """What does not depend on the other offers; cost is scored against them."""
        score = self.scores.get(cell.invitation.supplier_id)
        return {
            "date": max(100.0 - POINTS_A_DAY * cell.late_by, 0.0),
            "quality": _mean_of(score, ("quality", "lots")),
            "punctual": _mean_of(score, ("confirmed", "requested")),
            "capacity": self._capacity(line, cell),
        }

    def _capacity(self, line: QuotationLine, cell: Cell) -> float | None:
        """How much of the line its weekly capacity makes until it is needed."""
        if cell.weekly_capacity is None:
            return None
        weeks = max((line.needed_on - self.today).days / DAYS_A_WEEK, 1.0)
        return min(100.0 * float(cell.weekly_capacity) * weeks / float(line.quantity), 100.0)


def _mean_of(score: SupplierScore | None, names: Sequence[str]) -> float | None:
    parts = score.parts if score else ()
    found = [one.score for one in parts if one.part in names and one.score is not None]
    return sum(found) / len(found) if found else None


def _weighted(parts: Mapping[str, float | None], weights: Mapping[str, int]) -> float | None:
    """The weighted mean of the parts that have data."""
    counted = [
        (score, weights[name])
        for name, score in parts.items()
        if score is not None and weights[name]
    ]
    whole = sum(weight for _score, weight in counted)
    return sum(score * weight for score, weight in counted) / whole if whole else None


def _score_row(row: Row, weights: Mapping[str, int]) -> None:
    usable = [one for one in row.cells if not one.problem and one.per_unit]
    if not usable:
        return
    least = min(one.per_unit or 0.0 for one in usable)
    for one in usable:
        one.parts["cost"] = 100.0 * least / (one.per_unit or least)
        one.score = _weighted(one.parts, weights)
    _rank(usable)
    prices = [one.unit_price for one in usable if one.unit_price is not None]
    days = [one.arrives_on for one in usable if one.arrives_on is not None]
    for one in usable:
        marks = {
            "price": one.unit_price == min(prices, default=None),
            "cost": one.per_unit == least,
            "date": one.arrives_on == min(days, default=None),
            "score": one.rank == 1,
        }
        one.best = {name for name, is_best in marks.items() if is_best}


def _whole(invitation: Invitation, rows: Sequence[Row], place: int) -> Whole:
    cells = [row.cells[place] for row in rows]
    quoted = [one for one in cells if one.quoted is not None]
    whole = Whole(invitation, quoted=len(quoted), of=len(cells))
    problems = {one.problem for one in quoted if one.problem}
    if not quoted:
        whole.problem = "missing"
    elif problems:
        whole.problem = sorted(problems)[0]
    elif len(quoted) < len(cells):
        whole.problem = "incomplete"
    costed = [
        one.per_unit * float(row.line.quantity)
        for row, one in zip(rows, cells, strict=True)
        if one.per_unit is not None
    ]
    whole.total = sum(costed) if costed else None
    whole.late_by = max((one.late_by for one in quoted), default=0)
    return whole


def _score_wholes(wholes: Sequence[Whole], rows: Sequence[Row], weights: Mapping[str, int]) -> None:
    """Complete quotes against each other; a part is the mean of the lines' by what they cost."""
    usable = [one for one in wholes if not one.problem and one.total]
    if not usable:
        return
    least = min(one.total or 0.0 for one in usable)
    for one in usable:
        cells = [
            (cell, (cell.per_unit or 0.0) * float(row.line.quantity))
            for row in rows
            for cell in row.cells
            if cell.invitation.pk == one.invitation.pk
        ]
        one.parts = {name: _mean_by_cost(name, cells) for name in PARTS if name != "cost"}
        one.parts["cost"] = 100.0 * least / (one.total or least)
        one.score = _weighted(one.parts, weights)
    _rank(usable)
    soonest = min(one.late_by for one in usable)
    for one in usable:
        marks = {
            "cost": one.total == least,
            "date": one.late_by == soonest,
            "score": one.rank == 1,
        }
        one.best = {name for name, is_best in marks.items() if is_best}


def _mean_by_cost(name: str, cells: Sequence[tuple[Cell, float]]) -> float | None:
    known = [(cell.parts.get(name), cost) for cell, cost in cells]
    found = [(score, cost) for score, cost in known if score is not None]
    whole = sum(cost for _score, cost in found)
    return sum(score * cost for score, cost in found) / whole if whole else None


def _rank(found: Sequence[Cell] | Sequence[Whole]) -> None:
    """1 for the best; equals share a rank."""
    scores = sorted((one.score for one in found if one.score is not None), reverse=True)
    for one in found:
        if one.score is not None:
            one.rank = 1 + sum(other > one.score + 1e-9 for other in scores)


__all__ = ["PARTS", "Cell", "Comparison", "Row", "Whole", "compare"]
