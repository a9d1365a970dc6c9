"""Costs of stock, steps of purchases and ranks of demands as sheets, where a row is a call."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.conf import settings

from gendan.exchange.taking import CHANGED, MADE, SAME, Places, Taken, note_twins, one_by_one
from gendan.inventory.models import LandedCost
from gendan.inventory.queries.valuing import landed_costs_for
from gendan.inventory.services import (
    RankRow,
    StandardRow,
    add_landed_cost,
    rank_demands,
    save_standard_costs,
)
from gendan.kernel.models import User
from gendan.kernel.rows import Clear, Problems
from gendan.orders.demands import lines_called
from gendan.purchasing.named import receipts_named, receipts_told, steps_of_kinds
from gendan.purchasing.services import LimitRow, StepRow, save_approval_limits, save_purchase_steps


@dataclass(frozen=True)
class LandedRow:
    """A cost on top of what came in with a receipt: its number, or the paper in the ledger."""

    about: str
    kind: str
    reference: str
    basis: str
    amount: Decimal
    currency: str = ""
    reason: str = ""


@dataclass(frozen=True)
class StepsRow:
    """The steps suppliers report for a family, a supplier, or both, in the order of the rows."""

    lines: Sequence[StepRow]
    family: str = ""
    supplier: str = ""


@dataclass(frozen=True)
class DemandRow:
    """How urgent an order's line is: 1 before all others, 9 after them."""

    demand: str
    rank: int


@dataclass(frozen=True)
class RoleLimitRow:
    """Up to which amount a role approves; emptied: any amount."""

    role: str
    amount: Decimal | Clear | None = None


def take_landed_costs(*, rows: Sequence[LandedRow], by: User) -> Taken:
    """Add each cost; what stands on the receipt word for word is left alone."""
    receipts = receipts_named(row.about for row in rows)
    rows = [replace(row, about=receipts.get(row.about, row.about)) for row in rows]
    found_costs = landed_costs_for(by).filter(about__in={row.about for row in rows})
    standing = {(one.about, one.kind, one.reference): one for one in found_costs}

    def take(row: LandedRow) -> str:
        found = standing.get((row.about, row.kind, row.reference))
        if found is not None and _is_same_cost(found, row):
            return SAME
        add_landed_cost(
            about=row.about,
            kind=row.kind,
            reference=row.reference,
            basis=row.basis,
            amount=row.amount,
            currency=row.currency,
            reason=row.reason,
            by=by,
        )
        return MADE

    return one_by_one(rows, take, Places("about"))


def _is_same_cost(found: LandedCost, row: LandedRow) -> bool:
    currency = row.currency or settings.COMPANY_CURRENCY
    says = (row.basis, row.amount, currency.strip().upper())
    return (found.basis, found.amount, found.currency) == says


def papers_said(values: list[str]) -> list[str]:
    """Receipts in the ledger as people call them; 1 query for all of them."""
    told = receipts_told(values)
    return [told.get(one, one) for one in values]


def take_steps(*, rows: Sequence[StepsRow], by: User) -> Taken:
    """The steps of each family and supplier take the place of the former ones, if they differ."""
    standing = steps_of_kinds()

    def take(row: StepsRow) -> str:
        before = standing.get((row.family or "", row.supplier or ""))
        says = [_said(step) for step in row.lines]
        if before == says:
            return SAME
        save_purchase_steps(family=row.family, supplier=row.supplier, steps=row.lines, by=by)
        return CHANGED if before else MADE

    return one_by_one(rows, take, Places("family", lines=("steps",)))


def _said(step: StepRow) -> tuple[str, str, int]:
    english, chinese = (str(one or "").strip() for one in (step.name_en, step.name_zh))
    return english or chinese, chinese, step.days_before


def take_standards(*, rows: Sequence[StandardRow], by: User) -> Taken:
    """How items are valued from now on; every item is valued somehow, so that none is new."""
    problems = Problems()
    note_twins(problems, "item", [" ".join(row.item.split()) for row in rows])
    problems.refuse_if_any()
    return Taken(changed=len(save_standard_costs(rows=rows, by=by)))


def take_limits(*, rows: Sequence[RoleLimitRow], by: User) -> Taken:
    """The limit of each role; a role that does not stand in the sheet keeps its own."""
    problems = Problems()
    note_twins(problems, "role", [row.role for row in rows])

    def take(row: RoleLimitRow) -> str:
        if row.amount is None:
            return SAME  # an empty cell leaves it as it is: no limit must be written out
        save_approval_limits(rows=[LimitRow(row.role, row.amount or None)], by=by)
        return CHANGED

    return one_by_one(rows, take, Places("role"), problems)


def limits_said(values: list[Decimal | None]) -> list[Decimal | str]:
    """Limits as they are read again: none at all is written out."""
    return ["(empty)" if one is None else one for one in values]


def take_ranks(*, rows: Sequence[DemandRow], by: User) -> Taken:
    """Who gets stock first: lines of orders as people call them."""
    known = lines_called(row.demand for row in rows)
    named = [RankRow(known.get(row.demand, row.demand), row.rank) for row in rows]
    problems = Problems()
    note_twins(problems, "demand", [row.demand for row in named])
    problems.refuse_if_any()
    rank_demands(rows=named, by=by)
    return Taken(changed=len(rows))
