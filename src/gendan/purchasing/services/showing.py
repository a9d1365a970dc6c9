"""Another link to a supplier's page, shown to one of us: to send on, or to see what it sees."""

from django.utils.translation import gettext_lazy

from gendan.kernel import company, journal
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.addressees import Recipient
from gendan.purchasing.events import SupplierLinkShown
from gendan.purchasing.services.sending import new_link, open_sending
from gendan.purchasing.services.sharing import (
    about_of,
    lines_of,
    locked_purchase_order,
    said_of,
)

LONGEST_NAME = 80


@service(gettext_lazy("Show a link for the supplier"))
def show_supplier_link(*, purchase_order_id: int, by: User | None) -> tuple[str, str]:
    """(address, last day) of a further link to the page on which the order is answered.

    Its address is given back this once; the link keeps only what proves it, and the page that
    shows it keeps the address in the session of whoever asked until it was shown. What is answered
    by it names who had it made, so that it is told apart from the link the supplier was sent; the
    end of the version ends it as well.
    """
    order = locked_purchase_order(purchase_order_id)
    order.step("show_supplier_link")
    sending = open_sending(order)
    name = f"{sending.to_name} ({by})" if by is not None else sending.to_name
    to = Recipient(name[:LONGEST_NAME], sending.to_email, sending.language)
    _link, token, until = new_link(order, sending.sha256, to, by)
    lines = lines_of(order)
    fact = SupplierLinkShown(**said_of(order, lines), valid_until=until.isoformat())
    journal.record(fact, about=about_of(order, lines), by=by)
    return company.public_url(f"/l/{token}/"), until.isoformat()
