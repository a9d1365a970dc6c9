"""The verbs of the partners room: companies, people at them, addresses, terms, lanes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import available_timezones

from babel.numbers import is_currency
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Clear, Problems, Saved, upsert
from gendan.kernel.service import service
from gendan.partners.events import (
    AddressesSaved,
    ContactsSaved,
    DebtsRecorded,
    LanesSaved,
    PartnersSaved,
    PaymentTermsSaved,
)
from gendan.partners.models import (
    MOST_CUTOFF_DAYS,
    Address,
    Contact,
    CustomerDebt,
    Lane,
    Partner,
    PaymentEvent,
    PaymentTerms,
)

MOST_INSTALMENTS = 12
LANGUAGES = ("en", "zh-hans", "de", "fr", "es", "pt", "it", "ja", "ko", "ru", "ar", "nl", "pl")


@dataclass(frozen=True)
class PaymentTermsRow:
    """Terms by code; `instalments` is [{"event", "percent" (text), "days"}] adding up to 100."""

    code: str
    name_en: str | None = None
    name_zh: str | None = None
    instalments: Sequence[dict[str, Any]] | None = None


@dataclass(frozen=True)
class PartnerRow:
    """A company by its code; `payment_terms` is a code, `merchandiser` a user name."""

    code: str
    name: str | None = None
    name_zh: str | None = None
    is_customer: bool | None = None
    is_supplier: bool | None = None
    is_carrier: bool | None = None
    is_active: bool | None = None
    country: str | None = None
    language: str | None = None
    time_zone: str | None = None
    tax_number: str | None = None
    gln: str | None = None
    currency: str | None = None
    payment_terms: str | None = None
    incoterm: str | None = None
    incoterm_place: str | None = None
    credit_limit: Decimal | Clear | None = None
    over_percent: Decimal | Clear | None = None
    short_percent: Decimal | Clear | None = None
    merchandiser: str | None = None
    shipping_marks: str | None = None
    documents_required: Sequence[str] | None = None
    remark: str | None = None


@dataclass(frozen=True)
class ContactRow:
    """A person at a company (its code), by name."""

    partner: str
    name: str
    position: str | None = None
    email: str | None = None
    phone: str | None = None
    is_main: bool | None = None
    remove: bool = False


@dataclass(frozen=True)
class AddressRow:
    """An address of a company (its code); `label` tells several of one kind apart."""

    partner: str
    kind: str = "office"
    label: str = ""
    lines: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: str | None = None
    remove: bool = False


@dataclass(frozen=True)
class LaneRow:
    """How long goods travel to a country by one method, in calendar days.

    `sails_on`: days of the week on which something leaves (0 = Monday); none: any day.
    `cutoff_days`: how long before that goods must be at the port.
    """

    method: str
    country: str
    to_port_days: int | None = None
    transit_days: int | None = None
    to_door_days: int | None = None
    sails_on: Sequence[int] | None = None
    cutoff_days: int | None = None
    cost_per_kg: Decimal | Clear | None = None
    cost_per_m3: Decimal | Clear | None = None
    remove: bool = False


@dataclass(frozen=True)
class DebtRow:
    """What a customer (its code) owes in a currency: in all, overdue, and since when."""

    customer: str
    currency: str
    outstanding: Decimal | None = None
    overdue: Decimal | None = None
    oldest_due_on: dt.date | Clear | None = None
    as_of: dt.date | None = None
    source: str | None = None
    remove: bool = False


@service(gettext_lazy("Save payment terms"))
def save_payment_terms(*, rows: Sequence[PaymentTermsRow], by: User | None) -> list[PaymentTerms]:
    """Make or change payment terms: events and percentages that add up to a hundred."""

    def check(terms: PaymentTerms, index: int, problems: Problems) -> None:
        wrong = _wrong_instalments(terms.instalments)
        if wrong:
            problems.add(index, "instalments", wrong)

    saved = upsert(PaymentTerms, rows, key=("code",), check=check)
    record_saved(
        PaymentTermsSaved, saved, room="partners", codes=[one.code for one in saved.touched], by=by
    )
    return saved.objects


@service(gettext_lazy("Save companies"))
def save_partners(*, rows: Sequence[PartnerRow], by: User | None) -> list[Partner]:
    """Make or change companies: a fixed number of queries, whatever their number."""

    def check(partner: Partner, index: int, problems: Problems) -> None:
        if not _is_country(partner.country):
            problems.add(index, "country", _country_words())
        if partner.language not in LANGUAGES:
            problems.add(
                index,
                "language",
                _("“%(language)s” is none of: %(known)s.")
                % {"language": partner.language, "known": ", ".join(LANGUAGES)},
            )
        if partner.time_zone not in available_timezones():
            problems.add(
                index,
                "time_zone",
                _("There is no time zone called “%(zone)s”.") % {"zone": partner.time_zone},
            )
        if not _are_codes(partner.documents_required):
            problems.add(index, "documents_required", _("This must be a list of papers."))

    saved = upsert(Partner, rows, key=("code",), names={"merchandiser": "username"}, check=check)
    touched = saved.touched
    record_saved(
        PartnersSaved,
        saved,
        room="partners",
        codes=[one.code for one in touched],
        about=touched,
        by=by,
    )
    return saved.objects


@service(gettext_lazy("Save contacts"))
def save_contacts(*, rows: Sequence[ContactRow], by: User | None) -> list[Contact]:
    """Make, change or remove the people at companies."""
    saved = upsert(Contact, rows, key=("partner", "name"))
    about = _partners_of(saved)
    record_saved(
        ContactsSaved,
        saved,
        room="partners",
        codes=[row.partner for row in rows],
        about=about,
        by=by,
    )
    return saved.objects


@service(gettext_lazy("Save addresses"))
def save_addresses(*, rows: Sequence[AddressRow], by: User | None) -> list[Address]:
    """Make, change or remove addresses of companies."""

    def check(address: Address, index: int, problems: Problems) -> None:
        if not _is_country(address.country):
            problems.add(index, "country", _country_words())

    saved = upsert(Address, rows, key=("partner", "kind", "label"), check=check)
    about = _partners_of(saved)
    record_saved(
        AddressesSaved,
        saved,
        room="partners",
        codes=[row.partner for row in rows],
        about=about,
        by=by,
    )
    return saved.objects


@service(gettext_lazy("Save transit times"))
def save_lanes(*, rows: Sequence[LaneRow], by: User | None) -> list[Lane]:
    """Make, change or remove how long goods travel to a country."""

    def check(lane: Lane, index: int, problems: Problems) -> None:
        if not _is_country(lane.country):
            problems.add(index, "country", _country_words())
        for name in ("to_port_days", "transit_days", "to_door_days"):
            if getattr(lane, name) > 365:
                problems.add(index, name, _("Nothing travels longer than a year."))
        lane.sails_on = sorted(set(lane.sails_on))
        if not set(lane.sails_on) <= set(range(7)):
            problems.add(index, "sails_on", _("Days of the week are 0 (Monday) to 6 (Sunday)."))
        if lane.cutoff_days > MOST_CUTOFF_DAYS:
            words = _("The cut-off is at most %(most)s days before sailing.")
            problems.add(index, "cutoff_days", words % {"most": MOST_CUTOFF_DAYS})
        for name in ("cost_per_kg", "cost_per_m3"):
            cost = getattr(lane, name)
            if cost is not None and cost < 0:
                problems.add(index, name, _("This cannot be less than nothing."))

    saved = upsert(Lane, rows, key=("country", "method"), check=check, always=("sails_on",))
    codes = [f"{one.method} {one.country}" for one in saved.touched]
    record_saved(LanesSaved, saved, room="partners", codes=codes, by=by)
    return saved.objects


@service(gettext_lazy("Record what customers owe"))
def record_debts(*, rows: Sequence[DebtRow], by: User | None) -> list[CustomerDebt]:
    """Write down what customers owe, as the books say; what was written before is replaced."""
    codes = [row.customer for row in rows]
    buying = set(
        Partner.objects.filter(code__in=codes, is_customer=True).values_list("pk", flat=True)
    )

    def check(debt: CustomerDebt, index: int, problems: Problems) -> None:
        if debt.customer_id not in buying:
            problems.add(index, "customer", _("This company is no customer."))
        if not _is_currency(debt.currency):
            problems.add(
                index, "currency", _("A currency is given by its three letters: USD, EUR, CNY.")
            )
        if debt.overdue > debt.outstanding:
            problems.add(index, "overdue", _("No more can be overdue than is owed."))
        if not debt.overdue:
            debt.oldest_due_on = None
        elif debt.oldest_due_on and debt.oldest_due_on > clock.today():
            problems.add(index, "oldest_due_on", _("What is due later is not overdue."))
        if debt.as_of is None:
            debt.as_of = clock.today()

    saved = upsert(
        CustomerDebt,
        rows,
        key=("customer", "currency"),
        check=check,
        always=("as_of", "oldest_due_on"),
    )
    about = sorted({f"partners.partner:{one.customer_id}" for one in saved.touched})
    record_saved(DebtsRecorded, saved, room="partners", codes=codes, about=about, by=by)
    return saved.objects


def _is_currency(code: str) -> bool:
    return len(code) == 3 and code.isupper() and is_currency(code, locale="en")


def _partners_of(saved: Saved[Contact] | Saved[Address]) -> list[str]:
    return sorted({f"partners.partner:{one.partner_id}" for one in saved.touched})


def _is_country(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()


def _country_words() -> str:
    return _("A country is given by its two capital letters: CN, DE, US.")


def _are_codes(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, str) and 0 < len(one) <= 60 for one in value
    )


def _wrong_instalments(instalments: Any) -> str:
    """What is wrong with a plan of instalments; empty when nothing is."""
    if not isinstance(instalments, list) or not 0 < len(instalments) <= MOST_INSTALMENTS:
        return _("Payment terms have 1 to %(most)s instalments.") % {"most": MOST_INSTALMENTS}
    whole = Decimal(0)
    for one in instalments:
        if not isinstance(one, dict) or one.get("event") not in PaymentEvent.values:
            return _("An instalment falls due at one of: %(events)s.") % {
                "events": ", ".join(PaymentEvent.values)
            }
        days = one.get("days", 0)
        if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= 720:
            return _("The days of an instalment are 0 to 720.")
        try:
            percent = Decimal(str(one.get("percent")))
        except InvalidOperation:
            return _("The percentage of an instalment is not a number.")
        if not percent.is_finite() or percent <= 0 or percent != round(percent, 2):
            return _("The percentage of an instalment is more than 0, with two decimals at most.")
        whole += percent
    if whole != 100:
        return _("The instalments add up to %(whole)s percent, not 100.") % {"whole": whole}
    return ""
