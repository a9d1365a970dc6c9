"""Verbs for goods that are expected: said to come, arrived, or given up."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Case, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.queries import Converter
from gendan.inventory.events import (
    MOST_NAMED,
    ExpectedDropped,
    SuppliesExpected,
    SuppliesReceived,
)
from gendan.inventory.models import ExpectedSupply, Location, Move
from gendan.inventory.services.arriving import Arriving, refuse_past_verdict
from gendan.inventory.services.book import Posting, post
from gendan.inventory.services.moves import record_moves
from gendan.inventory.services.of_orders import is_of_order, moved_days, refuse_drop_of_purchases
from gendan.inventory.services.places import far_sides
from gendan.inventory.services.rows import (
    LotWish,
    Names,
    lots_of,
    refuse_odd_cost,
    refuse_wrong_tracing,
)
from gendan.kernel import company, journal
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.quantity import read_quantity
from gendan.kernel.row_facts import MOST_REFERRED
from gendan.kernel.rows import Problems, refuse_unless_sensible
from gendan.kernel.service import service


class TooManyReceived(DomainError):
    """More arrived than was expected, beyond the usual tolerance."""


class SupplyIsClosed(DomainError):
    """Expected goods that have arrived or were given up do not change any more."""


@dataclass(frozen=True)
class ExpectedRow:
    """Goods that will arrive on a day.

    `expected_id` changes that row. Without it, an open row of the same item, reference, demand and
    day takes the new quantity; by hand, where one such row is open for another day, it moves to
    this one. Else, and with `apart`, a new row is made. `reference` is a purchase order number.
    """

    item: str
    quantity: Decimal
    due_on: dt.date
    reference: str = ""
    demand: str = ""
    unit: str = ""
    expected_id: int | None = None
    apart: bool = False


@dataclass(frozen=True)
class ReceiptRow:
    """What has arrived of an expected supply; `is_last` closes it although less came.

    `source` is the place it came from (the suppliers, where nothing is said; a workshop names
    production); `about` the paper it moved for (the supply's reference, where nothing is said).
    """

    expected_id: int
    quantity: Decimal
    location: str
    lot: str = ""
    made_on: dt.date | None = None
    expires_on: dt.date | None = None
    is_last: bool = False
    unit_cost: Decimal | None = None
    source: str = ""
    about: str = ""


@service(gettext_lazy("Expect goods"))
def expect_supplies(*, rows: Sequence[ExpectedRow], by: User | None) -> list[ExpectedSupply]:
    """Write down by hand what will arrive and when, or change it. A fixed number of queries.

    What belongs to an order of ours is changed at the order; the same as it stands is no change.
    """
    if by is None:  # the house itself has asked already
        return plan_supplies(rows=rows, by=by)
    refuse_unless_sensible(rows)
    names = Names.of(rows)
    standing = _open_ones(rows, names)
    problems = Problems()
    left = [
        (index, row)
        for index, row in enumerate(rows)
        if not is_of_order(index, row, _item_id(row, names), standing, problems)
    ]
    problems.refuse_if_any()
    if not left:
        return []
    changes = [row for _index, row in left]
    moved = moved_days(changes, [_item_id(row, names) for row in changes], standing)
    wanted = [
        replace(row, expected_id=moved.get(at, row.expected_id)) for at, row in enumerate(changes)
    ]
    return plan_supplies(rows=wanted, by=by)


def _item_id(row: ExpectedRow, names: Names) -> int:
    found = names.items.get(" ".join(row.item.split()))
    return found.pk if found else 0


@service
def plan_supplies(*, rows: Sequence[ExpectedRow], by: User | None) -> list[ExpectedSupply]:
    """Write down what orders of ours bring and when, or change it. A fixed number of queries."""
    refuse_unless_sensible(rows)
    names = Names.of(rows)
    problems = Problems()
    standing = _open_ones(rows, names)
    by_id = {one.pk: one for one in standing}
    by_words = {
        (one.item_id, one.reference, one.demand, one.due_on): one
        for one in standing
        if one.reference
    }
    objects: list[ExpectedSupply] = []
    for index, row in enumerate(rows):
        field = "item"
        try:
            item = names.item(row.item)
            field = "quantity"
            quantity = names.quantity(row)
            field = "due_on"
            refuse_odd_day(row.due_on)
            field = "expected_id"
            key = (item.pk, row.reference[:80], row.demand[:80], row.due_on)
            if row.expected_id is not None:
                one = by_id.get(row.expected_id)
                if one is None or one.item_id != item.pk:
                    raise Unusable(_("This supply of the item is not expected any more."))
            else:
                known = None if row.apart else by_words.get(key)
                one = known or ExpectedSupply(item=item)
            field = "quantity"
            if quantity < one.received:
                raise Unusable(_("More than this has arrived already."))
        except (Unusable, DomainError) as error:
            problems.add(index, field, str(error))
            continue
        one.quantity, one.due_on = quantity, row.due_on
        one.reference, one.demand = key[1], key[2]
        one.is_open = one.received < quantity
        objects.append(one)
        if one.reference and not row.apart:
            by_words[key] = one
    problems.refuse_if_any()
    objects = list({id(one): one for one in objects}.values())
    _write(objects)
    _record(SuppliesExpected, objects, by)
    return objects


@service
def make_supplies(*, papers: Mapping[int, str], by: User | None) -> None:
    """These expected goods are made by us: they move for the paper their material goes into
    production for, so that a lot's way leads through it. One query."""
    cases = [When(pk=pk, then=Value(paper[:80])) for pk, paper in papers.items()]
    ExpectedSupply.objects.filter(pk__in=papers).update(made_for=Case(*cases))


@service(gettext_lazy("Receive goods"))
def receive_expected(*, rows: Sequence[ReceiptRow], by: User | None) -> list[Move]:
    """Goods that were expected have arrived: they move from the suppliers into a place of ours.

    What a supplier sends is held for a verdict: it goes into a place of the kind quality hold,
    unless its item says that it needs none; what comes with a purchase order is received there.
    Parts are fine; more than expected is taken only within the company's usual tolerance.
    """
    if by is not None:  # the house itself has asked already
        _refuse_past_verdict(rows)
    return take_in(rows=rows, by=by)


def _refuse_past_verdict(rows: Sequence[ReceiptRow]) -> None:
    supplies = {
        one.pk: one
        for one in ExpectedSupply.objects.filter(
            pk__in={row.expected_id for row in rows if 0 < row.expected_id < 2**63}
        ).select_related("item")
    }
    places = _locations(rows)
    problems = Problems()
    arriving = []
    for index, row in enumerate(rows):
        supply, place = supplies.get(row.expected_id), places.get(row.location)
        if supply is None or place is None or supply.made_for or not place.is_own:
            continue  # made by us, or refused in words later
        if supply.comes_with:
            words = _("This comes with %(order)s: receive it there, where it waits for a verdict.")
            problems.add(index, "expected_id", words % {"order": supply.reference})
        else:
            arriving.append(Arriving(index, supply.item, place, "location"))
    refuse_past_verdict(arriving, problems)
    problems.refuse_if_any()


@service
def take_in(*, rows: Sequence[ReceiptRow], by: User | None) -> list[Move]:
    """Goods that were expected have arrived where rooms above say: a receipt, which knows whether
    they are held for a verdict, or work of ours that has been done."""
    refuse_unless_sensible(rows)
    problems = Problems()
    supplies = _locked([row.expected_id for row in rows])
    names = Names({}, {}, _nothing_to_convert(), _locations(rows))
    limit = 1 + Decimal(str(company.value("default_over_percent"))) / 100
    wishes: list[LotWish] = []
    read: list[_Read] = []
    for index, row in enumerate(rows):
        one = _read(row, index, supplies, names, limit, problems)
        if one is None:
            continue
        item = one.supply.item
        wishes.append(LotWish(index, item, row.lot, True, row.made_on, row.expires_on))
        read.append(one)
    lots = lots_of(wishes, problems, by=by)
    problems.refuse_if_any()
    suppliers = far_sides([Location.Kind.SUPPLIER])[Location.Kind.SUPPLIER]
    postings = [
        Posting(
            item_id=one.supply.item_id,
            lot_id=lots[one.supply.item_id, wish.code].pk if wish.code else None,
            source_id=(one.source or suppliers).pk,
            target_id=one.location.pk,
            quantity=one.quantity,
            about=one.about,
            unit_cost=one.unit_cost,
        )
        for wish, one in zip(wishes, read, strict=True)
    ]
    moves = post(postings, by=by)
    for supply in supplies.values():
        supply.is_open = supply.is_open and supply.received < supply.quantity
    _write(list(supplies.values()))
    record_moves(moves, by=by)
    _record(SuppliesReceived, list(supplies.values()), by)
    return moves


@service(gettext_lazy("Give up expected goods"))
def drop_expected(
    *, expected_ids: Sequence[int], reason: str, by: User | None
) -> list[ExpectedSupply]:
    """What was expected, or the rest of it, will not come.

    What a purchase order brings is given up at the order.
    """
    if not reason.strip():
        raise Invalid(_("Say why it will not come."), field="reason")
    if by is not None:  # the house itself has asked already
        refuse_drop_of_purchases(_locked(expected_ids).values())
    return give_up_supplies(expected_ids=expected_ids, reason=reason, by=by)


@service
def give_up_supplies(
    *, expected_ids: Sequence[int], reason: str, by: User | None
) -> list[ExpectedSupply]:
    """What an order of ours was to bring, or the rest of it, will not come."""
    supplies = _locked(expected_ids)
    if not supplies or set(expected_ids) - set(supplies):
        raise NotThere(_("There is no such expected supply."), field="expected_ids")
    for one in supplies.values():
        if not one.is_open:
            raise SupplyIsClosed(
                _("The supply of %(item)s due %(day)s is no longer expected.")
                % {"item": one.item.code, "day": one.due_on.isoformat()}
            )
        one.is_open = False
    dropped = list(supplies.values())
    ExpectedSupply.objects.filter(pk__in=supplies).update(is_open=False)
    items = sorted({one.item_id for one in dropped})
    journal.record(
        ExpectedDropped(
            expected_ids=[one.pk for one in dropped][:MOST_NAMED],
            demands=sorted({one.demand for one in dropped if one.demand}),
            item_ids=items if len(items) <= MOST_NAMED else [],
            reason=reason.strip()[:500],
        ),
        about=_about(dropped),
        by=by,
    )
    return dropped


def _open_ones(rows: Sequence[ExpectedRow], names: Names) -> list[ExpectedSupply]:
    """Open supplies the rows could mean, locked: 1 query (2 with ids given)."""
    ids = [row.expected_id for row in rows if row.expected_id and row.expected_id < 2**63]
    references = {row.reference[:80] for row in rows if row.reference}
    open_ones = ExpectedSupply.objects.select_for_update(of=("self",)).filter(is_open=True)
    found = {one.pk: one for one in open_ones.filter(pk__in=ids).order_by("pk")} if ids else {}
    if references:
        same = open_ones.filter(
            reference__in=references, item_id__in={one.pk for one in names.items.values()}
        )
        for one in same.order_by("pk"):
            found.setdefault(one.pk, one)
    return list(found.values())


def _locked(ids: Sequence[int]) -> dict[int, ExpectedSupply]:
    rows = ExpectedSupply.objects.select_for_update(of=("self",)).filter(
        pk__in={one for one in ids if 0 < one < 2**63}
    )
    return {one.pk: one for one in rows.select_related("item__unit").order_by("pk")}


@dataclass(frozen=True)
class _Read:
    """A receipt row as it is understood."""

    supply: ExpectedSupply
    quantity: Decimal
    location: Location
    source: Location | None
    about: str
    unit_cost: Decimal | None


def _read(
    row: ReceiptRow,
    index: int,
    supplies: dict[int, ExpectedSupply],
    names: Names,
    limit: Decimal,
    problems: Problems,
) -> _Read | None:
    """What a row means, counted on its supply in memory; None where something stands in the way."""
    field = "expected_id"
    try:
        supply = supplies.get(row.expected_id)
        if supply is None:
            raise Unusable(_("There is no such expected supply."))
        if not supply.is_open:
            raise SupplyIsClosed(_("This supply is no longer expected."))
        field = "location"
        location = names.location(row.location)
        if not location.is_own:
            raise Unusable(_("Stock lies in a store or on quality hold."))
        field = "source"
        source = names.location(row.source) if row.source else None
        if source is not None and source.is_own:
            raise Unusable(_("What is received comes from outside our own places."))
        field = "quantity"
        quantity = read_quantity(row.quantity, step=supply.item.unit.step)
        _refuse_too_many(supply, quantity, limit)
        field = "lot"
        refuse_wrong_tracing(supply.item, row.lot, quantity)
        field = "unit_cost"
        refuse_odd_cost(row.unit_cost)
    except (Unusable, DomainError) as error:
        problems.add(index, field, str(error))
        return None
    supply.received += quantity
    supply.is_open = supply.is_open and not row.is_last
    about = row.about[:80] or supply.made_for or supply.reference
    about = about or f"inventory.expectedsupply:{supply.pk}"
    return _Read(supply, quantity, location, source, about, row.unit_cost)


def _locations(rows: Sequence[ReceiptRow]) -> dict[str, Location]:
    codes = {row.location for row in rows} | {row.source for row in rows if row.source}
    return {one.code: one for one in Location.objects.filter(code__in=codes)}


def _nothing_to_convert() -> Converter:
    return Converter({}, {})


def refuse_odd_day(day: object) -> None:
    """Refuse (as Unusable) what is no date, and a year in which nobody expects anything."""
    if not isinstance(day, dt.date) or isinstance(day, dt.datetime):
        raise Unusable(_("This must be a date."))
    if not 2000 <= day.year <= 2099:
        raise Unusable(_("The year %(year)s cannot be meant.") % {"year": day.year})


def _refuse_too_many(supply: ExpectedSupply, quantity: Decimal, limit: Decimal) -> None:
    if supply.received + quantity > supply.quantity * limit:
        values = {
            "item": supply.item.code,
            "quantity": f"{supply.quantity.normalize():f}",
            "received": f"{supply.received.normalize():f}",
            "arrived": f"{quantity.normalize():f}",
        }
        raise TooManyReceived(
            _(
                "%(quantity)s of %(item)s were expected and %(received)s are here already; "
                "%(arrived)s more are too many. Change what is expected first."
            )
            % values
        )


def _write(supplies: Sequence[ExpectedSupply]) -> None:
    new = [one for one in supplies if one.pk is None]
    ExpectedSupply.objects.bulk_create(new)
    if len(new) < len(supplies):
        made = {id(one) for one in new}
        ExpectedSupply.objects.bulk_create(
            [one for one in supplies if id(one) not in made],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["quantity", "received", "due_on", "reference", "demand", "is_open"],
        )


def _record(
    fact: type[SuppliesExpected] | type[SuppliesReceived],
    supplies: Sequence[ExpectedSupply],
    by: User | None,
) -> None:
    items = sorted({one.item_id for one in supplies})
    few = len(supplies) <= MOST_NAMED
    entry = fact(
        expected_ids=[one.pk for one in supplies] if few else [],
        demands=sorted({one.demand for one in supplies if one.demand}),
        item_ids=items if len(items) <= MOST_NAMED else [],
    )
    journal.record(entry, about=_about(supplies), by=by)


def _about(supplies: Sequence[ExpectedSupply]) -> list[str]:
    names = sorted(
        {f"catalog.item:{one.item_id}" for one in supplies}
        | {one.demand for one in supplies if one.demand}
        | {f"inventory.expectedsupply:{one.pk}" for one in supplies}
    )
    return ["inventory", *(names if len(names) <= MOST_REFERRED else [])]
