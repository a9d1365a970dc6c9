"""Why a date is what it is: the chain of what binds, read off the tree of a search."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from .facts import AWAITS_APPROVAL, AWAITS_BUYING, Names, Reason
from .search import Need, Run
from .world import World


def number(quantity: int, unit: int) -> str:
    """A quantity in pieces, as written."""
    return f"{(Decimal(quantity) / unit).normalize():f}"


def date(world: World, day: int) -> str:
    """A day of the world as ISO date."""
    return dt.date.fromordinal(world.first_day + day).isoformat()


def with_names(world: World, need: Need, reasons: Iterable[Reason]) -> list[Reason]:
    """Reasons with the names of the items and work centres of a tree."""
    items: dict[str, Names] = {}
    centres: dict[str, Names] = {}
    stack = [need]
    while stack:
        one = stack.pop()
        stack += one.parts
        product = world.products[one.item]
        items[product.code] = product.names
        for run in one.runs:
            centre = world.centres[run.step.centre]
            centres[centre.code] = centre.names
    return [reason.named(items, centres) for reason in reasons]


def explain(world: World, need: Need) -> tuple[Reason, ...]:
    """What binds, the link that takes most days first; then what it waits for; then the rest.

    Every reason has the days it takes, and the code of its item or work centre.
    """
    causes: list[tuple[int, Reason]] = []
    waits: list[Reason] = []
    one: Need | None = need
    while one is not None:
        causes[:0] = _links(world, one)
        following = one.waits if one.made and one.done == one.ready else None
        if following is not None:
            waits.insert(0, _waits_for(world, one, following))
        one = following
    causes.sort(key=lambda link: -link[0])
    rest = _there(world, need) if need.made else []
    return (*(reason for _days, reason in causes), *waits, *rest)


def _links(world: World, need: Need) -> list[tuple[int, Reason]]:
    """What of this item decides when it is there, with the days each takes."""
    if not need.made:
        return [(need.ready, reason) for reason in _there(world, need, is_binding=True)[-1:]]
    if need.done < need.ready:
        return [(need.ready, _there(world, need, is_binding=True)[-1])]
    product = world.products[need.item]
    params = _params(world, need.made, need) | {
        "start": date(world, need.start),
        "on": date(world, need.done),
    }
    awaited = _awaited(world, need)
    if need.source is not None:
        days = need.source.lead_days
        code = "outsourced" if product.is_outside or product.is_made else "bought"
        extra = {"days": days, "supplier": need.source.name}
        took = need.done - need.awaits
        return [(took, Reason(code, params | extra, is_binding=True)), *awaited]
    if not need.runs:
        code = "outsourced" if product.is_outside else "made"
        extra = {"days": product.lead_days}
        took = need.done - need.start
        return [(took, Reason(code, params | extra, is_binding=True)), *awaited]
    waited = [link for run in need.runs for link in _run(world, need, run)]
    own = need.done - need.start - sum(days for days, _reason in waited)
    params["steps"] = len(need.runs)
    return [(own, Reason("made_in_steps", params, is_binding=True)), *waited, *awaited]


def _awaited(world: World, need: Need) -> list[tuple[int, Reason]]:
    """That all is there and may not be begun, or bought, yet."""
    if not need.awaits:
        return []
    params = {"item": world.products[need.item].code, "on": date(world, need.start)}
    code = AWAITS_APPROVAL if need.is_ours else AWAITS_BUYING
    return [(need.awaits, Reason(code, params, is_binding=True))]


def _run(world: World, need: Need, run: Run) -> list[tuple[int, Reason]]:
    """A step that could not begin when it might have, or that takes what little there is."""
    centre = world.centres[run.step.centre]
    common = {
        "item": world.products[need.item].code,
        "centre": centre.code,
        "step": run.step.seq,
    }
    found = []
    if run.first > run.could:
        days = run.first - run.could
        idle = world.after(run.could, 0)  # on a day nobody works nothing is waited for
        code = "waits_for_people" if idle in centre.by_people else "waits_for_centre"
        params = common | {
            "days": days,
            "start": date(world, run.could),
            "on": date(world, run.first),
        }
        found.append((days, Reason(code, params, is_binding=True)))
    if run.last > run.first:
        days = run.last - run.first
        params = common | {
            "days": days + 1,
            "start": date(world, run.first),
            "on": date(world, run.last),
            "minutes": run.work // 1000,
        }
        found.append((days, Reason("takes_centre", params, is_binding=True)))
    return found


def _there(world: World, need: Need, *, is_binding: bool = False) -> list[Reason]:
    """What is taken from stock or from what is coming, by day."""
    found = []
    for day, quantity in need.taken:
        params = _params(world, quantity, need)
        if day == 0:
            found.append(Reason("from_stock", params, is_binding))
            continue
        coming = [row for row in world.coming.get(need.item, ()) if row[0] <= day]
        params["on"] = date(world, day)
        waiting = world.waiting.get(need.item)
        if waiting is not None and waiting.day == day:
            params |= {"reference": waiting.reference, "days": waiting.verdict_days}
            found.append(Reason("from_held", params, is_binding))
        elif coming and coming[-1][0] == day:
            params["reference"] = coming[-1][2]
            found.append(Reason("from_expected", params, is_binding))
        else:
            found.append(Reason("from_free", params, is_binding))
    return found


def _waits_for(world: World, need: Need, part: Need) -> Reason:
    params = {
        "item": world.products[need.item].code,
        "component": world.products[part.item].code,
        "on": date(world, part.ready),
    }
    return Reason("waits_for", params, is_binding=True)


def _params(world: World, quantity: int, need: Need) -> dict[str, Any]:
    return {"quantity": number(quantity, world.unit), "item": world.products[need.item].code}
