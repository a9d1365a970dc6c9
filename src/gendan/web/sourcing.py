"""Pages of suppliers: the list of them, and one page for all that is known of one."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError
from gendan.purchasing.supplier_facts import lead_histories, scorecards, supplier_facts
from gendan.sourcing import queries, services
from gendan.sourcing.models import (
    Qualification,
    ServiceScore,
    Source,
    SupplierClosing,
    SupplierContract,
)
from gendan.sourcing.models.visibility import may_read
from gendan.web.files import serve_file
from gendan.web.forms import PageForm
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.purchasing_tabs import TABS
from gendan.web.records import Record, record_page, record_url
from gendan.web.shell import ask, page, render_page
from gendan.web.sourcing_words import drawn_score
from gendan.web.tables import ACTIVE
from gendan.web.templatetags import gendan as tags

READ = ("GET", "HEAD")
SOON_DAYS = 60
MEANING_OF_STATUS = {
    "approved": "done",
    "conditional": "risk",
    "prospect": "todo",
    "blocked": "late",
}
FILES: dict[str, Any] = {"qualification": Qualification, "contract": SupplierContract}


def _supplier_page(one: Any) -> str:
    return reverse("supplier", args=[one.supplier_id])


SOURCE = Record(
    services.save_sources,
    services.SourceRow,
    Source,
    ("supplier", "item"),
    section="purchasing",
    title=gettext_lazy("approved source"),
    back="suppliers",
    then=_supplier_page,
    words=gettext_lazy(
        "Rank 1 is asked first; a supplier that a customer nominated comes before all ranks for "
        "that customer's orders. What is left empty comes from the item and the company."
    ),
)
QUALIFICATION = Record(
    services.save_qualifications,
    services.QualificationRow,
    Qualification,
    ("supplier", "kind", "number"),
    section="purchasing",
    title=gettext_lazy("document of a supplier"),
    back="suppliers",
    then=_supplier_page,
    words=gettext_lazy("A required document that has expired stops new purchase orders."),
)
CONTRACT = Record(
    services.save_supplier_contracts,
    services.SupplierContractRow,
    SupplierContract,
    ("supplier", "number"),
    section="purchasing",
    title=gettext_lazy("contract with a supplier"),
    back="suppliers",
    then=_supplier_page,
)
CLOSING = Record(
    services.save_supplier_closings,
    services.ClosingRow,
    SupplierClosing,
    ("supplier", "first_on"),
    section="purchasing",
    title=gettext_lazy("closing days"),
    back="suppliers",
    then=_supplier_page,
    words=gettext_lazy("Lead times are longer over these days; both are included."),
)
SERVICE = Record(
    services.save_service_scores,
    services.ServiceScoreRow,
    ServiceScore,
    ("supplier", "month_on"),
    section="purchasing",
    title=gettext_lazy("service score"),
    back="suppliers",
    then=_supplier_page,
    words=gettext_lazy("Any day stands for its month. 100 is the best."),
)


def _state_of(one: Any) -> tuple[str, Any]:
    """Whether one may buy there, as a badge's meaning and its words."""
    if not one.is_active:
        return "off", _("given up")
    if one.stops:
        return "late", _("document expired")
    if one.expires_on and (one.expires_on - clock.today()).days < SOON_DAYS:
        return "risk", _("document ends soon")
    return "done", _("may be bought from")


SUPPLIERS = Listing(
    key="suppliers",
    sort="code",
    columns=(
        Column("code", gettext_lazy("Code"), lambda one: one.code, sort="code"),
        Column("name", gettext_lazy("Name"), str),
        Column("country", gettext_lazy("Country"), lambda one: one.country),
        Column("currency", gettext_lazy("Currency"), lambda one: one.currency),
        Column("items", gettext_lazy("Items"), lambda one: one.item_count, at_end=True),
        Column("blocked", gettext_lazy("Blocked"), lambda one: one.blocked_count, at_end=True),
        Column("expires", gettext_lazy("Next document ends"), lambda one: one.expires_on),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: str(_state_of(one)[1]),
            draw=lambda one: tags.badge(_state_of(one)[0], label=_state_of(one)[1]),
        ),
        Column("terms", gettext_lazy("Payment terms"), lambda o: str(o.payment_terms or "")),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(stops=value == "stops"),
            choices=lambda: (
                ("stops", _("document expired")),
                ("free", _("may be bought from")),
            ),
        ),
        ACTIVE,
    ),
    preset={"active": "yes"},
    search=lambda rows, text: rows.filter(
        Q(code__icontains=text) | Q(name__icontains=text) | Q(name_zh__icontains=text)
    ),
    link=lambda one: reverse("supplier", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No suppliers yet"),
        gettext_lazy("Companies marked as suppliers stand here, with what they may supply."),
        verb="save_partners",
        icon="building-store",
    ),
)


def _reader(request: HttpRequest) -> Any:
    """The user, if suppliers' terms are theirs to read; else the page is not there."""
    user: Any = request.user
    if not may_read(user):
        raise Http404
    return user


@page(section="purchasing", methods=READ)
def suppliers(request: HttpRequest) -> HttpResponse:
    """All suppliers: what they may supply, and whether something stands in the way."""
    user = _reader(request)
    context = {
        "title": _("Suppliers"),
        "tabs": tabs_of(TABS, "suppliers"),
        "verbs": [("save_sources", "plus")],
        "new_label": _("Approve a source"),
        "links": [(reverse("supplier_scores"), _("Scorecard"), "chart-bar")],
    }
    rows = queries.suppliers_for(user).select_related("payment_terms")
    return show_list(request, SUPPLIERS, rows, context=context)


@page(section="purchasing", methods=READ)
def supplier(request: HttpRequest, supplier_id: int) -> HttpResponse:
    """One supplier: sources and prices, documents, contracts, days closed, history and score."""
    user = _reader(request)
    rows = queries.suppliers_for(user).select_related("payment_terms")
    found: Any = get_object_or_404(rows, pk=supplier_id)
    here = reverse("supplier", args=[found.pk])
    profile = queries.profile_of(found.pk)
    sources = list(queries.sources_for(user).filter(supplier=found).order_by("item__code")[:500])
    offers = queries.sources_of(
        {one.item_id for one in sources}, on=clock.today(), and_blocked=True
    )
    agreed = {one.source_id: one for items in offers.values() for one in items}
    facts = supplier_facts()
    histories = lead_histories(one for one in facts.receipts if one.supplier_id == found.pk)
    context = {
        "supplier": found,
        "state": _state_of(found),
        "profile": profile,
        "contract": queries.contracts_in_force([found.pk], clock.today()).get(found.pk),
        "sources": [
            (
                one,
                agreed.get(one.pk),
                record_url(SOURCE, one, next=here),
                histories.get((found.pk, one.item_id)),
                MEANING_OF_STATUS[one.status],
            )
            for one in sources
        ],
        "documents": [
            (one, record_url(QUALIFICATION, one, next=here), _document_state(one))
            for one in profile.qualifications
        ],
        "contracts": [(one, record_url(CONTRACT, one, next=here)) for one in profile.contracts],
        "closings": [(one, record_url(CLOSING, one, next=here)) for one in profile.closings],
        "served": [(one, record_url(SERVICE, one, next=here)) for one in profile.services],
        "score": drawn_score(scorecards([found.pk], facts)[found.pk]),
        "contacts": found.contacts.order_by("-is_main", "name"),
        "here": here,
        "add": f"supplier={found.code}&next={here}",
        "today": clock.today(),
        "entries": journal.timeline(found)[:20],
    }
    return render_page(request, "sourcing/supplier.html", context)


def _document_state(one: Qualification) -> tuple[str, Any]:
    today = clock.today()
    if one.stops_buying(today):
        return "late", _("expired")
    if one.has_expired(today):
        return "risk", _("expired, overlooked") if one.is_overlooked(today) else _("expired")
    if one.expires_on and (one.expires_on - today).days < SOON_DAYS:
        return "risk", _("ends soon")
    return "done", _("valid")


class OverlookForm(PageForm):
    """Until when a document may be overlooked, and why."""

    until_on = forms.DateField(label=gettext_lazy("Until"), widget=forms.DateInput())
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500)


class FileForm(PageForm):
    """The paper itself."""

    file = forms.FileField(label=gettext_lazy("File"))


@page(section="purchasing", verb="overlook_qualification")
def overlook_qualification(request: HttpRequest, qualification_id: int) -> HttpResponse:
    """Allow buying for a time although a required document has expired."""
    user = _reader(request)
    rows = Qualification.objects.visible_to(user).select_related("supplier")
    found = get_object_or_404(rows, pk=qualification_id)
    form = OverlookForm(request.POST or None)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error is not None:
            form.refuse(error)
        context = {"form": form, "found": found, "verb": "overlook_qualification"}
        return render_page(request, "sourcing/one_document.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        services.overlook_qualification,
        qualification_id=found.pk,
        **form.cleaned_data,
        then=reverse("supplier", args=[found.supplier_id]),
        said=_("The document is overlooked until then."),
        again=draw,
    )


@page(section="purchasing", verb="file_supplier_document")
def file_supplier_document(request: HttpRequest, kind: str, document_id: int) -> HttpResponse:
    """Put the paper itself to a qualification or a contract."""
    found = _document(request, kind, document_id)
    form = FileForm(request.POST or None, request.FILES or None)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error is not None:
            form.refuse(error)
        context = {"form": form, "found": found, "kind": kind, "verb": "file_supplier_document"}
        return render_page(request, "sourcing/one_document.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    given = form.cleaned_data["file"]
    return ask(
        request,
        services.file_supplier_document,
        kind=kind,
        document_id=found.pk,
        file=given,
        file_name=given.name,
        then=reverse("supplier", args=[found.supplier_id]),
        said=_("The file is kept."),
        again=draw,
    )


@page(section="purchasing", methods=READ)
def supplier_file(request: HttpRequest, kind: str, document_id: int) -> HttpResponse:
    """The file of a qualification or of a contract."""
    found = _document(request, kind, document_id)
    if found.file is None:
        raise Http404
    answer: Any = serve_file(found.file, found.file_name, inline="save" not in request.GET)
    return answer  # type: ignore[no-any-return]


def _document(request: HttpRequest, kind: str, document_id: int) -> Any:
    model = FILES.get(kind)
    if model is None:
        raise Http404
    rows = model.objects.visible_to(_reader(request)).select_related("supplier", "file")
    return get_object_or_404(rows, pk=document_id)


_paper = "purchasing/suppliers/<str:kind>/<int:document_id>/"
urlpatterns = [
    path("purchasing/suppliers/", suppliers, name="suppliers"),
    path("purchasing/suppliers/<int:supplier_id>/", supplier, name="supplier"),
    path("purchasing/sources/save/", record_page(SOURCE), name="save_sources"),
    path("purchasing/documents/save/", record_page(QUALIFICATION), name="save_qualifications"),
    path("purchasing/contracts/save/", record_page(CONTRACT), name="save_supplier_contracts"),
    path("purchasing/closings/save/", record_page(CLOSING), name="save_supplier_closings"),
    path("purchasing/services/save/", record_page(SERVICE), name="save_service_scores"),
    path(
        "purchasing/documents/<int:qualification_id>/overlook/",
        overlook_qualification,
        name="overlook_qualification",
    ),
    path(_paper + "file/", file_supplier_document, name="file_supplier_document"),
    path(_paper + "read/", supplier_file, name="supplier_file"),
]
