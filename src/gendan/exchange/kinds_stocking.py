"""The kind of sheet about limits of stock."""

from gendan.exchange.kind import Kind
from gendan.stocking import models, services

STOCKING_KINDS = (
    Kind(
        "stock_policies",
        "Stock policies",
        "库存策略",
        services.PolicyRow,
        services.save_stock_policies,
        models.StockPolicy,
        examples=(
            {
                "item": "M-1",
                "method": "min_max",
                "service_percent": 95,
                "minimum": 200,
                "maximum": 800,
            },
            {"item": "M-2", "method": "planned", "service_percent": 98, "uses_forecast": True},
        ),
    ),
)
