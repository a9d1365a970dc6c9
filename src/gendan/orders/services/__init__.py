"""The verbs of the orders room, one file per family."""

from gendan.orders.services.amending import amend_order
from gendan.orders.services.amendments import Amendment, plan_amendment
from gendan.orders.services.checking import check_order
from gendan.orders.services.confirming import confirm_order, what_stands_in_the_way
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
from gendan.orders.services.readiness import Readiness, readiness_of
from gendan.orders.services.restoring import image_of, restore_order
from gendan.orders.services.reviewing import (
    ReviewRuleRow,
    install_review_rules,
    object_to_review,
    pass_review,
    refresh_reviews,
    save_review_rules,
    waive_review,
)
from gendan.orders.services.ruling import (
    OrderRuleRow,
    override_credit,
    override_rule,
    save_order_rules,
)
from gendan.orders.services.specifying import take_specification, tell_superseded
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
    "OrderRuleRow",
    "PromisedLine",
    "Readiness",
    "ReviewRuleRow",
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
    "install_review_rules",
    "object_to_review",
    "override_credit",
    "override_rule",
    "pass_review",
    "place_hold",
    "place_holds",
    "plan_amendment",
    "preview_checks",
    "readiness_of",
    "record_delivery",
    "record_forecast",
    "record_promise",
    "refresh_reviews",
    "refuse_if_held",
    "release_hold",
    "release_holds_of",
    "reserve_lines",
    "restore_order",
    "save_customer_items",
    "save_customer_price_lists",
    "save_order_rules",
    "save_review_rules",
    "take_specification",
    "tell_superseded",
    "unfollow_order",
    "unreserve_lines",
    "waive_review",
    "what_stands_in_the_way",
]
