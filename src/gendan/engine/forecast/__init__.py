"""Forecasts of demand: the best method by back-test, how far it is off, what orders consume.

`forecast(history, horizon)` takes what went out period by period (months, the oldest first) and
gives a frozen `Forecast`: the mean of each period to come, the spread of its error, and the spread
of the error of sums, which is what a lead time needs. Nothing it is given makes it fail: what could
not be taken as it is stands in `notes`.
"""

from gendan.engine.forecast.choose import Forecast, forecast
from gendan.engine.forecast.consume import consume
from gendan.engine.forecast.lead_time import over_lead_time
from gendan.engine.forecast.library import is_library_installed

__all__ = ["Forecast", "consume", "forecast", "is_library_installed", "over_lead_time"]
