"""Longest paths of a shop's disjunctive graph: heads, tails, critical paths, values of moves.

Arrays are bound to names before loops: each look into a tuple of arrays counts references.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
F = TypeVar("F", bound=Callable[..., object])

NOBODY = -1


def compiled(function: F) -> F:
    return cast(F, numba.njit(nogil=True, cache=True)(function))


class Graph(NamedTuple):
    """What does not change. n operations, m machines, f families; minutes.

    before, after: (n,) of the same job, or -1; release: (n,); parts: (n,) transfer batches to the
    next step; family: (n,); choices: (n + 1,) where each operation's choices begin; machine,
    minutes: per choice; setup: (m, f, f) from family to family; first: (m, f) when a machine's
    first operation may begin.
    """

    before: Ints
    after: Ints
    release: Ints
    parts: Ints
    family: Ints
    choices: Ints
    machine: Ints
    minutes: Ints
    setup: Ints
    first: Ints


class State(NamedTuple):
    """A solution: each array (n,) but front, (m,). choice counts over all choices.

    head: earliest start; tail: minutes from the start to the end of all; ready, rest: the same by
    the operation's own job alone.
    """

    choice: Ints
    machine: Ints
    minutes: Ints
    left: Ints
    right: Ints
    head: Ints
    tail: Ints
    ready: Ints
    rest: Ints
    order: Ints
    degree: Ints
    front: Ints


@compiled
def lag(parts: int, a: int, b: int) -> int:
    """Minutes from the start of a step of a minutes to the next one's, of b minutes."""
    if parts == 1:
        return a
    longest = a - (parts - 1) * b // parts
    for batch in range(1, parts):
        longest = max(longest, (batch * a + parts - 1) // parts - (batch - 1) * b // parts)
    return longest


@compiled
def link(s: State, u: int, k: int, a: int) -> None:
    """Put an operation on a machine after another one, or first (-1)."""
    b = s.front[k] if a < 0 else s.right[a]
    s.left[u], s.right[u] = a, b
    if a < 0:
        s.front[k] = u
    else:
        s.right[a] = u
    if b >= 0:
        s.left[b] = u


@compiled
def unlink(s: State, u: int) -> None:
    """Take an operation off its machine's sequence."""
    a, b = s.left[u], s.right[u]
    if a < 0:
        s.front[s.machine[u]] = b
    else:
        s.right[a] = b
    if b >= 0:
        s.left[b] = a


@compiled
def sort(g: Graph, s: State) -> int:
    """Order the operations so that each comes after those it waits for; how many could be."""
    before, after = g.before, g.after
    left, right, order, degree = s.left, s.right, s.order, s.degree
    count = 0
    for v in range(before.size):
        degree[v] = int(before[v] >= 0) + int(left[v] >= 0)
        if degree[v] == 0:
            order[count] = v
            count += 1
    done = 0
    while done < count:
        v = order[done]
        done += 1
        w, b = after[v], right[v]
        if w >= 0:
            degree[w] -= 1
            if degree[w] == 0:
                order[count] = w
                count += 1
        if b >= 0:
            degree[b] -= 1
            if degree[b] == 0:
                order[count] = b
                count += 1
    return count


@compiled
def evaluate(g: Graph, s: State) -> int:
    """Heads and tails anew; the makespan, or -1 if the sequences contradict one another."""
    n = g.before.size
    if sort(g, s) < n:
        return -1
    before, after, release, parts = g.before, g.after, g.release, g.parts
    family, setup, first = g.family, g.setup, g.first
    machine, minutes, left, right = s.machine, s.minutes, s.left, s.right
    head, tail, ready, rest, order = s.head, s.tail, s.ready, s.rest, s.order
    for v in order:
        begin, u = release[v], before[v]
        if u >= 0:
            begin = max(begin, head[u] + lag(parts[u], minutes[u], minutes[v]))
        ready[v] = begin
        k, a = machine[v], left[v]
        if a < 0:
            begin = max(begin, first[k, family[v]])
        else:
            begin = max(begin, head[a] + minutes[a] + setup[k, family[a], family[v]])
        head[v] = begin
    longest = 0
    for place in range(n - 1, -1, -1):
        v = order[place]
        own = minutes[v]
        w, b = after[v], right[v]
        if w >= 0:
            own = max(own, lag(parts[v], own, minutes[w]) + tail[w])
        rest[v] = own
        if b >= 0:
            own = max(own, minutes[v] + setup[machine[v], family[v], family[b]] + tail[b])
        tail[v] = own
        longest = max(longest, head[v] + own)
    return longest


@compiled
def gap(g: Graph, s: State, u: int, v: int) -> int:
    """Minutes from the end of an operation to the start of the next on its machine: set-up."""
    return g.setup[s.machine[u], g.family[u], g.family[v]]  # type: ignore[no-any-return]


@compiled
def critical(g: Graph, s: State, longest: int, path: Ints) -> int:
    """One longest path, ties by lot; its length."""
    before, after, parts = g.before, g.after, g.parts
    head, tail, minutes, left, right = s.head, s.tail, s.minutes, s.left, s.right
    seen, v = 0, -1
    for x in range(head.size):
        if head[x] + tail[x] != longest:
            continue
        u, a = before[x], left[x]
        if u >= 0 and head[u] + lag(parts[u], minutes[u], minutes[x]) == head[x]:
            continue
        if a >= 0 and head[a] + minutes[a] + gap(g, s, a, x) == head[x]:
            continue
        seen += 1
        if np.random.randint(seen) == 0:
            v = x
    size = 0
    while v >= 0:
        path[size] = v
        size += 1
        w, b = after[v], right[v]
        by_job = w >= 0 and tail[v] == lag(parts[v], minutes[v], minutes[w]) + tail[w]
        by_machine = b >= 0 and tail[v] == minutes[v] + gap(g, s, v, b) + tail[b]
        if by_job and by_machine:
            v = w if np.random.randint(2) == 0 else b
        else:
            v = w if by_job else (b if by_machine else -1)
    return size


@compiled
def value_right(g: Graph, s: State, u: int, v: int, heads: Ints) -> int:
    """The estimated makespan when u moves right behind v of its machine."""
    head, tail, minutes, ready, rest = s.head, s.tail, s.minutes, s.ready, s.rest
    left, right, family, setup = s.left, s.right, g.family, g.setup[s.machine[u]]
    a, x, i = left[u], right[u], 0
    begin = g.first[s.machine[u], family[x]]
    if a >= 0:
        begin = head[a] + minutes[a] + setup[family[a], family[x]]
    while True:
        begin = max(begin, ready[x])
        heads[i] = begin
        i += 1
        if x == v:
            break
        begin += minutes[x] + setup[family[x], family[right[x]]]
        x = right[x]
    begin = max(ready[u], begin + minutes[v] + setup[family[v], family[u]])
    end, b = rest[u], right[v]
    if b >= 0:
        end = max(end, minutes[u] + setup[family[u], family[b]] + tail[b])
    worst, nearest = begin + end, u
    while i > 0:
        i -= 1
        end = max(rest[x], minutes[x] + setup[family[x], family[nearest]] + end)
        worst = max(worst, heads[i] + end)
        nearest, x = x, left[x]
    return worst  # type: ignore[no-any-return]


@compiled
def value_left(g: Graph, s: State, u: int, v: int, heads: Ints) -> int:
    """The estimated makespan when v moves right before u of its machine."""
    head, tail, minutes, ready, rest = s.head, s.tail, s.minutes, s.ready, s.rest
    left, right, family, setup = s.left, s.right, g.family, g.setup[s.machine[u]]
    a = left[u]
    begin = g.first[s.machine[u], family[v]]
    if a >= 0:
        begin = head[a] + minutes[a] + setup[family[a], family[v]]
    first = max(begin, ready[v])
    begin, x, i = first + minutes[v] + setup[family[v], family[u]], u, 0
    while x != v:
        begin = max(begin, ready[x])
        heads[i] = begin
        i += 1
        begin += minutes[x]
        if right[x] != v:
            begin += setup[family[x], family[right[x]]]
        x = right[x]
    x, nearest, end, worst = left[v], right[v], 0, 0
    if nearest >= 0:
        end = tail[nearest]
    while i > 0:
        i -= 1
        own = rest[x]
        if nearest >= 0:
            own = max(own, minutes[x] + setup[family[x], family[nearest]] + end)
        end = own
        worst = max(worst, heads[i] + end)
        nearest, x = x, left[x]
    end = max(rest[v], minutes[v] + setup[family[v], family[u]] + end)
    return max(worst, first + end)  # type: ignore[no-any-return]


@compiled
def restore(g: Graph, s: State, choice: Ints, order: Ints) -> int:
    """Take a solution as choices and an order of all operations; its makespan."""
    s.front[:] = NOBODY
    back = np.full(s.front.size, NOBODY, np.int64)
    for v in order:
        c = choice[v]
        k = g.machine[c]
        s.choice[v], s.machine[v], s.minutes[v] = c, k, g.minutes[c]
        link(s, v, k, back[k])
        back[k] = v
    return evaluate(g, s)
