"""From when each demand is ready to the dates of lines: deliveries, ship-together, the way."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gendan.engine.transit import EX_WORKS, ThreeDates, Transit

from .facts import Demand, LineResult, PromiseSnapshot, Reason


@dataclass(frozen=True, slots=True)
class Ready:
    """When a quantity is ready to leave, and why: the deepest binding cause first."""

    on: dt.date
    reasons: tuple[Reason, ...]


def line_results(
    snapshot: PromiseSnapshot, served: Sequence[tuple[Demand, Ready]]
) -> tuple[LineResult, ...]:
    """The dates of all lines, in the order in which their first demand stands."""
    lines: dict[int, list[tuple[Demand, Ready]]] = {}
    for demand, ready in served:
        lines.setdefault(demand.line_id, []).append((demand, ready))
    results = [_line_result(snapshot, line_id, parts) for line_id, parts in lines.items()]
    if snapshot.is_together:
        results = _shipped_together(results, snapshot)
    return tuple(
        replace(one, reasons=(*one.reasons, *_way(snapshot.transit, one.promised.on_board_on)))
        for one in results
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """What is asked of a line at one time: when it could be there, and for when it is promised."""

    demand: Demand
    ready: Ready
    possible: dt.date
    promised: ThreeDates
    promised_on: dt.date


def _part(snapshot: PromiseSnapshot, demand: Demand, ready: Ready) -> _Part:
    transit, basis = snapshot.transit, snapshot.basis
    possible = transit.from_ex_works(ready.on).in_basis(basis)
    wished = max(possible, demand.requested_on or possible)
    promised = transit.from_basis(wished, basis)  # by the last sailing that keeps the wish
    return _Part(demand, ready, possible, promised, promised.in_basis(basis))


def _line_result(
    snapshot: PromiseSnapshot, line_id: int, given: Sequence[tuple[Demand, Ready]]
) -> LineResult:
    """Each delivery is promised for itself; the line is as late as its latest."""
    parts = [_part(snapshot, demand, ready) for demand, ready in given]
    if not parts:
        raise ValueError("a line without any demand")
    latest = max(parts, key=lambda one: one.promised_on)  # of several, the first
    reasons = _reasons(snapshot, latest)
    for one in parts:
        if one is not latest:
            reasons += [unbound(reason) for reason in one.ready.reasons]
    return LineResult(
        line_id,
        max(one.possible for one in parts),
        latest.promised,
        {
            one.demand.delivery_id: one.promised_on
            for one in parts
            if one.demand.delivery_id is not None
        },
        tuple(reasons),
        max(one.ready.on for one in parts),
    )


def _reasons(snapshot: PromiseSnapshot, part: _Part) -> list[Reason]:
    """Why a part has its date: the wish or the sailing before what binds its being ready."""
    reasons, wished = list(part.ready.reasons), part.demand.requested_on
    if wished is not None and wished > part.possible:
        later = {"earliest": part.possible.isoformat(), "requested": wished.isoformat()}
        first = Reason("requested_later", later, is_binding=True)
        return [first, *(unbound(reason) for reason in reasons)]
    waits = snapshot.transit.waits(part.ready.on)
    if not waits or snapshot.basis == EX_WORKS:
        return reasons
    unhindered = part.possible - dt.timedelta(days=waits)
    is_late = wished is not None and unhindered <= wished < part.possible
    sailing = Reason(
        "next_sailing",
        {
            "ready": part.ready.on.isoformat(),
            "on": part.promised.on_board_on.isoformat(),
            "days": waits,
        },
        is_binding=is_late,
    )
    if is_late:  # but for the sailing the wish would be kept
        return [sailing, *(unbound(reason) for reason in reasons)]
    return [*reasons, sailing]


def _shipped_together(results: Sequence[LineResult], snapshot: PromiseSnapshot) -> list[LineResult]:
    last = max((one.promised for one in results), key=lambda dates: dates.ex_works_on)
    day = last.in_basis(snapshot.basis)
    together = []
    for one in results:
        reasons = one.reasons
        if one.promised != last:
            binding = Reason("together", {"on": day.isoformat()}, is_binding=True)
            reasons = (binding, *(unbound(reason) for reason in reasons))
        deliveries = dict.fromkeys(one.deliveries, day)
        together.append(replace(one, promised=last, deliveries=deliveries, reasons=reasons))
    return together


def _way(transit: Transit, on_board: dt.date) -> list[Reason]:
    """How long the goods travel, and what they sail with."""
    days = {
        "to_port": transit.before_days,
        "transit": transit.transit_days,
        "to_door": transit.to_door_days,
    }
    found = [Reason("lane" if transit.is_known else "lane_assumed", days)]
    sailing = transit.said(on_board)
    return found if sailing is None else [*found, Reason(*sailing)]


def unbound(reason: Reason) -> Reason:
    return Reason(reason.code, reason.params) if reason.is_binding else reason


def bind_first(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The first reason binds unless one is marked already."""
    if not reasons or any(reason.is_binding for reason in reasons):
        return tuple(reasons)
    return (Reason(reasons[0].code, reasons[0].params, is_binding=True), *reasons[1:])
