"""The duties of both sides: of one order, of a customer, of everybody."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.contracts import queries, services
from gendan.contracts.models import Duties
from gendan.contracts.queries import DUTY_FIELDS, Terms
from gendan.contracts.services.terms import TermsData
from gendan.kernel.errors import DomainError
from gendan.partners.models import Partner
from gendan.web.contracts.forms import TermsForm, documents_as_text, refuse_shape
from gendan.web.contracts.papers import papers_url
from gendan.web.finding import find_order
from gendan.web.shell import ask, page, render_page


def _initial(duties: Duties | Terms) -> dict[str, Any]:
    values = {name: getattr(duties, name) for name in DUTY_FIELDS}
    return values | {"documents": documents_as_text(duties.documents)}


@page(section="orders", verb="save_terms")
def save_terms(request: HttpRequest, order_id: int) -> HttpResponse:
    """Agree on the duties of one order."""
    order = find_order(request.user, order_id)
    terms = queries.terms_for(order)
    revision = queries.terms_revision(order.pk)
    form = TermsForm(request.POST or None, initial=_initial(terms))

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        context = {
            "order": order,
            "form": form,
            "terms": terms,
            "terms_revision": revision,
            "live": [
                one for one in queries.papers_of(order.pk, _user(request)) if one.may("void_papers")
            ],
        }
        return render_page(request, "contracts/terms.html", context)

    if request.method != "POST":
        return draw()
    if not form.is_valid():
        refuse_shape(request, form)
        return draw()
    seen = request.POST.get("terms_revision", "")
    return ask(
        request,
        services.save_terms,
        order_id=order.pk,
        terms=TermsData(**form.given()),
        revision=int(seen) if seen.isdigit() and len(seen) < 10 else None,
        then=papers_url(order.pk),
        said=_("The terms are saved."),
        again=draw,
    )


@page(section="settings", verb="save_default_terms")
def save_default_terms(request: HttpRequest) -> HttpResponse:
    """The duties of orders without terms of their own; `?customer=` for one customer's."""
    wanted = request.GET.get("customer", "") or request.POST.get("customer", "")
    customer = _customer(request, wanted)
    duties = queries.default_duties(customer.pk if customer else None)
    form = TermsForm(request.POST or None, initial=_initial(duties))
    form.fields.pop("latest_shipment_on")  # a date holds for one order only

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        context = {"form": form, "customer": customer}
        return render_page(request, "contracts/default_terms.html", context)

    if request.method != "POST":
        return draw()
    if not form.is_valid():
        refuse_shape(request, form)
        return draw()
    return ask(
        request,
        services.save_default_terms,
        customer_id=customer.pk if customer else None,
        terms=TermsData(**form.given()),
        then=reverse("partner", args=[customer.pk]) if customer else reverse("settings"),
        said=_("The default terms are saved."),
        again=draw,
    )


def _user(request: HttpRequest) -> Any:
    return request.user


def _customer(request: HttpRequest, code: str) -> Partner | None:
    if not code:
        return None
    found = Partner.objects.visible_to(_user(request)).filter(code=code, is_customer=True).first()
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("orders/<int:order_id>/terms/", save_terms, name="save_terms"),
    path("settings/terms/", save_default_terms, name="save_default_terms"),
]
