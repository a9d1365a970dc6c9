"""What each tab of the order page shows: one function per tab, asked only when its tab is open."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from gendan.followup import messages
from gendan.followup.models import DelayReason, Milestone, Party
from gendan.followup.queries import MilestoneRow, OrderFollowup
from gendan.followup.services.refusals import may_close
from gendan.inventory.models import Balance, ExpectedSupply, Reservation
from gendan.kernel import company, files, journal
from gendan.kernel.money import round_money
from gendan.orders.models import Line, LineCheck, Order, OrderState
from gendan.orders.queries import demand_of, say_worked_days
from gendan.orders.services import readiness_of
from gendan.partners.models import Partner
from gendan.web.answers import answers_tab
from gendan.web.change_parts import changes_of
from gendan.web.contracts.parts import papers_tab
from gendan.web.followup import chart
from gendan.web.followup.mail import mail_to
from gendan.web.outgoing import mails_about
from gendan.web.planning_trees import trees_on_tab
from gendan.web.templatetags.order_words import PAPER_KINDS

LINES_SHOWN = 100
TIMELINE_SHOWN = 50
# Groups of facts the timeline can be narrowed to: key → beginnings of fact names.
KINDS = {
    "comments": ("CommentWritten",),
    "dates": ("Forecast", "OrderPromised", "OrderForecast", "Revision", "MilestoneRevised"),
    "milestones": ("Milestone", "MoveChanged", "Journey"),
    "changes": ("OrderDrafted", "OrderEdited", "OrderAmended", "OrderConfirmed"),
    "holds": ("Hold",),
    "supply": ("LinesReserved", "LinesUnreserved", "DeliveryRecorded"),
    "papers": ("FileAttached",),
}
KIND_WORDS = {
    "comments": gettext_lazy("Comments"),
    "dates": gettext_lazy("Dates"),
    "milestones": gettext_lazy("Milestones"),
    "changes": gettext_lazy("Changes"),
    "holds": gettext_lazy("Holds"),
    "supply": gettext_lazy("Stock and deliveries"),
    "papers": gettext_lazy("Files"),
}


def _lines_of(request: HttpRequest, order: Order, *, with_checks: bool) -> dict[str, Any]:
    """A stretch of the lines (`?from=` a position), so that long orders open as fast as short."""
    start = request.GET.get("from", "")
    first = int(start) if start.isdigit() and len(start) < 9 else 0
    prefetch = ["deliveries", "checks"] if with_checks else ["deliveries"]
    rows = list(
        order.lines.filter(position__gte=first)
        .select_related("item", "item__unit", "typed_unit")
        .prefetch_related(*prefetch)[: LINES_SHOWN + 1]
    )
    following = rows[LINES_SHOWN].position if len(rows) > LINES_SHOWN else None
    return {"lines": rows[:LINES_SHOWN], "following_line": following, "first_line": first}


def checks_by_kind(line: Line) -> list[LineCheck]:
    """The checks of a line in their order: product, price, stock."""
    order = {kind: place for place, kind in enumerate(LineCheck.Kind.values)}
    return sorted(line.checks.all(), key=lambda check: order.get(check.kind, 9))


def lines(request: HttpRequest, order: Order, context: dict[str, Any]) -> dict[str, Any]:
    """Lines with their checks, dates, amounts and what is delivered and reserved."""
    found = _lines_of(request, order, with_checks=True)
    reserved = _reserved(request, found["lines"])
    found["rows"] = [
        {"line": line, "checks": checks_by_kind(line), "reserved": reserved.get(line.pk)}
        for line in found["lines"]
    ]
    return found


def followup(request: HttpRequest, order: Order, context: dict[str, Any]) -> dict[str, Any]:
    """The milestone chart, and for the chosen milestone what can be done with it."""
    whole: OrderFollowup = context["followup"]
    longest = max((part.days for part in whole.party_days), default=0) or 1
    found: dict[str, Any] = {
        "chart": chart.chart_of(whole.journey, context["milestones"]),
        "party_days": [
            (part, f"{max(part.days / longest * 100, 0.5):.1f}%") for part in whole.party_days
        ],
    }
    wanted = request.GET.get("milestone", "")
    row = next((one for one in whole.milestones if str(one.milestone.pk) == wanted), None)
    return found | (_chosen(request, order, whole, row) if row else {})


def _chosen(
    request: HttpRequest, order: Order, whole: OrderFollowup, row: MilestoneRow
) -> dict[str, Any]:
    """What the panel of one milestone shows, and the ready message to whoever is waited for."""
    one, user = row.milestone, request.user
    found: dict[str, Any] = {
        "chosen": one,
        "chosen_row": row,
        "chosen_meaning": chart.meaning_of(one),
        "may_act": may_close(user, one),  # type: ignore[arg-type]
        "is_awaited": bool(one.waiting_for) and user.has_role(one.waiting_for),  # type: ignore[union-attr]
        "dragged": dragged_by(whole, one.pk),
        "photos": list(files.attachments_of(one)),
        "parties": Party.choices,
        "delay_reasons": DelayReason.choices,
        "approval_limit": company.value("approval_limit_days"),
        "waits": list(one.waits.select_related("partner").order_by("since")),
        "suppliers": Partner.objects.visible_to(user)  # type: ignore[arg-type]
        .filter(is_supplier=True, is_active=True)
        .order_by("name")[:300],
    }
    if one.state == Milestone.State.OPEN:
        message = messages.for_milestone(one, str(user))
        email = order.contact.email if order.contact and one.waiting_for == "customer" else ""
        found |= {"chase_message": message, "chase_address": mail_to(email, order.number, message)}
    return found


def dragged_by(whole: OrderFollowup, milestone_id: int) -> list[MilestoneRow]:
    """The milestones after this one, near and far, that are behind their agreed date."""
    reached = {milestone_id}
    found = []
    for row in whole.milestones:  # in order of position: those before come first
        if row.milestone.pk not in reached and reached.intersection(row.before):
            reached.add(row.milestone.pk)
            if row.days_late and row.milestone.state in {"to_come", "open"}:
                found.append(row)
    return found


def promise(request: HttpRequest, order: Order, context: dict[str, Any]) -> dict[str, Any]:
    """The newest promise line by line, and the ones before it."""
    promises = list(order.promises.select_related("by").order_by("-pk")[:10])
    rows: list[Any] = []
    if promises:
        rows = list(
            promises[0]
            .lines.select_related("line", "line__item", "line__item__unit")
            .order_by("line__position")[:LINES_SHOWN]
        )
        say_worked_days([*promises, *rows])
    return {"promises": promises, "promise_lines": rows}


def checks(request: HttpRequest, order: Order, context: dict[str, Any]) -> dict[str, Any]:
    """Every check with its reasons, what does not hold first."""
    found = _lines_of(request, order, with_checks=True)
    worst = {"red": 0, "amber": 1, "green": 2}
    found["rows"] = sorted(
        (
            {"line": line, "checks": checks_by_kind(line)}
            for line in found["lines"]
            if not line.is_cancelled
        ),
        key=lambda row: min((worst.get(check.verdict, 3) for check in row["checks"]), default=3),
    )
    found["is_checked"] = any(row["checks"] for row in found["rows"])
    return found


def supply(request: HttpRequest, order: Order, context: dict[str, Any]) -> dict[str, Any]:
    """What is reserved for each line, what is in stock, and what is expected when."""
    found = _lines_of(request, order, with_checks=False)
    items = {line.item_id for line in found["lines"]}
    reserved = _reserved(request, found["lines"])
    stock = _stock(request, items)
    expected: dict[int, list[ExpectedSupply]] = defaultdict(list)
    open_supplies = ExpectedSupply.objects.visible_to(request.user).filter(item__in=items)  # type: ignore[arg-type]
    for one in open_supplies.filter(is_open=True).order_by("due_on", "pk"):
        expected[one.item_id].append(one)
    found["rows"] = [
        {
            "line": line,
            "reserved": reserved.get(line.pk, Decimal(0)),
            "missing": max(
                line.quantity - line.delivered - reserved.get(line.pk, Decimal(0)), Decimal(0)
            ),
            "on_hand": stock.get(line.item_id, (Decimal(0), Decimal(0)))[0],
            "free": stock.get(line.item_id, (Decimal(0), Decimal(0)))[1],
            "expected": expected[line.item_id][:6],
        }
        for line in found["lines"]
        if not line.is_cancelled
    ]
    return found | trees_on_tab(request, found["lines"])


def money(request: HttpRequest, order: Order, context: dict[str, Any]) -> dict[str, Any]:
    """The payment plan in amounts, and where the customer stands with their credit."""
    parts = list(order.instalments.all())
    amounts = [round_money(order.total * part.percent / 100, order.currency) for part in parts]
    if parts and sum(part.percent for part in parts) == 100:
        amounts[-1] += order.total - sum(amounts)  # the last part takes what rounding left over
    others = Order.objects.visible_to(request.user).filter(  # type: ignore[arg-type]
        customer=order.customer_id, state=OrderState.CONFIRMED
    )
    standing = others.aggregate(open=Sum("total_company"), number=Count("pk"))
    return {
        "plan": list(zip(parts, amounts, strict=True)),
        "open_value": standing["open"] or Decimal(0),
        "open_orders": standing["number"],
        "credit": readiness_of(order).credit,
        "company_currency": settings.COMPANY_CURRENCY,
    }


def papers(request: HttpRequest, order: Order, context: dict[str, Any]) -> dict[str, Any]:
    """Everything attached, and the papers the customer asks for."""
    user: Any = request.user
    attachments = list(files.attachments_of(order))
    return {
        "attachments": attachments,
        "kinds_there": {attachment.kind for attachment in attachments},
        "paper_kinds": list(PAPER_KINDS.items()),
        **papers_tab(user, order),
        **answers_tab(user, order),
        "mails": mails_about(order),
    }


def changes(request: HttpRequest, order: Order, context: dict[str, Any]) -> dict[str, Any]:
    """The versions, newest first, each with its difference to the one before."""
    versions = list(order.versions.select_related("by").order_by("-number")[:50])
    return {"versions": versions, **changes_of(request.user, order)}


def timeline(request: HttpRequest, order: Order, context: dict[str, Any]) -> dict[str, Any]:
    """Every fact about the order, newest first; `?kind=` narrows, `?before=` goes on."""
    kind = request.GET.get("kind", "")
    entries = journal.timeline(order)
    if kind in KINDS:
        wanted = Q()
        for beginning in KINDS[kind]:
            wanted |= Q(fact__startswith=beginning)
        entries = entries.filter(wanted)
    before = request.GET.get("before", "")
    if before.isdigit() and len(before) < 18:
        entries = entries.filter(pk__lt=int(before))
    shown = list(entries[: TIMELINE_SHOWN + 1])
    return {
        "entries": shown[:TIMELINE_SHOWN],
        "before": shown[TIMELINE_SHOWN - 1].pk if len(shown) > TIMELINE_SHOWN else None,
        "kind": kind if kind in KINDS else "",
        "kinds": [(key, str(KIND_WORDS[key])) for key in KINDS],
    }


def _reserved(request: HttpRequest, rows: list[Line]) -> dict[int, Decimal]:
    """What is kept in stock for each line, by its id: one query."""
    names = {demand_of(line.pk): line.pk for line in rows}
    kept = Reservation.objects.visible_to(request.user).filter(demand__in=names)  # type: ignore[arg-type]
    found: dict[int, Decimal] = defaultdict(Decimal)
    for demand, quantity in kept.values_list("demand", "quantity"):
        found[names[demand]] += quantity
    return dict(found)


def _stock(request: HttpRequest, items: set[int]) -> dict[int, tuple[Decimal, Decimal]]:
    """On hand and free of our own stock, by item id: one query."""
    own = Balance.objects.visible_to(request.user).filter(item__in=items, is_own=True)  # type: ignore[arg-type]
    sums = own.values("item_id").annotate(here=Sum("on_hand"), kept=Sum("reserved"))
    return {row["item_id"]: (row["here"], row["here"] - row["kept"]) for row in sums}
