"""From the draft to the supplier: edit, submit, approve, refuse, send, send again, change, end."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from gendan.inventory.models import ExpectedSupply
from gendan.inventory.services import ReceiptRow, receive_expected
from gendan.kernel import clock, reactions
from gendan.kernel.errors import DomainError, IllegalStep, Invalid, NotAllowed, StaleRevision
from gendan.kernel.links import LinkRefused
from gendan.kernel.models import Mail
from gendan.kernel.rows import RowsRefused
from gendan.partners import services as partners
from gendan.purchasing import invariants, queries, services
from gendan.purchasing.models import PurchaseOrder, PurchaseRequest
from gendan.purchasing.services import EditLineRow, LimitRow, LineAnswer, PurchaseRow
from gendan.purchasing.tests import ordered
from gendan.purchasing.tests.ordered import DUE, TODAY
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def edit(order: PurchaseOrder, *rows: EditLineRow, **values: object) -> PurchaseOrder:
    given: dict[str, object] = {"purchase_order_id": order.pk, "lines": rows, "by": person("bo")}
    return services.edit_purchase_order(**given | values)  # type: ignore[arg-type]


def the_supply(order: PurchaseOrder) -> ExpectedSupply:
    return ExpectedSupply.objects.get(reference=order.number)


def test_within_her_own_limit_a_buyer_needs_nobody() -> None:
    order = ordered.approved()
    assert (order.state, order.approved_by, order.total) == ("approved", person("bo"), 200)


def test_above_it_somebody_with_a_higher_limit_approves() -> None:
    services.save_approval_limits(rows=[LimitRow("buyer", Decimal(100))], by=person("zhao"))
    order = ordered.draft()
    services.submit_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    with pytest.raises(services.AboveYourLimit, match=r"may come to 210\.00 CNY"):
        services.approve_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    with pytest.raises(NotAllowed):
        services.approve_purchase_order(purchase_order_id=order.pk, by=person("mei"))
    with pytest.raises(IllegalStep):
        services.send_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    order.refresh_from_db()
    assert not queries.waits_for(PurchaseOrder.objects.all(), person("bo")).exists()
    assert queries.purchases_today(person("zhao"))["approvals"] == [order]
    services.refuse_purchase_order(purchase_order_id=order.pk, reason="too dear", by=person("zhao"))
    services.submit_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    services.approve_purchase_order(purchase_order_id=order.pk, by=person("zhao"))
    order.refresh_from_db()
    assert (order.state, order.approved_by) == ("approved", person("zhao"))


def test_an_order_is_approved_for_what_it_may_come_to() -> None:
    services.save_approval_limits(rows=[LimitRow("buyer", Decimal(300))], by=person("zhao"))
    wide = ordered.draft(ordered.line(over_percent=Decimal(100)))
    services.submit_purchase_order(purchase_order_id=wide.pk, by=person("bo"))
    wide.refresh_from_db()
    assert (wide.state, wide.total) == ("to_approve", 200)
    assert not queries.may_approve(person("bo"), wide)
    assert queries.purchases_today(person("bo"))["approvals"] == []
    services.save_approval_limits(rows=[LimitRow("buyer", Decimal(400))], by=person("zhao"))
    assert queries.purchases_today(person("bo"))["approvals"] == [wide]
    services.approve_purchase_order(purchase_order_id=wide.pk, by=person("bo"))


def test_an_order_is_summed_up_anew_when_it_is_approved() -> None:
    services.save_approval_limits(rows=[LimitRow("buyer", Decimal(0))], by=person("zhao"))
    order = ordered.draft()
    services.submit_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    PurchaseOrder.objects.filter(pk=order.pk).update(total_company=0)  # an older rate
    with pytest.raises(services.AboveYourLimit):
        services.approve_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    services.approve_purchase_order(purchase_order_id=order.pk, by=person("zhao"))
    order.refresh_from_db()
    assert order.total_company == 200


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"quantity": 999999999999, "price": Decimal(999999999)}, "total of this order"),
        ({"requested_on": dt.date(2099, 12, 31)}, "two years ahead"),
    ],
)
def test_what_no_order_can_be_is_refused_in_words(values: dict[str, Any], words: str) -> None:
    with pytest.raises(DomainError, match=words):
        ordered.draft(ordered.line(**values))
    assert not PurchaseOrder.objects.exists()


def test_a_line_is_changed_once_in_a_sending() -> None:
    order = ordered.draft()
    twice = [EditLineRow(1, quantity=Decimal(one)) for one in (50, 60)]
    with pytest.raises(RowsRefused, match="stands here twice"):
        edit(order, *twice)
    assert order.lines.get().quantity == 100


def test_limits_that_cannot_be_meant_are_refused() -> None:
    for row in (LimitRow("nobody"), LimitRow("customer"), LimitRow("buyer", Decimal(-1))):
        with pytest.raises(Invalid):
            services.save_approval_limits(rows=[row], by=person("zhao"))
    with pytest.raises(NotAllowed):
        services.save_approval_limits(rows=[LimitRow("buyer")], by=person("bo"))


def test_what_is_not_ready_is_not_submitted() -> None:
    order = ordered.draft(ordered.line(price=None))
    with pytest.raises(services.LineNotReady, match="no price"):
        services.submit_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    edit(order, EditLineRow(position=1, price=Decimal(3), requested_on=dt.date(2026, 6, 1)))
    with pytest.raises(services.LineNotReady, match="has passed"):
        services.submit_purchase_order(purchase_order_id=order.pk, by=person("bo"))


def test_sending_mails_the_paper_and_expects_the_goods() -> None:
    order, _token = ordered.sent()
    mail = Mail.objects.get(kind="purchase")
    assert mail.to == ["li@mill.example"]
    assert "Purchase order" in mail.subject
    [attached] = mail.files.all()
    assert attached.name == f"{order.number}-v1.pdf"
    supply = the_supply(order)
    assert (supply.quantity, supply.due_on) == (100, DUE)
    assert (order.state, order.version, order.due_on) == ("sent", 1, DUE)
    assert invariants.check() == []


def test_without_an_address_it_is_not_sent() -> None:
    order = ordered.approved()
    row = partners.ContactRow(partner="MILL", name="Li Wei", email="")
    partners.save_contacts(rows=[row], by=None)
    with pytest.raises(Invalid, match="No e-mail address"):
        services.send_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    assert not Mail.objects.exists()


def test_it_covers_the_requests_it_is_for() -> None:
    masters.item("CLOTH")
    row = PurchaseRow("CLOTH", Decimal(100), DUE, TODAY)
    [request] = services.request_purchases(rows=[row], by=person("bo"))
    order, _token = ordered.sent(ordered.line(request_ids=[request.pk]))
    reactions.run_due()
    request.refresh_from_db()
    assert (request.state, request.covered) == ("ordered", 100)
    services.cancel_purchase_order(purchase_order_id=order.pk, reason="no", by=person("bo"))
    reactions.run_due()
    request.refresh_from_db()
    assert (request.state, int(request.covered), int(request.to_order)) == ("open", 0, 100)
    assert not PurchaseRequest.objects.filter(in_orders__gt=0).exists()
    assert invariants.check() == []


def test_a_change_after_sending_is_a_new_version_to_be_confirmed_again() -> None:
    order, token = ordered.sent(ordered.line(), ordered.line("ZIP", 50))
    answers = [LineAnswer(1), LineAnswer(2)]
    services.answer_by_supplier_link(token=token, answers=answers)
    order.refresh_from_db()
    assert order.state == "confirmed"
    edit(order, EditLineRow(position=1, quantity=Decimal(120)))
    order.refresh_from_db()
    assert order.is_being_changed
    assert ExpectedSupply.objects.get(reference=order.number, item__code="CLOTH").quantity == 100
    with pytest.raises(services.AnotherVersion, match="being changed"):
        services.answer_by_supplier_link(token=token, answers=[LineAnswer(1)])
    services.submit_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    sending = services.send_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    assert (
        sending.snapshot["changes"]
        == [{"en": "line 1: quantity 100 → 120", "zh": "第1行: 数量 100 → 120"}]
        or "100 → 120" in sending.snapshot["changes"][0]["en"]
    )
    assert "100 → 120" in Mail.objects.filter(kind="purchase").latest("pk").text
    with pytest.raises(LinkRefused, match="newer link"):
        services.answer_by_supplier_link(token=token, answers=[LineAnswer(1)])
    order.refresh_from_db()
    kept = dict(order.lines.values_list("position", "confirmed_on"))
    assert (order.state, order.version, kept) == ("sent", 2, {1: None, 2: DUE})
    assert invariants.check() == []


def test_a_line_taken_out_comes_no_more_and_one_received_stays() -> None:
    order, _token = ordered.sent(ordered.line(), ordered.line("ZIP", 50))
    masters.location()
    zips = ExpectedSupply.objects.get(reference=order.number, item__code="ZIP")
    receive_expected(rows=[ReceiptRow(zips.pk, Decimal(10), "STORE")], by=None)
    with pytest.raises(RowsRefused, match="have arrived"):
        edit(order, EditLineRow(position=2, remove=True))
    edit(order, EditLineRow(position=1, remove=True))
    services.submit_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    services.send_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    cloth = ExpectedSupply.objects.get(reference=order.number, item__code="CLOTH")
    assert not cloth.is_open


def test_two_who_edit_at_once_do_not_overwrite_each_other() -> None:
    order = ordered.draft()
    edit(order, place="Ningbo", revision=order.revision)
    with pytest.raises(StaleRevision):
        edit(order, place="Shanghai", revision=order.revision)
    with pytest.raises(services.NothingChanges):
        edit(order, place="Ningbo")


def test_sent_again_the_former_link_is_void() -> None:
    order, token = ordered.sent()
    services.resend_purchase_order(
        purchase_order_id=order.pk, email="new@mill.example", by=person("bo")
    )
    with pytest.raises(LinkRefused, match="newer link"):
        services.answer_by_supplier_link(token=token, answers=[LineAnswer(1)])
    services.answer_by_supplier_link(token=ordered.token_of_last_mail(), answers=[LineAnswer(1)])
    order.refresh_from_db()
    assert (order.state, order.version) == ("confirmed", 1)


def test_the_end_is_told_and_leaves_nothing_expected() -> None:
    order, token = ordered.sent()
    with pytest.raises(Invalid):
        services.cancel_purchase_order(purchase_order_id=order.pk, reason=" ", by=person("bo"))
    masters.location()
    supply = the_supply(order)
    receive_expected(rows=[ReceiptRow(supply.pk, Decimal(40), "STORE")], by=None)
    with pytest.raises(services.GoodsHaveArrived):
        services.cancel_purchase_order(purchase_order_id=order.pk, reason="no", by=person("bo"))
    services.close_purchase_order(purchase_order_id=order.pk, reason="enough", by=person("bo"))
    assert not the_supply(order).is_open
    assert "closed" in Mail.objects.latest("pk").subject
    with pytest.raises(LinkRefused, match="withdrawn"):
        services.answer_by_supplier_link(token=token, answers=[LineAnswer(1)])
    assert invariants.check() == []


def test_when_all_has_come_it_closes_itself() -> None:
    order, _token = ordered.sent()
    masters.location()
    row = ReceiptRow(the_supply(order).pk, Decimal(100), "STORE")
    receive_expected(rows=[row], by=None)
    reactions.run_due()
    order.refresh_from_db()
    assert (order.state, order.due_on) == ("closed", None)
    assert invariants.check() == []
