"""How a change order begins: asked for in words, and written down as exactly what would differ."""

from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.changes.content import Content
from gendan.changes.events import ChangeAskedFor, ChangeProposed, ChangeVoided
from gendan.changes.models import OPEN, ChangeOrder, ChangeState
from gendan.changes.preview import proposal_of
from gendan.changes.services.refusals import (
    MOST_WORDS,
    locked_change,
    refuse_another_pending,
)
from gendan.kernel import clock, journal, numbering
from gendan.kernel.errors import IllegalStep, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.models import Order, OrderState
from gendan.orders.services.reading import read_text
from gendan.orders.services.refusals import NothingToDo, locked_order

_RUNNING = (OrderState.DRAFT, OrderState.CONFIRMED)


@service(gettext_lazy("Ask for a change"))
def ask_change(
    *,
    order_id: int,
    text: str,
    origin: str = "customer",
    name: str = "",
    source: str = "",
    content: Content | None = None,
    by: User | None,
) -> ChangeOrder:
    """Write down in words that somebody wants the order to be different.

    `source` names what it came from ("kernel.entry:12"); asked for twice from the same source it is
    one change order. `content` is what its form is filled with, where that is known already.
    """
    order = locked_order(order_id)
    if order.state not in _RUNNING:
        raise IllegalStep(
            _("%(order)s is “%(state)s”; it is changed no more.")
            % {"order": order.number, "state": order.get_state_display()}
        )
    words = read_text(text, MOST_WORDS, field="text")
    if not words:
        raise Invalid(_("Say what should be different."), field="text")
    _check_origin(origin)
    if source:
        known = ChangeOrder.objects.filter(order=order, source=source[:80]).first()
        if known is not None:
            return known
    change = _new(order, origin, by, name=read_text(name, 120, field="name"), words=words)
    change.source = source[:80]
    change.content = content.as_data() if content else None
    change.save(force_insert=True)
    journal.record(
        ChangeAskedFor(**_fact(change), origin=origin, text=words, person=change.asked_name),
        about=[change, order],
        by=by,
    )
    return change


@service(gettext_lazy("Put a change forward"))
def propose_change(
    *,
    order_id: int,
    content: Content,
    change_id: int | None = None,
    origin: str = "us",
    name: str = "",
    reason: str = "",
    revision: int | None = None,
    by: User | None,
) -> ChangeOrder:
    """Write down exactly what would be different; refused as amending the order would be.

    With `change_id` it answers what was asked for, or takes the place of what was put forward
    before: for something else, or the same against the order as it is now.
    """
    change = None
    if change_id is not None:
        order, change = locked_change(change_id)
        if order.pk != order_id:
            raise NotThere(_("There is no such change order."))
        order.refuse_if_stale(revision)
    else:
        order = locked_order(order_id, revision=revision)
    _check_origin(origin)
    if content.is_empty:
        raise NothingToDo(_("Nothing would be changed."))
    refuse_another_pending(order, but=change.pk if change else None)
    kept = content.as_data()
    base = (order.version, order.revision)
    proposal = proposal_of(Order.objects.get(pk=order.pk), content)
    is_renewed = change is not None and change.state == ChangeState.PROPOSED
    if change is None:
        change = _new(order, origin, by, name=read_text(name, 120, field="name"), words="")
        change.state = ChangeState.PROPOSED
    else:
        change.step("propose_change")
        change.revision += 1
    change.content, change.difference = kept, proposal.difference
    change.reason = read_text(reason, 500, field="reason")
    change.base_version, change.base_revision = base
    change.proposed_at, change.proposed_by = clock.now(), by
    _save(change, order)
    journal.record(
        ChangeProposed(**_fact(change), difference=proposal.difference, is_renewed=is_renewed),
        about=[change, order],
        by=by,
    )
    return change


def _check_origin(origin: str) -> None:
    if origin not in ChangeOrder.Origin.values:
        raise Invalid(_("A change is asked for by us or by the customer."), field="origin")


def _save(change: ChangeOrder, order: Order) -> None:
    """The order's lock keeps two proposals apart; should one slip by, the constraint does."""
    try:
        change.save()
    except IntegrityError as error:
        if "change_proposed_once" not in str(error):
            raise
        raise IllegalStep(_("Another change of this order was just put forward.")) from error


@service
def void_changes(*, order_id: int, by: User | None = None) -> int:
    """The order has ended: what was asked for or put forward is no longer needed."""
    order = locked_order(order_id)
    if order.state in _RUNNING:
        return 0
    found = list(
        ChangeOrder.objects.select_for_update().filter(order=order, state__in=OPEN).order_by("pk")
    )
    for change in found:
        change.step("void_changes")
        change.revision += 1
        change.decided_at = clock.now()
        change.save(update_fields=["state", "revision", "decided_at"])
    journal.record_many(
        [(ChangeVoided(**_fact(change)), [change, order]) for change in found], by=by
    )
    return len(found)


def _new(order: Order, origin: str, by: User | None, *, name: str, words: str) -> ChangeOrder:
    return ChangeOrder(
        number=numbering.draw("change_order"),
        order=order,
        origin=origin,
        asked_name=name,
        asked_words=words,
        made_at=clock.now(),
        made_by=by,
    )


def _fact(change: ChangeOrder) -> dict[str, Any]:
    return {"order_id": change.order_id, "change_id": change.pk, "number": change.number}
