"""return_goods: what was rejected goes back, for others or for money."""

import datetime as dt
from collections.abc import Iterator

import pytest

from gendan.inventory.models import ExpectedSupply
from gendan.kernel import audit, clock, files, reactions
from gendan.kernel.errors import Invalid, NotAllowed
from gendan.kernel.models import Mail
from gendan.purchasing import services
from gendan.purchasing.models import GoodsReceipt, PurchaseOrder
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
