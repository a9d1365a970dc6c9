"""How much to keep and how much to order: safety stock, limits, lot sizes, classes, the curve.

Pure formulas on plain numbers. Time is in any one unit (months here): demand, its spread, lead
times and holding costs of one call are all meant in that unit.
"""

from gendan.engine.stocking.classes import AbcXyz, classify
from gendan.engine.stocking.curve import CurvePoint, stock_curve
from gendan.engine.stocking.limits import Limits, Wanted, limits_for
from gendan.engine.stocking.lots import (
    eoq,
    eoq_with_backorders,
    eoq_with_breaks,
    epq,
    silver_meal,
    wagner_whitin,
)
from gendan.engine.stocking.safety import (
    cycle_service_z,
    fill_rate_z,
    lead_time_spread,
    newsvendor,
    normal_loss,
    reorder_point,
    safety_stock,
)

__all__ = [
    "AbcXyz",
    "CurvePoint",
    "Limits",
    "Wanted",
    "classify",
    "cycle_service_z",
    "eoq",
    "eoq_with_backorders",
    "eoq_with_breaks",
    "epq",
    "fill_rate_z",
    "lead_time_spread",
    "limits_for",
    "newsvendor",
    "normal_loss",
    "reorder_point",
    "safety_stock",
    "silver_meal",
    "stock_curve",
    "wagner_whitin",
]
