"""What BOMs and routings share: revisions of which one is in force, replaced as a whole."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from gendan.catalog.events import BomsSaved, RoutingsSaved
from gendan.catalog.models import Bom, Routing
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Problems, Saved

R = TypeVar("R", Bom, Routing)
MOST_LINES = 2000


class RevisionRow(Protocol):
    """What every row of a revision says."""

    @property
    def item(self) -> str: ...
    @property
    def is_current(self) -> bool: ...


def retire_others(table: type[R], rows: Sequence[RevisionRow], problems: Problems) -> None:
    """At most one revision is in force: the others step back before a new one takes over."""
    times = Counter(row.item for row in rows if row.is_current)
    for index, row in enumerate(rows):
        if row.is_current and times[row.item] > 1:
            problems.add(index, "is_current", _("Only one revision of an item is in force."))
    table.objects.filter(item__code__in=list(times), is_current=True).update(is_current=False)


def record_revisions(
    fact: type[BomsSaved] | type[RoutingsSaved],
    saved: Saved[R],
    rows: Sequence[RevisionRow],
    by: User | None,
) -> None:
    """Lines are replaced even where the head stays as it is, so every row counts as saved."""
    made = {id(one) for one in saved.made}
    changed = [one for one in saved.objects if id(one) not in made]
    every = Saved(objects=saved.objects, made=saved.made, changed=changed, removed=[])
    about = [f"catalog.item:{one.item_id}" for one in saved.objects]
    record_saved(fact, every, room="catalog", codes=[row.item for row in rows], about=about, by=by)
