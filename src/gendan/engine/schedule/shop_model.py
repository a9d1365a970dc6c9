"""A shop as a model of CP-SAT: all of it, or a part while the rest keeps its order or its time."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ortools.sat.python import cp_model

from .shop_instance import NOBODY, Instance, Plan, cost
from .shop_pieces import Piece, Users, given, needed, pieces_of, skill_users

Literal = cp_model.IntVar
Linear = cp_model.LinearExpr | int


@dataclass(frozen=True, slots=True)
class Window:
    """What may change. free: anything of these tasks; ordered: their times, not who follows whom;
    all others stay. begin, latest: no start before, no end after."""

    free: frozenset[int]
    ordered: frozenset[int]
    begin: int
    latest: int


@dataclass(slots=True)
class _Task:
    start: Linear
    end: Linear
    size: Linear
    work: Linear  # working time of its machine at the start
    pieces: list[tuple[Piece, Literal | None]] = field(default_factory=list)
    present: dict[int, Literal | None] = field(default_factory=dict)  # by option; None: surely


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to solve: seconds of the clock and of CP-SAT's own deterministic time."""

    seconds: float
    deterministic: float
    seed: int


@dataclass(frozen=True, slots=True)
class Solved:
    """plan: None if nothing was found; bound: nothing within the window costs less."""

    plan: Plan | None
    bound: int
    is_proved: bool
    deterministic: float


class Watch(cp_model.CpSolverSolutionCallback):
    """Tells of each solution, and ends the search when asked to."""

    def __init__(self, model: "Model", tell: Callable[[Plan, int], None]) -> None:
        super().__init__()
        self.model, self.tell = model, tell

    def on_solution_callback(self) -> None:
        """Called by the solver."""
        self.tell(self.model.read(self.value), round(self.best_objective_bound))


class Model:
    """The model of one window around a plan."""

    def __init__(self, instance: Instance, plan: Plan, window: Window) -> None:
        self.instance, self.plan, self.window = instance, plan, window
        self.cp = cp_model.CpModel()
        self.among = window.free | window.ordered
        self.moving = sorted(self.among)
        self.tasks: dict[int, _Task] = {}
        self.rows = self._rows()
        for v in self.moving:
            self.tasks[v] = self._task(v)
        for v in self.moving:
            self._after_job(v)
        for machine in range(len(instance.clocks)):
            self._machine(machine)
        for skill in range(len(instance.capacity)):
            self._people(skill)
        self._objective()

    # --- tasks ---

    def _rows(self) -> list[list[int]]:
        """By machine the tasks that are not free, in their order."""
        rows: list[list[int]] = [[] for _ in self.instance.clocks]
        for v, task in enumerate(self.instance.tasks):
            if v not in self.window.free:
                rows[task.options[self.plan.option[v]].machine].append(v)
        for row in rows:
            row.sort(key=lambda v: (self.plan.start[v], self.plan.end[v], v))
        return rows

    def _task(self, v: int) -> _Task:
        task, plan, latest = self.instance.tasks[v], self.plan, self.window.latest
        options = range(len(task.options)) if v in self.window.free else [plan.option[v]]
        earliest = self._earliest(v)
        pieces = [
            piece for n in options for piece in pieces_of(self.instance, v, n, earliest, latest)
        ]
        low = min(piece.low for piece in pieces)
        high = max(piece.high for piece in pieces)
        start = self.cp.new_int_var(low, high, "")
        self.cp.add_hint(start, plan.start[v])
        if len(pieces) == 1:
            piece = pieces[0]
            end = start + piece.elapsed
            found = _Task(start, end, piece.elapsed, start + piece.shift, [(piece, None)])
            found.present[piece.option] = None
            return found
        lengths = [piece.elapsed for piece in pieces]
        end = self.cp.new_int_var(low, latest, "")
        size = self.cp.new_int_var(min(lengths), max(lengths), "")
        self.cp.add(end == start + size)
        self.cp.add_hint(end, plan.end[v])
        self.cp.add_hint(size, plan.end[v] - plan.start[v])
        work: Linear = start + pieces[0].shift
        if len({piece.shift for piece in pieces}) > 1:
            work = self.cp.new_int_var(0, high, "")
        found = _Task(start, end, size, work)
        self._choose(v, found, pieces)
        return found

    def _choose(self, v: int, found: _Task, pieces: Sequence[Piece]) -> None:
        """One literal per piece, and what it means for end and working time."""
        plan, many_shifts = self.plan, len({piece.shift for piece in pieces}) > 1
        by_option: dict[int, list[Literal]] = {}
        for piece in pieces:
            literal = self.cp.new_bool_var("")
            taken = piece.option == plan.option[v] and piece.low <= plan.start[v] <= piece.high
            self.cp.add_hint(literal, taken)
            found.pieces.append((piece, literal))
            by_option.setdefault(piece.option, []).append(literal)
            self.cp.add(found.size == piece.elapsed).only_enforce_if(literal)
            self.cp.add_linear_constraint(found.start, piece.low, piece.high).only_enforce_if(
                literal
            )
            if many_shifts:
                self.cp.add(found.work == found.start + piece.shift).only_enforce_if(literal)
        self.cp.add_exactly_one(literal for _, literal in found.pieces if literal is not None)
        for n, literals in by_option.items():
            if len(by_option) == 1:
                found.present[n] = None
            elif len(literals) == 1:
                found.present[n] = literals[0]
            else:
                present = self.cp.new_bool_var("")
                self.cp.add_hint(present, n == plan.option[v])
                self.cp.add(sum(literals) == present)
                found.present[n] = present

    def _earliest(self, v: int) -> int:
        """Before which no start is possible: by the window, and by the steps before."""
        u, least, begin = self.instance.tasks[v].before, 0, self.window.begin
        while u != NOBODY and u in self.among:
            task = self.instance.tasks[u]
            if task.batches > 1:
                return begin
            least += min(option.minutes for option in task.options)
            u = task.before
        if u == NOBODY or self.instance.tasks[u].batches > 1:
            return begin + least
        return max(begin, self.plan.end[u]) + least

    # --- what must be kept ---

    def _after_job(self, v: int) -> None:
        """A task after the step before, and before a next step that stays."""
        u, w = self.instance.tasks[v].before, self.instance.tasks[v].after
        if u != NOBODY:
            self._pass(u, v)
        if w != NOBODY and w not in self.tasks:
            self._pass(v, w)

    def _pass(self, u: int, v: int) -> None:
        """Batch by batch from a step to the next; at least one of them moves."""
        if self.instance.tasks[u].batches == 1:
            self.cp.add(self._start(v) >= self._end(u))
            return
        for passed, wanted in zip(self._given(u), self._needed(v), strict=True):
            self.cp.add(self._start(v) + wanted >= self._start(u) + passed)

    def _start(self, v: int) -> Linear:
        return self.tasks[v].start if v in self.tasks else self.plan.start[v]

    def _end(self, v: int) -> Linear:
        return self.tasks[v].end if v in self.tasks else self.plan.end[v]

    def _work(self, v: int) -> Linear:
        if v in self.tasks:
            return self.tasks[v].work
        machine = self.instance.tasks[v].options[self.plan.option[v]].machine
        return self.instance.clocks[machine].work(self.plan.start[v])

    def _given(self, v: int) -> list[Linear]:
        if v not in self.tasks:
            return list(given(self.instance, v, self.plan.option[v], self.plan.start[v]))
        pieces = self.tasks[v].pieces
        return self._offsets([(piece.given, literal) for piece, literal in pieces])

    def _needed(self, v: int) -> list[Linear]:
        if v not in self.tasks:
            return list(needed(self.instance, v, self.plan.option[v], self.plan.start[v]))
        pieces = self.tasks[v].pieces
        return self._offsets([(piece.needed, literal) for piece, literal in pieces])

    def _offsets(self, cases: Sequence[tuple[tuple[int, ...], Literal | None]]) -> list[Linear]:
        """For each batch its minutes from the start, by the piece that is taken."""
        if len(cases) == 1:
            return list(cases[0][0])
        found: list[Linear] = []
        for values in zip(*(values for values, _ in cases), strict=True):
            offset = self.cp.new_int_var(min(values), max(values), "")
            for value, (_, literal) in zip(values, cases, strict=True):
                self.cp.add(offset == value).only_enforce_if(literal)
            found.append(offset)
        return found

    def _machine(self, machine: int) -> None:
        """One at a time, with set-ups between."""
        intervals, low = [], self.window.latest
        for v in self.moving:
            for n in self.tasks[v].present:
                if self.instance.tasks[v].options[n].machine == machine:
                    intervals.append(self._interval(v, n))
                    low = min(low, *(p.low for p, _ in self.tasks[v].pieces if p.option == n))
        if not intervals:
            return
        for v in self.rows[machine]:
            if v not in self.tasks and self.plan.end[v] > low:
                start, end = self.plan.start[v], self.plan.end[v]
                intervals.append(self.cp.new_fixed_size_interval_var(start, end - start, ""))
        self.cp.add_no_overlap(intervals)
        for u, v in pairwise(self.rows[machine]):
            if u in self.tasks or v in self.tasks:
                self.cp.add(self._start(v) >= self._end(u))
        if self.instance.setups[machine]:
            self._setups(machine, low)

    def _interval(self, v: int, n: int) -> cp_model.IntervalVar:
        """When a task is on its machine by an option, if it takes it."""
        task, present = self.tasks[v], self.tasks[v].present[n]
        lengths = {piece.elapsed for piece, _ in task.pieces if piece.option == n}
        if len(lengths) == 1:
            size = lengths.pop()
            if present is None:
                return self.cp.new_fixed_size_interval_var(task.start, size, "")
            return self.cp.new_optional_fixed_size_interval_var(task.start, size, present, "")
        if present is None:
            return self.cp.new_interval_var(task.start, task.size, task.end, "")
        return self.cp.new_optional_interval_var(task.start, task.size, task.end, present, "")

    def _setups(self, machine: int, low: int) -> None:
        """A circuit through what the machine does; each arc keeps its set-up in working time."""
        row = self.rows[machine]
        settled = [v for v in row if v not in self.tasks and self.plan.end[v] <= low]
        row = row[max(len(settled) - 1, 0) :]
        nodes: list[tuple[int, int]] = [(v, self.plan.option[v]) for v in row]
        for v in sorted(self.window.free):
            options = self.instance.tasks[v].options
            nodes += [(v, n) for n in self.tasks[v].present if options[n].machine == machine]
        arcs: list[tuple[int, int, Any]] = []
        for i, (u, n) in enumerate(nodes, 1):
            if i > len(row):
                present = self.tasks[u].present[n]
                if present is not None:
                    arcs.append((i, i, ~present))
            for j, (v, _) in enumerate(nodes, 1):
                if i != j and (i > len(row) or j > len(row) or j == i + 1):
                    arcs.append((i, j, self._follows(machine, u, n, v)))
            if i >= len(row):
                arcs.append((i, 0, self.cp.new_bool_var("")))
            if i > len(row) or i == 1:
                first = NOBODY if not settled else u
                arcs.append((0, i, self._begins(machine, u, free=first == NOBODY)))
        arcs.append((0, 0, self.cp.new_bool_var("")))
        self.cp.add_circuit(arcs)

    def _follows(self, machine: int, u: int, n: int, v: int) -> Literal:
        literal = self.cp.new_bool_var("")
        if u in self.tasks or v in self.tasks:
            minutes = self.instance.tasks[u].options[n].minutes
            gap = minutes + self.instance.setup(machine, u, v)
            self.cp.add(self._work(v) >= self._work(u) + gap).only_enforce_if(literal)
        return literal

    def _begins(self, machine: int, v: int, *, free: bool) -> Literal:
        """v is the first one; free: of all, else after what stays."""
        literal = self.cp.new_bool_var("")
        setup = self.instance.setup(machine, NOBODY, v)
        if free and setup and v in self.tasks:
            self.cp.add(self._work(v) >= setup).only_enforce_if(literal)
        return literal

    def _people(self, skill: int) -> None:
        """As many people as are there, while the machines work."""
        users = skill_users(self.instance, skill)
        intervals: list[cp_model.IntervalVar] = []
        demands: list[int] = []
        for v, task in enumerate(self.instance.tasks):
            if v not in self.tasks and (
                self.plan.end[v] <= self.window.begin or self.plan.start[v] >= self.window.latest
            ):
                continue
            options = self.tasks[v].present if v in self.tasks else [self.plan.option[v]]
            for n in options:
                option = task.options[n]
                if option.skill == skill:
                    found = self._busy(v, n, users)
                    intervals += found
                    demands += [option.people] * len(found)
        if not any(v in self.tasks for v in users.tasks):
            return
        most = max(people for _, people in self.instance.capacity[skill])
        for begin, end, people in users.missing(most, self.window.begin, self.window.latest):
            intervals.append(self.cp.new_fixed_size_interval_var(begin, end - begin, ""))
            demands.append(people)
        self.cp.add_cumulative(intervals, demands, most)

    def _busy(self, v: int, n: int, users: "Users") -> list[cp_model.IntervalVar]:
        """When people are with a task: all its time, or in parts where it pauses among others."""
        option = self.instance.tasks[v].options[n]
        clock = self.instance.clocks[option.machine]
        if v not in self.tasks:
            parts = clock.parts(self.plan.start[v], self.plan.end[v])
            return [self.cp.new_fixed_size_interval_var(a, b - a, "") for a, b in parts]
        task = self.tasks[v]
        mine = [(piece, literal) for piece, literal in task.pieces if piece.option == n]
        if not any(users.is_open_in_pause(clock, piece) for piece, _ in mine):
            return [self._interval(v, n)]
        found = []
        for piece, literal in mine:
            parts = clock.parts(piece.low, piece.low + piece.elapsed)
            for place, (begin, end) in enumerate(parts):
                a = task.start if place == 0 else begin
                b = task.start + piece.elapsed if place == len(parts) - 1 else end
                found.append(
                    self.cp.new_interval_var(a, b - a, b, "")
                    if literal is None
                    else self.cp.new_optional_interval_var(a, b - a, b, literal, "")
                )
        return found

    # --- the goal ---

    def _objective(self) -> None:
        instance, plan = self.instance, self.plan
        terms: list[Linear] = []
        most = cost(instance, plan)
        if instance.is_makespan:
            settled = max(
                (plan.end[v] for v in range(len(plan.end)) if v not in self.tasks), default=0
            )
            whole = self.cp.new_int_var(settled, self.window.latest, "")
            for v in self.moving:
                self.cp.add(whole >= self.tasks[v].end)
            terms.append(whole)
        else:
            terms += self._lateness()
        if instance.shop.stability:
            terms += self._moved()
        goal = sum(terms)
        self.cp.add(goal <= most)
        self.cp.minimize(goal)

    def _lateness(self) -> list[Linear]:
        terms: list[Linear] = []
        for v, task in enumerate(self.instance.tasks):
            job = self.instance.jobs[task.job]
            if task.after != NOBODY or job.due is None or job.weight <= 0:
                continue
            if v not in self.tasks:
                terms.append(job.weight * max(0, self.plan.end[v] - job.due))
                continue
            late = self.cp.new_int_var(0, max(self.window.latest - job.due, 0), "")
            self.cp.add(late >= self.tasks[v].end - job.due)
            self.cp.add_hint(late, max(0, self.plan.end[v] - job.due))
            terms.append(job.weight * late)
        return terms

    def _moved(self) -> list[Linear]:
        terms: list[Linear] = []
        weight = self.instance.shop.stability
        for v, task in enumerate(self.instance.tasks):
            if task.former is None:
                continue
            option, start = task.former
            if v not in self.tasks:
                terms.append(weight * (task.former != (self.plan.option[v], self.plan.start[v])))
            elif option not in self.tasks[v].present:
                terms.append(weight)
            else:
                stays = self.cp.new_bool_var("")
                self.cp.add_hint(stays, task.former == (self.plan.option[v], self.plan.start[v]))
                self.cp.add(self.tasks[v].start == start).only_enforce_if(stays)
                present = self.tasks[v].present[option]
                if present is not None:
                    self.cp.add_implication(stays, present)
                terms.append(weight - weight * stays)
        return terms

    # --- solving ---

    def read(self, value: Callable[[Any], int]) -> Plan:
        """The plan of a solution."""
        plan = self.plan.copy()
        for v, task in self.tasks.items():
            plan.start[v], plan.end[v] = value(task.start), value(task.end)
            for n, present in task.present.items():
                if present is None or value(present):
                    plan.option[v] = n
        return plan

    def solve(
        self,
        limits: Limits,
        tell: Callable[[Plan, int], None] | None = None,
        keep: Callable[[Callable[[], None]], None] | None = None,
    ) -> Solved:
        """Search within limits. tell: each better plan and the bound; keep: gets what
        ends the search from another thread."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = limits.seed
        solver.parameters.max_time_in_seconds = max(limits.seconds, 0.001)
        solver.parameters.max_deterministic_time = limits.deterministic
        if keep is not None:
            keep(solver.stop_search)
        status = solver.solve(self.cp, Watch(self, tell) if tell else None)
        found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        return Solved(
            self.read(solver.value) if found else None,
            math.ceil(solver.best_objective_bound - 1e-6) if found else 0,
            status == cp_model.OPTIMAL,
            solver.response_proto.deterministic_time,
        )
