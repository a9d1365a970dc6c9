"""Chasing suppliers: one press writes the mail in their language, with a link to answer."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.addressees import Recipient
from gendan.orders.services.reading import read_text
from gendan.purchasing.chasers import (
    Chaser,
    chaser_of,
    chasing_days,
    waits_for_us,
    was_asked_lately,
    with_lines,
)
from gendan.purchasing.events import SupplierChased
from gendan.purchasing.letters import chaser_letter
from gendan.purchasing.models import PurchaseOrder
from gendan.purchasing.services.sending import new_link, open_sending, reader_of, write_letter
from gendan.purchasing.services.sharing import about_of, locked_purchase_order, said_of


class SupplierWaitsForUs(DomainError):
    """Whoever waits for our answer is not chased."""


class NothingToChase(DomainError):
    """An order about which there is nothing to ask, or which was asked about just now."""


@service(gettext_lazy("Chase the supplier"))
def chase_supplier(*, purchase_order_id: int, message: str = "", by: User | None) -> PurchaseOrder:
    """Ask for what is not confirmed, due soon, not reported or late, with a link to answer.

    `message` takes the place of the first sentence.
    """
    order = locked_purchase_order(purchase_order_id)
    order.step("chase_supplier")
    words = read_text(message, 2000, field="message")
    chaser = _chaser(order)
    sending = open_sending(order)
    to = Recipient(sending.to_name, sending.to_email, sending.language)
    _link, token, until = new_link(order, sending.sha256, to, by)
    reader = reader_of(to, by, token, until)
    rows = chaser.rows(reader.is_chinese)
    letter = chaser_letter(order, reader, why=chaser.why, rows=rows, message=words)
    write_letter(order, to, letter, by)
    order.chased_at = clock.now()
    order.chases += 1
    order.save(update_fields=["chased_at", "chases"])
    fact = SupplierChased(**said_of(order, chaser.lines), why=chaser.why, email=to.email)
    journal.record(fact, about=about_of(order, chaser.lines), by=by)
    return order


def _chaser(order: PurchaseOrder) -> Chaser:
    found = with_lines(PurchaseOrder.objects.filter(pk=order.pk)).get()
    if waits_for_us(found.living_lines):  # type: ignore[attr-defined]
        raise SupplierWaitsForUs(
            _("The supplier waits for us: decide about what it proposes first.")
        )
    days = chasing_days()
    if was_asked_lately(order, days):
        raise NothingToChase(
            _("The supplier was asked on %(day)s; give it time to answer.")
            % {"day": clock.date_of(order.chased_at or clock.now()).isoformat()}
        )
    chaser = chaser_of(found, days)
    if chaser is None:
        raise NothingToChase(_("There is nothing to ask the supplier at the moment."))
    return chaser
