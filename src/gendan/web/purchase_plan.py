"""The page of the purchase plan: what to order where, why there, and ordering it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.kernel import clock
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.quantity import read_quantity
from gendan.orders.models import Line
from gendan.orders.services.reading import read_day
from gendan.planning.buying import planned_purchases
from gendan.planning.queries import lines_named, suppliers_decided
from gendan.planning.services import ProposalRow, order_proposals
from gendan.purchasing.purchase_plan import (
    MOST_NEEDS,
    OrderGroup,
    PlanLine,
    PurchasePlan,
    Wanted,
    demands_of,
    open_requests,
    plan_purchases,
)
from gendan.sourcing.models.visibility import may_read
from gendan.sourcing.queries import SourceOffer
from gendan.web.export_columns import PROPOSALS
from gendan.web.exports import export_found
from gendan.web.navigation import tabs_of
from gendan.web.purchasing_tabs import TABS
from gendan.web.shell import ask, page, render_page

WEEKS = (2, 4, 8, 26)
MOST_LINES = 200  # drawn on one page
MOST_ORDERS = 4  # named for a line
OPEN_GROUPS = 6  # drawn open; those after them unfold


class PlanHasChanged(DomainError):
    """What was proposed is proposed otherwise now."""


@dataclass(frozen=True)
class Shown:
    """How far ahead to look, whether with what is planned only, and for which supplier."""

    weeks: int
    with_planned: bool
    supplier: str

    @classmethod
    def of(cls, given: Any) -> "Shown":
        """From an address or a form; what is no choice is the first one."""
        weeks = given.get("weeks", "")
        return cls(
            int(weeks) if weeks in {str(one) for one in WEEKS} else WEEKS[0],
            given.get("planned") == "1",
            given.get("supplier", "")[:40],
        )

    def url(self, **more: Any) -> str:
        """The address of the page that shows this, or this with changes."""
        values = {
            "weeks": self.weeks,
            "planned": "1" if self.with_planned else "",
            "supplier": self.supplier,
        } | more
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{reverse('purchase_plan')}?{query}"


@dataclass(frozen=True)
class DrawnLine:
    """A line with the orders it is for."""

    line: PlanLine
    orders: list[Line]
    more: int
    is_late: bool
    preset_id: int  # the source that is chosen unless somebody chooses another
    decided: str  # the supplier planning has decided on
    typed: str  # the quantity as it stands in the field
    is_moved: bool  # asked for on another day than it is needed
    lifted: str  # why it is more than its week needs: "minimum", "lot" or ""


@dataclass(frozen=True)
class DrawnGroup:
    """A purchase order that is proposed."""

    group: OrderGroup
    lines: list[DrawnLine]
    is_overdue: bool
    is_folded: bool  # further away: drawn closed

    @property
    def is_foreign(self) -> bool:
        """Whether its currency is another than the company's."""
        return self.group.offer.currency != settings.COMPANY_CURRENCY


@page(section="purchasing", methods=("GET", "HEAD"))
def purchase_plan(request: HttpRequest) -> HttpResponse:
    """Proposals by supplier, currency and week of ordering, the most pressing first."""
    if not may_read(request.user):  # type: ignore[arg-type]
        raise Http404
    shown = Shown.of(request.GET)
    wanted, plan = _planned(shown)
    suppliers = sorted({(one.offer.supplier_code, one.offer.name) for one in plan.groups})
    groups = [
        one
        for one in plan.groups
        if not shown.supplier or one.offer.supplier_code == shown.supplier
    ]
    if kind := request.GET.get("export"):
        proposed = [(group, line) for group in groups for line in group.lines]
        return export_found("purchase_plan", PROPOSALS, proposed, kind)
    drawn = _drawn(groups, plan)
    next_on, next_url = (None, "") if wanted else _next(shown)
    context = {
        "next_on": next_on,
        "next_url": next_url,
        "tabs": tabs_of(TABS, "purchase_plan"),
        "shown": shown,
        "weeks": [(one, shown.url(weeks=one)) for one in WEEKS],
        "with_url": shown.url(planned="" if shown.with_planned else "1"),
        "suppliers": [(code, name, shown.url(supplier=code)) for code, name in suppliers],
        "all_url": shown.url(supplier=""),
        "groups": drawn,
        "left_out": sum(len(one.lines) for one in groups) - sum(len(one.lines) for one in drawn),
        "orphans": plan.orphans[:MOST_LINES],
        "without_rate": ", ".join(plan.without_rate),
        "assumed": plan.assumptions,
        "is_cut": len(wanted) >= MOST_NEEDS,
        "currency": settings.COMPANY_CURRENCY,
        "today": plan.on,
    }
    return render_page(request, "sourcing/purchase_plan.html", context)


@page(section="purchasing", verb="order_proposals", methods=("POST",))
def order_chosen(request: HttpRequest) -> HttpResponse:
    """Order what was ticked, from the sources that were chosen."""
    shown = Shown.of(request.POST)
    return ask(
        request,
        lambda *, by: order_proposals(rows=_chosen(request, shown), by=by),
        then=lambda made: (
            reverse("purchase_order", args=[made[0].pk])
            if len(made) == 1
            else reverse("purchase_orders")
        ),
        said=lambda made: (
            _("%(count)s purchase orders are written as drafts: %(numbers)s.")
            % {"count": len(made), "numbers": ", ".join(one.number for one in made[:10])}
        ),
    )


def _planned(shown: Shown) -> tuple[list[Wanted], PurchasePlan]:
    until = clock.today() + dt.timedelta(weeks=shown.weeks)
    wanted = open_requests(until)
    if shown.with_planned:
        wanted += planned_purchases(until, MOST_NEEDS - len(wanted))
    return wanted, plan_purchases(wanted)


def _next(shown: Shown) -> tuple[dt.date | None, str]:
    """When the next is to be ordered after the weeks shown, planned or asked for; where it is."""
    later = [*open_requests(most=1), *planned_purchases(most=1)]
    if not later:
        return None, ""
    first = min(later, key=lambda one: one.order_by_on)
    weeks = -(-(first.order_by_on - clock.today()).days // 7)
    enough = next((one for one in WEEKS if one >= weeks), WEEKS[-1])
    planned = "1" if shown.with_planned or first.kind == "planned" else ""
    return first.order_by_on, shown.url(weeks=enough, planned=planned, supplier="")


def _decided(lines: Sequence[PlanLine]) -> dict[str, SourceOffer]:
    """The offers planning has decided on, by line, where it is one supplier: 1 query."""
    numbers = {one.words for line in lines for one, _part in line.wanted if one.kind == "request"}
    suppliers = suppliers_decided(numbers)
    found = {}
    for line in lines:
        ids = {suppliers[one.words].pk for one, _part in line.wanted if one.words in suppliers}
        offers = [one.offer for one in line.alternatives if one.offer.supplier_id in ids]
        if len(ids) == 1 and offers:
            found[line.key] = offers[0]
    return found


def _drawn(groups: Sequence[OrderGroup], plan: PurchasePlan) -> list[DrawnGroup]:
    """Groups up to MOST_LINES lines, with the orders the lines are for, whom planning has decided
    on: 2 queries."""
    chosen: list[tuple[OrderGroup, list[PlanLine]]] = []
    left = MOST_LINES
    for group in groups:
        if left <= 0:
            break
        chosen.append((group, list(group.lines[:left])))
        left -= len(group.lines)
    names = {line.key: demands_of(line.wanted) for _group, lines in chosen for line in lines}
    few = {key: found[: MOST_ORDERS + 1] for key, found in names.items()}
    named = {f"orders.line:{one.pk}": one for one in lines_named(chain.from_iterable(few.values()))}
    decided = _decided([line for _group, lines in chosen for line in lines])
    return [
        DrawnGroup(
            group,
            [
                DrawnLine(
                    line,
                    [named[name] for name in few[line.key][:MOST_ORDERS] if name in named],
                    max(len(names[line.key]) - MOST_ORDERS, 0),
                    line.order_by_on < plan.on,
                    decided[line.key].source_id if line.key in decided else 0,
                    decided[line.key].name if line.key in decided else "",
                    _short(line.quantity),
                    line.asked_on != line.needed_on,
                    _lifted(line),
                )
                for line in lines
            ],
            any(line.order_by_on < plan.on for line in lines),
            place >= OPEN_GROUPS and group.week_on > plan.on,
        )
        for place, (group, lines) in enumerate(chosen)
    ]


def _lifted(line: PlanLine) -> str:
    """What of the supplier's terms makes it more than its own week needs."""
    last = line.needed_on + dt.timedelta(days=6 - line.needed_on.weekday())
    own = sum((part for one, part in line.wanted if one.needed_on <= last), Decimal(0))
    offer = line.best.offer
    if own >= (line.raised_from or line.quantity):
        return ""
    if own < offer.minimum:
        return "minimum"
    return "lot" if offer.multiple else ""


def _chosen(request: HttpRequest, shown: Shown) -> list[ProposalRow]:
    """What was ticked, as the plan says it now; refused where that is something else."""
    keys = list(dict.fromkeys(request.POST.getlist("line")))
    if not keys:
        raise Invalid(_("Tick what is to be ordered."), field="line")
    _wanted, plan = _planned(shown)
    lines = {one.key: one for one in plan.lines}
    rows = []
    for key in keys:
        line = lines.get(key)
        if line is None or request.POST.get(f"seen.{key}") != seen(line):
            raise PlanHasChanged(
                _("The plan has changed since this page was drawn; look at it again.")
            )
        rows.append(_proposal(line, request.POST))
    return rows


def _proposal(line: PlanLine, given: Any) -> ProposalRow:
    """The line as it was adjusted: another source, quantity or day than was proposed."""
    source = given.get(f"source.{line.key}", "")
    found = next(
        (one for one in line.alternatives if str(one.offer.source_id) == source), line.best
    )
    ids: dict[str, list[int]] = {"request": [], "planned": []}
    for one, _part in line.wanted:
        ids[one.kind].append(one.pk)
    return ProposalRow(
        source_id=found.offer.source_id,
        quantity=_typed_quantity(line, given) or found.quantity,
        request_ids=ids["request"],
        planned_order_ids=ids["planned"],
        requested_on=_typed_day(line, given),
    )


def _typed_quantity(line: PlanLine, given: Any) -> Decimal | None:
    """What somebody typed instead of the quantity proposed; None: it stands as proposed."""
    text = given.get(f"quantity.{line.key}", "").strip()
    if not text or text == _short(line.quantity):
        return None
    return read_quantity(text, step=line.item.unit.step, field=f"quantity.{line.key}")


def _typed_day(line: PlanLine, given: Any) -> dt.date:
    text = given.get(f"on.{line.key}", "").strip()
    return read_day(text, field=f"on.{line.key}") or line.asked_on


def seen(line: PlanLine) -> str:
    """What a reader saw of a line, in short: its quantity and what it is for."""
    parts = [f"{one.kind[0]}{one.pk}:{_short(part)}" for one, part in line.wanted]
    return f"{_short(line.quantity)};{line.asked_on:%m%d};{','.join(parts)}"


def _short(number: Decimal) -> str:
    return f"{number.normalize():f}"


urlpatterns = [
    path("purchasing/plan/", purchase_plan, name="purchase_plan"),
    path("purchasing/plan/order/", order_chosen, name="order_proposals"),
]
