"""Asking suppliers to quote: the request written, changed, weighed, closed and cancelled."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.inventory.services import refuse_odd_day
from gendan.kernel import clock, files, journal, numbering
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import Invalid
from gendan.kernel.models import User
from gendan.kernel.quantity import read_quantity
from gendan.kernel.service import service
from gendan.orders.addressees import Recipient, given_or_known, written_language
from gendan.orders.demands import names_of_lines, refuse_strange_demands
from gendan.orders.services.reading import read_currency, read_day, read_text
from gendan.partners.models import Partner
from gendan.partners.queries import main_contacts
from gendan.purchasing.events import RfqCancelled, RfqClosed, RfqDrafted, RfqEdited, RfqWeighed
from gendan.purchasing.models import (
    Invitation,
    PurchaseRequest,
    QuotationLine,
    RequestForQuotation,
)
from gendan.purchasing.models.quotations import WEIGHTS
from gendan.purchasing.quote_letters import cancel_letter
from gendan.purchasing.services.quoting_sharing import (
    about_rfq,
    end_links,
    lines_of_rfq,
    locked_rfq,
    reader_for,
    said_of_rfq,
    write_quote_letter,
)
from gendan.purchasing.services.sharing import read_reason
from gendan.sourcing.models import Source
from gendan.sourcing.queries import may_buy_from_many, sources_of

MOST_LINES, MOST_SUPPLIERS, MOST_FILES, MOST_DAYS = 200, 30, 10, 365
FILES = "rfq"


@dataclass(frozen=True)
class RfqLineRow:
    """What is to be quoted: an item by its code (quantities in its own unit), or words and a unit.

    With `request_ids` what is left out is theirs: item, what is still to be ordered, the day.
    """

    item: str = ""
    description: str = ""
    quantity: Decimal | str | None = None
    unit: str = ""
    needed_on: dt.date | str | None = None
    request_ids: Sequence[int] = ()
    demands: Sequence[str] = ()
    remark: str = ""


@dataclass(frozen=True)
class InviteRow:
    """A supplier by its code; what is left empty is its main contact's."""

    supplier: str
    email: str = ""
    name: str = ""
    language: str = ""


@service(gettext_lazy("Ask for quotations"))
def draft_rfq(
    *,
    lines: Sequence[RfqLineRow],
    suppliers: Sequence[InviteRow],
    answer_by_on: dt.date | str | None,
    currency: str = "",
    remark: str = "",
    given: Sequence[tuple[str, IO[bytes]]] = (),
    by: User | None,
) -> RequestForQuotation:
    """Write a request for quotation as a draft; nobody is asked before it is sent."""
    rfq = RequestForQuotation(made_at=clock.now(), made_by=by)
    _read_head(rfq, answer_by_on, currency, remark)
    rfq.number = numbering.draw("rfq")
    rfq.save()
    codes = _keep_content(rfq, lines, suppliers, given, by)
    made = lines_of_rfq(rfq)
    fact = RfqDrafted(**said_of_rfq(rfq, made), suppliers=codes)
    journal.record(fact, about=about_rfq(rfq, made), by=by)
    return rfq


@service(gettext_lazy("Change the request for quotation"))
def edit_rfq(
    *,
    rfq_id: int,
    lines: Sequence[RfqLineRow],
    suppliers: Sequence[InviteRow],
    answer_by_on: dt.date | str | None,
    currency: str = "",
    remark: str = "",
    given: Sequence[tuple[str, IO[bytes]]] = (),
    revision: int | None = None,
    by: User | None,
) -> RequestForQuotation:
    """Other lines, suppliers or words, as long as nobody has been asked."""
    rfq = locked_rfq(rfq_id)
    rfq.refuse_if_stale(revision)
    rfq.step("edit_rfq")
    _read_head(rfq, answer_by_on, currency, remark)
    rfq.revision += 1
    rfq.save()
    QuotationLine.objects.filter(rfq=rfq).delete()
    Invitation.objects.filter(rfq=rfq).delete()
    codes = _keep_content(rfq, lines, suppliers, given, by)
    made = lines_of_rfq(rfq)
    fact = RfqEdited(**said_of_rfq(rfq, made), suppliers=codes)
    journal.record(fact, about=about_rfq(rfq, made), by=by)
    return rfq


@service(gettext_lazy("Weigh the comparison"))
def weigh_rfq(*, rfq_id: int, weights: Mapping[str, int], by: User | None) -> RequestForQuotation:
    """How much cost, date, quality, punctuality and capacity count in this comparison."""
    rfq = locked_rfq(rfq_id)
    rfq.step("weigh_rfq")
    strange = set(weights) - set(WEIGHTS)
    if strange:
        raise Invalid(
            _("There is no such part: %(part)s.") % {"part": str(sorted(strange)[0])[:40]}
        )
    found = dict.fromkeys(WEIGHTS, 0) | dict(weights)
    for part, weight in found.items():
        if type(weight) is not int or not 0 <= weight <= 100:
            raise Invalid(_("A weight is a whole number from 0 to 100."), field=part)
    if not any(found.values()):
        raise Invalid(_("At least one part must weigh something."), field="cost")
    rfq.weights = found
    rfq.revision += 1
    rfq.save(update_fields=["weights", "revision"])
    lines = lines_of_rfq(rfq)
    fact = RfqWeighed(**said_of_rfq(rfq, lines), weights=found)
    journal.record(fact, about=about_rfq(rfq, lines), by=by)
    return rfq


@service(gettext_lazy("Close the request for quotation"))
def close_rfq(*, rfq_id: int, by: User | None) -> RequestForQuotation:
    """Suppliers cannot answer any more; what they said is compared and decided."""
    rfq = locked_rfq(rfq_id)
    rfq.step("close_rfq")
    rfq.revision += 1
    rfq.save(update_fields=["state", "revision"])
    quoted = Invitation.objects.filter(rfq=rfq, state=Invitation.State.SUBMITTED).count()
    lines = lines_of_rfq(rfq)
    fact = RfqClosed(**said_of_rfq(rfq, lines), quoted=quoted)
    journal.record(fact, about=about_rfq(rfq, lines), by=by)
    return rfq


@service(gettext_lazy("Cancel the request for quotation"))
def cancel_rfq(*, rfq_id: int, reason: str, by: User | None) -> RequestForQuotation:
    """Nothing is bought by it; whoever was asked is told, the links open nothing any more."""
    rfq = locked_rfq(rfq_id)
    was_asked = rfq.state != RequestForQuotation.State.DRAFT
    reason = read_reason(reason, _("Say why it is cancelled."))
    rfq.step("cancel_rfq")
    rfq.end_reason, rfq.ended_at = reason, clock.now()
    rfq.revision += 1
    rfq.save()
    if was_asked:
        gone = (Invitation.State.DECLINED, Invitation.State.WITHDRAWN)
        asked = Invitation.objects.filter(rfq=rfq).exclude(state__in=gone)
        for one in asked.select_related("supplier"):
            write_quote_letter(rfq, one, cancel_letter(rfq, reader_for(one, by)), by)
        end_links(rfq, "cancelled")
    lines = lines_of_rfq(rfq)
    fact = RfqCancelled(**said_of_rfq(rfq, lines), reason=reason)
    journal.record(fact, about=about_rfq(rfq, lines), by=by)
    return rfq


def refuse_unbuyable(
    suppliers: Sequence[Partner], item_ids: Sequence[int], *, field: str = "suppliers"
) -> None:
    """Raise Invalid for suppliers nothing may be bought of, or not one of these items."""
    verdicts = may_buy_from_many([one.pk for one in suppliers], clock.today())
    for one in suppliers:
        if not verdicts[one.pk].may:
            words = _("%(supplier)s may not be asked: %(reason)s")
            raise Invalid(
                words % {"supplier": one, "reason": " ".join(verdicts[one.pk].reasons)},
                field=field,
            )
    blocked = {
        offer.supplier_id: item_id
        for item_id, offers in sources_of(item_ids, on=clock.today(), and_blocked=True).items()
        for offer in offers
        if offer.status == Source.Status.BLOCKED
    }
    for one in suppliers:
        if one.pk in blocked:
            item = Item.objects.get(pk=blocked[one.pk])
            raise Invalid(
                _("%(supplier)s is blocked for %(item)s.") % {"supplier": one, "item": item.code},
                field=field,
            )


def read_last_day(given: dt.date | str | None) -> dt.date:
    """The day by which suppliers are to answer: today or later, within a year."""
    day = read_day(given, field="answer_by_on")
    today = clock.today()
    if day is None:
        raise Invalid(_("Say by when suppliers are to answer."), field="answer_by_on")
    if day < today:
        raise Invalid(_("That day has passed."), field="answer_by_on")
    if day > today + dt.timedelta(days=MOST_DAYS):
        raise Invalid(_("That is more than a year away."), field="answer_by_on")
    return day


def _read_head(
    rfq: RequestForQuotation, answer_by_on: dt.date | str | None, currency: str, remark: str
) -> None:
    rfq.answer_by_on = read_last_day(answer_by_on)
    rfq.currency = read_currency(currency or settings.COMPANY_CURRENCY)
    rfq.remark = read_text(remark, 4000, field="remark")


def _keep_content(
    rfq: RequestForQuotation,
    lines: Sequence[RfqLineRow],
    suppliers: Sequence[InviteRow],
    given: Sequence[tuple[str, IO[bytes]]],
    by: User | None,
) -> list[str]:
    """Lines, suppliers and files of a draft; the codes of the suppliers."""
    if not 0 < len(lines) <= MOST_LINES:
        raise Invalid(_("A request has between 1 and %(most)s lines.") % {"most": MOST_LINES})
    if len(given) > MOST_FILES:
        raise Invalid(_("At most %(limit)s files.") % {"limit": MOST_FILES}, field="files")
    items = _keep_lines(rfq, lines)
    partners = keep_invitations(rfq, suppliers)
    refuse_unbuyable(partners, items)
    for name, content in given:
        files.attach(content, name=name, about=rfq, by=by, kind=FILES)
    return [one.code for one in partners]


def _keep_lines(rfq: RequestForQuotation, rows: Sequence[RfqLineRow]) -> list[int]:
    """Read and keep the lines; the ids of their items."""
    ids = {pk for row in rows for pk in row.request_ids if 0 < pk < 2**63}
    found = PurchaseRequest.objects.filter(pk__in=ids).select_related("item__unit")
    requests = {one.pk: one for one in found}
    codes = {row.item for row in rows if row.item}
    by_code = {one.code: one for one in Item.objects.filter(code__in=codes).select_related("unit")}
    known = names_of_lines(demand for row in rows for demand in row.demands)
    items, kept, theirs = [], [], []
    for place, row in enumerate(rows):
        refuse_strange_demands(row.demands, known)
        wanted = _requests(row, requests, f"lines.{place}.request_ids")
        line = _line(rfq, place, row, wanted, by_code)
        kept.append(line)
        theirs.append(wanted)
        if line.item_id is not None:
            items.append(line.item_id)
    QuotationLine.objects.bulk_create(kept)
    through = QuotationLine.requests.through
    through.objects.bulk_create(
        through(quotationline_id=line.pk, purchaserequest_id=one.pk)
        for line, wanted in zip(kept, theirs, strict=True)
        for one in wanted
    )
    return items


def _requests(
    row: RfqLineRow, known: Mapping[int, PurchaseRequest], at: str
) -> list[PurchaseRequest]:
    found: list[PurchaseRequest] = []
    for pk in dict.fromkeys(row.request_ids):
        one = known.get(pk)
        if one is None:
            raise Invalid(_("There is no such purchase request."), field=at)
        if one.to_order <= 0:
            words = _("Nothing of %(request)s is to be ordered any more.")
            raise Invalid(words % {"request": one.number}, field=at)
        if found and one.item_id != found[0].item_id:
            words = _("%(request)s asks for %(item)s, another item.")
            raise Invalid(words % {"request": one.number, "item": one.item.code}, field=at)
        found.append(one)
    return found


def _line(
    rfq: RequestForQuotation,
    place: int,
    row: RfqLineRow,
    wanted: Sequence[PurchaseRequest],
    items: Mapping[str, Item],
) -> QuotationLine:
    at = f"lines.{place}"
    item = items.get(row.item) if row.item else (wanted[0].item if wanted else None)
    if row.item and item is None:
        raise Invalid(
            _("There is no item called “%(code)s”.") % {"code": row.item[:60]}, field=f"{at}.item"
        )
    if wanted and item is not None and wanted[0].item_id != item.pk:
        words = _("%(request)s asks for %(item)s, another item.")
        raise Invalid(
            words % {"request": wanted[0].number, "item": wanted[0].item.code},
            field=f"{at}.request_ids",
        )
    description = read_text(row.description, 300, field=f"{at}.description")
    unit = item.unit.code if item else read_text(row.unit, 20, field=f"{at}.unit")
    if item is None and not (description and unit):
        raise Invalid(
            _("Name an item, or say in words what is wanted, and its unit."), field=f"{at}.item"
        )
    quantity: Any = row.quantity
    if quantity in (None, "") and wanted:
        quantity = sum((one.to_order for one in wanted), Decimal(0))
    day = read_day(row.needed_on, field=f"{at}.needed_on")
    day = day or min((one.needed_on for one in wanted), default=None)
    if day is None:
        raise Invalid(_("Say by when it is needed."), field=f"{at}.needed_on")
    try:
        refuse_odd_day(day)
    except Unusable as problem:
        raise Invalid(str(problem), field=f"{at}.needed_on") from problem
    step = {"step": item.unit.step} if item else {}
    return QuotationLine(
        rfq=rfq,
        position=place + 1,
        item=item,
        description=description,
        quantity=read_quantity(quantity, field=f"{at}.quantity", **step),
        unit=unit,
        needed_on=day,
        remark=read_text(row.remark, 500, field=f"{at}.remark"),
        demands=list(dict.fromkeys([d for one in wanted for d in one.demands] + [*row.demands])),
    )


def keep_invitations(rfq: RequestForQuotation, rows: Sequence[InviteRow]) -> list[Partner]:
    """The suppliers to be asked, each with whom the mail goes to."""
    codes = [row.supplier.strip() for row in rows]
    if not 0 < len(codes) <= MOST_SUPPLIERS:
        raise Invalid(
            _("Ask between 1 and %(most)s suppliers.") % {"most": MOST_SUPPLIERS},
            field="suppliers",
        )
    if len(set(codes)) < len(codes):
        raise Invalid(_("A supplier is asked once."), field="suppliers")
    known = {one.code: one for one in Partner.objects.filter(code__in=codes, is_supplier=True)}
    missing = next((code for code in codes if code not in known), None)
    if missing is not None:
        raise Invalid(
            _("There is no supplier called “%(code)s”.") % {"code": missing[:60]},
            field="suppliers",
        )
    contacts = main_contacts([one.pk for one in known.values()])
    made = []
    for row, code in zip(rows, codes, strict=True):
        supplier, contact = known[code], contacts.get(known[code].pk)
        usual = Recipient(
            contact.name if contact else "",
            contact.email if contact else "",
            written_language(supplier.language),
        )
        to = given_or_known(usual, email=row.email, name=row.name, language=row.language)
        made.append(
            Invitation(
                rfq=rfq,
                supplier=supplier,
                to_name=to.name,
                to_email=to.email,
                language=to.language,
            )
        )
    Invitation.objects.bulk_create(made)
    return [known[code] for code in codes]
