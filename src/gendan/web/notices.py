"""What people must know: the list behind the bell, what is new, proof of reading and acting."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gendan.catalog.queries import calendar
from gendan.kernel import clock
from gendan.notices import queries, services
from gendan.notices.models import Importance, Notice
from gendan.notices.preferences import is_quiet, shows_toast
from gendan.notices.words import plain
from gendan.web import counts
from gendan.web.counts import waits
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.settings import next_of
from gendan.web.shell import ask, page

LONGEST_TOAST = 160


def _narrowed(rows: "QuerySet[Notice]", which: str) -> "QuerySet[Notice]":
    if which == "act":
        return rows.filter(must_act=True, acted_at__isnull=True)
    return rows.filter(read_at__isnull=True)


LISTING = Listing(
    key="notices",
    sort="-id",
    columns=(
        Column(
            "words",
            gettext_lazy("What happened"),
            lambda notice: plain(notice.entry),
            cell="notices/words.html",
        ),
        Column(
            "order",
            gettext_lazy("Order"),
            lambda notice: str(notice.order or ""),
            cell="notices/order.html",
        ),
        Column("by", gettext_lazy("Who"), lambda notice: str(notice.entry.by or "Gendan")),
        Column("at", gettext_lazy("When"), lambda notice: notice.at),
        Column(
            "read",
            gettext_lazy("State"),
            lambda notice: notice.read_at,
            cell="notices/state.html",
        ),
    ),
    filters=(
        Filter(
            "which",
            gettext_lazy("Which"),
            _narrowed,
            choices=lambda: (
                ("unread", _("not read yet")),
                ("act", _("I must do something")),
            ),
        ),
        Filter(
            "importance",
            gettext_lazy("Importance"),
            lambda rows, value: rows.filter(importance=value),
            choices=lambda: Importance.choices,
        ),
    ),
    preset={"which": "unread"},
    empty=Empty(
        gettext_lazy("Nothing new"),
        gettext_lazy("What you must know about the orders you follow appears here."),
        icon="bell",
    ),
)


@waits("notices")
def unread(user: Any) -> "QuerySet[Any]":
    """What this person has not read."""
    return queries.unread(user)


@page(outside=True, methods=["GET", "HEAD"])
def notices(request: HttpRequest) -> HttpResponse:
    """What this person must know, the newest first."""
    user: Any = request.user
    return show_list(
        request,
        LISTING,
        queries.listed_for(user),
        template="notices/list.html",
        context={"title": _("Notices")},
    )


@page(outside=True, methods=["GET"])
def notices_news(request: HttpRequest) -> HttpResponse:
    """Asked about every second by an open page: 204 when nothing is new (one query)."""
    user: Any = request.user
    state = queries.state_of(user.pk)
    if request.GET.get("seen") == state.mark:
        answer = HttpResponse(status=204)
    else:
        answer = JsonResponse(_news(user, state))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _news(user: Any, state: queries.News) -> dict[str, Any]:
    preference = queries.preference_of(user)
    days = calendar(None) if preference is not None else None
    quiet = days is not None and is_quiet(preference, clock.now(), days)
    shown = [
        notice
        for notice in ([] if quiet else queries.latest_news(user))
        if shows_toast(preference, notice.importance)
    ]
    return {
        "mark": state.mark,
        "count": counts.capped(state.unread),
        "news": [_toast(notice) for notice in shown],
    }


def _toast(notice: Notice) -> dict[str, Any]:
    to_order = notice.order_id is not None
    return {
        "id": notice.pk,
        "words": plain(notice.entry, longest=LONGEST_TOAST),
        "order": str(notice.order) if to_order else "",
        "who": str(notice.entry.by or "Gendan"),
        "url": reverse("order", args=[notice.order_id]) if to_order else reverse("notices"),
        "importance": notice.importance,
        "act": _("Something to do") if notice.is_to_act else "",
    }


@page(outside=True, methods=["POST"])
def acknowledge_notices(request: HttpRequest) -> HttpResponse:
    """Say that notices were read: those named, else all that are unread now."""
    return ask(
        request,
        services.acknowledge_notices,
        notice_ids=_named(request) or None,
        then=next_of(request, reverse("notices")),
        said="" if request.POST.get("next") else _("Read."),
    )


@page(outside=True, methods=["POST"])
def finish_notices(request: HttpRequest) -> HttpResponse:
    """Say that one has done what these notices ask for."""
    return ask(
        request,
        services.finish_notices,
        notice_ids=_named(request),
        then=next_of(request, reverse("notices")),
        said=lambda done: (
            ngettext("%(done)d thing done.", "%(done)d things done.", done) % {"done": done}
        ),
    )


def _named(request: HttpRequest) -> list[int]:
    named = request.POST.getlist("notice")
    return [int(text) for text in named if text.isdigit() and len(text) < 18]


urlpatterns = [
    path("notices/", notices, name="notices"),
    path("notices/news/", notices_news, name="notices_news"),
    path("notices/read/", acknowledge_notices, name="acknowledge_notices"),
    path("notices/done/", finish_notices, name="finish_notices"),
]
