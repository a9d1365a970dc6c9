"""Pages of ship notices: what suppliers say is on its way, by link, by file or told."""

from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import journal
from gendan.mailroom.despatches import read_notice
from gendan.purchasing import queries, services
from gendan.purchasing.models import ShipNotice
from gendan.purchasing.shipments import SENDER_DOUBTS, differences_of
from gendan.web.files import serve_file
from gendan.web.forms import PageForm, whole_number
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.purchasing_tabs import TABS
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

READ = ("GET", "HEAD")
MEANINGS = {"open": "run", "accepted": "done", "refused": "off"}
ROWS = 6
MOST_ROWS = 60
CELLS = ("order", "article", "quantity")


class NoticeForm(PageForm):
    """The head of a notice, and its file."""

    file = forms.FileField(
        label=gettext_lazy("File (UBL, EDIFACT, X12, XLSX, PDF)"),
        required=False,
        widget=forms.FileInput(),
    )
    supplier = forms.CharField(
        label=gettext_lazy("Supplier (code)"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"data-suggest": "partners", "autocomplete": "off"}),
    )
    number = forms.CharField(label=gettext_lazy("Number"), max_length=80, required=False)
    shipped_on = forms.DateField(
        label=gettext_lazy("Shipped"), required=False, widget=forms.DateInput()
    )
    expected_on = forms.DateField(
        label=gettext_lazy("Here on"), required=False, widget=forms.DateInput()
    )
    carrier = forms.CharField(label=gettext_lazy("Carrier"), max_length=100, required=False)
    tracking = forms.CharField(
        label=gettext_lazy("Tracking number"), max_length=100, required=False
    )
    packages = forms.CharField(label=gettext_lazy("Packages"), max_length=10, required=False)
    remark = forms.CharField(label=gettext_lazy("Remark"), max_length=600, required=False)


def _state(notice: ShipNotice) -> Any:
    return tags.badge(MEANINGS[notice.state], label=str(notice.get_state_display()))


NOTICES = Listing(
    key="ship_notices",
    sort="expected_on",
    columns=(
        Column("number", gettext_lazy("Ship notice"), lambda one: one.number, sort="number"),
        Column("supplier", gettext_lazy("Supplier"), lambda one: str(one.supplier)),
        Column(
            "shipped_on", gettext_lazy("Shipped"), lambda one: one.shipped_on, sort="shipped_on"
        ),
        Column(
            "expected_on", gettext_lazy("Here on"), lambda one: one.expected_on, sort="expected_on"
        ),
        Column("carrier", gettext_lazy("Carrier"), lambda one: one.carrier),
        Column("tracking", gettext_lazy("Tracking number"), lambda one: one.tracking),
        Column("packages", gettext_lazy("Packages"), lambda one: one.packages, at_end=True),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: str(one.get_state_display()),
            sort="state",
            draw=_state,
        ),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(state=value),
            choices=lambda: ShipNotice.State.choices,
        ),
        Filter(
            "supplier",
            gettext_lazy("Supplier (code)"),
            lambda rows, value: rows.filter(supplier__code__iexact=value),
        ),
    ),
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text) | Q(tracking__icontains=text) | Q(supplier__code__iexact=text)
    ),
    link=lambda one: reverse("ship_notice", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No ship notices here"),
        gettext_lazy("Suppliers send them by the link of their order, or by file."),
        verb="record_ship_notice",
        icon="truck-delivery",
    ),
)


@page(section="purchasing", methods=READ)
def ship_notices(request: HttpRequest) -> HttpResponse:
    """All ship notices."""
    user: Any = request.user
    context = {
        "title": _("Ship notices"),
        "verbs": [("record_ship_notice", "plus")] if user.may_do("record_ship_notice") else [],
        "tabs": tabs_of(TABS, "arrivals"),
        "links": [(reverse("arrivals"), _("Arrivals"), "truck-delivery")],
    }
    return show_list(request, NOTICES, queries.ship_notices_for(user), context=context)


@page(section="purchasing", methods=READ)
def ship_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """One notice: its lines beside what was ordered, what differs."""
    user: Any = request.user
    notice = get_object_or_404(queries.ship_notices_for(user), pk=notice_id)
    if request.GET.get("file"):
        if notice.file is None:
            raise Http404
        ending = ".eml" if notice.way == ShipNotice.Way.MAIL else ""
        served: Any = serve_file(notice.file, f"{notice.number}{ending}")
        return served  # type: ignore[no-any-return]
    rows = queries.lines_of_notice(notice)
    context = {
        "notice": notice,
        "state_badge": _state(notice),
        "rows": rows,
        "differences": differences_of(notice, rows),
        "is_doubted": bool(SENDER_DOUBTS & set(notice.doubts)),
        "entries": journal.timeline(notice)[:40],
    }
    return render_page(request, "purchasing/ship_notice.html", context)


@page(section="purchasing", methods=("POST",))
def accept_ship_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """The goods are expected as it says."""
    return ask(
        request,
        services.accept_ship_notice,
        notice_id=notice_id,
        is_checked=request.POST.get("is_checked") == "1",
        then=reverse("ship_notice", args=[notice_id]),
        said=_("The goods are expected as the notice says."),
    )


@page(section="purchasing", methods=("POST",))
def refuse_ship_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """It is not right."""
    return ask(
        request,
        services.refuse_ship_notice,
        notice_id=notice_id,
        reason=request.POST.get("reason", ""),
        then=reverse("ship_notice", args=[notice_id]),
        said=_("The notice is refused."),
    )


@page(section="purchasing", verb="record_ship_notice")
def record_ship_notice(request: HttpRequest) -> HttpResponse:
    """Write a notice down, or hand in the supplier's file; `?order=7`: for this order."""
    form = NoticeForm(request.POST or None, request.FILES or None)
    order = _order_meant(request)

    def draw(error: Any = None) -> HttpResponse:
        if error:
            form.refuse(error)
        typed = _shown_rows(request, order)
        return render_page(
            request,
            "purchasing/write_notice.html",
            {"form": form, "rows": list(enumerate(typed)), "order": order},
        )

    if request.method != "POST" or not form.is_valid():
        return draw()

    def record(*, by: Any) -> Any:
        values = dict(form.cleaned_data)
        file, supplier = values.pop("file"), values.pop("supplier")
        if file is None:
            return services.record_ship_notice(
                shipment=services.Shipment(**values),
                rows=_typed(request),
                supplier=supplier,
                purchase_order_id=order.pk if order else None,
                by=by,
            )
        shipment, rows = read_notice(file, file.name or "file")
        given = {name: value for name, value in values.items() if value}
        file.seek(0)
        return services.record_ship_notice(
            shipment=replace(shipment, **given),
            rows=rows,
            supplier=supplier,
            purchase_order_id=order.pk if order else None,
            given=(file.name or "file", file),
            by=by,
        )

    return ask(
        request,
        record,
        then=lambda made: reverse("ship_notice", args=[made.pk]),
        said=_("The notice is kept; compare it and accept it."),
        again=draw,
    )


def _order_meant(request: HttpRequest) -> Any:
    """The order a notice is taken in for, as far as its reader sees it; None for none."""
    user: Any = request.user
    pk = whole_number(request.POST.get("order", "") or request.GET.get("order", ""))
    if pk is None:
        return None
    return get_object_or_404(queries.purchase_orders_for(user).filter(version__gt=0), pk=pk)


def _shown_rows(request: HttpRequest, order: Any) -> list[dict[str, str]]:
    """The rows as they were typed; at first what is still to come of the order."""
    if request.method == "POST":
        typed = [at + 1 for at in range(MOST_ROWS) if f"quantity-{at}" in request.POST]
        count = max(ROWS, *typed) if typed else ROWS
        return [
            {name: request.POST.get(f"{name}-{at}", "") for name in CELLS} for at in range(count)
        ]
    lines = queries.lines_to_come(order)[:MOST_ROWS] if order else []
    rows = [
        {
            "order": order.number,
            "article": one.supplier_code or one.item.code,
            "quantity": f"{one.typed_to_come.normalize():f}",
            "unit": one.typed_unit,
        }
        for one in lines
    ]
    return rows + [dict.fromkeys(CELLS, "")] * max(ROWS - len(rows), 0)


def _typed(request: HttpRequest) -> list[services.NoticedRow]:
    rows = []
    for at in range(MOST_ROWS):
        order, article, quantity = (
            request.POST.get(f"{name}-{at}", "").strip()[:120] for name in CELLS
        )
        if order or article or quantity:
            rows.append(services.NoticedRow(quantity=quantity, order_number=order, article=article))
    return rows


_one = "purchasing/notices/<int:notice_id>/"
urlpatterns = [
    path("purchasing/notices/", ship_notices, name="ship_notices"),
    path("purchasing/notices/new/", record_ship_notice, name="record_ship_notice"),
    path(_one, ship_notice, name="ship_notice"),
    path(_one + "accept/", accept_ship_notice, name="accept_ship_notice"),
    path(_one + "refuse/", refuse_ship_notice, name="refuse_ship_notice"),
]
