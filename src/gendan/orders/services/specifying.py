"""The version of the specification that is fixed on lines, and what a newer one means for them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.events import OrderEdited, SpecificationSuperseded
from gendan.orders.models import Line, LineCheck, Order, OrderState, SupersededSpecification
from gendan.orders.services.reading import Refused
from gendan.orders.services.refusals import NothingToDo, locked_order
from gendan.orders.services.reviewing import ask_for_reviews


@service(gettext_lazy("Take the newer specification"))
def take_specification(
    *, order_id: int, line_id: int, revision: int | None = None, by: User | None
) -> Order:
    """Fix the specification in force now on a draft's line; its checks must be done again."""
    order = locked_order(order_id, revision=revision)
    order.step("take_specification")
    line = order.lines.select_related("item").filter(pk=line_id).first()
    if line is None:
        raise Refused(_("This line does not belong to the order."), field="line_id")
    was, now = line.specification_version, line.item.specification_version
    if was == now:
        raise NothingToDo(_("The line has the newest version already."))
    line.specification_version = now
    line.save(update_fields=["specification_version"])
    LineCheck.objects.filter(line=line).delete()
    order.revision += 1
    order.save(update_fields=["revision"])
    path = f"lines.{line.position}.specification_version"
    journal.record(
        OrderEdited(order_id=order.pk, changes=[{"path": path, "was": was, "is": now}]),
        about=order,
        by=by,
    )
    ask_for_reviews([order.pk], by)
    return order


@service
def tell_superseded(*, item_ids: list[int], by: User | None = None) -> int:
    """Record for each running line of these items that its specification has a newer version.

    Looks at what is there now; a line is told once per version. Returns how many were new.
    """
    lines = list(
        Line.objects.filter(
            item__in=item_ids, is_cancelled=False, order__state=OrderState.CONFIRMED
        )
        .select_related("item", "order")
        .order_by("order_id", "pk")
    )
    behind = [
        line
        for line in lines
        if line.specification_version != line.item.specification_version
        and line.delivered < line.quantity
    ]
    told = set(
        SupersededSpecification.objects.filter(line__in=behind).values_list("line_id", "version")
    )
    new = [line for line in behind if (line.pk, line.item.specification_version) not in told]
    moment = clock.now()
    SupersededSpecification.objects.bulk_create(
        SupersededSpecification(
            line=line,
            was=line.specification_version,
            version=line.item.specification_version,
            at=moment,
        )
        for line in new
    )
    facts = [
        (
            SpecificationSuperseded(
                order_id=line.order_id,
                line_id=line.pk,
                position=line.position,
                item=line.item.code,
                was=line.specification_version,
                version=line.item.specification_version,
            ),
            [line.order, line.item],
        )
        for line in new
    ]
    if facts:
        journal.record_many(facts, by=by)
    return len(new)
