"""The rules of limits: who hears that stock is outside of them, and that forecasts failed."""

from django.utils.translation import gettext_lazy as _

from gendan.notices.shipped import NOW, Shipped

STOCKING = (
    Shipped(
        fact="StockBelowMinimum",
        title=_("Stock below its minimum"),
        know=("role:planner", "role:buyer"),
        channels=NOW,
    ),
    Shipped(
        fact="StockAboveMaximum",
        title=_("Stock above its maximum"),
        know=("role:planner",),
        importance="low",
    ),
    Shipped(
        fact="ForecastsFailed", title=_("Forecasts failed"), know=("role:planner",), channels=NOW
    ),
)
