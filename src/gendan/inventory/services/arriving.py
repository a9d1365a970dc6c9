"""What comes from suppliers is held for a verdict, by whatever way, unless its item says not."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.inventory.events import ArrivalRuleSet
from gendan.inventory.models import ArrivalRule, ExpectedSupply, Location
from gendan.inventory.queries.arriving import uninspected_items
from gendan.kernel import clock, journal
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.rows import Problems
from gendan.kernel.service import service

Kind = Location.Kind
LONGEST_REASON = 200


@service(gettext_lazy("Set whether deliveries are inspected"))
def set_arrival_inspection(
    *, item_id: int, is_inspected: bool, reason: str = "", by: User | None
) -> Item:
    """Say that deliveries of an item need no verdict (with a reason), or that they do again."""
    item = Item.objects.select_for_update(of=("self",)).filter(pk=item_id).first()
    if item is None:
        raise NotThere(_("There is no such item."), field="item_id")
    reason = " ".join(reason.split())[:LONGEST_REASON]
    rules = ArrivalRule.objects.filter(item=item)
    if is_inspected is not rules.exists():
        raise Invalid(_("It is so already."), field="is_inspected")
    if is_inspected:
        rules.delete()
    elif not reason:
        raise Invalid(_("Say why its deliveries need no verdict."), field="reason")
    else:
        ArrivalRule.objects.create(item=item, reason=reason, at=clock.now(), by=by)
    fact = ArrivalRuleSet(item_id=item.pk, item=item.code, is_inspected=is_inspected, reason=reason)
    journal.record(fact, about=["inventory", item], by=by)
    return item


@service
def buy_supplies(*, papers: Mapping[int, str], by: User | None) -> None:
    """These expected goods come with purchase orders: only a receipt takes them in. One query an
    order."""
    for paper in set(papers.values()):
        ids = [pk for pk, one in papers.items() if one == paper]
        ExpectedSupply.objects.filter(pk__in=ids).update(comes_with=paper[:80])


class Arriving(NamedTuple):
    """A row that would take goods of a supplier into a place of ours."""

    row: int
    item: Item
    place: Location
    field: str


def refuse_past_verdict(rows: Sequence[Arriving], problems: Problems) -> None:
    """Note where goods of suppliers would lie in the store without a verdict: 1 query at most."""
    odd = [one for one in rows if one.place.kind != Kind.QUALITY]
    skipped = uninspected_items({one.item.pk for one in odd})
    for one in odd:
        if one.item.pk not in skipped:
            problems.add(
                one.row,
                one.field,
                _(
                    "Goods of %(item)s from suppliers are held for a verdict: take them into a "
                    "place of the kind “quality hold”, not into %(place)s."
                )
                % {"item": one.item.code, "place": one.place.code},
            )


def is_leaving_hold(source: Location, target: Location) -> bool:
    """Whether a move takes goods out of quality hold into another place of ours."""
    return source.kind == Kind.QUALITY and target.is_own and target.kind != Kind.QUALITY


def may_decide(by: User | None) -> bool:
    """Whether somebody decides about what is held (nobody: the house itself)."""
    return by is None or by.may_do("set_arrival_inspection")
