"""Verb for what items are made of: BOMs, refused where an item would contain itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.events import BomsSaved
from gendan.catalog.models import Bom, BomLine, Item, Unit
from gendan.catalog.queries import Converter, converter, current_bom_edges
from gendan.catalog.services.revisions import (
    MOST_LINES,
    record_revisions,
    retire_others,
)
from gendan.kernel.cleaners import Unusable, clean_line, cleaner_of, codes_to_ids
from gendan.kernel.errors import DomainError
from gendan.kernel.locks import one_at_a_time
from gendan.kernel.models import User
from gendan.kernel.rows import Problems, refuse_unless_sensible, upsert
from gendan.kernel.service import service

Component = tuple[int, Decimal, Decimal]  # item id, quantity in its own unit, percent lost


@dataclass(frozen=True)
class BomLineRow:
    """A component by its code; `unit` where the quantity is not in the component's own."""

    component: str
    quantity_per: Decimal
    scrap_percent: Decimal = Decimal(0)
    unit: str = ""


@dataclass(frozen=True)
class BomRow:
    """A whole revision: its lines replace those it had."""

    item: str
    lines: Sequence[BomLineRow]
    revision: str = "1"
    is_current: bool = True
    remark: str | None = None


@service(gettext_lazy("Save BOMs"))
def save_boms(*, rows: Sequence[BomRow], by: User | None) -> list[Bom]:
    """Write what items are made of. Refused where an item would contain itself."""
    refuse_unless_sensible(rows)
    # Two BOMs saved at once could close a loop that neither sees.
    one_at_a_time("gendan.boms")
    problems = Problems()
    components = _components(rows, problems)
    retire_others(Bom, rows, problems)
    saved = upsert(Bom, rows, key=("item", "revision"), leave_out=("lines",), problems=problems)
    _refuse_loops(saved.objects, components)
    BomLine.objects.filter(bom_id__in=[bom.pk for bom in saved.objects]).delete()
    BomLine.objects.bulk_create(
        BomLine(bom=bom, component_id=component, quantity_per=quantity, scrap_percent=scrap)
        for bom, lines in zip(saved.objects, components, strict=True)
        for component, quantity, scrap in lines
    )
    record_revisions(BomsSaved, saved, rows, by)
    return saved.objects


def _components(rows: Sequence[BomRow], problems: Problems) -> list[list[Component]]:
    """The components of each row: 2 queries, 4 where units are given."""
    read = _reader([line for row in rows for line in row.lines])
    result = []
    for index, row in enumerate(rows):
        lines: dict[int, Component] = {}
        if not 0 < len(row.lines) <= MOST_LINES:
            problems.add(index, "lines", _("A BOM has 1 to %(most)s lines.") % {"most": MOST_LINES})
            continue
        for place, line in enumerate(row.lines):
            try:
                component = read(line)
                if component[0] in lines:
                    raise Unusable(
                        _("The component “%(code)s” stands twice.") % {"code": line.component}
                    )
                lines[component[0]] = component
            except (Unusable, DomainError) as error:
                problems.add(index, f"lines.{place}", str(error))
        result.append(list(lines.values()))
    return result


def _reader(lines: Sequence[BomLineRow]) -> Callable[[BomLineRow], Component]:
    codes = {" ".join(line.component.split()) for line in lines}
    found = Item.objects.filter(code__in=codes).values_list("code", "pk", "unit_id")
    items = {code: (pk, unit_id) for code, pk, unit_id in found}
    units = codes_to_ids(Unit, {line.unit for line in lines if line.unit})
    to_own = converter(pk for pk, _unit in items.values()) if units else None
    quantity_of = cleaner_of(BomLine._meta.get_field("quantity_per"))
    scrap_of = cleaner_of(BomLine._meta.get_field("scrap_percent"))

    def read(line: BomLineRow) -> Component:
        item = items.get(clean_line(line.component))
        if item is None:
            raise Unusable(_("There is no item called “%(code)s”.") % {"code": line.component[:60]})
        quantity = quantity_of(line.quantity_per)
        if line.unit:
            quantity = _in_own_unit(quantity, line.unit, item, units, to_own)
        if quantity <= 0:
            raise Unusable(_("A quantity must be more than zero."))
        return item[0], quantity, scrap_of(line.scrap_percent)

    return read


def _in_own_unit(
    quantity: Decimal,
    unit: str,
    item: tuple[int, int],
    units: Mapping[str, Any],
    to_own: Converter | None,
) -> Decimal:
    if to_own is None or unit not in units:
        raise Unusable(_("There is no unit called “%(code)s”.") % {"code": unit[:60]})
    return to_own.convert(quantity, units[unit], item[1], item[0])


def _refuse_loops(boms: Sequence[Bom], components: Sequence[Sequence[Component]]) -> None:
    """Refuse where an item would contain itself, naming the items of the loop (2 queries)."""
    edges: dict[int, list[int]] = {
        parent: [component for component, _quantity, _scrap in lines]
        for parent, lines in current_bom_edges().items()
    }
    coming: dict[int, list[int]] = {}
    for bom, lines in zip(boms, components, strict=True):
        # Several revisions of one item in a call: each may be in force one day.
        coming.setdefault(bom.item_id, []).extend(line[0] for line in lines)
    edges |= coming
    first_row = {bom.item_id: index for index, bom in reversed(list(enumerate(boms)))}
    problems = Problems()
    for loop in _loops(edges, list(coming)):
        codes = dict(Item.objects.filter(pk__in=loop).values_list("pk", "code"))
        named = " → ".join(codes[pk] for pk in loop)
        guilty = next(pk for pk in loop if pk in first_row)
        problems.add(first_row[guilty], "lines", _("An item would contain itself: %s.") % named)
    problems.refuse_if_any()


def _loops(edges: Mapping[int, Sequence[int]], starts: Sequence[int]) -> list[list[int]]:
    """The first loop found from the starts, as a closed walk; empty when there is none.

    Depth first without recursion: a path of any depth fits.
    """
    finished: set[int] = set()
    for start in starts:
        path: list[int] = []
        on_path: set[int] = set()
        stack: list[tuple[int, bool]] = [(start, False)]
        while stack:
            item, is_left = stack.pop()
            if is_left:
                on_path.discard(path.pop())
                finished.add(item)
                continue
            if item in on_path:
                return [[*path[path.index(item) :], item]]
            if item in finished:
                continue
            path.append(item)
            on_path.add(item)
            stack.append((item, True))
            stack.extend((component, False) for component in edges.get(item, ()))
    return []
