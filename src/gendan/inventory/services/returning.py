"""Goods that were received and went back: what is expected of them again, and what is not."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from gendan.inventory.events import SuppliesExpected
from gendan.inventory.models import ExpectedSupply
from gendan.inventory.services.supplies import _locked, _record, _write
from gendan.kernel.models import User
from gendan.kernel.service import service


@service
def unreceive(
    *, quantities: Mapping[int, Decimal], due_on: dt.date | None, by: User | None
) -> list[ExpectedSupply]:
    """These quantities of expected supplies went back: they have not been received after all.

    With a day they are expected again for it (a supply that is still open keeps its own day);
    without one nothing more is expected for them.
    """
    supplies = _locked(list(quantities))
    for pk, quantity in quantities.items():
        one = supplies[pk]
        if due_on is not None:
            one.quantity = max(one.quantity, one.received)
            one.due_on = one.due_on if one.is_open else due_on
            one.is_open = True
        elif one.is_open:
            one.is_open = one.quantity - quantity > one.received - quantity
            one.quantity = max(one.quantity - quantity, one.received - quantity) or one.quantity
        one.received -= min(quantity, one.received)
    _write(list(supplies.values()))
    _record(SuppliesExpected, list(supplies.values()), by)
    return list(supplies.values())
