"""What the pages behind links share: our name, what was typed, the files that were sent."""

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from gendan.kernel import company
from gendan.kernel.errors import Invalid
from gendan.web.forms import whole_number

MOST_TEXT = 4001  # one more than the verbs take: what is longer is refused in words, not cut


def company_name() -> str:
    """Our company's name in the reader's language, as the head of the page."""
    names: dict[str, str] = company.value("company_name")
    key = "zh" if (translation.get_language() or "").startswith("zh") else "en"
    return names.get(key) or names.get("en") or names.get("zh") or "Gendan"


def text_of(request: HttpRequest, name: str) -> str:
    """A field of the form as typed."""
    return request.POST.get(name, "").replace("\r\n", "\n").strip()[:MOST_TEXT]


def files_of(request: HttpRequest, name: str) -> list[tuple[str, Any]]:
    """The files of the form; an input left empty sends none."""
    return [(one.name or "file", one) for one in request.FILES.getlist(name)]


def seen_of(request: HttpRequest) -> int:
    """How many answers the page knew when it was drawn.

    Raises Invalid for a form that does not say so: it would answer what nobody has looked at.
    """
    seen = whole_number(request.POST.get("seen", ""))
    if seen is None:
        raise Invalid(_("This page is incomplete; please open the link again."), field="seen")
    return seen
