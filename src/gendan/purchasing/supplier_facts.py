"""What purchases tell of suppliers: when goods came, how fast they answered, what they take."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Min, Q

from gendan.catalog.models import Item
from gendan.catalog.queries import exchange_rates
from gendan.inventory.models import Location
from gendan.kernel import clock
from gendan.kernel.models import Entry
from gendan.partners.models import Partner, PaymentEvent, PaymentTerms
from gendan.purchasing.models import GoodsReceiptLine, PurchaseOrder, PurchaseOrderLine
from gendan.purchasing.models.quotations import Invitation
from gendan.purchasing.models.talks import PurchaseSending, SupplierWord
from gendan.sourcing import queries as sourcing
from gendan.sourcing.models import ServiceScore, Source
from gendan.sourcing.queries import SourceOffer
from gendan.sourcing.scoring import (
    Answered,
    Facts,
    Inspected,
    PeriodScore,
    Priced,
    Receipt,
    Served,
    SupplierScore,
    Told,
    lead_histories,
    months_until,
    period_scores,
    quarters_until,
    score_suppliers,
)

MONTHS = 12  # looked back upon
ONE = Decimal(1)


def supplier_facts(*, today: dt.date | None = None) -> Facts:
    """All that is known of all suppliers in the last MONTHS months: a fixed number of queries."""
    day = today or clock.today()
    since = months_until(day, MONTHS)[0]
    lines = _lines(since)
    receipts = _receipts(lines, since)
    return Facts(
        receipts=receipts,
        inspected=_judged(since),
        priced=_priced(lines, day),
        answered=[*_answered(since), *_quoted(since)],
        served=[
            Served(supplier_id, month, float(score), Told(words=note))
            for supplier_id, month, score, note in ServiceScore.objects.filter(
                month_on__gte=since
            ).values_list("supplier_id", "month_on", "score", "note")
        ],
    )


def receipts_of(*, today: dt.date) -> list[Receipt]:
    """What came in full in the last MONTHS months: 3 queries."""
    since = months_until(today, MONTHS)[0]
    return _receipts(_lines(since), since)


def scorecards(supplier_ids: Iterable[int], facts: Facts) -> dict[int, SupplierScore]:
    """The scores of suppliers by the weights in force, with the trend month by month: 1 query."""
    held = sourcing.weights()
    weights = {name: getattr(held, name) for name in held.PARTS}
    return score_suppliers(facts, weights, supplier_ids, months_until(clock.today(), MONTHS))


def periods_of(supplier_id: int, facts: Facts, *, by_quarter: bool) -> list[PeriodScore]:
    """A supplier's scores month by month or quarter by quarter, the last MONTHS months."""
    today, held = clock.today(), sourcing.weights()
    weights = {name: getattr(held, name) for name in held.PARTS}
    starts = quarters_until(today, MONTHS // 3 + 1) if by_quarter else months_until(today, MONTHS)
    return period_scores(facts, weights, supplier_id, starts)


def _lines(since: dt.date) -> list[PurchaseOrderLine]:
    """Lines of orders that suppliers have been sent: 1 query."""
    rows = PurchaseOrderLine.objects.filter(
        order__version__gt=0, order__sent_at__gte=clock.moment_on(since), is_cancelled=False
    ).exclude(order__state=PurchaseOrder.State.CANCELLED)
    return list(rows.select_related("order", "expected", "item").order_by("pk"))


def _judged(since: dt.date) -> list[Inspected]:
    """Lots that were held for a verdict and have one, or were found bad later: 1 query.

    A lot is a line of a receipt; what goes back later counts as rejected after all. What went
    straight to the store was not looked at.
    """
    judged = Q(released__gt=0) | Q(rejected__gt=0)
    looked_at = Q(location__kind=Location.Kind.QUALITY) | Q(rejected__gt=0)
    rows = GoodsReceiptLine.objects.filter(
        judged & looked_at, receipt__at__gte=clock.moment_on(since)
    )
    return [
        Inspected(
            supplier_id,
            clock.date_of(at),
            float(released + rejected),
            float(rejected),
            not rejected,
            Told("goods_receipt", pk, number, item),
        )
        for supplier_id, pk, number, at, item, released, rejected in rows.values_list(
            *("receipt__supplier_id", "receipt_id", "receipt__number", "receipt__at"),
            *("item__code", "released", "rejected"),
        )
    ]


def _receipts(lines: list[PurchaseOrderLine], since: dt.date) -> list[Receipt]:
    """Lines that came in full, with the day of their last goods: 2 queries."""
    came = _came(since)
    promised = dict(
        SupplierWord.objects.filter(
            line__in=[one.pk for one in lines],
            state__in=(SupplierWord.State.CONFIRMED, SupplierWord.State.ACCEPTED),
        )
        .order_by("line_id", "pk")
        .distinct("line_id")
        .values_list("line_id", "on")
    )
    return [
        Receipt(
            supplier_id=one.order.supplier_id,
            item_id=one.item_id,
            ordered_on=clock.date_of(one.order.sent_at),
            received_on=came[one.expected_id],
            requested_on=one.requested_on,
            confirmed_on=promised.get(one.pk, one.confirmed_on),
            told=Told("purchase_order", one.order_id, one.order.number, one.item.code),
        )
        for one in lines
        if one.order.sent_at
        and one.expected is not None
        and not one.expected.is_open
        and one.expected.received > 0
        and one.expected_id in came
    ]


def _came(since: dt.date) -> dict[int, dt.date]:
    """The day on which goods of each expected supply came last, from the journal: 1 query."""
    rows = Entry.objects.filter(fact="SuppliesReceived", at__gte=clock.moment_on(since))
    found: dict[int, dt.date] = {}
    for at, ids in rows.order_by("pk").values_list("at", "data__expected_ids"):
        for pk in ids or ():
            found[pk] = clock.date_of(at)
    return found


def _answered(since: dt.date) -> list[Answered]:
    """From the first sending of an order to the supplier's first word about it: 2 queries."""
    moment = clock.moment_on(since)
    sent = dict(
        PurchaseSending.objects.filter(sent_at__gte=moment)
        .values_list("order_id")
        .annotate(Min("sent_at"))
        .order_by()
    )
    words = (
        SupplierWord.objects.filter(line__order_id__in=sent)
        .values_list("line__order_id", "line__order__number", "line__order__supplier_id")
        .annotate(Min("at"))
        .order_by()
    )
    return [
        Answered(
            supplier_id,
            clock.date_of(at),
            max((at - sent[order_id]).total_seconds(), 0) / 3600,
            Told("purchase_order", order_id, number),
        )
        for order_id, number, supplier_id, at in words
    ]


def _quoted(since: dt.date) -> list[Answered]:
    """From asking for a quote to the first answer, a refusal included: 1 query."""
    rows = Invitation.objects.filter(
        sent_at__gte=clock.moment_on(since), first_answer_at__isnull=False
    ).values_list("supplier_id", "rfq_id", "rfq__number", "sent_at", "first_answer_at")
    return [
        Answered(
            pk,
            clock.date_of(at),
            max((at - sent_at).total_seconds(), 0) / 3600,
            Told("rfq", rfq_id, number),
        )
        for pk, rfq_id, number, sent_at, at in rows
        if sent_at is not None and at is not None
    ]


def _priced(lines: list[PurchaseOrderLine], today: dt.date) -> list[Priced]:
    """What each supplier takes for an item against what the others take: 5 queries.

    The price last paid, else the list price at the supplier's minimum; in the company's currency.
    """
    paid = _paid(lines)
    items = set(Source.objects.values_list("item_id", flat=True)) | {item for item, _s in paid}
    offers = sourcing.sources_of(items, on=today)
    currencies = {one.currency for found in offers.values() for one in found}
    currencies |= {currency for _on, _price, currency in paid.values()}
    rates = exchange_rates(currencies, today)
    taken: dict[int, dict[int, tuple[dt.date, float]]] = defaultdict(dict)
    for item_id, found in offers.items():
        for offer in found:
            price = _listed(offer, rates)
            if price:
                taken[item_id][offer.supplier_id] = (today, price)
    for (item_id, supplier_id), (on, paid_price, currency) in paid.items():
        if currency in rates:
            taken[item_id][supplier_id] = (on, float(paid_price * rates[currency]))
    codes = dict(Item.objects.filter(pk__in=taken).values_list("pk", "code"))
    return [
        Priced(
            supplier_id,
            on,
            price,
            _mean_of_others(by_supplier, supplier_id),
            Told("item", item_id, codes[item_id], codes[item_id]),
        )
        for item_id, by_supplier in taken.items()
        if len(by_supplier) > 1
        for supplier_id, (on, price) in by_supplier.items()
    ]


def _paid(
    lines: list[PurchaseOrderLine],
) -> dict[tuple[int, int], tuple[dt.date, Decimal, str]]:
    """(item, supplier) → when, what one own unit cost last, in which currency."""
    return {
        (one.item_id, one.order.supplier_id): (
            clock.date_of(one.order.sent_at),
            one.price * one.typed_quantity / one.quantity,
            one.order.currency,
        )
        for one in lines
        if one.order.sent_at and one.price > 0
    }


def _listed(offer: SourceOffer, rates: Mapping[str, Decimal]) -> float | None:
    price = offer.price_for(max(offer.minimum, ONE))
    if price is None and offer.breaks:
        price = offer.breaks[0][1]  # below the first break nothing is agreed
    return (
        None
        if price is None or offer.currency not in rates
        else float(price * rates[offer.currency])
    )


def _mean_of_others(taken: Mapping[int, tuple[dt.date, float]], supplier_id: int) -> float:
    others = [price for pk, (_on, price) in taken.items() if pk != supplier_id]
    return sum(others) / len(others)


@dataclass(frozen=True)
class PayTerms:
    """Instalments as (share, whether it is due when the order is placed, days after that event)."""

    parts: tuple[tuple[float, bool, int], ...]

    def days(self, lead_days: int) -> float:
        """Mean days from arrival to payment, when goods take so long (negative: before)."""
        return sum(
            share * (days - (lead_days if at_order else 0)) for share, at_order, days in self.parts
        )


# What is due when the order is placed; everything else falls due about when goods arrive.
_AT_ORDER = {PaymentEvent.CONTRACT, PaymentEvent.BEFORE_PRODUCTION}


def payment_days(supplier_ids: Iterable[int], on: dt.date) -> dict[int, PayTerms]:
    """How we pay suppliers: by the contract in force, else by the company's own terms. 2 queries.

    Suppliers without terms are left out: they are paid when goods arrive.
    """
    ids = set(supplier_ids)
    terms: dict[int, PaymentTerms | None] = {
        one.pk: one.payment_terms
        for one in Partner.objects.filter(pk__in=ids).select_related("payment_terms")
    }
    terms |= {
        pk: one.payment_terms
        for pk, one in sourcing.contracts_in_force(ids, on).items()
        if one.payment_terms is not None
    }
    return {
        pk: PayTerms(
            tuple(
                (
                    float(part["percent"]) / 100,
                    part["event"] in _AT_ORDER,
                    int(part.get("days", 0)),
                )
                for part in one.instalments
            )
        )
        for pk, one in terms.items()
        if one is not None
    }


__all__ = ["lead_histories", "payment_days", "scorecards", "supplier_facts"]
