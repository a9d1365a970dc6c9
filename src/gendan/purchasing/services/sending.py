"""Sending purchase orders: PDF, mail and link; links for later mails; telling of the end."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts.papers.render import render
from gendan.contracts.queries import letterhead
from gendan.contracts.services.accepting import sender_of
from gendan.inventory.services import ExpectedRow, buy_supplies, give_up_supplies, plan_supplies
from gendan.kernel import clock, company, files, journal, links, mail
from gendan.kernel.errors import NotThere, StaleRevision
from gendan.kernel.models import StoredFile, User
from gendan.kernel.service import service
from gendan.orders.addressees import Recipient
from gendan.orders.services.reading import read_text
from gendan.partners.queries import main_contacts
from gendan.purchasing.events import PurchaseOrderSent
from gendan.purchasing.gates import refuse_if_gated
from gendan.purchasing.letters import Letter, Reader, order_letter
from gendan.purchasing.models import PurchaseOrder, PurchaseOrderLine, PurchaseSending, SupplierWord
from gendan.purchasing.papers.compose import TEMPLATE, compose, images_of
from gendan.purchasing.recipients import recipient_of
from gendan.purchasing.services.chasing_holds import end_chasing_hold
from gendan.purchasing.services.covering import cover_again, requests_of
from gendan.purchasing.services.sharing import (
    about_of,
    lines_of,
    living,
    locked_purchase_order,
    next_due,
    said_of,
)
from gendan.purchasing.services.stepping import plan_steps

PURPOSE = "confirm_purchase"
LONGEST_MESSAGE = 4000
# A link is good this long after the last line is due, and this long at least.
DAYS_AFTER_DUE, LEAST_DAYS, MOST_DAYS = 60, 30, 730


@service(gettext_lazy("Send the purchase order"))
def send_purchase_order(
    *,
    purchase_order_id: int,
    email: str = "",
    name: str = "",
    language: str = "",
    message: str = "",
    revision: int | None = None,
    by: User | None,
) -> PurchaseSending:
    """Make the next version as PDF and mail it with a link; its goods are expected from now on.

    Drawing takes a while, so it is done before the order is locked; if it has changed meanwhile
    nothing is sent. The links of the version before are void.
    """
    order = _found(purchase_order_id)
    order.refuse_if_stale(revision)
    message = read_text(message, LONGEST_MESSAGE, field="message")
    recipient = recipient_of(order, email=email, name=name, language=language)
    if order.may("send_purchase_order"):  # else refused below, in words
        made, content = _drawn(order)
    seen = order.revision
    order = locked_purchase_order(purchase_order_id)
    order.step("send_purchase_order")
    if order.revision != seen:
        raise StaleRevision(
            _("The order was changed while the paper was being made. Please send it again.")
        )
    lines = lines_of(order)
    refuse_if_gated(order, lines)
    order.version += 1
    end_chasing_hold(order, by)
    _begin_version(order, lines)
    expect_lines(order, lines, by=by)
    plan_steps(living(lines))
    order.sent_at = clock.now()
    order.confirmed_at = order.chased_at = None
    order.due_on = next_due(living(lines))
    order.revision += 1
    order.save()
    file = files.keep(content, name=f"{order.number}.pdf")
    sending = _send(order, lines, recipient, message, (made, file), by)
    _record(order, lines, sending, by)
    return sending


@service(gettext_lazy("Send the purchase order again"))
def resend_purchase_order(
    *,
    purchase_order_id: int,
    email: str = "",
    name: str = "",
    language: str = "",
    message: str = "",
    by: User | None,
) -> PurchaseSending:
    """The same version once more, to another address perhaps; links sent before are void."""
    order = locked_purchase_order(purchase_order_id)
    message = read_text(message, LONGEST_MESSAGE, field="message")
    order.step("resend_purchase_order")
    recipient = recipient_of(order, email=email, name=name, language=language)
    end_chasing_hold(order, by)
    last = open_sending(order)
    lines = lines_of(order)
    end_sendings(order, "replace_sending", "changed")
    sending = _send(order, lines, recipient, message, (last.snapshot, last.file), by)
    PurchaseSending.objects.filter(pk=sending.pk).update(answers=last.answers)
    _record(order, lines, sending, by)
    return sending


def open_sending(order: PurchaseOrder) -> PurchaseSending:
    """What the supplier has in hand, locked. Raises NotThere."""
    rows = PurchaseSending.objects.select_for_update(of=("self",)).filter(order=order)
    found = rows.filter(state=PurchaseSending.State.OPEN).select_related("file").first()
    if found is None:
        raise NotThere(_("The order has not been sent yet."))
    return found


def new_link(order: PurchaseOrder, sending_sha: str, to: Recipient, by: User | None) -> Any:
    """(link, token, last day): another address of the page on which the order is answered."""
    days = [line.due_on for line in living(lines_of(order))]
    today = clock.today()
    until = max([today + dt.timedelta(days=LEAST_DAYS), *(_after(day) for day in days)])
    until = min(until, today + dt.timedelta(days=MOST_DAYS))
    link, token = links.make_link(
        purpose=PURPOSE,
        about=order,
        valid_until=clock.moment_on(until, 23, 59),
        binding=sending_sha,
        language=to.language,
        name=to.name,
        email=to.email,
        by=by,
    )
    return link, token, until


def reader_of(to: Recipient, by: User | None, token: str = "", until: object = "") -> Reader:
    """Whoever gets a letter, with the address of the link."""
    return Reader(
        name=to.name,
        language=to.language,
        sender=sender_of(by, to.language),
        url=company.public_url(f"/l/{token}/") if token else "",
        until=str(until),
    )


def write_letter(
    order: PurchaseOrder,
    to: Recipient,
    letter: Letter,
    by: User | None,
    attached: Sequence[tuple[StoredFile, str]] = (),
) -> None:
    """Put a letter on its way, in the order's thread."""
    mail.write_mail(
        to=[to.email],
        subject=letter.subject,
        text=letter.text,
        about=order,
        attached=attached,
        kind="purchase",
        by=by,
    )


def end_sendings(order: PurchaseOrder, verb: str, reason: str) -> None:
    """No link to the order answers it any more."""
    rows = PurchaseSending.objects.filter(order=order, state=PurchaseSending.State.OPEN)
    for sending in rows:
        sending.step(verb)
        sending.save(update_fields=["state"])
    links.void_links(about=order, purpose=PURPOSE, reason=reason)


def expect_lines(
    order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], *, by: User | None
) -> None:
    """Keep one expected supply for each living line, and none for a cancelled one."""
    wanted = [line for line in living(lines) if _differs(line)]
    if wanted:
        rows = [
            ExpectedRow(
                item=line.item.code,
                quantity=line.confirmed_quantity or line.quantity,
                due_on=line.due_on,
                reference=order.number,
                demand=line.demands[0] if len(line.demands) == 1 else "",
                expected_id=line.expected_id,
                apart=True,
            )
            for line in wanted
        ]
        for line, supply in zip(wanted, plan_supplies(rows=rows, by=by), strict=True):
            line.expected = supply
        paper = f"purchasing.purchaseorder:{order.pk}"
        fresh = [one for one in wanted if one.expected and one.expected.comes_with != paper]
        buy_supplies(papers={one.expected_id or 0: paper for one in fresh}, by=by)
    gone = [
        line.expected_id
        for line in lines
        if line.is_cancelled and line.expected is not None and line.expected.is_open
    ]
    if gone:
        give_up_supplies(
            expected_ids=[pk for pk in gone if pk is not None], reason=order.number, by=by
        )
    PurchaseOrderLine.objects.bulk_update(
        lines, ["expected", "due_on", "confirmed_on", "confirmed_quantity"]
    )
    cover_again(requests_of(line.pk for line in lines))


def _differs(line: PurchaseOrderLine) -> bool:
    supply = line.expected
    if supply is None:
        return True
    quantity = line.confirmed_quantity or line.quantity
    return supply.is_open and (supply.due_on != line.due_on or supply.quantity != quantity)


def _begin_version(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> None:
    """What is different from the version before is to be confirmed anew; all, if it is the head."""
    last = PurchaseSending.objects.filter(order=order).order_by("-pk").first()
    known = {row["position"]: row for row in last.snapshot["lines"]} if last else {}
    told = [line for line in living(lines) if _is_told_otherwise(line, known.get(line.position))]
    for line in told or living(lines):
        if line.is_open:
            line.confirmed_on = line.confirmed_quantity = None
            line.due_on = line.requested_on
    words = SupplierWord.objects.filter(line__order=order, state=SupplierWord.State.PROPOSED)
    for word in words:
        word.step("outdate_word")
        word.decided_at = clock.now()
        word.save()
    end_sendings(order, "replace_sending", "changed")


def _is_told_otherwise(line: PurchaseOrderLine, known: dict[str, Any] | None) -> bool:
    from gendan.contracts.papers import words

    return known is None or (
        known["quantity"],
        known["unit"],
        known["price"],
        known["requested_on"],
    ) != (
        words.number(line.typed_quantity),
        line.typed_unit,
        words.price(line.price, line.order.currency),
        words.day(line.requested_on),
    )


def _drawn(order: PurchaseOrder) -> tuple[dict[str, Any], bytes]:
    head = letterhead()
    contact = main_contacts([order.supplier_id]).get(order.supplier_id)
    made = compose(order, lines_of(order), contact=contact, head=head)
    return made, render(TEMPLATE, made, images=images_of(head), at=clock.now())


def _send(
    order: PurchaseOrder,
    lines: Sequence[PurchaseOrderLine],
    to: Recipient,
    message: str,
    paper: tuple[dict[str, Any], StoredFile],
    by: User | None,
) -> PurchaseSending:
    snapshot, file = paper
    link, token, until = new_link(order, file.sha256, to, by)
    sending = PurchaseSending.objects.create(
        order=order,
        version=order.version,
        link=link,
        file=file,
        sha256=file.sha256,
        snapshot=snapshot,
        to_name=to.name,
        to_email=to.email,
        language=to.language,
        message=message,
        sent_at=clock.now(),
        sent_by=by,
    )
    letter = order_letter(
        order, reader_of(to, by, token, until), changes=snapshot["changes"], message=message
    )
    write_letter(order, to, letter, by, [(file, sending.file_name)])
    return sending


def _record(
    order: PurchaseOrder,
    lines: Sequence[PurchaseOrderLine],
    sending: PurchaseSending,
    by: User | None,
) -> None:
    fact = PurchaseOrderSent(
        **said_of(order, lines),
        email=sending.to_email,
        person=sending.to_name,
        sha256=sending.sha256,
    )
    journal.record(fact, about=about_of(order, lines), by=by)


def _found(order_id: int) -> PurchaseOrder:
    rows = PurchaseOrder.objects.select_related("supplier", "payment_terms", "made_by")
    found = rows.filter(pk=order_id).first()
    if found is None:
        raise NotThere(_("There is no such purchase order."))
    return found


def _after(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=DAYS_AFTER_DUE)
