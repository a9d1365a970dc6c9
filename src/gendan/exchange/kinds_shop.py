"""The kinds of sheets about the shop floor: work orders, set-ups, capacity by day, crews, goals."""

from gendan.exchange.kind import Kind
from gendan.exchange.purchase_sheets import lines_said
from gendan.exchange.work_sheets import WorkRow, take_work_orders
from gendan.planning import models, services
from gendan.planning.services import keeping
from gendan.production.models import WorkOrder
from gendan.production.services import firm_work_orders

SHOP_KINDS = (
    Kind(
        "work_orders",
        "Work orders",
        "工单",
        WorkRow,
        firm_work_orders,
        WorkOrder,
        take=take_work_orders,
        where={"state__in": WorkOrder.OPEN},
        shows={"demands": lines_said},
        examples=(
            {
                "item": "A-100",
                "quantity": 500,
                "starts_on": "2026-12-01",
                "due_on": "2026-12-10",
                "demands": "SO26-0001 / 1",
            },
        ),
    ),
    Kind(
        "setup_times",
        "Set-up times",
        "换产时间",
        keeping.SetupTimeRow,
        keeping.save_setup_times,
        models.SetupTime,
        examples=(
            {"work_center": "PAINT", "from_family": "black", "to_family": "white", "minutes": 45},
            {"work_center": "PAINT", "to_family": "black", "minutes": 15},
        ),
    ),
    Kind(
        "capacity_changes",
        "Changes of capacity",
        "产能调整",
        services.CapacityChangeRow,
        services.save_capacity_changes,
        models.CapacityChange,
        examples=(
            {
                "work_center": "SEW-1",
                "kind": "overtime",
                "from_on": "2026-12-05",
                "until_on": "2026-12-06",
                "minutes": 240,
                "on_days_off": "yes",
                "reason": "Rush order",
            },
        ),
    ),
    Kind(
        "crews",
        "Crews",
        "班组",
        services.CrewRow,
        services.save_crews,
        models.Crew,
        examples=({"work_center": "SEW-1", "department": "SEW", "skill": "overlock", "people": 2},),
    ),
    Kind(
        "production_goals",
        "Production goals",
        "生产目标",
        services.ProductionGoalRow,
        services.save_production_goals,
        models.ProductionGoal,
        examples=(
            {"period": "month", "starts_on": "2026-12-01", "family": "TEE", "quantity": 50000},
            {"period": "week", "starts_on": "2026-12-07", "value": 900000},
        ),
    ),
)
