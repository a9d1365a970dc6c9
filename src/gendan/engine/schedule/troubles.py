"""What is wrong with a workload that could be planned all the same, by name of the record."""

from collections.abc import Iterator

from gendan.engine.netting.checks import checked
from gendan.engine.netting.cli import named, sentence

from .files import Factory, is_far
from .workshop import NOTHING, Plan

# What net requirements find wrong with a table and a finite plan would not name itself.
_CHECKED = {
    "items": ("lot_not_positive", "stock_unlikely"),
    "lines": ("unknown_item", "quantity_not_usable"),
    "receipts": ("unknown_item", "quantity_not_usable"),
}


def troubles(factory: Factory, plan: Plan) -> Iterator[str]:
    """One sentence for each kind of trouble; the first few records of it."""
    workshop = factory.workshop
    yield from _of_files(factory)
    used = {
        part.item for product in workshop.products if product.is_made for part in product.parts
    } | {line.item for line in workshop.lines if line.item >= 0}
    products = [workshop.products[item] for item in sorted(used)]
    yield from _named(
        "items to buy without a supplier",
        [one.code for one in products if not one.is_made and not one.sources],
    )
    yield from _named(
        "items to make without a routing",
        [one.code for one in products if one.is_made and not one.steps],
    )
    idle = {row for row, minutes in enumerate(workshop.minutes) if minutes <= NOTHING}
    yield from _named(
        "work centres without capacity",
        [
            factory.centres[centre]
            for centre in sorted(idle)
            if any(step.centre == centre for one in products for step in one.steps)
        ],
    )
    yield from _of_stock(factory, plan)
    asked = slice(factory.asked)
    rows = list(
        zip(factory.workload.demand_names, workshop.lines[asked], plan.leaves[asked], strict=True)
    )
    yield from _named(
        "lines of items that are not in items.csv",
        [_name(name) for name, line, _ in rows if line.item < 0],
    )
    demand, far = factory.workload.snapshot.demand, is_far(factory.workload).tolist()
    quantities = zip(factory.workload.demand_names, demand.quantity.tolist(), strict=True)
    yield from _named(
        "lines without a quantity", [_name(name) for name, quantity in quantities if quantity <= 0]
    )
    yield from _named(
        "lines due more than 54 years ahead, left out",
        [
            _name(name)
            for name, is_too_far in zip(factory.workload.demand_names, far, strict=True)
            if is_too_far
        ],
    )
    yield from _named(
        "lines due before day 0", [_name(name) for name, line, _ in rows if line.due < 0]
    )
    yield from _named(
        "nobody can supply",
        [
            _name(name)
            for name, line, day in rows
            if day is None and line.item >= 0 and line.quantity > 0
        ],
    )


def _of_stock(factory: Factory, plan: Plan) -> Iterator[str]:
    """Stock below zero, and what of it nobody can make good."""
    workshop = factory.workshop
    owed = list(zip(workshop.lines, plan.leaves, strict=True))[factory.asked :]
    yield from _named(
        "stock below zero, made good first",
        [workshop.products[line.item].code for line, day in owed if day is not None],
    )
    yield from _named(
        "stock below zero that nobody can make good",
        [workshop.products[line.item].code for line, day in owed if day is None],
    )


def _of_files(factory: Factory) -> Iterator[str]:
    """What is wrong with rows of the files, whatever the plan is."""
    for what, names in (*factory.workload.doubts, *factory.doubts):
        yield from _named(what, names)
    for problem in checked(factory.workload.snapshot).problems:
        if problem.code in _CHECKED.get(problem.table, ()):
            yield sentence(problem, factory.workload)
    for loop in factory.loops:
        chain = " → ".join([*loop, loop[0]])
        yield f"items that contain themselves; the last link is left out: {chain}"


def _name(name: tuple[str, int]) -> str:
    return f"{name[0]}/{name[1]}"


def _named(what: str, names: list[str]) -> Iterator[str]:
    if names:
        yield named(what, names)
