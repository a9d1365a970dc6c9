"""Verbs for suppliers' documents and contracts: what they say, their files, when they end."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, files, journal
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Clear, Problems, upsert
from gendan.kernel.service import service
from gendan.partners.models import Partner
from gendan.sourcing.events import (
    QualificationExpiring,
    QualificationOverlooked,
    QualificationsSaved,
    SupplierContractsSaved,
    SupplierDocumentFiled,
)
from gendan.sourcing.models import Qualification, SupplierContract
from gendan.sourcing.services.reading import read_reason

LONGEST_OVERLOOKED_DAYS = 90
# Days before the end at which buyers are told, the first that is reached.
WARN_DAYS = (60, 30, 7, 0)


class NothingToOverlook(DomainError):
    """A document that stops nobody from buying."""


@dataclass(frozen=True)
class QualificationRow:
    """A supplier's document (the supplier by its code), by kind and number."""

    supplier: str
    kind: str
    number: str
    issued_on: dt.date | Clear | None = None
    expires_on: dt.date | Clear | None = None
    is_required: bool | None = None
    remark: str | None = None
    remove: bool = False


@dataclass(frozen=True)
class SupplierContractRow:
    """A contract with a supplier (its code), by number; `payment_terms` is a code."""

    supplier: str
    number: str
    valid_from_on: dt.date | None = None
    valid_until_on: dt.date | Clear | None = None
    payment_terms: str | None = None
    over_percent: Decimal | None = None
    short_percent: Decimal | None = None
    penalty_percent: Decimal | None = None
    penalty_most_percent: Decimal | None = None
    price_valid_days: int | None = None
    most_ppm: int | Clear | None = None
    quality_terms: str | None = None
    remove: bool = False


@service(gettext_lazy("Save suppliers' documents"))
def save_qualifications(
    *, rows: Sequence[QualificationRow], by: User | None
) -> list[Qualification]:
    """Make, change or remove qualifications; a new end of validity warns anew and ends leniency."""
    selling = _suppliers(row.supplier for row in rows)
    ends = {
        (one.supplier_id, one.kind, one.number): one.expires_on
        for one in Qualification.objects.filter(supplier_id__in=selling)
    }

    def check(one: Qualification, index: int, problems: Problems) -> None:
        if one.supplier_id not in selling:
            problems.add(index, "supplier", _("This company is no supplier."))
        if one.issued_on and one.expires_on and one.expires_on < one.issued_on:
            problems.add(index, "expires_on", _("It would expire before it was issued."))
        if ends.get((one.supplier_id, one.kind, one.number), one.expires_on) != one.expires_on:
            one.warned_days = one.overlooked_until_on = None

    saved = upsert(
        Qualification,
        rows,
        key=("supplier", "kind", "number"),
        check=check,
        always=("warned_days", "overlooked_until_on"),
    )
    about = sorted({f"partners.partner:{one.supplier_id}" for one in saved.touched})
    codes = [row.supplier for row in rows]
    record_saved(QualificationsSaved, saved, room="sourcing", codes=codes, about=about, by=by)
    return saved.objects


@service(gettext_lazy("Save contracts with suppliers"))
def save_supplier_contracts(
    *, rows: Sequence[SupplierContractRow], by: User | None
) -> list[SupplierContract]:
    """Make, change or remove contracts with suppliers, their terms as data."""
    selling = _suppliers(row.supplier for row in rows)

    def check(one: SupplierContract, index: int, problems: Problems) -> None:
        if one.supplier_id not in selling:
            problems.add(index, "supplier", _("This company is no supplier."))
        if one.valid_until_on and one.valid_until_on < one.valid_from_on:
            problems.add(index, "valid_until_on", _("The contract would end before it begins."))
        if one.penalty_most_percent and one.penalty_percent > one.penalty_most_percent:
            problems.add(
                index, "penalty_most_percent", _("One day alone would cost more than the most.")
            )

    saved = upsert(SupplierContract, rows, key=("supplier", "number"), check=check)
    about = sorted({f"partners.partner:{one.supplier_id}" for one in saved.touched})
    codes = [row.supplier for row in rows]
    record_saved(SupplierContractsSaved, saved, room="sourcing", codes=codes, about=about, by=by)
    return saved.objects


@service(gettext_lazy("File a supplier's document"))
def file_supplier_document(
    *,
    kind: str,
    document_id: int,
    file: bytes | IO[bytes] | None,
    file_name: str = "",
    by: User | None,
) -> Qualification | SupplierContract:
    """Put the paper itself to a qualification or a contract (`kind`); it replaces the one there."""
    models: dict[str, type[Qualification] | type[SupplierContract]] = {
        "qualification": Qualification,
        "contract": SupplierContract,
    }
    if kind not in models:
        raise Invalid(_("A file belongs to a qualification or a contract."), field="kind")
    found = models[kind].objects.select_for_update(of=("self",)).filter(pk=document_id).first()
    if found is None:
        raise NotThere(_("There is no such document."))
    if file is None:
        raise Invalid(_("Choose a file."), field="file")
    found.file = files.keep(file, name=file_name)
    found.file_name = files.clean_name(file_name)
    found.save(update_fields=["file", "file_name"])
    journal.record(
        SupplierDocumentFiled(
            supplier_id=found.supplier_id,
            kind=kind,
            document_id=found.pk,
            file_name=found.file_name,
        ),
        about=[f"partners.partner:{found.supplier_id}", found],
        by=by,
    )
    return found


@service(gettext_lazy("Overlook an expired document"))
def overlook_qualification(
    *, qualification_id: int, until_on: dt.date, reason: str, by: User | None
) -> Qualification:
    """Allow buying although a required document has expired, until a day, and say why."""
    found = Qualification.objects.select_for_update(of=("self",)).filter(pk=qualification_id)
    one = found.select_related("supplier").first()
    if one is None:
        raise NotThere(_("There is no such document."))
    today = clock.today()
    if not (one.is_required and one.has_expired(today)):
        raise NothingToOverlook(_("This document stops nobody from buying."))
    if not today <= until_on <= today + dt.timedelta(days=LONGEST_OVERLOOKED_DAYS):
        raise Invalid(
            _("It may be overlooked from today on for %(most)s days at most.")
            % {"most": LONGEST_OVERLOOKED_DAYS},
            field="until_on",
        )
    words = read_reason(reason, _("Say why it may be overlooked."))
    one.overlooked_until_on, one.overlooked_reason, one.overlooked_by = until_on, words, by
    one.save(update_fields=["overlooked_until_on", "overlooked_reason", "overlooked_by"])
    journal.record(
        QualificationOverlooked(
            supplier_id=one.supplier_id,
            qualification_id=one.pk,
            until_on=until_on,
            reason=words,
        ),
        about=[one.supplier, one],
        by=by,
    )
    return one


@service
def warn_of_expiring(*, by: None = None) -> int:
    """Tell buyers which suppliers' documents end soon: once at each of WARN_DAYS.

    Looks again every day; nobody is told the same twice. Returns how many were told of.
    """
    today = clock.today()
    rows = (
        Qualification.objects.select_for_update(of=("self",))
        .filter(
            expires_on__lt=today + dt.timedelta(days=WARN_DAYS[0]),
            supplier__is_active=True,
        )
        .exclude(warned_days=0)
        .select_related("supplier")
        .order_by("pk")
    )
    warned = []
    for one in rows:
        left = max((one.expires_on - today).days + 1, 0) if one.expires_on else WARN_DAYS[0]
        reached = min(days for days in WARN_DAYS if left <= days)
        if one.warned_days is None or reached < one.warned_days:
            one.warned_days = reached
            warned.append(one)
    Qualification.objects.bulk_update(warned, ["warned_days"])
    journal.record_many((_warning(one, today), [one.supplier, one]) for one in warned)
    return len(warned)


def _warning(one: Qualification, today: dt.date) -> QualificationExpiring:
    expires_on = one.expires_on or today
    return QualificationExpiring(
        supplier_id=one.supplier_id,
        supplier=one.supplier.code,
        qualification_id=one.pk,
        kind=one.kind,
        number=one.number,
        expires_on=expires_on,
        days=max((expires_on - today).days, 0) if expires_on >= today else -1,
        is_required=one.is_required,
    )


def _suppliers(codes: Iterable[str]) -> set[int]:
    rows = Partner.objects.filter(code__in=set(codes), is_supplier=True)
    return set(rows.values_list("pk", flat=True))
