"""Letters of credit: the list with what is wrong, one letter, writing down, amending, closing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts import documents, queries, services
from gendan.contracts.credit_checks import covered, presentation_deadline, warnings_of
from gendan.contracts.models import CreditState, LetterOfCredit
from gendan.contracts.services.credits import CreditData
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError
from gendan.orders.models import Order, OrderState
from gendan.partners.models import Partner
from gendan.web.contracts.forms import CreditForm, documents_as_text, refuse_shape
from gendan.web.contracts.papers import tabs_of
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

MOST_ORDERS = 100
_PLAIN = (
    "number",
    "issuing_bank",
    "advising_bank",
    "amount",
    "currency",
    "over_percent",
    "short_percent",
    "issued_on",
    "latest_shipment_on",
    "expires_on",
    "expiry_place",
    "presentation_days",
    "partial_allowed",
    "transshipment_allowed",
    "goods",
    "remark",
)


def _open_warnings(letter: LetterOfCredit) -> int:
    return sum(one.ended_at is None for one in letter.warnings.all())


LETTERS = Listing(
    key="letters_of_credit",
    sort="expires_on",
    columns=(
        Column("number", gettext_lazy("Number"), lambda one: one.number, sort="number"),
        Column("customer", gettext_lazy("Customer"), lambda one: str(one.customer)),
        Column("bank", gettext_lazy("Issuing bank"), lambda one: one.issuing_bank),
        Column(
            "amount",
            gettext_lazy("Amount"),
            lambda one: one.amount,
            at_end=True,
            draw=lambda one: tags.money(one.amount, one.currency),
        ),
        Column(
            "latest",
            gettext_lazy("Latest shipment"),
            lambda one: one.latest_shipment_on,
            draw=lambda one: tags.day(one.latest_shipment_on),
        ),
        Column(
            "expires",
            gettext_lazy("Expires"),
            lambda one: one.expires_on,
            sort="expires_on",
            draw=lambda one: tags.day(one.expires_on),
        ),
        Column(
            "orders",
            gettext_lazy("Orders"),
            lambda one: ", ".join(link.order.number for link in one.order_links.all()),
        ),
        Column(
            "warnings",
            gettext_lazy("Warnings"),
            _open_warnings,
            draw=lambda one: (
                tags.badge("risk", label=str(_open_warnings(one))) if _open_warnings(one) else ""
            ),
        ),
        Column(
            "state", gettext_lazy("State"), lambda one: one.get_state_display(), draw=tags.badge
        ),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(state=value),
            choices=lambda: CreditState.choices,
        ),
        Filter(
            "until",
            gettext_lazy("Expires until"),
            lambda rows, value: rows.filter(expires_on__lte=value),
            kind="date",
        ),
    ),
    search=queries.containing_letters,
    search_hint=gettext_lazy("Number, bank, customer, order"),
    preset={"state": "open"},
    link=lambda one: reverse("letter_of_credit", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No letters of credit"),
        gettext_lazy("Write down a customer's letter of credit here; it is watched from then on."),
        verb="save_letter_of_credit",
    ),
)


def find_letter(user: Any, letter_id: int) -> LetterOfCredit:
    """The letter of credit, if the reader may see it; otherwise it is not there."""
    found = queries.visible_letters(user).filter(pk=letter_id).first()
    if found is None:
        raise Http404
    return found


@page(section="papers", methods=["GET", "HEAD"])
def letters_of_credit(request: HttpRequest) -> HttpResponse:
    """All letters of credit, the first to expire first."""
    user: Any = request.user
    context = {
        "title": _("Letters of credit"),
        "tabs": tabs_of("letters_of_credit"),
        "verbs": [("save_letter_of_credit", "plus")],
    }
    return show_list(request, LETTERS, queries.visible_letters(user), context=context)


@page(section="papers", methods=["GET", "HEAD"])
def letter_of_credit(request: HttpRequest, letter_id: int) -> HttpResponse:
    """One letter of credit: its conditions, its orders, what is wrong."""
    found = find_letter(request.user, letter_id)
    latest = found.latest_shipment_on or found.expires_on
    context = {
        "letter": found,
        "warned": warnings_of([found]),
        "covered": covered(found),
        "deadline": presentation_deadline(found, latest),
        "orders": [link.order for link in found.order_links.all()],
        "documents": [(documents.words(one["code"]), one) for one in found.documents],
        "entries": journal.timeline(found)[:30],
    }
    return render_page(request, "contracts/letter.html", context)


@page(section="papers", verb="save_letter_of_credit")
def save_letter_of_credit(request: HttpRequest) -> HttpResponse:
    """Write down a letter of credit: first whose, then its conditions."""
    user: Any = request.user
    customers = Partner.objects.visible_to(user).filter(is_customer=True, is_active=True)
    order = _order(user, request.GET.get("order", ""))
    wanted = request.GET.get("customer", "") or request.POST.get("customer", "")
    customer = order.customer if order else None
    if customer is None and wanted.isdigit() and len(wanted) < 18:
        customer = customers.filter(pk=int(wanted)).first()
    if customer is None:
        context = {"customers": customers.order_by("name")[:1000]}
        return render_page(request, "contracts/letter_customer.html", context)
    initial = {
        "currency": order.currency if order else customer.currency,
        "amount": order.total if order else None,
        "over_percent": order.over_percent if order else 0,
        "short_percent": order.short_percent if order else 0,
        "issued_on": clock.today(),
        "presentation_days": 21,
        "partial_allowed": True,
        "transshipment_allowed": True,
        "order_ids": [order.pk] if order else [],
    }
    return _form(request, customer, None, initial)


@page(section="papers", verb="amend_letter_of_credit")
def amend_letter_of_credit(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Change the conditions of a letter of credit."""
    found = find_letter(request.user, letter_id)
    initial = {name: getattr(found, name) for name in _PLAIN} | {
        "documents": documents_as_text(found.documents),
        "order_ids": [link.order_id for link in found.order_links.all()],
        "amount": f"{found.amount.normalize():f}",
    }
    return _form(request, found.customer, found, initial)


def _form(
    request: HttpRequest,
    customer: Partner,
    letter: LetterOfCredit | None,
    initial: dict[str, Any],
) -> HttpResponse:
    user: Any = request.user
    kept = set(initial["order_ids"])
    orders = [
        order
        for order in Order.objects.visible_to(user)
        .filter(customer=customer)
        .exclude(state=OrderState.CANCELLED)
        .order_by("-pk")[:MOST_ORDERS]
        if order.state != OrderState.CLOSED or order.pk in kept
    ]
    form = CreditForm(request.POST or None, initial=initial)
    choices: Any = form.fields["order_ids"]
    choices.choices = [
        (order.pk, f"{order} · {order.total:,f} {order.currency}") for order in orders
    ]

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        context = {"form": form, "letter": letter, "customer": customer}
        return render_page(request, "contracts/letter_form.html", context)

    if request.method != "POST":
        return draw()
    if not form.is_valid():
        refuse_shape(request, form)
        return draw()
    data = CreditData(**form.given())
    if letter is None:
        return ask(
            request,
            services.save_letter_of_credit,
            customer_id=customer.pk,
            letter=data,
            then=lambda made: reverse("letter_of_credit", args=[made.pk]),
            said=_("The letter of credit is written down."),
            again=draw,
        )
    seen = request.POST.get("revision", "")
    return ask(
        request,
        services.amend_letter_of_credit,
        letter_id=letter.pk,
        letter=data,
        revision=int(seen) if seen.isdigit() and len(seen) < 10 else None,
        then=reverse("letter_of_credit", args=[letter.pk]),
        said=_("The letter of credit is amended."),
        again=draw,
    )


def _order(user: Any, given: str) -> Order | None:
    if not given.isdigit() or len(given) > 17:
        return None
    return Order.objects.visible_to(user).select_related("customer").filter(pk=int(given)).first()


@page(section="papers", verb="close_letter_of_credit", methods=["POST"])
def close_letter_of_credit(request: HttpRequest, letter_id: int) -> HttpResponse:
    """The credit is paid out, or will not be used."""
    found = find_letter(request.user, letter_id)
    return ask(
        request,
        services.close_letter_of_credit,
        letter_id=found.pk,
        reason=request.POST.get("reason", ""),
        then=reverse("letter_of_credit", args=[found.pk]),
        said=_("The letter of credit is closed."),
    )


urlpatterns = [
    path("letters-of-credit/", letters_of_credit, name="letters_of_credit"),
    path("letters-of-credit/new/", save_letter_of_credit, name="save_letter_of_credit"),
    path("letters-of-credit/<int:letter_id>/", letter_of_credit, name="letter_of_credit"),
    path(
        "letters-of-credit/<int:letter_id>/amend/",
        amend_letter_of_credit,
        name="amend_letter_of_credit",
    ),
    path(
        "letters-of-credit/<int:letter_id>/close/",
        close_letter_of_credit,
        name="close_letter_of_credit",
    ),
]
