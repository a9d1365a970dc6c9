"""Where a lot came from and what became of it: over moves, and the papers they were made for.

Goods that went into production for a paper and goods that became ours for the same paper (out of
production, or received as what a work order has made) belong together; so a lot's way is followed
from the supplier to the customers, and back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import Q

from gendan.inventory.models import ExpectedSupply, Location, Move

NOTHING = Decimal(0)
DEEPEST = 12
MOST = 1000
Kind = Location.Kind
# From where made goods come: off the shop floor, or received like those of a supplier.
MADE_BY = frozenset({Kind.PRODUCTION, Kind.SUPPLIER})
Node = tuple[int, int | None]  # item, lot
_SUPPLY = "inventory.expectedsupply:"


@dataclass(frozen=True)
class Link:
    """One end of a lot's way: received from, shipped to, lost to a place, with how much and why."""

    kind: str  # of the far place
    place: str
    about: str
    quantity: Decimal


@dataclass
class Traced:
    """A lot (or an item without one) on the way, what it was made from or went into, its ends."""

    item_id: int
    lot_id: int | None
    item: str
    lot: str
    quantity: Decimal
    about: str = ""
    ends: list[Link] = field(default_factory=list)
    next: list["Traced"] = field(default_factory=list)
    is_cut: bool = False  # too deep, too many, or seen elsewhere in the tree


def genealogy(item_id: int, lot_id: int, *, forward: bool) -> Traced:
    """The tree of a lot: what it went into and where that was shipped, or what it was made from.

    4 queries per level at most; a lot that stands in the tree already is named but not followed.
    """
    root = Traced(item_id, lot_id, "", "", NOTHING)
    seen: set[Node] = {(item_id, lot_id)}
    level, count = [root], 1
    for depth in range(DEEPEST + 1):
        level = [one for one in level if one.lot_id is not None and not one.is_cut]
        if not level:
            break
        papers = _ends(level, forward)
        if depth == DEEPEST or count > MOST:
            for one in level:
                one.is_cut = bool(papers.get((one.item_id, one.lot_id)))
            break
        made = _through_production(papers, forward)
        following = []
        for one in level:
            for about in papers.get((one.item_id, one.lot_id), ()):
                for child in made.get(about, ()):
                    copy = replace(child, about=about, ends=[], next=[])
                    copy.is_cut = (copy.item_id, copy.lot_id) in seen
                    seen.add((copy.item_id, copy.lot_id))
                    one.next.append(copy)
                    following.append(copy)
                    count += 1
        level = following
    _name(root)
    return root


def papers_of(lot_id: int) -> list[str]:
    """The papers a lot moved for, the newest first: one query."""
    rows = Move.objects.filter(lot_id=lot_id).exclude(about="").order_by("-pk")
    return list(dict.fromkeys(rows.values_list("about", flat=True)[:500]))


def _ends(level: Sequence[Traced], forward: bool) -> dict[Node, list[str]]:
    """Write the ends of these lots on them; returns the papers they passed production for."""
    nodes: dict[Node, Traced] = {(one.item_id, one.lot_id): one for one in level}
    rows = Move.objects.filter(lot_id__in={one.lot_id for one in level}).values_list(
        "item_id", "lot_id", "source__kind", "target__kind", "source__code", "target__code",
        "about", "quantity",
    )  # fmt: skip
    sums: dict[tuple[Node, str, str, str], Decimal] = defaultdict(Decimal)
    for item_id, lot_id, source, target, from_code, to_code, about, quantity in rows:
        node: Node = (item_id, lot_id)
        is_out = source in Location.OWN and target not in Location.OWN
        is_in = target in Location.OWN and source not in Location.OWN
        if is_out:
            sums[node, target, to_code, about] += quantity if forward else -quantity
        elif is_in:
            sums[node, source, from_code, about] += -quantity if forward else quantity
    papers: dict[Node, list[str]] = defaultdict(list)
    for (of, kind, code, paper), whole in sorted(sums.items(), key=lambda row: row[0][1:]):
        if whole <= 0:
            continue  # the other direction, or all of it was moved back
        nodes[of].ends.append(Link(kind, code, paper, whole))
        if kind in (MADE_BY if not forward else {Kind.PRODUCTION}) and paper:
            papers[of].append(paper)
    return papers


def _through_production(papers: dict[Node, list[str]], forward: bool) -> dict[str, list[Traced]]:
    """What came out of production for each paper (or went into it, backward): 2 queries."""
    wanted = {about for names in papers.values() for about in names}
    if not wanted:
        return {}
    names = _other_names(wanted)
    ends = Move.objects.filter(about__in={*wanted, *names}).values_list(
        "about", "item_id", "lot_id", "item__code", "lot__code", "source__kind", "target__kind",
        "quantity",
    )  # fmt: skip
    sums: dict[tuple[str, int, int | None, str, str], Decimal] = defaultdict(Decimal)
    for about, item_id, lot_id, item, lot, source, target, quantity in ends:
        out = source in MADE_BY and target in Location.OWN
        into = target == Kind.PRODUCTION and source in Location.OWN
        if out or into:
            is_wanted = out if forward else into
            signed = quantity if is_wanted else -quantity
            for paper in names.get(about, {about}):
                sums[paper, item_id, lot_id, item, lot or ""] += signed
    found: dict[str, list[Traced]] = defaultdict(list)
    for key, whole in sorted(sums.items(), key=lambda row: (row[0][0], row[0][3], row[0][4])):
        if whole > 0:
            found[key[0]].append(Traced(*key[1:], whole))
    return found


def _other_names(papers: Collection[str]) -> dict[str, set[str]]:
    """What moves may call the same paper → the wanted papers it is: 1 query.

    Before expected goods knew what they are made for, they moved for the number of their work
    order or for themselves; the ledger is never changed, so both are understood.
    """
    own = [int(one.removeprefix(_SUPPLY)) for one in papers if _is_supply(one)]
    rows = ExpectedSupply.objects.exclude(made_for="").filter(
        Q(made_for__in=papers) | Q(reference__in=papers) | Q(pk__in=own)
    )
    found: dict[str, set[str]] = {one: {one} for one in papers}
    for pk, reference, made_for in rows.values_list("pk", "reference", "made_for"):
        same = {made_for, f"{_SUPPLY}{pk}", *([reference] if reference else [])}
        wanted = same & set(papers)
        for one in same:
            found[one] = found.get(one, set()) | wanted
    return found


def _is_supply(paper: str) -> bool:
    digits = paper.removeprefix(_SUPPLY)
    return paper.startswith(_SUPPLY) and digits.isdecimal() and len(digits) < 19


def _name(root: Traced) -> None:
    """The root's own words: 1 query."""
    row = (
        Move.objects.filter(item_id=root.item_id, lot_id=root.lot_id or 0)
        .values_list("item__code", "lot__code")
        .order_by("pk")
        .first()
    )
    if row is not None:
        root.item, root.lot = row


def lots_in(tree: Traced) -> Iterable[Traced]:
    """All of a tree, the root first."""
    waiting = [tree]
    while waiting:
        one = waiting.pop(0)
        yield one
        waiting += one.next
