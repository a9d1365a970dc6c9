"""Expected goods that belong to orders of ours are changed there, and what a row means else."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from gendan.inventory.models import ExpectedSupply
from gendan.kernel.documents import document_name
from gendan.kernel.errors import DomainError
from gendan.kernel.rows import Problems


class BelongsToOrder(DomainError):
    """What an order of ours brings is changed at the order, not beside it."""


class Expecting(Protocol):
    """What a row says that is typed."""

    @property
    def quantity(self) -> Decimal: ...
    @property
    def due_on(self) -> date: ...
    @property
    def reference(self) -> str: ...
    @property
    def demand(self) -> str: ...
    @property
    def expected_id(self) -> int | None: ...
    @property
    def apart(self) -> bool: ...


def paper_of_supply(one: ExpectedSupply) -> str:
    """The order of ours a supply belongs to ("purchasing.purchaseorder:5"); "" where to none."""
    return one.comes_with or one.made_for


def refuse_drop_of_purchases(supplies: Iterable[ExpectedSupply]) -> None:
    """What a purchase order brings is given up there, where the supplier is told.

    What the workshop will not make any more (scrap) is said here; its work order follows.
    """
    for one in supplies:
        if one.comes_with:
            raise BelongsToOrder(
                _("This belongs to %(order)s: cancel or close it there.")
                % {"order": one.reference or document_name(one.comes_with)}
            )


def is_of_order(
    index: int,
    row: Expecting,
    item_id: int,
    standing: Sequence[ExpectedSupply],
    problems: Problems,
) -> bool:
    """Whether a row names what an order of ours brings; noted where it would change that."""
    reference, demand = row.reference[:80], row.demand[:80]
    theirs = [one for one in standing if paper_of_supply(one) and one.item_id == item_id]
    if row.expected_id is not None:
        theirs = [one for one in theirs if one.pk == row.expected_id]
    else:
        theirs = [one for one in theirs if reference and one.reference == reference]
    if not theirs:
        return False
    same = (row.quantity, row.due_on, reference, demand)
    if not any((one.quantity, one.due_on, one.reference, one.demand) == same for one in theirs):
        name = theirs[0].reference or document_name(paper_of_supply(theirs[0]))
        words = _("This belongs to %(order)s: change it there.")
        field = "reference" if row.expected_id is None else "expected_id"
        problems.add(index, field, words % {"order": name})
    return True


def moved_days(
    rows: Sequence[Expecting], item_ids: Sequence[int], standing: Sequence[ExpectedSupply]
) -> dict[int, int]:
    """Rows (by place; of these items) that say another day for the only supply they can mean, and
    its id."""
    meant: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    exact = set()
    for at, row in enumerate(rows):
        if row.reference and not row.apart and row.expected_id is None:
            key = (item_ids[at], row.reference[:80], row.demand[:80])
            meant[key].append(at)
            exact.add((*key, row.due_on))
    found: dict[int, int] = {}
    for key, places in meant.items():
        mine = [
            one
            for one in standing
            if (one.item_id, one.reference, one.demand) == key and not paper_of_supply(one)
        ]
        days = {one.due_on for one in mine}
        free = [one for one in mine if (*key, one.due_on) not in exact]
        lost = [at for at in places if rows[at].due_on not in days]
        if len(free) == 1 and len(lost) == 1:
            found[lost[0]] = free[0].pk
    return found
