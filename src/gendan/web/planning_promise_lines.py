"""The lines of a promise on its page: reasons as sentences, and once for lines that share them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.engine.promise import Reason
from gendan.engine.promise.facts import AWAITS_APPROVAL, AWAITS_BUYING
from gendan.engine.transit import ThreeDates
from gendan.orders import reasons
from gendan.orders.models import Order, OrderState
from gendan.planning.possible import LinePossible, Possible

_LATER = ("requested_later", "together", "next_sailing")
_SAILING = ("sails", "sails_with_cut_off", "cut_off")
_OF_LANE = ("lane", "lane_assumed", "next_sailing", *_SAILING)
_ABOUT = ("centre", "component", "milestone", "reference", "supplier")
MOST_CALLED = 8  # so many lines of a group are called by name


@dataclass(frozen=True)
class Said:
    """A reason as a sentence, and where the thing it names is."""

    words: str
    is_binding: bool
    url: str = ""
    label: str = ""


def said(given: Iterable[Reason], order: Order) -> list[Said]:
    """Reasons as sentences, each with the way to its work centre, item, transit times or
    milestones: an order's own, or those that one like this draft gets."""
    return [_said(reason, order) for reason in given]


def _said(reason: Reason, order: Order) -> Said:
    params, url, label = reason.params, "", ""
    if reason.code in (AWAITS_APPROVAL, AWAITS_BUYING):
        url, label = reverse("templates"), _("Kinds of journey")
        if order.state == OrderState.CONFIRMED:
            url, label = f"{reverse('order', args=[order.pk])}?tab=followup", _("Follow-up")
    elif "centre" in params:
        url, label = reverse("capacity"), str(params["centre"])
    elif reason.code in _OF_LANE:
        url, label = reverse("lanes"), _("Transit times")
    elif "item" in params:
        label = str(params.get("component") or params["item"])
        url = f"{reverse('search')}?{urlencode({'q': label})}"
    return Said(reasons.words(reason.as_data()), reason.is_binding, url, label)


def binding(given: Sequence[Reason]) -> int:
    """How many of the reasons say what binds: of a line that is only promised later as it is
    wished so, or shipped together, also what binds its earliest date."""
    later = 0
    while later < len(given) and given[later].code in _LATER:
        later += 1
    return later + 1


@dataclass(frozen=True)
class Row:
    """A line in its group: what it is called there, and all of its own reasons."""

    possible: LinePossible
    label: str
    reasons: list[Said]
    has_value: bool
    value: Decimal | None

    @property
    def sailing(self) -> str:
        """With what it sails, and when it must be at the port; "" where any day does."""
        for one in self.possible.reasons:
            if one.code in _SAILING:
                return reasons.words(one.as_data())
        return ""


@dataclass(frozen=True)
class Group:
    """Lines that the same thing binds, so that it is said once; most often one line alone.

    `of_last`: what the line is called whose words these are, where the days of the others differ;
    `others`: what one line alone says besides. `three`: the three days, where all have the same;
    `is_assumed`, `seen`: what all their odds rest on, None where they differ.
    """

    rows: list[Row]
    called: str
    of_last: str
    binds: list[Said]
    others: list[Said]
    three: ThreeDates | None
    odds: LinePossible | None
    has_values: bool
    is_unvalued: bool


def groups_of(found: Possible, order: Order) -> list[Group]:
    """The lines of the page, those together that the same thing binds; in the order's order."""
    by_chain: dict[Any, list[LinePossible]] = {}
    for one in found.lines:
        by_chain.setdefault(_chain(one), []).append(one)
    return [_group(lines, found, order) for lines in by_chain.values()]


def _chain(one: LinePossible) -> tuple[Any, ...]:
    """What binds a line, without days and quantities, and whatever sizes are called."""
    shown = [reason for reason in one.reasons[: binding(one.reasons)] if reason.code != "together"]
    return tuple(_key(reason, one) for reason in shown)


def _key(reason: Reason, one: LinePossible) -> tuple[Any, ...]:
    params = reason.params
    own = params.get("item") == one.line.item.code
    about = tuple(str(params.get(name, "")) for name in _ABOUT)
    # Another item's own parts bind nobody else; sizes of one style say the same of themselves.
    item = (one.line.item.style or one.line.item.code) if own else params.get("item")
    return (reason.code, own, item, about)


def _group(lines: Sequence[LinePossible], found: Possible, order: Order) -> Group:
    labels, last = _labels(lines), max(lines, key=lambda one: one.earliest_on)
    values = found.values.by_line
    rows = [
        Row(one, label, said(one.reasons, order), one.line.pk in values, values.get(one.line.pk))
        for one, label in zip(lines, labels, strict=True)
    ]
    shown, of_last = list(last.reasons[: binding(last.reasons)]), ""
    if len(lines) > 1:
        merged = _merged(lines)
        shown = merged or _with_together(lines, last)
        of_last = "" if merged else labels[lines.index(last)]
    first = lines[0]
    valued = [row for row in rows if row.has_value]
    return Group(
        rows=rows,
        called=_joined(labels) if len(lines) > 1 else "",
        of_last=of_last,
        binds=said(shown, order),
        others=said(first.reasons[binding(first.reasons) :], order) if len(lines) == 1 else [],
        three=first.promised if all(one.promised == first.promised for one in lines) else None,
        odds=first if all(_rests(one) == _rests(first) for one in lines) else None,
        has_values=bool(valued),
        is_unvalued=all(row.value is None for row in valued),
    )


def _rests(one: LinePossible) -> tuple[bool, int]:
    return (one.is_assumed, one.seen)


def _labels(lines: Sequence[LinePossible]) -> list[str]:
    """What lines are called beside each other: sizes of a style by what differs, else codes."""
    items = [one.line.item for one in lines]
    styles, colours = ({getattr(one, name) for one in items} for name in ("style", "colour"))
    labels = [one.code for one in items]
    if len(styles) == 1 and "" not in styles:
        labels = [_short(one, with_colour=len(colours) > 1) for one in items]
    if len(set(labels)) == len(labels) and all(labels):
        return labels
    return [f"{one.line.position} {one.line.item.code}" for one in lines]


def _short(item: Item, *, with_colour: bool) -> str:
    return f"{item.colour} {item.size}".strip() if with_colour else item.size


def _joined(labels: Sequence[str]) -> str:
    labels = list(dict.fromkeys(labels))
    shown = ", ".join(labels[:MOST_CALLED])
    return shown if len(labels) <= MOST_CALLED else f"{shown} … ({len(labels)})"


def _with_together(lines: Sequence[LinePossible], last: LinePossible) -> list[Reason]:
    """What binds the last line, and that all leave together if that is said of any."""
    shown = [one for one in last.reasons[: binding(last.reasons)] if one.code != "together"]
    return [*_together(lines), *shown]


def _together(lines: Sequence[LinePossible]) -> list[Reason]:
    every = (reason for one in lines for reason in one.reasons[: binding(one.reasons)])
    return [reason for reason in every if reason.code == "together"][:1]


def _merged(lines: Sequence[LinePossible]) -> list[Reason]:
    """What binds all of these lines, in one sentence each; empty where their days differ."""
    chains = [
        [one for one in line.reasons[: binding(line.reasons)] if one.code != "together"]
        for line in lines
    ]
    found = _together(lines)
    for row in zip(*chains, strict=True):
        is_own = row[0].params.get("item") == lines[0].line.item.code  # of all: see _key
        told = [_rest(one.params, is_own=is_own) for one in row]
        if any(one != told[0] for one in told):
            return []
        found.append(replace(row[0], params=_sum(row, lines, told[0], is_own=is_own)))
    return found


def _rest(params: Mapping[str, Any], *, is_own: bool) -> dict[str, Any]:
    """The values of a reason but how much, and what the line's own item is called."""
    rest = {key: value for key, value in params.items() if key != "quantity"}
    if is_own:
        rest.pop("item")
        rest["names"] = {k: v for k, v in params.get("names", {}).items() if k != "item"}
    return rest


def _sum(
    row: Sequence[Reason], lines: Sequence[LinePossible], rest: Mapping[str, Any], *, is_own: bool
) -> dict[str, Any]:
    """The values of one sentence about several lines: all of their quantity, all of their names."""
    params = dict(rest)
    if is_own:
        codes = [line.line.item.code for line in lines]
        params["item"] = _joined(codes)
    if "quantity" in row[0].params:
        whole = sum((Decimal(str(one.params["quantity"])) for one in row), Decimal(0))
        params["quantity"] = f"{whole.normalize():f}"
    return params


__all__ = ["Group", "Row", "Said", "binding", "groups_of", "said"]
