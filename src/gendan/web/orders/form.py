"""The order form: a new order by hand, and a draft that is edited; rows grow without a reload."""

import functools
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Family, Item, Unit
from gendan.kernel import journal
from gendan.kernel import queries as kernel_queries
from gendan.kernel.errors import DomainError, StaleRevision
from gendan.orders import services
from gendan.orders.entry import OrderChanges, OrderData
from gendan.orders.models import Channel, Order
from gendan.partners.models import (
    DeliveryMethod,
    Incoterm,
    Partner,
    PaymentEvent,
    PaymentTerms,
)
from gendan.web import words
from gendan.web.forms import PageForm
from gendan.web.orders import matrix, rows
from gendan.web.orders.page import find_order
from gendan.web.shell import go, page, render_page

FOUND = 20
_AS_CUSTOMER = gettext_lazy("as for this customer")


class HeadForm(PageForm):
    """The head of an order; what is left empty is taken from the customer."""

    customer = forms.CharField(
        label=gettext_lazy("Customer"),
        max_length=40,
        help_text=gettext_lazy("Code or name; the list appears while you type."),
    )
    customer_order_number = forms.CharField(
        label=gettext_lazy("Customer's order number"), max_length=80, required=False
    )
    channel = forms.ChoiceField(label=gettext_lazy("Came in by"), choices=Channel.choices)
    ordered_on = forms.DateField(
        label=gettext_lazy("Order date"), required=False, widget=forms.DateInput
    )
    requested_on = forms.DateField(
        label=gettext_lazy("Requested date"),
        required=False,
        widget=forms.DateInput,
        help_text=gettext_lazy("For all lines that name none of their own."),
    )
    merchandiser_id = forms.TypedChoiceField(
        label=gettext_lazy("Merchandiser"), required=False, coerce=int, empty_value=None
    )
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, required=False)
    payment_terms_id = forms.TypedChoiceField(
        label=gettext_lazy("Payment terms"), required=False, coerce=int, empty_value=None
    )
    incoterm = forms.ChoiceField(
        label="Incoterm",
        required=False,
        choices=[("", _AS_CUSTOMER), *((code, code) for code in Incoterm.values)],
    )
    incoterm_place = forms.CharField(
        label=gettext_lazy("Incoterm place"), max_length=80, required=False
    )
    delivery_method = forms.ChoiceField(
        label=gettext_lazy("Delivery method"),
        required=False,
        choices=[("", _AS_CUSTOMER), *DeliveryMethod.choices],
    )
    destination_country = forms.CharField(
        label=gettext_lazy("Destination country"), max_length=2, required=False
    )
    destination = forms.CharField(label=gettext_lazy("Destination"), max_length=200, required=False)
    ship_policy = forms.ChoiceField(
        label=gettext_lazy("Ship"),
        required=False,
        choices=[("", gettext_lazy("as the dates suggest")), *Order.ShipPolicy.choices],
    )
    over_percent = forms.CharField(
        label=gettext_lazy("May be over by (%)"), max_length=8, required=False
    )
    short_percent = forms.CharField(
        label=gettext_lazy("May be short by (%)"), max_length=8, required=False
    )
    packing = forms.CharField(label=gettext_lazy("Packing"), required=False, widget=forms.Textarea)
    shipping_marks = forms.CharField(
        label=gettext_lazy("Shipping marks"), required=False, widget=forms.Textarea
    )
    documents_required = forms.CharField(
        label=gettext_lazy("Papers required"),
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy("One a line."),
    )
    remark = forms.CharField(label=gettext_lazy("Remark"), required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, user: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(one.pk, str(one)) for one in kernel_queries.people_who_sign_in()]
        terms = [(one.pk, str(one)) for one in PaymentTerms.objects.visible_to(user)]
        none: list[tuple[Any, Any]] = [("", _AS_CUSTOMER)]
        self._choose("merchandiser_id", none + people)
        self._choose("payment_terms_id", none + terms)
        customer = self.fields["customer"].widget.attrs
        customer |= {"list": "customers", "autocomplete": "off", "autofocus": is_new}
        customer |= {
            "hx-get": reverse("find_customers"),
            "hx-trigger": "input changed delay:200ms, focus once",
            "hx-target": "#customers",
        }
        if not is_new:
            for name in ("customer", "channel", "requested_on"):
                del self.fields[name]

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        chosen: Any = self.fields[name]
        chosen.choices = choices

    def head(self) -> dict[str, Any]:
        """What was typed, as the verbs take it; the customer apart."""
        typed = dict(self.cleaned_data)
        typed.pop("customer", None)
        papers = typed.pop("documents_required", "")
        typed["documents_required"] = [line.strip() for line in papers.splitlines() if line.strip()]
        for name in ("currency", "destination_country"):
            typed[name] = typed[name].strip().upper()
        return typed

    def changed_against(self, initial: dict[str, Any]) -> set[str]:
        """The fields of which something else was typed than the order has."""
        return {
            name
            for name, field in self.fields.items()
            if str(self.cleaned_data.get(name) or "").replace("\r", "").strip()
            != str(initial.get(name) or "").replace("\r", "").strip()
        }


# An empty field of a new order means: as the customer has it.
_FROM_CUSTOMER = (
    "incoterm",
    "incoterm_place",
    "delivery_method",
    "destination_country",
    "ship_policy",
    "over_percent",
    "short_percent",
    "shipping_marks",
    "documents_required",
)


def initial_of(order: Order) -> dict[str, Any]:
    """What the head form shows of an order that is there."""
    names = [name for name in HeadForm.base_fields if hasattr(order, name)]
    found = {name: getattr(order, name) for name in names}
    found["documents_required"] = "\n".join(order.documents_required)
    for name in ("over_percent", "short_percent"):
        found[name] = f"{getattr(order, name).normalize():f}"
    return found


@page(section="orders", verb="draft_order")
def draft_order(request: HttpRequest) -> HttpResponse:
    """A new order by hand."""
    if request.method != "POST":
        initial = {"customer": request.GET.get("customer", ""), "channel": Channel.HAND}
        form = HeadForm(user=request.user, is_new=True, initial=initial)
        return _draw(request, form, [rows.LineRow() for _row in range(3)], rows.plan_of(None))
    form = HeadForm(request.POST, user=request.user, is_new=True)
    typed, plan = rows.rows_from(request.POST), rows.plan_from(request.POST)
    if "more" in request.POST:
        return _draw(request, form, matrix.grown(request, typed), plan, grow=True)
    typed = matrix.taken_over(request, typed)
    if not form.is_valid() or matrix.is_refused(request):
        return _draw(request, form, typed, plan, status=422)
    customer = _customer(request.user, form.cleaned_data["customer"])
    if customer is None:
        form.add_error("customer", _("There is no such customer; choose one from the list."))
        return _draw(request, form, typed, plan, status=422)
    head = form.head()
    for name in _FROM_CUSTOMER:
        head[name] = head[name] or None
    given = OrderData(customer_id=customer.pk, instalments=rows.plan_data(plan), **head)
    lines, used = rows.line_data(typed)
    make = functools.partial(
        services.draft_order, order=given, lines=lines, allow_duplicate=_allows(request)
    )
    return _do(request, make, form, typed, used, plan, said=_("The order is written down."))


@page(section="orders", verb="edit_order")
def edit_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """A draft: its head and all its lines."""
    order = find_order(request.user, order_id)
    if request.method != "POST":
        if not order.may("edit_order"):
            return HttpResponseRedirect(reverse("order", args=[order.pk]) + "?tab=changes")
        form = HeadForm(user=request.user, is_new=False, initial=initial_of(order))
        return _draw(request, form, rows.rows_of(order), rows.plan_of(order), order=order)
    form = HeadForm(request.POST, user=request.user, is_new=False)
    typed, plan = rows.rows_from(request.POST), rows.plan_from(request.POST)
    if "more" in request.POST:
        grown = matrix.grown(request, typed)
        return _draw(request, form, grown, plan, order=order, grow=True)
    typed = matrix.taken_over(request, typed)
    if not form.is_valid() or matrix.is_refused(request):
        return _draw(request, form, typed, plan, order=order, status=422)
    head = form.head()
    for name in ("over_percent", "short_percent", "incoterm", "delivery_method", "ship_policy"):
        head[name] = head[name] if head[name] != "" or name == "incoterm" else None
    revision = request.POST.get("revision", "")
    lines, used = rows.line_data(typed)
    make = functools.partial(
        services.edit_order,
        order_id=order.pk,
        changes=OrderChanges(instalments=rows.plan_data(plan), **head),
        lines=lines,
        revision=int(revision) if revision.isdigit() else None,
        allow_duplicate=_allows(request),
    )
    return _do(request, make, form, typed, used, plan, order=order, said=_("The draft is saved."))


def _do(
    request: HttpRequest,
    make: Any,
    form: HeadForm,
    typed: list[rows.LineRow],
    used: list[rows.LineRow],
    plan: list[rows.PlanRow],
    *,
    said: str,
    order: Order | None = None,
) -> HttpResponse:
    """Ask the verb; a refusal draws the form once more with what was typed, where it belongs."""
    try:
        made = make(by=request.user)
    except DomainError as error:
        extra: dict[str, Any] = {"refusal": error, "refusal_words": rows.refusal_words(error, used)}
        if not rows.put_refusal(error, used) and error.field in form.fields:
            form.add_error(error.field, error.message)
        extra["is_duplicate"] = error.code == "same_customer_number"
        if isinstance(error, StaleRevision) and order is not None:
            extra["meanwhile"] = meanwhile(request, order)
        return _draw(request, form, typed, plan, order=order, status=error.status, **extra)
    return go(request, reverse("order", args=[made.pk]), said=said)


def meanwhile(request: HttpRequest, order: Order) -> list[Any]:
    """What has happened to the order since the form was opened."""
    seen = request.POST.get("seen", "")
    if not (seen.isdigit() and len(seen) < 18):
        return []
    return list(journal.timeline(order).filter(pk__gt=int(seen))[:20])


def _draw(
    request: HttpRequest,
    form: HeadForm,
    typed: list[rows.LineRow],
    plan: list[rows.PlanRow],
    *,
    order: Order | None = None,
    status: int = 200,
    grow: bool = False,
    **extra: Any,
) -> HttpResponse:
    user: Any = request.user
    newest = None
    if order is not None and "seen" not in request.POST:
        newest = journal.timeline(order).values_list("pk", flat=True).first()
    context = {
        "form": form,
        "rows": typed,
        "plan": plan,
        "events": PaymentEvent.choices,
        "order": order,
        "seen": request.POST.get("seen") or newest or "",
        "revision": request.POST.get("revision") or (order.revision if order else ""),
        "units": list(Unit.objects.visible_to(user).filter(is_active=True).order_by("code")),
        "has_matrix": Family.objects.visible_to(user).filter(uses_matrix=True).exists(),
        **matrix.context_of(request),
        **extra,
    }
    parts = ("order-lines",) if grow else ()
    return render_page(request, "orders/form.html", context, parts=parts, status=status)


def _allows(request: HttpRequest) -> bool:
    return request.POST.get("allow_duplicate") == "1"


def _customer(user: Any, text: str) -> Partner | None:
    """The customer meant: by code, else by the one name that is the same."""
    known = Partner.objects.visible_to(user).filter(is_customer=True)
    code = text.split(" · ")[0].strip()
    found = known.filter(code__iexact=code).first()
    if found is not None:
        return found
    same = list(known.filter(Q(name__iexact=text) | Q(name_zh=text))[:2])
    return same[0] if len(same) == 1 else None


@page(methods=("GET", "HEAD"))
def find_customers(request: HttpRequest) -> HttpResponse:
    """Customers that fit what is typed, as options."""
    text = request.GET.get("customer", "").strip()[:80]
    known = Partner.objects.visible_to(request.user).filter(is_customer=True, is_active=True)  # type: ignore[arg-type]
    if text:
        known = known.filter(
            Q(code__icontains=text) | Q(name__icontains=text) | Q(name_zh__icontains=text)
        )
    options = [(one.code, f"{one} · {one.country}") for one in known.order_by("code")[:FOUND]]
    return render_page(request, "orders/options.html", {"options": options})


@page(methods=("GET", "HEAD"))
def find_items(request: HttpRequest) -> HttpResponse:
    """Items sold that fit what is typed (code, name in both languages, model), as options."""
    typed = [str(value) for key, value in request.GET.items() if key.endswith(("q", "-item"))]
    text = (typed[0] if typed else "").strip()[:80]
    known = Item.objects.visible_to(request.user).filter(is_active=True, is_sold=True)  # type: ignore[arg-type]
    if text:
        known = known.filter(
            Q(code__icontains=text)
            | Q(name_en__icontains=text)
            | Q(name_zh__icontains=text)
            | Q(model__icontains=text)
        )
    found = known.select_related("unit").order_by("code")[:FOUND]
    options = [(one.code, f"{one.name} · {words.unit(one.unit)}") for one in found]
    return render_page(request, "orders/options.html", {"options": options})
