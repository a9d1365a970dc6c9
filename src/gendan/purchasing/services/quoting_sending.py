"""Sending requests for quotation, and reminding those who have not answered."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, files, journal
from gendan.kernel.errors import Invalid
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.purchasing.events import RfqSent, SupplierReminded
from gendan.purchasing.models import Invitation, RequestForQuotation
from gendan.purchasing.quote_letters import asking_letter
from gendan.purchasing.services.quoting import FILES, close_rfq, refuse_unbuyable
from gendan.purchasing.services.quoting_sharing import (
    about_rfq,
    lines_of_rfq,
    locked_rfq,
    new_quote_link,
    reader_for,
    refuse_without_address,
    said_of_rfq,
    write_quote_letter,
)

REMIND_DAYS = 2  # before the last day


@service(gettext_lazy("Send the request for quotation"))
def send_rfq(*, rfq_id: int, revision: int | None = None, by: User | None) -> RequestForQuotation:
    """Mail every supplier its own link, in its language."""
    rfq = locked_rfq(rfq_id)
    rfq.refuse_if_stale(revision)
    rfq.step("send_rfq")
    if rfq.answer_by_on < clock.today():
        raise Invalid(_("The day by which to answer has passed."), field="answer_by_on")
    lines = lines_of_rfq(rfq)
    asked = list(Invitation.objects.filter(rfq=rfq).select_related("supplier"))
    suppliers = [one.supplier for one in asked]
    refuse_unbuyable(suppliers, [one.item_id for one in lines if one.item_id is not None])
    refuse_without_address(asked)
    attached = [(one.file, one.name) for one in files.attachments_of(rfq) if one.kind == FILES]
    rfq.sent_at = clock.now()
    rfq.revision += 1
    rfq.save()
    for one in asked:
        one.link, token = new_quote_link(rfq, one, by)
        one.sent_at = rfq.sent_at
        letter = asking_letter(rfq, reader_for(one, by, token), lines, is_reminder=False)
        write_quote_letter(rfq, one, letter, by, attached)
    Invitation.objects.bulk_update(asked, ["link", "sent_at"])
    fact = RfqSent(
        **said_of_rfq(rfq, lines),
        suppliers=[one.code for one in suppliers],
        answer_by_on=rfq.answer_by_on.isoformat(),
    )
    journal.record(fact, about=about_rfq(rfq, lines, *[one.pk for one in suppliers]), by=by)
    return rfq


@service
def follow_rfqs(*, by: User | None = None) -> None:
    """Once a day: remind those who have not answered, once each; close what is over."""
    today = clock.today()
    rows = RequestForQuotation.objects.filter(state=RequestForQuotation.State.SENT)
    near = today + dt.timedelta(days=REMIND_DAYS)
    due = rows.filter(answer_by_on__lte=near).order_by("pk").values_list("pk", "answer_by_on")
    for pk, last_on in due:
        if last_on < today:
            close_rfq(rfq_id=pk, by=by)
        else:
            _remind(pk, by)


def _remind(rfq_id: int, by: User | None) -> None:
    rfq = locked_rfq(rfq_id)
    waiting = [
        one
        for one in Invitation.objects.filter(
            rfq=rfq, state=Invitation.State.WAITING, reminded_at=None
        ).select_related("supplier")
        if one.sent_at is not None and clock.date_of(one.sent_at) < clock.today()
    ]
    if not waiting or rfq.state != RequestForQuotation.State.SENT:
        return
    lines = lines_of_rfq(rfq)
    for one in waiting:
        # Tokens are not kept: the reminder carries another address of the same page.
        _link, token = new_quote_link(rfq, one, rfq.made_by)
        reader = reader_for(one, rfq.made_by, token)
        letter = asking_letter(rfq, reader, lines, is_reminder=True)
        write_quote_letter(rfq, one, letter, by)
        one.reminded_at = clock.now()
    Invitation.objects.bulk_update(waiting, ["reminded_at"])
    fact = SupplierReminded(
        **said_of_rfq(rfq, lines), suppliers=[one.supplier.code for one in waiting]
    )
    about = about_rfq(rfq, lines, *[one.supplier_id for one in waiting])
    journal.record(fact, about=about, by=by)
