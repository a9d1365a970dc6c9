"""One document that holds several orders, and several drafts that are one order."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.intake import draft_data
from gendan.intake.events import DraftsJoined, DraftSplit
from gendan.intake.models import Draft
from gendan.intake.services.correcting import correct_draft
from gendan.intake.services.refusals import NothingSaid, locked_draft
from gendan.kernel import journal
from gendan.kernel.errors import NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service


@service(gettext_lazy("Make an order of its own of these lines"))
def split_draft(
    *,
    draft_id: int,
    lines: Collection[int],
    order_number: str = "",
    revision: int | None = None,
    corrections: Mapping[str, Any] | None = None,
    by: User | None,
) -> Draft:
    """Take lines out into a new draft with the same head and a number of its own.

    Done again it makes a third order, and so on. Some line must stay.
    """
    incoming, draft = locked_draft(draft_id, revision)
    draft.step("split_draft")
    if corrections:
        draft = correct_draft(draft_id=draft_id, **corrections, by=by)
    there = {index for index, _line in draft_data.lines_of(draft.data)}
    taken = set(lines)
    if not taken:
        raise NothingSaid(_("Choose the lines of the other order."), field="take")
    if not taken <= there:
        raise NotThere(_("This line is no longer there."))
    if taken == there:
        raise NothingSaid(_("One line must stay in this order."), field="take")
    number = draft_data.read_value("text", order_number[:80], "order_number")
    rest, theirs = draft_data.split_off(draft.data, taken, number)
    last = incoming.drafts.aggregate(last=Max("position"))["last"] or 0
    looked = [path for path in draft.corrected if number is None or path != "order_number"]
    fresh = Draft.objects.create(
        incoming=incoming,
        position=last + 1,
        data=theirs,
        matches=draft.matches,
        corrected=looked,
        customer_id=draft.customer_id,
    )
    draft.data = rest
    draft.revision += 1
    draft.save()
    journal.record(
        DraftSplit(
            draft_id=draft.pk,
            number=incoming.number,
            new_draft_id=fresh.pk,
            lines=len(taken),
            order_number=number or "",
        ),
        about=incoming,
        by=by,
    )
    return fresh


@service(gettext_lazy("Join with another draft"))
def join_drafts(
    *, draft_id: int, other_id: int, revision: int | None = None, by: User | None
) -> Draft:
    """The lines of the other draft of this document belong to this order; the other is gone."""
    incoming, draft = locked_draft(draft_id, revision)
    draft.step("join_drafts")
    other = (
        incoming.drafts.select_for_update(of=("self",))
        .filter(pk=other_id)
        .exclude(pk=draft.pk)
        .first()
    )
    if other is None:
        raise NotThere(_("There is no such draft."))
    other.step("join_drafts")
    data, moved = draft_data.joined(draft.data, other.data)
    theirs = other.matches.get("lines") or []
    matches = list(draft.matches.get("lines") or [])
    matches += [{}] * (len(draft.data["lines"]) - len(matches))
    matches += [theirs[index] if index < len(theirs) else {} for index in moved]
    paths = (draft_data.moved_path(path, moved) for path in other.corrected)
    draft.data = data
    draft.matches = draft.matches | {"lines": matches}
    draft.corrected = sorted({*draft.corrected, *(path for path in paths if path)})
    draft.revision += 1
    position = other.position
    other.delete()
    draft.save()
    journal.record(
        DraftsJoined(
            draft_id=draft.pk,
            number=incoming.number,
            other_position=position,
            lines=len(moved),
        ),
        about=incoming,
        by=by,
    )
    return draft
