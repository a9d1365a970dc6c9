"""Correcting a draft, and remembering what a correction teaches about the customer's documents."""

import re
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.intake import draft_data
from gendan.intake.draft_data import Data, line_path, value_at
from gendan.intake.events import DraftCorrected, LearnedForgotten
from gendan.intake.lessons import value_lessons
from gendan.intake.matching import item_key, match_lines, sender_key
from gendan.intake.models import Draft, Incoming, Learned
from gendan.intake.services.refusals import NothingSaid, locked_draft
from gendan.kernel import clock, journal
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.models import CustomerItem
from gendan.orders.services import CustomerItemRow, save_customer_items
from gendan.partners.models import Partner


class NotAMatch(Invalid):
    """A customer or item that does not exist or is no longer used."""


@service(gettext_lazy("Correct the draft"))
def correct_draft(
    *,
    draft_id: int,
    revision: int | None = None,
    values: Mapping[str, str | None] | None = None,
    customer_id: int | None = None,
    items: Mapping[int, int] | None = None,
    add_lines: Sequence[Mapping[str, str | None]] = (),
    remove_lines: Iterable[int] = (),
    confirmed: Iterable[str] = (),
    by: User | None,
) -> Draft:
    """Set values by path, the customer, items by line; add and remove lines; confirm doubts.

    What is set or confirmed is no longer doubtful. What a correction teaches about the customer's
    documents (whose address, which item, unit, date order, column) is kept for the next reading.
    """
    incoming, draft = locked_draft(draft_id, revision)
    draft.step("correct_draft")
    before, was_matches = draft.data, draft.matches
    given = dict(values or {})
    agreed = _known_paths(confirmed)
    customer_id, items = _with_agreed(draft, agreed, customer_id, items)
    looked = set(draft.corrected) | set(given) | agreed
    data = draft_data.with_values(before, given)
    data = draft_data.without_lines(data, remove_lines)
    data, added = draft_data.with_lines(data, [dict(line) for line in add_lines])
    draft.data = data
    learned: list[tuple[str, str, str]] = []
    if customer_id is not None:
        _set_customer(draft, customer_id)
        looked.add("customer")
        learned += _sender_lesson(incoming, draft, was_matches)
    _rematch(draft, given, added, is_other_customer=customer_id is not None)
    for index, item_id in items.items():
        learned += _set_item(draft, index, item_id)
        looked.add(f"lines.{index}.item")
    learned += value_lessons(incoming, draft, before, given)
    changes = _changes(before, draft.data) + _match_changes(was_matches, draft.matches)
    if not changes and looked == set(draft.corrected):
        raise NothingSaid(_("Nothing was changed."))
    draft.corrected = sorted(looked)
    draft.revision += 1
    draft.save()
    kept = _learn(draft.customer_id, learned, by)
    journal.record(
        DraftCorrected(draft_id=draft.pk, number=incoming.number, changes=changes, learned=kept),
        about=incoming,
        by=by,
    )
    return draft


@service(gettext_lazy("Forget what was learned"))
def forget_learned(*, learned_id: int, by: User | None) -> None:
    """Something a correction has taught is wrong, or no longer true: it is used no more."""
    learned = Learned.objects.select_for_update().filter(pk=learned_id).first()
    if learned is None:
        raise NotThere(_("This is forgotten already."))
    fact = LearnedForgotten(
        customer_id=learned.customer_id, kind=learned.kind, key=learned.key, value=learned.value
    )
    customer = Partner.objects.get(pk=learned.customer_id)
    learned.delete()
    journal.record(fact, about=customer, by=by)


def _known_paths(paths: Iterable[str]) -> set[str]:
    return {path[:80] for path in paths if re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+){0,3}", path)}


def _with_agreed(
    draft: Draft, agreed: set[str], customer_id: int | None, items: Mapping[int, int] | None
) -> tuple[int | None, dict[int, int]]:
    """Agreeing to a proposed customer or item is choosing it; where none is proposed, nothing."""
    chosen = dict(items or {})
    if "customer" in agreed:
        agreed.discard("customer")
        customer_id = customer_id or draft.customer_id
    for path in list(agreed):
        found = line_path(path)
        if found and found[1] == "item":
            agreed.discard(path)
            matches = draft.matches.get("lines") or []
            proposed = matches[found[0]].get("id") if found[0] < len(matches) else None
            if proposed:
                chosen.setdefault(found[0], proposed)
    return customer_id, chosen


def _set_customer(draft: Draft, customer_id: int) -> None:
    customer = Partner.objects.filter(pk=customer_id, is_customer=True, is_active=True).first()
    if customer is None:
        raise NotAMatch(_("There is no such customer."), field="customer")
    draft.customer = customer
    known = draft.matches.get("customer") or {}
    draft.matches = draft.matches | {
        "customer": {
            "id": customer.pk,
            "score": 100,
            "reason": "by_hand",
            "doubt": "",
            "is_set": True,
            "alternatives": known.get("alternatives", []),
        }
    }


def _rematch(
    draft: Draft, given: Mapping[str, str | None], added: Sequence[int], *, is_other_customer: bool
) -> None:
    """Match again what the correction touches: all lines for another customer, else these lines."""
    touched = set(added)
    for path in given:
        found = line_path(path)
        if found and found[1] in draft_data.NAMING_FIELDS:
            touched.add(found[0])
    only = None if is_other_customer else touched
    lines = match_lines(
        draft.data, draft.customer_id, kept=draft.matches.get("lines") or [], only=only
    )
    draft.matches = draft.matches | {"lines": lines}


def _set_item(draft: Draft, index: int, item_id: int) -> list[tuple[str, str, str]]:
    at = f"lines.{index}.item"
    lines = draft.data["lines"]
    if not 0 <= index < len(lines) or lines[index].get("removed"):
        raise NotAMatch(_("This line is no longer there."), field=at)
    item = Item.objects.filter(pk=item_id, is_active=True).first()
    if item is None:
        raise NotAMatch(_("There is no such item."), field=at)
    matches = [dict(match) for match in draft.matches["lines"]]
    matches[index] |= {
        "id": item.pk,
        "score": 100,
        "reason": "by_hand",
        "doubt": "",
        "is_set": True,
    }
    draft.matches = draft.matches | {"lines": matches}
    key = item_key(lines[index])
    return [(Learned.Kind.ITEM, key, item.code)] if key else []


def _sender_lesson(
    incoming: Incoming, draft: Draft, was_matches: Data
) -> list[tuple[str, str, str]]:
    """Whose documents these are, when the mark alone did not tell."""
    was = was_matches.get("customer") or {}
    if was.get("id") == draft.customer_id and not was.get("doubt"):
        return []
    if incoming.is_sender_confirmed is False:
        return []  # whoever sent it only says to be them: that is no lesson
    name = value_at(draft.data, "buyer.name") or incoming.sender_name
    key = sender_key(incoming.sender_address, name)
    return [(Learned.Kind.SENDER, key, name[:200] or key)] if key else []


def _changes(before: Data, after: Data) -> list[dict[str, str]]:
    paths = list(draft_data.HEAD_FIELDS)
    for index, line in enumerate(after["lines"]):
        was = before["lines"][index] if index < len(before["lines"]) else {}
        if was != line:
            paths += [f"lines.{index}.{name}" for name in draft_data.LINE_FIELDS]
            if bool(line.get("removed")) != bool(was.get("removed")):
                paths.append(f"lines.{index}.removed")
    found = []
    for path in paths:
        was_text, now_text = value_at(before, path), value_at(after, path)
        if was_text != now_text:
            found.append({"path": path, "was": was_text or "", "is": now_text or ""})
    return found


def _match_changes(before: Data, after: Data) -> list[dict[str, str]]:
    pairs = [("customer", before.get("customer") or {}, after.get("customer") or {})]
    lines = before.get("lines") or []
    for index, match in enumerate(after.get("lines") or []):
        was = lines[index] if index < len(lines) else {}
        pairs.append((f"lines.{index}.item", was, match))
    return [
        {"path": path, "was": str(was.get("id") or ""), "is": str(now.get("id") or "")}
        for path, was, now in pairs
        if was.get("id") != now.get("id")
    ]


def _learn(
    customer_id: int | None, lessons: Iterable[tuple[str, str, str]], by: User | None
) -> list[dict[str, str]]:
    """Keep lessons for the customer; a newer one takes the place of an older."""
    if customer_id is None:
        return []
    kept = []
    for kind, key, value in dict.fromkeys(lessons):
        if kind == Learned.Kind.SENDER:
            Learned.objects.filter(kind=kind, key=key).exclude(customer_id=customer_id).delete()
        Learned.objects.update_or_create(
            customer_id=customer_id,
            kind=kind,
            key=key,
            defaults={"value": value[:200], "at": clock.now(), "by": by},
        )
        kept.append({"kind": str(kind), "key": key, "value": value})
    return kept


def learn_codes(draft: Draft, *, by: User | None) -> None:
    """The customer's own codes of accepted lines go to what the customer calls our items."""
    if draft.customer is None:
        return
    matches = draft.matches.get("lines") or []
    told: dict[str, tuple[int, str]] = {}
    for index, line in draft_data.lines_of(draft.data):
        code = (line.get("buyer_code") or "").strip()[:80]
        if code and matches[index].get("reason") != "customers_code":
            told[code] = (matches[index]["id"], (line.get("description") or "").strip()[:200])
    known = CustomerItem.objects.filter(customer=draft.customer, code__in=told)
    for code in known.values_list("code", flat=True):
        told.pop(code)  # what somebody has written down is not overwritten by a document
    codes = dict(
        Item.objects.filter(pk__in={item for item, _name in told.values()}).values_list(
            "pk", "code"
        )
    )
    rows = [
        CustomerItemRow(customer=draft.customer.code, code=code, item=codes[item], name=name)
        for code, (item, name) in told.items()
    ]
    if rows:
        save_customer_items(rows=rows, by=by)
