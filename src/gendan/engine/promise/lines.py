"""From when each demand is ready to the dates of lines: deliveries, ship-together, the way."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from gendan.engine.transit import Transit

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
    return tuple(_shipped_together(results, snapshot) if snapshot.is_together else results)


def _line_result(
    snapshot: PromiseSnapshot, line_id: int, parts: Sequence[tuple[Demand, Ready]]
) -> LineResult:
    """Each delivery is promised for itself; the line is as late as its latest."""
    transit, basis = snapshot.transit, snapshot.basis
    deliveries: dict[int, dt.date] = {}
    latest: tuple[dt.date, dt.date, Demand, Ready] | None = None
    earliest_on = dt.date.min
    for demand, ready in parts:
        possible = transit.from_ex_works(ready.on).in_basis(basis)
        promised_on = max(possible, demand.requested_on or possible)
        if demand.delivery_id is not None:
            deliveries[demand.delivery_id] = promised_on
        earliest_on = max(earliest_on, possible)
        if latest is None or promised_on > latest[0]:
            latest = (promised_on, possible, demand, ready)
    if latest is None:
        raise ValueError("a line without any demand")
    promised_on, possible, demand, ready = latest
    reasons = list(ready.reasons)
    if promised_on > possible:
        later = {"earliest": possible.isoformat(), "requested": promised_on.isoformat()}
        reasons = [unbound(reason) for reason in reasons]
        reasons.insert(0, Reason("requested_later", later, is_binding=True))
    for other, ready_other in parts:
        if other is not demand:
            reasons += [unbound(reason) for reason in ready_other.reasons]
    reasons.append(_way(transit))
    promised = transit.from_basis(promised_on, basis)
    return LineResult(line_id, earliest_on, promised, deliveries, tuple(reasons))


def _shipped_together(results: Sequence[LineResult], snapshot: PromiseSnapshot) -> list[LineResult]:
    last = max((one.promised for one in results), key=lambda dates: dates.ex_works_on)
    day = last.in_basis(snapshot.basis)
    together = []
    for one in results:
        reasons = one.reasons
        if one.promised != last:
            binding = Reason("together", {"on": day.isoformat()}, is_binding=True)
            reasons = (binding, *(unbound(reason) for reason in reasons))
        together.append(
            LineResult(
                one.line_id, one.earliest_on, last, dict.fromkeys(one.deliveries, day), reasons
            )
        )
    return together


def _way(transit: Transit) -> Reason:
    return Reason(
        "lane" if transit.is_known else "lane_assumed",
        {
            "to_port": transit.to_port_days,
            "transit": transit.transit_days,
            "to_door": transit.to_door_days,
        },
    )


def unbound(reason: Reason) -> Reason:
    return Reason(reason.code, reason.params) if reason.is_binding else reason


def bind_first(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The first reason binds unless one is marked already."""
    if not reasons or any(reason.is_binding for reason in reasons):
        return tuple(reasons)
    return (Reason(reasons[0].code, reasons[0].params, is_binding=True), *reasons[1:])
