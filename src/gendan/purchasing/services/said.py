"""What a supplier has said by a link already, and how often: repeats say nothing new."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import IO

from django.utils.translation import gettext as _

from gendan.kernel import clock, files
from gendan.kernel.errors import DomainError
from gendan.purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseSending,
    ShipNotice,
    SupplierWord,
)
from gendan.purchasing.services.parting import Part, parts_said

State = SupplierWord.State
MOST_ANSWERS, MOST_FILES_IN_ALL = 100, 50  # by one link


class TooManyAnswers(DomainError):
    """A link that is used over and over again."""


def count_answer(sending: PurchaseSending) -> None:
    """One more answer by this link, which may be in the wrong hands: there is an end to it."""
    if sending.answers >= MOST_ANSWERS:
        raise TooManyAnswers(
            _("This link has been answered very often already; please write to your contact "
              "instead.")
        )  # fmt: skip
    sending.answers += 1
    sending.answered_at = clock.now()
    sending.save(update_fields=["answers", "answered_at"])


def refuse_more_files(order: PurchaseOrder, sending: PurchaseSending, more: int) -> None:
    """Refuse files beyond what one link may bring: each may be large."""
    if not more:
        return
    kept = files.attachments_of(order).filter(kind="step", by=None, at__gte=sending.sent_at)
    notices = ShipNotice.objects.filter(
        way=ShipNotice.Way.LINK, at__gte=sending.sent_at, file__isnull=False
    ).filter(lines__order_line__order=order)
    if kept.count() + notices.distinct().count() + more > MOST_FILES_IN_ALL:
        raise TooManyAnswers(
            _("At most %(limit)s files come by one link; please send the others to your contact.")
            % {"limit": MOST_FILES_IN_ALL},
            field="files",
        )


def attach_new(order: PurchaseOrder, given: Sequence[tuple[str, IO[bytes]]]) -> None:
    """Put a step's files on the order; what a phone sends again is there already."""
    here = set(files.attachments_of(order).filter(kind="step").values_list("file_id", flat=True))
    for name, content in given:
        file = files.keep(content, name=name)
        if file.pk not in here:
            files.attach(file, name=name, about=order, kind="step")


def was_said(
    line: PurchaseOrderLine, on: dt.date, quantity: Decimal, remark: str, parts: Sequence[Part]
) -> bool:
    """Whether the last that was said about the line is just this, and still stands."""
    last = _last_word(line)
    if last is None or last.version != line.order.version or last.parts != parts_said(parts):
        return False
    said = (last.on, last.quantity, last.remark)
    is_standing = last.state in (State.CONFIRMED, State.PROPOSED, State.ACCEPTED)
    return (
        is_standing
        and said == (on, quantity, remark)
        and (last.state == State.PROPOSED or line.due_on == on)
    )


def quantity_in_force(line: PurchaseOrderLine) -> Decimal:
    """How much is to come as it was said last: a step that slips changes the day and no more."""
    last = _last_word(line)
    if last is not None and last.state == State.PROPOSED:
        found: Decimal = last.quantity
    else:
        found = line.confirmed_quantity or line.quantity
    return max(found, line.received)


def _last_word(line: PurchaseOrderLine) -> SupplierWord | None:
    return SupplierWord.objects.filter(line=line).order_by("-pk").first()
