"""Deciding on a change order: carried through, rejected, undone."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.changes import impact
from gendan.changes.content import read_content
from gendan.changes.events import ChangeAccepted, ChangeRejected, ChangeUndone
from gendan.changes.impact import Kind, impact_of
from gendan.changes.models import Acknowledgement, ChangeOrder
from gendan.changes.preview import proposal_of
from gendan.changes.services.acknowledging import ask_to_acknowledge, ask_to_acknowledge_again
from gendan.changes.services.refusals import (
    CannotUndo,
    ChangeIsBlocked,
    ChangeIsStale,
    change_url,
    locked_change,
)
from gendan.kernel import clock, journal
from gendan.kernel.errors import Invalid
from gendan.kernel.models import Entry, User
from gendan.kernel.service import service
from gendan.orders.models import Order
from gendan.orders.services.amending import amend_order
from gendan.orders.services.reading import read_text
from gendan.orders.services.restoring import image_of, restore_order

_Of = Acknowledgement.Of


@service(gettext_lazy("Carry the change through"))
def accept_change(
    *,
    change_id: int,
    revision: int | None = None,
    order_revision: int | None = None,
    by: User | None,
) -> ChangeOrder:
    """Say yes: the order gets a new version and every room follows, all of it or nothing.

    `order_revision` is the order that was looked at; when it has changed since, the effects have to
    be looked at again. What every room said is kept with the change.
    """
    order, change = locked_change(change_id, revision=revision)
    change.step("accept_change")
    order.step("amend_order")
    _refuse_stale(order, change, order_revision)
    content = read_content(change.content or {})
    image = image_of(order)
    proposal = proposal_of(Order.objects.get(pk=order.pk), content)
    found = impact_of(proposal)
    if found.blocking:
        raise ChangeIsBlocked(" ".join(found.blocking[:3]))
    amended = amend_order(
        order_id=order.pk,
        **content.as_arguments(),
        reason=(f"{change.number} {change.reason}".strip())[:500],
        by=by,
    )
    impact.carry_through(proposal, amended, by)
    version = amended.versions.get(number=amended.version)
    change.version, change.difference = version.number, version.difference
    change.effects = found.as_data()
    image["entry"] = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    change.undo = image
    change.decided_at, change.decided_by = clock.now(), by
    change.revision += 1
    change.save()
    ask_to_acknowledge(change, amended, found.roles, by)
    asks = [effect for _one, effect in found.effects if effect.kind == Kind.ASK]
    journal.record(
        ChangeAccepted(
            **_fact(change),
            version=version.number,
            difference=version.difference,
            effects=len(found.effects),
            asks=len(asks),
            reason=change.reason,
        ),
        about=[change, order],
        by=by,
    )
    return change


def _refuse_stale(order: Order, change: ChangeOrder, seen: int | None) -> None:
    if order.version != change.base_version:
        raise ChangeIsStale(
            _(
                "%(order)s was amended after %(change)s was put forward (version %(now)s, looked "
                "at was %(was)s). Look at the effects again and put it forward anew."
            )
            % {
                "order": order.number,
                "change": change.number,
                "now": order.version,
                "was": change.base_version,
            },
            link=change_url(change),
        )
    if seen is not None and seen != order.revision:
        raise ChangeIsStale(
            _("%(order)s has changed since you looked at the effects; look at them again.")
            % {"order": order.number},
            link=change_url(change),
        )


@service(gettext_lazy("Reject the change"))
def reject_change(
    *, change_id: int, reason: str, revision: int | None = None, by: User | None
) -> ChangeOrder:
    """Say no: the order stays as it is."""
    order, change = locked_change(change_id, revision=revision)
    change.step("reject_change")
    words = read_text(reason, 500, field="reason")
    if not words:
        raise Invalid(_("Say why the order stays as it is."), field="reason")
    change.decision = words
    change.decided_at, change.decided_by = clock.now(), by
    change.revision += 1
    change.save()
    journal.record(ChangeRejected(**_fact(change), reason=words), about=[change, order], by=by)
    return change


@service(gettext_lazy("Undo the change"))
def undo_change(
    *, change_id: int, reason: str = "", revision: int | None = None, by: User | None
) -> ChangeOrder:
    """Take a change back while nothing irreversible has followed: the order is as it was.

    Lines, dates, quantities, payment plan and promise are those of before, as a new version; stock
    that was kept is kept again as far as it is still free.
    """
    order, change = locked_change(change_id, revision=revision)
    change.step("undo_change")
    order.step("amend_order")
    found = what_hinders(change)
    if found:
        raise CannotUndo(
            _("%(change)s cannot be undone: %(what)s")
            % {"change": change.number, "what": " ".join(found[:3])},
            link=change_url(change),
        )
    words = read_text(reason, 400, field="reason")
    restored = restore_order(
        order_id=order.pk,
        image=change.undo or {},
        reason=f"{change.number} ↶ {words}".strip()[:500],
        by=by,
    )
    impact.take_back(change, by)
    change.undone_at, change.undone_by, change.undo_reason = clock.now(), by, words
    change.undo_version = restored.version
    change.revision += 1
    change.save()
    ask_to_acknowledge_again(change, _Of.UNDONE, by)
    journal.record(
        ChangeUndone(**_fact(change), version=restored.version, reason=words),
        about=[change, order],
        by=by,
    )
    return change


def what_hinders(change: ChangeOrder) -> list[str]:
    """What has followed an accepted change that cannot be taken back, in sentences."""
    order = change.order
    if order.version != change.version:
        newer = ChangeOrder.objects.filter(order=order, version=order.version).first()
        name = newer.number if newer else _("version %(number)s") % {"number": order.version}
        return [
            _("%(order)s was changed again since (%(newer)s).")
            % {"order": order.number, "newer": name}
        ]
    return impact.obstacles(change)


def _fact(change: ChangeOrder) -> dict[str, Any]:
    return {"order_id": change.order_id, "change_id": change.pk, "number": change.number}
