"""What several pages show of change orders: effects by department, the list of one order."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from gendan.changes.impact import Kind, title_of, words_of
from gendan.changes.models import ChangeOrder, ChangeState
from gendan.changes.preview import Preview
from gendan.orders.models import Order

_RANK = {Kind.BLOCKS: 0, Kind.ASK: 1, Kind.IRREVERSIBLE: 2, Kind.FOLLOWS: 3}
_MEANING = {Kind.BLOCKS: "late", Kind.ASK: "risk", Kind.IRREVERSIBLE: "wait", Kind.FOLLOWS: "done"}


@dataclass(frozen=True)
class ShownEffect:
    """An effect in the reader's words."""

    title: str
    words: str
    kind: str
    kind_words: str
    meaning: str
    was_on: dt.date | None
    is_on: dt.date | None
    money: Decimal | None
    currency: str
    url: str


@dataclass(frozen=True)
class Group:
    """The effects on one department; `asks` of them need somebody to act."""

    role: str
    effects: list[ShownEffect]
    asks: int


def groups_of(effects: Iterable[Mapping[str, Any]], order_id: int) -> list[Group]:
    """Effects by department, those with most to do first; in each what needs somebody first."""
    by_role: dict[str, list[Mapping[str, Any]]] = {}
    for one in effects:
        by_role.setdefault(one["role"], []).append(one)
    groups = [
        Group(
            role,
            [_shown(one, order_id) for one in sorted(found, key=lambda one: _RANK[one["kind"]])],
            sum(one["kind"] in (Kind.ASK, Kind.BLOCKS) for one in found),
        )
        for role, found in by_role.items()
    ]
    return sorted(groups, key=lambda group: (-group.asks, group.role))


def _shown(one: Mapping[str, Any], order_id: int) -> ShownEffect:
    kind = Kind(one["kind"])
    return ShownEffect(
        title=title_of(one["key"]),
        words=words_of(one["key"], one["code"], one["params"]),
        kind=kind.value,
        kind_words=str(kind.label),
        meaning=_MEANING[kind],
        was_on=_day(one["was_on"]),
        is_on=_day(one["is_on"]),
        money=None if one["money"] is None else Decimal(one["money"]),
        currency=one["currency"],
        url=_url(one["about"], order_id),
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _url(about: str, order_id: int) -> str:
    """Where the thing is looked at; some have no page of their own."""
    kind, _colon, pk = about.rpartition(":")
    order = reverse("order", args=[order_id])
    return {
        "followup.milestone": f"{order}?tab=followup&milestone={pk}",
        "contracts.paper": f"{order}?tab=papers",
        "inventory.expectedsupply": f"{order}?tab=supply",
        "orders.line": f"{order}?tab=supply",
    }.get(kind, "")


def effects_context(preview: Preview) -> dict[str, Any]:
    """What the template of effects needs of a preview."""
    data = preview.impact.as_data()
    return {
        "groups": groups_of(data, preview.proposal.order_id),
        "asks": sum(one["kind"] == Kind.ASK for one in data),
        "blocking": preview.impact.blocking,
        "difference": preview.proposal.difference,
        "order_revision": preview.revision,
        "is_previewed": True,
    }


def changes_of(user: Any, order: Order) -> dict[str, Any]:
    """What the tab of the order shows of its change orders."""
    rows = ChangeOrder.objects.visible_to(user).filter(order=order)
    found = list(
        rows.select_related("made_by", "decided_by")
        .prefetch_related("acknowledgements")
        .order_by("-pk")[:50]
    )
    for one in found:
        news = "undone" if one.state == ChangeState.UNDONE else "accepted"
        asked = [row for row in one.acknowledgements.all() if row.of == news]
        one.asked_people = len(asked)  # type: ignore[attr-defined] # for the template only
        one.have_answered = sum(row.at is not None for row in asked)  # type: ignore[attr-defined]
    return {"change_orders": found}
