"""What other rooms may give as the order lines something is for."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db.models import BigIntegerField, Case, Model, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _

from gendan.kernel.cleaners import Unusable
from gendan.orders.models import Line
from gendan.orders.queries import demand_of

MOST_DEMANDS = 10_000  # of one row: a screw may be for very many lines
LINE = demand_of(0).removesuffix("0")
_MOST_DIGITS = 18  # what the database counts in
_NAMED = r"^orders\.line:[0-9]{1,18}$"
M = TypeVar("M", bound=Model)


def names_of_lines(names: Iterable[str]) -> set[str]:
    """Those among the names that name an order line that exists ("orders.line:12"): 1 query."""
    ids = line_ids_of(names)
    if not ids:
        return set()
    return {demand_of(pk) for pk in Line.objects.filter(pk__in=ids).values_list("pk", flat=True)}


def line_id_of(name: str) -> int | None:
    """The id of the order line that a demand ("orders.line:12") names; None: it names none."""
    digits = name.removeprefix(LINE)
    is_line = name.startswith(LINE) and digits.isascii() and digits.isdecimal()
    return int(digits) if is_line and len(digits) <= _MOST_DIGITS else None


def line_ids_of(names: Iterable[str]) -> set[int]:
    """The ids of the order lines among demands."""
    return {pk for one in names if (pk := line_id_of(one)) is not None}


def lines_told(names: Iterable[str]) -> dict[str, str]:
    """What people call the order lines among demands: order and position; 1 query."""
    ids = line_ids_of(names)
    if not ids:
        return {}
    rows = Line.objects.filter(pk__in=ids).values_list("pk", "order__number", "position")
    return {demand_of(pk): told(number, position) for pk, number, position in rows}


def lines_called(words: Iterable[str]) -> dict[str, str]:
    """The demands that people mean by "SO-1 / 2" (or "orders.line:12"), by their words: 1 query.

    What names no line is left out.
    """
    wanted: dict[str, tuple[str, int]] = {}
    for one in set(words):
        number, slash, position = one.rpartition("/")
        digits = position.strip()
        if slash and digits.isascii() and digits.isdecimal() and len(digits) <= 9:  # an integer
            wanted[one] = (number.strip(), int(digits))
    numbers = {number for number, _position in wanted.values()}
    rows = Line.objects.filter(order__number__in=numbers) if numbers else Line.objects.none()
    lines = {
        (number, position): demand_of(pk)
        for pk, number, position in rows.values_list("pk", "order__number", "position")
    }
    found = {one: lines[key] for one, key in wanted.items() if key in lines}
    return found | {one: one for one in words if line_id_of(one) is not None}


def told(number: str, position: int) -> str:
    """What people call an order's line."""
    return f"{number} / {position}"


def with_lines(rows: "QuerySet[M]", *names: str) -> "QuerySet[M]":
    """Rows that name demands, each with what people call the order line: for the field `demand`
    the annotation `demand_order` and `demand_position`; None where it is no order line."""
    for name in names:
        key = Case(
            When(
                Q(**{f"{name}__regex": _NAMED}),
                then=Cast(Substr(name, len(LINE) + 1), BigIntegerField()),
            ),
            output_field=BigIntegerField(),
        )
        rows = rows.annotate(**{f"{name}_line": key})
        line = Line.objects.filter(pk=OuterRef(f"{name}_line"))
        rows = rows.annotate(
            **{
                f"{name}_order": Subquery(line.values("order__number")[:1]),
                f"{name}_position": Subquery(line.values("position")[:1]),
            }
        )
    return rows


def refuse_strange_demands(demands: Sequence[str], known: set[str]) -> None:
    """Refuse what is not among `known` (see `names_of_lines`), and more than one row can be for.

    Facts about a document are shown on the timelines of its demands, so nothing else is one.
    """
    if len(demands) > MOST_DEMANDS:
        raise Unusable(
            _("It is for %(count)s order lines; the most is %(most)s.")
            % {"count": len(demands), "most": MOST_DEMANDS}
        )
    for one in demands:
        if one not in known:
            raise Unusable(_("“%(name)s” names no order line.") % {"name": one[:60]})
