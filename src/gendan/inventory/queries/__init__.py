"""Questions asked of the inventory by other rooms and by the doors."""

from gendan.inventory.queries.arriving import arrival_rule_of, uninspected_items
from gendan.inventory.queries.availability import (
    Availability,
    Incoming,
    arrivals_for,
    availability,
    expected_for,
    free_stock,
    reserved_for,
)
from gendan.inventory.queries.claims import Loss, losers_of, ranks_of
from gendan.inventory.queries.counting import (
    Accuracy,
    accuracy,
    books_of,
    calls_for,
    counts_for,
    due_balances,
    lines_for,
    next_lines,
    on_hand_of,
    to_approve,
)
from gendan.inventory.queries.past import Held, held_at
from gendan.inventory.queries.picking import (
    picks_for,
    put_away_for,
    put_away_list,
    waiting_to_be_put_away,
)
from gendan.inventory.queries.tracing import Link, Traced, genealogy, papers_of
from gendan.inventory.queries.valuing import Worth, value_by_place, value_of, values_for

__all__ = [
    "Accuracy",
    "Availability",
    "Held",
    "Incoming",
    "Link",
    "Loss",
    "Traced",
    "Worth",
    "accuracy",
    "arrival_rule_of",
    "arrivals_for",
    "availability",
    "books_of",
    "calls_for",
    "counts_for",
    "due_balances",
    "expected_for",
    "free_stock",
    "genealogy",
    "held_at",
    "lines_for",
    "losers_of",
    "next_lines",
    "on_hand_of",
    "papers_of",
    "picks_for",
    "put_away_for",
    "put_away_list",
    "ranks_of",
    "reserved_for",
    "to_approve",
    "uninspected_items",
    "value_by_place",
    "value_of",
    "values_for",
    "waiting_to_be_put_away",
]
