"""What people must know: the list behind the bell, and saying that it was read."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.notices import services
from gendan.web.counts import waits
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.shell import ask, page
from gendan.web.templatetags.gendan import fact_words

LISTING = Listing(
    key="notices",
    sort="-id",
    columns=(
        Column(
            "words",
            gettext_lazy("What happened"),
            lambda notice: notice.entry.fact,
            draw=lambda notice: fact_words(notice.entry),
        ),
        Column(
            "order",
            gettext_lazy("Order"),
            lambda notice: str(notice.order or ""),
            cell="front/notice_order.html",
        ),
        Column("by", gettext_lazy("Who"), lambda notice: str(notice.entry.by or "Gendan")),
        Column("at", gettext_lazy("When"), lambda notice: notice.at),
        Column(
            "read",
            gettext_lazy("Read"),
            lambda notice: notice.read_at,
            cell="front/notice_read.html",
        ),
    ),
    filters=(
        Filter(
            "which",
            gettext_lazy("Which"),
            lambda rows, value: (
                rows.filter(read_at__isnull=True)
                if value == "unread"
                else rows.filter(must_act=True)
            ),
            choices=lambda: (
                ("unread", _("not read yet")),
                ("act", _("I must do something")),
            ),
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
    found: QuerySet[Any] = user.notices.filter(read_at__isnull=True)
    return found


@page(outside=True, methods=["GET", "HEAD"])
def notices(request: HttpRequest) -> HttpResponse:
    """What this person must know, the newest first."""
    user: Any = request.user
    rows = user.notices.select_related("entry__by", "order")
    return show_list(
        request, LISTING, rows, template="front/notices.html", context={"title": _("Notices")}
    )


@page(outside=True, methods=["POST"])
def acknowledge_notices(request: HttpRequest) -> HttpResponse:
    """Say that notices were read: those named, else all that are unread now."""
    named = [int(text) for text in request.POST.getlist("notice") if text.isdigit()]
    return ask(
        request,
        services.acknowledge_notices,
        notice_ids=named or None,
        then=reverse("notices"),
        said=_("Read."),
    )


urlpatterns = [
    path("notices/", notices, name="notices"),
    path("notices/read/", acknowledge_notices, name="acknowledge_notices"),
]
