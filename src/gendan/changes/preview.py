"""A change before it is made: the order as it would be, and what that does. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.changes.content import Content
from gendan.changes.impact import Impact, LineMove, Proposal, impact_of
from gendan.kernel.errors import NotThere
from gendan.orders.models import Line, Order
from gendan.orders.services import plan_amendment
from gendan.orders.services.lines import ReadLine
from gendan.orders.services.refusals import NothingToDo
from gendan.orders.services.versions import difference, snapshot_in_memory, snapshot_of


@dataclass(frozen=True, slots=True)
class Preview:
    """A proposal and its effects, and the order it was looked at against."""

    proposal: Proposal
    impact: Impact
    version: int
    revision: int


def preview_change(*, order_id: int, content: Content) -> Preview:
    """What a change would do, refused as accepting it would be; nothing is written or locked.

    The number of queries does not depend on the number of lines.
    """
    order = Order.objects.select_related("customer").filter(pk=order_id).first()
    if order is None:
        raise NotThere(_("There is no such order."))
    version, revision = order.version, order.revision
    proposal = proposal_of(order, content)
    return Preview(proposal, impact_of(proposal), version, revision)


def proposal_of(order: Order, content: Content) -> Proposal:
    """The order as it is and as it would be. `order` is changed in memory and must not be saved."""
    order.step("amend_order")
    present = snapshot_of(order.pk)
    amendment = plan_amendment(order, **content.as_arguments())
    for number, one in enumerate(amendment.added, 1):
        one.line.pk = -number  # not written, yet told apart
    items = _items_of_new(amendment.added)
    for one in amendment.added:
        one.line.item = items[one.line.item_id]
    plan = amendment.plan if amendment.plan is not None else list(order.instalments.all())
    proposed = snapshot_in_memory(order, amendment.lines, amendment.deliveries, plan)
    found = difference(present, proposed)
    if not found:
        raise NothingToDo(_("Nothing would be changed."))
    return Proposal(
        order_id=order.pk,
        number=order.number,
        currency=order.currency,
        present=present,
        proposed=proposed,
        difference=found,
        heads={
            name: (present["head"][name], value)
            for name, value in proposed["head"].items()
            if present["head"][name] != value
        },
        lines=_moves(amendment.lines, present, proposed),
        order=order,
        all_lines=amendment.lines,
        deliveries={line.pk: amendment.deliveries[line.position] for line in amendment.lines},
        plan=plan,
    )


def _items_of_new(added: Sequence[ReadLine]) -> dict[int, Item]:
    ids = {one.line.item_id for one in added}
    return Item.objects.select_related("unit").in_bulk(ids) if ids else {}


def _moves(
    lines: list[Line], present: Mapping[str, Any], proposed: Mapping[str, Any]
) -> list[LineMove]:
    was = {line["id"]: line for line in present["lines"]}
    now = {line["id"]: line for line in proposed["lines"]}
    return [
        LineMove(
            line_id=line.pk,
            position=line.position,
            item_id=line.item_id,
            item_code=line.item.code,
            delivered=line.delivered,
            was=was.get(line.pk),
            now=now[line.pk],
        )
        for line in lines
        if was.get(line.pk) != now[line.pk]
    ]
