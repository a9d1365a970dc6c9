"""How facts without a template of their own read in the timeline."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gendan.kernel import journal
from gendan.web.fact_titles import ROOMS, TITLES

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
    name = fact_title(fact)
    if not values:
        return format_html("{}", name)
    listed = format_html_join(", ", "{}: {}", values)
    return format_html('{} <span class="text-secondary">{}</span>', name, listed)


def fact_title(name: str) -> str:
    """What a kind of fact is called, in the reader's language."""
    known = TITLES.get(name)
    return str(known) if known else _(_spaced(name).capitalize())


def fact_choices() -> list[tuple[str, str]]:
    """All kinds of facts for a filter, by title."""
    found = [(name, fact_title(name)) for name in journal.concrete_facts()]
    return sorted(found, key=lambda one: one[1])


def facts_by_room(chosen: Collection[str] = ()) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """All kinds of facts for choosing: room, and (name, title, whether it is chosen) of each."""
    rooms: dict[str, list[tuple[str, str, bool]]] = {}
    for name, kind in journal.concrete_facts().items():
        room = kind.__module__.split(".")[1]
        rooms.setdefault(room, []).append((name, fact_title(name), name in chosen))
    known = [room for room in ROOMS if room in rooms]
    others = sorted(set(rooms) - set(known))
    return [
        (str(ROOMS.get(room, room)), sorted(rooms[room], key=lambda one: one[1]))
        for room in [*known, *others]
    ]


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
