"""How facts without a template of their own read in the timeline."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

_SHOWN_VALUES = 4
_LONGEST = 120


def plain_words(fact: str, data: Mapping[str, Any]) -> SafeString:
    """The fact's name as words and its values that mean something without a table.

    Ids say nothing to a reader and are left out.
    """
    values = [
        (_(_spaced(key)), _shown(value))
        for key, value in data.items()
        if value not in (None, "", [], {})
        and not key.endswith(("_id", "_ids"))
        and not isinstance(value, dict)
    ][:_SHOWN_VALUES]
    name = _(_spaced(fact).capitalize())
    if not values:
        return format_html("{}", name)
    listed = format_html_join(", ", "{}: {}", values)
    return format_html('{} <span class="text-secondary">{}</span>', name, listed)


def _spaced(name: str) -> str:
    """OrderConfirmed → order confirmed, due_on → due on."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name).lower()


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_shown(part) for part in value[:5]) + (" …" if len(value) > 5 else "")
    text = str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
