"""Verbs that begin and end a count, and calls for one."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.inventory.events import CountCalledFor, CountEnded, CountStarted
from gendan.inventory.models import Balance, Count, CountCall, CountLine, Location
from gendan.inventory.queries.counting import countable, due_balances
from gendan.inventory.queries.picking import places_under
from gendan.kernel import clock, company, journal, numbering
from gendan.kernel.errors import DomainError, Invalid, NotAllowed, NotThere
from gendan.kernel.models import User
from gendan.kernel.quantity import read_decimal
from gendan.kernel.service import service

MOST_LINES = 50_000
MOST_DUE = 200
Basis = Count.Basis
State = CountLine.State


class NothingToCount(DomainError):
    """No place of ours holds what the count is about, or all of it is being counted already."""


class LooserThanUsual(NotAllowed):
    """A count that would let through more than the company's setting does."""


class StillToCount(DomainError):
    """Lines of the count are not counted, or wait for approval or posting."""


@service(gettext_lazy("Start a count"))
def start_count(
    *,
    basis: str,
    place: str = "",
    items: Sequence[str] = (),
    is_blind: bool = True,
    tolerance_percent: Decimal | None = None,
    approval_amount: Decimal | None = None,
    by: User | None,
) -> Count:
    """Make the list of what is to be counted: a place, some items, what is due or called for.

    It may be stricter than the company's setting; looser only by who approves variances, or
    whoever counts would write goods off alone.

    Nothing is frozen: each line is compared with the books at the moment it is counted. What stands
    in another open count is left out.
    """
    if basis not in Basis.values:
        raise Invalid(_("Say what is to be counted."), field="basis")
    where = _own_place(place)
    rows, calls = _rows_of(basis, where, items)
    if len(rows) > MOST_LINES:
        raise Invalid(
            _("%(count)s lines are too many for one count; choose a place.") % {"count": len(rows)},
            field="place",
        )
    if not rows:
        raise NothingToCount(_("There is nothing to count here that is not being counted."))
    limits = company.values("count_tolerance_percent", "count_approval_amount")
    count = Count.objects.create(
        number=numbering.draw("count"),
        basis=basis,
        place=where,
        is_blind=is_blind,
        tolerance_percent=_limit(
            tolerance_percent, limits["count_tolerance_percent"], 100, "tolerance_percent", by
        ),
        approval_amount=_limit(
            approval_amount, limits["count_approval_amount"], 10**9, "approval_amount", by
        ),
        made_at=clock.now(),
        made_by=by,
    )
    made = CountLine.objects.bulk_create(
        [
            CountLine(
                count=count, item_id=one.item_id, lot_id=one.lot_id, location_id=one.location_id
            )
            for one in rows
        ],
        ignore_conflicts=True,
    )
    CountCall.objects.filter(pk__in=calls).update(answered=count)
    fact = CountStarted(count_id=count.pk, lines=len(made))
    journal.record(fact, about=["inventory", count], by=by)
    return count


@service(gettext_lazy("Close the count"))
def close_count(
    *, count_id: int, leave_uncounted: bool = False, reason: str = "", by: User | None
) -> Count:
    """End a count whose lines are posted; lines nobody counted may be left with a reason."""
    count = locked_count(count_id)
    count.step("close_count")
    waiting = count.lines.filter(state__in=CountLine.WAITING).count()
    unposted = count.lines.filter(state__in=[State.COUNTED, State.APPROVED]).count()
    if unposted:
        raise StillToCount(_("%(count)s counted lines are not posted yet.") % {"count": unposted})
    if waiting and not leave_uncounted:
        raise StillToCount(_("%(count)s lines are still to be counted.") % {"count": waiting})
    if waiting and not reason.strip():
        raise Invalid(_("Say why lines are left uncounted."), field="reason")
    return _end(count, reason, by)


@service(gettext_lazy("Call the count off"))
def cancel_count(*, count_id: int, reason: str, by: User | None) -> Count:
    """End a count without its unposted lines; what was posted stays posted."""
    count = locked_count(count_id)
    count.step("cancel_count")
    if not reason.strip():
        raise Invalid(_("Say why the count is called off."), field="reason")
    return _end(count, reason, by)


@service(gettext_lazy("Ask for a count"))
def ask_for_count(*, item: str, location: str = "", remark: str = "", by: User | None) -> CountCall:
    """Something looks wrong: the next count of called-for items takes this one in."""
    found = Item.objects.filter(code=" ".join(item.split())[:40]).first()
    if found is None:
        raise Invalid(_("There is no item called “%(code)s”.") % {"code": item[:60]}, field="item")
    place = _own_place(location)
    return call_for_count(CountCall.Kind.ASKED, found.pk, place, remark, by)


@service
def note_shortage(*, item_ids: Sequence[int], by_whom: User | None, by: None) -> list[CountCall]:
    """More was to be taken than the books have: either the taker or the books are wrong."""
    kind = CountCall.Kind.NEGATIVE
    return [call_for_count(kind, item_id, None, "", by_whom) for item_id in sorted(set(item_ids))]


def call_for_count(
    kind: str, item_id: int, place: Location | None, remark: str, by: User | None
) -> CountCall:
    """The open call of this kind, made if there is none."""
    call, is_new = CountCall.objects.get_or_create(
        kind=kind,
        item_id=item_id,
        location=place,
        answered=None,
        defaults={"remark": remark.strip()[:200], "at": clock.now(), "by": by},
    )
    if is_new:
        fact = CountCalledFor(call_id=call.pk, kind=kind, item_id=item_id)
        journal.record(fact, about=["inventory", f"catalog.item:{item_id}"], by=by)
    return call


def locked_count(count_id: int) -> Count:
    """The count, locked: who holds it owns its lines."""
    count = Count.objects.select_for_update(of=("self",)).filter(pk=count_id).first()
    if count is None:
        raise NotThere(_("There is no such count."))
    return count


def _end(count: Count, reason: str, by: User | None) -> Count:
    count.ended_at = clock.now()
    count.end_reason = reason.strip()[:200]
    count.save(update_fields=["state", "ended_at", "end_reason"])
    count.lines.exclude(state=State.POSTED).update(state=State.VOID)
    count.lines.filter(is_open=True).update(is_open=False)
    fact = CountEnded(count_id=count.pk, state=count.state, reason=count.end_reason)
    journal.record(fact, about=["inventory", count], by=by)
    return count


def _own_place(code: str) -> Location | None:
    if not code:
        return None
    found = Location.objects.filter(code=code[:40], is_active=True).first()
    if found is None:
        raise Invalid(
            _("There is no location called “%(code)s”.") % {"code": code[:60]}, field="place"
        )
    if not found.is_own:
        raise Invalid(_("Only our own places are counted."), field="place")
    return found


def _rows_of(
    basis: str, where: Location | None, items: Sequence[str]
) -> tuple[list[Balance], list[int]]:
    """The balances to count, and the calls that are answered by it."""
    inside = places_under(where.pk) if where else None
    calls: list[int] = []
    if basis == Basis.DUE:
        due = [one for one, _why in due_balances(MOST_LINES)]
        mine = [one for one in due if inside is None or one.location_id in inside]
        return mine[:MOST_DUE], calls
    rows = countable()
    if inside is not None:
        rows = rows.filter(location_id__in=inside)
    if basis == Basis.CALLS:
        wanted = Q(pk=None)
        for pk, item_id, place_id in CountCall.objects.filter(answered=None).values_list(
            "pk", "item_id", "location_id"
        ):
            calls.append(pk)
            wanted |= Q(item_id=item_id, **({"location_id": place_id} if place_id else {}))
        return list(rows.filter(wanted)[: MOST_LINES + 1]), calls
    if basis == Basis.ITEMS:
        codes = {" ".join(code.split()) for code in items if code.strip()}
        known = dict(Item.objects.filter(code__in=codes).values_list("code", "pk"))
        if not codes or codes - set(known):
            missing = ", ".join(sorted(codes - set(known))[:5])
            raise Invalid(
                _("There is no item called “%(code)s”.") % {"code": missing[:60]}, field="items"
            )
        rows = rows.filter(item_id__in=known.values())
    return list(rows.exclude(on_hand=0)[: MOST_LINES + 1]), calls


def _limit(given: object, usual: object, most: int, field: str, by: User | None) -> Decimal:
    number = read_decimal(usual if given is None else given, field=field)
    if not 0 <= number <= most:
        raise Invalid(
            _("This number is out of range (0 to %(most)s).") % {"most": most}, field=field
        )
    if number > read_decimal(usual) and by is not None and not by.may_do("approve_variances"):
        raise LooserThanUsual(
            _("More than %(usual)s is allowed only by who approves variances.") % {"usual": usual},
            field=field,
        )
    return number
