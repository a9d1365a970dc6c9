"""The verb for substitutes: which items may stand in for a component."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.events import AlternatesSaved
from gendan.catalog.models import Alternate
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Problems, upsert
from gendan.kernel.service import service


@dataclass(frozen=True)
class AlternateRow:
    """`alternate` may stand in for `component` in `parent`; parent empty: wherever it is used.

    `is_planned`: plans may use it, the lowest rank first; else only promises offer it.
    """

    component: str
    alternate: str
    parent: str = ""
    quantity: Decimal | None = None
    rank: int | None = None
    is_planned: bool | None = None
    remark: str | None = None
    remove: bool = False


@service(gettext_lazy("Save substitutes"))
def save_alternates(*, rows: Sequence[AlternateRow], by: User | None) -> list[Alternate]:
    """Make, change or remove what may stand in for components, in one made item or in all."""

    def check(one: Alternate, index: int, problems: Problems) -> None:
        if one.component_id == one.alternate_id:
            problems.add(index, "alternate", _("An item is no substitute of itself."))
        elif one.parent_id is not None and one.parent_id in (one.component_id, one.alternate_id):
            problems.add(index, "parent", _("An item is no part of itself."))
        if one.quantity is not None and one.quantity <= 0:
            problems.add(index, "quantity", _("This must be more than nothing."))

    saved = upsert(Alternate, rows, key=("component", "alternate", "parent"), check=check)
    items = {pk for one in saved.touched for pk in (one.component_id, one.parent_id) if pk}
    about = [f"catalog.item:{pk}" for pk in sorted(items)]
    codes = [row.component for row in rows]
    record_saved(AlternatesSaved, saved, room="catalog", codes=codes, about=about, by=by)
    return saved.objects
