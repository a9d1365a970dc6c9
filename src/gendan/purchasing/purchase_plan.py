"""The purchase plan: what is to be bought becomes proposals of orders, each with its total cost.

Computed when it is looked at, never kept: requests change, and so do prices. The engine
(`engine/buying.py`) decides; this module reads what it needs and tells what it says.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.conf import settings

from gendan.catalog.models import Item
from gendan.catalog.queries import exchange_rates
from gendan.engine import buying
from gendan.engine.buying import ANYBODY, MILLION, Cost, Need
from gendan.engine.calendars import WorkCalendar
from gendan.kernel import clock
from gendan.orders.demands import line_id_of
from gendan.orders.models import Line
from gendan.partners.models import Partner
from gendan.purchasing.capacities import ordered_by_week
from gendan.purchasing.models import PurchaseRequest
from gendan.purchasing.supplier_facts import payment_days, supplier_facts
from gendan.sourcing import queries as sourcing
from gendan.sourcing.models import BuyingAssumptions
from gendan.sourcing.queries import BuyingVerdict, SourceOffer
from gendan.sourcing.scoring import Facts, LeadHistory, lead_histories

MOST_NEEDS = 5000  # read for one page


@dataclass(frozen=True)
class Wanted:
    """Something to be bought: a request, or an order of the plan that nobody has firmed yet."""

    kind: str  # "request" or "planned"
    pk: int
    words: str
    item_id: int
    quantity: Decimal
    needed_on: dt.date
    order_by_on: dt.date
    demands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Alternative:
    """A source for a line, with its cost part by part and what the parts assume."""

    offer: SourceOffer
    cost: Cost
    quantity: Decimal
    unit_price: Decimal | None  # in the supplier's currency
    arrives_on: dt.date
    freight_percent: Decimal
    duty_percent: Decimal
    pay_days: float
    ppm: float | None
    late_days: float | None


@dataclass(frozen=True)
class SharedWay:
    """A way to share a need out, with its total cost in the company's currency: (source, day
    asked for, quantity) each."""

    parts: tuple[tuple[SourceOffer, dt.date, Decimal], ...]
    total: float
    per_used: float


@dataclass(frozen=True)
class SplitReason:
    """Why a need is shared out: the cheapest source makes `capacity` a week, of which so much is
    `taken` by orders and by lines before; `ways` compared, the chosen one first; `over`: what
    nobody has room for."""

    offer: SourceOffer
    wanted: Decimal
    capacity: Decimal
    taken: Decimal
    ways: tuple[SharedWay, ...]
    over: Decimal


@dataclass(frozen=True)
class PlanLine:
    """What is proposed for an item and a week of delivery; the best alternative comes first.

    `asked_on`: the day it is to be asked for; another than `needed_on` where the week is full.
    """

    key: str
    item: Item
    customer: Partner | None  # who nominated the supplier
    needed_on: dt.date
    order_by_on: dt.date
    quantity: Decimal
    surplus: Decimal
    raised_from: Decimal | None
    wanted: tuple[tuple[Wanted, Decimal], ...]
    alternatives: tuple[Alternative, ...]
    asked_on: dt.date
    part: int = 0  # of several lines of one need: 1, 2, …
    split: SplitReason | None = None

    @property
    def best(self) -> Alternative:
        """The source proposed."""
        return self.alternatives[0]

    @property
    def has_planned(self) -> bool:
        """Whether some of it is planned only."""
        return any(one.kind == "planned" for one, _part in self.wanted)


@dataclass(frozen=True)
class OrderGroup:
    """Lines that go to one supplier in one currency in one week: a purchase order."""

    offer: SourceOffer
    week_on: dt.date
    lines: tuple[PlanLine, ...]

    @property
    def total(self) -> float:
        """What its goods cost, without the other parts, in the company's currency."""
        return sum(line.best.cost.price for line in self.lines)


@dataclass(frozen=True)
class Orphan:
    """What no source may supply, and why."""

    item: Item
    needed_on: dt.date
    quantity: Decimal
    wanted: tuple[tuple[Wanted, Decimal], ...]
    stopped: tuple[BuyingVerdict, ...]
    has_source: bool


@dataclass(frozen=True)
class PurchasePlan:
    """Everything that is proposed on a day."""

    on: dt.date
    groups: tuple[OrderGroup, ...]
    orphans: tuple[Orphan, ...]
    assumptions: BuyingAssumptions
    without_rate: tuple[str, ...] = ()  # currencies nobody has given a rate for

    @property
    def lines(self) -> list[PlanLine]:
        """All lines."""
        return [line for one in self.groups for line in one.lines]


def open_requests(until: dt.date | None = None, most: int = MOST_NEEDS) -> list[Wanted]:
    """Requests of which something is still to be ordered, the most pressing first: 1 query."""
    rows = PurchaseRequest.objects.filter(state=PurchaseRequest.State.OPEN)
    if until is not None:
        rows = rows.filter(order_by_on__lte=until)
    return [
        Wanted(
            "request",
            one.pk,
            one.number,
            one.item_id,
            one.to_order,
            one.needed_on,
            one.order_by_on,
            tuple(one.demands),
        )
        for one in rows.order_by("order_by_on", "pk")[:most]
        if one.to_order > 0
    ]


def plan_purchases(
    wanted: Sequence[Wanted], *, today: dt.date | None = None, facts: Facts | None = None
) -> PurchasePlan:
    """Proposals for what is wanted: a fixed number of queries, whatever its number."""
    day = today or clock.today()
    reader = _Reader(wanted, day, supplier_facts(today=day) if facts is None else facts)
    needs = reader.needs()
    assumed = reader.assumptions
    plan = buying.plan_purchases(
        needs,
        reader.sources,
        engine_assumptions(assumed),
        reader.booked(),
    )
    lines = [reader.line(one) for one in plan.lines]
    order_by = [one.order_by_on.toordinal() for one in lines]
    grouped = buying.group(plan.lines, reader.sources, order_by)
    return PurchasePlan(
        on=day,
        groups=tuple(
            OrderGroup(
                lines[places[0]].best.offer,
                dt.date.fromordinal(week),
                tuple(lines[place] for place in places),
            )
            for (_supplier, _currency, week), places in grouped.items()
        ),
        orphans=tuple(reader.orphan(one) for one in plan.orphans),
        assumptions=assumed,
        without_rate=reader.without_rate,
    )


@dataclass
class _Reader:
    """What the engine is given, and the way back from its indices to rows."""

    wanted: Sequence[Wanted]
    today: dt.date
    facts: Facts
    assumptions: BuyingAssumptions = field(init=False)
    items: dict[int, Item] = field(init=False)
    offers: dict[int, list[SourceOffer]] = field(init=False)
    sources: dict[int, list[buying.Source]] = field(init=False)
    calendars: dict[int, WorkCalendar] = field(init=False)
    verdicts: dict[int, BuyingVerdict] = field(init=False)
    stopped: dict[int, list[BuyingVerdict]] = field(init=False)
    without_rate: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ids = {one.item_id for one in self.wanted}
        self.assumptions = sourcing.assumptions()
        self.items = {one.pk: one for one in Item.objects.filter(pk__in=ids).select_related("unit")}
        found = sourcing.sources_of(ids, on=self.today)
        suppliers = {one.supplier_id for rows in found.values() for one in rows}
        self.verdicts = sourcing.may_buy_from_many(suppliers, self.today)
        self.rates = exchange_rates(
            {one.currency for rows in found.values() for one in rows}, self.today
        )
        self.calendars = sourcing.calendars_of(suppliers)
        self.terms = payment_days(suppliers, self.today)
        self.histories = lead_histories(self.facts.receipts)
        self.late = late_by_supplier(self.histories)
        self.ppm = ppm_by_supplier(self.facts)
        self.stopped = {
            item_id: [
                self.verdicts[one.supplier_id]
                for one in rows
                if not self.verdicts[one.supplier_id].may
            ]
            for item_id, rows in found.items()
        }
        usable = {
            item_id: [one for one in rows if self.verdicts[one.supplier_id].may]
            for item_id, rows in found.items()
        }
        self.without_rate = tuple(
            sorted({one.currency for rows in usable.values() for one in rows} - set(self.rates))
        )
        self.offers = {
            item_id: [one for one in rows if one.currency in self.rates]
            for item_id, rows in usable.items()
        }
        self.sources = {
            item_id: [self._source(one) for one in rows] for item_id, rows in self.offers.items()
        }

    def needs(self) -> list[Need]:
        """The needs, each with the customer whose order it is for (if it is for one only)."""
        customers = _customers_of(self.wanted)
        return [
            Need(
                one.item_id,
                millionths(one.quantity),
                one.needed_on.toordinal(),
                customers.get(place, ANYBODY),
            )
            for place, one in enumerate(self.wanted)
        ]

    def booked(self) -> dict[tuple[int, int, int], int]:
        """What is ordered already takes its part of a capacity first: 1 query, if there is one."""
        limited = {pk for pk, rows in self.offers.items() if any(o.weekly_capacity for o in rows)}
        if not limited:
            return {}
        return {
            (supplier, item, week.toordinal()): millionths(quantity)
            for (supplier, item, week), quantity in ordered_by_week(limited).items()
        }

    def line(self, line: buying.Line) -> PlanLine:
        """A line of the engine with its rows."""
        offers = self.offers[line.item]
        best = line.costs[0]
        chosen = offers[best.source]
        needed_on, asked_on = map(dt.date.fromordinal, (line.needed, line.asked))
        customer = line.customer if line.customer != ANYBODY else None
        part = f".{line.part}" if line.part else ""
        return PlanLine(
            key=f"{line.item}.{line.customer}.{line.week}{part}",
            item=self.items[line.item],
            customer=self._customer(customer),
            needed_on=needed_on,
            order_by_on=sourcing.order_by_on(chosen, asked_on, self.calendars),
            quantity=_decimal(best.quantity),
            surplus=_decimal(line.surplus),
            raised_from=_decimal(best.raised_from) if best.raised_from else None,
            wanted=self._parts(line),
            alternatives=tuple(self._alternative(offers[one.source], one) for one in line.costs),
            asked_on=asked_on,
            part=line.part,
            split=_reason(line.split, offers) if line.split else None,
        )

    def orphan(self, line: buying.Line) -> Orphan:
        """What nobody may supply."""
        return Orphan(
            item=self.items[line.item],
            needed_on=dt.date.fromordinal(line.needed),
            quantity=_decimal(line.quantity),
            wanted=self._parts(line),
            stopped=tuple(self.stopped.get(line.item, ())),
            has_source=bool(self.offers.get(line.item)),
        )

    def _parts(self, line: buying.Line) -> tuple[tuple[Wanted, Decimal], ...]:
        return tuple((self.wanted[place], _decimal(part)) for place, part in line.needs)

    def _customer(self, pk: int | None) -> Partner | None:
        return None if pk is None else self.customers.get(pk)

    @cached_property
    def customers(self) -> dict[int, Partner]:
        """The customers who nominated a supplier: 1 query, asked when there is one."""
        ids = {one.nominated_by_id for rows in self.offers.values() for one in rows}
        return Partner.objects.in_bulk([pk for pk in ids if pk is not None])

    def _source(self, offer: SourceOffer) -> buying.Source:
        rate = float(self.rates[offer.currency])
        freight, duty = self._freight_and_duty(offer)
        arrival = sourcing.arrival_on(offer, self.today, self.calendars)
        return buying.Source(
            key=offer.source_id,
            supplier=offer.supplier_id,
            currency=offer.currency,
            rank=offer.rank,
            minimum=millionths(offer.minimum),
            multiple=millionths(offer.multiple),
            breaks=tuple((millionths(start), float(price) * rate) for start, price in offer.breaks),
            arrival=arrival.toordinal(),
            freight=float(freight) / 100,
            duty=float(duty) / 100,
            pay_days=self._pay_days(offer, arrival),
            ppm=self.ppm.get(offer.supplier_id),
            late_days=self._late_days(offer),
            nominated_by=ANYBODY if offer.nominated_by_id is None else offer.nominated_by_id,
            weekly=millionths(offer.weekly_capacity) if offer.weekly_capacity else 0,
        )

    def _freight_and_duty(self, offer: SourceOffer) -> tuple[Decimal, Decimal]:
        return freight_and_duty(
            self.assumptions, offer.country, offer.freight_percent, offer.duty_percent
        )

    def _pay_days(self, offer: SourceOffer, arrival: dt.date) -> float:
        """From arrival to payment; what is paid at the order is paid a lead time before."""
        terms = self.terms.get(offer.supplier_id)
        return 0.0 if terms is None else terms.days((arrival - self.today).days)

    def _late_days(self, offer: SourceOffer) -> float | None:
        history = self.histories.get((offer.supplier_id, offer.item_id))
        return self.late.get(offer.supplier_id) if history is None else history.late_days

    def _alternative(self, offer: SourceOffer, cost: Cost) -> Alternative:
        freight, duty = self._freight_and_duty(offer)
        quantity = _decimal(cost.quantity)
        arrives_on = sourcing.arrival_on(offer, self.today, self.calendars)
        return Alternative(
            offer=offer,
            cost=cost,
            quantity=quantity,
            unit_price=offer.price_for(quantity),
            arrives_on=arrives_on,
            freight_percent=freight,
            duty_percent=duty,
            pay_days=self._pay_days(offer, arrives_on),
            ppm=self.ppm.get(offer.supplier_id),
            late_days=self._late_days(offer),
        )


def _reason(split: buying.Split, offers: Sequence[SourceOffer]) -> SplitReason:
    return SplitReason(
        offer=offers[split.source],
        wanted=_decimal(split.wanted),
        capacity=_decimal(split.capacity),
        taken=_decimal(split.taken),
        ways=tuple(
            SharedWay(
                tuple(
                    (offers[place], dt.date.fromordinal(day), _decimal(quantity))
                    for place, day, quantity in way.parts
                ),
                way.total,
                way.per_used,
            )
            for way in split.ways
        ),
        over=_decimal(split.over),
    )


def _customers_of(wanted: Sequence[Wanted]) -> dict[int, int]:
    """By place, the customer whose orders it is for, where that is one only: 1 query."""
    named = {name: line_id_of(name) for one in wanted for name in one.demands}
    ids = {pk for pk in named.values() if pk is not None}
    if not ids:
        return {}
    of_line = dict(Line.objects.filter(pk__in=ids).values_list("pk", "order__customer_id"))
    found = {}
    for place, one in enumerate(wanted):
        customers = {of_line.get(named[name] or 0) for name in one.demands}
        if len(customers) == 1 and None not in customers:
            found[place] = customers.pop() or ANYBODY
    return found


def late_by_supplier(histories: Mapping[tuple[int, int], LeadHistory]) -> dict[int, float]:
    """Mean days late of a supplier over all its items, for items it has not brought yet."""
    days: dict[int, float] = defaultdict(float)
    counts: dict[int, int] = defaultdict(int)
    for one in histories.values():
        days[one.supplier_id] += one.late_days * one.count
        counts[one.supplier_id] += one.count
    return {pk: days[pk] / counts[pk] for pk in days}


def ppm_by_supplier(facts: Facts) -> dict[int, float]:
    looked: dict[int, float] = defaultdict(float)
    bad: dict[int, float] = defaultdict(float)
    for lot in facts.inspected:
        looked[lot.supplier_id] += lot.inspected
        bad[lot.supplier_id] += lot.defective
    return {pk: 1e6 * bad[pk] / number for pk, number in looked.items() if number > 0}


def millionths(quantity: Decimal) -> int:
    return int(quantity * MILLION)


def _decimal(millionths: int) -> Decimal:
    return Decimal(millionths) / MILLION


def freight_and_duty(
    assumed: BuyingAssumptions, country: str, freight: Decimal | None, duty: Decimal | None
) -> tuple[Decimal, Decimal]:
    """Freight and duty in percent: as agreed, else as assumed for goods from that country."""
    is_import = country != settings.COMPANY_COUNTRY
    usual = assumed.import_freight_percent if is_import else assumed.freight_percent
    return (
        usual if freight is None else freight,
        (assumed.duty_percent if is_import else Decimal(0)) if duty is None else duty,
    )


def engine_assumptions(assumed: BuyingAssumptions) -> buying.Assumptions:
    """The same figures as the engine takes them."""
    return buying.Assumptions(
        float(assumed.finance_percent) / 100,
        float(assumed.defect_factor),
        float(assumed.late_day_percent) / 100,
    )


def demands_of(wanted: Iterable[tuple[Wanted, Decimal]]) -> list[str]:
    """The order lines something is for, each once."""
    return list(dict.fromkeys(name for one, _part in wanted for name in one.demands))
