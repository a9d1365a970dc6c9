"""When those come in the next book who are told days by a rush: exactly what it will say of them.

A rush finds its days beside all who stay. What is told besides may differ a little: lines that ship
together have the day of the last, and several deliveries of a line share what comes for it alone.
"""

from collections.abc import Mapping, Sequence

from . import query
from .scene import Scene, ask_for
from .turns import Booked, Turn, day_of


def looked_for_from(scene: Scene) -> dict[str, int]:
    """Who stands on a later day than the one he is promised for, and will be looked for from that
    again. Whoever is past due stays where he stands (see `Turn.stays`)."""
    found = {}
    for one in scene.snapshot.standing:
        other = scene.others.get(one.name)
        if other is not None and one.on >= scene.snapshot.today:
            day = day_of(one.on, scene.world)
            if other.wished > day:
                found[one.name] = day
    return found


def next_days(
    scene: Scene, turns: Sequence[query.Turn], told: Mapping[str, int]
) -> dict[str, int | None]:
    """By name the day on which each of the turns comes, if these days are told; None: never.

    `turns` have the names of the order's promises, too. Who is told nothing stays promised for the
    day he was.
    """
    mine = {one.promise: scene.ask_of(one) for one in scene.snapshot.demands}
    names = {turn.name for turn in turns}
    standing = {one.name: one for one in scene.snapshot.standing if one.name in names}
    asks = dict(mine)
    booked = Booked(scene.book.without(()))
    booked.overlay.lent |= scene.lent
    for one in mine.values():
        booked.overlay.lent.pop(one.lender, None)
    for name, was in standing.items():
        if name not in mine:
            asks[name] = ask_for(was, scene.world, scene.items, scene.own)
            if name in scene.others:
                booked.stand(name, asks[name].lender, scene.others[name])
    rows = []
    for turn in turns:
        on = None if turn.name in told else standing[turn.name].on
        day = told[turn.name] if on is None else day_of(on, scene.world)
        stays = on is not None and on < scene.snapshot.today
        rows.append((turn.is_usual, Turn(turn.name, day, turn.is_early, False, stays)))
    usual = [row for is_usual, row in rows if is_usual]
    booked.next_ones(
        [({*mine}, usual), (names, [row for is_usual, row in rows if not is_usual])], asks
    )
    return {name: booked.others[name].wished if name in booked.others else None for name in names}
