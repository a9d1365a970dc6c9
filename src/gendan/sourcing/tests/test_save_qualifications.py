"""Suppliers' documents: saved, filed, warned of before their end, overlooked for a time."""

import datetime as dt
from typing import Any

import pytest

from gendan.kernel import clock
from gendan.kernel.cleaners import CLEAR
from gendan.kernel.errors import Invalid, NotAllowed, NotThere
from gendan.kernel.models import Entry
from gendan.kernel.rows import RowsRefused
from gendan.sourcing import invariants
from gendan.sourcing.models import Qualification
from gendan.sourcing.queries import may_buy_from, may_buy_from_many
from gendan.sourcing.services import (
    NothingToOverlook,
    QualificationRow,
    file_supplier_document,
    overlook_qualification,
    save_qualifications,
    warn_of_expiring,
)
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 10)


def on(day: dt.date) -> Any:
    return clock.at(clock.moment_on(day))


def test_an_expired_document_stops_buying_until_it_is_overlooked_or_renewed() -> None:
    supplier = masters.supplier("S-1")
    one = sourcing.qualification("S-1", expires_on=TODAY)
    assert may_buy_from(supplier.pk, TODAY).may
    tomorrow = TODAY + dt.timedelta(days=1)
    verdict = may_buy_from(supplier.pk, tomorrow)
    assert not verdict.may
    assert "2026-06-10" in verdict.reasons[0]
    with on(tomorrow):
        overlook_qualification(
            qualification_id=one.pk, until_on=tomorrow, reason="audit is booked", by=person("zhao")
        )
    verdict = may_buy_from(supplier.pk, tomorrow)
    assert (verdict.may, len(verdict.overlooked)) == (True, 1)
    assert not may_buy_from(supplier.pk, tomorrow + dt.timedelta(days=1)).may
    later = QualificationRow("S-1", "quality", "Q-1", expires_on=dt.date(2027, 6, 10))
    save_qualifications(rows=[later], by=person("bo"))
    one.refresh_from_db()
    assert (one.overlooked_until_on, may_buy_from(supplier.pk, tomorrow).may) == (None, True)


def test_what_is_not_required_stops_nobody() -> None:
    supplier = masters.supplier("S-1")
    sourcing.qualification("S-1", expires_on=dt.date(2020, 1, 1), is_required=False)
    assert may_buy_from(supplier.pk, TODAY).may


def test_who_is_no_supplier_or_given_up_is_not_bought_from(django_assert_num_queries: Any) -> None:
    customer, gone = masters.customer("C-1"), masters.supplier("S-1", is_active=False)
    with django_assert_num_queries(2):
        verdicts = may_buy_from_many([customer.pk, gone.pk, 10**9], TODAY)
    assert [verdicts[pk].may for pk in (customer.pk, gone.pk, 10**9)] == [False] * 3


def test_buyers_hear_once_at_each_threshold() -> None:
    masters.supplier("S-1")
    one = sourcing.qualification("S-1", expires_on=TODAY)
    told = []
    for before in (61, 60, 45, 31, 29, 10, 6, 1, 0, -1, -2):
        with on(TODAY - dt.timedelta(days=before)):
            warn_of_expiring()
            warn_of_expiring()
        told.append(Entry.objects.filter(fact="QualificationExpiring").count())
    assert told == [0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 4]
    assert Entry.objects.filter(fact="QualificationExpiring").last().data["days"] == -1  # type: ignore[union-attr]
    save_qualifications(
        rows=[QualificationRow("S-1", "quality", "Q-1", expires_on=dt.date(2026, 7, 1))], by=None
    )
    with on(TODAY):
        warn_of_expiring()
    one.refresh_from_db()
    assert one.warned_days == 30
    assert invariants.check() == []


def test_only_managers_overlook_and_only_what_stops() -> None:
    masters.supplier("S-1")
    one = sourcing.qualification("S-1", expires_on=TODAY)
    values: dict[str, Any] = {"qualification_id": one.pk, "until_on": TODAY, "reason": "why"}
    with on(TODAY):
        with pytest.raises(NotAllowed):
            overlook_qualification(**values, by=person("bo"))
        with pytest.raises(NothingToOverlook):
            overlook_qualification(**values, by=person("zhao"))
    tomorrow = TODAY + dt.timedelta(days=1)
    with on(tomorrow):
        wrongs: tuple[dict[str, Any], ...] = (
            {"until_on": TODAY},
            {"until_on": TODAY + dt.timedelta(days=200)},
            {"until_on": tomorrow, "reason": " "},
            {"until_on": tomorrow, "reason": "\x00"},
        )
        for wrong in wrongs:
            with pytest.raises(Invalid):
                overlook_qualification(**(values | wrong), by=person("zhao"))
        with pytest.raises(NotThere):
            overlook_qualification(**(values | {"qualification_id": 10**9}), by=person("zhao"))


def test_its_file_is_kept() -> None:
    masters.supplier("S-1")
    one = sourcing.qualification("S-1", expires_on=TODAY)
    values: dict[str, Any] = {"kind": "qualification", "document_id": one.pk, "by": person("bo")}
    file_supplier_document(file=b"%PDF-1.4", file_name="iso.pdf", **values)
    one.refresh_from_db()
    assert one.file_name == "iso.pdf"
    for wrong in (b"", None):
        with pytest.raises(Invalid):
            file_supplier_document(file=wrong, file_name="empty.pdf", **values)
    with pytest.raises(Invalid):
        file_supplier_document(file=b"x", file_name="x", **(values | {"kind": "story"}))
    with pytest.raises(NotThere):
        file_supplier_document(file=b"x", file_name="x", **(values | {"document_id": 10**9}))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"supplier": "C-1"}, "supplier"),
        ({"kind": "diploma"}, "kind"),
        ({"number": ""}, "number"),
        ({"issued_on": dt.date(2027, 1, 1)}, "expires_on"),
    ],
)
def test_it_refuses_what_cannot_be(values: dict[str, Any], field: str) -> None:
    masters.supplier("S-1")
    masters.customer("C-1")
    kept: dict[str, Any] = {"supplier": "S-1", "kind": "quality", "number": "Q-1"}
    with pytest.raises(RowsRefused) as refused:
        save_qualifications(
            rows=[QualificationRow(**(kept | {"expires_on": TODAY} | values))], by=None
        )
    assert refused.value.rows[0].field == field


def test_it_can_be_removed_and_have_no_end() -> None:
    masters.supplier("S-1")
    sourcing.qualification("S-1", expires_on=TODAY)
    save_qualifications(rows=[QualificationRow("S-1", "quality", "Q-1", expires_on=CLEAR)], by=None)
    assert Qualification.objects.get().expires_on is None
    save_qualifications(rows=[QualificationRow("S-1", "quality", "Q-1", remove=True)], by=None)
    assert not Qualification.objects.exists()
