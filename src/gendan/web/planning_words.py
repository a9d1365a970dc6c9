"""What plans say, in words: problems of the data, failures, stages, changes of scenarios."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.web import words

TABS = (
    ("planning", gettext_lazy("Plan")),
    ("planned_orders", gettext_lazy("Planned orders")),
    ("plan_messages", gettext_lazy("What to do")),
    ("work_orders", gettext_lazy("Work orders")),
    ("readiness", gettext_lazy("Readiness")),
    ("capacity", gettext_lazy("Capacity")),
    ("make_scenario", gettext_lazy("Scenarios")),
)
STAGES: dict[str, Any] = {
    "reading": gettext_lazy("reading the data"),
    "netting": gettext_lazy("calculating what is missing"),
    "pegging": gettext_lazy("linking supplies to orders"),
    "scheduling": gettext_lazy("scheduling with capacity"),
    "writing": gettext_lazy("writing it down"),
}
FAILURES: dict[str, Any] = {
    "too_large": gettext_lazy(
        "What is needed of this item adds up to more than can be counted; check its BOMs:"
    ),
    "crashed": gettext_lazy(
        "Its worker was ended several times in the middle of it, perhaps for lack of memory."
    ),
    "bug": gettext_lazy("Something unexpected went wrong; it is written down for support."),
}
# Codes of the engine (engine/netting/checks.py), said of several records.
PROBLEMS: dict[str, Any] = {
    "alternate_loop": gettext_lazy("Substitutes that stand in for each other; not used"),
    "bom_loop": gettext_lazy("Items that contain themselves; the last link is left out"),
    "calendar_ends": gettext_lazy("Lead times that lead beyond the years the calendar knows"),
    "day_unlikely": gettext_lazy("Due on a day that cannot be meant; left out"),
    "due_in_the_past": gettext_lazy("Due in the past; counted as due today"),
    "fence_unlikely": gettext_lazy("Lead times that cannot be meant; counted as 0"),
    "fixed_need_gone": gettext_lazy(
        "Fixed by hand, but nothing that is planned serves what it was fixed for any more; let it"
        " go in the schedule"
    ),
    "lead_time_unlikely": gettext_lazy("Lead times that cannot be meant; counted as 0"),
    "lot_not_positive": gettext_lazy("Lot sizes that are not positive; counted as 1"),
    "maximum_below_lot": gettext_lazy("Largest lots that no lot fits into; counted as no limit"),
    "negative_stock": gettext_lazy("Negative stock; planned to be made good"),
    "no_bom": gettext_lazy("Made items without BOM; nothing is planned below them"),
    "no_demand": gettext_lazy("Nothing is asked for; only safety stocks are planned"),
    "no_items": gettext_lazy("There are no items"),
    "nobody_has_skill": gettext_lazy(
        "Work centres that need a skill nobody of the department has; people limit nothing there"
    ),
    "no_routing": gettext_lazy("Made items without routing; planned with their lead time"),
    "no_supplier": gettext_lazy("Bought items nobody may supply; planned with their lead time"),
    "parts_due_in_the_past": gettext_lazy(
        "Parts of work orders that should have begun before today; needed today"
    ),
    "quantity_not_usable": gettext_lazy("Quantities that cannot be used; left out"),
    "ratio_too_fine": gettext_lazy("BOM quantities too fine or too large; left out"),
    "safety_stock_negative": gettext_lazy("Negative safety stock; counted as 0"),
    "stock_unlikely": gettext_lazy("Stock too large to be true; counted as 0"),
    "unknown_item": gettext_lazy("Items that are not known; left out"),
}
CHANGES: dict[str, Any] = {
    "add_demand": gettext_lazy("more is ordered"),
    "move_line": gettext_lazy("an order line is needed on another day"),
    "change_line": gettext_lazy("another quantity of an order line"),
    "move_supply": gettext_lazy("expected goods come on another day"),
    "lose_supply": gettext_lazy("expected goods do not come"),
    "lead_days": gettext_lazy("another lead time"),
}

# Kinds of CapacityChange, as a scenario says them.
CAPACITY_KINDS: dict[str, Any] = {
    "overtime": gettext_lazy("overtime at a work centre"),
    "extra_shift": gettext_lazy("an extra shift at a work centre"),
    "second_line": gettext_lazy("a second line at a work centre"),
    "maintenance": gettext_lazy("maintenance of a work centre"),
    "breakdown": gettext_lazy("a work centre breaks down"),
    "closed": gettext_lazy("a work centre is shut down"),
}


def problem_words(code: str) -> str:
    """A kind of problem in the reader's language."""
    return str(PROBLEMS.get(code, code.replace("_", " ")))


def problems_of(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Problems as they are shown: words, named records with their pages, how many more."""
    found = []
    for one in rows:
        named = [(row["name"], _page_of(row["ref"])) for row in one["rows"]]
        if one["code"] == "bom_loop" and named:
            named.append(named[0])
        found.append(
            {
                "code": one["code"],
                "words": problem_words(one["code"]),
                "is_left_out": one["is_left_out"],
                "is_loop": one["code"] == "bom_loop",
                "is_wrong": one["code"] != "parts_due_in_the_past",
                "rows": named,
                "count": one["count"],
                "more": max(one["count"] - len(one["rows"]), 0),
            }
        )
    return found


def change_words(change: Mapping[str, Any]) -> str:
    """A change of a scenario in one line."""
    values = {
        "label": change["label"],
        "quantity": change.get("quantity", ""),
        "day": change.get("on", ""),
        "days": change.get("days", ""),
        "until": change.get("until", ""),
        "minutes": change.get("minutes", ""),
        "what": CAPACITY_KINDS.get(change.get("of", ""), ""),
    }
    if change["kind"] == "capacity" and not change["minutes"]:
        return _("%(what)s: %(label)s, %(day)s – %(until)s, all day") % values
    sentence = {
        "add_demand": _("%(quantity)s more of %(label)s on %(day)s"),
        "move_line": _("%(label)s is needed on %(day)s"),
        "change_line": _("%(quantity)s are still needed of %(label)s"),
        "move_supply": _("%(label)s comes on %(day)s"),
        "lose_supply": _("%(label)s does not come"),
        "lead_days": _("%(label)s takes %(days)s working days"),
        "capacity": _("%(what)s: %(label)s, %(day)s – %(until)s, %(minutes)s minutes a day"),
    }[change["kind"]]
    return sentence % values


def _page_of(ref: str) -> str:
    kind, _sep, pk = ref.partition(":")
    name = words.PAGE_OF.get(kind)
    return reverse(name, args=[int(pk)]) if name and pk.isdigit() else ""
