"""What must always be true of change orders; each broken rule is told in a sentence."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, Sum

from gendan.changes.models import OPEN, ChangeOrder, ChangeState
from gendan.inventory.models import Reservation
from gendan.orders.demands import line_id_of
from gendan.orders.models import Line, OrderState, Version

MOST_TOLD = 20


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 5 queries."""
    return [
        *_accepted_changes_have_their_versions(),
        *_undone_changes_have_theirs(),
        *_ended_orders_wait_for_nothing(),
        *_nothing_is_kept_beyond_the_need(),
    ]


def _accepted_changes_have_their_versions() -> list[str]:
    version = Version.objects.filter(order=OuterRef("order"), number=OuterRef("version"))
    wrong = ChangeOrder.objects.filter(state__in=(ChangeState.ACCEPTED, ChangeState.UNDONE)).filter(
        ~Exists(version) | Q(decided_at=None) | Q(undo=None)
    )
    return [f"{one.number}: carried through without a version" for one in wrong[:MOST_TOLD]]


def _undone_changes_have_theirs() -> list[str]:
    """The version an undo made is the version before the change."""
    told = []
    undone = ChangeOrder.objects.filter(state=ChangeState.UNDONE).order_by("-pk")[:500]
    wanted = [
        (one.order_id, number) for one in undone for number in (one.version, one.undo_version)
    ]
    numbers = {number for _order, number in wanted if number} | {
        number - 1 for _order, number in wanted if number
    }
    rows = Version.objects.filter(
        order__in={order for order, _number in wanted}, number__in=numbers
    )
    snapshots = {(row.order_id, row.number): row.snapshot for row in rows}
    for one in undone:
        if one.version is None or one.undo_version is None:
            told.append(f"{one.number}: undone without a version")
            continue
        was = snapshots.get((one.order_id, one.version - 1))
        now = snapshots.get((one.order_id, one.undo_version))
        if was is None or now is None or was["lines"] != now["lines"]:
            told.append(f"{one.number}: undone, but the order is not what it was")
    return told[:MOST_TOLD]


def _ended_orders_wait_for_nothing() -> list[str]:
    """Reactions void them; those of an order that ended a moment ago may still stand."""
    wrong = ChangeOrder.objects.filter(
        state__in=OPEN, order__state__in=(OrderState.CLOSED, OrderState.CANCELLED)
    )
    return [f"{one.number}: open on an order that has ended" for one in wrong[:MOST_TOLD]]


def _nothing_is_kept_beyond_the_need() -> list[str]:
    """Stock kept for a line that a change has touched is at most what the line still needs."""
    kept: dict[int, Decimal] = defaultdict(Decimal)
    rows = Reservation.objects.values_list("demand")
    for demand, quantity in rows.annotate(Sum("quantity")):
        if (line_id := line_id_of(demand)) is not None:
            kept[line_id] += quantity
    changed = Line.objects.filter(pk__in=kept, order__version__gt=1).annotate(
        need=F("quantity") - F("delivered")
    )
    return [
        f"line {pk}: {kept[pk]} are kept, {need} are needed"
        for pk, need in changed.values_list("pk", "need")
        if kept[pk] > max(need, Decimal(0))
    ][:MOST_TOLD]
