"""Issuing material to a work order and taking back what is left; what is open afterwards."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.inventory.models import Balance, Lot
from gendan.inventory.services import (
    MoveRow,
    NotEnoughStock,
    ReceiptRow,
    post_moves,
    receive_expected,
    reverse_move,
)
from gendan.kernel import clock
from gendan.kernel.errors import IllegalStep, NotAllowed, NotThere
from gendan.kernel.models import Entry
from gendan.kernel.rows import RowsRefused
from gendan.production import queries, services
from gendan.production.models import WorkOrder
from gendan.production.services import ComponentRow, WorkOrderRow
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
START, DUE = dt.date(2026, 6, 10), dt.date(2026, 6, 16)


@pytest.fixture
def lamps() -> Iterator[WorkOrder]:
    """A released work order of 10 lamps: 13.33 m of wire, 20 sockets (by lot), in store."""
    with clock.at(clock.moment_on(START)):
        masters.unit("m", step=Decimal("0.01"))
        masters.item("LAMP", supply="make")
        masters.item("WIRE", unit="m")
        masters.item("SOCKET", traced="lot")
        masters.bom("LAMP", {"WIRE": "1.333", "SOCKET": 2})
        masters.stock("WIRE", 50)
        masters.stock("SOCKET", 15, lot_code="A")
        masters.stock("SOCKET", 15, lot_code="B")
        row = WorkOrderRow("LAMP", Decimal(10), START, DUE)
        made = services.firm_work_orders(rows=[row], by=None)[0]
        yield services.release_work_order(work_order_id=made.pk, by=None)


def issue(order: WorkOrder, *rows: tuple[str, object, str], by: str = "wen") -> None:
    services.issue_components(work_order_id=order.pk, rows=read(rows), by=person(by))


def give_back(order: WorkOrder, *rows: tuple[str, object, str], by: str = "wen") -> None:
    services.return_components(work_order_id=order.pk, rows=read(rows), by=person(by))


def read(rows: tuple[tuple[str, object, str], ...]) -> list[ComponentRow]:
    return [ComponentRow(item, Decimal(str(much)), "STORE", lot) for item, much, lot in rows]


def still_open(order: WorkOrder) -> dict[str, Decimal]:
    codes = dict(order.components.values_list("pk", "item__code"))
    rows = queries.open_components(work_order_ids=[order.pk])
    return {codes[one.pk]: one.quantity for one in rows}


def in_store(item: str) -> Decimal:
    rows = Balance.objects.filter(item__code=item, location__code="STORE")
    return sum(rows.values_list("on_hand", flat=True), Decimal(0))


def test_what_is_issued_left_the_store_and_is_not_needed_again(lamps: WorkOrder) -> None:
    assert still_open(lamps) == {"WIRE": Decimal("13.33"), "SOCKET": 20}
    issue(lamps, ("WIRE", "13.33", ""), ("SOCKET", 15, "A"), ("SOCKET", 1, "B"))
    assert still_open(lamps) == {"WIRE": 0, "SOCKET": 4}
    assert (in_store("WIRE"), in_store("SOCKET")) == (Decimal("36.67"), Decimal(14))
    floor = [(one.item, one.lot, one.quantity) for one in queries.on_the_floor(lamps.pk)]
    assert floor == [("SOCKET", "A", 15), ("SOCKET", "B", 1), ("WIRE", "", Decimal("13.33"))]
    entry = Entry.objects.get(fact="ComponentsIssued")
    assert entry.data["number"] == lamps.number
    assert len(entry.data["item_ids"]) == 2


def test_what_came_in_has_used_its_part(lamps: WorkOrder) -> None:
    receive_expected(rows=[ReceiptRow(lamps.expected_id, Decimal(4), "STORE")], by=None)
    # 6 of 10 are still to be made: 7.998 m of wire in steps of a centimetre, 12 sockets.
    assert still_open(lamps) == {"WIRE": Decimal("8.00"), "SOCKET": 12}
    issue(lamps, ("SOCKET", 15, "A"))  # written down: 15 of 20, whatever has come in
    assert still_open(lamps) == {"WIRE": Decimal("8.00"), "SOCKET": 5}


def test_more_than_it_needs_is_refused(lamps: WorkOrder) -> None:
    issue(lamps, ("SOCKET", 15, "A"))
    with pytest.raises(RowsRefused, match="needs 20 of SOCKET and 15 were issued; 6 more"):
        issue(lamps, ("WIRE", 1, ""), ("SOCKET", 6, "B"))
    with pytest.raises(RowsRefused, match="too many"):  # the rows of one call add up
        issue(lamps, ("SOCKET", 3, "B"), ("SOCKET", 3, "B"))
    assert still_open(lamps) == {"WIRE": Decimal("13.33"), "SOCKET": 5}


def test_what_is_no_component_no_store_or_not_there_is_refused(lamps: WorkOrder) -> None:
    masters.location("QC", kind="quality")
    masters.location("FLOOR", kind="production")
    for item, quantity, place, words in (
        ("LAMP", "1", "STORE", "is not made of"),
        ("WIRE", "1", "QC", "issued from a store"),
        ("WIRE", "1", "FLOOR", "issued from a store"),
        ("WIRE", "1", "NOWHERE", "no location"),
        ("WIRE", "0", "STORE", ""),
        ("WIRE", "-1", "STORE", ""),
        ("WIRE", "0.001", "STORE", ""),
        ("SOCKET", "1", "STORE", "name its lot"),
    ):
        row = ComponentRow(item, Decimal(quantity), place)
        with pytest.raises(RowsRefused, match=words or None):
            services.issue_components(work_order_id=lamps.pk, rows=[row], by=None)
    post_moves(rows=[MoveRow("WIRE", Decimal(45), "STORE", "QC")], by=None)
    with pytest.raises(NotEnoughStock):
        issue(lamps, ("WIRE", 6, ""))
    assert still_open(lamps)["WIRE"] == Decimal("13.33")


def test_only_what_was_issued_comes_back_by_lot(lamps: WorkOrder) -> None:
    issue(lamps, ("SOCKET", 15, "A"), ("SOCKET", 2, "B"))
    with pytest.raises(RowsRefused, match="2 of SOCKET were issued"):
        give_back(lamps, ("SOCKET", 3, "B"))
    with pytest.raises(RowsRefused, match="cannot come back"):
        give_back(lamps, ("SOCKET", 2, "B"), ("SOCKET", 1, "B"))
    give_back(lamps, ("SOCKET", 5, "A"), ("SOCKET", 2, "B"))
    assert (still_open(lamps)["SOCKET"], in_store("SOCKET")) == (Decimal(10), Decimal(20))
    assert Entry.objects.filter(fact="ComponentsReturned").count() == 1
    with pytest.raises(RowsRefused, match="0 of WIRE were issued"):
        give_back(lamps, ("WIRE", 1, ""))


def test_what_is_left_comes_back_when_the_work_is_over(lamps: WorkOrder) -> None:
    issue(lamps, ("WIRE", 5, ""))
    services.cancel_work_order(work_order_id=lamps.pk, reason="not wanted", by=None)
    with pytest.raises(IllegalStep):
        issue(lamps, ("WIRE", 1, ""))
    give_back(lamps, ("WIRE", 5, ""))
    assert queries.on_the_floor(lamps.pk) == []
    assert in_store("WIRE") == 50


def test_nothing_is_issued_before_the_shop_floor_may_begin(lamps: WorkOrder) -> None:
    row = WorkOrderRow("LAMP", Decimal(1), START, DUE)
    firm = services.firm_work_orders(rows=[row], by=None)[0]
    with pytest.raises(IllegalStep, match="firm"):
        issue(firm, ("WIRE", 1, ""))


def test_the_ledger_is_the_record_moves_by_hand_count_too(lamps: WorkOrder) -> None:
    masters.location("FLOOR", kind="production")
    row = MoveRow("WIRE", Decimal(20), "STORE", "FLOOR", about=queries.paper_of(lamps.pk))
    [move] = post_moves(rows=[row], by=None)
    assert still_open(lamps)["WIRE"] == 0  # never less than nothing
    reverse_move(move_id=move.pk, reason="other order", by=None)
    assert still_open(lamps)["WIRE"] == Decimal("13.33")


def test_who_may(lamps: WorkOrder) -> None:
    with pytest.raises(NotAllowed):
        issue(lamps, ("WIRE", 1, ""), by="mei")
    issue(lamps, ("WIRE", 1, ""), by="gang")
    with pytest.raises(NotAllowed):
        give_back(lamps, ("WIRE", 1, ""), by="mei")
    with pytest.raises(NotThere):
        services.issue_components(work_order_id=0, rows=read((("WIRE", 1, ""),)), by=None)
    assert Lot.objects.count() == 2


def test_open_steps_take_what_is_left_of_their_minutes(lamps: WorkOrder) -> None:
    masters.work_center("BENCH")
    masters.routing("LAMP", ("BENCH", 20, 2))
    row = WorkOrderRow("LAMP", Decimal(10), START, DUE)
    order = services.firm_work_orders(rows=[row], by=None)[0]
    assert [one.minutes for one in queries.open_steps()] == [40]
    receive_expected(rows=[ReceiptRow(order.expected_id, Decimal(5), "STORE")], by=None)
    assert [one.minutes for one in queries.open_steps()] == [20]
    assert list(queries.open_steps(center_ids=[])) == []
    services.release_work_order(work_order_id=order.pk, by=None)
    step = order.steps.get()
    services.finish_step(step_id=step.pk, by=None)
    assert [one.minutes for one in queries.open_steps()] == [0]  # done, though not yet received
    services.reopen_step(step_id=step.pk, by=None)
    assert [one.minutes for one in queries.open_steps()] == [20]


def test_what_was_made_stands_in_the_ledger_on_its_day(lamps: WorkOrder) -> None:
    receive_expected(rows=[ReceiptRow(lamps.expected_id, Decimal(3), "STORE")], by=None)
    later = START + dt.timedelta(days=20)
    with clock.at(clock.moment_on(later)):
        rows = [ReceiptRow(lamps.expected_id, Decimal(2), "STORE")]
        [move] = receive_expected(rows=rows, by=None)
        reverse_move(move_id=move.pk, reason="miscounted", by=None)
    made = queries.made_between(START, START + dt.timedelta(days=7))
    assert [(one.on, one.quantity) for one in made] == [(START, Decimal(3))]
    assert [one.quantity for one in queries.made_between(later, later)] == [2, -2]


def test_a_start_moves_with_the_end_by_working_days(lamps: WorkOrder) -> None:
    from gendan.catalog.queries import calendar

    masters.calendar()
    days, friday = calendar(None), dt.date(2026, 6, 12)

    def moved(due: dt.date, today: dt.date = START) -> dt.date:
        # from Wednesday to Friday: two working days
        return queries.moved_start(START, friday, due, days, today)

    assert moved(dt.date(2026, 6, 16)) == friday  # Tuesday: Friday is two working days before
    assert moved(dt.date(2026, 6, 26)) == dt.date(2026, 6, 24)
    assert moved(dt.date(2026, 6, 11)) == START  # not into the past
    assert moved(dt.date(2026, 6, 9)) == dt.date(2026, 6, 9)
    early = dt.date(2026, 6, 1)
    assert moved(dt.date(2026, 6, 11), today=early) == dt.date(2026, 6, 9)
