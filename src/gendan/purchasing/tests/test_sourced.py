"""What is agreed with suppliers: default prices, warnings, and who must say why all the same."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.kernel import clock
from gendan.kernel.rows import RowsRefused
from gendan.partners.models import Partner
from gendan.purchasing import queries, services
from gendan.purchasing.tests import ordered
from gendan.purchasing.tests.ordered import TODAY
from gendan.sourcing.services import QualificationRow, save_qualifications
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def test_the_agreed_price_is_taken_in_the_unit_that_was_typed() -> None:
    ordered.mill()
    masters.item("CLOTH")
    masters.unit("box")
    masters.conversion("box", "pcs", 20, "CLOTH")
    sourcing.source("MILL", "CLOTH", "1.5", supplier_item_code="M-77")
    by_box = ordered.line(quantity=5, price=None, unit="box")
    order = ordered.draft(ordered.line(price=None), by_box)
    pieces, boxes = order.lines.all()
    assert (pieces.price, pieces.supplier_code) == (Decimal("1.5"), "M-77")
    assert (boxes.quantity, boxes.typed_quantity, boxes.price) == (100, 5, 30)
    assert order.total == 300


def test_a_buyer_is_warned_and_not_stopped() -> None:
    ordered.mill()
    masters.item("CLOTH")
    sourcing.source("MILL", "CLOTH", "1.5", minimum=500, multiple=50)
    order = ordered.draft(ordered.line(quantity=110), ordered.line("ZIP"))
    words = " ".join(queries.warnings_about(order, queries.lines_with_words(order)))
    for part in ("minimum is 500", "multiples of 50", "price agreed is 1.5", "ZIP: this supplier"):
        assert part in words
    services.submit_purchase_order(purchase_order_id=order.pk, by=person("bo"))


def test_an_expired_document_needs_a_reason() -> None:
    order = ordered.draft()
    row = QualificationRow("MILL", "licence", "L-1", expires_on=TODAY - dt.timedelta(days=1))
    save_qualifications(rows=[row], by=person("zhao"))
    with pytest.raises(services.SupplierNotQualified, match="expired"):
        services.submit_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    services.submit_purchase_order(
        purchase_order_id=order.pk, override_reason="renewal is on its way", by=person("bo")
    )
    order.refresh_from_db()
    assert (order.state, order.override_reason) == ("approved", "renewal is on its way")


def test_passing_by_the_approved_list_of_an_item_needs_a_reason() -> None:
    ordered.mill()
    masters.item("CLOTH")
    masters.supplier("OTHER")
    sourcing.source("OTHER", "CLOTH", "1.5")
    order = ordered.draft(ordered.line(), ordered.line("ZIP"))
    lines = queries.lines_with_words(order)
    verdict = queries.verdict_on(order, lines)
    assert not verdict.may
    assert [one.split(":")[0] for one in verdict.reasons] == ["CLOTH"]  # nobody's list names ZIP
    assert set(verdict.reasons) < set(queries.warnings_about(order, lines))
    with pytest.raises(services.SupplierNotQualified, match=r"CLOTH.*approved list.*Say why"):
        services.submit_purchase_order(
            purchase_order_id=order.pk, override_reason="  ", by=person("bo")
        )
    services.submit_purchase_order(
        purchase_order_id=order.pk, override_reason="the other one is shut", by=person("bo")
    )
    order.refresh_from_db()
    assert (order.state, order.override_reason) == ("approved", "the other one is shut")


def test_a_blocked_source_or_one_who_has_given_up_makes_no_list() -> None:
    ordered.mill()
    masters.item("CLOTH")
    for code, status in (("SHUT", "blocked"), ("NEW", "prospect"), ("GONE", "approved")):
        masters.supplier(code)
        sourcing.source(code, "CLOTH", "1.5", status=status)
    Partner.objects.filter(code="GONE").update(is_active=False)
    services.submit_purchase_order(purchase_order_id=ordered.draft().pk, by=person("bo"))


def test_amounts_in_a_currency_nobody_knows_the_worth_of_are_refused() -> None:
    with pytest.raises(Exception, match="exchange rate"):
        ordered.draft(currency="JPY")
    with pytest.raises(RowsRefused, match="no currency"):
        ordered.draft(currency="XX")
