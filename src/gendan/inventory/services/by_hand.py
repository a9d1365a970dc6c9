"""What a move by hand may not do, because a paper or somebody else answers for it.

Rooms above carry goods inside their own verbs (`carry_moves`) and have asked already; whoever moves
goods by hand is asked here.
"""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Abs
from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.inventory.models import ItemValue, Location, Move
from gendan.inventory.queries.waiting import waiting_in
from gendan.inventory.services.arriving import (
    Arriving,
    is_leaving_hold,
    may_decide,
    refuse_past_verdict,
)
from gendan.inventory.services.book import Book
from gendan.kernel import clock, company
from gendan.kernel.documents import document_name
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.kernel.rows import Problems

Kind = Location.Kind
NOTHING = Decimal(0)
# Goods that come from or go to these are gained or lost: beyond a limit another person agrees.
VALUED = frozenset({Kind.SUPPLIER, Kind.CUSTOMER, Kind.LOSS, Kind.OPENING})
# Where nobody knows what the goods are worth, these wait for that person, too.
ALWAYS = frozenset({Kind.LOSS, Kind.OPENING})
APPROVES = "approve_variances"
_DOCUMENT = re.compile(r"[a-z_]+\.[a-z_]+:[0-9]+|opening")


class MadeByDocument(DomainError):
    """The move belongs to a document, and is put right there."""


class Carried(NamedTuple):
    """A row of a move as it is understood."""

    row: int
    item: Item
    lot: str
    source: Location
    target: Location
    quantity: Decimal
    about: str
    reason: str
    unit_cost: Decimal | None

    @property
    def kinds(self) -> set[str]:
        return {self.source.kind, self.target.kind}


def is_of_document(about: str) -> bool:
    """Whether a move is about a document of ours, not about a number somebody has typed."""
    return _DOCUMENT.fullmatch(about.strip()) is not None


def refuse_by_hand(rows: Sequence[Carried], problems: Problems, by: User) -> None:
    """Note what stands in the way of moving goods by hand: no query for moves inside the stores."""
    for one in rows:
        if is_of_document(one.about):
            words = _(
                "A move by hand names no document of ours; deliver, receive or issue at the "
                "document itself."
            )
            problems.add(one.row, "about", words)
        if not (one.source.is_own and one.target.is_own) and not one.reason.strip():
            words = _("Say why goods come from or leave to %(place)s.")
            far = one.target if one.source.is_own else one.source
            problems.add(one.row, "reason", words % {"place": far.code})
    _refuse_past_verdict(rows, problems, by)
    _refuse_waiting(rows, problems)
    _refuse_unapproved(rows, problems, by)


def _refuse_past_verdict(rows: Sequence[Carried], problems: Problems, by: User) -> None:
    arriving = [
        Arriving(one.row, one.item, one.target, "target")
        for one in rows
        if one.source.kind == Kind.SUPPLIER and one.target.is_own
    ]
    refuse_past_verdict(arriving, problems)
    if may_decide(by):
        return
    for one in rows:
        if is_leaving_hold(one.source, one.target):
            words = _("%(item)s waits for a verdict in %(place)s; an inspector releases it.")
            values = {"item": one.item.code, "place": one.source.code}
            problems.add(one.row, "source", words % values)


def _refuse_waiting(rows: Sequence[Carried], problems: Problems) -> None:
    """What receipts wait for stays where it is: at most 2 queries."""
    held = [one for one in rows if one.source.kind == Kind.QUALITY]
    if not held:
        return
    items = {one.item.pk for one in held}
    book = Book.open(items)  # nobody takes the same at this moment
    there: dict[tuple[int, str, int], Decimal] = {}
    for balance in book.balances.values():
        lot = balance.lot.code if balance.lot else ""
        there[balance.item_id, lot, balance.location_id] = balance.on_hand
    waiting = waiting_in({one.source.pk for one in held}, items)
    for one in held:
        place = (one.item.pk, one.lot, one.source.pk)
        free = max(there.get(place, NOTHING) - waiting.get(place, NOTHING), NOTHING)
        there[place] = there.get(place, NOTHING) - one.quantity
        if one.quantity > free and place in waiting:
            words = _(
                "%(waiting)s of %(item)s in %(place)s came with receipts: release, reject or "
                "return them there; %(free)s may be moved by hand."
            )
            values = {
                "waiting": f"{waiting[place].normalize():f}",
                "item": one.item.code,
                "place": one.source.code,
                "free": f"{free.normalize():f}",
            }
            problems.add(one.row, "source", words % values)


def _refuse_unapproved(rows: Sequence[Carried], problems: Problems, by: User) -> None:
    """What is gained or lost by hand is worth no more than a count may post without approval."""
    far = [one for one in rows if one.kinds & VALUED]
    if not far or by.may_do(APPROVES):
        return
    values = _unit_values({one.item.pk for one in far})
    limit = Decimal(str(company.value("count_approval_amount")))
    whole = _moved_today(by)
    for one in far:
        unit = one.unit_cost if one.unit_cost is not None else values.get(one.item.pk)
        if not unit and one.kinds & ALWAYS:
            words = _(
                "Nobody knows what %(item)s is worth: who approves the variances of counts moves "
                "it, or a count finds it."
            )
            problems.add(one.row, "quantity", words % {"item": one.item.code})
            continue
        whole += (unit or NOTHING) * one.quantity
        if whole > limit:
            words = _(
                "Goods worth %(value)s would come or go by hand today, more than %(limit)s: who "
                "approves the variances of counts moves them."
            )
            shown = {"value": f"{round(whole, 2):f}", "limit": f"{limit.normalize():f}"}
            problems.add(one.row, "quantity", words % shown)


def _unit_values(items: set[int]) -> dict[int, Decimal | None]:
    """What one of each is worth in the books, else as the catalogue says: 2 queries."""
    known: dict[int, Decimal | None] = dict(
        Item.objects.filter(pk__in=items).values_list("pk", "cost")
    )
    for one in ItemValue.objects.filter(item__in=items, quantity__gt=0):
        known[one.item_id] = one.unit_value or known.get(one.item_id)
    return known


def _moved_today(by: User) -> Decimal:
    """What somebody has gained or lost by hand today: many small moves are one large one."""
    begin = clock.moment_on(clock.today(), 0)
    rows = Move.objects.filter(
        Q(source__kind__in=VALUED) | Q(target__kind__in=VALUED),
        by=by,
        at__gte=begin,
        at__lt=begin + dt.timedelta(days=1),
        reverses=None,
        reversed_by=None,
    ).exclude(source__kind=Kind.SUPPLIER, reason="")  # received as expected: no reason was asked
    rows = rows.annotate(worth=Abs("value_entry__value"))
    sums = [
        worth or NOTHING
        for about, worth in rows.values_list("about", "worth")
        if not is_of_document(about)
    ]
    return sum(sums, NOTHING)


# Papers of rooms above that reckon from the ledger: what is moved back counts there at once.
_reckoned: set[str] = set()


def reckon_from_ledger(label: str) -> None:
    """A room above says that its documents ("production.workorder") read the ledger each time."""
    _reckoned.add(label)


def refuse_of_document(move: Move) -> None:
    """A move that a document has made is put right at the document, not behind its back."""
    about = move.about.strip()
    label = about.partition(":")[0]
    if not is_of_document(about) or label in _reckoned or label == "inventory.expectedsupply":
        return
    if about == "opening":
        return
    words = _("%(paper)s has made this move; put it right there.")
    if label == "inventory.count":
        words = _("%(paper)s has made this move; another count puts it right.")
    raise MadeByDocument(words % {"paper": document_name(about)})
