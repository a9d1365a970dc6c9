"""Questions asked of the sourcing room: who may supply what, at which price, from when on."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from gendan.catalog import queries as catalog
from gendan.engine.calendars import WorkCalendar
from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.partners.models import Partner
from gendan.sourcing.models import (
    BuyingAssumptions,
    Qualification,
    ScoreWeights,
    ServiceScore,
    Source,
    SourcePrice,
    SupplierClosing,
    SupplierContract,
)
from gendan.sourcing.models.visibility import may_read

# The approved list --------------------------------------------------------------------------


@dataclass(frozen=True)
class SourceOffer:
    """A supplier who may supply an item, with what holds on the day that was asked for.

    `breaks` rise: (from quantity, price of one unit in `currency`). `minimum` and `multiple` are in
    the item's unit; 0 means any quantity.
    """

    source_id: int
    item_id: int
    supplier_id: int
    supplier_code: str
    name: str
    status: str
    rank: int
    supplier_item_code: str
    lead_days: int
    minimum: Decimal
    multiple: Decimal
    weekly_capacity: Decimal | None
    currency: str
    freight_percent: Decimal | None
    duty_percent: Decimal | None
    country: str
    nominated_by_id: int | None
    is_outside_factory: bool
    breaks: tuple[tuple[Decimal, Decimal], ...] = ()

    def price_for(self, quantity: Decimal) -> Decimal | None:
        """The price of one unit when so much is ordered; None when no price is agreed."""
        found = None
        for start, price in self.breaks:
            if start <= quantity:
                found = price
        return found


def sources_of(
    item_ids: Iterable[int],
    *,
    on: dt.date,
    customer_id: int | None = None,
    and_blocked: bool = False,
) -> dict[int, list[SourceOffer]]:
    """Who may supply each item, the customer's nominated ones first, then by rank: 2 queries.

    Another customer's nominated supplier stays in the list: it may supply others too. Suppliers who
    are no longer active are left out, sources blocked or not approved yet unless asked for.
    """
    ids = set(item_ids)
    if not ids:
        return {}
    rows = Source.objects.filter(item_id__in=ids, supplier__is_active=True)
    if not and_blocked:
        rows = rows.exclude(status__in=Source.NOT_BOUGHT_FROM)
    sources = list(rows.select_related("supplier", "item"))
    breaks = _breaks(sources, on)
    found: dict[int, list[SourceOffer]] = defaultdict(list)
    for one in sources:
        found[one.item_id].append(_offer(one, breaks.get(one.pk, ())))
    for offers in found.values():
        offers.sort(
            key=lambda one: (
                customer_id is None or one.nominated_by_id != customer_id,
                one.rank,
                one.supplier_code,
            )
        )
    return dict(found)


def _breaks(
    sources: Sequence[Source], on: dt.date
) -> dict[int, tuple[tuple[Decimal, Decimal], ...]]:
    """Prices in force in the source's own currency, by source and rising quantity: 1 query."""
    currencies = {one.pk: one.currency for one in sources}
    rows = (
        SourcePrice.objects.filter(source_id__in=currencies, valid_from_on__lte=on)
        .filter(Q(valid_until_on__isnull=True) | Q(valid_until_on__gte=on))
        .order_by("from_quantity")
        .values_list("source_id", "currency", "from_quantity", "price")
    )
    found: dict[int, list[tuple[Decimal, Decimal]]] = defaultdict(list)
    for source_id, currency, start, price in rows:
        if currencies[source_id] == currency:
            found[source_id].append((start, price))
    return {pk: tuple(breaks) for pk, breaks in found.items()}


def _offer(one: Source, breaks: tuple[tuple[Decimal, Decimal], ...]) -> SourceOffer:
    lead_days = one.lead_days
    return SourceOffer(
        source_id=one.pk,
        item_id=one.item_id,
        supplier_id=one.supplier_id,
        supplier_code=one.supplier.code,
        name=str(one.supplier),
        status=one.status,
        rank=one.rank,
        supplier_item_code=one.supplier_item_code,
        lead_days=one.item.lead_days if lead_days is None else lead_days,
        minimum=one.minimum,
        multiple=one.multiple,
        weekly_capacity=one.weekly_capacity,
        currency=one.currency,
        freight_percent=one.freight_percent,
        duty_percent=one.duty_percent,
        country=one.supplier.country,
        nominated_by_id=one.nominated_by_id,
        is_outside_factory=one.is_outside_factory,
        breaks=breaks,
    )


def not_bought_from(supplier_id: int, item_ids: Iterable[int]) -> dict[int, str]:
    """The items for which a supplier is blocked or not approved yet, with that status: 1 query."""
    rows = Source.objects.filter(
        supplier=supplier_id, item__in=set(item_ids), status__in=Source.NOT_BOUGHT_FROM
    )
    return dict(rows.values_list("item_id", "status"))


def bought_elsewhere(supplier_id: int, item_ids: Iterable[int]) -> set[int]:
    """The items that have approved suppliers, of whom this one is none: 1 query."""
    rows = Source.objects.filter(item__in=set(item_ids), supplier__is_active=True)
    bought = rows.exclude(status__in=Source.NOT_BOUGHT_FROM)
    found: dict[int, set[int]] = defaultdict(set)
    for item_id, approved_id in bought.values_list("item_id", "supplier_id"):
        found[item_id].add(approved_id)
    return {item_id for item_id, approved in found.items() if supplier_id not in approved}


def nominated_customers(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """(supplier id, item id) → the customer who nominated that supplier for it: 1 query.

    A supplier's delay is booked to that customer: we were given no choice.
    """
    wanted = set(pairs)
    rows = Source.objects.filter(
        supplier_id__in={supplier for supplier, _item in wanted},
        item_id__in={item for _supplier, item in wanted},
        nominated_by__isnull=False,
    ).values_list("supplier_id", "item_id", "nominated_by_id")
    return {
        (supplier, item): customer
        for supplier, item, customer in rows
        if customer is not None and (supplier, item) in wanted
    }


def nominated_customer(supplier_id: int, item_id: int) -> int | None:
    """The customer who nominated the supplier for the item; for many, `nominated_customers`."""
    return nominated_customers([(supplier_id, item_id)]).get((supplier_id, item_id))


# Days ---------------------------------------------------------------------------------------


def calendars_of(supplier_ids: Iterable[int]) -> dict[int, WorkCalendar]:
    """The working days of each supplier: its country's, less its own closing days. 5 queries."""
    ids = set(supplier_ids)
    if not ids:
        return {}
    by_country = catalog.calendars_of_countries()
    ours = catalog.calendar(None)
    closed: dict[int, list[int]] = defaultdict(list)
    for supplier_id, first, last in SupplierClosing.objects.filter(supplier_id__in=ids).values_list(
        "supplier_id", "first_on", "last_on"
    ):
        closed[supplier_id] += range(first.toordinal(), last.toordinal() + 1)
    countries = Partner.objects.filter(pk__in=ids).values_list("pk", "country")
    return {
        pk: by_country.get(country, ours).without(closed.get(pk, ())) for pk, country in countries
    }


def arrival_on(
    source: SourceOffer, ordered_on: dt.date, calendars: Mapping[int, WorkCalendar] | None = None
) -> dt.date:
    """When goods ordered on a day are here. For many, ask `calendars_of` once and give it."""
    known = calendars_of([source.supplier_id]) if calendars is None else calendars
    return known[source.supplier_id].add_days(ordered_on, source.lead_days)


def order_by_on(
    source: SourceOffer, needed_on: dt.date, calendars: Mapping[int, WorkCalendar] | None = None
) -> dt.date:
    """The last day on which to order what is needed on a day."""
    known = calendars_of([source.supplier_id]) if calendars is None else calendars
    return known[source.supplier_id].back_days(needed_on, source.lead_days)


# May we buy there? --------------------------------------------------------------------------


@dataclass(frozen=True)
class BuyingVerdict:
    """Whether new orders may go to a supplier; `reasons` are sentences, `overlooked` those that
    a manager has said may be overlooked for now."""

    supplier_id: int
    reasons: tuple[str, ...] = ()
    overlooked: tuple[str, ...] = ()

    @property
    def may(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.reasons


def may_buy_from_many(supplier_ids: Iterable[int], on: dt.date) -> dict[int, BuyingVerdict]:
    """What stands in the way of new orders to each supplier: 2 queries."""
    ids = set(supplier_ids)
    partners = {one.pk: one for one in Partner.objects.filter(pk__in=ids)}
    reasons: dict[int, list[str]] = defaultdict(list)
    overlooked: dict[int, list[str]] = defaultdict(list)
    for pk in ids:
        partner = partners.get(pk)
        if partner is None or not partner.is_supplier:
            reasons[pk].append(_("This company is no supplier."))
        elif not partner.is_active:
            reasons[pk].append(_("%(supplier)s is no longer active.") % {"supplier": partner})
    expired = Qualification.objects.filter(
        supplier_id__in=ids, is_required=True, expires_on__lt=on
    ).order_by("expires_on", "pk")
    for one in expired:
        words = _("%(document)s expired on %(day)s.") % {
            "document": one,
            "day": one.expires_on.isoformat() if one.expires_on else "",
        }
        (reasons if one.stops_buying(on) else overlooked)[one.supplier_id].append(words)
    return {
        pk: BuyingVerdict(pk, tuple(reasons.get(pk, ())), tuple(overlooked.get(pk, ())))
        for pk in ids
    }


def may_buy_from(supplier_id: int, on: dt.date) -> BuyingVerdict:
    """Whether a new order may go to the supplier on that day, and what stands in the way."""
    return may_buy_from_many([supplier_id], on)[supplier_id]


def contracts_in_force(supplier_ids: Iterable[int], on: dt.date) -> dict[int, SupplierContract]:
    """The newest contract in force with each supplier: 1 query."""
    rows = (
        SupplierContract.objects.filter(supplier_id__in=set(supplier_ids), valid_from_on__lte=on)
        .filter(Q(valid_until_on__isnull=True) | Q(valid_until_on__gte=on))
        .select_related("payment_terms")
        .order_by("valid_from_on", "pk")
    )
    return {one.supplier_id: one for one in rows}


# Figures in force ---------------------------------------------------------------------------


def weights() -> ScoreWeights:
    """The weights of the scorecard in force; the ones Gendan ships where nobody set any."""
    return ScoreWeights.objects.first() or ScoreWeights()


def assumptions() -> BuyingAssumptions:
    """What the comparison of total costs assumes; the ones Gendan ships where nobody set any."""
    return BuyingAssumptions.objects.first() or BuyingAssumptions()


# For pages and programs ---------------------------------------------------------------------


def suppliers_for(user: User) -> "QuerySet[Partner]":
    """The suppliers somebody may look into, with the number of their items and what ends next.

    `item_count`, `blocked_count`, `expires_on` (the first end of a required document that still
    counts), `stops` (whether an expired one stands in the way today).
    """
    rows = Partner.objects.filter(is_supplier=True)
    if not may_read(user):
        return rows.none()
    today = clock.today()
    listed = Source.objects.filter(supplier=OuterRef("pk")).order_by().values("supplier")
    counted = listed.annotate(number=Count("pk")).values("number")
    blocked = counted.filter(status=Source.Status.BLOCKED)
    required = Qualification.objects.filter(
        supplier=OuterRef("pk"), is_required=True, expires_on__isnull=False
    )
    overlooked = Q(expires_on__lt=today, overlooked_until_on__gte=today)
    return rows.annotate(
        item_count=Coalesce(Subquery(counted), 0),
        blocked_count=Coalesce(Subquery(blocked), 0),
        expires_on=Subquery(
            required.exclude(overlooked).order_by("expires_on").values("expires_on")[:1]
        ),
        stops=Exists(required.filter(expires_on__lt=today).exclude(overlooked)),
    )


def sources_for(user: User) -> "QuerySet[Source]":
    """The approved list as somebody sees it."""
    return Source.objects.visible_to(user).select_related("supplier", "item__unit", "nominated_by")


def prices_for(user: User, source_id: int) -> "QuerySet[SourcePrice]":
    """All prices of a source, past and to come."""
    rows = SourcePrice.objects.visible_to(user).filter(source_id=source_id)
    return rows.order_by("from_quantity", "valid_from_on")


@dataclass(frozen=True)
class Profile:
    """All that is known of a supplier besides its sources: 5 queries."""

    verdict: BuyingVerdict
    qualifications: list[Qualification]
    contracts: list[SupplierContract]
    closings: list[SupplierClosing]
    services: list[ServiceScore]


def profile_of(supplier_id: int) -> Profile:
    """Documents, contracts, closing days to come and the last service scores of a supplier."""
    today = clock.today()
    return Profile(
        verdict=may_buy_from(supplier_id, today),
        qualifications=list(
            Qualification.objects.filter(supplier_id=supplier_id)
            .select_related("supplier", "overlooked_by")
            .order_by("kind", "expires_on", "number")
        ),
        contracts=list(
            SupplierContract.objects.filter(supplier_id=supplier_id).select_related(
                "supplier", "payment_terms"
            )
        ),
        closings=list(
            SupplierClosing.objects.filter(supplier_id=supplier_id, last_on__gte=today)
            .select_related("supplier")
            .order_by("first_on")[:50]
        ),
        services=list(
            ServiceScore.objects.filter(supplier_id=supplier_id)
            .select_related("supplier")
            .order_by("-month_on")[:12]
        ),
    )


def history_of_weights() -> list[ScoreWeights]:
    """The weights that held, the newest first."""
    return list(ScoreWeights.objects.select_related("by")[:50])


def history_of_assumptions() -> list[BuyingAssumptions]:
    """What was assumed, the newest first."""
    return list(BuyingAssumptions.objects.select_related("by")[:50])
