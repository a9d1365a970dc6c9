"""Handing orders over to a colleague: the form with what is open, one handover, and all of them."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.followup import handing, services
from gendan.followup.models import Handover
from gendan.kernel import clock
from gendan.kernel import queries as kernel_queries
from gendan.kernel.errors import DomainError
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

MOST = 200
_NOTE = re.compile(r"^note-(\d{1,17})$")

LISTING = Listing(
    key="handovers",
    sort="-id",
    columns=(
        Column("giver", gettext_lazy("From"), lambda one: str(one.giver)),
        Column("taker", gettext_lazy("To"), lambda one: str(one.taker)),
        Column("kind", gettext_lazy("For"), lambda one: one.get_kind_display()),
        Column("made_at", gettext_lazy("Since"), lambda one: one.made_at,
               draw=lambda one: tags.day(one.made_at)),
        Column("back_on", gettext_lazy("Back on"), lambda one: one.back_on,
               draw=lambda one: tags.day(one.back_on)),
        Column("state", gettext_lazy("State"), lambda one: one.get_state_display(),
               draw=tags.badge),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), lambda rows, value: rows.filter(state=value),
               choices=lambda: Handover.State.choices),
    ),
    link=lambda one: reverse("handover", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No handovers"),
        gettext_lazy("Before a holiday, hand your orders over with what is open on each."),
        url="hand_over",
        action=gettext_lazy("Hand over orders"),
        icon="switch-horizontal",
    ),
)  # fmt: skip


def find_handover(user: Any, handover_id: int) -> Handover:
    """A handover the reader has to do with."""
    found = handing.handovers_for(user).filter(pk=handover_id).first()
    if found is None:
        raise Http404
    return found


@page(section="orders", methods=("GET", "HEAD"))
def handovers(request: HttpRequest) -> HttpResponse:
    """The reader's handovers; a manager sees all."""
    found = handing.handovers_for(request.user)  # type: ignore[arg-type]
    context = {"title": _("Handovers"), "verbs": [("hand_over", "switch-horizontal")]}
    return show_list(request, LISTING, found, context=context)


@page(section="orders", methods=("GET", "HEAD"))
def handover(request: HttpRequest, handover_id: int) -> HttpResponse:
    """One handover: what was open on each order that day, and the notes."""
    found = find_handover(request.user, handover_id)
    items = handing.items_of(found)
    entries = handing.entries_of([one.summary for one in items])
    user: Any = request.user
    concerned = {found.giver_id, found.taker_id}
    context = {
        "handover": found,
        "rows": [(one, one.summary, _facts(one.summary, entries)) for one in items],
        "is_taker": user.pk == found.taker_id,
        "may_return": user.pk in concerned or user.is_superuser or user.has_role("manager"),
        "today": clock.today(),
    }
    return render_page(request, "followup/handovers/handover.html", context)


@page(section="orders", verb="hand_over")
def hand_over(request: HttpRequest) -> HttpResponse:
    """Choose whose orders, look at what is open on each, write notes, give them to somebody."""
    user: Any = request.user
    given = request.POST if request.method == "POST" else request.GET
    is_manager = user.is_superuser or user.has_role("manager")
    people = list(kernel_queries.people_who_sign_in())
    wanted = given.get("giver_id", "") if is_manager else str(user.pk)
    giver = next((one for one in people if str(one.pk) == (wanted or str(user.pk))), user)
    orders = list(handing.running_orders(user, giver).select_related("journey")[:MOST])
    summaries = handing.summaries_of(orders)
    entries = handing.entries_of([one.as_json() for one in summaries.values()])
    typed = _notes(request)
    chosen = {int(text) for text in request.POST.getlist("order") if text.isdigit()}

    def draw(error: DomainError | None = None) -> HttpResponse:
        rows = [
            (
                one,
                summaries[one.pk].as_json(),
                _facts(summaries[one.pk].as_json(), entries),
                typed.get(one.pk, ""),
                not chosen or one.pk in chosen,
            )
            for one in orders
        ]
        context = {
            "people": people if is_manager else [],
            "takers": [one for one in people if one.pk != giver.pk],
            "giver": giver,
            "rows": rows,
            "kinds": Handover.Kind.choices,
            "refusal": error,
            "typed": given,
            "today": clock.today(),
        }
        return render_page(request, "followup/handovers/hand_over.html", context)

    if request.method != "POST":
        return draw()
    taker = request.POST.get("taker_id", "")
    return ask(
        request,
        services.hand_over,
        giver_id=giver.pk,
        taker_id=int(taker) if taker.isdigit() and len(taker) < 18 else 0,
        order_ids=sorted(chosen.intersection(one.pk for one in orders)),
        kind=request.POST.get("kind", ""),
        back_on=request.POST.get("back_on") or None,
        note=request.POST.get("note", "").replace("\r\n", "\n")[:4001],
        notes=typed,
        then=lambda made: reverse("handover", args=[made.pk]),
        said=_("The orders are handed over."),
        again=draw,
    )


@page(section="orders", methods=("POST",))
def acknowledge_handover(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Whoever got the orders has read what is open."""
    found = find_handover(request.user, handover_id)
    return ask(
        request,
        services.acknowledge_handover,
        handover_id=found.pk,
        then=reverse("handover", args=[found.pk]),
        said=_("It is noted that you have read it."),
    )


@page(section="orders", methods=("POST",))
def hand_back(request: HttpRequest, handover_id: int) -> HttpResponse:
    """The orders go back."""
    found = find_handover(request.user, handover_id)
    return ask(
        request,
        services.hand_back,
        handover_id=found.pk,
        then=reverse("handover", args=[found.pk]),
        said=_("The orders are handed back."),
    )


def _facts(summary: dict[str, Any], entries: dict[int, Any]) -> list[Any]:
    return [entries[pk] for pk in summary.get("facts", ()) if pk in entries]


def _notes(request: HttpRequest) -> dict[int, str]:
    """The note typed for each order, by its id."""
    found = {}
    for name, text in request.POST.items():
        match = _NOTE.match(name)
        if match and isinstance(text, str) and text.strip():
            found[int(match[1])] = text.replace("\r\n", "\n").strip()[:1001]
    return found
