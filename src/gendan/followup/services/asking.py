"""Open questions to the customer: asking, reminding, answering, withdrawing."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import IO, Any

from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.followup.effects import effect_of
from gendan.followup.events import (
    QuestionAnswered,
    QuestionAsked,
    QuestionFact,
    QuestionReminded,
    QuestionWithdrawn,
)
from gendan.followup.models import AnswerWay, Journey, Milestone, Party, Question
from gendan.followup.queries import owed_to
from gendan.followup.question_letters import Letter, letter_of, reminder_words
from gendan.followup.services.moves import give_back, wait_for_answer
from gendan.followup.services.refreshing import refresh
from gendan.followup.services.refusals import (
    DateRefused,
    JourneyHasEnded,
    TheyWaitForUs,
    read_coming_day,
    read_note,
)
from gendan.kernel import clock, company, files, journal, links, mail
from gendan.kernel.errors import DomainError, IllegalStep, Invalid, NotThere
from gendan.kernel.links import LinkRefused
from gendan.kernel.models import Link, User
from gendan.kernel.service import service
from gendan.orders.addressees import read_recipient, refuse_without_address
from gendan.orders.models import Line, Order, OrderState

PURPOSE = "answer_question"
ANSWER = "answer"  # the kind of the files that come with one
LONGEST_TEXT = 4000
LONGEST_NAME = 80
MOST_FILES = 5
# So many days after the day it was due the link still takes an answer.
LINK_DAYS = 30

Files = Sequence[tuple[str, bytes | IO[bytes]]]


class AskedToday(DomainError):
    """A second reminder on one day."""


class AlreadyAnswered(IllegalStep):
    """An answer to a question that needs none any more."""


@service(gettext_lazy("Ask the customer"))
def ask_question(
    *,
    order_id: int,
    text: str,
    due_on: dt.date | str,
    line_id: int | None = None,
    milestone_id: int | None = None,
    is_mailed: bool = True,
    email: str = "",
    name: str = "",
    language: str = "",
    owner_id: int | None = None,
    by: User | None,
) -> Question:
    """Ask the customer of an order something; until it is answered it is their move.

    Mailed (unless asked by phone) to the order's contact or the address given, with a link for the
    answer. A milestone keeps waiting for the answer; the line says what it is about.
    """
    order = locked_order(order_id)
    if order.state == OrderState.CANCELLED:
        raise IllegalStep(
            _("%(order)s is cancelled; there is nothing to ask any more.") % {"order": order.number}
        )
    text = read_note(text, field="text", limit=LONGEST_TEXT)
    if not text:
        raise Invalid(_("Write the question first."), field="text")
    recipient = read_recipient(order, email=email, name=name, language=language)
    if is_mailed:
        refuse_without_address(recipient)
    milestone = _milestone_of(order, milestone_id)
    number = Question.objects.filter(order=order).aggregate(Max("position"))["position__max"] or 0
    question = Question.objects.create(
        order=order,
        position=number + 1,
        line=_line_of(order, line_id),
        milestone=milestone,
        text=text,
        language=recipient.language,
        to_name=recipient.name,
        to_email=recipient.email if is_mailed else "",
        due_on=read_coming_day(due_on, field="due_on"),
        owner=_owner(order, owner_id, by),
        asked_at=clock.now(),
        asked_by=by,
    )
    if is_mailed:
        _send(question, by=by)
    _tell(QuestionAsked, question, by, due_on=str(question.due_on), is_mailed=is_mailed)
    if milestone is not None:
        wait_for_answer(question, milestone, by)
        refresh([order.pk], by=by)
    return question


@service(gettext_lazy("Remind the customer"))
def remind_question(*, question_id: int, message: str = "", by: User | None) -> Question:
    """Ask again by mail, with a new link; `message` takes the place of the ready first sentence.

    Refused a second time on one day, and while the customer waits for something of ours.
    """
    question = locked_question(question_id)
    question.step("remind_question")
    message = read_note(message, field="message", limit=LONGEST_TEXT)
    if not question.to_email:
        raise Invalid(_("This question was not sent by e-mail; ask again as you asked before."))
    if question.reminded_at and clock.date_of(question.reminded_at) == clock.today():
        raise AskedToday(_("They were reminded today already; give them until tomorrow."))
    _refuse_while_they_wait(question)
    question.reminded_at = clock.now()
    question.reminders += 1
    question.save(update_fields=["reminded_at", "reminders"])
    letter = _send(question, by=by, message=message or reminder_words(question))
    _tell(QuestionReminded, question, by, message=letter.text.split("\n\n")[1][:LONGEST_TEXT])
    return question


@service(gettext_lazy("Record the answer"))
def answer_question(
    *,
    question_id: int,
    text: str,
    way: str = AnswerWay.PHONE,
    name: str = "",
    given: Files = (),
    by: User | None,
) -> Question:
    """The customer has answered by phone, mail or in person: what they said, and who said it."""
    question = locked_question(question_id)
    if way not in AnswerWay.values or way == AnswerWay.LINK:
        raise Invalid(_("Say how the answer came."), field="way")
    _answer(question, "answer_question", text=text, way=way, name=name, given=given, by=by)
    return question


@service
def answer_by_link(
    *, token: str, text: str, name: str = "", given: Files = (), by: User | None = None
) -> Question:
    """The customer's own answer; the token of the link is the permission."""
    question = locked_question(question_of(links.find_link(token)))
    link = links.find_link(token, lock=True)
    if question.state == Question.State.ANSWERED:
        raise AlreadyAnswered(_("This question has been answered already. Thank you!"))
    links.use_link(link)
    name = name or link.name
    _answer(
        question, "answer_by_link", text=text, way=AnswerWay.LINK, name=name, given=given, by=None
    )
    return question


@service(gettext_lazy("Withdraw the question"))
def withdraw_question(*, question_id: int, reason: str, by: User | None) -> Question:
    """The answer is no longer needed, and why; the link no longer takes one."""
    question = locked_question(question_id)
    reason = read_note(reason, field="reason")
    if not reason:
        raise Invalid(_("Say why the answer is no longer needed."), field="reason")
    question.step("withdraw_question")
    question.close_reason = reason
    links.void_links(about=question, reason="withdrawn")
    _close(question, by)
    _tell(QuestionWithdrawn, question, by, reason=reason)
    return question


@service
def withdraw_questions(*, order_ids: Collection[int], by: User | None = None) -> int:
    """The orders were cancelled: what is still asked about them needs no answer."""
    ids = Question.objects.filter(
        order__in=order_ids, order__state=OrderState.CANCELLED, state=Question.State.OPEN
    )
    found = list(ids.order_by("pk").values_list("pk", flat=True))
    for pk in found:
        withdraw_question(question_id=pk, reason=_("The order was cancelled."), by=by)
    return len(found)


def question_of(link: Link) -> int:
    """The id of the question a link is about; raises LinkRefused for a link of another purpose."""
    kind, _colon, pk = link.about.partition(":")
    if link.purpose != PURPOSE or kind != Question._meta.label_lower or not pk.isdigit():
        raise LinkRefused(
            _("This link does not lead anywhere. Please check that it is complete."), why="unknown"
        )
    return int(pk)


def locked_order(order_id: int) -> Order:
    """The order with its journey and itself locked, in this order: the journey's refresh writes
    the order, never the reverse."""
    list(Journey.objects.select_for_update(of=("self",)).filter(order=order_id))
    order = (
        Order.objects.select_for_update(of=("self",))
        .select_related("customer", "contact", "merchandiser")
        .filter(pk=order_id)
        .first()
    )
    if order is None:
        raise NotThere(_("There is no such order."))
    return order


def locked_question(question_id: int) -> Question:
    """The question, with its order and journey locked."""
    order_id = Question.objects.filter(pk=question_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotThere(_("There is no such question."))
    order = locked_order(order_id)
    question = Question.objects.select_related(
        "line__item", "owner", "milestone__journey", "milestone__waiting_partner"
    ).get(pk=question_id)
    question.order = order
    if question.milestone is not None:
        question.milestone.journey.order = order
    return question


def _answer(
    question: Question,
    verb: str,
    *,
    text: str,
    way: str,
    name: str,
    given: Files,
    by: User | None,
) -> None:
    text = read_note(text, field="text", limit=LONGEST_TEXT)
    name = read_note(name, field="name", limit=LONGEST_NAME)
    if len(given) > MOST_FILES:
        raise Invalid(
            _("At most %(limit)s files go with an answer.") % {"limit": MOST_FILES}, field="files"
        )
    if not text and not given:
        raise Invalid(_("Write the answer, or add a file."), field="text")
    if question.state == Question.State.ANSWERED:
        raise AlreadyAnswered(
            _("%(question)s has been answered already.") % {"question": str(question)}
        )
    question.step(verb)
    question.answer = text
    question.answer_way = way
    question.answered_name = name
    kept = [
        files.attach(content, name=file_name, about=question, by=by, kind=ANSWER)
        for file_name, content in given
    ]
    _close(question, by)
    _tell(QuestionAnswered, question, by, answer=text, way=way, person=name, files=len(kept))


def _close(question: Question, by: User | None) -> None:
    question.closed_at = clock.now()
    question.closed_by = by
    question.save()
    milestone = question.milestone
    if milestone is not None and milestone.journey.is_open:
        give_back(question, milestone, by)
        refresh([question.order_id], by=by)


def _send(question: Question, *, by: User | None, message: str = "") -> Letter:
    """The mail with a link of its own; former links stay good until one of them is used."""
    _link, token = links.make_link(
        purpose=PURPOSE,
        about=question,
        valid_until=clock.moment_on(question.due_on + dt.timedelta(days=LINK_DAYS), 23, 59),
        language=question.language,
        name=question.to_name,
        email=question.to_email,
        by=by,
    )
    with translation.override(question.language):
        letter = letter_of(
            question,
            sender=sender_of(question, by),
            url=company.public_url(f"/l/{token}/"),
            effect=effect_of(question),
            message=message,
        )
    mail.write_mail(
        to=[question.to_email],
        subject=letter.subject,
        text=letter.text,
        about=question.order,
        kind="question",
        by=by,
    )
    return letter


def sender_of(question: Question, by: User | None) -> str:
    """Who signs the mail, with the company's name."""
    person = by or question.owner
    return "\n".join(part for part in (str(person or ""), company_of(question.language)) if part)


def company_of(language: str) -> str:
    """Our company's name in a language, else in the other one."""
    names: dict[str, str] = company.value("company_name")
    key = "zh" if language.startswith("zh") else "en"
    return names.get(key) or names.get("en") or names.get("zh") or ""


def _refuse_while_they_wait(question: Question) -> None:
    journey = Journey.objects.filter(order=question.order_id, is_open=True).first()
    if journey is None:
        return
    key = (journey.pk, Party.CUSTOMER.value)
    owed = owed_to([key]).get(key)
    if owed is not None:
        raise TheyWaitForUs(
            _("%(party)s waits for us: “%(owed)s” has been due since %(day)s. Do that first.")
            % {
                "party": str(Party.CUSTOMER.label).capitalize(),
                "owed": owed.name,
                "day": (owed.revised_on or owed.planned_on).isoformat(),
            },
            milestone=owed.pk,
        )


def _milestone_of(order: Order, milestone_id: int | None) -> Milestone | None:
    if milestone_id is None:
        return None
    milestone = (
        Milestone.objects.select_related("journey", "waiting_partner")
        .filter(pk=milestone_id, journey__order=order)
        .first()
    )
    if milestone is None:
        raise Invalid(_("This order has no such milestone."), field="milestone_id")
    milestone.journey.order = order
    if not milestone.journey.is_open:
        raise JourneyHasEnded(
            _("%(order)s is no longer followed; its milestones stay as they are.")
            % {"order": order.number}
        )
    if milestone.state not in (Milestone.State.TO_COME, Milestone.State.OPEN):
        raise DateRefused(
            _("“%(milestone)s” is done; no answer can keep it waiting.")
            % {"milestone": milestone.name},
            field="milestone_id",
        )
    return milestone


def _line_of(order: Order, line_id: int | None) -> Line | None:
    if line_id is None:
        return None
    line = Line.objects.select_related("item").filter(pk=line_id, order=order).first()
    if line is None:
        raise Invalid(_("This order has no such line."), field="line_id")
    return line


def _owner(order: Order, owner_id: int | None, by: User | None) -> User | None:
    """Who sees that it is answered: whoever was named, else whoever asks."""
    if owner_id is None:
        return by or order.merchandiser
    owner = User.objects.filter(pk=owner_id, is_active=True, is_outside=False).first()
    if owner is None:
        raise Invalid(_("There is no such person here."), field="owner_id")
    return owner


def _tell(kind: type[QuestionFact], question: Question, by: User | None, **values: Any) -> None:
    about: list[Any] = [question.order, question]
    if question.milestone is not None:
        about.append(question.milestone)
    journal.record(
        kind(
            order_id=question.order_id,
            question_id=question.pk,
            position=question.position,
            text=question.text,
            **values,
        ),
        about=about,
        by=by,
    )
