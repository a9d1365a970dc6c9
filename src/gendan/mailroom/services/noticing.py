"""Ship notices that suppliers send by mail: each becomes a proposal for the buyer."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from gendan.intake.models import Draft, Incoming
from gendan.intake.services import hand_over_draft
from gendan.kernel import journal
from gendan.kernel.errors import DomainError
from gendan.kernel.journal import ref
from gendan.kernel.service import service
from gendan.mailroom import deferring, senders
from gendan.mailroom.despatches import Data, despatches_in, rows_of, shipment_of
from gendan.mailroom.events import MailNotTakenAsNotice, MailTakenAsNotice
from gendan.mailroom.models import MailMessage
from gendan.mailroom.senders import Sender
from gendan.mailroom.services.reading import locked_message, said
from gendan.mailroom.services.sorting import raw_of
from gendan.purchasing.models import ShipNotice
from gendan.purchasing.services import propose_ship_notice

MOST_NOTICES = 20  # of one mail


@service
def take_ship_notices(
    *, incoming_id: int, documents: Sequence[Data] | None = None, by: None = None
) -> list[ShipNotice]:
    """Make proposals of what a supplier's mail says has been shipped, once the mail was read.

    `documents`: what the reader made of the mail when it was told that it is about a despatch;
    without it what stands in the intake counts, and a packing list is read once more. What cannot
    be taken stays in the intake as it is, and the mail says why.
    """
    message = MailMessage.objects.filter(incoming=incoming_id).order_by("pk").first()
    if message is None:
        return []
    drafts = list(Draft.objects.filter(incoming=incoming_id, state=Draft.State.OPEN))
    found = despatches_in([one.data for one in drafts] if documents is None else documents)
    if found:
        return _take(locked_message(message.pk), drafts, found[:MOST_NOTICES])
    if documents is None and _may_be_a_list(message, drafts):
        deferring.reading_despatch(incoming_id)
    return []


def _may_be_a_list(message: MailMessage, drafts: Sequence[Draft]) -> bool:
    """Whether a supplier's mail brings a file in which nobody has found an order."""
    if any(one.data.get("doc_type") != "not_an_order" for one in drafts):
        return False
    return senders.supplier_of(message) is not None and b"filename" in raw_of(message).lower()


def _take(
    message: MailMessage, drafts: Sequence[Draft], documents: Sequence[Data]
) -> list[ShipNotice]:
    made: list[ShipNotice] = []
    for document in documents:
        sender = senders.sender_of(message, str(document.get("order_number") or ""))
        if sender is None:  # a customer's paper, or a stranger's: the intake has it
            continue
        try:
            with transaction.atomic():
                notice = _propose(message, document, sender, len(made))
        except DomainError as error:
            _note_refusal(message, str(error), sender)
            continue
        _hand_over(drafts, document, notice)
        fact = MailTakenAsNotice(**said(message), notice_id=notice.pk, number=notice.number)
        journal.record(fact, about=[message, notice, *_document(message)])
        made.append(notice)
    if made and not message.problem:
        message.about = list(dict.fromkeys([*message.about, *(ref(one) for one in made)]))
        message.save(update_fields=["about"])
    return made


def _propose(message: MailMessage, document: Data, sender: Sender, place: int) -> ShipNotice:
    shipment, doubts = shipment_of(document), list(sender.doubts)
    if not shipment.number.strip():
        name = str(message.incoming or f"mail-{message.pk}")
        shipment = replace(shipment, number=f"{name}-{place + 1}" if place else name)
        doubts.append("no_number")
    return propose_ship_notice(
        supplier_id=sender.supplier_id,
        shipment=replace(shipment, number=shipment.number[:60]),
        rows=rows_of(document),
        purchase_order_id=sender.purchase_order_id,
        person=" ".join(part for part in (message.sender_name, message.sender_address) if part),
        file=message.file,
        doubts=doubts,
    )


def _hand_over(drafts: Sequence[Draft], document: Data, notice: ShipNotice) -> None:
    """The intake need not look at what is a notice now; orders in the same mail it keeps."""
    for draft in drafts:
        is_it = draft.data is document or draft.data.get("doc_type") == "not_an_order"
        if is_it and draft.state == Draft.State.OPEN:
            hand_over_draft(draft_id=draft.pk, to=ref(notice), name=notice.number)
            draft.state = Draft.State.HANDED


def _note_refusal(message: MailMessage, sentence: str, sender: Sender) -> None:
    message.problem, message.problem_detail = "no_notice", sentence[:300]
    message.save(update_fields=["problem", "problem_detail"])
    fact = MailNotTakenAsNotice(**said(message), why=sentence[:300])
    journal.record(
        fact,
        about=[message, f"partners.partner:{sender.supplier_id}", *_document(message)],
    )


def _document(message: MailMessage) -> list[Incoming]:
    return [message.incoming] if message.incoming is not None else []
