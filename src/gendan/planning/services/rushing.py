"""Verbs about promises that are more than a date: held for a while, released, before all others."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.engine.promise.query import Turn
from gendan.engine.promise.scene import Scene, scene_of
from gendan.engine.transit import ThreeDates
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.models import Delivery, Line, LinePromise, Order, OrderState
from gendan.orders.queries import sailing_reasons, transit_of, with_lane
from gendan.orders.services import PromisedLine, record_promise
from gendan.planning.promise_events import (
    OrderMovedForRush,
    PromiseHeld,
    PromiseReleased,
    RushPromised,
)
from gendan.planning.promise_models import PromiseHold, PromiseTurn
from gendan.planning.promise_moves import Moved, RushPossible, named, rush_of
from gendan.planning.promise_others import order_lines
from gendan.planning.services.promising import Computed, compute_promise
from gendan.planning.snapshot import OrderSnapshot, snapshot_of_order

MOST_HOURS = 60 * 24
RUSH_HOURS = 72  # others have moved for it: until then it has to be confirmed
RUSH = "rush"


class NothingPromised(DomainError):
    """A hold of what is not promised, or of what is kept anyway."""


class NothingHeld(DomainError):
    """A release of what is not held."""


class RushHasChanged(DomainError):
    """Meanwhile a rush order would bring another date or move others than was looked at."""


class NoLongerPossible(DomainError):
    """What was promised some time ago has gone to others since."""


class CannotBeKept(DomainError):
    """A rush order after which another promise could not be kept at all."""


@service(gettext_lazy("Hold what is promised"))
def hold_promise(*, order_id: int, hours: int, by: User | None) -> PromiseHold:
    """Keep the material and minutes of a promised draft for some hours; then they are free again.

    Held once more, the new end counts. A confirmed order keeps what it was promised anyway. What
    others were promised meanwhile is not taken from them: then this refuses.
    """
    beforehand = _computed(order_id)
    order = Order.objects.select_for_update().get(pk=order_id)
    if not 0 < hours <= MOST_HOURS:
        raise Invalid(
            _("A promise can be held from 1 to %(most)s hours.") % {"most": MOST_HOURS},
            field="hours",
        )
    if order.state != OrderState.DRAFT:
        raise NothingPromised(
            _("%(order)s is no draft: only what is promised for a draft is held for a while.")
            % {"order": order.number}
        )
    if order.promised_on is None:
        raise NothingPromised(
            _("Nothing is promised for %(order)s yet; work out its dates first.")
            % {"order": order.number}
        )
    _refuse_if_gone(order, beforehand)
    return _held(order, hours, by)


def _computed(order_id: int) -> Computed | None:
    """What could be promised, before anything is locked: only so what is kept of it serves."""
    try:
        return compute_promise(order_id)
    except DomainError:
        return None  # said in its turn, if it comes to it


def _refuse_if_gone(order: Order, beforehand: Computed | None) -> None:
    """A day that has only passed since is no reason: what lies there can leave today."""
    computed = beforehand
    if computed is None or computed.snapshot.revision != order.revision:
        computed = compute_promise(order.pk)
    asked = computed.snapshot.promise
    today = asked.transit.from_ex_works(asked.calendar.add_days(asked.today, 0))
    promised = dict(order.lines.values_list("pk", "promised_on"))
    for line in computed.lines:
        was = promised[line.line_id]
        if was is None or line.promised.in_basis(asked.basis) > max(
            was, today.in_basis(asked.basis)
        ):
            raise NoLongerPossible(
                _("What was promised for %(order)s cannot be kept any more; work out its dates.")
                % {"order": order.number}
            )


def _held(order: Order, hours: int, by: User | None) -> PromiseHold:
    now = clock.now()
    until = now + dt.timedelta(hours=hours)
    held = PromiseHold.objects.filter(order=order, released_at=None, until_at__gt=now).first()
    since = held.at if held else now  # held longer, it keeps its place before others
    hold, _made = PromiseHold.objects.update_or_create(
        order=order, released_at=None, defaults={"until_at": until, "at": since, "by": by}
    )
    words = f"{until.astimezone(clock.zone()):%Y-%m-%d %H:%M}"
    journal.record(PromiseHeld(order_id=order.pk, until=words), about=order, by=by)
    return hold


@service(gettext_lazy("Release what is held"))
def release_promise(*, order_id: int, by: User | None) -> Order:
    """Give back what is held for a draft before its time; exactly that is free again."""
    order = Order.objects.select_for_update().get(pk=order_id)
    now = clock.now()
    held = PromiseHold.objects.filter(order=order, released_at__isnull=True, until_at__gt=now)
    if not held.update(released_at=now):
        raise NothingHeld(_("Nothing is held for %(order)s.") % {"order": order.number})
    journal.record(PromiseReleased(order_id=order.pk), about=order, by=by)
    return order


@service(gettext_lazy("Promise before all others"))
def promise_rush(*, order_id: int, mark: str, by: User | None) -> Order:
    """Promise the earliest date an order has if it goes first, and move those who become later.

    `mark` names the answer that was looked at; if it would be another one now, this refuses. The
    lines of other orders that move are promised anew, with the reason. For a draft the promise is
    held for RUSH_HOURS: nobody may take what others have moved away from.
    """
    snapshot = snapshot_of_order(order_id)  # as it was looked at
    scene = scene_of(snapshot.promise)
    found = rush_of(snapshot, scene)
    if found is None or found.mark != mark:
        raise _has_changed(snapshot.order)
    lost = [one for one in found.later if one.becomes_on is None]
    if lost:
        raise _cannot_be_kept(lost[0].line.order)
    others = _locked(snapshot, found.later)
    number = _newest()
    record_promise(
        order_id=order_id,
        engine=RUSH,
        lines=_rushed(found, snapshot.promise.basis),
        revision=snapshot.revision,
        by=by,
    )
    _move_others(others, found.later, snapshot.order, by)
    _tell(others, found.later, snapshot.order, by)
    numbers = [other.number for other in others]
    order = Order.objects.get(pk=order_id)
    if order.state == OrderState.DRAFT:
        _held(order, RUSH_HOURS, by)
    _write_turns(scene, found.turns, number)
    journal.record(
        RushPromised(order_id=order.pk, promised_on=str(order.promised_on), moved=numbers),
        about=order,
        by=by,
    )
    return order


def _write_turns(scene: Scene, turns: Sequence[Turn], number: int) -> None:
    """What was booked for the order stands behind all others from now on, in its turns; behind it
    whoever moves because he ships with one of them. `number`: of the last line promise before."""
    was_on = {one.name: one.on for one in scene.snapshot.standing}
    is_on = {one.name: one.on for one in order_lines()}
    told = {one.name for one in turns}
    with_them = [name for name, on in is_on.items() if was_on.get(name, on) != on]
    every = [*turns, *(Turn(name) for name in with_them if name not in told)]
    usual = sum(one.is_usual for one in every)
    now, last = clock.now(), _newest()
    PromiseTurn.objects.bulk_create(
        PromiseTurn(
            line_id=named(one.name)[0],
            name=one.name,
            at=now,
            number=number,
            last_number=last,
            turn=place - usual + (place >= usual),  # the usual ones below 0, all others above
            is_early=one.is_early,
            was_on=was_on.get(one.name),
            is_on=is_on[one.name],
        )
        for place, one in enumerate(every)
        if one.name in is_on
    )


@service
def forget_turns(*, by: None = None) -> int:
    """Drop the turns of lines that have ended: nobody is booked before or after these any more.
    Returns how many."""
    ended = Q(is_cancelled=True) | Q(delivered__gte=F("quantity"))
    ended |= Q(order__state__in=(OrderState.CLOSED, OrderState.CANCELLED))
    count, _by_model = PromiseTurn.objects.filter(line__in=Line.objects.filter(ended)).delete()
    return count


def _newest() -> int:
    return LinePromise.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _rushed(found: RushPossible, basis: str) -> list[PromisedLine]:
    return [
        PromisedLine(
            line_id=line.line_id,
            dates=line.promised,
            promised_on=line.promised.in_basis(basis),
            earliest_on=line.earliest_on,
            reasons=[reason.as_data() for reason in line.reasons],
            deliveries=line.deliveries,
        )
        for line in found.lines
    ]


def _has_changed(order: Order) -> RushHasChanged:
    return RushHasChanged(
        _("Meanwhile something has changed: look again at what %(order)s would move.")
        % {"order": order.number}
    )


def _locked(snapshot: OrderSnapshot, later: Sequence[Moved]) -> list[Order]:
    """The other orders that move, locked with the rushed one by rising id, so that two cannot wait
    for each other. Refuses what has changed since it was looked at: its dates are newer than ours.
    """
    seen = {snapshot.order.pk: snapshot.revision}
    seen |= {one.line.order_id: one.line.order.revision for one in later}
    roots = with_lane(Order.objects.filter(pk__in=seen)).select_for_update(of=("self",))
    locked = list(roots.order_by("pk"))
    if {order.pk: order.revision for order in locked} != seen:
        raise _has_changed(snapshot.order)
    return [order for order in locked if order.pk != snapshot.order.pk]


def _move_others(
    others: Sequence[Order], later: Sequence[Moved], order: Order, by: User | None
) -> None:
    """Promise the moved lines anew; the other lines of their orders stay as they are promised."""
    moved: dict[int, list[Moved]] = defaultdict(list)
    for one in later:
        moved[one.line.pk].append(one)
    lines = Line.objects.filter(order__in=others, is_cancelled=False, delivered__lt=F("quantity"))
    standing: dict[int, list[Line]] = defaultdict(list)
    for line in lines.order_by("pk").prefetch_related("deliveries"):
        standing[line.order_id].append(line)
    kept = _kept(line.pk for rows in standing.values() for line in rows)
    for other in others:
        record_promise(
            order_id=other.pk,
            engine=RUSH,
            lines=[
                _moved(other, line, moved[line.pk], order, kept)
                if line.pk in moved
                else _as_it_is(other, line, kept)
                for line in standing[other.pk]
            ],
            by=by,
        )


def _tell(others: Sequence[Order], later: Sequence[Moved], order: Order, by: User | None) -> None:
    """One fact for each moved order: whoever looks after it learns what moved, and for whom."""
    days = dict(
        Order.objects.filter(pk__in=[one.pk for one in others]).values_list("pk", "promised_on")
    )
    moved: dict[int, list[dict[str, str | int]]] = defaultdict(list)
    for one in later:
        part = one.line if one.delivery is None else one.delivery
        moved[one.line.order_id].append(
            {
                "line": one.line.position,
                "item": one.line.item.code,
                "quantity": f"{part.quantity.normalize():f}",
                "was_on": one.was_on.isoformat(),
                "on": str(one.becomes_on),
            }
        )
    for other in others:
        fact = OrderMovedForRush(
            order_id=other.pk,
            rush_order_id=order.pk,
            rush_number=order.number,
            was_on=str(other.promised_on),
            promised_on=str(days[other.pk]),
            moved=moved[other.pk],
        )
        journal.record(fact, about=other, by=by)


def _kept(line_ids: Iterable[int]) -> dict[int, LinePromise]:
    """By line what was promised last, and why."""
    rows = LinePromise.objects.filter(line__in=list(line_ids)).order_by("line_id", "-pk")
    return {one.line_id: one for one in rows.distinct("line_id")}


def _moved(
    other: Order, line: Line, moves: Sequence[Moved], order: Order, kept: Mapping[int, LinePromise]
) -> PromisedLine:
    """A moved line, or those of its deliveries that move; none becomes earlier."""
    open_ones = _open_deliveries(line)
    days = {one.pk: one.promised_on or line.promised_on for one in open_ones}
    reasons, latest = [], line.promised_on
    for move in moves:
        day = move.becomes_on
        if day is None:
            raise _cannot_be_kept(other)
        moving = days if move.delivery is None else [move.delivery.pk]
        days |= {pk: max(days.get(pk) or day, day) for pk in moving}
        latest = max(latest or day, day)
        params = {"order": order.number, "was": move.was_on.isoformat(), "on": day.isoformat()}
        reasons.append({"code": "moved_for_rush", "params": params, "binding": True})
    if latest is None:
        raise _cannot_be_kept(other)
    dates = transit_of(other).from_basis(latest, other.basis.value)
    if latest == line.promised_on and line.pk in kept:  # its last delivery stays as it was
        reasons += [{**one, "binding": False} for one in kept[line.pk].reasons]
    else:
        reasons += sailing_reasons(other, dates)
    return PromisedLine(
        line_id=line.pk,
        dates=dates,
        promised_on=latest,
        reasons=reasons,
        deliveries={pk: day for pk, day in days.items() if day is not None},
    )


def _open_deliveries(line: Line) -> list[Delivery]:
    """The deliveries that are not wholly delivered; those requested first are delivered first."""
    gone, found = line.delivered, []
    for one in sorted(
        line.deliveries.all(),
        key=lambda one: (one.requested_on or line.requested_on or clock.today(), one.position),
    ):
        gone -= one.quantity
        if gone < 0:
            found.append(one)
    return found


def _as_it_is(other: Order, line: Line, kept: Mapping[int, LinePromise]) -> PromisedLine:
    """A line that stays, with its reasons; its deliveries stay, too."""
    day, last = line.promised_on, kept.get(line.pk)
    if day is None:
        raise _cannot_be_kept(other)
    if last is None:
        dates = transit_of(other).from_basis(day, other.basis.value)
        return PromisedLine(line_id=line.pk, dates=dates, promised_on=day)
    return PromisedLine(
        line_id=line.pk,
        dates=ThreeDates(last.ex_works_on, last.on_board_on, last.at_door_on),
        promised_on=day,
        earliest_on=last.earliest_on,
        reasons=last.reasons,
    )


def _cannot_be_kept(other: Order) -> CannotBeKept:
    return CannotBeKept(
        _("After that the promise of %(order)s could not be kept at all.") % {"order": other.number}
    )
