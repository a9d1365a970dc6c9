"""Verbs about promises that are more than a date: held for a while, released, before all others."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.engine.promise.capable import scene_of
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.models import Line, Order, OrderState
from gendan.orders.queries import transit_of, with_lane
from gendan.orders.services import PromisedLine, record_promise
from gendan.planning.possible import Moved, RushPossible, rush_of
from gendan.planning.promise_events import PromiseHeld, PromiseReleased, RushPromised
from gendan.planning.promise_models import PromiseHold
from gendan.planning.snapshot import snapshot_of_order

MOST_HOURS = 60 * 24
RUSH = "rush"


class NothingPromised(DomainError):
    """A hold of what is not promised, or of what is kept anyway."""


class NothingHeld(DomainError):
    """A release of what is not held."""


class RushHasChanged(DomainError):
    """Meanwhile a rush order would bring another date or move others than was looked at."""


class CannotBeKept(DomainError):
    """A rush order after which another promise could not be kept at all."""


@service(gettext_lazy("Hold what is promised"))
def hold_promise(*, order_id: int, hours: int, by: User | None) -> PromiseHold:
    """Keep the material and minutes of a promised draft for some hours; then they are free again.

    Held once more, the new end counts. A confirmed order keeps what it was promised anyway.
    """
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
    now = clock.now()
    until = now + dt.timedelta(hours=hours)
    hold, _made = PromiseHold.objects.update_or_create(
        order=order, released_at=None, defaults={"until_at": until, "at": now, "by": by}
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
    lines of other orders that move are promised anew, with the reason.
    """
    snapshot = snapshot_of_order(order_id)
    found = rush_of(snapshot, scene_of(snapshot.promise, apart=True))
    if found is None or found.mark != mark:
        raise RushHasChanged(
            _("Meanwhile something has changed: look again at what %(order)s would move.")
            % {"order": snapshot.order.number}
        )
    lost = [one for one in found.later if one.becomes_on is None]
    if lost:
        raise CannotBeKept(
            _("After that the promise of %(order)s could not be kept at all.")
            % {"order": lost[0].line.order.number}
        )
    record_promise(
        order_id=order_id,
        engine=RUSH,
        lines=_rushed(found, snapshot.promise.basis),
        revision=snapshot.revision,
        by=by,
    )
    numbers = _move_others(found.later, snapshot.order, by)
    order = Order.objects.get(pk=order_id)
    journal.record(
        RushPromised(order_id=order.pk, promised_on=str(order.promised_on), moved=numbers),
        about=order,
        by=by,
    )
    return order


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


def _move_others(later: Sequence[Moved], order: Order, by: User | None) -> list[str]:
    """Promise the moved lines anew; the other lines of their orders keep their dates."""
    moved = {one.line.pk: one for one in later}
    numbers = []
    orders = with_lane(Order.objects.filter(lines__in=moved)).distinct().order_by("pk")
    for other in orders:
        standing = [
            line
            for line in other.lines.filter(is_cancelled=False)
            if line.delivered < line.quantity
        ]
        record_promise(
            order_id=other.pk,
            engine=RUSH,
            lines=[_again(other, line, moved.get(line.pk), order) for line in standing],
            by=by,
        )
        numbers.append(other.number)
    return numbers


def _again(other: Order, line: Line, move: Moved | None, order: Order) -> PromisedLine:
    day = line.promised_on
    reasons: list[dict[str, object]] = []
    if move is not None and move.becomes_on is not None:
        day = move.becomes_on
        params = {"order": order.number, "was": move.was_on.isoformat(), "on": day.isoformat()}
        reasons = [{"code": "moved_for_rush", "params": params, "binding": True}]
    if day is None:
        raise CannotBeKept(
            _("After that the promise of %(order)s could not be kept at all.")
            % {"order": other.number}
        )
    dates = transit_of(other).from_basis(day, other.basis.value)
    return PromisedLine(line_id=line.pk, dates=dates, promised_on=day, reasons=reasons)
