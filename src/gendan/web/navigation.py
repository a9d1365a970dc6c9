"""The sections of the product in the order of the journey, for whom, and the frame around pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from gendan.web import counts


@dataclass(frozen=True)
class Section:
    """An entry of the navigation; `url_name` is the page it opens, `roles` who uses it."""

    key: str
    title: Any
    url_name: str
    icon: str
    roles: frozenset[str] | None = None  # None: everybody who works here
    shortcut: str = ""  # the second key after "g"


def _roles(names: str) -> frozenset[str]:
    return frozenset(names.split())


SECTIONS = (
    Section("today", _("Today"), "today", "checklist", shortcut="t"),
    Section(
        "intake",
        _("Intake"),
        "intake",
        "inbox",
        _roles("merchandiser sales manager planner"),
        "i",
    ),
    Section(
        "orders",
        _("Orders"),
        "orders",
        "clipboard-list",
        _roles(
            "merchandiser sales planner production buyer warehouse inspector logistics service "
            "finance manager"
        ),
        "o",
    ),
    Section(
        "changes", _("Changes"), "changes", "git-pull-request", _roles("merchandiser sales manager")
    ),
    Section(
        "reviews",
        _("Reviews"),
        "reviews",
        "checks",
        _roles(
            "merchandiser sales planner production buyer warehouse inspector logistics finance "
            "manager"
        ),
        "r",
    ),
    Section(
        "papers",
        _("Papers"),
        "papers",
        "file-certificate",
        _roles("merchandiser sales logistics finance manager"),
    ),
    Section(
        "board",
        _("Follow-up board"),
        "board",
        "layout-board",
        _roles(
            "merchandiser sales planner production buyer warehouse inspector logistics service "
            "finance manager"
        ),
        "b",
    ),
    Section(
        "planning",
        _("Planning"),
        "planning",
        "chart-bar",
        _roles("merchandiser sales planner production buyer manager"),
        "l",
    ),
    Section(
        "dispatch",
        _("Dispatch list"),
        "dispatch_list",
        "list-check",
        _roles("operator production planner manager"),
    ),
    Section(
        "purchasing",
        _("Purchasing"),
        "purchase_plan",
        "shopping-cart",
        _roles("merchandiser planner production buyer finance manager"),
        "u",
    ),
    Section(
        "stock",
        _("Stock"),
        "stock",
        "building-warehouse",
        _roles("merchandiser sales planner production buyer warehouse inspector logistics manager"),
        "s",
    ),
    Section(
        "items",
        _("Items"),
        "items",
        "box",
        _roles("merchandiser sales planner production buyer warehouse inspector manager"),
        "a",
    ),
    Section(
        "partners",
        _("Partners"),
        "partners",
        "building-store",
        _roles("merchandiser sales planner buyer logistics service finance manager"),
        "p",
    ),
    Section(
        "people",
        _("People"),
        "people",
        "users",
        _roles("planner production manager"),
        "e",
    ),
    Section("settings", _("Settings"), "settings", "settings", shortcut=","),
)


@dataclass(frozen=True)
class Entry:
    """A section as one user sees it now."""

    key: str
    title: str
    url: str
    icon: str
    waiting: str  # "" for nothing, capped at "99+"
    is_here: bool
    shortcut: str = ""


STORE_BAR = ("today", "orders", "stock")


@dataclass(frozen=True)
class Frame:
    """What the base template draws around a page."""

    sections: list[Entry]
    unread: str
    theme: str
    company: str
    receiving: Entry | None = None  # its page, for the people of the store

    @property
    def bar(self) -> list[Entry]:
        """The first sections, for the bar at the bottom of a phone; the store receives there."""
        if self.receiving is None:
            return self.sections[:4]
        is_elsewhere = not self.receiving.is_here  # of the places of the bar one is marked
        mine = [
            replace(one, is_here=one.is_here and is_elsewhere)
            for one in self.sections
            if one.key in STORE_BAR
        ]
        return [*mine[:1], self.receiving, *mine[1:3]]


def _receiving(user: Any, path: str) -> Entry | None:
    """The page on which the store receives, as an entry of the phone's bar; None for others."""
    if user.is_superuser or "warehouse" not in user.roles:
        return None
    url = url_of("receive_goods")
    return Entry("receiving", str(_("Receiving")), url, "truck-delivery", "", path == url)


def sections_of(user: Any) -> list[Section]:
    """The sections this user's roles use and whose page exists."""
    if not user.is_authenticated or user.is_outside:
        return []
    if not (user.is_superuser or user.roles):
        return []
    return [
        section
        for section in SECTIONS
        if (section.roles is None or user.is_superuser or user.roles & section.roles)
        and url_of(section.url_name)
    ]


def url_of(name: str) -> str:
    """The address of a page without arguments; "" when there is none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def frame_of(request: HttpRequest) -> Frame:
    """The frame for one request: sections with what waits for this user, and the bell."""
    user: Any = request.user
    if not user.is_authenticated:
        return Frame([], "", request.COOKIES.get("gendan_theme", "auto"), "")
    here = getattr(request, "gendan_section", "")
    visible = sections_of(user)
    waiting = counts.waiting_for(user, [section.key for section in visible] + ["notices"])
    entries = [
        Entry(
            section.key,
            str(section.title),
            url_of(section.url_name),
            section.icon,
            counts.capped(waiting.get(section.key, 0)),
            section.key == here,
            section.shortcut,
        )
        for section in visible
    ]
    unread = counts.capped(waiting.get("notices", 0))
    return Frame(entries, unread, user.theme, "", _receiving(user, request.path))


def tabs_of(pages: Sequence[tuple[str, Any]], here: str) -> list[tuple[str, str, bool]]:
    """Pages beside each other (URL name, words) as the tabs above their content."""
    return [(url_of(name), str(words), name == here) for name, words in pages if url_of(name)]
