"""Low-level codes: the longest way from any item that no other contains; loops are named and cut.

Method: items without open parents are taken away in rounds (Kahn); the round is the code.
"""

import numpy as np

from .arrays import places, starts
from .snapshot import Flags, Ints

_MOST_LOOPS = 200


def low_level_codes(items: int, parent: Ints, component: Ints) -> tuple[Ints, list[Ints], Flags]:
    """Codes by item, the loops found (items in order), and which of the edges are kept.

    `parent`, `component`: shape (edges,). In every loop the edge back to its lowest item is cut,
    so that the rest can be planned. Beyond 200 loops all edges among looping items are cut.
    """
    kept = np.ones(parent.size, bool)
    loops: list[Ints] = []
    while True:
        level = _rounds(items, parent[kept], component[kept])
        in_loop = _core(level < 0, parent, component, kept)
        if not in_loop.any():
            return level, loops, kept
        edges = np.flatnonzero(kept & in_loop[parent] & in_loop[component])
        if len(loops) >= _MOST_LOOPS:
            kept[edges] = False
            loops.append(np.flatnonzero(in_loop))
            continue
        for loop in _separate_loops(parent[edges], component[edges]):
            loops.append(loop)
            kept[edges[(parent[edges] == loop[-1]) & (component[edges] == loop[0])]] = False


def _rounds(items: int, parent: Ints, component: Ints) -> Ints:
    """Longest path to every item; -1 where a loop is on the way."""
    order = np.argsort(parent, kind="stable")
    components = component[order]
    first = starts(np.bincount(parent, minlength=items))
    left = np.bincount(component, minlength=items)
    level = np.full(items, -1, np.int64)
    front = np.flatnonzero(left == 0)
    code = 0
    while front.size:
        level[front] = code
        reached = components[places(first[front], first[front + 1] - first[front])]
        np.subtract.at(left, reached, 1)
        front = np.unique(reached[left[reached] == 0])
        code += 1
    return level


def _core(suspect: Flags, parent: Ints, component: Ints, kept: Flags) -> Flags:
    """Of the items the rounds did not reach, those that lie on a loop or between two loops."""
    if not suspect.any():
        return suspect
    inside = kept & suspect[parent] & suspect[component]
    upward = _rounds(suspect.size, component[inside], parent[inside])
    return np.asarray(suspect & (upward < 0))


def _separate_loops(parent: Ints, component: Ints) -> list[Ints]:
    """Loops without a common item, each from its lowest item; at least one if there is any."""
    order = np.lexsort((component, parent))
    following: dict[int, int] = {}
    for one, next_one in zip(parent[order].tolist(), component[order].tolist(), strict=True):
        following.setdefault(one, next_one)
    done: set[int] = set()
    loops = []
    for begin in following:
        path: list[int] = []
        place: dict[int, int] = {}
        one = begin
        while one not in done and one not in place and one in following:
            place[one] = len(path)
            path.append(one)
            one = following[one]
        if one in place:
            loop = path[place[one] :]
            lowest = loop.index(min(loop))
            loops.append(np.array(loop[lowest:] + loop[:lowest], np.int64))
        done.update(path)
    return loops
