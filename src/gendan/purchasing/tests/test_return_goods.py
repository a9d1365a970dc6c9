"""return_goods: what was rejected goes back, for others or for money."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.contracts.papers.render import render
from gendan.inventory.models import ExpectedSupply, Location
from gendan.inventory.services import NotEnoughStock, reserve
from gendan.inventory.services.places import far_sides
from gendan.kernel import audit, clock, files, reactions
from gendan.kernel.errors import Invalid, NotAllowed, StaleRevision
from gendan.kernel.models import Mail
from gendan.kernel.rows import RowsRefused
from gendan.purchasing import services
from gendan.purchasing.models import GoodsReceipt, PurchaseOrder
from gendan.purchasing.services import returning
from gendan.purchasing.tests.ordered import TODAY
from gendan.purchasing.tests.received import an_order, arrived, lies, receive
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
SOON = TODAY + dt.timedelta(days=9)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def rejected() -> tuple[PurchaseOrder, GoodsReceipt]:
    order = an_order()
    receipt = receive(arrived(order, 100))
    services.reject_receipt(receipt_id=receipt.pk, reason="stains", by=person("qiu"))
    reactions.run_due()
    order.refresh_from_db()
    return order, receipt


def test_a_replacement_is_expected_again_and_the_order_is_open_again() -> None:
    order, receipt = rejected()
    assert order.state == "closed"
    found = services.return_goods(
        receipt_id=receipt.pk,
        outcome="replacement",
        reason="stains",
        due_on=SOON,
        by=person("bo"),
    )
    supply = ExpectedSupply.objects.get(reference=order.number)
    assert (supply.received, supply.is_open, supply.due_on) == (0, True, SOON)
    reactions.run_due()
    order.refresh_from_db()
    assert (order.state, order.due_on) == ("confirmed", SOON)
    assert lies() == {}
    mail = Mail.objects.latest("pk")
    assert found.number in mail.subject
    assert "Please replace them by 2026-06-19" in mail.text
    with files.open_file(found.file) as stream:
        assert stream.read(5) == b"%PDF-"
    receive(arrived(order, 100))
    assert not any(audit.audit().values())


def test_a_credit_note_is_expected_and_nothing_more_comes() -> None:
    order, receipt = rejected()
    found = services.return_goods(
        receipt_id=receipt.pk, outcome="credit", reason="stains", by=person("bo")
    )
    assert (found.credit, found.currency) == (200, "CNY")
    supply = ExpectedSupply.objects.get(reference=order.number)
    assert (supply.received, supply.is_open) == (0, False)
    reactions.run_due()
    order.refresh_from_db()
    assert order.state == "closed"
    with pytest.raises(services.NothingToReturn):
        services.return_goods(
            receipt_id=receipt.pk, outcome="credit", reason="again", by=person("bo")
        )


def test_what_a_return_must_say() -> None:
    _order, receipt = rejected()
    given = {"receipt_id": receipt.pk, "reason": "stains"}
    for values, words in (
        ({"outcome": "gift"}, "replacement or a credit note"),
        ({"outcome": "replacement"}, "when the replacement"),
        ({"outcome": "replacement", "due_on": TODAY - dt.timedelta(days=1)}, "is past"),
        ({"outcome": "credit", "reason": ""}, "why the goods go back"),
    ):
        with pytest.raises(Invalid, match=words):
            services.return_goods(**{**given, **values}, by=person("bo"))  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        services.return_goods(receipt_id=receipt.pk, outcome="credit", reason="x", by=person("wen"))


def released(quantity: int = 100) -> tuple[PurchaseOrder, GoodsReceipt]:
    order = an_order()
    receipt = receive(arrived(order, quantity))
    services.release_receipt(receipt_id=receipt.pk, by=person("qiu"))
    reactions.run_due()
    return order, receipt


def later(receipt: GoodsReceipt, quantity: int, place: str = "BIN-1", **values: object) -> object:
    rows = [services.ReturnRow(receipt.lines.get().pk, Decimal(quantity), place)]
    given = {"outcome": "credit", "reason": "colour runs", "rows": rows, **values}
    return services.return_goods(receipt_id=receipt.pk, by=person("bo"), **given)  # type: ignore[arg-type]


def test_a_defect_found_later_sends_released_goods_back_from_the_store() -> None:
    order, receipt = released()
    assert lies() == {"BIN-1": 100}
    found = later(receipt, 30)
    assert (found.credit, found.lines.get().quantity) == (60, 30)  # type: ignore[attr-defined]
    one = receipt.lines.get()
    assert (one.released, one.rejected, one.returned) == (70, 30, 30)
    assert one.reject_reason == "colour runs"
    assert lies() == {"BIN-1": 70}
    reactions.run_due()
    later(receipt, 20, outcome="replacement", due_on=SOON)
    reactions.run_due()
    order.refresh_from_db()
    assert (order.state, order.due_on) == ("confirmed", SOON)
    with pytest.raises(RowsRefused, match="only 50 of CLOTH were released"):
        later(receipt, 51)
    receive(arrived(order, 20))
    assert not any(audit.audit().values())


def test_what_is_kept_or_lies_elsewhere_does_not_go_back() -> None:
    _order, receipt = released()
    reserve(demands=[("orders.line:1", receipt.lines.get().item_id, Decimal(80))], by=None)
    with pytest.raises(NotEnoughStock, match="reserved"):
        later(receipt, 30)
    for place in (
        "NOWHERE",
        "INSPECTION",
        far_sides([Location.Kind.SUPPLIER])[Location.Kind.SUPPLIER].code,
    ):
        with pytest.raises(RowsRefused, match="no place in our stores"):
            later(receipt, 10, place)
    with pytest.raises(RowsRefused, match="rejected and are still here"):
        later(receipt, 10, "")  # none of it lies in quarantine
    assert receipt.lines.get().returned == 0


def test_the_note_is_drawn_before_anything_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    _order, receipt = rejected()

    def meanwhile(*given: object, **more: object) -> bytes:
        """Somebody else has sent some of it back while the paper is drawn."""
        with monkeypatch.context() as calm:
            calm.setattr(returning, "render", render)
            rows = [services.ReturnRow(receipt.lines.get().pk, Decimal(40))]
            services.return_goods(
                receipt_id=receipt.pk, outcome="credit", reason="stains", rows=rows, by=None
            )
        return render(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(returning, "render", meanwhile)
    with pytest.raises(StaleRevision, match="was changed while"):
        services.return_goods(
            receipt_id=receipt.pk, outcome="credit", reason="stains", by=person("bo")
        )
