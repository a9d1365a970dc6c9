"""What an order's lines rest on by the live plan: the tree on the order's Supply tab."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from gendan.orders.models import Line
from gendan.orders.queries import demand_of
from gendan.planning.queries import runs_for
from gendan.planning.tracing import Node, Tree, trees_of


@dataclass(frozen=True)
class Row:
    """A supply as a row of the table: `css` moves it in by its depth."""

    node: Node
    css: str
    url: str


@dataclass(frozen=True)
class Shown:
    """What one line, or a dated delivery of it, rests on."""

    line: Line
    tree: Tree
    rows: list[Row]


DEEPEST = 8  # levels that are moved in further (css/planning.css)


def trees_on_tab(request: HttpRequest, lines: Sequence[Line]) -> dict[str, Any]:
    """The trees of these lines, one after another; none where nothing was planned."""
    user: Any = request.user
    run = runs_for(user).filter(is_live=True).first()
    if run is None:
        return {"plan_run": None, "plan_trees": []}
    by_name = {demand_of(line.pk): line for line in lines if not line.is_cancelled}
    trees = trees_of(run, list(by_name))
    trees.sort(key=lambda tree: by_name[tree.demand.name].position)
    return {
        "plan_run": run,
        "plan_trees": [Shown(by_name[tree.demand.name], tree, _rows(tree.nodes)) for tree in trees],
        "plan_is_cut": any(tree.is_cut for tree in trees),
    }


def _rows(nodes: Sequence[Node], depth: int = 0) -> list[Row]:
    """The tree from top to bottom."""
    found: list[Row] = []
    for node in nodes:
        found.append(Row(node, f"pl-level-{min(depth, DEEPEST)}", _url(node)))
        found += _rows(node.below, depth + 1)
    return found


def _url(node: Node) -> str:
    return reverse("stock_of_item", args=[node.item_id])
