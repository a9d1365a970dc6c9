"""Writing down what both sides owe: for one order, for a customer, or for everybody."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts import documents
from gendan.contracts.events import DefaultTermsSaved, TermsSaved
from gendan.contracts.models import ContractTerms, DefaultTerms, Duties, Inspector
from gendan.contracts.queries import DUTY_FIELDS, default_duties, terms_for
from gendan.kernel import journal
from gendan.kernel.errors import Invalid, NotThere, StaleRevision
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.models import OrderState
from gendan.orders.services.reading import read_choice, read_day, read_percent, read_text
from gendan.orders.services.refusals import locked_order
from gendan.partners.models import Partner

MOST_DAYS = 365
MOST_DOCUMENTS = 30
MOST_COPIES = 20


class TermsRefused(Invalid):
    """A duty that cannot be meant so."""


@dataclass(frozen=True)
class TermsData:
    """Duties as they are given; None leaves a value as it is, "" empties a date or an AQL."""

    penalty_per_day: Decimal | str | None = None
    penalty_most: Decimal | str | None = None
    penalty_grace_days: int | None = None
    inspector: str | None = None
    inspection_standard: str | None = None
    aql_major: Decimal | str | None = None
    aql_minor: Decimal | str | None = None
    inspection_place: str | None = None
    documents: Sequence[Mapping[str, Any]] | None = None  # [{"code", "originals", "copies"}]
    loading_port: str | None = None
    discharge_port: str | None = None
    latest_shipment_on: dt.date | str | None = None
    partial_allowed: bool | None = None
    transshipment_allowed: bool | None = None
    claims_days: int | None = None
    governing_law: str | None = None
    arbitration: str | None = None


@service(gettext_lazy("Save the terms"))
def save_terms(
    *, order_id: int, terms: TermsData, revision: int | None = None, by: User | None
) -> ContractTerms:
    """Agree on the duties of one order. A paper that nobody has accepted yet becomes void by it."""
    order = locked_order(order_id)
    if order.state in {OrderState.CANCELLED, OrderState.CLOSED}:
        raise TermsRefused(_("The order has ended; its terms stay as they are."))
    own = ContractTerms.objects.select_for_update().filter(order=order).first()
    _refuse_if_stale(own, revision)
    before = terms_for(order).as_data()
    if own is None:
        own = ContractTerms(order=order, revision=0)
        _copy(terms_for(order).as_data(), default_duties(order.customer_id), own)
    _apply(terms, own)
    own.revision += 1
    own.save()
    after = terms_for(order).as_data()
    changes = [
        {"path": name, "was": _text(before[name]), "is": _text(after[name])}
        for name in DUTY_FIELDS
        if before[name] != after[name]
    ]
    if changes:
        journal.record(TermsSaved(order_id=order.pk, changes=changes), about=order, by=by)
    return own


@service(gettext_lazy("Save the default terms"))
def save_default_terms(
    *, terms: TermsData, customer_id: int | None = None, by: User | None
) -> DefaultTerms:
    """The duties of orders without terms of their own: a customer's, or (None) everybody's."""
    customer = None
    if customer_id is not None:
        customer = Partner.objects.filter(pk=customer_id, is_customer=True).first()
        if customer is None:
            raise NotThere(_("There is no such customer."))
    kept = DefaultTerms.objects.select_for_update().filter(customer=customer).first()
    if kept is None:
        kept = DefaultTerms(customer=customer)
        standing = default_duties(customer_id)
        for name in DUTY_FIELDS:
            setattr(kept, name, getattr(standing, name))
    _apply(terms, kept)
    kept.save()
    journal.record(
        DefaultTermsSaved(customer_id=customer_id, customer=customer.code if customer else ""),
        about=["contracts", customer] if customer else "contracts",
        by=by,
    )
    return kept


def _refuse_if_stale(own: ContractTerms | None, revision: int | None) -> None:
    """Revision 0 means: there were none of its own when the page was opened."""
    if own is not None:
        own.refuse_if_stale(revision)
    elif revision:
        raise StaleRevision(_("These terms have been changed since you opened them."))


def _copy(now: Mapping[str, Any], standing: Duties, own: ContractTerms) -> None:
    """Terms of its own begin with what held until now."""
    for name in DUTY_FIELDS:
        setattr(own, name, getattr(standing, name))
    own.documents = now["documents"]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(
            f"{documents.in_english(one['code'])} {one['originals']}+{one['copies']}"
            for one in value
        )
    return "" if value is None else str(value)


def _apply(terms: TermsData, duties: Duties) -> None:
    for field in fields(TermsData):
        value = getattr(terms, field.name)
        if value is not None:
            setattr(duties, field.name, _READERS[field.name](value, field.name))
    if duties.penalty_per_day > duties.penalty_most:
        raise TermsRefused(
            _("The penalty of one day cannot be more than the penalty at most."),
            field="penalty_most",
        )


def _read_days(value: Any, name: str) -> int:
    if type(value) is not int or not 0 <= value <= MOST_DAYS:
        raise TermsRefused(
            _("A number of days between 0 and %(most)s.") % {"most": MOST_DAYS}, field=name
        )
    return value


def _read_aql(value: Any, name: str) -> Decimal | None:
    return None if value == "" else read_percent(value, field=name)


def _read_bool(value: Any, name: str) -> bool:
    if type(value) is not bool:
        raise TermsRefused(_("Yes or no."), field=name)
    return value


def _read_inspector(value: Any, name: str) -> str:
    return read_choice(value, Inspector, field=name) or Inspector.SELLER.value


def read_documents(value: Any, name: str = "documents") -> list[dict[str, Any]]:
    """Documents with originals and copies, each named once."""
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise TermsRefused(_("Documents are a list."), field=name)
    if len(value) > MOST_DOCUMENTS:
        raise TermsRefused(_("At most %(most)s documents.") % {"most": MOST_DOCUMENTS}, field=name)
    found: dict[str, dict[str, Any]] = {}
    for place, one in enumerate(value):
        if not isinstance(one, Mapping):
            raise TermsRefused(_("Documents are a list."), field=f"{name}.{place}")
        code = documents.code_of(read_text(one.get("code", ""), 80, field=f"{name}.{place}.code"))
        counts = [one.get("originals", 1), one.get("copies", 0)]
        if any(type(count) is not int or not 0 <= count <= MOST_COPIES for count in counts):
            raise TermsRefused(
                _("Between 0 and %(most)s originals and copies.") % {"most": MOST_COPIES},
                field=f"{name}.{place}",
            )
        if code:
            found[code] = {"code": code, "originals": counts[0], "copies": counts[1]}
    return list(found.values())


def _reader_of(limit: int) -> Any:
    return lambda value, name: read_text(value, limit, field=name)


_READERS: dict[str, Any] = {
    "penalty_per_day": lambda value, name: read_percent(value, field=name),
    "penalty_most": lambda value, name: read_percent(value, field=name),
    "penalty_grace_days": _read_days,
    "inspector": _read_inspector,
    "inspection_standard": _reader_of(120),
    "aql_major": _read_aql,
    "aql_minor": _read_aql,
    "inspection_place": _reader_of(120),
    "documents": read_documents,
    "loading_port": _reader_of(80),
    "discharge_port": _reader_of(80),
    "latest_shipment_on": lambda value, name: read_day(value, field=name),
    "partial_allowed": _read_bool,
    "transshipment_allowed": _read_bool,
    "claims_days": _read_days,
    "governing_law": _reader_of(120),
    "arbitration": _reader_of(200),
}
