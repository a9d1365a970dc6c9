"""Counting: moving goods meanwhile, a second person, approval, two at once, what is not there."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group

from gendan.inventory import invariants
from gendan.inventory.models import Balance, Count, CountCall, CountLine
from gendan.inventory.queries import (
    accuracy,
    due_balances,
    next_lines,
    on_hand_of,
    reserved_for,
    to_approve,
)
from gendan.inventory.services import (
    AnotherPersonCounts,
    CountedAlready,
    CountedRow,
    MoveRow,
    NotEnoughStock,
    NothingToCount,
    NothingToPost,
    RankRow,
    StillToCount,
    add_count_line,
    approve_variances,
    ask_for_count,
    cancel_count,
    close_count,
    count_again,
    move_or_note,
    post_count,
    post_moves,
    rank_demands,
    record_counts,
    reserve,
    start_count,
)
from gendan.kernel import clock
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed
from gendan.kernel.models import User
from gendan.kernel.rows import RowsRefused
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 10)


@pytest.fixture(autouse=True)
def store() -> None:
    for code, kind in (
        ("STORE", "store"),
        ("BIN", "store"),
        ("OUT", "supplier"),
        ("C", "customer"),
    ):
        masters.location(code, kind)
    masters.items({"A-1": {}, "B-1": {}})
    rows = [MoveRow(code, Decimal(100), "OUT", "STORE", unit_cost=Decimal(10))
            for code in ("A-1", "B-1")]  # fmt: skip
    with clock.at(clock.moment_on(DAY, 7)):
        post_moves(rows=rows, by=None)


def second_storekeeper() -> User:
    user = User.objects.create(username="li", name="Li")
    user.groups.add(Group.objects.get(name="warehouse"))
    return user


def line(count: Count, item: str = "A-1") -> CountLine:
    return count.lines.get(item__code=item)


def record(one: CountLine, quantity: int, by: User | None, **more: Any) -> None:
    row = CountedRow(one.pk, Decimal(quantity), one.round, **more)
    record_counts(count_id=one.count_id, rows=[row], by=by)


def found(count: Count, quantity: int, who: str = "wen", item: str = "A-1", **more: Any) -> None:
    record(line(count, item), quantity, person(who), **more)


def ship(quantity: int, item: str = "A-1") -> None:
    post_moves(rows=[MoveRow(item, Decimal(quantity), "STORE", "C")], by=None)


def test_what_moves_before_and_after_the_counting_does_not_matter() -> None:
    count = start_count(basis="full", by=person("wen"))
    ship(10)
    found(count, 89)  # of 90: within 2 %
    ship(20)
    assert line(count).variance == -1
    (move,) = post_count(count_id=count.pk, by=person("wen"))
    assert move.quantity == 1
    assert on_hand_of(line(count)) == 69
    found(count, 100, item="B-1")
    post_count(count_id=count.pk, by=person("wen"))
    close_count(count_id=count.pk, by=person("wen"))
    assert line(count).state == "posted"
    assert invariants.check() == []
    with pytest.raises(IllegalStep):
        record_counts(count_id=count.pk, rows=[CountedRow(line(count).pk, Decimal(1))], by=None)
    assert [(one.lines, one.right, one.exact, int(one.lost)) for one in accuracy()] == [
        (2, 2, 1, 10)
    ]


def test_a_sheet_typed_in_later_is_compared_with_the_moment_of_counting() -> None:
    morning = clock.moment_on(DAY, 8)
    with clock.at(morning):
        count = start_count(basis="items", items=["A-1"], by=None)
    with clock.at(clock.moment_on(DAY, 10)):
        ship(30)
    with clock.at(clock.moment_on(DAY, 17)):
        late = dt.timedelta(hours=30)
        with pytest.raises(Invalid, match="within a day"):
            found(count, 100, counted_at=morning - late)
        found(count, 100, counted_at=clock.moment_on(DAY, 9))
    assert (line(count).book, line(count).state) == (100, "counted")


def test_a_large_variance_is_counted_again_by_another_and_approved_by_a_third() -> None:
    count = start_count(basis="items", items=["A-1"], by=person("wen"))
    found(count, 20)
    assert line(count).state == "again"
    assert next_lines(count, person("wen")) == []
    with pytest.raises(AnotherPersonCounts):
        found(count, 20)
    li = second_storekeeper()
    record(line(count), 21, li)
    assert line(count).value == -790
    ids = [line(count).pk]
    with pytest.raises(NothingToPost, match="1 variances wait"):
        post_count(count_id=count.pk, by=person("wen"))
    count_again(count_id=count.pk, line_ids=ids, by=person("wen"))
    with pytest.raises(AnotherPersonCounts):
        record(line(count), 21, li)
    found(count, 21)
    with pytest.raises(NotAllowed):
        approve_variances(count_id=count.pk, line_ids=ids, by=person("wen"))
    approve_variances(count_id=count.pk, line_ids=ids, by=person("zhao"))
    post_count(count_id=count.pk, by=person("wen"))
    assert on_hand_of(line(count)) == 21
    assert CountCall.objects.get().kind == "variance"
    assert invariants.check() == []


def test_who_counted_does_not_approve() -> None:
    count = start_count(basis="items", items=["A-1"], by=None)
    found(count, 20)
    found(count, 20, "zhao")
    with pytest.raises(AnotherPersonCounts, match="does not approve"):
        approve_variances(count_id=count.pk, line_ids=[line(count).pk], by=person("zhao"))


@pytest.mark.parametrize("looser", [{"tolerance_percent": "100"}, {"approval_amount": "1000000"}])
def test_a_count_is_looser_than_the_company_only_by_who_approves(looser: Any) -> None:
    given: dict[str, Any] = {"basis": "items", "items": ["A-1"]}
    with pytest.raises(NotAllowed, match="only by who approves variances"):
        start_count(**given, **looser, by=person("wen"))
    stricter: dict[str, Any] = dict.fromkeys(looser, "1")
    start_count(**given, **stricter, by=person("wen"))
    given["items"] = ["B-1"]
    start_count(**given, **looser, by=person("zhao"))


def test_a_large_variance_of_goods_without_a_worth_waits_for_approval() -> None:
    masters.items({"GIFT": {}})
    post_moves(rows=[MoveRow("GIFT", Decimal(100), "OUT", "STORE")], by=None)
    count = start_count(basis="items", items=["GIFT"], by=person("wen"))
    found(count, 0, item="GIFT")
    record(line(count, "GIFT"), 0, second_storekeeper())
    assert not line(count, "GIFT").value
    with pytest.raises(NothingToPost, match="1 variances wait"):
        post_count(count_id=count.pk, by=person("wen"))
    assert [one.item.code for one in to_approve(count.lines.all())] == ["GIFT"]
    other = start_count(basis="items", items=["A-1"], by=person("wen"))
    found(other, 99)
    assert not to_approve(other.lines.all()).exists()


def test_of_two_who_count_the_same_line_one_wins() -> None:
    count = start_count(basis="full", by=None)
    seen = line(count)
    found(count, 100)
    with pytest.raises(CountedAlready, match="Wen"):
        record_counts(
            count_id=count.pk, rows=[CountedRow(seen.pk, Decimal(99), seen.round)],
            by=person("zhao"),
        )  # fmt: skip


def test_a_shortage_frees_what_the_least_urgent_demand_keeps() -> None:
    item = line(start_count(basis="items", items=["A-1"], by=None)).item
    one, two = "orders.line:1", "orders.line:2"
    reserve(demands=[(one, item.pk, Decimal(60)), (two, item.pk, Decimal(40))], by=None)
    rank_demands(rows=[RankRow(one, 2)], by=None)
    count = Count.objects.get()
    found(count, 70)
    found(count, 70, "zhao")
    post_count(count_id=count.pk, by=None)
    assert reserved_for([one, two]) == {one: 60, two: 10}
    assert invariants.check() == []


def test_what_was_found_short_and_has_left_meanwhile_is_counted_again() -> None:
    count = start_count(basis="items", items=["A-1"], by=None)
    found(count, 70)
    found(count, 70, "zhao")
    ship(90)
    with pytest.raises(Invalid, match="has moved since"):
        post_count(count_id=count.pk, by=None)
    assert line(count).state == "counted"
    assert invariants.check() == []


def test_something_that_is_not_on_the_list_is_added_and_counted() -> None:
    count = start_count(basis="full", place="STORE", by=None)
    added = add_count_line(count_id=count.pk, item="A-1", location="BIN", by=None)
    for _twice in range(2):
        with pytest.raises(Invalid):
            add_count_line(count_id=count.pk, item="A-1", location="BIN", by=None)
    for who in ("wen", "zhao"):
        added.refresh_from_db()
        rows = [CountedRow(added.pk, Decimal(3), added.round)]
        record_counts(count_id=count.pk, rows=rows, by=person(who))
    post_count(count_id=count.pk, by=None)
    assert on_hand_of(added) == 3
    assert invariants.check() == []


def test_nothing_stands_in_two_counts_and_what_ends_stays_ended() -> None:
    count = start_count(basis="full", by=None)
    with pytest.raises(NothingToCount):
        start_count(basis="full", by=None)
    with pytest.raises(StillToCount, match="2 lines"):
        close_count(count_id=count.pk, by=None)
    with pytest.raises(Invalid, match="left uncounted"):
        close_count(count_id=count.pk, leave_uncounted=True, by=None)
    with pytest.raises(Invalid, match="called off"):
        cancel_count(count_id=count.pk, reason=" ", by=None)
    cancel_count(count_id=count.pk, reason="stock-taking is next week", by=None)
    with pytest.raises(IllegalStep):
        cancel_count(count_id=count.pk, reason="again", by=None)
    assert start_count(basis="full", by=None).lines.count() == 2
    wrong: list[dict[str, Any]] = [
        {"basis": "x"},
        {"basis": "items"},
        {"basis": "full", "place": "C"},
        {"basis": "full", "place": "no"},
        {"basis": "items", "items": ["no"]},
    ]
    for given in wrong:
        with pytest.raises(Invalid):
            start_count(**given, by=None)


def test_a_negative_attempt_an_empty_bin_and_a_question_call_for_a_count() -> None:
    with pytest.raises(NotEnoughStock):
        move_or_note(rows=[MoveRow("A-1", Decimal(101), "STORE", "BIN")], by=person("wen"))
    ask_for_count(item="B-1", location="STORE", remark="looks odd", by=person("wen"))
    assert ask_for_count(item="B-1", location="STORE", by=None).remark == "looks odd"
    assert sorted(CountCall.objects.values_list("kind", "item__code")) == [
        ("asked", "B-1"), ("negative", "A-1")
    ]  # fmt: skip
    count = start_count(basis="calls", by=None)
    assert count.lines.count() == 2
    assert not CountCall.objects.filter(answered=None).exists()
    cancel_count(count_id=count.pk, reason="test", by=None)
    ship(100)
    assert [(one.item.code, why) for one, why in due_balances()] == [
        ("A-1", "empty"),
        ("B-1", "B"),
    ]
    count = start_count(basis="due", by=None)
    assert count.lines.filter(item__code="A-1", location__code="STORE").exists()
    Balance.objects.update(counted_at=clock.now())
    cancel_count(count_id=count.pk, reason="test", by=None)
    assert due_balances() == []


def test_what_was_counted_wrongly_typed_names_its_row_and_field() -> None:
    count = start_count(basis="full", by=None)
    for odd in (Decimal(-1), Decimal("0.5"), Decimal("1e12")):
        with pytest.raises(RowsRefused) as refusal:
            record_counts(
                count_id=count.pk, rows=[CountedRow(line(count).pk, odd)], by=person("wen")
            )
        assert refusal.value.field == "rows.0.quantity"
    found(count, 0)
    assert line(count).counted == 0
