"""What a fact says, as plain text: for mails, robots and short messages on an open page."""

import html
import re
from functools import lru_cache
from typing import Any

from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from gendan.kernel.models import Entry
from gendan.notices.rules_data import SHIPPED

LONGEST = 300
_BREAKS = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h\d)>", re.IGNORECASE)


def title_of(fact: str) -> str:
    """A kind of fact in the reader's language."""
    shipped = SHIPPED.get(fact)
    if shipped is not None:
        return str(shipped.title)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", fact).capitalize()


def plain(entry: Entry, language: str | None = None, *, longest: int = LONGEST) -> str:
    """What an entry says in one line of plain text."""
    with translation.override(language or translation.get_language()):
        template = _template(entry.fact)
        if template is None:
            return title_of(entry.fact)
        drawn = template.render({"entry": entry, "data": entry.data, "by": entry.by})
        text = html.unescape(strip_tags(_BREAKS.sub(" · ", drawn)))
        line = " ".join(text.split()).strip(" ·")
        return (line[: longest - 1] + "…" if len(line) > longest else line) or title_of(entry.fact)


def who_of(entry: Entry) -> str:
    """Who did it; the system where nobody is named."""
    return str(entry.by) if entry.by else _("Gendan")


@lru_cache(maxsize=500)
def _template(fact: str) -> Any:
    try:
        return get_template(f"facts/{fact}.html")
    except TemplateDoesNotExist:
        return None
