"""release_receipt and reject_receipt: the verdict, and the customers' orders that wait for it."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.kernel import clock
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed, NotThere
from gendan.kernel.models import Entry
from gendan.kernel.rows import RowsRefused
from gendan.purchasing import services
from gendan.purchasing.services import VerdictRow
from gendan.purchasing.tests.ordered import TODAY
from gendan.purchasing.tests.received import an_order, arrived, lies, receive
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def test_a_part_is_released_and_the_rest_rejected() -> None:
    receipt = receive(arrived(an_order(), 100))
    [line] = receipt.lines.all()
    rows = [VerdictRow(line.pk, Decimal(70))]
    services.release_receipt(receipt_id=receipt.pk, rows=rows, by=person("qiu"))
    receipt.refresh_from_db()
    assert (receipt.state, lies()) == ("held", {"INSPECTION": 30, "BIN-1": 70})
    services.reject_receipt(receipt_id=receipt.pk, reason="stains", by=person("qiu"))
    receipt.refresh_from_db()
    assert (receipt.state, lies()) == ("decided", {"QUARANTINE": 30, "BIN-1": 70})
    line.refresh_from_db()
    assert (line.released, line.rejected, line.reject_reason) == (70, 30, "stains")
    assert Entry.objects.get(fact="GoodsRejected").data["quantities"] == {"CLOTH": "30"}


def test_what_is_decided_stays_decided() -> None:
    receipt = receive(arrived(an_order(), 100))
    [line] = receipt.lines.all()
    rows = [VerdictRow(line.pk, Decimal(60)), VerdictRow(line.pk, Decimal(60))]
    with pytest.raises(RowsRefused, match="40 of CLOTH still wait"):
        services.release_receipt(receipt_id=receipt.pk, rows=rows, by=person("qiu"))
    services.release_receipt(receipt_id=receipt.pk, by=person("qiu"))
    with pytest.raises(IllegalStep):
        services.release_receipt(receipt_id=receipt.pk, by=person("qiu"))
    with pytest.raises(IllegalStep):
        services.reject_receipt(receipt_id=receipt.pk, reason="late", by=person("qiu"))


def test_only_quality_decides_with_a_reason_and_into_a_place_of_ours() -> None:
    receipt = receive(arrived(an_order(), 100))
    [line] = receipt.lines.all()
    with pytest.raises(NotAllowed):
        services.release_receipt(receipt_id=receipt.pk, by=person("wen"))
    with pytest.raises(Invalid, match="Say what is wrong"):
        services.reject_receipt(receipt_id=receipt.pk, reason=" ", by=person("qiu"))
    rows = [VerdictRow(line.pk, Decimal(1), location="NOWHERE")]
    with pytest.raises(Invalid, match="no place in our stores"):
        services.release_receipt(receipt_id=receipt.pk, rows=rows, by=person("qiu"))
    with pytest.raises(NotThere):
        services.release_receipt(receipt_id=2**40, by=person("qiu"))
    assert lies() == {"INSPECTION": 100}
