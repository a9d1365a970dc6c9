"""What an order's lines rest on by the live plan: the tree on the order's Supply tab."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from gendan.orders.models import Line
from gendan.orders.queries import demand_of
from gendan.planning.capacity_schedule import Late
from gendan.planning.finite_shown import late_by_supply
from gendan.planning.late_jams import Jam, jams
from gendan.planning.late_lines import late_lines
from gendan.planning.models import PlanRun
from gendan.planning.queries import runs_for
from gendan.planning.tracing import Node, Tree, trees_of
from gendan.web.capacity_words import late_words
from gendan.web.planning_late import Told, told
from gendan.web.words import short_day


@dataclass(frozen=True)
class Row:
    """A supply as a row of the table: `css` moves it in by its depth; `why` it is late."""

    node: Node
    css: str
    url: str
    why: str = ""


@dataclass(frozen=True)
class Shown:
    """What one line, or a dated delivery of it, rests on."""

    line: Line
    tree: Tree
    rows: list[Row]


@dataclass(frozen=True)
class LateRow:
    """A late line with what binds it, what can be done, and what fills the work centre before."""

    told: Told
    jam: str


DEEPEST = 8  # levels that are moved in further (css/planning.css)
MOST_LATE = 30


def trees_on_tab(request: HttpRequest, lines: Sequence[Line]) -> dict[str, Any]:
    """What of the order is late and why, and the trees of these lines, the late ones first."""
    user: Any = request.user
    run = runs_for(user).filter(is_live=True).first()
    if run is None:
        return {"plan_run": None, "plan_trees": []}
    by_name = {demand_of(line.pk): line for line in lines if not line.is_cancelled}
    trees = trees_of(run, list(by_name))
    trees.sort(key=lambda tree: (not tree.demand.is_late, by_name[tree.demand.name].position))
    reasons = _reasons(run, trees)
    return {
        "plan_run": run,
        "plan_late": _late(run, user, lines),
        "plan_trees": [
            Shown(by_name[tree.demand.name], tree, _rows(tree.nodes, reasons)) for tree in trees
        ],
        "plan_is_cut": any(tree.is_cut for tree in trees),
    }


def _late(run: PlanRun, user: Any, lines: Sequence[Line]) -> list[LateRow]:
    """The late lines of the order, on whatever page of lines they stand."""
    if not lines:
        return []
    late = late_lines(run, user, MOST_LATE, order_id=lines[0].order_id)
    bound = [one.binding.late for one in late if one.binding and one.binding.late]
    jammed = jams(run, bound)
    found = []
    for one in late:
        why = one.binding.late if one.binding else None
        jam = jammed.get((why.center, why.item)) if why else None
        found.append(LateRow(told(one, user), jam_words(jam, why.where) if jam and why else ""))
    return found


def jam_words(jam: Jam, center: str) -> str:
    """Since when a work centre is full, until when, and with what."""
    values = {"center": center, "first": short_day(jam.first), "last": short_day(jam.last)}
    names = [
        _("%(name)s (%(hours)s h)") % {"name": f"{number} {item}".strip(), "hours": round(spent)}
        for number, item, spent in jam.before
    ]
    if not names:
        return _("%(center)s is full from %(first)s to %(last)s.") % values
    values["before"] = ", ".join(names)
    if not jam.more:
        return _("%(center)s is full from %(first)s to %(last)s, with %(before)s.") % values
    values["count"] = str(jam.more)
    return (
        _("%(center)s is full from %(first)s to %(last)s, with %(before)s and %(count)s others.")
        % values
    )


def _reasons(run: PlanRun, trees: Sequence[Tree]) -> dict[tuple[str, int], Late]:
    """Why the supplies of the trees are late by the schedule. 1 query."""
    nodes = [node for tree in trees for node in _all(tree.nodes)]
    orders = {node.order.pk for node in nodes if node.order is not None}
    expected = {node.expected_id for node in nodes if node.expected_id is not None}
    return late_by_supply(run, orders, expected) if nodes else {}


def _all(nodes: Sequence[Node]) -> list[Node]:
    found: list[Node] = []
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += node.below
    return found


def _rows(
    nodes: Sequence[Node], reasons: Mapping[tuple[str, int], Late], depth: int = 0
) -> list[Row]:
    """The tree from top to bottom."""
    found: list[Row] = []
    for node in nodes:
        why = reasons.get(
            ("order", node.order.pk)
            if node.order is not None
            else ("expected", node.expected_id or 0)
        )
        words = late_words(why) if why is not None else ""
        found.append(Row(node, f"pl-level-{min(depth, DEEPEST)}", _url(node), words))
        found += _rows(node.below, reasons, depth + 1)
    return found


def _url(node: Node) -> str:
    return reverse("stock_of_item", args=[node.item_id])
