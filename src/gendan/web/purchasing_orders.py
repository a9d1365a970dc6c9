"""Pages of purchase orders: the list, one order, and what may be done to it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.followup.supplies import orders_moved
from gendan.kernel import clock, journal
from gendan.planning.queries import lines_named
from gendan.purchasing import queries, services
from gendan.purchasing.gates import gate_words, open_gates
from gendan.purchasing.models import PurchaseOrder, PurchaseOrderLine, SupplierWord
from gendan.web.counts import waits
from gendan.web.files import serve_file
from gendan.web.forms import PageForm
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.purchasing_chasing import shown_link
from gendan.web.purchasing_tabs import TABS
from gendan.web.search import Hit, finds
from gendan.web.settings import next_of
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

READ = ("GET", "HEAD")
LIMIT = 8


class SendForm(PageForm):
    """To whom an order is mailed, in which language, with which words."""

    email = forms.CharField(label=gettext_lazy("E-mail"), max_length=200, required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("zh-hans", "中文"), ("en", "English")]
    )
    message = forms.CharField(
        label=gettext_lazy("Words of your own"),
        max_length=4000,
        required=False,
        widget=forms.Textarea,
    )


def _state(order: PurchaseOrder) -> Any:
    if order.is_late(clock.today()):
        return tags.badge("late", label=f"{order.get_state_display()} · {_('late')}")
    return tags.badge(order)


def _by_state(rows: Any, value: str) -> Any:
    states = PurchaseOrder.State
    with_supplier = rows.filter(state__in=PurchaseOrder.WITH_SUPPLIER)
    return {
        "open": rows.filter(state__in=PurchaseOrder.OPEN),
        "late": rows.filter(state__in=PurchaseOrder.OPEN, version__gt=0).filter(
            due_on__lt=clock.today()
        ),
        "unconfirmed": with_supplier.filter(state=states.SENT),
        "proposed": queries.with_proposal(with_supplier),
    }.get(value, rows.filter(state=value))


def _states() -> Any:
    return (
        ("open", _("open")),
        ("late", _("late")),
        ("unconfirmed", _("not confirmed yet")),
        ("proposed", _("supplier waits for us")),
        *PurchaseOrder.State.choices,
    )


ORDERS = Listing(
    key="purchase_orders",
    sort="-id",
    columns=(
        Column("number", gettext_lazy("Purchase order"), lambda one: one.number, sort="number"),
        Column("supplier", gettext_lazy("Supplier"), lambda one: str(one.supplier)),
        Column("due_on", gettext_lazy("Next due"), lambda one: one.due_on, sort="due_on"),
        Column(
            "total",
            gettext_lazy("Total"),
            lambda one: one.total,
            at_end=True,
            draw=lambda one: tags.money(one.total, one.currency),
        ),
        Column("state", gettext_lazy("State"), lambda one: one.get_state_display(), draw=_state),
        Column("buyer", gettext_lazy("Buyer"), lambda one: str(one.made_by or "")),
        Column("version", gettext_lazy("Version"), lambda one: one.version, shown=False),
        Column("sent_at", gettext_lazy("Sent"), lambda one: one.sent_at, shown=False),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), _by_state, choices=_states),
        Filter(
            "supplier",
            gettext_lazy("Supplier (code)"),
            lambda rows, value: rows.filter(supplier__code__iexact=value),
            kind="text",
        ),
        Filter(
            "until",
            gettext_lazy("Due until"),
            lambda rows, value: rows.filter(due_on__lte=value),
            kind="date",
        ),
    ),
    preset={"state": "open"},
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text)
        | Q(supplier__code__icontains=text)
        | Q(supplier__name__icontains=text)
        | Q(supplier__name_zh__icontains=text)
    ),
    link=lambda one: reverse("purchase_order", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No purchase orders here"),
        gettext_lazy("They are written from purchase requests, or by hand."),
        verb="draft_purchase_orders",
        icon="shopping-cart",
    ),
)


@finds("purchase_orders", gettext_lazy("Purchase orders"), icon="shopping-cart", rank=40)
def find_purchase_orders(user: Any, text: str) -> list[Hit]:
    """Purchase orders by number or supplier."""
    rows = queries.purchase_orders_for(user)
    found = rows.filter(Q(number__icontains=text) | Q(supplier__code__iexact=text)).order_by("-id")
    return [
        Hit(
            one.number,
            reverse("purchase_order", args=[one.pk]),
            detail=str(one.supplier),
            is_exact=one.number == text.upper(),
        )
        for one in found[:LIMIT]
    ]


@waits("purchasing")
def purchases_waiting(user: Any) -> Any:
    """What a buyer can move on."""
    if not user.may_do("send_purchase_order"):
        return None
    return queries.waits_for(PurchaseOrder.objects.visible_to(user), user)


@page(section="purchasing", methods=READ)
def purchase_orders(request: HttpRequest) -> HttpResponse:
    """All purchase orders; `?mine=1`: those that wait for the reader."""
    user: Any = request.user
    rows = queries.purchase_orders_for(user)
    is_mine = request.GET.get("mine") == "1"
    may_write = user.may_do("draft_purchase_orders")
    context = {
        "title": _("Purchase orders"),
        "verbs": [("draft_purchase_orders", "plus")] if may_write else [],
        "tabs": tabs_of(TABS, "purchase_orders"),
        "links": [
            (
                reverse("purchase_orders") + ("" if is_mine else "?mine=1"),
                _("All") if is_mine else _("What waits for me"),
                "list" if is_mine else "user",
            ),
            *_settings(user),
        ],
    }
    if is_mine:
        rows = queries.waits_for(rows, user)
    return show_list(request, ORDERS, rows, context=context)


@page(section="purchasing", methods=READ)
def purchase_order(request: HttpRequest, purchase_order_id: int) -> HttpResponse:
    """One order: lines with what they are for and what was said, papers, timeline."""
    order = _order(request, purchase_order_id)
    user: Any = request.user
    lines = queries.lines_with_words(order)
    sendings = queries.sendings_of(order)
    named = {f"orders.line:{one.pk}": one for one in lines_named(_demands(lines))}
    verdict = queries.verdict_on(order, lines) if order.state == "draft" else None
    warnings = queries.warnings_about(order, lines) if not order.version else []
    if holds := open_gates(order, lines):
        warnings = [gate_words(order, holds), *warnings]
    context = {
        "order": order,
        "rows": [_row(line, named) for line in lines],
        "sendings": sendings,
        "changes": sendings[0].snapshot.get("changes", []) if sendings else [],
        "entries": journal.timeline(order)[:40],
        "warnings": [one for one in warnings if not verdict or one not in verdict.reasons],
        "chaser": queries.chaser_about(order),
        "holds": [(one.value, one.label) for one in PurchaseOrder.HOLDS_BY_HAND],
        "shown_link": shown_link(request, order.pk),
        "behind": queries.exception_behind(order),
        "may_approve": user.may_do("approve_purchase_order") and queries.may_approve(user, order),
        "approvers": queries.approvers_of(order)[:12] if order.state == "to_approve" else [],
        "verdict": verdict,
        "joined": queries.joined_orders(order, user),
        "company_currency": settings.COMPANY_CURRENCY,
        "places": queries.places_for_material() if order.kind == "subcontract" else [],
        "provided": [one for line in lines for one in line.provided.all()],
        "today": clock.today(),
        "next_url": reverse("purchase_order", args=[order.pk]),
    }
    return render_page(request, "purchasing/order.html", context)


@page(section="purchasing", methods=READ)
def purchase_paper(request: HttpRequest, purchase_order_id: int, sending_id: int) -> Any:
    """The PDF of a version that was sent."""
    order = _order(request, purchase_order_id)
    for sending in queries.sendings_of(order):
        if sending.pk == sending_id:
            return serve_file(sending.file, sending.file_name, inline=True)
    raise Http404


def _sending_page(verb: Callable[..., Any], said: Any) -> Any:
    """The page on which an order is sent, for the first time or again."""

    @page(section="purchasing", verb=verb.__name__)
    def view(request: HttpRequest, purchase_order_id: int) -> HttpResponse:
        order = _order(request, purchase_order_id)
        back = reverse("purchase_order", args=[order.pk])
        usual = queries.usual_recipient(order)
        initial = {"email": usual.email, "name": usual.name, "language": usual.language}
        form = SendForm(request.POST or None, initial=initial)

        def draw(error: Any = None) -> HttpResponse:
            if error:
                form.refuse(error)
            context = {"form": form, "verb": verb.__name__, "back": back, "order": order}
            return render_page(request, "purchasing/send.html", context)

        if request.method != "POST" or not form.is_valid():
            return draw()
        values = {"purchase_order_id": order.pk, **form.cleaned_data}
        return ask(request, verb, **values, then=back, said=str(said), again=draw)

    return view


send_purchase_order = _sending_page(
    services.send_purchase_order, gettext_lazy("The order is on its way to the supplier.")
)
resend_purchase_order = _sending_page(
    services.resend_purchase_order, gettext_lazy("The order is on its way to the supplier.")
)


@page(section="purchasing", methods=("POST",))
def submit_purchase_order(request: HttpRequest, purchase_order_id: int) -> HttpResponse:
    """Ready to be ordered."""
    return ask(
        request,
        services.submit_purchase_order,
        purchase_order_id=purchase_order_id,
        override_reason=request.POST.get("override_reason", ""),
        then=_page(purchase_order_id),
        said=lambda order: (
            _("The order is approved; send it now.")
            if order.state == "approved"
            else _("The order waits for approval.")
        ),
    )


@page(section="purchasing", methods=("POST",))
def approve_purchase_order(request: HttpRequest, purchase_order_id: int) -> HttpResponse:
    """It may be sent."""
    return ask(
        request,
        services.approve_purchase_order,
        purchase_order_id=purchase_order_id,
        then=next_of(request, _page(purchase_order_id)),
        said=_("The order is approved."),
    )


def _with_reason(verb: Callable[..., Any], said: Any) -> Any:
    """A page that asks a verb of an order which wants a reason."""

    @page(section="purchasing", methods=("POST",))
    def view(request: HttpRequest, purchase_order_id: int) -> HttpResponse:
        return ask(
            request,
            verb,
            purchase_order_id=purchase_order_id,
            reason=request.POST.get("reason", ""),
            then=_page(purchase_order_id),
            said=str(said),
        )

    return view


refuse_purchase_order = _with_reason(
    services.refuse_purchase_order, gettext_lazy("The order is a draft again.")
)
cancel_purchase_order = _with_reason(
    services.cancel_purchase_order, gettext_lazy("The purchase order is cancelled.")
)
close_purchase_order = _with_reason(
    services.close_purchase_order, gettext_lazy("The purchase order is closed.")
)


@page(section="purchasing", methods=("POST",))
def chase_supplier(request: HttpRequest, purchase_order_id: int) -> HttpResponse:
    """Write to the supplier about what is not confirmed, near or late."""
    return ask(
        request,
        services.chase_supplier,
        purchase_order_id=purchase_order_id,
        message=request.POST.get("message", ""),
        then=next_of(request, _page(purchase_order_id)),
        said=_("The supplier is asked."),
    )


def _settings(user: Any) -> list[tuple[str, str, str]]:
    """The pages where buyers and managers set how they buy."""
    pages = (
        ("save_purchase_steps", _("Steps"), "list-check"),
        ("save_supplier_chasing", _("Chasing"), "bell"),
        ("save_approval_limits", _("Approval limits"), "shield-check"),
    )
    return [(reverse(name), words, icon) for name, words, icon in pages if user.may_do(name)]


def _order(request: HttpRequest, purchase_order_id: int) -> PurchaseOrder:
    user: Any = request.user
    return get_object_or_404(queries.purchase_orders_for(user), pk=purchase_order_id)


def _page(purchase_order_id: int) -> str:
    return reverse("purchase_order", args=[purchase_order_id])


def _demands(lines: list[Any]) -> list[str]:
    return sorted({demand for line in lines for demand in line.demands})


def _row(line: Any, named: dict[str, Any]) -> dict[str, Any]:
    """A line as its page shows it: for whom, what waits for us, which orders that would move."""
    waiting = next((one for one in line.said if one.state == SupplierWord.State.PROPOSED), None)
    return {
        "line": line,
        "orders": [named[one] for one in line.demands if one in named],
        "waiting": waiting,
        "moves": moves_of(line, waiting) if waiting else [],
    }


def moves_of(line: PurchaseOrderLine, word: SupplierWord) -> list[Any]:
    """Which customers' orders move from what was agreed to what the supplier proposes."""
    if line.expected_id is None:
        return []
    agreed = line.confirmed_on or line.requested_on
    return orders_moved(line.demands, {line.expected_id: agreed}, {line.expected_id: word.on})


_one = "purchasing/orders/<int:purchase_order_id>/"
urlpatterns = [
    path("purchasing/orders/", purchase_orders, name="purchase_orders"),
    path(_one, purchase_order, name="purchase_order"),
    path(_one + "papers/<int:sending_id>/", purchase_paper, name="purchase_paper"),
    path(_one + "submit/", submit_purchase_order, name="submit_purchase_order"),
    path(_one + "approve/", approve_purchase_order, name="approve_purchase_order"),
    path(_one + "refuse/", refuse_purchase_order, name="refuse_purchase_order"),
    path(_one + "send/", send_purchase_order, name="send_purchase_order"),
    path(_one + "resend/", resend_purchase_order, name="resend_purchase_order"),
    path(_one + "chase/", chase_supplier, name="chase_supplier"),
    path(_one + "cancel/", cancel_purchase_order, name="cancel_purchase_order"),
    path(_one + "close/", close_purchase_order, name="close_purchase_order"),
]
