"""Tabu search for makespan over machine sequences and machines, compiled.

Moves of the neighbourhood N6 (Balas and Vazacopoulos 1998; Zhang et al. 2007) inside blocks of a
critical path, and of critical operations to other machines (Mastrolilli and Gambardella 2000);
both valued by estimates over the moved stretch only. Plain Python does about a hundredth of the
iterations a second: hence numba.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .shop_paths import (
    NOBODY,
    Graph,
    Ints,
    State,
    compiled,
    critical,
    evaluate,
    lag,
    link,
    unlink,
    value_left,
    value_right,
)

_FAR = 2**60


class Memory(NamedTuple):
    """What a search carries along. numbers: iteration, last improvement, best value.

    choice, order: (n,) the best solution; forbidden: (n, n) until which iteration one operation may
    not come before another again; away: (n, m) until when one may not return to a machine;
    path, heads: (n,) and moves: (4 n, 3) scratch; found: best move (value, kind, operation, place,
    choice, ties); spare: any forbidden move, by lot.
    """

    numbers: Ints
    choice: Ints
    order: Ints
    forbidden: npt.NDArray[np.int32]
    away: npt.NDArray[np.int32]
    path: Ints
    heads: Ints
    moves: Ints
    found: Ints
    spare: Ints


RIGHT, LEFT, ELSEWHERE = 0, 1, 2


@compiled
def offer(m: Memory, allowed: bool, value: int, kind: int, u: int, v: int, c: int) -> None:
    """Keep a move if it is the best allowed so far, or by lot if none is allowed."""
    if allowed or value < m.numbers[2]:
        into = m.found
        if value > into[0]:
            return
        if value < into[0]:
            into[5] = 0
    else:
        into = m.spare
    into[5] += 1
    if np.random.randint(into[5]) == 0:
        into[0], into[1], into[2], into[3], into[4] = value, kind, u, v, c


@compiled
def is_free(g: Graph, s: State, kind: int, u: int, v: int) -> bool:
    """Whether nothing of the mover's own job stands between two operations of a machine."""
    if kind == RIGHT:
        w = g.after[u]
        return bool(w < 0 or s.tail[v] + s.minutes[w] > s.tail[w])
    w = g.before[v]
    return bool(w < 0 or s.head[u] + s.minutes[u] > s.head[w])


@compiled
def is_allowed(s: State, m: Memory, kind: int, u: int, v: int) -> bool:
    """Whether no pair that a move turns round is forbidden."""
    now = m.numbers[0]
    x = u if kind == RIGHT else v
    while True:
        if kind == RIGHT:
            x = s.right[x]
            if m.forbidden[x, u] > now:
                return False
            if x == v:
                return True
        else:
            x = s.left[x]
            if m.forbidden[v, x] > now:
                return False
            if x == u:
                return True


@compiled
def list_block(m: Memory, count: int, i: int, j: int, at_start: bool, at_end: bool) -> int:
    """List all moves N6 of the block from place i to place j of the path; how many there are now.

    A move (RIGHT, u, v) brings u right behind v, (LEFT, u, v) brings v right before u.
    """
    path, moves = m.path, m.moves
    first, last = path[i], path[j]
    if j == i + 1:
        moves[count] = (RIGHT, first, last)
        return count + 1
    for t in range(i, j + 1):
        x = path[t]
        if t < j and not at_end:
            moves[count] = (RIGHT, x, last)
            count += 1
        if i < t < j and not at_end:
            moves[count] = (LEFT, x, last)
            count += 1
        if t > i and not at_start:
            moves[count] = (LEFT, first, x)
            count += 1
        if i < t < j and not at_start:
            moves[count] = (RIGHT, first, x)
            count += 1
    return count


@compiled
def list_moves(g: Graph, s: State, m: Memory, size: int, plain: bool) -> int:
    """List all moves N6 of a path of some size; how many there are.

    plain: no set-ups and releases, so that nothing is won inside the first block but at its end,
    inside the last but at its beginning.
    """
    i = count = 0
    while i < size:
        j = i
        while j + 1 < size and s.right[m.path[j]] == m.path[j + 1]:
            j += 1
        if j > i:
            count = list_block(m, count, i, j, plain and i == 0, plain and j == size - 1)
        i = j + 1
    return count


@compiled
def offer_elsewhere(g: Graph, s: State, m: Memory, v: int) -> None:
    """Offer every place of v on each of its other machines that its job's neighbours allow."""
    u, w = g.before[v], g.after[v]
    head, tail, minutes, right = s.head, s.tail, s.minutes, s.right
    family, parts = g.family, g.parts
    for c in range(g.choices[v], g.choices[v + 1]):
        k, own = g.machine[c], g.minutes[c]
        if k == s.machine[v]:
            continue
        allowed = m.away[v, k] <= m.numbers[0]
        ready, rest, setup = g.release[v], own, g.setup[k]
        if u >= 0:
            ready = max(ready, head[u] + lag(parts[u], minutes[u], own))
        if w >= 0:
            rest = max(rest, lag(parts[v], own, minutes[w]) + tail[w])
        a, b = NOBODY, s.front[k]
        while True:
            if b < 0 or u < 0 or head[b] + minutes[b] > head[u]:
                begin, end = max(ready, g.first[k, family[v]]), rest
                if a >= 0:
                    begin = max(ready, head[a] + minutes[a] + setup[family[a], family[v]])
                if b >= 0:
                    end = max(rest, own + setup[family[v], family[b]] + tail[b])
                offer(m, allowed, begin + end, ELSEWHERE, v, a, c)
            if b < 0 or (w >= 0 and head[b] >= head[w] + minutes[w]):
                break
            a, b = b, right[b]


@compiled
def scan(g: Graph, s: State, m: Memory, size: int, plain: bool) -> None:
    """Offer all moves of a critical path of some size."""
    for best in (m.found, m.spare):
        best[0], best[1], best[5] = _FAR, -1, 0
    for row in range(list_moves(g, s, m, size, plain)):
        kind, u, v = m.moves[row]
        if is_free(g, s, kind, u, v):
            allowed = is_allowed(s, m, kind, u, v)
            if kind == RIGHT:
                offer(m, allowed, value_right(g, s, u, v, m.heads), RIGHT, u, v, 0)
            else:
                offer(m, allowed, value_left(g, s, u, v, m.heads), LEFT, v, u, 0)
    for i in range(size):
        v = m.path[i]
        if g.choices[v + 1] - g.choices[v] > 1:
            offer_elsewhere(g, s, m, v)


@compiled
def move(g: Graph, s: State, m: Memory, step: Ints, until: int) -> None:
    """Make a move, and forbid what would take it back."""
    kind, u, v = step[1], step[2], step[3]
    k = s.machine[u]
    if kind == RIGHT:
        x = u
        while x != v:
            x = s.right[x]
            m.forbidden[u, x] = until
        unlink(s, u)
        link(s, u, k, v)
    elif kind == LEFT:
        x = u
        while x != v:
            x = s.left[x]
            m.forbidden[x, u] = until
        unlink(s, u)
        link(s, u, k, s.left[v])
    else:
        m.away[u, k] = until
        unlink(s, u)
        c = step[4]
        s.choice[u], s.machine[u], s.minutes[u] = c, g.machine[c], g.minutes[c]
        link(s, u, g.machine[c], v)


@compiled
def search(
    g: Graph,
    s: State,
    m: Memory,
    iterations: int,
    patience: int,
    tenure: int,
    plain: bool,
    seed: int,
) -> bool:
    """Search on for some iterations; whether patience (iterations without gain) has run out."""
    np.random.seed(seed)
    now = evaluate(g, s)
    for _ in range(iterations):
        m.numbers[0] += 1
        if m.numbers[0] - m.numbers[1] > patience:
            return True
        size = critical(g, s, now, m.path)
        scan(g, s, m, size, plain)
        step = m.found if m.found[1] >= 0 else m.spare
        if step[1] < 0:
            return True
        kind, u = step[1], step[2]
        a, old = s.left[u], s.choice[u]
        until = m.numbers[0] + tenure + np.random.randint(tenure)
        move(g, s, m, step, until)
        value = evaluate(g, s)
        if value < 0:  # set-ups or transfer batches: the estimate did not see the contradiction
            unlink(s, u)
            s.choice[u], s.machine[u], s.minutes[u] = old, g.machine[old], g.minutes[old]
            link(s, u, g.machine[old], a)
            if kind == ELSEWHERE:
                m.away[u, g.machine[step[4]]] = until
            now = evaluate(g, s)
            continue
        now = value
        if now < m.numbers[2]:
            m.numbers[1], m.numbers[2] = m.numbers[0], now
            m.choice[:], m.order[:] = s.choice, s.order
    return False
