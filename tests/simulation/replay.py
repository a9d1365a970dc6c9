"""Replays promises into the present world: whether a later one has taken what an earlier one needs.

Everything is only read. The world is stock, what is coming, people and machines as they are now;
the promises in force are placed into it by the engine's own rule, with and without the later ones.
"""

import datetime as dt
from dataclasses import dataclass, replace

from gendan.engine.promise import PromiseSnapshot, Standing
from gendan.engine.promise.scene import ground_of
from gendan.orders.models import Line, Order, OrderState, Promise
from gendan.orders.queries import with_lane
from gendan.orders.services.confirming import AS_REQUESTED
from gendan.planning.promise_ranks import microseconds
from gendan.planning.snapshot import snapshot_of_lines

Days = dict[str, int | None]


@dataclass(frozen=True)
class Broken:
    """A promise that is not kept and the day it comes on instead; `becomes_on` None: never."""

    order: str
    promised_on: dt.date
    becomes_on: dt.date | None


def replayed_since(moment: dt.datetime) -> tuple[list[Broken], list[Broken]]:
    """Both in one reading: what is broken since, and who was misled."""
    every = _promises_in_force()
    if every is None or all(one.rank[0] < microseconds(moment) for one in every.standing):
        return [], []
    together = _placed(every)
    return _broken_by(every, moment, together), _misled(every, moment, together)


def broken_since(moment: dt.datetime) -> list[Broken]:
    """The promises that those given at this moment or after it make late."""
    return replayed_since(moment)[0]


def misled_since(moment: dt.datetime) -> list[Broken]:
    """Those of the unkept whose dates were computed then: they were told what cannot be kept."""
    return replayed_since(moment)[1]


def unkept_since(moment: dt.datetime) -> list[Broken]:
    """The promises given at this moment or after it that cannot be kept as the book stands."""
    every = _promises_in_force()
    return [] if every is None else _unkept(every, moment, _placed(every))


def _broken_by(every: PromiseSnapshot, moment: dt.datetime, together: Days) -> list[Broken]:
    since = microseconds(moment)
    older = [one for now in every.standing if (one := _before(now, since)) is not None]
    alone, found = _placed(replace(every, standing=tuple(older))), []
    for one in every.standing:
        if one.rank[0] >= since:
            continue
        due, before, after = _due(every, one), alone[one.name], together[one.name]
        was_kept = before is not None and before <= due
        if was_kept and (after is None or after > due):
            found.append(_broken(every, one, after))
    return found


def _unkept(every: PromiseSnapshot, moment: dt.datetime, placed: Days) -> list[Broken]:
    found, since = [], microseconds(moment)
    for one in every.standing:
        day = placed[one.name]
        if one.rank[0] >= since and (day is None or day > _due(every, one)):
            found.append(_broken(every, one, day))
    return found


def _misled(every: PromiseSnapshot, moment: dt.datetime, placed: Days) -> list[Broken]:
    computed = Promise.objects.filter(at__gte=moment).exclude(engine=AS_REQUESTED)
    orders = set(computed.values_list("order__number", flat=True))
    return [one for one in _unkept(every, moment, placed) if one.order in orders]


def _broken(world: PromiseSnapshot, one: Standing, day: int | None) -> Broken:
    becomes = None if day is None else world.today + dt.timedelta(days=day)
    return Broken(one.order or one.name, one.on, becomes)


def _before(one: Standing, since: int) -> Standing | None:
    """A promise as it stood before a moment; None if nothing was promised then."""
    days = [given for given in one.former if given.rank[0] < since]
    if one.rank[0] < since:
        return one
    if not days:
        return None
    *former, then = days
    return replace(one, rank=then.rank, on=then.on, is_early=then.is_early, former=tuple(former))


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


def _due(world: PromiseSnapshot, one: Standing) -> int:
    """The day of the world a promise is for; what is past is for today."""
    return max((one.on - world.today).days, 0)


def _placed(snapshot: PromiseSnapshot) -> Days:
    """The day of each promise as the house books it each morning; None: it can never be kept."""
    ground = ground_of(snapshot)
    return {
        one.name: None if one.name in ground.unplaced else ground.others[one.name].wished
        for one in snapshot.standing
    }
