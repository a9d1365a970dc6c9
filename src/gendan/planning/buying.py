"""What the live plan wants bought and nobody has firmed yet, for the purchase plan."""

import datetime as dt

from gendan.planning.models import PlannedOrder
from gendan.planning.queries import live_run
from gendan.planning.tracing import lines_served
from gendan.purchasing.purchase_plan import MOST_NEEDS, Wanted

BOUGHT = (PlannedOrder.Kind.BUY, PlannedOrder.Kind.OUTSOURCE)


def planned_purchases(until: dt.date | None = None, most: int = MOST_NEEDS) -> list[Wanted]:
    """Planned orders of the live plan that are bought, the most pressing first.

    Three queries, and one for each level between them and the order lines they serve.
    """
    run = live_run()
    if run is None:
        return []
    rows = PlannedOrder.objects.filter(run=run, kind__in=BOUGHT, state=PlannedOrder.State.PLANNED)
    if until is not None:
        rows = rows.filter(release_on__lte=until)
    orders = list(rows.order_by("release_on", "pk")[:most])
    served = lines_served(orders)
    return [
        Wanted(
            "planned",
            one.pk,
            run.number,
            one.item_id,
            one.quantity,
            one.due_on,
            one.release_on,
            tuple(served.get(one.pk, ())),
        )
        for one in orders
    ]
