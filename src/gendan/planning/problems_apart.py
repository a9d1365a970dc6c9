"""Problems of a plan told apart, and for a terminal: parts that begin late are no wrong data."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from gendan.planning.calculating import Calculated

PAST, PARTS = "due_in_the_past", "parts_due_in_the_past"
MOST_NAMED = 5  # records of one problem, in a terminal


def parts_apart(done: Calculated) -> Calculated:
    """The plan, with what work orders should have taken before today said of them apart.

    A released order waits for its material or its turn: its parts are needed today, which is so.
    """
    found = []
    asked, planned = done.given.asked, done.given.planned
    for one in done.plan.problems:
        if (one.code, one.table) != (PAST, "demand"):
            found.append(one)
            continue
        is_part = [asked[planned[row]].work_order_id is not None for row in one.rows.tolist()]
        for code, wanted in ((PAST, False), (PARTS, True)):
            rows = one.rows[[part is wanted for part in is_part]]
            if rows.size:
                found.append(replace(one, code=code, rows=rows))
    return replace(done, plan=replace(done.plan, problems=tuple(found)))


def told(problems: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Each problem as a line for a terminal: how many records, what it is, the first by name."""
    for problem in problems:
        names = ", ".join(row["name"] for row in problem["rows"][:MOST_NAMED])
        if problem["count"] > MOST_NAMED:
            names += f" and {problem['count'] - MOST_NAMED} more"
        yield f"{problem['count']:>10}  {problem['code'].replace('_', ' ')}: {names}"
