"""Orders handed to a colleague with what is open on each, acknowledged, and handed back."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.followup.events import HandoverAcknowledged, OrdersHandedBack, OrdersHandedOver
from gendan.followup.handing import RUNNING, summaries_of
from gendan.followup.models import Handover, HandoverItem, Question
from gendan.followup.services.refusals import read_coming_day, read_note
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid, NotAllowed, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders import services as orders
from gendan.orders.models import Order
from gendan.orders.services.refusals import NothingToDo

MOST_ORDERS = 500
LONGEST_NOTE = 4000
LONGEST_ORDER_NOTE = 1000


class NotTheirs(DomainError):
    """An order that is no longer with whoever would hand it over."""


class NotYourHandover(NotAllowed):
    """Somebody who would answer for orders that are not given to him."""


@service(gettext_lazy("Hand over orders"))
def hand_over(
    *,
    giver_id: int,
    taker_id: int,
    order_ids: Sequence[int],
    kind: str = Handover.Kind.ABSENCE,
    back_on: dt.date | str | None = None,
    note: str = "",
    notes: Mapping[int, str] | None = None,
    by: User | None,
) -> Handover:
    """Pass a person's running orders to a colleague, with what is open on each and our notes.

    For an absence `back_on` says when they come back. Open questions change their owner with the
    orders. A merchandiser gives her own; a manager anybody's.
    """
    giver, taker = _person(giver_id, "giver_id", may_be_gone=True), _person(taker_id, "taker_id")
    if by is not None and by.pk != giver.pk and not _is_manager(by):
        raise NotYourHandover(_("You hand over your own orders; a manager those of others."))
    if giver.pk == taker.pk:
        raise Invalid(_("Choose somebody else to take them."), field="taker_id")
    if kind not in Handover.Kind.values:
        raise Invalid(_("Say whether it is for an absence or for good."), field="kind")
    day = _back_on(kind, back_on)
    found = _given(giver, order_ids)
    handover = Handover.objects.create(
        giver=giver,
        taker=taker,
        kind=kind,
        back_on=day,
        note=read_note(note, limit=LONGEST_NOTE),
        made_at=clock.now(),
        made_by=by,
    )
    summaries = summaries_of(found)
    HandoverItem.objects.bulk_create(
        HandoverItem(
            handover=handover,
            order=order,
            note=read_note(
                (notes or {}).get(order.pk, ""),
                field=f"notes.{order.pk}",
                limit=LONGEST_ORDER_NOTE,
            ),
            summary=summaries[order.pk].as_json(),
        )
        for order in found
    )
    _pass([order.pk for order in found], giver, taker, by)
    journal.record(
        OrdersHandedOver(
            **_named(handover),
            kind=kind,
            back_on=str(day) if day else None,
            order_ids=[order.pk for order in found],
        ),
        about=[handover, *found],
        by=by,
    )
    return handover


@service(gettext_lazy("I have read what is open"))
def acknowledge_handover(*, handover_id: int, by: User) -> Handover:
    """Whoever got the orders answers for knowing what is open on them."""
    handover = _locked(handover_id)
    if by.pk != handover.taker_id:
        raise NotYourHandover(
            _("These orders were given to %(person)s.") % {"person": str(handover.taker)}
        )
    handover.step("acknowledge_handover")
    handover.acknowledged_at = clock.now()
    handover.save()
    order_ids = list(handover.items.order_by("pk").values_list("order_id", flat=True))
    journal.record(
        HandoverAcknowledged(**_named(handover), order_ids=order_ids), about=handover, by=by
    )
    return handover


@service(gettext_lazy("Hand back"))
def hand_back(*, handover_id: int, by: User | None) -> Handover:
    """In one step: the orders that are still with the deputy go back to whom they were given by.

    What has ended or gone to somebody else meanwhile stays where it is.
    """
    handover = _locked(handover_id)
    concerned = (handover.giver_id, handover.taker_id)
    if by is not None and by.pk not in concerned and not _is_manager(by):
        raise NotYourHandover(
            _("Only %(giver)s, %(taker)s or a manager hands these orders back.")
            % {"giver": str(handover.giver), "taker": str(handover.taker)}
        )
    giver = _person(handover.giver_id, "giver_id")
    handover.step("hand_back")
    still = list(
        handover.items.filter(order__merchandiser=handover.taker_id, order__state__in=RUNNING)
        .order_by("order_id")
        .values_list("order_id", flat=True)
    )
    if still:
        _pass(still, handover.taker, giver, by)
        handover.items.filter(order__in=still).update(is_returned=True)
    handover.returned_at = clock.now()
    handover.returned_by = by
    handover.save()
    journal.record(
        OrdersHandedBack(**_named(handover), order_ids=still),
        about=[handover, *(f"orders.order:{pk}" for pk in still)],
        by=by,
    )
    return handover


def _is_manager(user: User) -> bool:
    return user.is_superuser or user.has_role("manager")


def _given(giver: User, order_ids: Sequence[int]) -> list[Order]:
    wanted = set(order_ids)
    if not wanted:
        raise NothingToDo(_("Choose at least one order."), field="order_ids")
    if len(wanted) > MOST_ORDERS:
        raise Invalid(
            _("At most %(limit)s orders at once.") % {"limit": MOST_ORDERS}, field="order_ids"
        )
    locked = Order.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    known = {order.pk: order for order in locked}
    if len(known) < len(wanted):
        raise NotThere(_("There is no such order."))
    for order in known.values():
        if order.merchandiser_id != giver.pk or order.state not in RUNNING:
            raise NotTheirs(
                _("%(order)s is no running order of %(person)s any more; open the page anew.")
                % {"order": order.number, "person": str(giver)}
            )
    found = Order.objects.filter(pk__in=wanted).select_related("customer", "journey")
    return list(found.order_by("promised_on", "pk"))


def _pass(order_ids: list[int], giver: User, taker: User, by: User | None) -> None:
    """The orders and their open questions are the other's from now on."""
    orders.hand_over_orders(order_ids=order_ids, to_id=taker.pk, by=by)
    Question.objects.filter(order__in=order_ids, owner=giver, state=Question.State.OPEN).update(
        owner=taker
    )


def _back_on(kind: str, value: dt.date | str | None) -> dt.date | None:
    if kind == Handover.Kind.LEAVING:
        return None
    if not value:
        raise Invalid(_("Say on which day they are back."), field="back_on")
    return read_coming_day(value, field="back_on")


def _person(pk: int, field: str, *, may_be_gone: bool = False) -> User:
    people = User.objects.filter(pk=pk, is_outside=False)
    found = (people if may_be_gone else people.filter(is_active=True)).first()
    if found is None:
        raise Invalid(_("There is no such person here."), field=field)
    return found


def _locked(handover_id: int) -> Handover:
    found = (
        Handover.objects.select_for_update(of=("self",))
        .select_related("giver", "taker")
        .filter(pk=handover_id)
        .first()
    )
    if found is None:
        raise NotThere(_("There is no such handover."))
    return found


def _named(handover: Handover) -> dict[str, Any]:
    return {
        "handover_id": handover.pk,
        "giver_id": handover.giver_id,
        "taker_id": handover.taker_id,
    }
