"""To whom of the supplier mails about a purchase order go."""

from django.utils.translation import gettext as _

from gendan.kernel.errors import Invalid
from gendan.orders.addressees import Recipient, given_or_known, written_language
from gendan.partners.queries import main_contacts
from gendan.purchasing.models import PurchaseOrder, PurchaseSending


def recipient_of(
    order: PurchaseOrder, *, email: str = "", name: str = "", language: str = ""
) -> Recipient:
    """What was given, else whom the order was sent to before, else the supplier's main contact."""
    last = PurchaseSending.objects.filter(order=order).order_by("-pk").first()
    if last is not None:
        known = Recipient(last.to_name, last.to_email, last.language)
    else:
        contact = main_contacts([order.supplier_id]).get(order.supplier_id)
        known = Recipient(
            contact.name if contact else "",
            contact.email if contact else "",
            written_language(order.supplier.language),
        )
    found = given_or_known(known, email=email, name=name, language=language)
    if not found.email:
        raise Invalid(_("No e-mail address of the supplier is known; give one."), field="email")
    return found
