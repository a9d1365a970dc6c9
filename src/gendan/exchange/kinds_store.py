"""The kinds of sheets about the value of stock and who gets it first."""

from django.db.models import Value

from gendan.exchange.kind import Kind
from gendan.exchange.purchase_sheets import lines_said
from gendan.exchange.store_sheets import (
    DemandRow,
    LandedRow,
    papers_said,
    take_landed_costs,
    take_ranks,
    take_standards,
)
from gendan.inventory import models, services

STORE_KINDS = (
    Kind(
        "standard_costs",
        "How stock is valued",
        "库存计价方法",
        services.StandardRow,
        services.save_standard_costs,
        models.ItemValue,
        take=take_standards,
        examples=(
            {"item": "M-1", "method": "standard", "standard": "1.35"},
            {"item": "M-2", "method": "average"},
        ),
    ),
    Kind(
        "landed_costs",
        "Landed costs",
        "附加成本",
        LandedRow,
        services.add_landed_cost,
        models.LandedCost,
        take=take_landed_costs,
        paths={"reason": Value("")},  # why it is so much stands with what it did to the values
        shows={"about": papers_said},
        examples=(
            {
                "about": "GR26-0001",
                "kind": "freight",
                "reference": "DHL-5512",
                "basis": "weight",
                "amount": 350,
                "currency": "USD",
            },
        ),
    ),
    Kind(
        "demand_ranks",
        "Who gets stock first",
        "用料优先级",
        DemandRow,
        services.rank_demands,
        models.DemandRank,
        take=take_ranks,
        shows={"demand": lines_said},
        examples=({"demand": "SO26-0001 / 1", "rank": 1},),
    ),
)
