"""Letters of credit: written down, amended, closed, and looked at every morning."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts.credit_checks import warnings_of
from gendan.contracts.events import (
    LetterOfCreditAmended,
    LetterOfCreditClosed,
    LetterOfCreditSaved,
    LetterOfCreditWarned,
)
from gendan.contracts.models import CreditOrder, CreditState, CreditWarning, LetterOfCredit
from gendan.contracts.services.terms import read_documents
from gendan.kernel import clock, journal
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.money import LARGEST
from gendan.kernel.quantity import read_decimal
from gendan.kernel.service import service
from gendan.orders.models import Order, OrderState
from gendan.orders.services.reading import read_currency, read_day, read_percent, read_text
from gendan.partners.models import Partner

MOST_ORDERS = 50


class CreditRefused(Invalid):
    """A letter of credit that cannot be as it is given."""


@dataclass(frozen=True)
class CreditData:
    """A letter of credit as it is given; None leaves a value as it is (amending), "" empties."""

    number: str | None = None
    order_ids: Sequence[int] | None = None
    issuing_bank: str | None = None
    advising_bank: str | None = None
    amount: Decimal | str | None = None
    currency: str | None = None
    over_percent: Decimal | str | None = None
    short_percent: Decimal | str | None = None
    issued_on: dt.date | str | None = None
    latest_shipment_on: dt.date | str | None = None
    expires_on: dt.date | str | None = None
    expiry_place: str | None = None
    presentation_days: int | None = None
    partial_allowed: bool | None = None
    transshipment_allowed: bool | None = None
    documents: Sequence[Mapping[str, Any]] | None = None
    goods: str | None = None
    remark: str | None = None


@service(gettext_lazy("Write down a letter of credit"))
def save_letter_of_credit(
    *, customer_id: int, letter: CreditData, by: User | None
) -> LetterOfCredit:
    """A customer's bank has opened a letter of credit; its conditions are watched from now on."""
    customer = Partner.objects.filter(pk=customer_id, is_customer=True).first()
    if customer is None:
        raise CreditRefused(_("There is no such customer."), field="customer_id")
    made = LetterOfCredit(customer=customer)
    _apply(letter, made)
    _refuse_unless_sensible(made)
    orders = _orders(letter.order_ids or [], customer)
    made.save()
    CreditOrder.objects.bulk_create(CreditOrder(letter=made, order=order) for order in orders)
    journal.record(
        LetterOfCreditSaved(
            letter_id=made.pk, number=made.number, order_ids=[order.pk for order in orders]
        ),
        about=[made, *orders],
        by=by,
    )
    return made


@service(gettext_lazy("Amend the letter of credit"))
def amend_letter_of_credit(
    *, letter_id: int, letter: CreditData, revision: int | None = None, by: User | None
) -> LetterOfCredit:
    """The bank has amended the credit, or a mistake of ours is put right."""
    kept = _locked(letter_id)
    kept.refuse_if_stale(revision)
    kept.step("amend_letter_of_credit")
    before = _values(kept)
    was = {link.order_id: link.order for link in kept.order_links.select_related("order")}
    _apply(letter, kept)
    _refuse_unless_sensible(kept)
    now = dict(was)
    if letter.order_ids is not None:
        now = {order.pk: order for order in _orders(letter.order_ids, kept.customer)}
        kept.order_links.exclude(order__in=now).delete()
        CreditOrder.objects.bulk_create(
            CreditOrder(letter=kept, order=order) for pk, order in now.items() if pk not in was
        )
    after = _values(kept)
    changes = [
        {"path": name, "was": before[name], "is": after[name]}
        for name in after
        if before[name] != after[name]
    ]
    if set(was) != set(now):
        changes.append({"path": "orders", "was": _numbers(was), "is": _numbers(now)})
    if not changes:
        return kept
    kept.revision += 1
    kept.amendments += 1
    kept.save()
    fact = LetterOfCreditAmended(letter_id=kept.pk, number=kept.number, changes=changes)
    journal.record(fact, about=[kept, *(was | now).values()], by=by)
    return kept


@service(gettext_lazy("Close the letter of credit"))
def close_letter_of_credit(*, letter_id: int, reason: str = "", by: User | None) -> LetterOfCredit:
    """The credit is paid out, or will not be used; nobody is warned of it any more."""
    kept = _locked(letter_id)
    kept.step("close_letter_of_credit")
    kept.close_reason = read_text(reason, 500, field="reason")
    kept.revision += 1
    kept.save(update_fields=["state", "close_reason", "revision"])
    CreditWarning.objects.filter(letter=kept, ended_at__isnull=True).update(ended_at=clock.now())
    orders = [link.order for link in kept.order_links.select_related("order")]
    journal.record(
        LetterOfCreditClosed(letter_id=kept.pk, number=kept.number, reason=kept.close_reason),
        about=[kept, *orders],
        by=by,
    )
    return kept


@service
def warn_of_letters() -> int:
    """Tell what is newly wrong with letters of credit, once each; returns how many were told.

    A reaction: it compares what is wrong now with what was told before.
    """
    letters = list(
        LetterOfCredit.objects.select_for_update(of=("self",))
        .filter(state=CreditState.OPEN)
        .prefetch_related("order_links__order__instalments")
        .order_by("pk")
    )
    found = {(one.letter.pk, one.key): one for one in warnings_of(letters)}
    open_rows = {
        (row.letter_id, row.key): row
        for row in CreditWarning.objects.filter(letter__in=letters, ended_at__isnull=True)
    }
    gone = [row.pk for name, row in open_rows.items() if name not in found]
    CreditWarning.objects.filter(pk__in=gone).update(ended_at=clock.now())
    new = [one for name, one in found.items() if name not in open_rows]
    CreditWarning.objects.bulk_create(
        CreditWarning(letter=one.letter, key=one.key, since=clock.now()) for one in new
    )
    if new:
        journal.record_many(
            [
                (
                    LetterOfCreditWarned(
                        letter_id=one.letter.pk,
                        number=one.letter.number,
                        warning=one.kind,
                        order_id=one.order.pk if one.order else None,
                        order_number=one.order.number if one.order else "",
                        params=one.params,
                    ),
                    [one.letter, one.order] if one.order else one.letter,
                )
                for one in new
            ]
        )
    return len(new)


def _locked(letter_id: int) -> LetterOfCredit:
    found = (
        LetterOfCredit.objects.select_for_update(of=("self",))
        .select_related("customer")
        .filter(pk=letter_id)
        .first()
    )
    if found is None:
        raise NotThere(_("There is no such letter of credit."))
    return found


def _numbers(orders: Mapping[int, Order]) -> str:
    return ", ".join(sorted(order.number for order in orders.values()))


def _values(letter: LetterOfCredit) -> dict[str, str]:
    found = {}
    for field in fields(CreditData):
        if field.name == "order_ids":
            continue
        value = getattr(letter, field.name)
        if field.name == "documents":
            value = "; ".join(f"{one['code']} {one['originals']}+{one['copies']}" for one in value)
        elif isinstance(value, Decimal):
            value = f"{value.normalize():f}"
        found[field.name] = "" if value is None else str(value)
    return found


def _orders(ids: Sequence[int], customer: Partner) -> list[Order]:
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST_ORDERS:
        raise CreditRefused(
            _("At most %(most)s orders for one letter of credit.") % {"most": MOST_ORDERS},
            field="order_ids",
        )
    found = list(Order.objects.filter(pk__in=wanted, customer=customer).order_by("pk"))
    if len(found) != len(wanted):
        raise CreditRefused(
            _("Not all of these orders are there and the customer's."), field="order_ids"
        )
    ended = next((order for order in found if order.state == OrderState.CANCELLED), None)
    if ended is not None:
        raise CreditRefused(
            _("%(order)s is cancelled.") % {"order": ended.number}, field="order_ids"
        )
    return found


def _apply(given: CreditData, letter: LetterOfCredit) -> None:
    for field in fields(CreditData):
        value = getattr(given, field.name)
        if value is not None and field.name in _READERS:
            setattr(letter, field.name, _READERS[field.name](value, field.name))


def _refuse_unless_sensible(letter: LetterOfCredit) -> None:
    for name in ("number", "issuing_bank", "currency", "amount", "issued_on", "expires_on"):
        if not getattr(letter, name):
            raise CreditRefused(
                _("A letter of credit needs: %(field)s.")
                % {"field": LetterOfCredit._meta.get_field(name).verbose_name},  # type: ignore[union-attr]
                field=name,
            )
    if letter.expires_on < letter.issued_on:
        raise CreditRefused(_("It expires before it is issued."), field="expires_on")
    if letter.latest_shipment_on and letter.latest_shipment_on > letter.expires_on:
        raise CreditRefused(
            _("The latest shipment is after the day it expires."), field="latest_shipment_on"
        )
    same = LetterOfCredit.objects.filter(number=letter.number, issuing_bank=letter.issuing_bank)
    if same.exclude(pk=letter.pk).exists():
        raise CreditRefused(
            _("This letter of credit of this bank is written down already."), field="number"
        )


def _read_amount(value: Any, name: str) -> Decimal:
    amount = read_decimal(value, field=name)
    if not 0 < amount <= LARGEST or amount % Decimal("0.001"):
        raise CreditRefused(
            _("An amount is more than zero and has at most three decimals."), field=name
        )
    return amount


def _read_presentation(value: Any, name: str) -> int:
    if type(value) is not int or not 1 <= value <= 90:
        raise CreditRefused(_("Between 1 and 90 days for presentation."), field=name)
    return value


def _read_bool(value: Any, name: str) -> bool:
    if type(value) is not bool:
        raise CreditRefused(_("Yes or no."), field=name)
    return value


def _reader_of(limit: int) -> Any:
    return lambda value, name: read_text(value, limit, field=name)


_READERS: dict[str, Any] = {
    "number": _reader_of(60),
    "issuing_bank": _reader_of(200),
    "advising_bank": _reader_of(200),
    "amount": _read_amount,
    "currency": lambda value, name: read_currency(value, field=name),
    "over_percent": lambda value, name: read_percent(value, field=name),
    "short_percent": lambda value, name: read_percent(value, field=name),
    "issued_on": lambda value, name: read_day(value, field=name),
    "latest_shipment_on": lambda value, name: read_day(value, field=name),
    "expires_on": lambda value, name: read_day(value, field=name),
    "expiry_place": _reader_of(80),
    "presentation_days": _read_presentation,
    "partial_allowed": _read_bool,
    "transshipment_allowed": _read_bool,
    "documents": read_documents,
    "goods": _reader_of(4000),
    "remark": _reader_of(1000),
}
