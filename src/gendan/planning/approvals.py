"""What an order's production and purchases wait for: asked of the room above that follows orders.

Planning lies below the follow-up and does not know its milestones. The follow-up registers how its
answer is found; a promise asks for it, for drafts and quotations, too, as the journey would be. A
plan asks for all orders at once.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from gendan.engine.calendars import WorkCalendar
from gendan.engine.promise import Approval, Waits
from gendan.engine.promise.odds import Approved
from gendan.engine.promise.scene import Scene
from gendan.engine.promise.spreads import Lived, learned, power_of
from gendan.orders.models import Line, Order, Stage

# By an order (which may not be written), its lines and the company's calendar: what is waited for.
Expected = Callable[[Order, Sequence[Line], WorkCalendar], Waits]
# How long such waits of a stage were planned and really took in working days of that calendar, by
# customer.
WaitsLived = Callable[[WorkCalendar, Stage], Sequence[tuple[int, Lived]]]
# By order, of these orders (None: all that are followed), what those wait for that wait.
Awaited = Callable[[Collection[int] | None, WorkCalendar], Mapping[int, Approval]]


@dataclass(frozen=True, slots=True)
class _Source:
    expected: Expected
    lived: WaitsLived
    awaited: Awaited


_SOURCES: list[_Source] = []


def register(*, expected: Expected, lived: WaitsLived, awaited: Awaited) -> None:
    """Say how approvals are found; one room does."""
    if _SOURCES:
        raise RuntimeError("two rooms say what production waits for")
    _SOURCES.append(_Source(expected, lived, awaited))


def waits_of(order: Order, lines: Sequence[Line], days: WorkCalendar) -> Waits:
    """What production of these lines, and buying for them, waits for."""
    return _SOURCES[0].expected(order, lines, days) if _SOURCES else Waits()


def approvals_of(order_ids: Collection[int] | None, days: WorkCalendar) -> Mapping[int, Approval]:
    """What production of followed orders (None: all) waits for, of those where it waits: 1 query,
    2 where kinds of journey have calendars of their own."""
    return _SOURCES[0].awaited(order_ids, days) if _SOURCES else {}


def approved_in(
    scene: Scene, order: Order, days: WorkCalendar, stage: Stage = Stage.PRODUCE
) -> Approved | None:
    """The same with how such waits really went: those of the customer, mixed with all (1 query)."""
    snapshot = scene.snapshot
    approval = snapshot.buying if stage == Stage.BUY else snapshot.approval
    if approval is None:
        return None
    rows = _SOURCES[0].lived(days, stage) if _SOURCES else ()
    every = [lived for _customer, lived in rows]
    power = power_of(every) if every else 1.0
    theirs = [lived for customer, lived in rows if customer == order.customer_id]
    spread = learned(theirs, learned(every, power=power), power)
    return Approved(scene.start, replace(spread, usual=0.0), approval.is_asked)
