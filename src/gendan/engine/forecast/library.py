"""Methods of statsforecast (requirements/forecast.txt): loaded only when a forecast is calculated.

Loading takes seconds and much memory, so only workers do it.
"""

import functools
import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

from gendan.engine.forecast.history import Floats

Method = Callable[[Floats, int], Floats]


def is_library_installed() -> bool:
    """Whether requirements/forecast.txt is installed; without it only plain methods compete."""
    return importlib.util.find_spec("statsforecast") is not None


@functools.cache
def smooth_methods() -> dict[str, Method]:
    """Exponential smoothing, damped trend and Theta, for histories without their season."""
    from statsforecast.models import AutoETS, Theta

    return {
        "exponential": _by(AutoETS(season_length=1, model="ANN")),
        "damped_trend": _by(AutoETS(season_length=1, model="AAN", damped=True)),
        "theta": _by(Theta(season_length=1)),
    }


@functools.cache
def intermittent_methods() -> dict[str, Method]:
    """For demand with many empty periods: by smoothing, and by joining periods."""
    from statsforecast.models import ADIDA, IMAPA, TSB, CrostonOptimized, CrostonSBA

    return {
        "croston": _by(CrostonOptimized()),
        "sba": _by(CrostonSBA()),
        "tsb": _by(TSB(alpha_d=0.2, alpha_p=0.2)),
        "tsb_slow": _by(TSB(alpha_d=0.1, alpha_p=0.1)),
        "adida": _by(ADIDA()),
        "imapa": _by(IMAPA()),
    }


def _by(model: Any) -> Method:
    def method(values: Floats, horizon: int) -> Floats:
        found = model.forecast(y=values, h=horizon)["mean"]
        return np.asarray(found, dtype=np.float64)

    return method
