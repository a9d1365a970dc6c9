"""How answers leave the house: a mail with the PDF and the file of the customer's system."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.answers import letters
from gendan.answers.events import AnswerSentAgain
from gendan.answers.models import Answer
from gendan.answers.services.refusals import CannotBeMailed, about, locked_answer, subject_of
from gendan.contracts.letters import Letter
from gendan.contracts.services.accepting import sender_of
from gendan.kernel import journal, mail
from gendan.kernel.models import Mail, StoredFile, User
from gendan.kernel.service import service
from gendan.orders.addressees import Recipient, given_or_known


@service(gettext_lazy("Send the answer again"))
def resend_answer(*, answer_id: int, email: str = "", name: str = "", by: User | None) -> Answer:
    """Mail the same answer again, or for the first time; to the same person unless one is named."""
    answer = locked_answer(answer_id)
    known = Recipient(answer.to_name, answer.to_email, answer.language)
    recipient = given_or_known(known, email=email, name=name, language="")
    refuse_unless_mailable(recipient.email)
    answer.step("resend_answer")
    answer.to_name, answer.to_email = recipient.name, recipient.email
    answer.mail = send(answer, by)
    answer.save()
    journal.record(
        AnswerSentAgain(
            order_id=answer.order_id,
            answer_id=answer.pk,
            number=answer.number,
            email=answer.to_email,
        ),
        about=about(answer),
        by=by,
    )
    return answer


def send(answer: Answer, by: User | None) -> Mail:
    """Write the mail that carries an answer, below the customer's own where there is one."""
    answer.refresh_from_db(fields=["pdf", "file"])
    letter = letters.answering(
        Lined(answer),
        number=answer.number,
        to=answer.to_name,
        sender=sender_of(by, answer.language),
        message=answer.message,
        form=answer.format,
        replaces=answer.previous.number if answer.previous else "",
        language=answer.language,
    )
    attached = [(answer.pdf, answer.pdf_name)]
    if answer.file is not None:
        attached.append((answer.file, answer.file_name(answer.format)))
    return write(answer, letter, attached=attached, by=by)


def write(
    answer: Answer,
    letter: Letter,
    *,
    by: User | None,
    attached: Sequence[tuple[StoredFile, str]] = (),
) -> Mail:
    """A mail about an answer, in the thread of the mail the order came by."""
    incoming = answer.incoming
    answers = incoming.message_id if incoming else ""
    subject = incoming.subject if incoming and answers and incoming.subject else letter.subject
    return mail.write_mail(
        to=[answer.to_email],
        subject=subject,
        text=letter.text,
        about=subject_of(answer),
        attached=attached,
        kind="answer",
        answers=answers,
        by=by,
    )


def refuse_unless_mailable(email: str) -> None:
    """Raise CannotBeMailed where nobody could be reached; the files can still be handed over."""
    if not email:
        raise CannotBeMailed(
            _(
                "No e-mail address of the customer is known; give one, or make the files only "
                "and hand them over yourself."
            ),
            field="email",
        )
    if not mail.is_set_up():
        raise CannotBeMailed(
            _(
                "No mail server is set up, so nothing can be mailed; make the files only and hand "
                "them over yourself."
            ),
            field="by_mail",
        )


class Lined:
    """An answer whose `lines` are its rows, as letters read them."""

    def __init__(self, answer: Answer) -> None:
        self.verdict = answer.verdict
        self.order_number = answer.order_number
        self.our_number = answer.our_number
        self.lines = list(answer.lines.all())
