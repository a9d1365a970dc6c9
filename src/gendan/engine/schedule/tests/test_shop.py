"""Machine schedules keep every rule, are best where that is proved, and stay where they can."""

from collections.abc import Iterator
from itertools import islice, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gendan.engine.schedule import shop_search
from gendan.engine.schedule.shop import (
    Choice,
    Goal,
    Job,
    Lock,
    Machine,
    Operation,
    Outcome,
    Placed,
    Progress,
    Shop,
    Skill,
)
from gendan.engine.schedule.shop_search import Budget, solve

from .shop_cases import replanned, shops
from .shop_check import complaints, value, works

SEARCHED = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WINDOWS_ONLY = 0

# Fisher and Thompson's 6 by 6 (1963): machine and minutes; 55 is the best.
FT06 = (
    ((2, 1), (0, 3), (1, 6), (3, 7), (5, 3), (4, 6)),
    ((1, 8), (2, 5), (4, 10), (5, 10), (0, 10), (3, 4)),
    ((2, 5), (3, 4), (5, 8), (0, 9), (1, 1), (4, 7)),
    ((1, 5), (0, 5), (2, 5), (3, 3), (4, 8), (5, 9)),
    ((2, 9), (1, 3), (4, 5), (5, 4), (0, 3), (3, 1)),
    ((1, 3), (3, 3), (5, 9), (0, 10), (4, 4), (2, 1)),
)


def job_shop(machines: int = 6, **more: object) -> Shop:
    jobs = tuple(
        Job(
            f"j{number}",
            tuple(
                Operation(f"s{step}", (Choice(f"m{machine}", minutes),))
                for step, (machine, minutes) in enumerate(row)
            ),
        )
        for number, row in enumerate(FT06)
    )
    return Shop(tuple(Machine(f"m{place}") for place in range(machines)), jobs, **more)  # type: ignore[arg-type]


def keeps_all_rules(shop: Shop, outcome: Outcome) -> bool:
    left_out = frozenset(one.job for one in outcome.problems)
    assert complaints(shop, outcome.placed, left_out) == []
    assert value(shop, outcome.placed) == outcome.cost
    assert outcome.bound <= outcome.cost
    return True


# --- every rule is kept, whatever the search ---


@settings(max_examples=100, deadline=None)
@given(st.one_of(shops(), replanned(), shops(most_jobs=7, most_steps=4)))
def test_what_is_constructed_keeps_every_rule(shop: Shop) -> None:
    assert keeps_all_rules(shop, solve(shop, Budget(seconds=0)))


@SEARCHED
@given(st.one_of(shops(), replanned()), st.integers(0, 9))
def test_what_the_solver_finds_keeps_every_rule(shop: Shop, seed: int) -> None:
    assert keeps_all_rules(shop, solve(shop, Budget(deterministic=1.0, seed=seed)))


@SEARCHED
@given(st.one_of(shops(), replanned(), shops(most_jobs=7, most_steps=4)), st.integers(0, 9))
def test_what_windows_find_keeps_every_rule(shop: Shop, seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shop_search, "LARGEST_EXACT", WINDOWS_ONLY)
        assert keeps_all_rules(shop, solve(shop, Budget(deterministic=0.2, seed=seed)))


@SEARCHED
@given(shops(most_jobs=7, most_steps=4), st.integers(0, 9))
def test_what_tabu_search_finds_keeps_every_rule(shop: Shop, seed: int) -> None:
    """Set-ups, releases, transfer batches and a choice of machines are its part."""
    machines = tuple(
        Machine(one.name, setups=one.setups, family=one.family) for one in shop.machines
    )
    jobs = tuple(
        Job(
            job.name,
            tuple(
                Operation(
                    one.name,
                    tuple(Choice(choice.machine, choice.minutes) for choice in one.choices),
                    one.family,
                    one.batches,
                    one.ready,
                )
                for one in job.operations
            ),
            job.release,
        )
        for job in shop.jobs
    )
    plain = Shop(machines, jobs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shop_search, "LARGEST_EXACT", WINDOWS_ONLY)
        assert keeps_all_rules(plain, solve(plain, Budget(deterministic=0.005, seed=seed)))
    assert keeps_all_rules(plain, solve(plain, Budget(deterministic=0.02, seed=seed)))


# --- the best, where that is said ---


def rows_before(shop: Shop, job: Job, operation: Operation, latest: int) -> Iterator[Placed]:
    """Every way to do an operation that ends by a moment, people and neighbours aside."""
    for choice in operation.choices:
        machine = next(one for one in shop.machines if one.name == choice.machine)
        for start in range(latest):
            left, end = choice.minutes, start
            while left and end < latest:
                left -= works(machine, end)
                end += 1
            if not left:
                yield Placed(job.name, operation.name, choice.machine, start, end)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(shops(most_jobs=2, most_steps=2, horizon=9, longest=3))
def test_there_is_none_better_than_what_is_called_optimal(shop: Shop) -> None:
    outcome = solve(shop, Budget())
    assert outcome.is_optimal
    assert keeps_all_rules(shop, outcome)
    latest = outcome.makespan + (0 if shop.goal is Goal.MAKESPAN else 2)
    ways = [
        list(rows_before(shop, job, operation, latest))
        for job in shop.jobs
        for operation in job.operations
    ]
    for rows in islice(product(*ways), 20_000):
        if value(shop, rows) < outcome.cost:
            assert complaints(shop, rows, frozenset()) != []


def test_a_job_shop_of_the_literature_is_solved() -> None:
    outcome = solve(job_shop(), Budget(deterministic=30.0))
    assert (outcome.cost, outcome.bound, outcome.is_optimal) == (55, 55, True)
    assert keeps_all_rules(job_shop(), outcome)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_tabu_search_alone_finds_the_best(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop_search, "LARGEST_EXACT", WINDOWS_ONLY)
    outcome = solve(job_shop(), Budget(deterministic=0.1, workers=workers))
    assert outcome.cost == 55


def test_windows_alone_find_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop_search, "LARGEST_EXACT", WINDOWS_ONLY)
    shop = job_shop(skills=(Skill("any", ((0, 100, 9),)),))
    skilled = Operation("s0", (Choice("m0", 1, "any"),))  # people are no matter of graphs
    shop = Shop(shop.machines, (*shop.jobs, Job("extra", (skilled,))), shop.skills)
    assert solve(shop, Budget(deterministic=2.0)).cost == 55


# --- the same again, ends when asked to ---


@pytest.mark.parametrize("skilled", [False, True])
def test_the_same_seed_gives_the_same_schedule(skilled: bool) -> None:
    shop = job_shop()
    if skilled:
        people = Skill("any", ((0, 10_000, 3),))
        jobs = tuple(
            Job(
                job.name,
                tuple(
                    Operation(
                        one.name,
                        tuple(Choice(c.machine, 7 * c.minutes, "any") for c in one.choices),
                    )
                    for one in job.operations
                ),
                due=200,
            )
            for job in shop.jobs
        )
        shop = Shop(shop.machines, jobs, (people,), Goal.TARDINESS)
    first, second = (solve(shop, Budget(deterministic=0.5, seed=3)) for _ in range(2))
    assert first == second


def test_it_tells_each_better_schedule_and_ends_when_asked_to() -> None:
    told: list[Progress] = []
    outcome = solve(
        job_shop(),
        Budget(seconds=60),
        progress=told.append,
        is_stopped=lambda: len(told) > 1,
    )
    costs = [one.cost for one in told]
    assert costs == sorted(costs, reverse=True)
    assert outcome.cost <= costs[1] <= costs[0]
    assert complaints(job_shop(), told[0].placed, frozenset()) == []


# --- staying where it was ---


def test_after_a_breakdown_only_what_must_moves() -> None:
    before = solve(job_shop(), Budget(deterministic=30.0))
    broken = [one for one in before.placed if one.machine == "m4" and one.start < 45 < one.end + 5]
    down = (min(one.start for one in broken), 48)
    machines = tuple(Machine(f"m{place}", down=(down,) if place == 4 else ()) for place in range(6))
    shop = Shop(machines, job_shop().jobs, goal=Goal.TARDINESS, former=before.placed, stability=1)
    outcome = solve(shop, Budget(deterministic=30.0))
    assert keeps_all_rules(shop, outcome)
    assert outcome.is_optimal
    hit = {
        (one.job, one.operation)
        for one in before.placed
        if one.machine == "m4" and one.start < down[1] and down[0] < one.end
    }
    moved = {(one.now.job, one.now.operation) for one in outcome.changes if one.now}
    assert hit <= moved
    after = {one.job for one in before.placed if one.machine == "m4" and one.end > down[0]}
    assert {job for job, _ in moved} <= after  # the others are as they were
    assert all(one.was is not None for one in outcome.changes)


def test_nothing_moves_when_nothing_has_changed() -> None:
    before = solve(job_shop(), Budget(deterministic=0.2))
    again = job_shop(former=before.placed, stability=100)
    outcome = solve(again, Budget(deterministic=1.0))
    assert outcome.changes == ()
    assert outcome.placed == before.placed


def test_what_came_and_fell_is_told() -> None:
    machine = Machine("m")
    old = Placed("gone", "s", "m", 0, 5)
    job = Job("new", (Operation("s", (Choice("m", 3),)),))
    outcome = solve(Shop((machine,), (job,), former=(old,)), Budget(seconds=0))
    assert [(one.was, one.now) for one in outcome.changes] == [
        (old, None),
        (None, Placed("new", "s", "m", 0, 3)),
    ] or [(one.was, one.now) for one in outcome.changes] == [
        (None, Placed("new", "s", "m", 0, 3)),
        (old, None),
    ]


def test_what_is_locked_stays_and_others_go_around_it() -> None:
    locked = Operation("s", (Choice("m", 5),), lock=Lock("m", 3))
    jobs = (Job("a", (Operation("s", (Choice("m", 4),)),)), Job("b", (locked,)))
    outcome = solve(Shop((Machine("m"),), jobs), Budget(deterministic=1.0))
    assert [(one.job, one.start) for one in outcome.placed] == [("b", 3), ("a", 8)]
    assert outcome.is_optimal


# --- what cannot be is said ---


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (Operation("s", ()), "no_machine"),
        (Operation("s", (Choice("x", 5),)), "unknown_machine"),
        (Operation("s", (Choice("m", -5),)), "negative_minutes"),
        (Operation("s", (Choice("m", 5, "fly"),)), "unknown_skill"),
        (Operation("s", (Choice("m", 5, "weld", 3),)), "too_few_people"),
        (Operation("s", (Choice("m", 500),)), "no_time"),
        (Operation("s", (Choice("m", 50),), may_pause=False), "no_time"),
        (Operation("s", (Choice("m", 5),), lock=Lock("x", 0)), "no_time"),
        (Operation("s", (Choice("m", 5),), lock=Lock("m", 41)), "no_time"),
        (Operation("s", (Choice("m", 5),), ready=1000), "no_time"),
        (Operation("s", (Choice("m", 70),)), "calendar_too_short"),
        (Operation("s", (Choice("m", 5),), lock=Lock("m", 2)), "lock_in_the_way"),
    ],
)
def test_a_job_that_cannot_be_is_named_and_the_others_are_done(
    operation: Operation, code: str
) -> None:
    machine = Machine("m", shifts=((0, 40), (60, 100)))
    good = Job("good", (Operation("s", (Choice("m", 20),), lock=Lock("m", 0)),))
    shop = Shop((machine,), (good, Job("bad", (operation,))), (Skill("weld", ((0, 100, 2),)),))
    outcome = solve(shop, Budget(deterministic=0.1))
    assert [(one.job, one.operation, one.code) for one in outcome.problems] == [("bad", "s", code)]
    assert "'bad'" in outcome.problems[0].message
    assert [one.job for one in outcome.placed] == ["good"]


def test_a_job_without_operations_and_an_empty_shop() -> None:
    outcome = solve(Shop((), (Job("none", ()),)), Budget())
    assert [one.code for one in outcome.problems] == ["no_operations"]
    assert (outcome.placed, outcome.cost, outcome.is_optimal) == ((), 0, True)


def test_without_the_optimiser_it_is_constructed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop_search, "is_optimiser_installed", lambda: False)
    outcome = solve(job_shop(), Budget(seconds=10))
    assert not outcome.is_searched
    assert keeps_all_rules(job_shop(), outcome)
