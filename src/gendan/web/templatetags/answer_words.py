"""Words of answers on pages: verdicts, reasons and what differs, in the reader's language."""

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gendan.answers import words
from gendan.answers.models import Format, Verdict
from gendan.web.templatetags.gendan import badge

register = template.Library()
_MEANINGS = {Verdict.ACCEPTED: "done", Verdict.CHANGED: "risk", Verdict.REJECTED: "late"}


@register.simple_tag
def verdict_badge(verdict: str, count: int | None = None) -> SafeString:
    """What we say to a line, or how many lines have this verdict."""
    label = str(Verdict(verdict).label)
    return badge(_MEANINGS[Verdict(verdict)], label=label if count is None else f"{count} {label}")


@register.filter
def answer_reason(line: Any) -> str:
    """Why a line is not simply accepted."""
    return words.reason(line, get_language() or "en")


@register.filter
def answer_format(form: str) -> str:
    """The name of a format: "EDIFACT ORDRSP"."""
    return str(Format(form).label) if form in Format.values else ""


@register.filter
def said_words(gist: str) -> str:
    """What is said to a line, from the code of `prepare.differing`."""
    if not gist:
        return _("nothing")
    verdict, quantity, price, date = gist.split("|", 3)
    if verdict == Verdict.REJECTED:
        return str(Verdict.REJECTED.label)
    return " · ".join(part for part in (quantity, price, date) if part)
