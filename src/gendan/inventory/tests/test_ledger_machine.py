"""The ledger under random use and crashes: whatever is done, refused or cut off, it holds.

Every verb may be cut off: by an exception before or after any of its statements, or by the end of
its connection to the database. Nothing half-written stays, and the same call can be made again.
"""

import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import InterfaceError, OperationalError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException

from gendan.inventory import invariants
from gendan.inventory.models import CountLine, Move, Reservation
from gendan.inventory.queries import availability, reserved_for, value_of
from gendan.inventory.services import (
    AlreadyReversed,
    CountedRow,
    ExpectedRow,
    MoveRow,
    NobodyGivesWay,
    NotEnoughStock,
    NothingToCount,
    RankRow,
    ReceiptRow,
    TransferRow,
    approve_variances,
    claim_stock,
    close_count,
    expect_supplies,
    hand_over_stock,
    post_count,
    post_moves,
    rank_demands,
    receive_expected,
    record_counts,
    release_reservations,
    reserve,
    reverse_move,
    ship_from_stock,
    start_count,
    transfer_stock,
)
from gendan.inventory.services.by_hand import MadeByDocument
from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.kernel.models import Entry
from gendan.kernel.rows import RowsRefused
from gendan.testing.make import masters

ITEMS = ("A-1", "B-1")
PLACES = ("STORE", "STORE2", "HOLD", "LINE", "OUT")
R = TypeVar("R")
# What a verb ends with when its connection does; the queue has a word of its own for it.
GONE = (OperationalError, InterfaceError, ConnectorException)
# What verbs of the ledger write: looked at before and after a crash.
WRITTEN = [
    *(model._meta.db_table for model in apps.get_app_config("inventory").get_models()),
    Entry._meta.db_table,
    ProcrastinateJob._meta.db_table,
]
NOT_COUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK")
quantities = st.integers(1, 30).map(Decimal)
# At which statement a verb is cut off: odd ones after it was done, even ones before.
cuts = st.integers(0, 20) | st.integers(21, 80) | st.none()
numbers = st.integers(1, 4)
items = st.sampled_from(ITEMS)


costs = st.none() | st.decimals(0, 20, places=2)


class Crashed(Exception):
    """The machine went away in the middle of a verb."""


class Cut:
    """Ends a verb at one of its statements; `is_done` tells whether it came so far."""

    def __init__(self, place: int, *, is_killed: bool) -> None:
        self.before, is_after = divmod(place, 2)
        self.is_after, self.is_killed = bool(is_after), is_killed
        self.is_done = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.is_done or str(sql).lstrip().upper().startswith(NOT_COUNTED):
            return execute(sql, params, many, context)
        self.before -= 1
        if self.before >= 0:
            return execute(sql, params, many, context)
        self.is_done = True
        if self.is_killed:
            _kill()
            return execute(sql, params, many, context)
        if self.is_after:
            execute(sql, params, many, context)
        raise Crashed


def _kill() -> None:
    """The server ends our connection, as when its process or its machine dies."""
    other = connection.copy("default")
    try:
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid]
            )
    finally:
        other.close()


def written() -> list[Any]:
    """How many rows each table has, and what stands in them: 1 query."""
    parts = " UNION ALL ".join(
        f"SELECT '{table}', count(*), sum(hashtextextended(t::text, 0)) FROM {table} t"  # noqa: S608
        for table in WRITTEN
    )
    with connection.cursor() as cursor:
        cursor.execute(parts)
        return list(cursor.fetchall())


examples = itertools.count(1)


class Ledger(RuleBasedStateMachine):
    """A plain model beside the real thing: what is free and kept, by item and demand.

    Items, places and demands are new for each example: where everything is really committed, the
    examples stand beside each other.
    """

    is_killed = False

    @initialize()
    def begin(self) -> None:
        self.start()
        self.example = next(examples)
        named = {code: f"{code}-{self.example}" for code in (*ITEMS, *PLACES)}
        self.named = named
        made = masters.items({named[code]: {} for code in ITEMS})
        self.items = dict(zip(ITEMS, (one.pk for one in made), strict=True))
        for code, kind in zip(
            PLACES, ("store", "store", "quality", "production", "supplier"), strict=True
        ):
            masters.location(named[code], kind)
        rank_demands(rows=[RankRow(self.demand(1), 1)], by=None)
        self.steps = 0
        self.kept: dict[tuple[str, str], Decimal] = {}
        self.stores = dict.fromkeys(ITEMS, Decimal(50))  # so that little is refused at once
        first = [
            MoveRow(named[code], kept, named["OUT"], named["STORE"])
            for code, kept in self.stores.items()
        ]
        post_moves(rows=first, by=None)

    def start(self) -> None:
        self.atomic: Any = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self) -> None:
        try:
            assert not hasattr(self, "stores") or invariants.check() == []
        finally:
            if hasattr(self, "atomic"):
                transaction.set_rollback(True)
                self.atomic.__exit__(None, None, None)

    def demand(self, number: int) -> str:
        return f"orders.line:{10 * self.example + number}"

    def do(self, cut: int | None, verb: Callable[[], R]) -> R:
        """Ask a verb; where it is cut off, nothing of it stays, and it is asked again."""
        if cut is None:
            return verb()
        before = written()
        cutting = Cut(cut, is_killed=self.is_killed)
        try:
            with connection.execute_wrapper(cutting):
                result = verb()
        except (Crashed, *GONE):
            assert cutting.is_done
            if self.is_killed:
                connection.close()
            assert written() == before
            return verb()
        assert not cutting.is_done
        return result

    @rule(item=items, quantity=quantities, ends=st.permutations(PLACES), cost=costs, cut=cuts)
    def move(
        self, item: str, quantity: Decimal, ends: list[str], cost: Decimal | None, cut: int | None
    ) -> None:
        source, target = ends[:2]
        row = MoveRow(
            self.named[item], quantity, self.named[source], self.named[target], unit_cost=cost
        )
        try:
            self.do(cut, lambda: post_moves(rows=[row], by=None))
        except NotEnoughStock:
            return
        self.stores[item] += quantity * (target.startswith("STORE"))
        self.stores[item] -= quantity * (source.startswith("STORE"))

    @rule(item=items, quantity=quantities, cut=cuts)
    def receive(self, item: str, quantity: Decimal, cut: int | None) -> None:
        wanted = ExpectedRow(item=self.named[item], quantity=quantity, due_on=clock.today())
        (supply,) = self.do(cut, lambda: expect_supplies(rows=[wanted], by=None))
        row = ReceiptRow(supply.pk, quantity, self.named["STORE"])
        self.do(cut, lambda: receive_expected(rows=[row], by=None))
        self.stores[item] += quantity

    @rule(item=items, quantity=quantities, number=numbers, cut=cuts)
    def reserve(self, item: str, quantity: Decimal, number: int, cut: int | None) -> None:
        demand = self.demand(number)
        wish = (demand, self.items[item], quantity)
        free = self.stores[item] - sum(
            kept for (_demand, of_item), kept in self.kept.items() if of_item == item
        )
        try:
            self.do(cut, lambda: reserve(demands=[wish], by=None))
        except NotEnoughStock:
            assert free < quantity
            return
        assert free >= quantity
        self.kept[demand, item] = self.kept.get((demand, item), Decimal(0)) + quantity

    @rule(number=numbers, cut=cuts)
    def release(self, number: int, cut: int | None) -> None:
        demand = self.demand(number)
        kept = sum(quantity for (whose, _item), quantity in self.kept.items() if whose == demand)
        released = self.do(cut, lambda: release_reservations(demands=[demand], by=None))
        assert released == ({demand: kept} if kept else {})
        self.kept = {key: one for key, one in self.kept.items() if key[0] != demand}

    @rule(item=items, quantity=quantities, number=numbers, cut=cuts)
    def ship(self, item: str, quantity: Decimal, number: int, cut: int | None) -> None:
        demand = self.demand(number)
        wish = (demand, self.items[item], quantity)
        others = sum(
            kept
            for (whose, of_item), kept in self.kept.items()
            if of_item == item and whose != demand
        )
        try:
            self.do(cut, lambda: ship_from_stock(shipments=[wish], by=None))
        except NotEnoughStock:
            assert self.stores[item] - others < quantity
            return
        assert self.stores[item] - others >= quantity
        self.stores[item] -= quantity
        own = self.kept.pop((demand, item), Decimal(0)) - quantity
        if own > 0:
            self.kept[demand, item] = own

    @rule(place=st.integers(0, 50), cut=cuts)
    def take_back(self, place: int, cut: int | None) -> None:
        mine = Move.objects.filter(item__in=self.items.values()).order_by("pk")
        moves = list(mine.select_related("item", "source", "target"))
        if not moves:
            return
        move = moves[place % len(moves)]
        try:
            self.do(cut, lambda: reverse_move(move_id=move.pk, reason="mistake", by=None))
        except (NotEnoughStock, AlreadyReversed, MadeByDocument):
            return
        item = next(code for code, pk in self.items.items() if pk == move.item_id)
        self.stores[item] -= move.quantity * (move.target.kind == "store")
        self.stores[item] += move.quantity * (move.source.kind == "store")

    @rule(item=items, quantity=quantities)
    def make_a_mistake(self, item: str, quantity: Decimal) -> None:
        code, store = self.named[item], self.named["STORE"]
        try:
            rows = [
                MoveRow(code, quantity, self.named["OUT"], store),
                MoveRow(code, quantity, store, "nowhere"),
            ]
            post_moves(rows=rows, by=None)
        except RowsRefused:
            return
        raise AssertionError("half a call was taken")

    @rule(item=items, quantity=quantities, is_back=st.booleans(), cut=cuts)
    def carry(self, item: str, quantity: Decimal, is_back: bool, cut: int | None) -> None:
        ends = ("STORE2", "STORE") if is_back else ("STORE", "STORE2")
        row = TransferRow(self.named[item], quantity, *(self.named[one] for one in ends))
        try:
            self.do(cut, lambda: transfer_stock(rows=[row], by=None))
        except NotEnoughStock:
            return

    @rule(item=items, quantity=quantities, cut=cuts)
    def hand_over(self, item: str, quantity: Decimal, cut: int | None) -> None:
        first, item_id = self.demand(1), self.items[item]
        try:
            claims = self.do(
                cut,
                lambda: claim_stock(
                    demand=first, item_id=item_id, quantity=quantity, reason="urgent", by=None
                ),
            )
        except (NobodyGivesWay, Invalid):
            return
        for claim in claims:
            self._hand_over(claim.pk, cut)
            self.kept[claim.giver, item] -= claim.quantity
            mine = self.kept.get((first, item), Decimal(0))
            self.kept[first, item] = mine + claim.quantity
        self.kept = {key: one for key, one in self.kept.items() if one}

    def _hand_over(self, claim_id: int, cut: int | None) -> None:
        self.do(cut, lambda: hand_over_stock(claim_id=claim_id, reason="so it is", by=None))

    @rule(item=items, found=st.integers(0, 60), moved=quantities, cut=cuts)
    def count(self, item: str, found: int, moved: Decimal, cut: int | None) -> None:
        """Count a store while goods go on moving; what is short frees what was kept."""
        code, place = self.named[item], self.named["STORE"]
        try:
            count = self.do(
                cut, lambda: start_count(basis="items", items=[code], place=place, by=None)
            )
        except NothingToCount:
            return
        line = count.lines.get()
        for _person in range(2):
            if line.state in CountLine.WAITING:
                line = self._record(count.pk, CountedRow(line.pk, Decimal(found), line.round), cut)
        self.move(item, moved, ["OUT", "STORE"], None, cut)
        lines = [line.pk]
        self.do(cut, lambda: approve_variances(count_id=count.pk, line_ids=lines, by=None))
        self.do(cut, lambda: post_count(count_id=count.pk, by=None))
        self.do(cut, lambda: close_count(count_id=count.pk, by=None))
        self.stores[item] += line.variance or 0
        rows = Reservation.objects.filter(balance__item_id=self.items[item])
        held: dict[tuple[str, str], Decimal] = {}
        for demand, quantity in rows.values_list("demand", "quantity"):
            held[demand, item] = held.get((demand, item), Decimal(0)) + quantity
        assert all(held[key] <= self.kept[key] for key in held)
        self.kept = {key: one for key, one in self.kept.items() if key[1] != item} | held

    def _record(self, count_id: int, row: CountedRow, cut: int | None) -> CountLine:
        (line,) = self.do(cut, lambda: record_counts(count_id=count_id, rows=[row], by=None))
        return line

    @invariant()
    def everything_adds_up(self) -> None:
        if not hasattr(self, "items"):
            return
        self.steps += 1
        if self.steps % 6 == 0:  # all of them, which costs more than most rules
            assert invariants.check() == []
        found = availability(self.items.values())
        for code, pk in self.items.items():
            kept = sum(one for (_whose, item), one in self.kept.items() if item == code)
            assert (found[pk].on_hand, found[pk].reserved) == (self.stores[code], kept)
        worth = value_of(self.items.values())
        assert all(one.value >= 0 and one.quantity > 0 for one in worth.values())
        by_demand: dict[str, Decimal] = {}
        for (whose, _item), quantity in self.kept.items():
            by_demand[whose] = by_demand.get(whose, Decimal(0)) + quantity
        assert reserved_for([self.demand(number) for number in range(1, 5)]) == by_demand


class KilledLedger(Ledger):
    """The same, really committed: verbs are cut off by the end of their connection."""

    is_killed = True

    def start(self) -> None:
        pass


def run(machine: type[Ledger], examples: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_the_ledger_holds_under_random_use() -> None:
    run(Ledger, 6, 20)


@pytest.mark.django_db(transaction=True)
def test_the_ledger_holds_when_its_connection_dies() -> None:
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    run(KilledLedger, 2, 6)


@pytest.mark.django_db
def test_any_statement_of_a_verb_may_be_its_last() -> None:
    item = masters.item("A-1")
    for code in ("STORE", "STORE2"):
        masters.location(code)
    masters.location("OUT", "supplier")
    wish = ("orders.line:1", item.pk, Decimal(5))
    verbs: list[Callable[[], Any]] = [
        lambda: post_moves(rows=[MoveRow("A-1", Decimal(20), "OUT", "STORE")], by=None),
        lambda: reserve(demands=[wish], by=None),
        lambda: transfer_stock(rows=[TransferRow("A-1", Decimal(9), "STORE", "STORE2")], by=None),
        lambda: ship_from_stock(shipments=[wish], by=None),
    ]
    for verb in verbs:
        before, place, is_over = written(), 0, False
        while not is_over:
            cutting = Cut(place, is_killed=False)
            try:
                with connection.execute_wrapper(cutting):
                    verb()
            except Crashed:
                assert written() == before
            is_over = not cutting.is_done
            place += 1
        assert place > 10  # statements before which, or after which, it was cut off
        assert written() != before
        assert invariants.check() == []


# A step is some twenty statements: forty steps are 1.2 CPU seconds of Python, and as many seconds
# as twenty where each statement waits for its turn on a busy machine.
@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.django_db
def test_the_ledger_holds_under_long_random_use() -> None:
    run(Ledger, 20, 40)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.django_db(transaction=True)
def test_the_ledger_holds_when_its_connection_dies_often() -> None:
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    run(KilledLedger, 10, 25)
