"""Change orders: the list of what waits, one change with what it does, and its verbs."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.changes import services
from gendan.changes.content import read_content
from gendan.changes.impact import Kind
from gendan.changes.models import OPEN, ChangeOrder, ChangeState
from gendan.changes.preview import preview_change
from gendan.kernel import journal
from gendan.kernel.errors import DomainError
from gendan.orders.models import Order
from gendan.web.change_parts import effects_context, groups_of
from gendan.web.counts import waits
from gendan.web.forms import PageForm
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

# Lists ----------------------------------------------------------------------------------------


@waits("changes")
def to_decide(user: Any) -> Any:
    """What waits for a decision, for those who decide; what was asked for waits, too."""
    if not user.may_do("accept_change"):
        return None
    return ChangeOrder.objects.visible_to(user).filter(state__in=OPEN)


LISTING = Listing(
    key="changes",
    sort="-id",
    columns=(
        Column("number", gettext_lazy("Change order"), lambda one: one.number),
        Column("order", gettext_lazy("Order"), lambda one: one.order.number),
        Column("customer", gettext_lazy("Customer"), lambda one: str(one.order.customer)),
        Column("what", gettext_lazy("What"), lambda one: what_of(one)),
        Column("origin", gettext_lazy("Asked by"), lambda one: one.get_origin_display()),
        Column("made_at", gettext_lazy("Since"), lambda one: one.made_at,
               draw=lambda one: tags.moment(one.made_at)),
        Column("state", gettext_lazy("State"), lambda one: one.get_state_display(),
               draw=tags.badge),
    ),
    filters=(
        Filter("state", gettext_lazy("State"),
               lambda rows, v: rows.filter(state__in=OPEN) if v == "open" else rows.filter(state=v),
               choices=lambda: [("open", _("not decided")), *ChangeState.choices]),
        Filter("origin", gettext_lazy("Asked by"), lambda rows, v: rows.filter(origin=v),
               choices=lambda: ChangeOrder.Origin.choices),
    ),
    search=lambda rows, text: rows.filter(number__icontains=text),
    preset={"state": "open"},
    link=lambda one: reverse("change", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No changes to decide on"),
        gettext_lazy("Changes of confirmed orders are put forward on the page of the order."),
    ),
)  # fmt: skip


def what_of(change: ChangeOrder) -> str:
    """A change in a few words: what was asked, or why it was put forward, or how many values."""
    if change.reason or change.asked_words:
        return (change.reason or change.asked_words)[:120]
    return _("%(count)s values differ") % {"count": len(change.difference)}


@page(section="changes", methods=("GET", "HEAD"))
def changes(request: HttpRequest) -> HttpResponse:
    """All change orders, those that wait first."""
    user: Any = request.user
    rows = ChangeOrder.objects.visible_to(user).select_related("order__customer")
    return show_list(request, LISTING, rows, context={"title": _("Changes")})


# One change -----------------------------------------------------------------------------------


def find_change(user: Any, change_id: int) -> ChangeOrder:
    """A change order the reader may see; otherwise it is not there."""
    people = ("made_by", "proposed_by", "decided_by", "undone_by", "order__customer")
    found = ChangeOrder.objects.visible_to(user).select_related(*people).filter(pk=change_id)
    change = found.first()
    if change is None:
        raise Http404
    return change


@page(section="changes", methods=("GET", "HEAD"))
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """One change: what it does now, or what it did when it was carried through."""
    found = find_change(request.user, change_id)
    user: Any = request.user
    context: dict[str, Any] = {"change": found, "order": found.order}
    if found.state == ChangeState.PROPOSED:
        context |= _present_effects(found)
    elif found.effects:
        context |= {
            "groups": groups_of(found.effects, found.order_id),
            "asks": sum(one["kind"] == Kind.ASK for one in found.effects),
        }
    if found.state == ChangeState.ACCEPTED and user.may_do("undo_change"):
        context["hindrances"] = services.what_hinders(found)
    acknowledged = list(
        found.acknowledgements.select_related("person", "by").order_by("of", "at", "role", "pk")
    )
    news = "undone" if found.state == ChangeState.UNDONE else "accepted"
    mine = [
        one
        for one in acknowledged
        if one.of == news and one.at is None
        and (one.person_id == user.pk or one.role in user.roles)
    ]  # fmt: skip
    context |= {
        "acknowledged": acknowledged,
        "open_acknowledgements": sum(one.at is None for one in acknowledged if one.of == news),
        "is_mine": bool(mine),
        "entries": list(journal.timeline(found)[:30]),
    }
    return render_page(request, "changes/change.html", context)


def _present_effects(found: ChangeOrder) -> dict[str, Any]:
    """What the change would do today; or why it can no longer be made."""
    is_stale = found.order.version != found.base_version
    try:
        preview = preview_change(order_id=found.order_id, content=read_content(found.content or {}))
    except DomainError as error:
        return {"cannot": error, "is_stale": is_stale, "difference": found.difference}
    return effects_context(preview) | {"is_stale": is_stale}


class AskForm(PageForm):
    """What somebody wants to be different, in words."""

    text = forms.CharField(
        label=gettext_lazy("What should be different?"), widget=forms.Textarea, max_length=4000
    )
    origin = forms.ChoiceField(
        label=gettext_lazy("Asked by"), choices=ChangeOrder.Origin.choices, initial="customer"
    )
    name = forms.CharField(label=gettext_lazy("Who"), required=False, max_length=120)


@page(section="orders", verb="ask_change")
def ask_change(request: HttpRequest, order_id: int) -> HttpResponse:
    """Write down that a change is asked for."""
    user: Any = request.user
    order = get_object_or_404(Order.objects.visible_to(user), pk=order_id)
    form = AskForm(request.POST or None)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        return render_page(request, "changes/ask.html", {"order": order, "form": form})

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        services.ask_change,
        order_id=order.pk,
        **form.cleaned_data,
        then=lambda made: reverse("change", args=[made.pk]),
        said=_("The wish is written down."),
        again=draw,
    )


def _number(request: HttpRequest, name: str) -> int | None:
    given = request.POST.get(name, "").strip()
    return int(given) if given.isdigit() and len(given) < 10 else None


def _asked(
    request: HttpRequest, change_id: int, verb: Any, said: str, **values: Any
) -> HttpResponse:
    found = find_change(request.user, change_id)
    return ask(
        request,
        verb,
        change_id=found.pk,
        then=reverse("change", args=[found.pk]),
        said=said,
        **values,
    )


@page(section="changes", methods=("POST",))
def accept_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """Carry the change through."""
    return _asked(
        request,
        change_id,
        services.accept_change,
        _("The change is carried through; everybody concerned is asked to acknowledge it."),
        revision=_number(request, "revision"),
        order_revision=_number(request, "order_revision"),
    )


@page(section="changes", methods=("POST",))
def reject_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """The order stays as it is."""
    return _asked(
        request,
        change_id,
        services.reject_change,
        _("The change is rejected; the order stays as it is."),
        reason=request.POST.get("reason", "")[:600],
        revision=_number(request, "revision"),
    )


@page(section="changes", methods=("POST",))
def undo_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """The order becomes what it was."""
    return _asked(
        request,
        change_id,
        services.undo_change,
        _("The change is undone; the order is as it was."),
        reason=request.POST.get("reason", "")[:600],
        revision=_number(request, "revision"),
    )


@page(section="changes", methods=("POST",))
def acknowledge_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """The reader knows of the change."""
    return _asked(request, change_id, services.acknowledge_change, _("Acknowledged."))


urlpatterns = [
    path("changes/", changes, name="changes"),
    path("changes/<int:change_id>/", change, name="change"),
    path("changes/<int:change_id>/accept/", accept_change, name="accept_change"),
    path("changes/<int:change_id>/reject/", reject_change, name="reject_change"),
    path("changes/<int:change_id>/undo/", undo_change, name="undo_change"),
    path("changes/<int:change_id>/acknowledge/", acknowledge_change, name="acknowledge_change"),
    path("orders/<int:order_id>/ask-change/", ask_change, name="ask_change"),
]
