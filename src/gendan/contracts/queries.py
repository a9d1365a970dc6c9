"""Questions asked of contracts: what both sides owe, which papers and credits there are."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from gendan.contracts import documents
from gendan.contracts.models import (
    Clause,
    ContractTerms,
    CreditOrder,
    CreditState,
    CreditWarning,
    DefaultTerms,
    Duties,
    Letterhead,
    LetterOfCredit,
    Paper,
)
from gendan.kernel.models import User
from gendan.orders.models import Instalment, Order

# What holds until the company has written its own defaults.
FALLBACK: dict[str, Any] = {
    "inspection_standard": "ISO 2859-1, level II / GB/T 2828.1 一般检验水平II",
    "inspection_place": "the Seller's works / 卖方工厂",
    "aql_major": Decimal("2.5"),
    "aql_minor": Decimal("4.0"),
    "governing_law": "the laws of the People's Republic of China / 中华人民共和国法律",
    "arbitration": (
        "the China International Economic and Trade Arbitration Commission (CIETAC), Shanghai / "
        "中国国际经济贸易仲裁委员会上海分会"
    ),
}
DUTY_FIELDS = tuple(
    field.name for field in Duties._meta.get_fields() if getattr(field, "concrete", False)
)


@dataclass(frozen=True)
class PaymentDuty:
    """A part of the payment plan: so many percent, so many days after an event."""

    event: str
    percent: Decimal
    days: int


@dataclass(frozen=True)
class DocumentDuty:
    """A document to be presented, in so many originals and copies."""

    code: str
    originals: int
    copies: int


@dataclass(frozen=True)
class Terms:
    """Everything both sides owe under an order; later steps are checked against it.

    Percentages are numbers from 0 to 100; `latest_shipment_on` is None where nothing was agreed;
    `is_own` tells whether the order has terms of its own or the defaults.
    """

    order_id: int
    is_own: bool
    over_percent: Decimal
    short_percent: Decimal
    incoterm: str
    incoterm_place: str
    packing: str
    shipping_marks: str
    payment: tuple[PaymentDuty, ...]
    penalty_per_day: Decimal
    penalty_most: Decimal
    penalty_grace_days: int
    inspector: str
    inspection_standard: str
    aql_major: Decimal | None
    aql_minor: Decimal | None
    inspection_place: str
    documents: tuple[DocumentDuty, ...]
    loading_port: str
    discharge_port: str
    latest_shipment_on: dt.date | None
    partial_allowed: bool
    transshipment_allowed: bool
    claims_days: int
    governing_law: str
    arbitration: str

    def as_data(self) -> dict[str, Any]:
        """Plain JSON values, as papers keep them."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def terms_of(order_id: int) -> Terms:
    """What both sides owe under an order: its own terms, else its customer's, else the company's.

    For all rooms above: quality asks for inspector and AQL, shipping for latest shipment, marks and
    documents, receivables for payment and penalty. At most 4 queries.
    """
    order = Order.objects.prefetch_related("instalments").get(pk=order_id)
    return terms_for(order)


def terms_for(order: Order) -> Terms:
    """As terms_of, for an order that was read already (its instalments may be prefetched)."""
    return terms_for_many([order])[order.pk]


def terms_for_many(orders: Iterable[Order]) -> dict[int, Terms]:
    """The terms of many orders by id: 2 queries, when their instalments are prefetched."""
    wanted = list(orders)
    own = {one.order_id: one for one in ContractTerms.objects.filter(order__in=wanted)}
    defaults = _defaults({order.customer_id for order in wanted})
    return {
        order.pk: _terms(order, own.get(order.pk), defaults.get(order.customer_id, defaults[None]))
        for order in wanted
    }


def _terms(order: Order, own: ContractTerms | None, standing: Duties) -> Terms:
    duties: Duties = own or standing
    values = {name: getattr(duties, name) for name in DUTY_FIELDS}
    return Terms(
        order_id=order.pk,
        is_own=own is not None,
        over_percent=order.over_percent,
        short_percent=order.short_percent,
        incoterm=order.incoterm,
        incoterm_place=order.incoterm_place,
        packing=order.packing,
        shipping_marks=order.shipping_marks,
        payment=tuple(PaymentDuty(one.event, one.percent, one.days) for one in _instalments(order)),
        **values | {"documents": _documents(order, duties, is_own=own is not None)},
    )


def default_duties(customer_id: int | None) -> Duties:
    """The customer's defaults, else the company's, else what Gendan comes with (1 query)."""
    found = _defaults({customer_id})
    return found.get(customer_id, found[None])


def _defaults(customer_ids: Iterable[int | None]) -> dict[int | None, Duties]:
    """Defaults by customer; under None everybody's."""
    rows = DefaultTerms.objects.filter(
        Q(customer__in=[one for one in customer_ids if one]) | Q(customer__isnull=True)
    )
    found: dict[int | None, Duties] = {None: DefaultTerms(**FALLBACK)}
    return found | {one.customer_id: one for one in rows}


def _documents(order: Order, duties: Duties, *, is_own: bool) -> tuple[DocumentDuty, ...]:
    """The documents of the terms; without terms of its own also what the order asks for."""
    found = {
        one["code"]: DocumentDuty(one["code"], one.get("originals", 1), one.get("copies", 0))
        for one in duties.documents
    }
    if not is_own:
        for name in order.documents_required:
            code = documents.code_of(str(name))
            found.setdefault(code, DocumentDuty(code, 1, 2))
    return tuple(found.values())


def _instalments(order: Order) -> list[Instalment]:
    return list(order.instalments.all())


def letterhead() -> Letterhead | None:
    """Our company as papers show it, once it is written down."""
    return Letterhead.objects.select_related("logo", "seal").first()


def clauses_for(order: Order, kind: str) -> list[Clause]:
    """The clauses of the library that fit an order, the most specific variant of each code."""
    events = [one.event for one in _instalments(order)]
    fitting = Clause.objects.filter(
        Q(kind="") | Q(kind=kind),
        Q(customer__isnull=True) | Q(customer=order.customer_id),
        Q(country="") | Q(country=order.destination_country or order.customer.country),
        Q(incoterm="") | Q(incoterm=order.incoterm),
        Q(payment_event="") | Q(payment_event__in=events),
        is_active=True,
    )
    chosen: dict[str, Clause] = {}
    for clause in fitting.order_by("position", "code", "pk"):
        other = chosen.get(clause.code)
        if other is None or clause.specificity > other.specificity:
            chosen[clause.code] = clause
    return sorted(chosen.values(), key=lambda one: (one.position, one.code))


def papers_of(order_id: int, user: User) -> QuerySet[Paper]:
    """The papers of an order that somebody sees, newest first, without their long contents."""
    found = Paper.objects.visible_to(user).filter(order=order_id)
    return found.defer("snapshot", "terms").select_related("file", "issued_by").order_by("-pk")


def visible_papers(user: User) -> QuerySet[Paper]:
    """All papers somebody sees, without their long contents."""
    return (
        Paper.objects.visible_to(user)
        .defer("snapshot", "terms")
        .select_related("order", "order__customer", "issued_by", "file")
    )


def visible_letters(user: User) -> QuerySet[LetterOfCredit]:
    """The letters of credit somebody sees, with what warnings and pages read of them."""
    return (
        LetterOfCredit.objects.visible_to(user)
        .select_related("customer")
        .prefetch_related("order_links__order__instalments", "warnings")
    )


def letters_of(order_id: int) -> QuerySet[LetterOfCredit]:
    """The open letters of credit that pay an order."""
    return (
        LetterOfCredit.objects.filter(order_links__order=order_id, state=CreditState.OPEN)
        .select_related("customer")
        .prefetch_related("order_links__order__instalments")
        .order_by("pk")
    )


def difference(was: Paper, now: Paper) -> list[dict[str, str]]:
    """What two versions of a paper print differently: [{"path", "was", "is"}]."""
    before, after = _flat(was.snapshot), _flat(now.snapshot)
    left_out = ("version", "date", "at")
    return [
        {"path": path, "was": before.get(path, ""), "is": after.get(path, "")}
        for path in dict.fromkeys([*after, *before])
        if before.get(path, "") != after.get(path, "") and path not in left_out
    ]


def _flat(value: Any, path: str = "") -> dict[str, str]:
    """A snapshot as path → text; entries of lists are named by their key, else their place."""
    if isinstance(value, dict):
        parts = [(str(name), part) for name, part in value.items()]
    elif isinstance(value, list):
        parts = [
            (str(part.get("key", place)) if isinstance(part, dict) else str(place), part)
            for place, part in enumerate(value, 1)
        ]
    else:
        return {path: "" if value is None else str(value)}
    found: dict[str, str] = {}
    for name, part in parts:
        found |= _flat(part, f"{path}.{name}" if path else name)
    return found


def has_contract(order_id: int) -> bool:
    """Whether anything of an order is agreed in writing: a paper, terms, a credit (1 query)."""
    return Order.objects.filter(
        Q(Exists(Paper.objects.filter(order=OuterRef("pk"))))
        | Q(Exists(ContractTerms.objects.filter(order=OuterRef("pk"))))
        | Q(Exists(CreditOrder.objects.filter(order=OuterRef("pk")))),
        pk=order_id,
    ).exists()


def terms_revision(order_id: int) -> int:
    """The revision of an order's own terms; 0 when it has none."""
    own = ContractTerms.objects.filter(order=order_id).values_list("revision", flat=True).first()
    return own or 0


def warned_letters(user: User) -> QuerySet[LetterOfCredit]:
    """The open letters of credit that were warned of and are not right yet."""
    warned = CreditWarning.objects.filter(letter=OuterRef("pk"), ended_at__isnull=True)
    return visible_letters(user).filter(Exists(warned), state=CreditState.OPEN)


def containing_papers(rows: QuerySet[Paper], text: str) -> QuerySet[Paper]:
    """The papers whose number, order or customer contains a text."""
    return rows.filter(
        Q(number__icontains=text)
        | Q(order__number__icontains=text)
        | Q(order__customer_order_number__icontains=text)
        | Q(order__customer__name__icontains=text)
        | Q(order__customer__name_zh__icontains=text)
    )


def containing_letters(rows: QuerySet[LetterOfCredit], text: str) -> QuerySet[LetterOfCredit]:
    """The letters of credit whose number, bank, customer or order contains a text."""
    of_order = CreditOrder.objects.filter(letter=OuterRef("pk"), order__number__icontains=text)
    return rows.filter(
        Q(number__icontains=text)
        | Q(issuing_bank__icontains=text)
        | Q(customer__name__icontains=text)
        | Q(customer__name_zh__icontains=text)
        | Q(Exists(of_order))
    )


def example_values() -> tuple[dict[str, str], dict[str, str]]:
    """Values for the preview of a clause, Chinese and English, from the company's defaults."""
    duties = default_duties(None)
    both = {
        "over_percent": "5",
        "short_percent": "5",
        "penalty_per_day": f"{duties.penalty_per_day.normalize():f}",
        "penalty_most": f"{duties.penalty_most.normalize():f}",
        "grace_days": str(duties.penalty_grace_days),
        "claims_days": str(duties.claims_days),
        "aql": f"{duties.aql_major or ''} / {duties.aql_minor or ''}",
        "incoterm": "FOB Ningbo",
        "place": "Ningbo",
        "latest_shipment": "2026-12-31",
    }
    english, chinese = dict(both), dict(both)
    for name in ("inspection_standard", "inspection_place", "governing_law", "arbitration"):
        left, found, right = str(getattr(duties, name)).partition(" / ")
        english[name], chinese[name] = left, right if found else left
    english |= {"port": "Ningbo", "discharge_port": "Hamburg", "seller": "the Seller"}
    english |= {"partial": "allowed", "transshipment": "allowed", "inspector": "the seller"}
    english |= {"payment": "30% by T/T deposit upon signing; 70% by T/T against copy of the B/L"}
    english |= {"packing": "24 pcs per export carton", "buyer": "the Buyer"}
    english |= {"documents": "Commercial invoice (3 originals); Packing list (3 originals)"}
    chinese |= {"port": "宁波", "discharge_port": "汉堡", "seller": "卖方"}
    chinese |= {"partial": "允许", "transshipment": "允许", "inspector": "卖方"}
    chinese |= {"payment": "30%签约后电汇支付定金；70%凭提单副本电汇付清"}
    chinese |= {"packing": "每箱24件，出口纸箱", "buyer": "买方"}
    chinese |= {"documents": "商业发票（正本3份）；装箱单（正本3份）"}
    return chinese, english
