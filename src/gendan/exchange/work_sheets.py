"""Work orders as a sheet: new ones are made with one call, those that stand stay."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from gendan.exchange.purchase_sheets import with_demands
from gendan.exchange.taking import Places, Taken, first_other, take_new
from gendan.kernel.errors import Invalid
from gendan.kernel.models import User
from gendan.production.models import WorkOrder
from gendan.production.queries import work_orders_named
from gendan.production.services import WorkOrderRow, firm_work_orders


@dataclass(frozen=True)
class WorkRow:
    """Something to be made in our works; `number` names a work order that stands already."""

    item: str
    quantity: Decimal
    starts_on: dt.date
    due_on: dt.date
    demands: Sequence[str] = ()
    number: str = ""


def take_work_orders(*, rows: Sequence[WorkRow], by: User) -> Taken:
    """Make what has no number yet; what has one must stand there as the sheet says."""
    rows = with_demands(rows)
    standing = work_orders_named(row.number for row in rows if row.number)
    return take_new(
        rows,
        lambda row: _refuse_other(standing.get(row.number), row),
        lambda new: len(firm_work_orders(rows=[_work_order(one) for one in new], by=by)),
        Places("item"),
    )


def _work_order(one: WorkRow) -> WorkOrderRow:
    return WorkOrderRow(one.item, one.quantity, one.starts_on, one.due_on, one.demands)


def _refuse_other(found: WorkOrder | None, row: WorkRow) -> None:
    if found is None:
        raise Invalid(
            _("There is no work order %(number)s; leave the number empty to make a new one.")
            % {"number": row.number[:60]},
            field="number",
        )
    same = {
        "item": found.item.code == row.item,
        "quantity": found.quantity == row.quantity,
        "starts_on": found.starts_on == row.starts_on,
        "due_on": found.due_on == row.due_on,
        "demands": set(found.demands) == set(row.demands) or not row.demands,
    }
    other = first_other(same)
    if other is not None:
        raise Invalid(
            _("%(number)s stands otherwise; a sheet makes work orders and changes none.")
            % {"number": found.number},
            field=other,
        )
