"""Which suppliers are to be chased now, and about which lines: read, never written."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from gendan.engine.calendars import CalendarEnds
from gendan.kernel import clock, company
from gendan.partners.models import Partner
from gendan.purchasing.models import (
    ProvidedMaterial,
    PurchaseMilestone,
    PurchaseOrder,
    PurchaseOrderLine,
    ShipNotice,
    ShipNoticeLine,
    SupplierChasing,
    SupplierWord,
)
from gendan.sourcing.queries import calendars_of

# The weightiest first: what is late is asked before what is merely not confirmed.
WHYS = ("late", "step", "unconfirmed", "near")
MOST_LISTED = 200
MOST_SPREAD_DAYS = 30  # who strays further is asked so early that it means nothing
NOT_SAID = "UTC"  # a partner's time zone while nobody has said where it works
Mode = SupplierChasing.Mode


@dataclass(frozen=True)
class Chaser:
    """A supplier to be asked about an order: why, about which lines, and whether by itself."""

    order: PurchaseOrder
    why: str
    lines: tuple[PurchaseOrderLine, ...]
    mode: str = Mode.ASK

    def rows(self, is_chinese: bool) -> list[str]:
        """The lines as the letter names them."""
        return [_row(line, is_chinese) for line in self.lines]


@dataclass(frozen=True)
class ChasingRules:
    """When whom to ask: the company's days, each supplier's own way and how far it strays."""

    unconfirmed_days: int
    before_days: int
    again_days: int
    most_a_day: int
    mode: str
    own: Mapping[int, tuple[str, int]]  # supplier → mode ("": the company's), days it strays

    def mode_of(self, supplier_id: int) -> str:
        """Never, by a press, or by itself."""
        return self.own.get(supplier_id, ("", 0))[0] or self.mode

    def before_of(self, supplier_id: int) -> int:
        """How many days before goods are due this supplier is asked."""
        return max(self.before_days, self.own.get(supplier_id, ("", 0))[1])

    @property
    def longest_before(self) -> int:
        """The earliest anybody is asked."""
        return max([self.before_days, *(days for _mode, days in self.own.values())])


def chasing_rules() -> ChasingRules:
    """What is set and learned: 2 queries."""
    kept = company.values(
        "purchase_chase_unconfirmed_days",
        "purchase_chase_before_days",
        "purchase_chase_again_days",
        "purchase_chase_most_a_day",
        "purchase_chase_mode",
    )
    rows = SupplierChasing.objects.values_list("supplier_id", "mode", "spread_days")
    return ChasingRules(
        unconfirmed_days=int(kept["purchase_chase_unconfirmed_days"]),
        before_days=int(kept["purchase_chase_before_days"]),
        again_days=int(kept["purchase_chase_again_days"]),
        most_a_day=int(kept["purchase_chase_most_a_day"]),
        mode=str(kept["purchase_chase_mode"]),
        own={pk: (mode, days) for pk, mode, days in rows},
    )


def with_lines(orders: "QuerySet[PurchaseOrder]") -> "QuerySet[PurchaseOrder]":
    """Orders with everything a chaser reads: 4 queries whatever their number."""
    noticed = ShipNoticeLine.objects.filter(
        order_line=OuterRef("pk"), notice__state=ShipNotice.State.OPEN
    )
    unsent = ProvidedMaterial.objects.filter(line=OuterRef("pk"), sent=0)
    lines = PurchaseOrderLine.objects.filter(is_cancelled=False).annotate(
        has_open_notice=Exists(noticed), lacks_material=Exists(unsent)
    )
    words = SupplierWord.objects.filter(state=SupplierWord.State.PROPOSED)
    undone = PurchaseMilestone.objects.filter(done_on=None)
    wanted = lines.select_related("item", "expected", "order").order_by("position")
    return orders.select_related("supplier", "made_by").prefetch_related(
        Prefetch("lines", wanted, to_attr="living_lines"),
        Prefetch("living_lines__words", words, to_attr="proposals"),
        Prefetch("living_lines__milestones", undone, to_attr="undone_steps"),
    )


def chasers_due(orders: "QuerySet[PurchaseOrder]", rules: ChasingRules) -> list[Chaser]:
    """Who is to be chased today among these orders; never a supplier who waits for us."""
    rows = _perhaps(orders, rules).order_by("due_on", "pk")
    found = [chaser_of(one, rules) for one in with_lines(rows)[:MOST_LISTED]]
    return [one for one in found if one is not None]


def going_by_itself(rules: ChasingRules) -> list[Chaser]:
    """Those that need no press and whose readers are at work now, the weightiest first."""
    own = {pk: mode for pk, (mode, _days) in rules.own.items() if mode}
    named = [pk for pk, mode in own.items() if mode == Mode.SEND]
    orders = PurchaseOrder.objects.filter(supplier__in=named)
    if rules.mode == Mode.SEND:
        orders = PurchaseOrder.objects.exclude(supplier__in=own.keys() - set(named))
    elif not named:
        return []
    # Before the list is cut: those who sleep must not fill it.
    suppliers = _perhaps(orders, rules).values_list("supplier_id", flat=True)
    at_work = suppliers_at_work(set(suppliers.distinct()))
    due = chasers_due(orders.filter(supplier__in=at_work), rules) if at_work else []
    return sorted(due, key=lambda one: WHYS.index(one.why))


def suppliers_at_work(supplier_ids: Collection[int]) -> set[int]:
    """Who of them reads mails at this moment: a working day of theirs, our hours on their clock."""
    if not supplier_ids:
        return set()
    kept = company.values("work_starts", "work_ends")
    opens, closes = (dt.time.fromisoformat(kept[key]) for key in ("work_starts", "work_ends"))
    calendars, now, found = calendars_of(supplier_ids), clock.now(), set()
    zones = Partner.objects.filter(pk__in=supplier_ids).values_list("pk", "time_zone")
    for pk, zone in zones:
        local = now.astimezone(clock.zone() if zone == NOT_SAID else ZoneInfo(zone))
        try:
            is_working = calendars[pk].works_on(local.date())
        except CalendarEnds:
            is_working = False
        if is_working and opens <= local.time() < closes:
            found.add(pk)
    return found


def chaser_of(order: PurchaseOrder, rules: ChasingRules) -> Chaser | None:
    """Why this supplier is to be chased (of `with_lines`); None: he waits for us, or need not."""
    lines: Sequence[PurchaseOrderLine] = order.living_lines  # type: ignore[attr-defined]
    mode = rules.mode_of(order.supplier_id)
    if order.state not in PurchaseOrder.WITH_SUPPLIER or mode == Mode.OFF:
        return None
    if order.chasing_hold or waits_for_us(lines):
        return None
    for why in WHYS:
        meant = tuple(line for line in lines if line.is_open and _is_meant(line, why, rules))
        if meant:
            return Chaser(order, why, meant, mode)
    return None


def waits_for_us(lines: Iterable[PurchaseOrderLine]) -> bool:
    """Whether the supplier has proposed something that we have not decided."""
    return any(line.proposals for line in lines)  # type: ignore[attr-defined]


def was_asked_lately(order: PurchaseOrder, rules: ChasingRules) -> bool:
    """Whether an answer to the last chaser may still be on its way."""
    if order.chased_at is None:
        return False
    passed = clock.today() - clock.date_of(order.chased_at)
    return passed.days < rules.again_days


def gone_by_themselves() -> "QuerySet[PurchaseOrder]":
    """The orders whose supplier was asked today without anybody's press, the newest first."""
    midnight = clock.moment_on(clock.today(), 0)
    rows = PurchaseOrder.objects.filter(chased_at__gte=midnight, is_chased_by_itself=True)
    return rows.select_related("supplier").order_by("-chased_at", "-pk")


def _perhaps(orders: "QuerySet[PurchaseOrder]", rules: ChasingRules) -> "QuerySet[PurchaseOrder]":
    """Without those about which there is surely nothing to ask: these would fill the list."""
    today = clock.today()
    again = clock.moment_on(today - dt.timedelta(days=max(rules.again_days - 1, 0)), 0)
    steps = PurchaseMilestone.objects.annotate(on=Coalesce("expected_on", "planned_on")).filter(
        line__order=OuterRef("pk"), done_on=None, on__lt=today
    )
    near = Q(due_on__lte=today + dt.timedelta(days=rules.longest_before))
    rows = orders.filter(state__in=PurchaseOrder.WITH_SUPPLIER, chasing_hold="")
    rows = rows.filter(near | Q(state=PurchaseOrder.State.SENT) | Exists(steps))
    off = [pk for pk in rules.own if rules.mode_of(pk) == Mode.OFF]
    if rules.mode == Mode.OFF:
        rows = rows.filter(supplier__in=rules.own.keys() - set(off))
    elif off:
        rows = rows.exclude(supplier__in=off)
    if rules.again_days:
        rows = rows.exclude(chased_at__gte=again)
    return rows


def _is_meant(line: PurchaseOrderLine, why: str, rules: ChasingRules) -> bool:
    today, order = clock.today(), line.order
    if line.has_open_notice:  # type: ignore[attr-defined]  # it has told us; we have to look
        return False
    if why == "unconfirmed":
        asked = clock.date_of(order.sent_at) if order.sent_at else today
        return line.confirmed_on is None and (today - asked).days >= rules.unconfirmed_days
    if line.lacks_material:  # type: ignore[attr-defined]  # it waits for our material
        return False
    if why == "late":
        return line.due_on < today
    if why == "step":
        return any(
            (one.expected_on or one.planned_on) < today
            for one in line.undone_steps  # type: ignore[attr-defined]
        )
    is_soon = line.due_on <= today + dt.timedelta(days=rules.before_of(order.supplier_id))
    return is_soon and line.confirmed_on is not None


def _row(line: PurchaseOrderLine, is_chinese: bool) -> str:
    left = line.quantity - line.received
    typed = (left * line.typed_quantity / line.quantity).quantize(line.typed_quantity)
    item = line.supplier_code or line.item.code
    quantity = f"{typed.normalize():f} {line.typed_unit}"
    if is_chinese:
        return f"第{line.position}行 {item}：{quantity}，交期{line.due_on.isoformat()}"
    return f"line {line.position} {item}: {quantity}, due {line.due_on.isoformat()}"
