"""The rows of the order form: what was typed in them, whatever it is, and lines made from them."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from gendan.catalog.queries import codes_of
from gendan.kernel.errors import DomainError
from gendan.orders.entry import DeliveryData, InstalmentData, LineData
from gendan.orders.models import Line, Order

MOST_LINES = 600
_LONGEST = 500
PLAN_ROWS = 4  # drawn at least; a longer plan shows all its parts
MOST_PLAN_ROWS = 24


@dataclass
class DeliveryRow:
    """One dated delivery of a line, as typed."""

    quantity: str = ""
    requested_on: str = ""


@dataclass
class LineRow:
    """A line of the form, as typed; `errors` by field name."""

    line_id: str = ""
    item: str = ""
    quantity: str = ""
    unit: str = ""
    unit_price: str = ""
    price_per: str = ""
    discount_percent: str = ""
    requested_on: str = ""
    customer_code: str = ""
    description: str = ""
    carton_rule: str = ""
    assortment: str = ""
    deliveries: list[DeliveryRow] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """A row nobody has typed anything into makes no line."""
        return not (self.item or self.quantity)

    @property
    def unseen(self) -> list[tuple[str, str]]:
        """What a form of new lines carries along without showing it."""
        names = ("unit", "price_per", "discount_percent", "customer_code", "carton_rule")
        found = [(name, str(getattr(self, name))) for name in (*names, "assortment")]
        for one in self.deliveries:
            found += [("delivery_quantity", one.quantity), ("delivery_on", one.requested_on)]
        return [(name, value) for name, value in found if value or name.startswith("delivery")]


@dataclass
class PlanRow:
    """A part of the payment plan, as typed."""

    event: str = ""
    percent: str = ""
    days: str = ""


_TEXTS = (
    "line_id",
    "item",
    "quantity",
    "unit",
    "unit_price",
    "price_per",
    "discount_percent",
    "requested_on",
    "customer_code",
    "description",
    "carton_rule",
    "assortment",
)
_LINE_KEY = re.compile(r"^lines-(\d{1,4})-")


def rows_from(post: QueryDict) -> list[LineRow]:
    """The rows of a posted form, in their order."""
    numbers = {int(found[1]) for key in post if (found := _LINE_KEY.match(key))}
    rows = []
    for number in sorted(numbers)[:MOST_LINES]:
        texts: dict[str, Any] = {name: _typed(post, f"lines-{number}-{name}") for name in _TEXTS}
        quantities = post.getlist(f"lines-{number}-delivery_quantity")
        days = post.getlist(f"lines-{number}-delivery_on")
        deliveries = [
            DeliveryRow(quantity.strip()[:40], day.strip()[:10])
            for quantity, day in zip(quantities, days, strict=False)
        ]
        rows.append(LineRow(**texts, deliveries=deliveries))
    return rows


def rows_of(order: Order) -> list[LineRow]:
    """The rows of an order that is there."""
    lines = order.lines.filter(is_cancelled=False).select_related("item", "typed_unit")
    return [_row_of(line) for line in lines.prefetch_related("deliveries")]


def _row_of(line: Line) -> LineRow:
    per = line.quantity / line.typed_quantity if line.typed_quantity else Decimal(1)
    return LineRow(
        line_id=str(line.pk),
        item=line.item.code,
        quantity=_number(line.typed_quantity or line.quantity),
        unit=line.typed_unit.code if line.typed_unit else "",
        unit_price=_number(line.unit_price),
        price_per=_number(line.price_per / per) if line.price_per != per else "",
        customer_code=line.customer_code,
        discount_percent=_number(line.discount_percent) if line.discount_percent else "",
        requested_on=line.requested_on.isoformat() if line.requested_on else "",
        description=line.description,
        carton_rule=line.carton_rule,
        assortment=json.dumps(line.assortment) if line.assortment else "",
        deliveries=[
            DeliveryRow(
                _number(one.quantity / per),
                one.requested_on.isoformat() if one.requested_on else "",
            )
            for one in line.deliveries.all()
        ],
    )


def rows_of_lines(
    lines: Iterable[LineData], code_of: Callable[[int], str], price: str = ""
) -> list[LineRow]:
    """Rows of lines that a matrix or an assortment has made."""
    return [
        LineRow(
            item=code_of(line.item_id or 0),
            quantity=_number(Decimal(str(line.quantity))),
            unit_price=price,
            carton_rule=line.carton_rule,
            assortment=json.dumps(dict(line.assortment)) if line.assortment else "",
        )
        for line in lines
    ]


def rows_kept(lines: Sequence[LineData]) -> list[LineRow]:
    """Rows of lines that were put forward or asked for before, with all that was said of them."""
    codes = codes_of(line.item_id for line in lines if line.item_id)
    return [
        LineRow(
            item=codes.get(line.item_id or 0) or line.item_code or line.customer_code,
            quantity=str(line.quantity),
            unit=line.unit,
            unit_price="" if line.unit_price is None else str(line.unit_price),
            price_per="" if line.price_per is None else str(line.price_per),
            discount_percent="" if line.discount_percent is None else str(line.discount_percent),
            requested_on=str(line.requested_on or ""),
            customer_code=line.customer_code,
            description=line.description,
            carton_rule=line.carton_rule,
            assortment=json.dumps(dict(line.assortment)) if line.assortment else "",
            deliveries=[
                DeliveryRow(str(one.quantity), str(one.requested_on or ""))
                for one in line.deliveries
            ],
        )
        for line in lines
    ]


def line_data(rows: Sequence[LineRow]) -> tuple[list[LineData], list[LineRow]]:
    """What the verb is given, and the row behind each line of it (for its refusals)."""
    used = [row for row in rows if not row.is_empty]
    return [_line_data(row) for row in used], used


def _line_data(row: LineRow) -> LineData:
    return LineData(
        line_id=int(row.line_id) if row.line_id.isdigit() else None,
        item_code=row.item,
        quantity=row.quantity,
        unit=row.unit,
        unit_price=row.unit_price or None,
        price_per=row.price_per or None,
        customer_code=row.customer_code,
        discount_percent=row.discount_percent or None,
        requested_on=row.requested_on or None,  # type: ignore[arg-type] # the verb reads text
        description=row.description,
        carton_rule=row.carton_rule,
        assortment=_assortment(row.assortment),
        deliveries=[
            DeliveryData(quantity=one.quantity, requested_on=one.requested_on or None)  # type: ignore[arg-type]
            for one in row.deliveries
            if one.quantity or one.requested_on
        ],
    )


def _assortment(text: str) -> dict[str, Any] | None:
    """The pre-pack a hidden field carries; anything that is not one is left out."""
    try:
        given = json.loads(text) if text else None
        if not isinstance(given, dict):
            return None
        return {
            "ratio": {str(size)[:20]: int(number) for size, number in given["ratio"].items()},
            "packs": int(given["packs"]),
            "per_carton": int(given["per_carton"]),
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def plan_from(post: QueryDict) -> list[PlanRow]:
    """The rows of the payment plan of a posted form."""
    return [
        PlanRow(*(_typed(post, f"plan-{number}-{name}") for name in ("event", "percent", "days")))
        for number in range(MOST_PLAN_ROWS)
        if number < PLAN_ROWS or f"plan-{number}-event" in post
    ]


def plan_of(order: Order | None) -> list[PlanRow]:
    """The payment plan of an order, with empty rows to fill."""
    parts = list(order.instalments.all()) if order else []
    rows = [PlanRow(part.event, _number(part.percent), str(part.days)) for part in parts]
    return rows + [PlanRow() for _row in range(PLAN_ROWS - len(rows))]


def plan_data(rows: Sequence[PlanRow]) -> list[InstalmentData] | None:
    """What the verb is given; None when nobody has typed a plan: the payment terms' holds."""
    typed = [row for row in rows if row.event or row.percent]
    if not typed:
        return None
    return [
        InstalmentData(event=row.event, percent=row.percent or "0", days=row.days or 0)  # type: ignore[arg-type]
        for row in typed
    ]


def put_refusal(error: DomainError, used: Sequence[LineRow]) -> bool:
    """Put a refusal about a line onto its row; False when it is about something else."""
    found = re.match(r"^lines\.(\d+)\.?(.*)$", error.field or "")
    if not found or int(found[1]) >= len(used):
        return False
    name = found[2].split(".")[0]
    name = {"item_id": "item", "item_code": "item", "customer_code": "item"}.get(name, name)
    used[int(found[1])].errors[name or "item"] = error.message
    return True


def refusal_words(error: DomainError, used: Sequence[LineRow]) -> str:
    """The refusal with the line it is about, for the top of the form."""
    found = re.match(r"^lines\.(\d+)", error.field or "")
    if not found or int(found[1]) >= len(used):
        return error.message
    row = used[int(found[1])]
    return _("Line %(position)s (%(item)s): %(message)s") % {
        "position": int(found[1]) + 1,
        "item": row.item or "–",
        "message": error.message,
    }


def _typed(post: QueryDict, key: str) -> str:
    return post.get(key, "").strip()[:_LONGEST]


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
