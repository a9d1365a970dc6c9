"""The page on which a customer answers a question, without an account."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from gendan.followup import services
from gendan.followup.models import Question
from gendan.followup.queries import question_behind
from gendan.followup.services.asking import ANSWER, LONGEST_TEXT, MOST_FILES, PURPOSE, question_of
from gendan.kernel import files
from gendan.kernel.errors import DomainError
from gendan.kernel.models import Link
from gendan.web.portal.door import opens, render_portal, token_of
from gendan.web.portal.shared import company_name, files_of, text_of


@opens(PURPOSE)
def answer_question(request: HttpRequest, link: Link) -> HttpResponse:
    """The question and a form for the answer; afterwards what was answered."""
    question = question_behind(question_of(link))
    if question is None:
        raise Http404
    if request.method != "POST":
        return _draw(request, link, question)
    typed = {"text": text_of(request, "text"), "name": text_of(request, "name")}
    try:
        services.answer_by_link(
            token=token_of(request),
            text=typed["text"],
            name=typed["name"],
            given=files_of(request, "files")[: MOST_FILES + 1],
        )
    except DomainError as error:
        return _draw(request, link, question_behind(question.pk) or question, typed, error)
    return _draw(request, link, question_behind(question.pk) or question, is_new=True)


def _draw(
    request: HttpRequest,
    link: Link,
    question: Question,
    typed: dict[str, str] | None = None,
    refusal: DomainError | None = None,
    *,
    is_new: bool = False,
) -> HttpResponse:
    is_answered = question.state == Question.State.ANSWERED
    context: dict[str, Any] = {
        "question": question,
        "order": question.order,
        "company": company_name(),
        "typed": typed or {"text": "", "name": link.name},
        "refusal": refusal,
        "is_answered": is_answered,
        "is_new": is_new,
        "given": [one for one in files.attachments_of(question) if one.kind == ANSWER]
        if is_answered
        else [],
        "most_files": MOST_FILES,
        "longest": LONGEST_TEXT,
    }
    status = refusal.status if refusal else 200
    return render_portal(request, "portal/question.html", context, link=link, status=status)
