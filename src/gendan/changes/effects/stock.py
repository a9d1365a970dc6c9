"""What a change does to stock that is kept for its lines, and to goods expected for them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.changes.impact import Effect, Kind, LineMove, Proposal, affects, hinders_undo
from gendan.inventory.models import ExpectedSupply
from gendan.inventory.queries import Incoming, availability, expected_for, reserved_for
from gendan.kernel.models import Entry
from gendan.orders.queries import demand_of

_NOTHING = Decimal(0)


def plain(number: Decimal) -> str:
    """A quantity as text, without trailing zeros."""
    return f"{number.normalize():f}"


def _moved(proposal: Proposal) -> list[LineMove]:
    return [line for line in proposal.lines if line.was_quantity != line.is_quantity]


def _names(line: LineMove) -> dict[str, str]:
    return {"line": str(line.position), "item": line.item_code}


@affects(
    "stock",
    gettext_lazy("Stock kept for the order"),
    role="warehouse",
    words={
        "released": gettext_lazy(
            "Line %(line)s: %(quantity)s of %(item)s are kept beyond what it will need; they "
            "become free."
        ),
        "short": gettext_lazy(
            "Line %(line)s: %(more)s more of %(item)s are needed, %(free)s lie free; "
            "%(short)s are short."
        ),
        "enough": gettext_lazy(
            "Line %(line)s: %(more)s more of %(item)s are needed; %(free)s lie free. Reserve them."
        ),
    },
)
def stock_kept(proposal: Proposal) -> Iterable[Effect]:
    """Reservations that become too large, and what lies free for what is needed more."""
    moved = _moved(proposal)
    if not moved:
        return []
    kept = reserved_for(demand_of(line.line_id) for line in moved)
    there = availability({line.item_id for line in moved})
    left = {pk: max(one.free, _NOTHING) for pk, one in there.items()}
    found = []
    for line in moved:
        reserved = kept.get(demand_of(line.line_id), _NOTHING)
        need = max(line.is_quantity - line.delivered, _NOTHING)
        about = demand_of(line.line_id) if not line.is_new else ""
        if reserved > need:
            params = _names(line) | {"quantity": plain(reserved - need)}
            found.append(Effect(code="released", params=params, about=about))
        more = line.is_quantity - line.was_quantity
        if more <= 0:
            continue
        free = min(left[line.item_id], more)
        left[line.item_id] -= free
        params = _names(line) | {
            "more": plain(more),
            "free": plain(free),
            "short": plain(more - free),
        }
        code = "short" if free < more else "enough"
        found.append(Effect(code=code, params=params, kind=Kind.ASK, about=about))
    return found


@affects(
    "supplies",
    gettext_lazy("Goods on order for it"),
    role="buyer",
    words={
        "too_many": gettext_lazy(
            "%(reference)s brings %(coming)s of %(item)s for line %(line)s; %(surplus)s are more "
            "than it will need. Reduce or cancel it."
        ),
        "too_few": gettext_lazy(
            "%(reference)s brings %(coming)s of %(item)s for line %(line)s; %(lacking)s more are "
            "needed. Order more."
        ),
        "late": gettext_lazy(
            "%(reference)s brings %(item)s for line %(line)s after the day it is now needed."
        ),
        "other_specification": gettext_lazy(
            "%(reference)s brings %(coming)s of %(item)s for line %(line)s made to specification "
            "%(was)s; the line has %(is)s."
        ),
    },
)
def supplies(proposal: Proposal) -> Iterable[Effect]:
    """Open purchase and work orders that are meant for lines that change."""
    changed = [
        line
        for line in proposal.lines
        if not line.is_new
        and line.changes(
            "quantity", "is_cancelled", "requested_on", "promised_on", "specification_version"
        )
    ]
    if not changed:
        return []
    names = {demand_of(line.line_id): line for line in changed}
    coming = expected_for(names)
    kept = reserved_for(names) if coming else {}
    found: list[Effect] = []
    for demand, parts in coming.items():
        found += _of_line(names[demand], parts, kept.get(demand, _NOTHING))
    return found


def _of_line(line: LineMove, parts: list[Incoming], kept: Decimal) -> list[Effect]:
    total = sum((part.quantity for part in parts), _NOTHING)
    need = max(line.is_quantity - line.delivered - min(kept, line.is_quantity), _NOTHING)
    needed_on = line.now["promised_on"] or line.now["requested_on"]
    is_less, is_more = (
        line.is_quantity < line.was_quantity,
        line.is_quantity > line.was_quantity,
    )
    found = []
    surplus = total - need
    for part in reversed(parts):  # what comes last is given back first
        more: dict[str, Any] = {
            "about": f"inventory.expectedsupply:{part.expected_id}",
            "is_on": part.due_on,
            "kind": Kind.ASK,
        }
        params = _names(line) | {
            "reference": part.reference or f"#{part.expected_id}",
            "coming": plain(part.quantity),
        }
        if is_less and surplus > 0:
            too_many = min(surplus, part.quantity)
            surplus -= too_many
            values = params | {"surplus": plain(too_many)}
            found.append(Effect(code="too_many", params=values, **more))
            if too_many == part.quantity:
                continue
        if line.changes("specification_version") and line.was is not None:
            values = params | {
                "was": line.was["specification_version"],
                "is": line.now["specification_version"],
            }
            found.append(Effect(code="other_specification", params=values, **more))
        is_moved = line.changes("promised_on", "requested_on") and not line.is_dropped
        if is_moved and needed_on and part.due_on.isoformat() > needed_on:
            found.append(Effect(code="late", params=params, **more))
    if is_more and total < need and parts:
        values = _names(line) | {
            "reference": parts[-1].reference or f"#{parts[-1].expected_id}",
            "coming": plain(total),
            "lacking": plain(need - total),
        }
        about = f"inventory.expectedsupply:{parts[-1].expected_id}"
        found.append(Effect(code="too_few", params=values, kind=Kind.ASK, about=about))
    return found


@hinders_undo("deliveries")
def deliveries_since(change: Any) -> list[str]:
    """Goods have left under the changed order."""
    since = (change.undo or {}).get("entry", 0)
    entry = (
        Entry.objects.filter(
            pk__gt=since,
            fact="DeliveryRecorded",
            about__contains=[f"orders.order:{change.order_id}"],
        )
        .order_by("pk")
        .first()
    )
    if entry is None:
        return []
    return [
        _("A delivery was recorded on %(day)s under the changed order.")
        % {"day": entry.data.get("delivered_on", "")}
    ]


@hinders_undo("supplies")
def supplies_of_added_lines(change: Any) -> list[str]:
    """Goods were ordered for lines that the change has added."""
    old = {line["id"] for line in (change.undo or {}).get("lines", ())}
    lines = change.order.lines.exclude(pk__in=old)
    names = {demand_of(pk): position for pk, position in lines.values_list("pk", "position")}
    supply = ExpectedSupply.objects.filter(demand__in=names).order_by("pk").first()
    if supply is None:
        return []
    return [
        _("Goods are on order for line %(line)s, which the change added (%(reference)s).")
        % {"line": names[supply.demand], "reference": supply.reference or f"#{supply.pk}"}
    ]
