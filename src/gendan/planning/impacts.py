"""What a change does to the promise: the promise engine run on the order as it would be."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy

from gendan.changes.impact import Effect, Kind, Proposal, affects
from gendan.engine.calendars import CalendarEnds
from gendan.engine.promise import LineResult, NoDate
from gendan.orders import reasons
from gendan.orders.models import open_quantity
from gendan.orders.queries import demand_of
from gendan.planning.engines import DEFAULT, engine_called
from gendan.planning.snapshot import snapshot_of_lines

_MOVES = (
    "quantity", "is_cancelled", "requested_on", "promised_on", "deliveries",
    "specification_version",
)  # fmt: skip
_WAY = ("incoterm", "delivery_method", "destination_country", "ship_policy", "promised_on")


@affects(
    "promise",
    gettext_lazy("Promised date"),
    role="planner",
    words={
        "moves": gettext_lazy("The promised date moves."),
        "too_early": gettext_lazy(
            "Line %(line)s (%(item)s) can be ready on the second day at the earliest, later than "
            "it would be promised. What binds: %(why)s"
        ),
        "no_date": gettext_lazy(
            "No date can be computed: a lead time leads beyond the last year the calendar knows."
        ),
    },
)
def promise(proposal: Proposal) -> Iterable[Effect]:
    """The earliest dates of all open lines of the changed order, against what is promised."""
    is_touched = any(line.changes(*_MOVES) for line in proposal.lines)
    if not is_touched and not proposal.changes_head(*_WAY):
        return []
    found = []
    was, now = proposal.day("promised_on")
    if was != now:
        found.append(Effect(code="moves", was_on=was, is_on=now))
    compute = engine_called(DEFAULT)
    lines = [line for line in proposal.all_lines if open_quantity(line) > 0]
    if compute is None or not lines:
        return found
    try:
        results = compute(snapshot_of_lines(proposal.order, lines, proposal.deliveries))
    except (CalendarEnds, NoDate):
        return [*found, Effect(code="no_date", kind=Kind.ASK)]
    return [*found, *_too_early(proposal, results)]


def _too_early(proposal: Proposal, results: Iterable[LineResult]) -> Iterable[Effect]:
    """Lines promised before they can be ready; said of each, the latest first."""
    lines = {line.pk: line for line in proposal.all_lines}
    late: list[tuple[dt.date, LineResult, Any]] = []
    for result in results:
        line = lines[result.line_id]
        if result.earliest_on and line.promised_on and result.earliest_on > line.promised_on:
            late.append((result.earliest_on, result, line))
    late.sort(key=lambda row: row[0], reverse=True)
    for earliest, result, line in late[:20]:
        binding = result.reasons[0].as_data() if result.reasons else None
        yield Effect(
            code="too_early",
            params={
                "line": str(line.position),
                "item": line.item.code,
                "why": reasons.words(binding) if binding else "",
            },
            kind=Kind.ASK,
            about=demand_of(line.pk) if line.pk > 0 else "",
            was_on=line.promised_on,
            is_on=earliest,
        )
