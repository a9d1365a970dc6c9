"""What purchases tell of a supplier: verdicts as quality, arrivals as punctuality, both as rows."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.kernel import clock
from gendan.kernel.services import save_setting
from gendan.partners.models import Partner
from gendan.purchasing import services
from gendan.purchasing.models import GoodsReceipt
from gendan.purchasing.services import LineAnswer, VerdictRow
from gendan.purchasing.supplier_facts import periods_of, scorecards, supplier_facts
from gendan.purchasing.tests import ordered, received
from gendan.sourcing.scoring import rows_of_part
from gendan.sourcing.services import SourceRow, save_sources
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
ALWAYS = (dt.date.min, dt.date.max)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(ordered.TODAY)):
        yield


def judged(good: int, bad: int) -> GoodsReceipt:
    due = clock.today() + dt.timedelta(days=30)
    order = received.an_order(ordered.line(requested_on=due))
    receipt = received.receive(received.arrived(order, good + bad))
    [line] = receipt.lines.all()
    if good:
        rows = [VerdictRow(line.pk, Decimal(good))]
        services.release_receipt(receipt_id=receipt.pk, rows=rows, by=person("qiu"))
    if bad:
        services.reject_receipt(receipt_id=receipt.pk, reason="stains", by=person("qiu"))
    return receipt


def figures(supplier_id: int) -> dict[str, float | None]:
    found = scorecards([supplier_id], supplier_facts())[supplier_id]
    return {one.part: one.figure for one in found.parts}


def test_verdicts_are_the_quality_and_what_waits_or_was_not_looked_at_is_none() -> None:
    receipt = received.receive(received.arrived(received.an_order(), 100))
    pk = receipt.supplier_id
    assert figures(pk)["quality"] is None
    bad = judged(95, 5)
    judged(100, 0)
    assert figures(pk)["quality"] == pytest.approx(25_000)
    assert figures(pk)["lots"] == pytest.approx(50)
    save_sources(rows=[SourceRow("MILL", "CLOTH", skips_inspection=True)], by=None)
    received.receive(received.arrived(received.an_order(), 100))
    assert figures(pk)["lots"] == pytest.approx(50)  # straight to the store: nobody looked
    rows = rows_of_part(supplier_facts(), pk, "lots", *ALWAYS)
    assert [(one.told.pk, one.told.item, one.is_accepted) for one in rows][-1] == (
        bad.pk,
        "CLOTH",
        False,
    )
    assert len(rows) == 2


def test_arrivals_are_measured_by_what_was_promised_first_and_by_what_was_asked() -> None:
    order, token = ordered.sent(ordered.line(requested_on=dt.date(2026, 6, 20)))
    received.store()
    [line] = order.lines.all()
    save_setting(key="purchase_counter_days", value=5, by=person("zhao"))
    answer = LineAnswer(line.position, quantity=Decimal(100), on=dt.date(2026, 6, 24))
    services.answer_by_supplier_link(token=token, answers=[answer])
    with clock.at(clock.moment_on(dt.date(2026, 6, 23))):
        received.receive(received.arrived(order))
        found = figures(order.supplier_id)
        assert (found["requested"], found["confirmed"]) == (0, 100)
        rows = rows_of_part(supplier_facts(), order.supplier_id, "requested", *ALWAYS)
        assert [(one.told.words, one.on) for one in rows] == [(order.number, dt.date(2026, 6, 23))]
        answered = rows_of_part(supplier_facts(), order.supplier_id, "response", *ALWAYS)
        assert [one.told.words for one in answered] == [order.number]


def test_months_and_quarters_hold_the_parts_of_their_days() -> None:
    receipt = judged(100, 0)
    with clock.at(clock.moment_on(dt.date(2026, 8, 3))):
        judged(50, 50)
        facts, pk = supplier_facts(), receipt.supplier_id
        months = {one.month_on: one for one in periods_of(pk, facts, by_quarter=False)}
        quarters = {one.month_on: one for one in periods_of(pk, facts, by_quarter=True)}
    lots = {day: one.parts[1].figure for day, one in months.items() if one.parts[1].has_data}
    assert lots == {dt.date(2026, 6, 1): 100, dt.date(2026, 8, 1): 0}
    lots = {day: one.parts[1].figure for day, one in quarters.items() if one.parts[1].has_data}
    assert lots == {dt.date(2026, 4, 1): 100, dt.date(2026, 7, 1): 0}
    assert Partner.objects.get(pk=pk).code == "MILL"
