"""Replays promises into the present world: whether a later one has taken what an earlier one needs.

Everything is only read. The world is stock, what is coming, people and machines as they are now;
the promises in force are placed into it by the engine's own rule, with and without the later ones.
"""

import datetime as dt
from dataclasses import dataclass, replace

from gendan.engine.promise import PromiseSnapshot, Standing
from gendan.engine.promise.scene import ground_of
from gendan.orders.models import Line, LinePromise, Order, OrderState
from gendan.orders.queries import demand_of, with_lane
from gendan.planning.snapshot import snapshot_of_lines


@dataclass(frozen=True)
class Broken:
    """A promise that could be kept, were it not for later ones; `becomes_on` None: never."""

    order: str
    promised_on: dt.date
    becomes_on: dt.date | None


def broken_since(moment: dt.datetime) -> list[Broken]:
    """The promises that those given at this moment or after it make late."""
    later = {demand_of(line_id) for line_id in _promised_since(moment)}
    every = _promises_in_force() if later else None
    if every is None:
        return []
    older = [one for one in every.standing if (one.demand or one.name) not in later]
    alone, together = _placed(replace(every, standing=tuple(older))), _placed(every)
    found = []
    for one in older:
        due, before, after = _due(every, one), alone[one.name], together[one.name]
        was_kept = before is not None and before <= due
        if was_kept and (after is None or after > due):
            becomes = None if after is None else every.today + dt.timedelta(days=after)
            found.append(Broken(one.order or one.name, one.on, becomes))
    return found


def _promises_in_force() -> PromiseSnapshot | None:
    """The world with every promise in it, as it looks to an order that is not written."""
    open_ones = Line.objects.filter(order__state=OrderState.CONFIRMED, is_cancelled=False)
    lines = {line.item_id: line for line in open_ones.order_by("pk")}
    first = with_lane(Order.objects.all()).order_by("pk").first()
    if first is None or not lines:
        return None
    first.pk = None
    snapshot = snapshot_of_lines(first, list(lines.values()), {})
    return replace(snapshot, demands=())


def _promised_since(moment: dt.datetime) -> set[int]:
    """Lines whose date was computed since then, or given by confirming their order."""
    computed = LinePromise.objects.filter(promise__at__gte=moment)
    confirmed = Line.objects.filter(order__confirmed_at__gte=moment)
    return {*computed.values_list("line_id", flat=True), *confirmed.values_list("pk", flat=True)}


def _due(world: PromiseSnapshot, one: Standing) -> int:
    """The day of the world a promise is for; what is past is for today."""
    return max((one.on - world.today).days, 0)


def _placed(snapshot: PromiseSnapshot) -> dict[str, int | None]:
    """The day of each promise as the house books it anew each morning; None: it can never be kept.

    By rising date, and who lost a day only to that order is given it back.
    """
    ground = ground_of(snapshot)
    return {
        one.name: None if one.name in ground.unplaced else ground.others[one.name].wished
        for one in snapshot.standing
    }
