"""Problems of a plan told apart: parts of work orders that begin late are no wrong data."""

from dataclasses import replace

from gendan.planning.calculating import Calculated

PAST, PARTS = "due_in_the_past", "parts_due_in_the_past"


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
