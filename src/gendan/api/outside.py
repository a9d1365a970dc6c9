"""What somebody of a customer or supplier may ask of the API, and what they read of an order."""

from django.utils.translation import gettext as _

from gendan.api.orders_schemas import OrderOut
from gendan.kernel.errors import NotThere
from gendan.kernel.models import User
from gendan.orders.models import Order

# Everything else is our own business: checks with margins, holds, credit, promises with their
# reasons, versions, forecasts, stock, masters. What is new stays closed until it is named here.
OPEN = frozenset(
    {
        "acknowledge_notices",
        "attach_to_order",
        "board",
        "comment_on_order",
        "get_order",
        "list_api_tokens",
        "list_notices",
        "list_orders",
        "me",
        "revoke_api_token",
        "set_preferences",
        "today",
        "today_counts",
    }
)


def refuse_inside(user: User | None, operation: str) -> None:
    """For somebody not of the house an operation that is not theirs is not there (404)."""
    if user is not None and operation not in OPEN and not user.is_of_the_house:
        raise NotThere(_("There is no such thing, or none that you may see."))


def row_for_outside(order: Order) -> Order:
    """An order in a list as its customer reads it (never saved): agreed dates, none expected."""
    order.forecast_on = order.merchandiser = None
    return order


def order_for_outside(order: Order) -> OrderOut:
    """An order as its customer reads it: without verdicts, margins, forecasts and our remarks."""
    found = OrderOut.from_orm(order)
    found.forecast_on = found.merchandiser_id = None
    found.remark = found.end_reason = ""
    for line in found.lines:
        line.checks = []
        line.forecast_on = None
    return found
