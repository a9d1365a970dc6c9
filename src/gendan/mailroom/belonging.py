"""What a mail belongs to: the mail of ours it answers, the documents that one was about."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.apps import apps
from django.conf import settings

from gendan.intake.models import Draft, Incoming
from gendan.kernel import company
from gendan.kernel.journal import ref
from gendan.kernel.mail import thread_id
from gendan.kernel.models import Mail
from gendan.mailroom.heads import Head
from gendan.mailroom.models import Mailbox
from gendan.orders.models import Order
from gendan.partners.models import Contact

# Whoever writes from here shares the domain with strangers.
SHARED_DOMAINS = frozenset(
    {
        "126.com", "139.com", "163.com", "aliyun.com", "foxmail.com", "gmail.com", "gmx.de",
        "googlemail.com", "hotmail.com", "icloud.com", "live.com", "mail.ru", "outlook.com",
        "proton.me", "qq.com", "sina.com", "sohu.com", "vip.qq.com", "web.de", "yahoo.com",
        "yandex.ru", "yeah.net",
    }
)  # fmt: skip
_ROOT = re.compile(r"<([a-z_]+\.[a-z_]+)-(\d{1,18})@[^<>@]+>")
_NUMBERS = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{3,58}[A-Za-z0-9]")


@dataclass(frozen=True)
class Belonging:
    """The documents a mail belongs to, their order if there is one, and the mail it answers."""

    documents: tuple[str, ...]
    order: Order | None
    answered: Mail | None = None


def belonging_of(head: Head) -> Belonging | None:
    """What a mail answers; None when it answers nothing of ours that it could know of.

    Our message ids hold a random word: who names one has got the mail. The root of a thread can be
    guessed; it counts only for somebody we write to about the document, or of its customer.
    """
    mail = mail_of(head.references)
    if mail is not None:
        return _of_document(mail.about, mail)
    for found in head.references:
        known = _ROOT.fullmatch(found)
        if known is None:
            continue
        name = f"{known[1]}:{known[2]}"
        if thread_id(name).lower() == found.lower():
            belonging = _of_document(name, None)
            if belonging and _is_known_there(head.sender_address, name, belonging.order):
                return belonging
    return None


def mail_of(ids: Sequence[str]) -> Mail | None:
    """The mail of ours that has one of these ids, the first named first."""
    mails = {one.message_id: one for one in Mail.objects.filter(message_id__in=list(ids))}
    return next((mails[one] for one in ids if one in mails), None)


def is_own(head: Head) -> bool:
    """Whether it is one of our own mails that came back to us: our address and our id."""
    if head.sender_address not in own_addresses():
        return False
    return Mail.objects.filter(message_id=head.message_id).exists()


def own_addresses() -> set[str]:
    """The addresses we write from and read."""
    ours = {parseaddr(str(settings.DEFAULT_FROM_EMAIL))[1], str(company.value("order_address"))}
    ours |= set(Mailbox.objects.filter(removed_at=None).values_list("user", flat=True))
    return {one.lower() for one in ours if "@" in one}


def hinted_order(subject: str) -> Order | None:
    """The order whose number stands in the subject: a hint to a person, no more."""
    words = set(_NUMBERS.findall(subject)[:20])
    return Order.objects.filter(number__in=words).order_by("-pk").first() if words else None


def order_of(name: str) -> Order | None:
    """The order a document belongs to, by the document's name in the journal."""
    document = _document(name)
    if isinstance(document, Order) or document is None:
        return document
    if isinstance(document, Incoming):
        drafts = Draft.objects.filter(incoming=document, order__isnull=False)
        found = drafts.select_related("order").order_by("position").first()
        return found.order if found else None
    order = getattr(document, "order", None)
    return order if isinstance(order, Order) else None


def documents_of(name: str, order: Order | None) -> list[str]:
    """What a mail about a document is about: the document, and its order."""
    return list(dict.fromkeys([name, *([ref(order)] if order else [])]))


def _of_document(name: str, mail: Mail | None) -> Belonging | None:
    """Documents that people see; an account or the company is nobody's correspondence."""
    document = _document(name)
    if document is None or document._meta.app_label == "kernel":
        return None
    order = order_of(name)
    return Belonging(tuple(documents_of(name, order)), order, mail)


def _document(name: str) -> Any:
    label, _colon, key = name.partition(":")
    if not key.isdecimal():
        return None
    try:
        model: Any = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model._default_manager.filter(pk=int(key)).first()


def _is_known_there(address: str, name: str, order: Order | None) -> bool:
    """Whether we write to this address about the document, or it is of the order's customer."""
    if "@" not in address:
        return False
    known: list[str] = []
    for to, cc in Mail.objects.filter(about=name).values_list("to", "cc")[:200]:
        known += [*to, *cc]
    if order is not None:
        contacts = Contact.objects.filter(partner=order.customer_id).exclude(email="")
        known += list(contacts.values_list("email", flat=True))
    return is_one_of(address, known)


def is_one_of(address: str, known: Iterable[str]) -> bool:
    """Whether an address is one of these, or of the same company's domain."""
    addresses = {one.lower() for one in known}
    domains = {one.rpartition("@")[2] for one in addresses} - SHARED_DOMAINS
    return address in addresses or address.rpartition("@")[2] in domains
