"""What may still be changed of a request that suppliers have been sent: whom, and until when."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, files, journal
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.purchasing.events import InvitationWithdrawn, RfqDayChanged, RfqSuppliersInvited
from gendan.purchasing.models import Invitation, RequestForQuotation
from gendan.purchasing.quote_letters import asking_letter, day_letter, withdrawn_letter
from gendan.purchasing.services.quoting import (
    FILES,
    MOST_SUPPLIERS,
    InviteRow,
    keep_invitations,
    read_last_day,
    refuse_unbuyable,
)
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
from gendan.purchasing.services.sharing import read_reason

State = Invitation.State


class NobodyIsLeft(DomainError):
    """The last supplier of a request cannot be taken out."""


class DayIsTheSame(DomainError):
    """Suppliers have to answer by this day already."""


@service(gettext_lazy("Ask another supplier"))
def invite_suppliers(
    *,
    rfq_id: int,
    suppliers: Sequence[InviteRow],
    revision: int | None = None,
    by: User | None,
) -> list[Invitation]:
    """Mail more suppliers their own link; one who was no longer asked may be asked again."""
    rfq = locked_rfq(rfq_id)
    rfq.refuse_if_stale(revision)
    rfq.step("invite_suppliers")
    if rfq.answer_by_on < clock.today():
        raise Invalid(
            _("The day by which to answer has passed; change it first."), field="answer_by_on"
        )
    invited = _again_or_new(rfq, suppliers)
    lines = lines_of_rfq(rfq)
    items = [one.item_id for one in lines if one.item_id is not None]
    refuse_unbuyable([one.supplier for one in invited], items)
    refuse_without_address(invited)
    attached = [(one.file, one.name) for one in files.attachments_of(rfq) if one.kind == FILES]
    for one in invited:
        one.link, token = new_quote_link(rfq, one, by)
        one.sent_at = clock.now()
        letter = asking_letter(rfq, reader_for(one, by, token), lines, is_reminder=False)
        write_quote_letter(rfq, one, letter, by, attached)
    Invitation.objects.bulk_update(
        invited, ["state", "link", "sent_at", "reminded_at", "withdrawn_at", "withdraw_reason"]
    )
    rfq.revision += 1
    rfq.save(update_fields=["revision"])
    fact = RfqSuppliersInvited(
        **said_of_rfq(rfq, lines),
        suppliers=[one.supplier.code for one in invited],
        answer_by_on=rfq.answer_by_on.isoformat(),
    )
    about = about_rfq(rfq, lines, *[one.supplier_id for one in invited])
    journal.record(fact, about=about, by=by)
    return invited


@service(gettext_lazy("Ask the supplier no longer"))
def withdraw_invitation(*, rfq_id: int, supplier: str, reason: str, by: User | None) -> Invitation:
    """Its quote does not count, its page says so, and it is told by mail; why stays with us."""
    rfq = locked_rfq(rfq_id)
    rfq.step("withdraw_invitation")
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("supplier")
    asked = {one.supplier.code: one for one in rows.filter(rfq=rfq)}
    found = asked.get(supplier.strip()[:60])
    if found is None:
        raise NotThere(_("This supplier was not asked."))
    reason = read_reason(reason, _("Say why it is no longer asked."))
    found.step("withdraw_invitation")
    if all(one.state == State.WITHDRAWN for one in asked.values()):
        raise NobodyIsLeft(_("Nobody would be asked any more; cancel the request instead."))
    found.withdrawn_at, found.withdraw_reason = clock.now(), reason
    found.answers += 1  # a page that is open there is out of date
    found.save()
    write_quote_letter(rfq, found, withdrawn_letter(rfq, reader_for(found, by)), by)
    rfq.revision += 1
    rfq.save(update_fields=["revision"])
    lines = lines_of_rfq(rfq)
    fact = InvitationWithdrawn(
        **said_of_rfq(rfq, lines),
        supplier_id=found.supplier_id,
        supplier=str(found.supplier),
        reason=reason,
    )
    journal.record(fact, about=about_rfq(rfq, lines, found.supplier_id), by=by)
    return found


@service(gettext_lazy("Change the day to answer by"))
def extend_rfq(
    *,
    rfq_id: int,
    answer_by_on: dt.date | str | None,
    revision: int | None = None,
    by: User | None,
) -> RequestForQuotation:
    """Another last day, told by mail to all who are asked; a closed request is open again."""
    rfq = locked_rfq(rfq_id)
    rfq.refuse_if_stale(revision)
    before, was_closed = rfq.answer_by_on, rfq.state == RequestForQuotation.State.CLOSED
    rfq.step("extend_rfq")
    day = read_last_day(answer_by_on)
    if day == before and not was_closed:
        raise DayIsTheSame(
            _("Suppliers have to answer by %(day)s already.") % {"day": day.isoformat()},
            field="answer_by_on",
        )
    rfq.answer_by_on = day
    rfq.revision += 1
    rfq.save(update_fields=["state", "answer_by_on", "revision"])
    told = list(
        Invitation.objects.filter(rfq=rfq, state__in=(State.WAITING, State.SUBMITTED))
        .select_related("supplier")
        .order_by("pk")
    )
    for one in told:
        # Tokens are not kept, and the links given out end with the old day: a newer one.
        one.link, token = new_quote_link(rfq, one, by)
        one.reminded_at = None if one.state == State.WAITING else one.reminded_at
        write_quote_letter(rfq, one, day_letter(rfq, reader_for(one, by, token), before), by)
    Invitation.objects.bulk_update(told, ["link", "reminded_at"])
    lines = lines_of_rfq(rfq)
    fact = RfqDayChanged(
        **said_of_rfq(rfq, lines),
        before_on=before.isoformat(),
        answer_by_on=day.isoformat(),
        suppliers=[one.supplier.code for one in told],
    )
    journal.record(fact, about=about_rfq(rfq, lines), by=by)
    return rfq


def _again_or_new(rfq: RequestForQuotation, rows: Sequence[InviteRow]) -> list[Invitation]:
    """The invitations of the rows: made anew, or taken up again where they were withdrawn."""
    asked = {
        one.supplier.code: one
        for one in Invitation.objects.filter(rfq=rfq).select_related("supplier")
    }
    again = []
    for row in rows:
        one = asked.get(row.supplier.strip())
        if one is None:
            continue
        if one.state != State.WITHDRAWN:
            raise Invalid(
                _("%(supplier)s is asked already.") % {"supplier": one.supplier}, field="suppliers"
            )
        one.step("invite_suppliers")
        one.to_email = row.email.strip() or one.to_email
        one.to_name = row.name.strip() or one.to_name
        one.withdrawn_at, one.withdraw_reason, one.reminded_at = None, "", None
        again.append(one)
    new = [row for row in rows if row.supplier.strip() not in asked]
    if len(asked) + len(new) > MOST_SUPPLIERS:
        raise Invalid(
            _("Ask between 1 and %(most)s suppliers.") % {"most": MOST_SUPPLIERS},
            field="suppliers",
        )
    if new or not rows:
        keep_invitations(rfq, new)
        codes = [row.supplier.strip() for row in new]
        made = Invitation.objects.filter(rfq=rfq, supplier__code__in=codes)
        again += made.select_related("supplier").order_by("pk")
    return again
