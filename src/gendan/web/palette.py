"""What the command palette offers: the pages of the reader's sections and the verbs they may do."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from gendan.kernel.service import VERBS
from gendan.web import navigation

# Where a verb that needs a document begins: the list in which the document is chosen.
LIST_OF_ROOM = {
    "orders": "orders",
    "planning": "orders",
    "intake": "intake",
    "followup": "board",
    "inventory": "stock",
    "catalog": "items",
    "partners": "partners",
    "workforce": "people",
    "kernel": "settings",
    "mailroom": "mailboxes",
}


def commands_for(user: Any) -> list[dict[str, str]]:
    """Commands with title, address and a hint; pages first, then verbs in the journey's order."""
    pages = [
        {"title": str(section.title), "url": navigation.url_of(section.url_name), "hint": _("page")}
        for section in navigation.sections_of(user)
    ]
    verbs = []
    for verb in VERBS.values():
        if not verb.is_outer or not user.may_do(verb.name):
            continue
        direct = navigation.url_of(verb.name)
        # A page of its own, or the list in which its document is chosen first.
        url = direct or navigation.url_of(LIST_OF_ROOM.get(verb.room, ""))
        if url and (direct or _has_page(verb.name)):
            hint = "" if direct else _("choose first")
            words = verb.name.replace("_", " ")
            verbs.append({"title": str(verb.title), "url": url, "hint": hint, "words": words})
    return pages + verbs


def _has_page(verb: str) -> bool:
    for args in ([1], [1, 1], ["x"]):
        try:
            reverse(verb, args=args)
        except NoReverseMatch:
            continue
        return True
    return False
