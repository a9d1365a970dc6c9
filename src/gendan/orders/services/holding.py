"""Gates: holds that keep a stage of an order back, set by hand or by rooms above."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import IllegalStep, NotAllowed, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.events import HoldPlaced, HoldReleased
from gendan.orders.models import Hold, Order, OrderState, Stage
from gendan.orders.services.reading import Refused, read_choice, read_text
from gendan.orders.services.refusals import OrderIsHeld, locked_order, url_of

BY_HAND = "hand"
_RUNNING = (OrderState.DRAFT, OrderState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class HoldData:
    """A hold to be placed: on which order and stage, under which key, why."""

    order_id: int
    stage: str
    key: str
    reason: str


def refuse_if_held(order: Order, *, stage: str) -> None:
    """Raise OrderIsHeld with the reasons of all open holds of a stage (1 query)."""
    holds = list(Hold.objects.filter(order=order.pk, stage=stage, released_at=None).order_by("pk"))
    if holds:
        raise OrderIsHeld(
            _("%(order)s is held before %(stage)s: %(reasons)s")
            % {
                "order": order.number,
                "stage": str(Stage(stage).label),
                "reasons": "; ".join(hold.why for hold in holds),
            },
            link=url_of(order.pk),
            stage=stage,
            holds=[hold.pk for hold in holds],
        )


@service(gettext_lazy("Hold the order"))
def place_hold(*, order_id: int, stage: str, reason: str, by: User | None) -> Hold:
    """Keep a stage of an order back until somebody releases it."""
    order = locked_order(order_id)
    if order.state not in _RUNNING:
        raise IllegalStep(
            _("%(order)s is “%(state)s”; there is nothing left to hold.")
            % {"order": order.number, "state": order.get_state_display()}
        )
    reason = read_text(reason, 500, field="reason")
    if not reason:
        raise Refused(_("Say why the order is held."), field="reason")
    hold = Hold(
        order=order,
        stage=read_choice(stage or "?", Stage, field="stage"),
        key=BY_HAND,
        reason=reason,
        placed_at=clock.now(),
        placed_by=by,
    )
    hold.save(force_insert=True)
    journal.record(_placed(hold), about=order, by=by)
    return hold


@service(gettext_lazy("Release the hold"))
def release_hold(*, hold_id: int, reason: str = "", by: User | None) -> Hold:
    """Let the stage go on. A hold with a condition (not placed by hand) is only overridden.

    Overriding needs the permission `override_hold` and a reason, and shows in the review.
    """
    order_id = Hold.objects.filter(pk=hold_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotThere(_("There is no such hold."))
    order = locked_order(order_id)
    hold = Hold.objects.get(pk=hold_id)
    if hold.released_at is not None:
        raise IllegalStep(_("This hold has been released already."))
    reason = read_text(reason, 500, field="reason")
    is_override = hold.key != BY_HAND
    if is_override and by is not None and not by.may_do("override_hold"):
        raise NotAllowed(
            _("“%(reason)s” still stands. Only somebody who may override holds can release it.")
            % {"reason": hold.reason},
            verb="override_hold",
        )
    if is_override and not reason:
        raise Refused(
            _("Say why the order goes on although “%(reason)s” still stands.")
            % {"reason": hold.reason},
            field="reason",
        )
    _release([hold], by, reason, is_override=is_override)
    journal.record(_released(hold), about=order, by=by)
    return hold


@service
def place_holds(*, holds: Sequence[HoldData], by: User | None = None) -> list[Hold]:
    """Place holds for a room above; one that is open under the same key keeps standing (5 queries).

    Orders that have ended are passed over. Returns the holds that are new.
    """
    running = _lock_running({hold.order_id for hold in holds})
    open_now = {
        (hold.order_id, hold.stage, hold.key): hold
        for hold in Hold.objects.filter(order__in=running, released_at=None).exclude(key=BY_HAND)
    }
    now = clock.now()
    new = {}
    for data in holds:
        key = (data.order_id, data.stage, data.key)
        if data.order_id in running and key not in open_now and data.key != BY_HAND:
            new[key] = Hold(
                order_id=data.order_id,
                stage=read_choice(data.stage or "?", Stage, field="stage"),
                key=data.key,
                reason=data.reason[:500],
                placed_at=now,
                placed_by=by,
            )
    made = Hold.objects.bulk_create(list(new.values()))
    journal.record_many([(_placed(hold), _name(hold)) for hold in made], by=by)
    return made


@service
def release_holds_of(
    *, order_ids: Collection[int], keys: Collection[str], by: User | None = None
) -> list[Hold]:
    """Release the open holds of these keys because their condition is met (4 queries)."""
    locked = list(
        Order.objects.select_for_update(of=("self",))
        .filter(pk__in=order_ids)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    holds = list(
        Hold.objects.filter(order__in=locked, key__in=set(keys) - {BY_HAND}, released_at=None)
    )
    _release(holds, by, "", is_override=False)
    journal.record_many([(_released(hold), _name(hold)) for hold in holds], by=by)
    return holds


def release_all_holds(order: Order, by: User | None) -> None:
    """An order that has ended is held no longer."""
    holds = list(Hold.objects.filter(order=order.pk, released_at=None))
    if holds:
        _release(holds, by, "", is_override=False)
        journal.record_many([(_released(hold), order) for hold in holds], by=by)


def _lock_running(order_ids: Collection[int]) -> set[int]:
    rows = Order.objects.select_for_update(of=("self",)).filter(
        pk__in=order_ids, state__in=_RUNNING
    )
    return set(rows.order_by("pk").values_list("pk", flat=True))


def _release(holds: Sequence[Hold], by: User | None, reason: str, *, is_override: bool) -> None:
    now = clock.now()
    for hold in holds:
        hold.released_at = now
        hold.released_by = by
        hold.release_reason = reason
        hold.is_override = is_override
    Hold.objects.filter(pk__in=[hold.pk for hold in holds]).update(
        released_at=now, released_by=by, release_reason=reason, is_override=is_override
    )


def _placed(hold: Hold) -> HoldPlaced:
    return HoldPlaced(
        order_id=hold.order_id,
        hold_id=hold.pk,
        stage=hold.stage,
        key=hold.key,
        reason=hold.reason,
    )


def _released(hold: Hold) -> HoldReleased:
    return HoldReleased(
        order_id=hold.order_id,
        hold_id=hold.pk,
        stage=hold.stage,
        key=hold.key,
        reason=hold.release_reason,
        is_override=hold.is_override,
    )


def _name(hold: Hold) -> str:
    return f"orders.order:{hold.order_id}"
