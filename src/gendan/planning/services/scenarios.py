"""Verbs of scenarios: what would be if, beside the live plan; and what is adopted from them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item, WorkCenter
from gendan.inventory.models import ExpectedSupply
from gendan.kernel import clock, journal, numbering
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.quantity import read_decimal, read_quantity
from gendan.kernel.rows import Problems, refuse_unless_sensible, stands_in
from gendan.kernel.service import service
from gendan.orders.models import Line, OrderState
from gendan.planning import deferring
from gendan.planning.assumed import KINDS
from gendan.planning.events import AssumptionWithdrawn, ScenarioAdopted, ScenarioMade
from gendan.planning.models import Assumption, CapacityChange, PlanRun
from gendan.planning.services.capacity import (
    DAY_MINUTES,
    CapacityChangeRow,
    save_capacity_changes,
)
from gendan.planning.services.runs import run_plan

MOST_CHANGES = 100
MOST_LEAD_DAYS = 1000
_THINGS = ("line_id", "expected_id", "item_id", "work_center_id")
MOST_WAITING = 5  # scenarios share the worker with the live plan


class ScenarioNotReady(DomainError):
    """A scenario is adopted once, and only after it was calculated."""


class TooManyScenarios(DomainError):
    """Scenarios would keep the live plan waiting."""


class NotAScenario(DomainError):
    """Only a scenario has something to adopt."""


@dataclass(frozen=True)
class ScenarioChange:
    """One change: its kind (planning/assumed.py) and what it is about.

    `what`: the code of an item (add_demand, lead_days), an order line as "SO-2026-000012/3"
    (move_line, change_line), or the reference of expected goods (move_supply, lose_supply). Other
    capacity of a work centre is a kind of CapacityChange (overtime, breakdown, …) with its code,
    `on`, `until`, `minutes` a day (0 of a stoppage: the whole day), `on_days_off`.
    """

    kind: str
    what: str
    quantity: str = ""
    on: dt.date | None = None
    days: int | None = None
    until: dt.date | None = None
    minutes: int | None = None
    on_days_off: bool = False


@service(gettext_lazy("Try a scenario"))
def make_scenario(*, title: str, changes: Sequence[ScenarioChange], by: User | None) -> PlanRun:
    """Calculate a plan with what is assumed, beside the live one, which stays as it is."""
    title = " ".join(title.split())[:120]
    if not title:
        raise Invalid(_("Give the scenario a title."), field="title")
    refuse_unless_sensible(changes)
    if len(changes) > MOST_CHANGES:
        raise Invalid(_("A scenario has at most %(most)s changes.") % {"most": MOST_CHANGES})
    problems = Problems()
    read: list[dict[str, Any]] = []
    seen: dict[tuple[Any, ...], int] = {}
    for index, change in enumerate(changes):
        try:
            mine = _read(change)
        except (Unusable, DomainError) as error:
            problems.add(index, getattr(error, "field", None) or "what", str(error))
            continue
        first = min((seen.setdefault(_said(one), index) for one in mine), default=index)
        if first < index:  # one of them would count for nothing
            problems.add(index, "what", stands_in(first + 1), twin=first)
        read += mine
    problems.refuse_if_any()
    waiting = PlanRun.objects.filter(cause=PlanRun.Cause.SCENARIO, state=PlanRun.State.WAITING)
    if waiting.count() >= MOST_WAITING:
        raise TooManyScenarios(
            _("%(count)s scenarios wait to be calculated already; try this one after them.")
            % {"count": MOST_WAITING}
        )
    run = PlanRun.objects.create(
        number=numbering.draw("plan_run"),
        cause=PlanRun.Cause.SCENARIO,
        title=title,
        changes=read,
        asked_at=clock.now(),
        asked_by=by,
    )
    deferring.calculation(run.pk)
    fact = ScenarioMade(run_id=run.pk, number=run.number, title=title, changes=len(read))
    journal.record(fact, about=[run, "planning"], by=by)
    return run


@service(gettext_lazy("Adopt the scenario"))
def adopt_scenario(*, run_id: int, by: User | None) -> PlanRun:
    """Let the live plan count on what the scenario assumes, until it is withdrawn.

    Other capacity becomes a change of capacity. No order and no promise is changed by it: those
    have verbs of their own.
    """
    run = PlanRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise NotThere(_("There is no such plan run."))
    if not run.is_scenario:
        raise NotAScenario(_("%(run)s is no scenario.") % {"run": run.number})
    run.step("adopt_scenario")
    if run.adopted_at is not None:
        raise ScenarioNotReady(_("%(run)s was adopted already.") % {"run": run.number})
    now = clock.now()
    other = [change for change in run.changes if change["kind"] == "capacity"]
    Assumption.objects.bulk_create(
        Assumption(change=change, scenario=run, adopted_at=now, adopted_by=by)
        for change in run.changes
        if change["kind"] != "capacity"
    )
    if other:
        save_capacity_changes(rows=[_capacity_row(one, run) for one in other], by=by)
    run.adopted_at = now
    run.save(update_fields=["adopted_at"])
    run_plan(by=by)
    fact = ScenarioAdopted(
        run_id=run.pk, number=run.number, title=run.title, changes=len(run.changes)
    )
    journal.record(fact, about=[run, "planning"], by=by)
    return run


@service(gettext_lazy("Withdraw the assumption"))
def withdraw_assumption(*, assumption_id: int, by: User | None) -> Assumption:
    """The live plan no longer counts on it."""
    found = Assumption.objects.select_for_update().filter(pk=assumption_id).first()
    if found is None or found.withdrawn_at is not None:
        raise NotThere(_("This is not assumed any more."))
    found.withdrawn_at = clock.now()
    found.save(update_fields=["withdrawn_at"])
    run_plan(by=by)
    fact = AssumptionWithdrawn(assumption_id=found.pk, change=found.change)
    journal.record(fact, about="planning", by=by)
    return found


def _said(change: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a change says something about; demand that is added stands by itself."""
    if change["kind"] == "add_demand":
        return (id(change),)
    thing = next(change[key] for key in _THINGS if key in change)
    return (change["kind"], thing, change.get("of"), change["on"] if "of" in change else None)


def _kinds() -> list[str]:
    """What a change may be; other capacity goes by the kinds of changes of capacity."""
    return [*(kind for kind in KINDS if kind != "capacity"), *CapacityChange.Kind.values]


def _read(change: ScenarioChange) -> list[dict[str, Any]]:
    """A change as it is kept; several where a reference names several supplies."""
    what = change.what.strip()
    if change.kind in CapacityChange.Kind.values:
        return [_capacity(change, what)]
    if change.kind not in KINDS or change.kind == "capacity":
        raise Invalid(
            _("There is no such kind of change. The kinds are: %(kinds)s.")
            % {"kinds": ", ".join(_kinds())},
            field="kind",
        )
    if change.kind == "add_demand":
        item = _item(what)
        quantity = read_quantity(change.quantity, step=item.unit.step, field="quantity")
        day = _day(change)
        return [_kept(change, item.code, item_id=item.pk, quantity=str(quantity), on=day)]
    if change.kind == "lead_days":
        item = _item(what)
        if change.days is None or not 0 <= change.days <= MOST_LEAD_DAYS:
            raise Invalid(
                _("A lead time has 0 to %(most)s working days.") % {"most": MOST_LEAD_DAYS},
                field="days",
            )
        return [_kept(change, item.code, item_id=item.pk, days=change.days)]
    if change.kind in ("move_line", "change_line"):
        line = _line(what)
        if change.kind == "move_line":
            return [_kept(change, what, line_id=line.pk, on=_day(change))]
        quantity = read_decimal(change.quantity, field="quantity")
        if quantity < 0 or quantity % line.item.unit.step:
            raise Invalid(_("A quantity must fit the item's unit."), field="quantity")
        return [_kept(change, what, line_id=line.pk, quantity=str(quantity))]
    more = {"on": _day(change)} if change.kind == "move_supply" else {}
    return [_kept(change, what, expected_id=pk, **more) for pk in _supplies(what)]


def _capacity(change: ScenarioChange, code: str) -> dict[str, Any]:
    """More or less capacity, checked as a change of capacity is."""
    center = WorkCenter.objects.filter(code=code).first()
    if center is None:
        raise Unusable(_("There is no work centre called “%(code)s”.") % {"code": code[:60]})
    first = _day(change)
    until = change.until or dt.date.fromisoformat(first)
    if until < dt.date.fromisoformat(first):
        raise Invalid(_("The last day is before the first."), field="until")
    if not until.year <= 2099:
        raise Invalid(_("The year %(year)s cannot be meant.") % {"year": until.year}, field="until")
    minutes = change.minutes or 0
    if minutes < 0 or minutes > 1000 * DAY_MINUTES:
        raise Invalid(_("No work centre has so many minutes a day."), field="minutes")
    if change.kind in CapacityChange.MORE and not minutes:
        raise Invalid(_("Say how many minutes a day are worked besides."), field="minutes")
    _refuse_a_second(center, change.kind, first)
    return {
        "kind": "capacity",
        "label": center.code,
        "work_center_id": center.pk,
        "of": change.kind,
        "on": first,
        "until": until.isoformat(),
        "minutes": minutes,
        "on_days_off": bool(change.on_days_off),
    }


def _refuse_a_second(center: WorkCenter, kind: str, first: str) -> None:
    """One of a kind begins on a day: adopting a second would overwrite the first."""
    same = CapacityChange.objects.filter(work_center=center, kind=kind, from_on=first)
    if same.exists():
        raise Invalid(
            _("%(center)s has “%(kind)s” from %(day)s already; begin on another day.")
            % {"center": center.code, "kind": CapacityChange.Kind(kind).label, "day": first},
            field="on",
        )


def _capacity_row(change: dict[str, Any], run: PlanRun) -> CapacityChangeRow:
    """The change of capacity that an assumption becomes."""
    center = WorkCenter.objects.filter(pk=change["work_center_id"]).first()
    if center is None:
        raise NotThere(_("There is no work centre called “%(code)s”.") % {"code": change["label"]})
    _refuse_a_second(center, change["of"], change["on"])
    return CapacityChangeRow(
        work_center=center.code,
        kind=change["of"],
        from_on=dt.date.fromisoformat(change["on"]),
        until_on=dt.date.fromisoformat(change["until"]),
        minutes=change["minutes"],
        on_days_off=change["on_days_off"],
        reason=run.title,
    )


def _kept(change: ScenarioChange, label: str, **values: Any) -> dict[str, Any]:
    return {"kind": change.kind, "label": label, **values}


def _item(code: str) -> Item:
    found = Item.objects.select_related("unit").filter(code=code).first()
    if found is None:
        raise Unusable(_("There is no item called “%(code)s”.") % {"code": code[:60]})
    return found


def _line(text: str) -> Line:
    number, _sep, position = text.rpartition("/")
    rows = Line.objects.filter(
        order__number=number, order__state=OrderState.CONFIRMED, is_cancelled=False
    )
    is_number = position.isascii() and position.isdigit() and len(position) < 9
    found = rows.filter(position=int(position)).first() if is_number else None
    if found is None:
        raise Unusable(
            _("There is no open order line “%(line)s”; write it as SO-2026-000012/1.")
            % {"line": text[:80]}
        )
    return found


def _supplies(reference: str) -> list[int]:
    rows = ExpectedSupply.objects.filter(is_open=True, reference=reference).order_by("pk")
    found = list(rows.values_list("pk", flat=True)) if reference else []
    if not found:
        raise Unusable(
            _("Nothing is expected with the reference “%(reference)s”.")
            % {"reference": reference[:80]}
        )
    return found


def _day(change: ScenarioChange) -> str:
    if change.on is None:
        raise Invalid(_("Say the day."), field="on")
    if not 2000 <= change.on.year <= 2099:
        raise Invalid(
            _("The year %(year)s cannot be meant.") % {"year": change.on.year}, field="on"
        )
    return change.on.isoformat()
