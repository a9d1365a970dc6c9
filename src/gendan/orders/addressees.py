"""To whom of the customer a mail about an order goes, and in which language it is written."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gendan.kernel import mail
from gendan.kernel.cleaners import Unusable, clean_line
from gendan.kernel.errors import Invalid
from gendan.orders.models import Order
from gendan.partners.models import Contact
from gendan.partners.queries import main_contacts

CHINESE, ENGLISH = "zh-hans", "en"
LONGEST_NAME = 80


@dataclass(frozen=True)
class Recipient:
    """A person of the customer; `email` is empty where none is known."""

    name: str
    email: str
    language: str


def recipient_of(order: Order) -> Recipient:
    """The order's contact, else the customer's main one (2 queries unless selected before)."""
    contact: Contact | None = order.contact
    if contact is None or not contact.email:
        contact = main_contacts([order.customer_id]).get(order.customer_id, contact)
    return Recipient(
        name=contact.name if contact else "",
        email=contact.email if contact else "",
        language=written_language(order.customer.language),
    )


def written_language(language: str) -> str:
    """Chinese for those who read it, English for everybody else."""
    return CHINESE if language.lower().startswith("zh") else ENGLISH


def read_recipient(order: Order, *, email: str, name: str, language: str) -> Recipient:
    """What was given, and for what was left empty the order's own; raises Invalid."""
    return given_or_known(recipient_of(order), email=email, name=name, language=language)


def given_or_known(known: Recipient, *, email: str, name: str, language: str) -> Recipient:
    """What was given, and for what was left empty what is known; raises Invalid."""
    try:
        name = clean_line(name)
        email = clean_line(email)
    except Unusable as problem:
        raise Invalid(str(problem), field="name") from problem
    if len(name) > LONGEST_NAME:
        raise Invalid(
            _("This text is longer than %(limit)s characters.") % {"limit": LONGEST_NAME},
            field="name",
        )
    if language and language not in (CHINESE, ENGLISH):
        raise Invalid(_("Gendan speaks Chinese and English only."), field="language")
    if email:
        try:
            email = mail.read_address(email)
        except Invalid as refused:
            raise Invalid(refused.message, field="email") from None
    is_known = not email or email == known.email
    return Recipient(
        name=name or (known.name if is_known else ""),
        email=email or known.email,
        language=language or known.language,
    )


def refuse_without_address(recipient: Recipient) -> None:
    """Raise Invalid where a mail must go and nobody knows where."""
    if not recipient.email:
        raise Invalid(_("No e-mail address of the customer is known; give one."), field="email")
