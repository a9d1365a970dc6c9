"""Makers of what suppliers may supply and at which price, through verbs."""

import datetime as dt
from typing import Any

from gendan.sourcing import services
from gendan.sourcing.models import Qualification, Source, SourcePrice, SupplierClosing
from gendan.testing.make.masters import Number, decimal

LONG_AGO = dt.date(2020, 1, 1)


def source(
    supplier: str = "S-1",
    item: str = "A-1",
    price: Number | None = None,
    *,
    breaks: dict[int, Number] | None = None,
    from_on: dt.date = LONG_AGO,
    **values: Any,
) -> Source:
    """A supplier on the approved list of an item; with a price, or prices by quantity."""
    for name in ("minimum", "multiple", "weekly_capacity", "freight_percent", "duty_percent"):
        if name in values:
            values[name] = decimal(values[name])
    row = services.SourceRow(supplier, item, **values)
    made = services.save_sources(rows=[row], by=None)[0]
    wanted = breaks or ({} if price is None else {0: price})
    if wanted:
        prices(supplier, item, wanted, from_on=from_on)
    return made


def prices(
    supplier: str, item: str, breaks: dict[int, Number], *, from_on: dt.date = LONG_AGO
) -> list[SourcePrice]:
    """Prices by quantity from a day on."""
    rows = [
        services.SourcePriceRow(supplier, item, from_on, decimal(start), decimal(price))
        for start, price in breaks.items()
    ]
    return services.save_source_prices(rows=rows, by=None)


def closing(supplier: str, first_on: dt.date, last_on: dt.date) -> SupplierClosing:
    """Days on which a supplier does not work."""
    rows = [services.ClosingRow(supplier, first_on, last_on, "holiday")]
    return services.save_supplier_closings(rows=rows, by=None)[0]


def qualification(supplier: str, number: str = "Q-1", **values: Any) -> Qualification:
    """A document of a supplier: its quality certificate, unless said otherwise."""
    kept: dict[str, Any] = {"kind": "quality"} | values
    rows = [services.QualificationRow(supplier, number=number, **kept)]
    return services.save_qualifications(rows=rows, by=None)[0]
