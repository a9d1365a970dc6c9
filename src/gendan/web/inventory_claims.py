"""Pages of who gets stock: claims on what is kept for others, ranks, certain lots."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory import queries, services
from gendan.inventory.models import Lot, StockClaim
from gendan.inventory.queries.claims import claims_for
from gendan.kernel.errors import Invalid
from gendan.kernel.quantity import read_decimal
from gendan.orders.demands import lines_told, told, with_lines
from gendan.orders.models import Order
from gendan.web.forms import PageForm
from gendan.web.inventory_actions import TABS
from gendan.web.inventory_forms import decimal_of, form_page, item_of, number, suggested
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.records import save_one
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags
from gendan.web.words import link_of

READ = ("GET", "HEAD")


def _told(claim: Any, side: str) -> str:
    """The order line on a side of a claim, as people call it; "" where it is none."""
    number = getattr(claim, f"{side}_order")
    return told(number, getattr(claim, f"{side}_position")) if number else ""


CLAIMS = Listing(
    key="claims",
    sort="-id",
    columns=(
        Column("asked_at", gettext_lazy("When"), lambda one: one.asked_at),
        Column("item", gettext_lazy("Item"), lambda one: str(one.item)),
        Column(
            "quantity",
            gettext_lazy("Quantity"),
            lambda one: one.quantity,
            at_end=True,
            draw=lambda one: tags.quantity(one.quantity, one.item.unit),
        ),
        Column(
            "taker",
            gettext_lazy("Needed for"),
            lambda one: _told(one, "taker") or one.taker,
            draw=lambda one: link_of(one.taker, _told(one, "taker")),
        ),
        Column(
            "giver",
            gettext_lazy("Kept for"),
            lambda one: _told(one, "giver") or one.giver,
            draw=lambda one: link_of(one.giver, _told(one, "giver")),
        ),
        Column("reason", gettext_lazy("Reason"), lambda one: one.reason),
        Column("asked_by", gettext_lazy("Asked by"), lambda one: str(one.asked_by or "Gendan")),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: str(one.get_state_display()),
            draw=lambda one: tags.badge(one),
        ),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(state=value),
            choices=lambda: StockClaim.State.choices,
        ),
    ),
    preset={"state": "asked"},
    link=lambda one: reverse("claim", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No claim waits for a decision"),
        gettext_lazy("What is kept for one demand changes hands only here, with both reasons."),
        verb="claim_stock",
        icon="hand-stop",
    ),
)


class OrderLineForm(PageForm):
    """An order and the position of its line, as people name it."""

    order = forms.CharField(label=gettext_lazy("Order number"), max_length=60)
    position = forms.IntegerField(label=gettext_lazy("Line"), min_value=1, max_value=9999)

    def demand(self, user: Any) -> str:
        """The line as the ledger names it; refused where this person sees no such line."""
        data = self.cleaned_data
        orders = Order.objects.visible_to(user).filter(number=data["order"].strip())
        order = orders.first()
        found = order.lines.filter(position=data["position"]).first() if order else None
        if found is None:
            raise Invalid(_("There is no such line of an order."), field="position")
        return f"orders.line:{found.pk}"


class ClaimForm(OrderLineForm):
    """A line that needs goods kept for others, and why."""

    item = suggested(gettext_lazy("Item (code)"))
    quantity = number(gettext_lazy("Quantity"))
    reason = forms.CharField(
        label=gettext_lazy("Why it is needed more here"), max_length=200, required=False
    )


class RankForm(OrderLineForm):
    """How urgent a line is."""

    rank = forms.IntegerField(
        label=gettext_lazy("Rank (1 first, 5 usual, 9 last)"), min_value=1, max_value=9
    )


class KeepForm(OrderLineForm):
    """For which line to keep how much of the lot."""

    quantity = number(gettext_lazy("Quantity"))


@page(section="stock", methods=READ)
def claims(request: HttpRequest) -> HttpResponse:
    """What was asked for, and how it was decided."""
    user: Any = request.user
    context = {
        "title": _("Claims on kept stock"),
        "tabs": tabs_of(TABS, "claims"),
        "verbs": [("claim_stock", "hand-stop"), ("rank_demands", "adjustments")],
    }
    rows = with_lines(claims_for(user), "taker", "giver")
    return show_list(request, CLAIMS, rows, context=context)


@page(section="stock", methods=READ)
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """One claim: who needs it, who would lose it, and the decision."""
    found = get_object_or_404(claims_for(request.user), pk=claim_id)  # type: ignore[arg-type]
    ranks = queries.ranks_of([found.taker, found.giver])
    kept = queries.reserved_for([found.taker, found.giver])
    named = lines_told([found.taker, found.giver])
    sides = [
        (words, link_of(name, named.get(name, "")), ranks[name], kept.get(name, 0))
        for words, name in ((_("Needed for"), found.taker), (_("Kept for"), found.giver))
    ]
    return render_page(request, "inventory/claim.html", {"claim": found, "sides": sides})


@page(section="stock", verb="claim_stock")
def claim_stock(request: HttpRequest) -> HttpResponse:
    """Look who would lose, then ask."""
    user: Any = request.user
    names = ("item", "quantity", "order", "position")
    start = {name: request.GET.get(name, "")[:60] for name in names}
    looked = request.GET if request.GET.get("look") else None
    form = ClaimForm(request.POST or looked, initial=start)
    losses: list[Any] = []
    if looked is not None and request.method != "POST" and form.is_valid():
        item = item_of(user, form.cleaned_data["item"])
        try:
            quantity = read_decimal(form.cleaned_data["quantity"], field="quantity")
            demand = form.demand(user)
        except Invalid as error:
            form.refuse(error)
        else:
            found = queries.losers_of(demand, item.pk, quantity) if item else []
            named = lines_told(one.demand for one in found)
            losses = [(link_of(one.demand, named.get(one.demand, "")), one) for one in found]
    if request.method != "POST":
        context = {"form": form, "losses": losses, "is_looked": looked is not None}
        return render_page(request, "inventory/claim_stock.html", context)

    def values() -> dict[str, Any]:
        item = item_of(user, form.cleaned_data["item"])
        if item is None:
            words = _("There is no item called “%(code)s”.")
            raise Invalid(words % {"code": form.cleaned_data["item"]}, field="item")
        return {
            "demand": form.demand(user),
            "item_id": item.pk,
            "quantity": decimal_of(form, "quantity"),
            "reason": form.cleaned_data["reason"],
        }

    return form_page(
        request,
        form,
        services.claim_stock,
        values,
        name="claim_stock",
        then=reverse("claims"),
        said=_("It is asked for; a planner or manager decides."),
        back=reverse("claims"),
    )


@page(section="stock", verb="hand_over_stock", methods=["POST"])
def hand_over_stock(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Give the goods to the demand that asked."""
    return _decided(request, claim_id, services.hand_over_stock, _("The goods changed hands."))


@page(section="stock", verb="refuse_claim", methods=["POST"])
def refuse_claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The goods stay where they are kept."""
    return _decided(request, claim_id, services.refuse_claim, _("The goods stay kept."))


@page(section="orders", methods=READ)
def order_of_line(request: HttpRequest, line_id: int) -> HttpResponse:
    """From a line, as the ledger names demands, to its order."""
    user: Any = request.user
    order = get_object_or_404(Order.objects.visible_to(user), lines=line_id)
    return redirect("order", order.pk)


def _decided(request: HttpRequest, claim_id: int, verb: Any, said: str) -> HttpResponse:
    then = reverse("claim", args=[claim_id])
    reason = request.POST.get("reason", "")
    return ask(request, verb, claim_id=claim_id, reason=reason, then=then, said=said)


@page(section="stock", verb="rank_demands")
def rank_demands(request: HttpRequest) -> HttpResponse:
    """Write down how urgent an order's line is."""
    form = RankForm(request.POST or None)

    def values() -> dict[str, Any]:
        return {"row": services.RankRow(form.demand(request.user), form.cleaned_data["rank"])}

    return form_page(
        request,
        form,
        lambda *, row, by: save_one(services.rank_demands, row)(by=by),
        values,
        name="rank_demands",
        then=reverse("claims"),
        said=_("The rank is set."),
        words=_("Less urgent lines give way to more urgent ones, but only by a claim."),
        back=reverse("claims"),
    )


@page(section="stock", verb="keep_lot")
def keep_lot(request: HttpRequest, lot_id: int) -> HttpResponse:
    """Keep goods of this lot for an order's line."""
    user: Any = request.user
    lot = get_object_or_404(Lot.objects.visible_to(user).select_related("item"), pk=lot_id)
    form = KeepForm(request.POST or None)

    def values() -> dict[str, Any]:
        quantity = decimal_of(form, "quantity")
        return {"demand": form.demand(user), "lot_id": lot.pk, "quantity": quantity}

    return form_page(
        request,
        form,
        services.keep_lot,
        values,
        name="keep_lot",
        then=reverse("lot", args=[lot.pk]),
        said=_("It is kept."),
        words=f"{lot.item} · {lot.code}",
        back=reverse("lot", args=[lot.pk]),
        more={"action": request.path},
    )


_one = "stock/claims/<int:claim_id>/"
urlpatterns = [
    path("stock/claims/", claims, name="claims"),
    path("stock/claims/ask/", claim_stock, name="claim_stock"),
    path("stock/claims/ranks/", rank_demands, name="rank_demands"),
    path(_one, claim, name="claim"),
    path(_one + "hand-over/", hand_over_stock, name="hand_over_stock"),
    path(_one + "refuse/", refuse_claim, name="refuse_claim"),
    path("stock/lots/<int:lot_id>/keep/", keep_lot, name="keep_lot"),
    path("orders/lines/<int:line_id>/", order_of_line, name="order_of_line"),
]
