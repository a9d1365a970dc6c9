"""Answering an order, or a document from which none is made: drawn first, then locked and kept."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.answers import prepare, written
from gendan.answers.events import OrderAnswered, RefusalAnswered
from gendan.answers.models import Answer, AnswerLine, Format
from gendan.answers.prepare import Prepared, prepare_order, prepare_refusal
from gendan.answers.services.refusals import (
    NothingToAnswer,
    NotReadyToAnswer,
    SameAnswer,
    about,
    url_of,
)
from gendan.answers.services.sending import refuse_unless_mailable, send
from gendan.intake.models import Draft, Incoming
from gendan.kernel import clock, files, journal, mail, numbering
from gendan.kernel.errors import Invalid, NotThere, StaleRevision
from gendan.kernel.models import StoredFile, User
from gendan.kernel.service import service
from gendan.orders.addressees import given_or_known
from gendan.orders.models import Order, OrderState
from gendan.orders.services.reading import read_text
from gendan.orders.services.refusals import locked_order

LONGEST_MESSAGE = 4000
LONGEST_NOTE = 500
# What a refusal can be told of: what asked us for something.
ANSWERED_KINDS = {"order", "order_change", None}


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a person says beside what is computed. None of format and by_mail: as it fits."""

    message: str = ""
    notes: Mapping[int, str] | None = None
    format: str | None = None
    email: str = ""
    name: str = ""
    language: str = ""
    by_mail: bool | None = None


@dataclass(frozen=True)
class _Ready:
    """An answer that is drawn and can be kept."""

    now: Prepared
    number: str
    at: dt.datetime
    format: str
    message: str
    previous: Answer | None
    pdf: bytes
    file: bytes | None  # of the customer's system
    is_mailed: bool


@service(gettext_lazy("Answer the customer"))
def answer_order(
    *,
    order_id: int,
    draft_id: int | None = None,
    revision: int | None = None,
    given: Given | None = None,
    by: User | None,
) -> Answer:
    """Tell the customer line by line what we accept, change and reject, with the promised dates.

    As a mail with a PDF and, where their order came as UBL, EDIFACT or X12, the file that their
    system reads. Without an address or mail server the files are made only. What was answered
    before is superseded; drawn before the order is locked, so whoever changes it meanwhile makes
    this refuse.
    """
    order = _order(order_id)
    order.refuse_if_stale(revision)
    _refuse_unpromised(order)
    draft = _document(order, draft_id)
    ready = _draw(
        lambda: prepare_order(_order(order_id), draft), given or Given(), order.customer.code
    )

    locked_order(order_id)
    answer = _keep(ready, prepare_order(_order(order_id), draft), by)
    counts = ready.now.counts
    journal.record(
        OrderAnswered(
            order_id=order_id,
            answer_id=answer.pk,
            number=answer.number,
            verdict=answer.verdict,
            accepted=counts["accepted"],
            changed=counts["changed"],
            rejected=counts["rejected"],
            format=answer.format,
            email=answer.to_email if ready.is_mailed else "",
            previous=ready.previous.number if ready.previous else "",
        ),
        about=about(answer),
        by=by,
    )
    return answer


@service(gettext_lazy("Answer the refused document"))
def answer_refused_draft(*, draft_id: int, given: Given | None = None, by: User | None) -> Answer:
    """Tell the sender of a document that we refused that we take none of its lines."""
    draft = _refused(draft_id)
    code = draft.customer.code if draft.customer else ""
    ready = _draw(lambda: prepare_refusal(_refused(draft_id)), given or Given(), code)

    Incoming.objects.select_for_update(of=("self",)).get(pk=draft.incoming_id)
    answer = _keep(ready, prepare_refusal(_refused(draft_id)), by)
    journal.record(
        RefusalAnswered(
            draft_id=draft_id,
            answer_id=answer.pk,
            number=answer.number,
            rejected=ready.now.counts["rejected"],
            format=answer.format,
            email=answer.to_email if ready.is_mailed else "",
        ),
        about=about(answer),
        by=by,
    )
    return answer


def preview(now: Prepared, *, message: str = "") -> bytes:
    """The PDF as it would be, without a number; nothing is written."""
    return written.as_pdf(now, number="–", at=clock.now(), message=message, replaces="")


def _draw(prepared: Callable[[], Prepared], given: Given, customer: str) -> _Ready:
    """Everything that takes long: checked, numbered and drawn, nothing locked yet."""
    now = prepared()
    if not now.lines:
        raise NothingToAnswer(_("There are no lines that could be answered."))
    now = now.with_notes(_read_notes(given.notes or {}, len(now.lines)))
    message = read_text(given.message, LONGEST_MESSAGE, field="message")
    form = _read_format(now.format if given.format is None else given.format)
    recipient = given_or_known(
        now.recipient, email=given.email, name=given.name, language=given.language
    )
    now = prepare.sent_to(now, recipient)
    is_mailed = given.by_mail
    if is_mailed is None:
        is_mailed = bool(recipient.email) and mail.is_set_up()
    elif is_mailed:
        refuse_unless_mailable(recipient.email)
    previous = prepare.answer_in_force(now.order, now.draft)
    if previous is not None and _is_the_same(previous, now, form, message):
        raise SameAnswer(
            _("%(answer)s says exactly this already; send it again instead.")
            % {"answer": previous.number},
            link=url_of(previous.pk),
            answer_id=previous.pk,
        )
    number, at = numbering.draw("answer", customer=customer), clock.now()
    replaces = previous.number if previous else ""
    note = written.note_of(message, replaces, recipient.language)
    pdf = written.as_pdf(now, number=number, at=at, message=message, replaces=replaces)
    file = None
    if form:
        file = written.prepared_as_file(
            now, form, number=number, at=at, language=recipient.language, note=note
        ).data
    return _Ready(now, number, at, form, message, previous, pdf, file, is_mailed)


def _keep(ready: _Ready, again: Prepared, by: User | None) -> Answer:
    """Write the answer down unless something has changed since it was drawn, and mail it."""
    now = ready.now
    notes = {line.position: line.note for line in now.lines}
    previous = prepare.answer_in_force(now.order, now.draft)
    if again.with_notes(notes).lines != now.lines or previous != ready.previous:
        raise StaleRevision(
            _("The order was changed while the answer was being made. Please answer again.")
        )
    if previous is not None:
        previous.step("supersede_answer")
        previous.ended_at = ready.at
        previous.save(update_fields=["state", "ended_at"])
    answer = _write(ready, by)
    if ready.is_mailed:
        answer.step("resend_answer")
        answer.mail = send(answer, by)
        answer.save(update_fields=["state", "mail"])
    return answer


def _write(ready: _Ready, by: User | None) -> Answer:
    now = ready.now
    answer = Answer.objects.create(
        number=ready.number,
        order=now.order,
        draft=now.draft,
        incoming=now.incoming,
        order_version=now.order.version if now.order else 0,
        verdict=now.verdict,
        order_number=now.order_number,
        our_number=now.our_number,
        ordered_on=now.ordered_on,
        currency=now.currency,
        parties=now.parties,
        exchange=now.exchange,
        previous=ready.previous,
        language=now.recipient.language,
        message=ready.message,
        format=ready.format,
        pdf=files.keep(ready.pdf, name=f"{ready.number}.pdf"),
        file=_kept(ready),
        to_name=now.recipient.name,
        to_email=now.recipient.email,
        answered_at=ready.at,
        answered_by=by,
    )
    AnswerLine.objects.bulk_create(
        AnswerLine(
            answer=answer,
            **{
                name: value
                for name, value in vars(line).items()
                if name not in ("differences", "deliveries", "gtin")
            },
            gtin=line.gtin[:20],
            differences=list(line.differences),
            deliveries=[[f"{many:f}", str(day)] for many, day in line.deliveries],
        )
        for line in now.lines
    )
    return answer


def _kept(ready: _Ready) -> StoredFile | None:
    if ready.file is None:
        return None
    return files.keep(ready.file, name=f"{ready.number}.{ready.format}")


def _order(order_id: int) -> Order:
    order: Order | None = (
        Order.objects.select_related("customer", "contact").filter(pk=order_id).first()
    )
    if order is None:
        raise NotThere(_("There is no such order."))
    return order


def _refuse_unpromised(order: Order) -> None:
    if order.state == OrderState.DRAFT:
        raise NotReadyToAnswer(
            _("An answer binds us: confirm the order first, then answer the customer.")
        )


def _document(order: Order, draft_id: int | None) -> Draft | None:
    documents = prepare.documents_of(order)
    if draft_id is None:
        return documents[0] if documents else None
    found = next((one for one in documents if one.pk == draft_id), None)
    if found is None:
        raise NotThere(_("The order was not made from this document."))
    return found


def _refused(draft_id: int) -> Draft:
    draft = Draft.objects.select_related("incoming", "customer").filter(pk=draft_id).first()
    if draft is None:
        raise NotThere(_("There is no such draft."))
    if draft.state != Draft.State.REFUSED:
        raise NotReadyToAnswer(
            _("Refuse the document first; an order that was accepted is answered on its page.")
        )
    if draft.data.get("doc_type") not in ANSWERED_KINDS:
        raise NotReadyToAnswer(_("This document asked us for nothing that could be answered."))
    return draft


def _read_format(form: str) -> str:
    if form and form not in Format.values:
        raise Invalid(
            _("“%(value)s” is none of: %(choices)s.")
            % {"value": form[:40], "choices": ", ".join(Format.values)},
            field="format",
        )
    return form


def _read_notes(given: Mapping[int, str], lines: int) -> dict[int, str]:
    notes = {}
    for position, text in given.items():
        if not 1 <= position <= lines:
            raise Invalid(_("There is no such line."), field=f"notes.{position}")
        notes[position] = " ".join(read_text(text, LONGEST_NOTE, field=f"notes.{position}").split())
    return notes


def _is_the_same(previous: Answer, now: Prepared, form: str, message: str) -> bool:
    """Whether nothing of a new answer would be new to the customer."""
    notes = {line.position: line.note for line in previous.lines.all()}
    return (
        prepare.says_the_same(previous, now)
        and notes == {line.position: line.note for line in now.lines}
        and (previous.format, previous.message) == (form, message)
        and previous.language == now.recipient.language
    )
