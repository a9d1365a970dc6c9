"""Putting a confirmed order back as it was before an amendment, row by row.

A version's snapshot names things for reading; what is needed to restore rows exactly (typed units,
ids of references, where stock was kept) is kept besides, as the order's image.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from gendan.engine.transit import ThreeDates
from gendan.inventory.models import Reservation
from gendan.inventory.services.reservations import (
    Kept,
    lower_reservations,
    release_reservations,
    reserve_again,
)
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.models import Delivery, Instalment, Line, LineCheck, LinePromise, Order
from gendan.orders.queries import demand_of
from gendan.orders.services import heads
from gendan.orders.services.amending import keep_amendment, keep_requested
from gendan.orders.services.promising import PromisedLine, write_promise
from gendan.orders.services.refusals import CannotBeRestored, locked_order
from gendan.orders.services.versions import snapshot_of

_HEAD = (
    "customer_order_number", "is_repeat", "contact_id", "ordered_on", "currency", "total",
    "total_company", "payment_terms_id", "incoterm", "incoterm_place", "delivery_method",
    "destination_country", "destination", "ship_policy", "over_percent", "short_percent",
    "packing", "shipping_marks", "documents_required", "remark", "requested_on",
)  # fmt: skip
_LINE = (
    "position", "specification_version", "description", "quantity", "typed_quantity",
    "typed_unit_id", "unit_price", "price_per", "discount_percent", "amount", "carton_rule",
    "requested_on", "is_cancelled",
)  # fmt: skip
_PART = ("position", "quantity", "requested_on", "promised_on")
_PAYMENT = ("position", "event", "percent", "days")


def image_of(order: Order) -> dict[str, Any]:
    """Everything that restore_order needs, as plain JSON values (5 queries)."""
    lines = list(order.lines.prefetch_related("deliveries"))
    names = {demand_of(line.pk) for line in lines}
    newest = LinePromise.objects.filter(line__in=lines).order_by("-pk").values_list("pk").first()
    image = {
        "head": {name: getattr(order, name) for name in (*_HEAD, "merchandiser_id")},
        "lines": [
            {"id": line.pk, "promised_on": line.promised_on}
            | {name: getattr(line, name) for name in _LINE}
            | {
                "deliveries": [
                    {name: getattr(part, name) for name in _PART} for part in line.deliveries.all()
                ]
            }
            for line in lines
        ],
        "instalments": list(order.instalments.values(*_PAYMENT)),
        "promise_until": newest[0] if newest else 0,
        "kept": list(
            Reservation.objects.filter(demand__in=names)
            .order_by("pk")
            .values_list("balance_id", "demand", "balance__item_id", "quantity")
        ),
    }
    plain: dict[str, Any] = json.loads(json.dumps(image, cls=DjangoJSONEncoder))
    return plain


@service
def restore_order(
    *, order_id: int, image: Mapping[str, object], reason: str, by: User | None
) -> Order:
    """Make the order what it was when the image was taken, as a new version.

    Lines added since are gone, with the stock kept for them; stock that was kept then is kept
    again, in the same places where it still lies free. Former dates stay in the history.
    """
    order = locked_order(order_id)
    order.step("amend_order")
    before = snapshot_of(order.pk)
    was = cast(dict[str, Any], image)
    lines = {line.pk: line for line in order.lines.prefetch_related("deliveries")}
    asked = {pk: line.requested_on for pk, line in lines.items()}
    was_requested = order.requested_on
    is_own_merchandiser = _was_changed(order, "merchandiser")
    _restore_head(order, was["head"], with_merchandiser=is_own_merchandiser)
    standing = _restore_lines(lines, was["lines"], by)
    _restore_plan(order, was["instalments"])
    keep_requested(order, standing, asked, was_requested, by)
    order.revision += 1
    order.version += 1
    _restore_promise(order, standing, was, by)
    _restore_parts(lines, was["lines"])
    heads.save_order(order, is_new=False)
    _restore_stock(standing, was["kept"], by)
    keep_amendment(order, before, reason, by)
    return order


def _was_changed(order: Order, path: str) -> bool:
    """Whether the version in force changed this value: what was handed over since stays."""
    found = order.versions.filter(number=order.version).values_list("difference", flat=True).first()
    return any(change["path"] == path for change in found or ())


def _set(row: models.Model, values: Mapping[str, Any], names: Iterable[str]) -> None:
    """Values of the image as the fields' own kinds: decimals, dates."""
    fields = {field.attname: field for field in row._meta.concrete_fields}
    for name in names:
        value = values[name]
        setattr(row, name, value if value is None else fields[name].to_python(value))


def _restore_head(order: Order, head: Mapping[str, Any], *, with_merchandiser: bool) -> None:
    _set(order, head, (*_HEAD, "merchandiser_id") if with_merchandiser else _HEAD)


def _restore_lines(
    lines: Mapping[int, Line], images: Sequence[Mapping[str, Any]], by: User | None
) -> list[Line]:
    """The lines as they were; those that have come since go. Returns those that are there."""
    known = {image["id"]: image for image in images}
    gone = [pk for pk in lines if pk not in known]
    if gone:
        release_reservations(demands=[demand_of(pk) for pk in gone], by=by)
        try:
            Line.objects.filter(pk__in=gone).delete()
        except ProtectedError as error:
            raise CannotBeRestored(
                _("Something has been written down about a line that was added; it stays.")
            ) from error
    back = [line for pk, line in lines.items() if pk in known]
    changed = []
    for line in back:
        was = {name: getattr(line, name) for name in _LINE}
        _set(line, known[line.pk], _LINE)
        if was != {name: getattr(line, name) for name in _LINE}:
            changed.append(line)
    LineCheck.objects.filter(line__in=changed).delete()
    Line.objects.bulk_update(changed, [name.removesuffix("_id") for name in _LINE])
    return back


def _restore_parts(lines: Mapping[int, Line], images: Sequence[Mapping[str, Any]]) -> None:
    """Dated deliveries of the lines where they differ, promised dates included."""
    other, new = [], []
    for image in images:
        line = lines[image["id"]]
        parts = []
        for values in image["deliveries"]:
            part = Delivery(line=line)
            _set(part, values, _PART)
            parts.append(part)
        if _parts_of(parts) != _parts_of(line.deliveries.all()):
            other.append(line.pk)
            new += parts
    if other:
        Delivery.objects.filter(line__in=other).delete()
        Delivery.objects.bulk_create(new)


def _parts_of(parts: Iterable[Delivery]) -> list[tuple[Any, ...]]:
    return [tuple(getattr(part, name) for name in _PART) for part in parts]


def _restore_plan(order: Order, images: Sequence[Mapping[str, Any]]) -> None:
    plan = []
    for values in images:
        part = Instalment(order=order)
        _set(part, values, _PAYMENT)
        plan.append(part)
    heads.write_plan(order, plan)


def _restore_promise(
    order: Order, lines: Sequence[Line], image: Mapping[str, Any], by: User | None
) -> None:
    """Promise again what was promised then, with the reasons of then, if anything else is now."""
    known = {one["id"]: one["promised_on"] for one in image["lines"]}
    standing = [line for line in lines if not line.is_cancelled]
    rows = LinePromise.objects.filter(line__in=standing).select_related("promise")
    newest = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    if newest <= image["promise_until"]:
        return
    then = {row.line_id: row for row in rows.filter(pk__lte=image["promise_until"]).order_by("pk")}
    promised = []
    for line in standing:
        row = then[line.pk]
        day = line._meta.get_field("promised_on").to_python(known[line.pk])
        promised.append(
            PromisedLine(
                line_id=line.pk,
                dates=ThreeDates(row.ex_works_on, row.on_board_on, row.at_door_on),
                promised_on=day,
                earliest_on=row.earliest_on,
                reasons=row.reasons,
            )
        )
    engine = max(then.values(), key=lambda row: row.pk).promise.engine
    write_promise(order, engine, promised, by, is_confirmed=True)


def _restore_stock(lines: Sequence[Line], images: Sequence[Sequence[Any]], by: User | None) -> None:
    """Never more than a line needs; what was kept then is kept again as far as it lies free."""
    need = {
        demand_of(line.pk): Decimal(0)
        if line.is_cancelled
        else max(line.quantity - line.delivered, Decimal(0))
        for line in lines
    }
    lower_reservations(limits=need, by=by)
    reserve_again(
        wanted=[
            Kept(balance_id, demand, item_id, Decimal(quantity))
            for balance_id, demand, item_id, quantity in images
            if demand in need
        ],
        limits=need,
        by=by,
    )
