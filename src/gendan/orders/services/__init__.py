"""The verbs of the orders room, one file per family."""

from gendan.orders.services.amending import amend_order
from gendan.orders.services.amendments import Amendment, plan_amendment
from gendan.orders.services.checking import check_order
from gendan.orders.services.confirming import confirm_order
from gendan.orders.services.customers import (
    CustomerItemRow,
    CustomerPriceListRow,
    save_customer_items,
    save_customer_price_lists,
)
from gendan.orders.services.delivering import (
    DeliveredLine,
    record_delivery,
    reserve_lines,
    unreserve_lines,
)
from gendan.orders.services.drafting import draft_order, edit_order
from gendan.orders.services.ending import cancel_order, close_order
from gendan.orders.services.handing import hand_over_orders
from gendan.orders.services.holding import (
    HoldData,
    place_hold,
    place_holds,
    refuse_if_held,
    release_hold,
    release_holds_of,
)
from gendan.orders.services.previewing import preview_checks
from gendan.orders.services.promising import PromisedLine, record_forecast, record_promise
from gendan.orders.services.restoring import image_of, restore_order
from gendan.orders.services.talking import (
    attach_to_order,
    comment_on_order,
    follow_order,
    unfollow_order,
)

__all__ = [
    "Amendment",
    "CustomerItemRow",
    "CustomerPriceListRow",
    "DeliveredLine",
    "HoldData",
    "PromisedLine",
    "amend_order",
    "attach_to_order",
    "cancel_order",
    "check_order",
    "close_order",
    "comment_on_order",
    "confirm_order",
    "draft_order",
    "edit_order",
    "follow_order",
    "hand_over_orders",
    "image_of",
    "place_hold",
    "place_holds",
    "plan_amendment",
    "preview_checks",
    "record_delivery",
    "record_forecast",
    "record_promise",
    "refuse_if_held",
    "release_hold",
    "release_holds_of",
    "reserve_lines",
    "restore_order",
    "save_customer_items",
    "save_customer_price_lists",
    "unfollow_order",
    "unreserve_lines",
]
