"""Reactions of the stocking room: alarms follow the stock, forecasts follow the months."""

from gendan.inventory.events import MoveReversed, StockMoved, StockShipped, SuppliesReceived
from gendan.kernel.journal import DayStarted, listens
from gendan.kernel.models import Entry
from gendan.stocking import jobs, services

__all__ = ["forecast_the_new_month", "jobs", "watch"]  # importing the jobs registers them


@listens(StockMoved, StockShipped, MoveReversed, SuppliesReceived)
def watch(fact: StockMoved | StockShipped | MoveReversed | SuppliesReceived, entry: Entry) -> None:
    services.watch_limits(item_ids=fact.item_ids)


@listens(DayStarted)
def forecast_the_new_month(fact: DayStarted, entry: Entry) -> None:
    services.resume_forecast_runs()
    services.ask_monthly_forecasts()
    services.watch_limits()
