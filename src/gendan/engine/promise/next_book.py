"""When those come in the next book who are told days now: exactly what it will say of them.

A date is found beside all who stay. How it is booked may differ a little: a line of a promise that
keeps its day keeps its place, lines that ship together have the day of the last, and several
deliveries of a line share what comes for it alone.
"""

from collections.abc import Iterable, Mapping, Sequence

from . import query
from .query import Ask
from .scene import Scene, ask_for
from .turns import Booked, Turn, day_of

Comes = dict[str, int | None]  # by name; None: never


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


def next_days(scene: Scene, turns: Sequence[query.Turn], told: Mapping[str, int]) -> Comes:
    """The day on which each of the turns of a rush comes, if these days are told.

    `turns` have the names of the order's promises, too. Who is told nothing stays promised for the
    day he was.
    """
    mine = _mine(scene)
    names = {turn.name for turn in turns}
    standing = {one.name: one for one in scene.snapshot.standing if one.name in names}
    asks = dict(mine)
    booked = Booked(scene.book.without(()))
    booked.overlay.lent |= scene.ground.lent
    for one in mine.values():
        booked.overlay.lent.pop(one.lender, None)
    for name, was in standing.items():
        if name not in mine:
            asks[name] = ask_for(was, scene.world, scene.items, scene.own, scene.ground.firsts)
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
    return _comes(booked, names)


def stands_for(scene: Scene, names: Iterable[str]) -> dict[str, int]:
    """The days for which these stand in the book that are the order's; below 0: they are past."""
    ground = scene.ground
    return {name: ground.promised[name] for name in names if name in ground.others}


def promised_again(scene: Scene, told: Mapping[str, int], is_on: Mapping[str, int]) -> Comes:
    """The day on which each line of the order comes, if it is promised these days while it stands
    in the book for others: they leave their places, but who keeps his day keeps his place."""
    ground, mine = scene.ground, _mine(scene)
    kept = {name: ground.others[name].wished for name in told if is_on.get(name) == told[name]}
    if len(kept) == len(told):
        return {**kept}
    booked = Booked(ground.book.without(()))
    booked.overlay.lent |= ground.lent
    turns = [
        Turn(name, day, is_early=False, is_former=False, stays=False)
        for name, day in told.items()
        if name not in kept
    ]
    names = {one.name for one in turns}
    for name in names & ground.others.keys():
        booked.stand(name, mine[name].lender, ground.others[name])
    booked.next_ones([(names, turns)], mine)
    return kept | _comes(booked, names)


def _mine(scene: Scene) -> dict[str, Ask]:
    return {one.promise: scene.ask_of(one) for one in scene.snapshot.demands}


def _comes(booked: Booked, names: Iterable[str]) -> Comes:
    return {name: booked.others[name].wished if name in booked.others else None for name in names}
