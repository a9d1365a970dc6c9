"""The duties of an order as data: defaults, agreed terms, refusals, and what is broken."""

import datetime as dt
from decimal import Decimal

import pytest

from gendan.contracts import queries, services
from gendan.contracts.duty_checks import broken_duties, penalty
from gendan.contracts.events import TermsSaved
from gendan.kernel.errors import Invalid, NotAllowed, NotThere, StaleRevision
from gendan.kernel.models import Entry
from gendan.orders.entry import InstalmentData
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
Terms = services.TermsData


def test_an_order_has_the_defaults_until_something_is_agreed() -> None:
    order = orders.draft(documents_required=["CO", "Packing list"])
    terms = queries.terms_of(order.pk)
    assert not terms.is_own
    assert terms.aql_major == Decimal("2.5")
    assert [one.code for one in terms.documents] == ["origin", "packing_list"]
    services.save_default_terms(terms=Terms(claims_days=45), by=person("zhao"))
    services.save_default_terms(
        terms=Terms(loading_port="Shanghai"), customer_id=order.customer_id, by=person("zhao")
    )
    assert queries.terms_of(order.pk).loading_port == "Shanghai"
    assert queries.terms_of(order.pk).claims_days == 45
    other = orders.draft(masters.customer("C-2"))
    assert queries.terms_of(other.pk).loading_port == ""


def test_what_is_agreed_holds_for_the_order_only() -> None:
    order = orders.draft(instalments=[InstalmentData(event="sight", percent=Decimal(100))])
    day = orders.in_days(50)
    services.save_terms(
        order_id=order.pk,
        terms=Terms(
            penalty_per_day="0.5",
            penalty_most="5",
            latest_shipment_on=day,
            partial_allowed=False,
            documents=[{"code": "B/L", "originals": 3, "copies": 3}],
        ),
        by=person("mei"),
    )
    terms = queries.terms_of(order.pk)
    assert terms.is_own
    assert (terms.penalty_per_day, terms.latest_shipment_on) == (Decimal("0.5"), day)
    assert terms.documents == (queries.DocumentDuty("bill_of_lading", 3, 3),)
    assert terms.payment == (queries.PaymentDuty("sight", Decimal(100), 0),)
    fact = Entry.objects.get(fact=TermsSaved.name)
    assert {"path": "partial_allowed", "was": "True", "is": "False"} in fact.data["changes"]
    services.save_terms(order_id=order.pk, terms=Terms(), by=person("mei"))
    assert Entry.objects.filter(fact=TermsSaved.name).count() == 1


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(penalty_per_day="6"), "penalty_most"),
        (Terms(penalty_per_day="-1"), "penalty_per_day"),
        (Terms(penalty_most="101"), "penalty_most"),
        (Terms(penalty_most="much"), "penalty_most"),
        (Terms(claims_days=9999), "claims_days"),
        (Terms(claims_days=True), "claims_days"),
        (Terms(inspector="nobody"), "inspector"),
        (Terms(latest_shipment_on="soon"), "latest_shipment_on"),
        (Terms(documents="invoice"), "documents"),  # type: ignore[arg-type]
        (Terms(documents=[{"code": "x", "copies": -1}]), "documents.0"),
        (Terms(documents=[{"code": str(n)} for n in range(31)]), "documents"),
        (Terms(arbitration="x" * 201), "arbitration"),
        (Terms(partial_allowed="no"), "partial_allowed"),  # type: ignore[arg-type]
    ],
)
def test_it_refuses_what_cannot_be_meant(terms: services.TermsData, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.save_terms(order_id=orders.draft().pk, terms=terms, by=person("mei"))
    assert caught.value.field == field


def test_it_refuses_strangers_and_stale_pages() -> None:
    order = orders.draft()
    with pytest.raises(NotAllowed):
        services.save_terms(order_id=order.pk, terms=Terms(), by=person("wen"))
    with pytest.raises(NotThere):
        services.save_terms(order_id=0, terms=Terms(), by=person("mei"))
    services.save_terms(order_id=order.pk, terms=Terms(claims_days=1), revision=0, by=None)
    for seen in (0, 7):
        with pytest.raises(StaleRevision):
            services.save_terms(order_id=order.pk, terms=Terms(), revision=seen, by=None)


def test_what_is_broken_is_said() -> None:
    order = orders.confirmed(incoterm="FOB", incoterm_place="Ningbo")
    terms = Terms(
        latest_shipment_on=orders.in_days(40),
        penalty_per_day="0.5",
        penalty_most="5",
        penalty_grace_days=7,
    )
    services.save_terms(order_id=order.pk, terms=terms, by=person("mei"))
    found = {one.duty: one.words for one in broken_duties(order)}
    assert "20 days late" in found["latest_shipment"]
    assert "12.50 USD" in found["latest_shipment"]  # at most 5 % of 250
    late = Terms(latest_shipment_on=orders.in_days(70))
    services.save_terms(order_id=order.pk, terms=late, by=person("mei"))
    assert "latest_shipment" not in {one.duty for one in broken_duties(order)}


def test_a_penalty_begins_after_the_days_of_grace_and_ends_at_the_most() -> None:
    order = orders.draft()
    terms = Terms(penalty_per_day="1", penalty_most="5", penalty_grace_days=2)
    services.save_terms(order_id=order.pk, terms=terms, by=None)
    known = queries.terms_of(order.pk)
    costs = [penalty(order, known, days, Decimal(100)) for days in (-1, 2, 3, 6, 60)]
    assert costs == [0, 0, 1, 4, 5]


def test_a_date_is_emptied() -> None:
    order = orders.draft()
    given = Terms(latest_shipment_on=dt.date(2027, 1, 1), aql_major="1")
    services.save_terms(order_id=order.pk, terms=given, by=None)
    empty = Terms(latest_shipment_on="", aql_major="")
    services.save_terms(order_id=order.pk, terms=empty, by=None)
    assert queries.terms_of(order.pk).latest_shipment_on is None
    assert queries.terms_of(order.pk).aql_major is None
