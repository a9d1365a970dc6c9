"""The head of an order: what its customer brings along, what is given, its totals."""

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from gendan.catalog.queries import exchange_rates
from gendan.kernel import clock, company, numbering
from gendan.kernel.models import User
from gendan.kernel.money import LARGEST, round_money
from gendan.orders.entry import OrderChanges, OrderData
from gendan.orders.models import Channel, Instalment, Line, Order, OrderState
from gendan.orders.services import reading
from gendan.orders.services.reading import Refused
from gendan.orders.services.refusals import SameCustomerNumber, url_of
from gendan.orders.services.writing import insert_rows
from gendan.partners.models import Contact, DeliveryMethod, Incoterm, Partner, PaymentTerms


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer, and what else a new order of theirs asks for, read with one query."""

    partner: Partner
    plan: list[dict[str, Any]]
    rate: Decimal | None
    twin: tuple[int, str] | None
    pattern: str
    over_percent: Decimal
    short_percent: Decimal
    has_reviews: bool  # whether the company's rules ask for any review at all


# Written as SQL because drafting is busy: building this query anew cost more than all others.
_CUSTOMER = """
SELECT p.*, terms.instalments AS plan,
  (SELECT r.rate FROM catalog_exchangerate r
   WHERE r.currency = COALESCE(NULLIF(%(currency)s, ''), p.currency) AND r.day <= %(day)s
   ORDER BY r.day DESC LIMIT 1) AS rate,
  (SELECT jsonb_build_array(o.id, o.number) FROM orders_order o
   WHERE o.customer_id = p.id AND o.customer_order_number = %(number)s AND %(number)s <> ''
     AND o.state <> 'cancelled' ORDER BY o.id LIMIT 1) AS twin,
  (SELECT pattern FROM kernel_numberpattern WHERE key = 'order') AS pattern,
  (SELECT value FROM kernel_setting WHERE key = 'default_over_percent') AS over_default,
  (SELECT value FROM kernel_setting WHERE key = 'default_short_percent') AS short_default,
  EXISTS (SELECT FROM orders_reviewrule WHERE is_active) AS has_reviews
FROM partners_partner p
LEFT JOIN partners_paymentterms terms ON terms.id = p.payment_terms_id
WHERE p.id = %(customer)s AND p.is_customer
"""


def customer_of(given: OrderData) -> Customer:
    """The customer of a new order and everything it brings along: 1 query."""
    if given.currency:
        reading.read_currency(given.currency)
    number = reading.read_text(given.customer_order_number, 80, field="customer_order_number")
    params = {
        "customer": given.customer_id,
        "currency": given.currency,
        "day": _ordered_on(given),
        "number": number,
    }
    partner: Any = next(iter(Partner.objects.raw(_CUSTOMER, params)), None)
    if partner is None:
        raise Refused(_("There is no such customer."), field="customer_id")
    if not partner.is_active:
        raise Refused(
            _("%(customer)s is no longer active; new orders are not taken.")
            % {"customer": str(partner)},
            field="customer_id",
        )
    currency = given.currency or partner.currency
    return Customer(
        partner=partner,
        plan=json.loads(partner.plan) if partner.plan else [],
        rate=Decimal(1) if currency == settings.COMPANY_CURRENCY else partner.rate,
        twin=tuple(json.loads(partner.twin)) if partner.twin else None,
        pattern=partner.pattern or numbering.DEFAULTS["order"],
        over_percent=_first_known(partner.over_percent, partner.over_default, "over"),
        short_percent=_first_known(partner.short_percent, partner.short_default, "short"),
        has_reviews=partner.has_reviews,
    )


def _first_known(own: Decimal | None, of_company: str | None, side: str) -> Decimal:
    """The customer's own tolerance, else what the company has set, else the default."""
    if own is not None:
        return own
    if of_company is not None:
        return Decimal(of_company)
    return Decimal(str(company.DEFAULTS[f"default_{side}_percent"]))


def _ordered_on(given: OrderData) -> dt.date:
    day = reading.read_day(given.ordered_on, field="ordered_on")
    if day is None:
        moment = reading.read_moment(given.received_at, field="received_at")
        day = clock.date_of(moment) if moment else clock.today()
    return day


def new_head(given: OrderData, customer: Customer, by: User | None) -> Order:
    """An order's head in memory: the customer's own values, then those that are given."""
    partner, now = customer.partner, clock.now()
    order = Order(
        customer=partner,
        contact_id=given.contact_id,
        channel=reading.read_choice(given.channel or "?", Channel, field="channel"),
        taken_by=by,
        received_at=reading.read_moment(given.received_at, field="received_at") or now,
        ordered_on=_ordered_on(given),
        made_at=now,
        merchandiser_id=partner.merchandiser_id or (by.pk if by else None),
        currency=partner.currency,
        payment_terms_id=partner.payment_terms_id,
        incoterm=partner.incoterm,
        incoterm_place=partner.incoterm_place,
        destination_country=partner.country,
        over_percent=customer.over_percent,
        short_percent=customer.short_percent,
        shipping_marks=partner.shipping_marks,
        documents_required=list(partner.documents_required),
    )
    set_head(order, given)
    _check_references(order, given)
    return order


def set_head(order: Order, given: OrderData | OrderChanges) -> None:
    """Take over every head value that is given; refuse what cannot be taken."""
    for name, read in _READERS.items():
        value = getattr(given, name)
        if value is not None and not (name == "currency" and value == ""):
            setattr(order, name, read(value, name))
    if given.merchandiser_id is not None:
        order.merchandiser_id = given.merchandiser_id
    if given.contact_id is not None:
        order.contact_id = given.contact_id
    if given.payment_terms_id is not None:
        order.payment_terms_id = given.payment_terms_id


def _text(limit: int) -> Callable[[Any, str], Any]:
    return lambda value, name: reading.read_text(value, limit, field=name)


def _choice(choices: type[TextChoices]) -> Callable[[Any, str], Any]:
    return lambda value, name: reading.read_choice(value, choices, field=name)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "customer_order_number": _text(80),
    "ordered_on": lambda value, name: reading.read_day(value, field=name),
    "currency": lambda value, name: reading.read_currency(value, field=name),
    "incoterm": _choice(Incoterm),
    "incoterm_place": _text(80),
    "delivery_method": lambda value, name: reading.read_choice(
        value or "?", DeliveryMethod, field=name
    ),
    "destination_country": lambda value, name: reading.read_country(value, field=name),
    "destination": _text(200),
    "ship_policy": lambda value, name: reading.read_choice(
        value or "?", Order.ShipPolicy, field=name
    ),
    "over_percent": lambda value, name: reading.read_percent(value, field=name),
    "short_percent": lambda value, name: reading.read_percent(value, field=name),
    "packing": _text(4000),
    "shipping_marks": _text(4000),
    "documents_required": lambda value, name: reading.read_papers(value, field=name),
    "remark": _text(4000),
}


def _check_references(order: Order, given: OrderData | OrderChanges) -> None:
    """What is named by id must be there: a contact of this customer, one of our people, terms."""
    if (
        given.contact_id is not None
        and not Contact.objects.filter(pk=given.contact_id, partner=order.customer_id).exists()
    ):
        raise Refused(_("This contact does not belong to the customer."), field="contact_id")
    if (
        given.merchandiser_id is not None
        and not User.objects.filter(
            pk=given.merchandiser_id, is_active=True, is_outside=False
        ).exists()
    ):
        raise Refused(_("There is no such person here."), field="merchandiser_id")
    if given.payment_terms_id is not None:
        terms = PaymentTerms.objects.filter(pk=given.payment_terms_id).first()
        if terms is None:
            raise Refused(_("There are no such payment terms."), field="payment_terms_id")
        order.payment_terms = terms


def refuse_twin(order: Order, twin: tuple[int, str] | None, allow_duplicate: bool) -> None:
    """Refuse the customer's order number a second time, unless that is meant."""
    if twin is None:
        return
    if not allow_duplicate:
        raise SameCustomerNumber(
            _("%(customer)s has sent order number %(theirs)s before: it is our %(ours)s.")
            % {
                "customer": str(order.customer),
                "theirs": order.customer_order_number,
                "ours": twin[1],
            },
            field="customer_order_number",
            link=url_of(twin[0]),
            order_id=twin[0],
            number=twin[1],
        )
    order.is_repeat = True


def save_order(order: Order, *, is_new: bool) -> None:
    """Write the head; whoever lost the race for the customer's number is told so."""
    try:
        if is_new:
            insert_rows([order])
        else:
            order.save()
    except IntegrityError as error:
        if "order_theirs_once" not in str(error):
            raise
        raise SameCustomerNumber(
            _("Somebody has just written down order number %(theirs)s of %(customer)s.")
            % {"theirs": order.customer_order_number, "customer": str(order.customer)},
            field="customer_order_number",
        ) from error


def total_up(order: Order, lines: Iterable[Line], rate: Decimal | None) -> None:
    """Totals and requested date from the lines; without a rate the company's total is 0."""
    standing = [line for line in lines if not line.is_cancelled]
    order.total = sum((line.amount for line in standing), Decimal(0))
    if order.total > LARGEST:
        raise Refused(_("The total of this order is too large to be true."), field="lines")
    order.total_company = round_money(order.total * (rate or 0), settings.COMPANY_CURRENCY)
    order.requested_on = min(
        (line.requested_on for line in standing if line.requested_on), default=None
    )


def twin_of(order: Order) -> tuple[int, str] | None:
    """Another order of the same customer that bears the same number of theirs, if there is one."""
    if not order.customer_order_number:
        return None
    twins = Order.objects.filter(
        customer=order.customer_id, customer_order_number=order.customer_order_number
    ).exclude(state=OrderState.CANCELLED)
    return twins.exclude(pk=order.pk).values_list("pk", "number").first()


def read_changes(
    order: Order, changes: OrderChanges, *, allow_duplicate: bool = False
) -> list[Instalment] | None:
    """Apply changes to a head in memory; returns its new payment plan, None where it stays."""
    theirs = order.customer_order_number
    set_head(order, changes)
    _check_references(order, changes)
    if order.customer_order_number != theirs:
        order.is_repeat = False
        refuse_twin(order, twin_of(order), allow_duplicate)
    given = changes.instalments
    if given is None and changes.payment_terms_id is not None and order.payment_terms:
        given = reading.instalments_of_terms(order.payment_terms.instalments)
    return None if given is None else reading.read_instalments(order, given)


def change_head(order: Order, changes: OrderChanges, *, allow_duplicate: bool = False) -> None:
    """Apply changes to the head of an order that is there; its payment plan is written."""
    plan = read_changes(order, changes, allow_duplicate=allow_duplicate)
    if plan is not None:
        write_plan(order, plan)


def write_plan(order: Order, plan: list[Instalment]) -> None:
    """Replace the payment plan of an order (2 queries)."""
    order.instalments.all().delete()
    Instalment.objects.bulk_create(plan)


def instalments_of(order: Order, given: OrderData, customer: Customer) -> list[Instalment]:
    """The payment plan of a new order: as given, else as its payment terms say."""
    parts = given.instalments
    if parts is None:
        is_own = order.payment_terms_id == customer.partner.payment_terms_id
        terms = None if is_own else order.payment_terms
        plan = terms.instalments if terms else customer.plan
        parts = reading.instalments_of_terms(plan if order.payment_terms_id else [])
    return reading.read_instalments(order, parts)


def rate_of(order: Order) -> Decimal | None:
    """What one unit of the order's currency is worth in the company's on the order's date."""
    day = order.ordered_on or clock.date_of(order.received_at)
    return exchange_rates({order.currency}, day).get(order.currency)
