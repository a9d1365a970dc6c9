"""Carrying what a document asks for into an order we have: at once, or as a change order."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.changes.content import Content
from gendan.changes.models import ChangeOrder
from gendan.changes.services import ask_change
from gendan.intake.differences import Changed, Differences, differences
from gendan.intake.draft_data import lines_of
from gendan.intake.events import DraftMerged
from gendan.intake.models import Draft, Incoming
from gendan.intake.queries import meant_order
from gendan.intake.services.correcting import correct_draft
from gendan.intake.services.deciding import (
    finish_if_decided,
    is_complete,
    line_of,
    refuse_doubtful,
)
from gendan.intake.services.refusals import (
    CannotMerge,
    DraftIsIncomplete,
    NotAnOrder,
    locked_draft,
)
from gendan.intake.words import field_name
from gendan.kernel import journal
from gendan.kernel.errors import NotAllowed, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service, title_of
from gendan.orders.entry import DeliveryData, LineChange, LineData, OrderChanges
from gendan.orders.models import Line, Order, OrderState
from gendan.orders.services import attach_to_order, cancel_order, edit_order

MERGEABLE = ("order", "order_change", "order_cancellation")
MOST_ROWS = 40  # of the differences told in words


@service(gettext_lazy("Carry into the order"))
def merge_draft(
    *,
    draft_id: int,
    order_id: int | None = None,
    revision: int | None = None,
    confirmed_doubts: Iterable[str] = (),
    cancel_missing: bool = False,
    corrections: Mapping[str, Any] | None = None,
    by: User | None,
) -> Draft:
    """Carry a change, a cancellation or a second version of an order into the order we have.

    An order that is still a draft is changed at once; for a confirmed one a change order is opened
    with the document's values, decided in the changes room like any other. Without `order_id` it is
    the order with the document's number. Lines the document does not name stay, unless
    `cancel_missing`. Refused while values are doubtful that nobody has looked at.
    """
    incoming, draft = locked_draft(draft_id, revision)
    draft.step("merge_draft")
    if corrections:
        draft = correct_draft(draft_id=draft_id, **corrections, by=by)
        draft.step("merge_draft")
    if (draft.data.get("doc_type") or "order") not in MERGEABLE:
        raise NotAnOrder(_("This document neither orders, changes nor cancels anything."))
    confirmed = set(confirmed_doubts)
    refuse_doubtful(draft, confirmed)
    order = _order_of(draft, order_id)
    found = differences(order, draft)
    change = _carry(incoming, draft, order, found, cancel_missing=cancel_missing, by=by)
    draft.corrected = sorted(set(draft.corrected) | confirmed)
    draft.order, draft.change = order, change
    draft.revision += 1
    draft.save()
    attach_to_order(
        order_id=order.pk, content=incoming.file, name=incoming.file_name, kind="original", by=by
    )
    journal.record(
        DraftMerged(
            draft_id=draft.pk,
            number=incoming.number,
            order_id=order.pk,
            order_number=order.number,
            change_id=change.pk if change else None,
            change_number=change.number if change else "",
            differences=[asdict(row) for row in found.rows[:MOST_ROWS]],
        ),
        about=[incoming, order, *([change] if change else [])],
        by=by,
    )
    finish_if_decided(incoming, by)
    return draft


def _order_of(draft: Draft, order_id: int | None) -> Order:
    if order_id is not None:
        order = Order.objects.select_related("customer").filter(pk=order_id).first()
    else:
        order = meant_order(draft)
    if order is None:
        raise NotThere(_("There is no such order."))
    if draft.customer_id is not None and order.customer_id != draft.customer_id:
        raise CannotMerge(
            _("%(order)s is an order of %(customer)s, the document is not theirs.")
            % {"order": order.number, "customer": order.customer}
        )
    if order.state not in {OrderState.DRAFT, OrderState.CONFIRMED}:
        raise CannotMerge(
            _("%(order)s is “%(state)s”; it is changed no more.")
            % {"order": order.number, "state": order.get_state_display()}
        )
    return order


def _carry(
    incoming: Incoming,
    draft: Draft,
    order: Order,
    found: Differences,
    *,
    cancel_missing: bool,
    by: User | None,
) -> ChangeOrder | None:
    """Do it, or ask for it; the change order that was opened, if one was."""
    is_cancellation = draft.data.get("doc_type") == "order_cancellation"
    cancelled = _cancelled_lines(found, is_cancellation, cancel_missing)
    is_all = is_cancellation and (not found.named or not found.missing)
    if is_cancellation:
        _refuse_unknown_lines(found)
    else:
        _refuse_unready(draft, found, cancelled)
    if order.state == OrderState.CONFIRMED:
        _check_may(by, "ask_change")
        content = None if is_all else _content(draft, found, cancelled, is_cancellation)
        return ask_change(
            order_id=order.pk,
            text=_words(incoming, found, cancelled, is_all=is_all, is_partly=is_cancellation),
            name=incoming.sender_name[:120],
            source=f"intake.draft:{draft.pk}",
            content=content,
            by=by,
        )
    if is_all:
        _check_may(by, "cancel_order")
        cancel_order(
            order_id=order.pk,
            reason=_("cancelled by the customer: %(number)s") % {"number": incoming.number},
            by=by,
        )
        return None
    _check_may(by, "edit_order")
    content = _content(draft, found, cancelled, is_cancellation)
    edit_order(
        order_id=order.pk, changes=content.changes, lines=_edited_lines(order, content), by=by
    )
    return None


def _cancelled_lines(found: Differences, is_cancellation: bool, cancel_missing: bool) -> list[Line]:
    if is_cancellation:
        return found.named
    return found.missing if cancel_missing and found.named else []


def _refuse_unknown_lines(found: Differences) -> None:
    """A cancellation of lines we do not have must not end the whole order."""
    if found.new:
        raise CannotMerge(
            _("It names lines that the order does not have: choose their items or leave them out."),
            field=f"lines.{found.new[0]}.item",
        )


def _refuse_unready(draft: Draft, found: Differences, cancelled: Collection[Line]) -> None:
    """What would be carried over must be whole, and must be something."""
    numbers = {index: number for number, (index, _line) in enumerate(lines_of(draft.data), 1)}
    for index in found.unclear:
        raise DraftIsIncomplete(
            _("Line %(line)s: its unit does not convert into the item's own.")
            % {"line": numbers[index]},
            field=f"lines.{index}.unit",
        )
    for index in found.new:
        if not is_complete(draft, index):
            raise DraftIsIncomplete(
                _("Line %(line)s is new in the order: it needs an item and a quantity.")
                % {"line": numbers[index]},
                field=f"lines.{index}.item",
            )
    if found.is_nothing and not cancelled:
        raise CannotMerge(
            _("It asks for nothing that differs from the order; put it aside instead.")
        )


def _check_may(by: User | None, verb: str) -> None:
    """Carrying over is no way around a permission that the order's own page asks for."""
    if by is not None and not by.may_do(verb):
        raise NotAllowed(
            _("Your role does not allow this: %(verb)s.") % {"verb": title_of(verb)}, verb=verb
        )


def _content(
    draft: Draft, found: Differences, cancelled: Collection[Line], is_cancellation: bool
) -> Content:
    if is_cancellation:
        return Content(cancel_lines=[line.pk for line in cancelled])
    return Content(
        changes=OrderChanges(currency=found.currency) if found.currency else None,
        change_lines=tuple(found.changed),
        add_lines=tuple(line_of(draft, index) for index in found.new),
        cancel_lines=[line.pk for line in cancelled],
    )


def _words(
    incoming: Incoming,
    found: Differences,
    cancelled: Collection[Line],
    *,
    is_all: bool,
    is_partly: bool,
) -> str:
    """What is asked for, in words for whoever decides."""
    number = incoming.number
    if is_all:
        return _("The customer cancels the order (%(number)s).") % {"number": number}
    said = [] if is_partly else [_row_words(row) for row in found.rows[:MOST_ROWS]]
    said += [_("%(item)s: cancel") % {"item": line.item.code} for line in cancelled][:MOST_ROWS]
    head = _("As asked for in %(number)s:") % {"number": number}
    return "\n".join([head, *said])


def _row_words(row: Changed) -> str:
    what = f"{row.line} {field_name(row.what)}" if row.line else field_name(row.what)
    return f"{what}: {row.was or '–'} → {row.now or '–'}"


def _edited_lines(order: Order, content: Content) -> list[LineData]:
    """All lines of a draft order as edit_order wants them: kept, changed and new."""
    changes = {change.line_id: change for change in content.change_lines}
    gone = set(content.cancel_lines)
    rows = order.lines.filter(is_cancelled=False).select_related("typed_unit")
    kept = [
        _kept_line(line, changes.get(line.pk))
        for line in rows.prefetch_related("deliveries")
        if line.pk not in gone
    ]
    return [*kept, *content.add_lines]


def _kept_line(line: Line, change: LineChange | None) -> LineData:
    """A line of the order with its change; one whose quantity changes is in the item's own unit."""
    is_typed = line.typed_quantity is not None and (change is None or change.quantity is None)
    per = line.quantity / line.typed_quantity if is_typed and line.typed_quantity else Decimal(1)
    quantity: Any = line.typed_quantity if is_typed else line.quantity
    price, price_per, day = line.unit_price, line.price_per, line.requested_on
    if change is not None:
        quantity = change.quantity if change.quantity is not None else quantity
        if change.unit_price is not None and change.price_per is not None:
            price, price_per = Decimal(change.unit_price), Decimal(change.price_per)
        day = change.requested_on or day
    parts = list(line.deliveries.all())
    return LineData(
        line_id=line.pk,
        item_id=line.item_id,
        quantity=quantity,
        unit=line.typed_unit.code if is_typed and line.typed_unit else "",
        unit_price=price,
        price_per=price_per / per,
        discount_percent=line.discount_percent or None,
        customer_code=line.customer_code,
        requested_on=day,
        description=line.description,
        assortment=line.assortment,
        carton_rule=line.carton_rule,
        deliveries=[
            DeliveryData(quantity=one.quantity / per, requested_on=one.requested_on)
            for one in parts
        ],
    )
