"""Writing an order down, and changing it while it is a draft."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import journal, numbering
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.entry import LineData, OrderChanges, OrderData
from gendan.orders.events import OrderDrafted, OrderEdited
from gendan.orders.models import Delivery, Line, LineCheck, Order
from gendan.orders.services import heads, reading
from gendan.orders.services.lines import ReadLine, read_lines, set_amount
from gendan.orders.services.reading import Refused
from gendan.orders.services.refusals import NothingToDo, locked_order
from gendan.orders.services.reviewing import ask_for_reviews
from gendan.orders.services.versions import difference, snapshot_of
from gendan.orders.services.writing import insert_rows


@service(gettext_lazy("Write down an order"))
def draft_order(
    *,
    order: OrderData,
    lines: Sequence[LineData] = (),
    allow_duplicate: bool = False,
    by: User | None,
) -> Order:
    """Write down what a customer orders, with a number of ours, before anything is promised.

    Head values that are not given come from the customer (currency, payment terms, Incoterm,
    tolerances, marks, papers), else from the company. The same customer order number twice is
    refused with the other order's number, unless `allow_duplicate`. At most 8 queries, whatever
    the number of lines, and one each for
    reviews, customer's codes, units, prices where they are needed.
    """
    customer = heads.customer_of(order)
    made = heads.new_head(order, customer, by)
    heads.refuse_twin(made, customer.twin, allow_duplicate)
    wanted = reading.read_day(order.requested_on, field="requested_on")
    read = read_lines(made, lines, requested_on=wanted)
    if order.ship_policy is None:
        made.ship_policy = _natural_policy(read)
    heads.total_up(made, [one.line for one in read], customer.rate)
    made.requested_on = made.requested_on or wanted
    instalments = heads.instalments_of(made, order, customer)
    made.number = numbering.draw(
        "order", on=made.ordered_on, customer=customer.partner.code, pattern=customer.pattern
    )
    heads.save_order(made, is_new=True)
    insert_lines(read)
    for instalment in instalments:
        instalment.order_id = made.pk
    insert_rows(instalments)
    journal.record(_drafted(made, len(read)), about=[made, customer.partner], by=by)
    if customer.has_reviews:
        ask_for_reviews([made.pk], by)
    return made


def _drafted(order: Order, lines: int) -> OrderDrafted:
    return OrderDrafted(
        order_id=order.pk,
        number=order.number,
        customer_id=order.customer_id,
        customer_order_number=order.customer_order_number,
        channel=order.channel,
        lines=lines,
        total=str(order.total),
        currency=order.currency,
    )


@service(gettext_lazy("Change the draft"))
def edit_order(
    *,
    order_id: int,
    changes: OrderChanges | None = None,
    lines: Sequence[LineData] | None = None,
    revision: int | None = None,
    allow_duplicate: bool = False,
    by: User | None,
) -> Order:
    """Change a draft's head, and its lines when `lines` is given: these are then all its lines.

    A line with `line_id` is changed, one without is new, one that is missing is removed. A promise
    computed before no longer holds once lines, route or shipping policy change.
    """
    order = locked_order(order_id, revision=revision)
    order.step("edit_order")
    before = snapshot_of(order.pk)
    currency = order.currency
    if changes is not None:
        heads.change_head(order, changes, allow_duplicate=allow_duplicate)
    if lines is not None:
        now = _replace_lines(order, lines)
    else:
        now = list(order.lines.all())
        if order.currency != currency:
            _reprice(order, now)
    heads.total_up(order, now, heads.rate_of(order))
    order.revision += 1
    heads.save_order(order, is_new=False)
    found = difference(before, snapshot_of(order.pk))
    if not found:
        raise NothingToDo(_("Nothing was changed."))
    if any(_moves_dates(change["path"]) for change in found):
        _forget_promise(order)
    journal.record(OrderEdited(order_id=order.pk, changes=found), about=order, by=by)
    ask_for_reviews([order.pk], by)
    return order


def _replace_lines(order: Order, given: Sequence[LineData]) -> list[Line]:
    """All lines of a draft anew; those named by id keep their row."""
    kept = set(order.lines.values_list("pk", flat=True))
    named = [line.line_id for line in given if line.line_id is not None]
    if len(named) > len(set(named)) or not kept.issuperset(named):
        raise Refused(_("A line named here does not belong to this order."), field="lines")
    read = read_lines(order, given, requested_on=order.requested_on)
    Line.objects.filter(pk__in=kept.difference(named)).delete()
    LineCheck.objects.filter(line__order=order).delete()
    Delivery.objects.filter(line__order=order).delete()
    for one, line in zip(read, given, strict=True):
        one.line.pk = line.line_id
    old = [one.line for one in read if one.line.pk is not None]
    if old:
        Line.objects.bulk_create(
            old, update_conflicts=True, unique_fields=["id"], update_fields=_EDITABLE
        )
    insert_lines(read)
    return [one.line for one in read]


_EDITABLE = [
    field.name
    for field in Line._meta.concrete_fields
    if field.name not in {"id", "order", "delivered", "is_cancelled"}
]


def insert_lines(read: Sequence[ReadLine]) -> None:
    """Write lines that are new, and all their deliveries: 2 queries at most."""
    for one in read:
        one.line.order_id = one.line.order.pk
    insert_rows([one.line for one in read if one.line.pk is None])
    deliveries = [delivery for one in read for delivery in one.deliveries]
    for delivery in deliveries:
        delivery.line_id = delivery.line.pk
    insert_rows(deliveries)


def _reprice(order: Order, lines: Sequence[Line]) -> None:
    """Amounts follow the currency's minor unit."""
    for line in lines:
        set_amount(line, order.currency, field=f"lines.{line.position - 1}")
    Line.objects.bulk_update(lines, ["amount"])


def _moves_dates(path: str) -> bool:
    return path.split(".")[-1] in {
        "destination_country",
        "delivery_method",
        "incoterm",
        "item",
        "quantity",
        "requested_on",
        "ship_policy",
        "deliveries",
    } or (path.count(".") == 1 and path.startswith("lines."))


def _forget_promise(order: Order) -> None:
    """A draft's promise no longer holds; what was computed stays in the order's promises."""
    order.promised_on = None
    order.save(update_fields=["promised_on"])
    order.lines.update(promised_on=None, forecast_on=None)
    Delivery.objects.filter(line__order=order).update(promised_on=None)


def _natural_policy(read: Sequence[ReadLine]) -> str:
    """Line by line where the customer wants several dates, else all together."""
    days = {one.line.requested_on for one in read} | {
        delivery.requested_on for one in read for delivery in one.deliveries
    }
    return Order.ShipPolicy.BY_LINE if len(days) > 1 else Order.ShipPolicy.TOGETHER
