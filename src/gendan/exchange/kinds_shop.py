"""The kind of sheet about set-ups of machines."""

from gendan.exchange.kind import Kind
from gendan.planning import models
from gendan.planning.services import keeping

SHOP_KINDS = (
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
)
