"""Supply exceptions: found by facts or reported, decided, and ended when the goods are right."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.journal import ref
from gendan.kernel.models import User
from gendan.kernel.quantity import read_quantity
from gendan.kernel.service import service
from gendan.orders.services.reading import read_text
from gendan.purchasing.choices import Choice, choices_for
from gendan.purchasing.events import (
    SupplyExceptionClosed,
    SupplyExceptionDecided,
    SupplyExceptionFound,
)
from gendan.purchasing.models import (
    GoodsReceiptLine,
    PurchaseOrder,
    PurchaseOrderLine,
    SupplierWord,
    SupplyException,
)
from gendan.purchasing.services.ending import cancel_purchase_order
from gendan.purchasing.services.parting import PartRow
from gendan.purchasing.services.replacing import cancel_rest
from gendan.purchasing.services.sharing import (
    about_of,
    lines_of,
    living,
    locked_purchase_order,
    read_reason,
    said_of,
)
from gendan.purchasing.services.ways_out import Wish, start

Kind, State = SupplyException.Kind, SupplyException.State
_NOT_CERTAIN = (
    PurchaseOrder.State.DRAFT,
    PurchaseOrder.State.TO_APPROVE,
    PurchaseOrder.State.APPROVED,
    PurchaseOrder.State.SENT,
)


class ExceptionIsKnown(DomainError):
    """The same is open about the same line already."""


class ChoiceNotPossible(DomainError):
    """What was chosen cannot be done, or is no longer offered."""


@dataclass(frozen=True)
class _Sign:
    """What is not as ordered about a line: how much, and when it is expected."""

    quantity: Decimal
    expected_on: dt.date | None = None


@service
def find_supply_exceptions(
    *, expected_ids: Collection[int] = (), order_ids: Collection[int] = (), by: None = None
) -> int:
    """Look at lines again, of these supplies or orders, or (neither given) of all that could be
    late: open what is not as ordered, end what is; returns how many were opened or ended."""
    changed = 0
    for order_id in _orders_meant(expected_ids, order_ids):
        changed += _look_at(locked_purchase_order(order_id))
    return changed


@service
def follow_started_order(*, purchase_order_id: int, by: None = None) -> int:
    """An order written because of exceptions has moved: once it is approved the rest of what it
    replaces is no longer wanted; if it is cancelled, something else is to be decided."""
    order = PurchaseOrder.objects.filter(pk=purchase_order_id).first()
    rows = SupplyException.objects.filter(
        started=ref(f"{PurchaseOrder._meta.label_lower}:{purchase_order_id}"),
        state=State.DECIDED,
        choice=SupplyException.Choice.OTHER_SUPPLIER,
    )
    changed = 0
    for exception_id in list(rows.order_by("pk").values_list("pk", flat=True)):
        found = _locked(exception_id)
        if order is None or order.state == PurchaseOrder.State.CANCELLED:
            _open_again(found)
        elif order.approved_at is not None:
            cancel_rest(found.line, order, None)
        changed += 1 + _look_at(found.line.order)
    return changed


@service(gettext_lazy("Report a supply exception"))
def report_supply_exception(
    *, line_id: int, kind: str, quantity: Decimal | str, remark: str = "", by: User | None
) -> SupplyException:
    """Somebody has seen that a delivery is wrong, too little, too much or will be late."""
    order, line = _line(line_id)
    if kind not in Kind.values:
        raise Invalid(_("Say what is wrong with it."), field="kind")
    if line.is_cancelled or not order.version or order.state == PurchaseOrder.State.CANCELLED:
        raise Invalid(_("The supplier has no order for this line."), field="line_id")
    much = read_quantity(quantity, step=line.item.unit.step)
    words = read_reason_of(kind, remark)
    if SupplyException.objects.filter(line=line, kind=kind, state__in=SupplyException.ALIVE):
        raise ExceptionIsKnown(_("This is known of the line already, and not done yet."))
    made = _open(line, kind, _Sign(much), remark=words, is_reported=True)
    _tell_found(made, by)
    return made


@service(gettext_lazy("Decide about a supply exception"))
def decide_supply_exception(
    *,
    exception_id: int,
    choice: str,
    reason: str = "",
    on: dt.date | str | None = None,
    parts: Sequence[PartRow] = (),
    revision: int | None = None,
    by: User | None,
) -> SupplyException:
    """Say what is done about it and start it; `choice` is the key of one of `choices_for`.

    Its day and cost are kept as they were calculated. It may be decided anew until it is done.
    `on`: the day to wait until; `parts`: those of a line that is split.
    """
    found = _locked(exception_id)
    found.step("decide_supply_exception")
    found.refuse_if_stale(revision)
    chosen = _chosen(found, choice)
    found.choice, found.choice_of = chosen.kind, chosen.of
    _undo(found, by)
    started = start(found, chosen, Wish(on, parts), by)
    found.started, found.choice_on, found.choice_cost = started.name, started.on, chosen.cost
    found.reason = read_text(reason, 500, field="reason")
    found.decided_at, found.decided_by = clock.now(), by
    found.revision += 1
    found.save()
    said = _said(found)
    fact = SupplyExceptionDecided(
        **said,
        choice=chosen.kind,
        of=chosen.of,
        of_name=chosen.of_name,
        on=str(found.choice_on or ""),
        started=found.started,
        reason=found.reason,
    )
    journal.record(fact, about=_about(found), by=by)
    return found


@service(gettext_lazy("Say that a supply exception is done"))
def close_supply_exception(
    *, exception_id: int, reason: str = "", revision: int | None = None, by: User | None
) -> SupplyException:
    """Nothing more is to be done about it, for a reason that is kept."""
    found = _locked(exception_id)
    found.step("close_supply_exception")
    found.refuse_if_stale(revision)
    words = read_reason(reason, _("Say why nothing more is to be done."))
    _end(found, words, by)
    return found


def read_reason_of(kind: str, remark: str) -> str:
    """What was seen; wrong goods need words: the line does not say what came."""
    words = read_text(remark, 500, field="remark")
    if kind == Kind.WRONG and not words:
        raise Invalid(_("Say what came instead."), field="remark")
    return words


def _orders_meant(expected_ids: Collection[int], order_ids: Collection[int]) -> list[int]:
    if order_ids:
        return sorted(set(order_ids))
    lines = PurchaseOrderLine.objects.filter(is_cancelled=False, order__version__gt=0)
    if expected_ids:
        lines = lines.filter(expected__in=list(expected_ids))
        return sorted(set(lines.values_list("order_id", flat=True)))
    late = lines.filter(
        due_on__lt=clock.today(), expected__is_open=True, order__state__in=PurchaseOrder.OPEN
    )
    alive = SupplyException.objects.filter(state__in=SupplyException.ALIVE)
    known = alive.values_list("line__order_id", flat=True)
    return sorted({*late.values_list("order_id", flat=True), *known})


def _look_at(order: PurchaseOrder) -> int:
    lines = living(lines_of(order))
    signs = _signs(order, lines)
    by_id = {line.pk: line for line in lines}
    rows = SupplyException.objects.filter(line__order=order, state__in=SupplyException.ALIVE)
    alive = {(one.line_id, one.kind): one for one in rows}
    changed = 0
    for key, found in alive.items():
        found.line = by_id.get(key[0], found.line)
        sign = signs.get(key)
        if sign is not None:
            _update(found, sign)
            changed += _reopen(found)
        elif not _is_under_way(found, lines) and (_is_over(found) or not found.is_reported):
            found.step("end_supply_exception")
            _end(found, "", None)
            changed += 1
    for (line_id, kind), sign in signs.items():
        if (line_id, kind) not in alive and not _was_settled(line_id, kind, sign):
            made = _open(by_id[line_id], kind, sign)
            _tell_found(made, None)
            changed += 1
    return changed


def _is_over(found: SupplyException) -> bool:
    """Whether nothing of what was reported can matter any more: the line was taken out, or what
    was reported late is here."""
    line = found.line
    return line.is_cancelled or (found.kind == Kind.LATE and not line.is_open)


def _is_under_way(found: SupplyException, lines: Sequence[PurchaseOrderLine]) -> bool:
    """Whether what was decided has still to bring the goods: a day that moved ends nothing.

    Another supplier's order has done its part once it is confirmed.
    """
    if found.state != State.DECIDED or not found.started:
        return False
    elsewhere = started_order(found)
    if elsewhere is not None and elsewhere.pk != found.line.order_id:
        return elsewhere.state in _NOT_CERTAIN
    whole = found.line.part_of_id or found.line_id
    return any(one.is_open for one in lines if whole in (one.pk, one.part_of_id))


def started_order(found: SupplyException) -> PurchaseOrder | None:
    """The purchase order a decision has started, or changed."""
    name, _colon, pk = found.started.partition(":")
    if name != PurchaseOrder._meta.label_lower:
        return None
    return PurchaseOrder.objects.filter(pk=int(pk)).first()


def _reopen(found: SupplyException) -> bool:
    """What was waited for has not come by the day that was decided: its owner decides anew."""
    day = found.choice_on
    if found.state != State.DECIDED or day is None or day >= clock.today():
        return False
    _open_again(found)
    return True


def _open_again(found: SupplyException) -> None:
    found.step("reopen_supply_exception")
    found.choice = found.choice_of = found.started = ""
    found.choice_on = found.choice_cost = None
    found.revision += 1
    found.save()
    _tell_found(found, None)


def _was_settled(line_id: int, kind: str, sign: _Sign) -> bool:
    """Whether somebody has said of just this that nothing more is to be done about it."""
    done = SupplyException.objects.filter(line=line_id, kind=kind, state=State.DONE)
    return done.filter(~Q(end_reason=""), quantity__gte=sign.quantity).exists()


def _signs(
    order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]
) -> dict[tuple[int, str], _Sign]:
    """What is not as ordered of the lines now: 2 queries."""
    if not order.version or order.state == PurchaseOrder.State.CANCELLED:
        return {}
    ids = [line.pk for line in lines]
    words = SupplierWord.objects.filter(line__in=ids, state=SupplierWord.State.PROPOSED)
    said = dict(words.values_list("line_id", "on"))
    bad = GoodsReceiptLine.objects.filter(order_line__in=ids, rejected__gt=F("returned"))
    rejected: dict[int, Decimal] = dict(
        bad.values_list("order_line").annotate(left=Sum(F("rejected") - F("returned")))
    )
    found: dict[tuple[int, str], _Sign] = {}
    for line in lines:
        late = _late(line, said.get(line.pk))
        if late is not None:
            found[line.pk, Kind.LATE] = late
        if line.expected is None:
            continue
        is_given_up = bool(order.end_reason)
        if not line.is_open and 0 < line.received < line.least and not is_given_up:
            found[line.pk, Kind.SHORT] = _Sign(line.quantity - line.received)
        if line.received > line.most:
            found[line.pk, Kind.OVER] = _Sign(line.received - line.quantity)
        if line.pk in rejected:
            found[line.pk, Kind.WRONG] = _Sign(rejected[line.pk])
    return found


def _late(line: PurchaseOrderLine, proposed_on: dt.date | None) -> _Sign | None:
    """Overdue, or the supplier proposes a day after the one it is needed on."""
    if line.expected is None or not line.is_open or line.order.state not in PurchaseOrder.OPEN:
        return None
    left = line.quantity - line.received
    if left <= 0:
        return None
    if proposed_on is not None and proposed_on > line.requested_on:
        return _Sign(left, proposed_on if proposed_on >= clock.today() else None)
    return _Sign(left) if line.due_on < clock.today() else None


def _open(
    line: PurchaseOrderLine,
    kind: str,
    sign: _Sign,
    *,
    remark: str = "",
    is_reported: bool = False,
) -> SupplyException:
    return SupplyException.objects.create(
        line=line,
        kind=kind,
        owner_id=line.order.made_by_id,
        quantity=sign.quantity,
        needed_on=line.requested_on,
        expected_on=sign.expected_on,
        demands=line.demands,
        remark=remark,
        is_reported=is_reported,
        found_at=clock.now(),
    )


def _update(found: SupplyException, sign: _Sign) -> None:
    """Figures follow the facts; a decision is not touched."""
    now = (sign.quantity, sign.expected_on, found.line.demands)
    if (found.quantity, found.expected_on, found.demands) == now or found.is_reported:
        return
    found.quantity, found.expected_on, found.demands = now
    found.revision += 1
    found.save()


def _end(found: SupplyException, reason: str, by: User | None) -> None:
    found.ended_at, found.end_reason = clock.now(), reason
    found.revision += 1
    found.save()
    fact = SupplyExceptionClosed(**_said(found), reason=reason)
    journal.record(fact, about=_about(found), by=by)


def _tell_found(found: SupplyException, by: User | None) -> None:
    fact = SupplyExceptionFound(**_said(found), expected_on=str(found.expected_on or ""))
    journal.record(fact, about=_about(found), by=by)


def _said(found: SupplyException) -> dict[str, Any]:
    line = found.line
    return {
        **said_of(line.order, [line]),
        "exception_id": found.pk,
        "kind": found.kind,
        "position": line.position,
        "item": line.item.code,
        "owner_id": found.owner_id,
        "quantity": f"{found.quantity.normalize():f}",
        "unit": line.item.unit.code,
    }


def _about(found: SupplyException) -> list[Any]:
    return [found, *about_of(found.line.order, [found.line])]


def _line(line_id: int) -> tuple[PurchaseOrder, PurchaseOrderLine]:
    order_id = PurchaseOrderLine.objects.filter(pk=line_id).values_list("order_id", flat=True)
    if not order_id:
        raise NotThere(_("There is no such line of a purchase order."))
    order = locked_purchase_order(order_id[0])
    return order, next(one for one in lines_of(order) if one.pk == line_id)


def _locked(exception_id: int) -> SupplyException:
    """It, after its order was locked: whoever has that owns its exceptions."""
    rows = SupplyException.objects.filter(pk=exception_id)
    order_id = rows.values_list("line__order_id", flat=True).first()
    if order_id is None:
        raise NotThere(_("There is no such supply exception."))
    order = locked_purchase_order(order_id)
    found = SupplyException.objects.select_for_update(of=("self",)).get(pk=exception_id)
    found.line = next(one for one in lines_of(order) if one.pk == found.line_id)
    return found


def _undo(found: SupplyException, by: User | None) -> None:
    """What was started for another decision is not done as well: nothing is bought twice."""
    order = started_order(found)
    if order is None or order.pk == found.line.order_id or not order.is_open:
        return
    if order.approved_at is not None:
        raise ChoiceNotPossible(
            _("%(order)s is approved already; cancel it before something else is decided.")
            % {"order": order.number},
            field="choice",
        )
    reason = _("Something else was decided.")
    cancel_purchase_order(purchase_order_id=order.pk, reason=reason, by=by)


def _chosen(found: SupplyException, key: str) -> Choice:
    for one in choices_for(found):
        if one.key == key:
            if not one.may:
                raise ChoiceNotPossible(
                    _("“%(choice)s” is not possible: %(why)s")
                    % {"choice": one.label, "why": one.note},
                    field="choice",
                )
            return one
    raise ChoiceNotPossible(_("This is not among what can be done now."), field="choice")
