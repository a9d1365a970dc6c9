"""Tables of customer orders, by what they are for; everything is imported from here."""

from gendan.orders.models.choices import (
    BASIS_OF_INCOTERM,
    Basis,
    Channel,
    OrderState,
    Stage,
    Verdict,
)
from gendan.orders.models.core import (
    DateChange,
    Delivery,
    Hold,
    Instalment,
    Line,
    LineCheck,
    LinePromise,
    Order,
    OrderQuerySet,
    Promise,
    TeamMember,
    Version,
    open_quantity,
)
from gendan.orders.models.customers import CustomerItem, CustomerPriceList

__all__ = [
    "BASIS_OF_INCOTERM",
    "Basis",
    "Channel",
    "CustomerItem",
    "CustomerPriceList",
    "DateChange",
    "Delivery",
    "Hold",
    "Instalment",
    "Line",
    "LineCheck",
    "LinePromise",
    "Order",
    "OrderQuerySet",
    "OrderState",
    "Promise",
    "Stage",
    "TeamMember",
    "Verdict",
    "Version",
    "open_quantity",
]
