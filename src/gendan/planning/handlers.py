"""Reactions of the planning room: a plan is asked for anew when what it rests on has changed."""

from gendan.catalog.events import (
    AlternatesSaved,
    BomsSaved,
    CalendarsSaved,
    ItemsSaved,
    LearningCurvesSaved,
    RoutingsSaved,
    UnitsSaved,
    WorkCentersSaved,
)
from gendan.inventory.events import (
    ExpectedDropped,
    LocationsSaved,
    LotsSaved,
    MoveReversed,
    ReservationsReleased,
    StockMoved,
    StockReserved,
    StockShipped,
    SuppliesExpected,
    SuppliesReceived,
)
from gendan.kernel.journal import DayStarted, Fact, listens
from gendan.kernel.models import Entry
from gendan.orders.events import (
    DeliveryRecorded,
    HoldPlaced,
    HoldReleased,
    OrderAmended,
    OrderCancelled,
    OrderClosed,
    OrderConfirmed,
    OrderPromised,
)
from gendan.orders.models import Stage
from gendan.partners.events import LanesSaved, PartnersSaved
from gendan.planning import jobs, services, shop_jobs
from gendan.planning.capacity_events import CapacityChanged, CrewsSaved, WorkOrderMoved
from gendan.planning.promise_events import RushPromised
from gendan.planning.services import sequencing
from gendan.production.events import (
    StepDone,
    StepReopened,
    WorkOrderBackOnPace,
    WorkOrderBehind,
)
from gendan.purchasing.events import (
    GoodsRejected,
    PurchaseRequestCancelled,
    PurchaseRequestReopened,
    PurchasesRequested,
)
from gendan.sourcing.events import (
    ClosingsSaved,
    QualificationOverlooked,
    QualificationsSaved,
    SourcesSaved,
)
from gendan.stocking.events import ForecastsMade, StockPoliciesSaved
from gendan.workforce.events import AbsencesSaved, PeopleSaved, ShiftsSaved

# Importing the jobs registers them.
__all__ = ["jobs", "plan_anew", "plan_the_new_day", "shop_jobs"]


@listens(
    *(OrderConfirmed, OrderAmended, OrderCancelled, OrderClosed, OrderPromised),
    DeliveryRecorded,
    *(SuppliesExpected, SuppliesReceived, ExpectedDropped),
    *(StockMoved, StockShipped, StockReserved, ReservationsReleased, MoveReversed),
    *(PurchasesRequested, PurchaseRequestCancelled, PurchaseRequestReopened),
    # Rejected where they lay nothing is moved, and yet they are not counted on any more.
    GoodsRejected,
    # What counts as stock (kind of place, expiry), and how long goods travel to the customer.
    *(LocationsSaved, LotsSaved, UnitsSaved, LanesSaved, PartnersSaved),
    *(ForecastsMade, StockPoliciesSaved),
    *(ItemsSaved, BomsSaved, AlternatesSaved, RoutingsSaved, CalendarsSaved, WorkCentersSaved),
    LearningCurvesSaved,
    # Who is asked first, and how long that one takes; prices change neither.
    *(SourcesSaved, ClosingsSaved, QualificationsSaved, QualificationOverlooked),
    *(CapacityChanged, CrewsSaved, WorkOrderMoved),
    *(StepDone, StepReopened),
    *(WorkOrderBehind, WorkOrderBackOnPace),
    *(AbsencesSaved, PeopleSaved, ShiftsSaved),
)
def plan_anew(fact: Fact, entry: Entry) -> None:
    services.ask_replan()


@listens(RushPromised, OrderConfirmed)
def keep_what_went_first(fact: RushPromised | OrderConfirmed, entry: Entry) -> None:
    """A draft that went first has its goods once it is confirmed."""
    services.keep_for_rush(order_id=fact.order_id)


@listens(HoldPlaced, HoldReleased)
def plan_what_may_begin(fact: HoldPlaced | HoldReleased, entry: Entry) -> None:
    """Production of an order waits for something, or no longer."""
    if fact.stage == Stage.PRODUCE:
        services.ask_replan()


@listens(DayStarted)
def plan_the_new_day(fact: DayStarted, entry: Entry) -> None:
    """Days pass: what was in time yesterday may be late today, and what was delivered is over."""
    services.resume_plan_runs()
    services.forget_turns()
    sequencing.resume_sequences()
    services.ask_replan()
