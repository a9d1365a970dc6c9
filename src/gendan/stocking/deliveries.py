"""How goods come: how long each item takes, and how far its deliveries stray from the day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from gendan.catalog.queries import calendar
from gendan.kernel import clock
from gendan.purchasing.lead_spreads import LeadSpread, lead_spreads
from gendan.sourcing.lead_times import LeadTimes, lead_times


@dataclass(frozen=True)
class Deliveries:
    """Lead times of the sources that are asked first, and spreads by item id where known."""

    times: LeadTimes = field(default_factory=LeadTimes)
    spreads: Mapping[int, LeadSpread] = field(default_factory=dict)


def deliveries(item_ids: Collection[int] | None = None) -> Deliveries:
    """Of these items (all, unless said): some 20 queries, whatever their number."""
    times = lead_times(clock.today(), calendar(None), item_ids)
    return Deliveries(times, lead_spreads(item_ids))
