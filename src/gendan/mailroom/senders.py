"""Which supplier a mail is from, for which purchase order, and what is uncertain about that."""

from dataclasses import dataclass

from django.db.models import QuerySet

from gendan.mailroom.belonging import is_one_of
from gendan.mailroom.models import MailMessage
from gendan.partners.models import Contact
from gendan.purchasing.models import PurchaseOrder

_ORDER = f"{PurchaseOrder._meta.label_lower}:"


@dataclass(frozen=True)
class Sender:
    """The supplier a notice is taken for; `doubts` are codes of purchasing's `shipments`."""

    supplier_id: int
    purchase_order_id: int | None = None
    doubts: tuple[str, ...] = ()


def sender_of(message: MailMessage, order_number: str) -> Sender | None:
    """Whose notice a mail brings: by the order it names, the order it answers, its address.

    None for a mail that has to do with no supplier. Nothing of this is proof: whoever names one of
    our orders may have guessed it, so what is uncertain is told beside it.
    """
    named = _sent().filter(number=order_number).first() if order_number else None
    answered = _answered(message)
    order = named or answered
    supplier_id = order.supplier_id if order else _by_address(message.sender_address)
    if supplier_id is None:
        return None
    doubts = []
    if message.proof == "failed":
        doubts.append("sender_failed")
    elif not message.is_confirmed:
        doubts.append("sender_unproved")
    if not _is_of(message.sender_address, supplier_id):
        doubts.append("sender_unknown")
    return Sender(supplier_id, order.pk if order else None, tuple(doubts))


def supplier_of(message: MailMessage) -> int | None:
    """The supplier whose mail it is by the order it answers or by its address."""
    answered = _answered(message)
    return answered.supplier_id if answered else _by_address(message.sender_address)


def _sent() -> "QuerySet[PurchaseOrder]":
    return PurchaseOrder.objects.filter(version__gt=0)


def _answered(message: MailMessage) -> PurchaseOrder | None:
    keys = [name.removeprefix(_ORDER) for name in message.about if name.startswith(_ORDER)]
    return _sent().filter(pk__in=[int(key) for key in keys if key.isdecimal()]).first()


def _by_address(address: str) -> int | None:
    """The one supplier of whom somebody has this address."""
    rows = Contact.objects.filter(email__iexact=address, partner__is_supplier=True)
    found = set(rows.values_list("partner_id", flat=True)[:2]) if address else set()
    return found.pop() if len(found) == 1 else None


def _is_of(address: str, supplier_id: int) -> bool:
    contacts = Contact.objects.filter(partner=supplier_id).exclude(email="")
    return bool(address) and is_one_of(
        address.lower(), list(contacts.values_list("email", flat=True))
    )
