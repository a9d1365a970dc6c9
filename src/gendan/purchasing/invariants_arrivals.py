"""What must always be true of goods on their way: exceptions, ship notices, parts of lines."""

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q

from gendan.purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseRequest,
    RequestForQuotation,
    ShipNotice,
    ShipNoticeLine,
    SupplyException,
)

MOST_TOLD = 20
_STARTED = (PurchaseOrder, PurchaseRequest, RequestForQuotation)


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. At most 12 queries."""
    return [*_exceptions(), *_started(), *_notices(), *_parts()]


def _exceptions() -> list[str]:
    states = SupplyException.State
    rows = SupplyException.objects.select_related("line__order")
    undecided = rows.filter(state=states.DECIDED).filter(Q(choice="") | Q(decided_at=None))
    unended = rows.filter(state=states.DONE, ended_at=None)
    ended = rows.filter(state__in=SupplyException.ALIVE, ended_at__isnull=False)
    unsent = rows.filter(line__order__version=0)
    return [
        *_told("supply exception {} is decided, nobody knows for what", undecided),
        *_told("supply exception {} is done since nobody knows when", unended),
        *_told("supply exception {} has ended and is not done", ended),
        *_told("supply exception {} is about goods nobody has ordered", unsent),
    ]


def _started() -> list[str]:
    """What a decision has started is there."""
    rows = SupplyException.objects.exclude(started="").values_list("pk", "started")
    wanted: dict[str, dict[int, int]] = {}
    for pk, name in rows:
        label, _colon, key = name.partition(":")
        wanted.setdefault(label, {})[int(key)] = pk
    wrong = []
    for model in _STARTED:
        keys = wanted.get(model._meta.label_lower, {})
        if keys:
            there = set(model._default_manager.filter(pk__in=keys).values_list("pk", flat=True))
            lost = [pk for key, pk in keys.items() if key not in there]
            wrong += [f"supply exception {pk} has started what is not there" for pk in lost]
    return wrong[:MOST_TOLD]


def _notices() -> list[str]:
    states = ShipNotice.State
    lines = ShipNoticeLine.objects.filter(notice=OuterRef("pk"))
    empty = ShipNotice.objects.filter(~Exists(lines))
    for_nothing = ShipNotice.objects.filter(
        ~Exists(lines.filter(order_line__isnull=False)), state=states.ACCEPTED
    )
    undecided = ShipNotice.objects.exclude(state=states.OPEN).filter(decided_at=None)
    unsaid = ShipNotice.objects.filter(state=states.REFUSED, reason="")
    strange = ShipNoticeLine.objects.exclude(order_line=None).exclude(
        order_line__order__supplier=F("notice__supplier")
    )
    return [
        *_told("ship notice {} has no lines", empty),
        *_told("ship notice {} is accepted and brings nothing that was ordered", for_nothing),
        *_told("ship notice {} is decided since nobody knows when", undecided),
        *_told("ship notice {} is refused without a reason", unsaid),
        *_told("{} is of another supplier than its order", strange.select_related("notice")),
    ]


def _parts() -> list[str]:
    parts = PurchaseOrderLine.objects.filter(part_of__isnull=False).select_related("order")
    astray = parts.filter(~Q(part_of__order=F("order")) | ~Q(part_of__item=F("item")))
    nested = parts.filter(part_of__part_of__isnull=False)
    return [
        *_told("{} is a part of a line of something else", astray),
        *_told("{} is a part of a part", nested),
    ]


def _told(words: str, rows: Iterable[object]) -> list[str]:
    found = rows[:MOST_TOLD]  # type: ignore[index]
    return [words.format(one) for one in found]
