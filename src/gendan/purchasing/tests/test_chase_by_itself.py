"""Suppliers are asked without a press: at the right moment, once, never while they wait for us."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.kernel import clock, journal, reactions
from gendan.kernel.errors import Invalid
from gendan.kernel.journal import DayStarted, ref
from gendan.kernel.models import Entry, Mail
from gendan.kernel.rows import RowsRefused
from gendan.kernel.services import save_setting
from gendan.partners.models import Partner
from gendan.purchasing import queries, services
from gendan.purchasing.models import PurchaseOrder, ShipNotice, SupplierChasing
from gendan.purchasing.services import ChasingRow, LineAnswer, NoticedRow, Shipment, StepRow
from gendan.purchasing.tests import ordered, received
from gendan.purchasing.tests.ordered import DUE, TODAY
from gendan.sourcing.services import ClosingRow, save_supplier_closings
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
FRIDAY = TODAY + dt.timedelta(days=2)
NEAR = DUE - dt.timedelta(days=4)  # a Monday


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def by_itself(**values: Any) -> None:
    for key, value in ({"purchase_chase_mode": "send"} | values).items():
        save_setting(key=key, value=value, by=person("zhao"))


def on(day: dt.date, hour: int = 9) -> int:
    with clock.at(clock.moment_on(day, hour)):
        return services.chase_by_itself()


def mails() -> int:
    return Mail.objects.filter(kind="purchase").count()


def test_who_has_not_confirmed_is_asked_with_a_link_and_once() -> None:
    by_itself()
    order, _token = ordered.sent()
    assert on(TODAY) == 0  # just sent
    assert on(FRIDAY) == 1
    assert on(FRIDAY) == 0
    assert on(FRIDAY + dt.timedelta(days=1)) == 0  # asked yesterday, and a Saturday
    order.refresh_from_db()
    assert (order.chases, order.is_chased_by_itself) == (1, True)
    fact = Entry.objects.get(fact="SupplierChased")
    assert (fact.by, fact.data["why"], fact.data["by_itself"]) == (None, "unconfirmed", True)
    assert ref(order) in fact.about
    mail = Mail.objects.filter(kind="purchase").latest("pk")
    assert mail.to == ["li@mill.example"]
    assert "Bo" in mail.text  # signed by the buyer
    services.answer_by_supplier_link(token=ordered.token_of_last_mail(), answers=[LineAnswer(1)])
    assert on(FRIDAY + dt.timedelta(days=3)) == 0  # answered


def test_in_the_language_of_the_supplier() -> None:
    by_itself()
    ordered.sent()
    Partner.objects.filter(code="MILL").update(language="zh-hans")
    order = PurchaseOrder.objects.get()
    services.resend_purchase_order(purchase_order_id=order.pk, language="zh-hans", by=person("bo"))
    assert on(FRIDAY) == 1
    assert "烦请确认" in Mail.objects.latest("pk").text


def test_only_while_the_supplier_is_at_work() -> None:
    by_itself()
    ordered.sent()
    assert on(FRIDAY, 7) == 0
    assert on(FRIDAY, 18) == 0
    assert on(FRIDAY + dt.timedelta(days=1)) == 0  # a Saturday
    Partner.objects.filter(code="MILL").update(time_zone="America/New_York")
    assert on(FRIDAY, 9) == 0  # night over there
    assert on(FRIDAY, 23) == 1
    Partner.objects.filter(code="MILL").update(time_zone="Asia/Shanghai")


def test_not_on_the_days_it_is_closed() -> None:
    by_itself()
    ordered.sent()
    row = ClosingRow("MILL", FRIDAY, FRIDAY + dt.timedelta(days=9), reason="fair")
    save_supplier_closings(rows=[row], by=None)
    assert on(FRIDAY) == 0
    assert on(FRIDAY + dt.timedelta(days=10)) == 1  # a Monday


def test_before_goods_are_due_sooner_where_deliveries_stray() -> None:
    by_itself()
    _order, token = ordered.sent()
    services.answer_by_supplier_link(token=token, answers=[LineAnswer(1)])
    mill = Partner.objects.get(code="MILL")
    earlier = DUE - dt.timedelta(days=10)  # a Tuesday
    assert earlier.weekday() == 1
    assert on(earlier) == 0
    SupplierChasing.objects.create(supplier=mill, spread_days=11)
    assert on(earlier) == 1
    assert Entry.objects.get(fact="SupplierChased").data["why"] == "near"


def test_how_far_deliveries_stray_is_learned_each_week() -> None:
    for late in (0, 10, 0, 10, 0, 10):
        order, _token = ordered.sent()
        with clock.at(clock.moment_on(DUE + dt.timedelta(days=late))):
            received.store()
            received.receive(received.arrived(order, 100))
            reactions.run_due()
    monday = clock.monday_of(DUE + dt.timedelta(days=20))
    tuesday, thursday = (monday + dt.timedelta(days=days) for days in (1, 3))
    journal.record(DayStarted(day=str(monday - dt.timedelta(days=3))), about="day:w")
    reactions.run_due()
    SupplierChasing.objects.all().delete()
    with clock.at(clock.moment_on(tuesday, 0)):  # nothing ran on Monday
        journal.record(DayStarted(day=str(tuesday)), about="day:x")
        reactions.run_due()
        found = SupplierChasing.objects.get(supplier__code="MILL")
        assert 4 <= found.spread_days <= 9
        assert services.learn_supplier_spreads() == 0
    SupplierChasing.objects.all().delete()
    journal.record(DayStarted(day=str(thursday)), about="day:y")
    reactions.run_due()
    assert not SupplierChasing.objects.exists()  # once a week


def test_a_step_that_nobody_reported_and_goods_that_are_late() -> None:
    by_itself(purchase_chase_again_days=3)
    masters.item("CLOTH")
    services.save_purchase_steps(
        supplier=ordered.mill().code, steps=[StepRow("Dyeing", 10)], by=person("bo")
    )
    _order, token = ordered.sent()
    services.answer_by_supplier_link(token=token, answers=[LineAnswer(1)])
    planned = DUE - dt.timedelta(days=10)
    assert on(planned) == 0
    assert on(planned + dt.timedelta(days=1)) == 1
    assert on(DUE + dt.timedelta(days=3)) == 1  # a Monday
    whys = Entry.objects.filter(fact="SupplierChased").order_by("pk")
    assert [one.data["why"] for one in whys] == ["step", "late"]


def test_never_while_it_waits_for_our_decision() -> None:
    by_itself()
    _order, token = ordered.sent()
    services.answer_by_supplier_link(
        token=token, answers=[LineAnswer(1, DUE + dt.timedelta(days=9))]
    )
    assert on(FRIDAY) == 0


def test_never_while_a_ship_notice_waits_for_us() -> None:
    by_itself()
    order, token = ordered.sent()
    services.notice_by_supplier_link(
        token=token,
        shipment=Shipment("DN-1", expected_on=DUE),
        rows=[NoticedRow("100", position=1)],
    )
    assert on(FRIDAY) == 0
    notice = ShipNotice.objects.get()
    services.refuse_ship_notice(notice_id=notice.pk, reason="wrong", by=person("bo"))
    assert on(FRIDAY) == 1
    assert order.pk == Entry.objects.get(fact="SupplierChased").data["purchase_order_id"]


@pytest.mark.parametrize("why", PurchaseOrder.HOLDS_BY_HAND)
def test_never_while_somebody_holds_it(why: str) -> None:
    by_itself()
    order, _token = ordered.sent()
    bo = person("bo")
    services.hold_chasing(purchase_order_id=order.pk, why=why, reason="paid on Monday", by=bo)
    assert on(FRIDAY) == 0
    with clock.at(clock.moment_on(FRIDAY)):
        assert queries.purchases_today(bo)["chasers"] == []
        if why == "stopped":
            services.chase_supplier(purchase_order_id=order.pk, by=bo)  # by hand it may be
            return
        with pytest.raises(services.SupplierWaitsForUs, match="is held"):
            services.chase_supplier(purchase_order_id=order.pk, by=bo)
    services.resume_chasing(purchase_order_id=order.pk, by=bo)
    with pytest.raises(services.NotHeld):
        services.resume_chasing(purchase_order_id=order.pk, by=bo)
    assert on(FRIDAY) == 1


def test_a_hold_says_for_what() -> None:
    order, _token = ordered.sent()
    for why in ("", "mail", "weather"):
        with pytest.raises(Invalid, match="waits for"):
            services.hold_chasing(purchase_order_id=order.pk, why=why, by=person("bo"))


def test_held_twice_for_the_same_is_held_once() -> None:
    order, _token = ordered.sent()
    bo = person("bo")

    def hold(why: str, reason: str) -> int:
        services.hold_chasing(purchase_order_id=order.pk, why=why, reason=reason, by=bo)
        return Entry.objects.filter(fact="ChasingHeld").count()

    assert hold("deposit", "on Monday") == 1
    assert hold("deposit", "on Monday") == 1
    assert hold("deposit", "") == 1
    order.refresh_from_db()
    assert (order.chasing_hold, order.chasing_reason) == ("deposit", "on Monday")
    assert hold("deposit", "on Tuesday") == 2
    assert hold("drawing", "on Tuesday") == 3


def test_a_mail_of_the_suppliers_is_looked_at_first() -> None:
    by_itself()
    order, _token = ordered.sent()
    assert services.note_supplier_wrote(about=["orders.order:1", ref(order)]) == [order]
    assert services.note_supplier_wrote(about=[ref(order)]) == []  # held already
    assert on(FRIDAY) == 0
    order.refresh_from_db()
    assert order.chasing_hold == "mail"
    services.record_supplier_answer(
        purchase_order_id=order.pk, answers=[LineAnswer(1)], by=person("bo")
    )
    order.refresh_from_db()
    assert order.chasing_hold == ""
    assert Entry.objects.filter(fact="ChasingResumed").count() == 1


def test_an_address_that_returns_our_mail_is_not_asked_again() -> None:
    by_itself()
    order, _token = ordered.sent()
    services.note_supplier_wrote(about=[ref(order)], is_returned=True)
    assert on(FRIDAY) == 0
    services.resend_purchase_order(
        purchase_order_id=order.pk, email="new@mill.example", by=person("bo")
    )
    assert on(FRIDAY) == 1
    assert Mail.objects.latest("pk").to == ["new@mill.example"]


def test_each_supplier_may_have_its_own_way() -> None:
    by_itself()
    ordered.sent()
    bo = person("bo")
    services.save_supplier_chasing(rows=[ChasingRow("MILL", "ask")], by=bo)
    assert on(FRIDAY) == 0
    with clock.at(clock.moment_on(FRIDAY)):
        [ready] = queries.purchases_today(bo)["chasers"]
        assert ready.mode == "ask"
        services.save_supplier_chasing(rows=[ChasingRow("MILL", "off")], by=bo)
        assert queries.purchases_today(bo)["chasers"] == []
    by_itself(purchase_chase_mode="off")
    services.save_supplier_chasing(rows=[ChasingRow("MILL", "send")], by=bo)
    assert on(FRIDAY) == 1
    services.save_supplier_chasing(rows=[ChasingRow("MILL")], by=bo)
    assert on(FRIDAY + dt.timedelta(days=7)) == 0


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([ChasingRow("NOBODY", "send")], "row 1, supplier: There is no"),
        ([ChasingRow("SHOP", "send")], "There is no supplier “SHOP”"),
        ([ChasingRow("MILL", "loud")], "row 1, mode"),
        ([ChasingRow("MILL"), ChasingRow("MILL")], "The same stands in row 1"),
        ([], "Nothing was given"),
    ],
)
def test_ways_that_cannot_be_meant_are_refused(rows: list[ChasingRow], words: str) -> None:
    ordered.mill()
    masters.partner("SHOP", is_customer=True)
    with pytest.raises((RowsRefused, Invalid), match=words):
        services.save_supplier_chasing(rows=rows, by=person("bo"))
    with pytest.raises(Invalid, match="none of those"):
        save_setting(key="purchase_chase_mode", value="loudly", by=person("zhao"))


def test_at_most_so_many_a_day_the_weightiest_first() -> None:
    by_itself(purchase_chase_most_a_day=1)
    ordered.sent()
    late, _token = ordered.sent(ordered.line(requested_on=TODAY + dt.timedelta(days=1)))
    assert on(FRIDAY) == 1
    assert on(FRIDAY, 15) == 0
    asked = Entry.objects.get(fact="SupplierChased")
    assert (asked.data["purchase_order_id"], asked.data["why"]) == (late.pk, "late")
    with clock.at(clock.moment_on(FRIDAY, 16)):
        assert [one.pk for one in queries.purchases_today(person("bo"))["gone"]] == [late.pk]


def test_many_with_nothing_to_ask_do_not_hide_the_one_that_has() -> None:
    by_itself()
    far = ordered.line(requested_on=DUE)
    for _time in range(3):
        _order, token = ordered.sent(far)
        services.answer_by_supplier_link(token=token, answers=[LineAnswer(1)])
    ordered.sent(ordered.line(requested_on=DUE + dt.timedelta(days=30)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gendan.purchasing.chasers.MOST_LISTED", 1)
        assert on(FRIDAY) == 1


def test_those_asleep_or_never_chased_do_not_hide_the_one_at_work() -> None:
    by_itself()
    soon = TODAY + dt.timedelta(days=1)
    for code, zone in (("ASLEEP", "America/New_York"), ("NEVER", "UTC")):
        ordered.sent(ordered.line(requested_on=soon))
        other = masters.partner(code, is_supplier=True, is_customer=False)
        Partner.objects.filter(pk=other.pk).update(time_zone=zone)
        newest = PurchaseOrder.objects.latest("pk")
        PurchaseOrder.objects.filter(pk=newest.pk).update(supplier=other)
    services.save_supplier_chasing(rows=[ChasingRow("NEVER", "off")], by=person("bo"))
    mine, _token = ordered.sent()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gendan.purchasing.chasers.MOST_LISTED", 1)
        assert on(FRIDAY) == 1
        by_itself(purchase_chase_mode="off")
        assert on(FRIDAY) == 0
    assert Entry.objects.get(fact="SupplierChased").data["purchase_order_id"] == mine.pk


def test_an_order_that_somebody_has_open_is_left_for_the_next_time() -> None:
    by_itself()
    held, _token = ordered.sent()
    free, _token = ordered.sent()
    with pytest.MonkeyPatch.context() as patch:
        find = "gendan.purchasing.services.chasing._if_free"
        patch.setattr(find, lambda pk: None if pk == held.pk else PurchaseOrder.objects.get(pk=pk))
        assert on(FRIDAY) == 1
    assert Entry.objects.get(fact="SupplierChased").data["purchase_order_id"] == free.pk
    with CaptureQueriesContext(connection) as asked:
        assert on(FRIDAY) == 1
    assert any("SKIP LOCKED" in one["sql"] for one in asked.captured_queries)


def test_a_subcontractor_without_our_material_is_not_late() -> None:
    by_itself()
    masters.item("THREAD")
    masters.item("CLOTH")
    masters.bom("CLOTH", {"THREAD": 1})
    order, token = ordered.sent(ordered.line(), kind="subcontract")
    services.answer_by_supplier_link(token=token, answers=[LineAnswer(1)])
    assert on(DUE + dt.timedelta(days=3)) == 0
    provided = order.lines.get().provided.get()
    type(provided).objects.filter(pk=provided.pk).update(sent=Decimal(1))
    assert on(DUE + dt.timedelta(days=3)) == 1


def test_the_new_day_begins_it_without_anybody(
    django_assert_max_num_queries: Any,
) -> None:
    by_itself()
    ordered.sent()
    with clock.at(clock.moment_on(FRIDAY)):
        journal.record(DayStarted(day=str(clock.today())), about="day:y")
        reactions.run_due()
        assert Entry.objects.filter(fact="SupplierChased").count() == 1
        with django_assert_max_num_queries(8):  # every quarter of an hour, for nothing
            assert services.chase_by_itself() == 0
