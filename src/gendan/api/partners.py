"""API operations of the partners room."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Rows, SavedOut, asker, plain, saved
from gendan.partners import services
from gendan.partners.models import Address, Contact, CustomerDebt, Lane, Partner, PaymentTerms

router = Router(tags=["partners"])


class PartnerOut(Schema):
    """A company."""

    id: int
    code: str
    name: str
    name_zh: str
    is_customer: bool
    is_supplier: bool
    is_carrier: bool
    is_active: bool
    country: str
    language: str
    time_zone: str
    tax_number: str
    gln: str
    currency: str
    payment_terms_id: int | None
    incoterm: str
    incoterm_place: str
    credit_limit: Decimal | None
    over_percent: Decimal | None
    short_percent: Decimal | None
    merchandiser_id: int | None
    shipping_marks: str
    documents_required: list[str]
    remark: str


class ContactOut(Schema):
    """A person at a company."""

    id: int
    partner_id: int
    name: str
    position: str
    email: str
    phone: str
    is_main: bool


class AddressOut(Schema):
    """An address of a company."""

    id: int
    partner_id: int
    kind: str
    label: str
    lines: str
    city: str
    postal_code: str
    country: str


class PaymentTermsOut(Schema):
    """Payment terms: instalments by event."""

    id: int
    code: str
    name_en: str
    name_zh: str
    instalments: list[dict[str, Any]]


class LaneOut(Schema):
    """How long goods travel to a country by one method, in calendar days.

    `sails_on`: days of the week on which something leaves (0 = Monday); none: any day.
    """

    id: int
    method: str
    country: str
    to_port_days: int
    transit_days: int
    to_door_days: int
    sails_on: list[int]
    cutoff_days: int
    cost_per_kg: Decimal | None
    cost_per_m3: Decimal | None


class PartnersIn(Schema):
    """Companies to make or change; what is left out of a row stays as it is."""

    rows: Rows[services.PartnerRow]


class ContactsIn(Schema):
    """People at companies to make, change or remove."""

    rows: Rows[services.ContactRow]


class AddressesIn(Schema):
    """Addresses to make, change or remove."""

    rows: Rows[services.AddressRow]


class PaymentTermsIn(Schema):
    """Payment terms to make or change."""

    rows: Rows[services.PaymentTermsRow]


class DebtOut(Schema):
    """What a customer owes in one currency."""

    id: int
    customer_id: int
    currency: str
    outstanding: Decimal
    overdue: Decimal
    oldest_due_on: dt.date | None
    as_of: dt.date | None
    source: str


class DebtsIn(Schema):
    """What customers owe."""

    rows: Rows[services.DebtRow]


class LanesIn(Schema):
    """Transit times to make, change or remove."""

    rows: Rows[services.LaneRow]


@router.get("/partners", response=Page[PartnerOut], operation_id="list_partners")
def list_partners(
    request: HttpRequest,
    paging: Query[Paging],
    q: str = "",
    is_customer: bool | None = None,
    is_supplier: bool | None = None,
    is_carrier: bool | None = None,
) -> Any:
    """Companies by code: those whose code or name holds `q`."""
    rows = Partner.objects.visible_to(asker(request))
    if q:
        words = plain(q, 80)
        rows = rows.filter(
            Q(code__icontains=words) | Q(name__icontains=words) | Q(name_zh__icontains=words)
        )
    wanted = {"is_customer": is_customer, "is_supplier": is_supplier, "is_carrier": is_carrier}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return page_of(rows, paging, "code")


@router.get("/partners/{int:partner_id}", response=PartnerOut, operation_id="get_partner")
def get_partner(request: HttpRequest, partner_id: int) -> Any:
    """One company."""
    found = Partner.objects.visible_to(asker(request)).filter(pk=partner_id).first()
    if found is None:
        raise Http404
    return found


@router.post("/partners", response=SavedOut, operation_id="save_partners")
def save_partners(request: HttpRequest, given: PartnersIn) -> Any:
    """Make or change companies by code, all or none."""
    return saved(services.save_partners(rows=given.rows, by=asker(request)))


@router.get("/contacts", response=Page[ContactOut], operation_id="list_contacts")
def list_contacts(request: HttpRequest, paging: Query[Paging], partner: str = "") -> Any:
    """People at companies, of one company (its code) if asked for."""
    rows = Contact.objects.visible_to(asker(request))
    return page_of(rows.filter(partner__code=plain(partner, 40)) if partner else rows, paging, "pk")


@router.post("/contacts", response=SavedOut, operation_id="save_contacts")
def save_contacts(request: HttpRequest, given: ContactsIn) -> Any:
    """Make, change or remove people at companies, all or none."""
    return saved(services.save_contacts(rows=given.rows, by=asker(request)))


@router.get("/addresses", response=Page[AddressOut], operation_id="list_addresses")
def list_addresses(request: HttpRequest, paging: Query[Paging], partner: str = "") -> Any:
    """Addresses, of one company (its code) if asked for."""
    rows = Address.objects.visible_to(asker(request))
    return page_of(rows.filter(partner__code=plain(partner, 40)) if partner else rows, paging, "pk")


@router.post("/addresses", response=SavedOut, operation_id="save_addresses")
def save_addresses(request: HttpRequest, given: AddressesIn) -> Any:
    """Make, change or remove addresses, all or none."""
    return saved(services.save_addresses(rows=given.rows, by=asker(request)))


@router.get("/payment-terms", response=Page[PaymentTermsOut], operation_id="list_payment_terms")
def list_payment_terms(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Payment terms by code."""
    return page_of(PaymentTerms.objects.visible_to(asker(request)), paging, "code")


@router.post("/payment-terms", response=SavedOut, operation_id="save_payment_terms")
def save_payment_terms(request: HttpRequest, given: PaymentTermsIn) -> Any:
    """Make or change payment terms by code, all or none."""
    return saved(services.save_payment_terms(rows=given.rows, by=asker(request)))


@router.get("/lanes", response=Page[LaneOut], operation_id="list_lanes")
def list_lanes(request: HttpRequest, paging: Query[Paging], country: str = "") -> Any:
    """Transit times, to one country if asked for."""
    rows = Lane.objects.visible_to(asker(request))
    return page_of(rows.filter(country=plain(country, 2)) if country else rows, paging, "country")


@router.get("/debts", response=Page[DebtOut], operation_id="list_debts")
def list_debts(request: HttpRequest, paging: Query[Paging], customer_id: int | None = None) -> Any:
    """What customers owe, by customer and currency."""
    rows = CustomerDebt.objects.visible_to(asker(request))
    return page_of(rows if customer_id is None else rows.filter(customer=customer_id), paging)


@router.post("/debts", response=SavedOut, operation_id="record_debts")
def record_debts(request: HttpRequest, given: DebtsIn) -> Any:
    """Write down what customers owe, all or none."""
    return saved(services.record_debts(rows=given.rows, by=asker(request)))


@router.post("/lanes", response=SavedOut, operation_id="save_lanes")
def save_lanes(request: HttpRequest, given: LanesIn) -> Any:
    """Make, change or remove transit times, all or none."""
    return saved(services.save_lanes(rows=given.rows, by=asker(request)))
