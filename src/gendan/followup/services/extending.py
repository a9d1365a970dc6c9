"""Asking the customer for a later date, because their own time caused the delay."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts.papers.render import render
from gendan.followup.events import ExtensionAnswered, ExtensionRequested
from gendan.followup.extension_evidence import Case, case_of
from gendan.followup.extension_letters import letter_of, subject_of
from gendan.followup.models import Extension
from gendan.followup.services.asking import company_of, locked_order
from gendan.followup.services.refusals import DateRefused, read_coming_day, read_note
from gendan.kernel import clock, files, journal, mail
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import StoredFile, User
from gendan.kernel.service import service
from gendan.orders.addressees import Recipient, read_recipient, refuse_without_address
from gendan.orders.models import Order, OrderState

LONGEST_LETTER = 20_000
LONGEST_ANSWER = 2000


class NothingToExtend(DomainError):
    """No delay that the customer's own time explains."""


class ExtensionIsOpen(DomainError):
    """A request that waits for its answer already."""


@service(gettext_lazy("Ask for a later date"))
def request_extension(
    *,
    order_id: int,
    proposed_on: dt.date | str | None = None,
    letter: str = "",
    is_mailed: bool = True,
    is_pdf: bool = True,
    email: str = "",
    name: str = "",
    language: str = "",
    by: User | None,
) -> Extension:
    """Send the customer a letter with the dated evidence and a new date, and keep both.

    Date and letter are the ready ones unless given. Refused where the customer's time explains no
    working day, and while another request waits for its answer.
    """
    order = locked_order(order_id)
    case = evidence_of(order)
    day = (
        case.proposed_on
        if proposed_on is None
        else read_coming_day(proposed_on, field="proposed_on")
    )
    if day <= case.promised_on:
        raise DateRefused(
            _("The new date must be later than the promised one, %(day)s.")
            % {"day": case.promised_on.isoformat()},
            field="proposed_on",
        )
    if Extension.objects.filter(order=order, state=Extension.State.ASKED).exists():
        raise ExtensionIsOpen(
            _("A later date has been asked for already; record the answer to it first.")
        )
    recipient = read_recipient(order, email=email, name=name, language=language)
    if is_mailed:
        refuse_without_address(recipient)
    text = read_note(letter, field="letter", limit=LONGEST_LETTER)
    extension = Extension.objects.create(
        order=order,
        promised_on=case.promised_on,
        proposed_on=day,
        customer_days=case.customer_days,
        evidence=case.as_json(),
        language=recipient.language,
        letter=text or ready_letter(order, case, recipient, day, by),
        to_name=recipient.name,
        to_email=recipient.email if is_mailed else "",
        asked_at=clock.now(),
        asked_by=by,
    )
    _bring(extension, is_pdf=is_pdf, by=by)
    return extension


@service(gettext_lazy("Record their answer"))
def record_extension_answer(
    *,
    extension_id: int,
    is_agreed: bool,
    agreed_on: dt.date | str | None = None,
    answer: str = "",
    by: User | None,
) -> Extension:
    """The customer agrees (to the date asked for, or another one), or does not.

    The promise itself is changed by amending the order, so that its version says so.
    """
    order_id = Extension.objects.filter(pk=extension_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotThere(_("There is no such request."))
    order = locked_order(order_id)
    extension = Extension.objects.get(pk=extension_id)
    extension.order = order
    answer = read_note(answer, field="answer", limit=LONGEST_ANSWER)
    if not is_agreed and not answer:
        raise Invalid(_("Write down what they said."), field="answer")
    extension.step("record_extension_answer")
    if is_agreed:
        extension.agreed_on = (
            extension.proposed_on
            if not agreed_on
            else read_coming_day(agreed_on, field="agreed_on")
        )
    else:
        extension.state = Extension.STEPS["record_extension_refusal"].target
    extension.answer = answer
    extension.answered_at = clock.now()
    extension.answered_by = by
    extension.save()
    journal.record(
        ExtensionAnswered(
            order_id=order.pk,
            extension_id=extension.pk,
            is_agreed=is_agreed,
            proposed_on=str(extension.proposed_on),
            agreed_on=str(extension.agreed_on) if extension.agreed_on else None,
            answer=answer,
        ),
        about=[order, extension],
        by=by,
    )
    return extension


def evidence_of(order: Order) -> Case:
    """The case of an order, or the refusal that there is none."""
    if order.state != OrderState.CONFIRMED:
        raise NothingToExtend(
            _("%(order)s is not running; there is no date to move.") % {"order": order.number}
        )
    case = case_of(order)
    if case is None or not case.customer_days:
        raise NothingToExtend(
            _("The customer has not taken longer than planned; nothing of a delay is theirs.")
        )
    if not case.effect_days:
        raise NothingToExtend(
            _("%(order)s is expected on time, for %(day)s; there is nothing to ask for.")
            % {"order": order.number, "day": case.promised_on.isoformat()}
        )
    return case


def ready_letter(
    order: Order, case: Case, recipient: Recipient, day: dt.date, by: User | None
) -> str:
    """The letter as it is proposed."""
    return letter_of(
        order,
        case,
        to=recipient.name,
        sender="\n".join(
            part
            for part in (str(by or order.merchandiser or ""), company_of(recipient.language))
            if part
        ),
        language=recipient.language,
        proposed_on=day,
    )


def _as_pdf(order: Order, text: str, language: str) -> StoredFile:
    content = render(
        "letter",
        {
            "title": order.number,
            "company": company_of(language),
            "language": "zh" if language.startswith("zh") else "en",
            "paragraphs": [part for part in text.split("\n\n") if part.strip()],
        },
        at=clock.now().replace(microsecond=0),
    )
    return files.keep(content, name="letter.pdf")


def file_name_of(extension: Extension) -> str:
    """Under which name the letter is saved."""
    return f"{extension.order.number}-{extension.proposed_on}.pdf".replace("/", "-")


def _bring(extension: Extension, *, is_pdf: bool, by: User | None) -> None:
    """Draw the letter, mail it where there is an address, and tell of it."""
    order = extension.order
    attached = []
    if is_pdf:
        extension.file = _as_pdf(order, extension.letter, extension.language)
        extension.save(update_fields=["file"])
        attached.append((extension.file, file_name_of(extension)))
    if extension.to_email:
        mail.write_mail(
            to=[extension.to_email],
            subject=subject_of(order, extension.proposed_on, extension.language),
            text=extension.letter,
            about=order,
            attached=attached,
            kind="extension",
            by=by,
        )
    journal.record(
        ExtensionRequested(
            order_id=order.pk,
            extension_id=extension.pk,
            promised_on=str(extension.promised_on),
            proposed_on=str(extension.proposed_on),
            customer_days=extension.customer_days,
            letter=extension.letter,
        ),
        about=[order, extension],
        by=by,
    )
