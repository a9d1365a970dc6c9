"""Pages of companies: customers, suppliers, carriers; payment terms and transit times."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.intake.queries import learned_about
from gendan.kernel import journal
from gendan.kernel.files import attachments_of
from gendan.kernel.weekdays import weekdays_said
from gendan.orders import services as orders
from gendan.orders.models import CustomerItem, CustomerPriceList, Order
from gendan.partners import services
from gendan.partners.models import (
    Address,
    Contact,
    CustomerDebt,
    Lane,
    Partner,
    PaymentEvent,
    PaymentTerms,
)
from gendan.web.grids import GridColumn, grid, typed_rows
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.records import Record, Words, record_page, record_url, save_one
from gendan.web.search import LIMIT, Hit, finds
from gendan.web.shell import ask, page, render_page
from gendan.web.suggest import partners_like
from gendan.web.tables import ACTIVE, table_page
from gendan.web.weekdays import weekdays_field

TABS = (
    ("partners", gettext_lazy("Companies")),
    ("payment_terms", gettext_lazy("Payment terms")),
    ("lanes", gettext_lazy("Transit times")),
    ("debts", gettext_lazy("Debts")),
)


def _language_field() -> forms.Field:
    choices = [(code, code) for code in services.LANGUAGES]
    return forms.ChoiceField(label=_("Language"), choices=choices, initial="en")


PARTNER = Record(
    services.save_partners,
    services.PartnerRow,
    Partner,
    ("code",),
    section="partners",
    title=gettext_lazy("company"),
    back="partners",
    codes={"merchandiser": "username"},
    given={
        "documents_required": lambda: Words(
            label=_("Papers required"), required=False, help_text=_("separated by commas")
        ),
        "language": _language_field,
    },
    then=lambda one: reverse("partner", args=[one.pk]),
)
CONTACT = Record(
    services.save_contacts,
    services.ContactRow,
    Contact,
    ("partner", "name"),
    section="partners",
    title=gettext_lazy("contact"),
    back="partners",
)
ADDRESS = Record(
    services.save_addresses,
    services.AddressRow,
    Address,
    ("partner", "kind", "label"),
    section="partners",
    title=gettext_lazy("address"),
    back="partners",
)
CUSTOMER_ITEM = Record(
    orders.save_customer_items,
    orders.CustomerItemRow,
    CustomerItem,
    ("customer", "code"),
    section="partners",
    title=gettext_lazy("customer's item code"),
    back="partners",
    words=gettext_lazy("What this customer calls one of our items; Intake reads by it."),
)
CUSTOMER_LIST = Record(
    orders.save_customer_price_lists,
    orders.CustomerPriceListRow,
    CustomerPriceList,
    ("customer", "price_list"),
    section="partners",
    title=gettext_lazy("price list of a customer"),
    back="partners",
    words=gettext_lazy("The lowest rank is asked first."),
)
LANE = Record(
    services.save_lanes,
    services.LaneRow,
    Lane,
    ("method", "country"),
    section="partners",
    title=gettext_lazy("transit time"),
    back="lanes",
    given={
        "sails_on": lambda: weekdays_field(
            _("Sailing days"), is_needed=False, help_text=_("None: it leaves on any day.")
        )
    },
    words=gettext_lazy(
        "What misses the cut-off waits for the next sailing: promises and plans count so."
    ),
)
DEBT = Record(
    services.record_debts,
    services.DebtRow,
    CustomerDebt,
    ("customer", "currency"),
    section="partners",
    title=gettext_lazy("customer's debt"),
    back="debts",
    words=gettext_lazy("What the books say; too much, or overdue too long, stops new orders."),
)
PARTNERS = Listing(
    key="partners",
    sort="code",
    columns=(
        Column("code", gettext_lazy("Code"), lambda one: one.code, sort="code"),
        Column("name", gettext_lazy("Name"), str),
        Column("kind", gettext_lazy("Kind"), lambda one: kind_words(one)),
        Column("country", gettext_lazy("Country"), lambda one: one.country),
        Column("currency", gettext_lazy("Currency"), lambda one: one.currency),
        Column("terms", gettext_lazy("Payment terms"), lambda one: str(one.payment_terms or "")),
        Column("incoterm", gettext_lazy("Incoterm"), lambda one: one.incoterm),
        Column("merchandiser", gettext_lazy("Merchandiser"), lambda o: str(o.merchandiser or "")),
        Column("language", gettext_lazy("Language"), lambda one: one.language, shown=False),
        Column("tax", gettext_lazy("Tax number"), lambda one: one.tax_number, shown=False),
        Column("gln", gettext_lazy("GLN"), lambda one: one.gln, shown=False),
    ),
    filters=(
        Filter(
            "kind",
            gettext_lazy("Kind"),
            lambda rows, value: rows.filter(**{f"is_{value}": True}),
            choices=lambda: (
                ("customer", _("customer")),
                ("supplier", _("supplier")),
                ("carrier", _("carrier")),
            ),
        ),
        ACTIVE,
    ),
    preset={"active": "yes"},
    link=lambda one: reverse("partner", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No companies yet"),
        gettext_lazy("Customers, suppliers and carriers; one company can be several."),
        verb="save_partners",
        icon="building-store",
    ),
)


def kind_words(one: Partner) -> str:
    """Customer, supplier, carrier, or several of these."""
    words = (
        (one.is_customer, _("customer")),
        (one.is_supplier, _("supplier")),
        (one.is_carrier, _("carrier")),
    )
    return ", ".join(word for is_so, word in words if is_so)


@page(section="partners", methods=["GET", "HEAD"])
def partners(request: HttpRequest) -> HttpResponse:
    """All companies."""
    from dataclasses import replace

    user: Any = request.user
    listing = replace(
        PARTNERS,
        search=lambda rows, text: rows.filter(pk__in=partners_like(user, text).values("pk")),
    )
    rows = Partner.objects.visible_to(user).select_related("payment_terms", "merchandiser")
    context = {
        "title": _("Companies"),
        "tabs": tabs_of(TABS, "partners"),
        "verbs": [("save_partners", "plus")],
        "new_label": _("New"),
    }
    return show_list(request, listing, rows, context=context)


@page(section="partners", methods=["GET", "HEAD"])
def partner(request: HttpRequest, partner_id: int) -> HttpResponse:
    """One company: terms, people, addresses, its codes and price lists, its orders."""
    user: Any = request.user
    rows = Partner.objects.visible_to(user).select_related("payment_terms", "merchandiser")
    found = get_object_or_404(rows, pk=partner_id)
    here = reverse("partner", args=[found.pk])
    context = {
        "partner": found,
        "kind": kind_words(found),
        "edit_url": record_url(PARTNER, found),
        "contacts": _with_urls(CONTACT, found.contacts.select_related("partner"), here),
        "addresses": _with_urls(ADDRESS, found.addresses.select_related("partner"), here),
        "add": {
            "contact": f"{reverse('save_contacts')}?partner={found.code}&next={here}",
            "address": f"{reverse('save_addresses')}?partner={found.code}&kind=office&next={here}",
            "code": f"{reverse('save_customer_items')}?customer={found.code}&next={here}",
            "list": f"{reverse('save_customer_price_lists')}?customer={found.code}&next={here}",
        },
        "entries": journal.timeline(found)[:20],
        "attachments": attachments_of(found),
    }
    if found.is_customer:
        codes = found.item_codes.select_related("customer", "item").order_by("code")[:100]
        lists = found.price_lists.select_related("customer", "price_list").order_by("rank")
        made = Order.objects.visible_to(user).filter(customer=found).order_by("-pk")
        context |= {
            "codes": _with_urls(CUSTOMER_ITEM, codes, here),
            "price_lists": _with_urls(CUSTOMER_LIST, lists, here),
            "orders": made[:15],
            "learned": learned_about(found.pk)[:50],
            "debts": _with_urls(DEBT, found.debts.select_related("customer"), here),
            "company_currency": settings.COMPANY_CURRENCY,
        }
    return render_page(request, "partners/partner.html", context)


def _with_urls(record: Record, rows: Any, here: str) -> list[tuple[Any, str]]:
    return [(one, record_url(record, one, next=here)) for one in rows]


@finds("partners", gettext_lazy("Companies"), icon="building-store", rank=20)
def find_partners(user: Any, text: str) -> list[Hit]:
    """Companies by code, name or initials."""
    return [
        Hit(
            str(one),
            reverse("partner", args=[one.pk]),
            detail=f"{one.code} · {kind_words(one)}",
            is_exact=text.lower() in {one.code.lower(), one.name.lower(), one.name_zh},
        )
        for one in partners_like(user, text)[:LIMIT]
    ]


TERMS = Record(
    services.save_payment_terms,
    services.PaymentTermsRow,
    PaymentTerms,
    ("code",),
    section="partners",
    title=gettext_lazy("payment terms"),
    back="payment_terms",
)


@page(section="partners", verb="save_payment_terms")
def save_payment_terms(request: HttpRequest) -> HttpResponse:
    """Payment terms with their instalments: so many percent, so many days after an event."""
    user: Any = request.user
    code = request.POST.get("code", request.GET.get("code", "")).strip()
    found = PaymentTerms.objects.visible_to(user).filter(code=code).first() if code else None
    columns = [
        GridColumn("event", _("Due"), choices=[("", "–"), *PaymentEvent.choices]),
        GridColumn("percent", _("Percent"), is_number=True),
        GridColumn("days", _("Days after"), is_number=True, hint="0"),
    ]
    if request.method == "POST":
        instalments = [
            {**row, "days": int(row["days"]) if row["days"].isdigit() else 0}
            for row in typed_rows(request, columns)
        ]
        given = services.PaymentTermsRow(
            code=code,
            name_en=request.POST.get("name_en", "").strip(),
            name_zh=request.POST.get("name_zh", "").strip(),
            instalments=instalments,
        )
        return ask(
            request,
            save_one(services.save_payment_terms, given),
            then=reverse("payment_terms"),
            said=_("Saved."),
        )
    context = {
        "terms": found,
        "code": code,
        "grid": grid(columns, found.instalments if found else [], blank=3),
    }
    return render_page(request, "partners/payment_terms.html", context)


payment_terms = table_page(
    TERMS,
    title=gettext_lazy("Payment terms"),
    columns=("code", "name_en", "name_zh"),
    empty=gettext_lazy("30 % deposit at contract, balance against the B/L copy: by a name."),
    tabs=TABS,
)
lanes = table_page(
    LANE,
    title=gettext_lazy("Transit times"),
    columns=(
        *("country", "method", "to_port_days"),
        Column(
            "sails_on",
            gettext_lazy("Sailing days"),
            lambda one: weekdays_said(one.sails_on) or _("any day"),
        ),
        *("cutoff_days", "transit_days", "to_door_days"),
        *("cost_per_kg", "cost_per_m3"),
    ),
    empty=gettext_lazy("How long goods travel to a country, by sea, air, rail and road."),
    tabs=TABS,
)

debts = table_page(
    DEBT,
    title=gettext_lazy("Debts"),
    columns=(
        "customer",
        "currency",
        "outstanding",
        "overdue",
        "oldest_due_on",
        "as_of",
        "source",
    ),
    empty=gettext_lazy("What customers owe, from the books: import a sheet, or enter it."),
    tabs=TABS,
    related=("customer",),
)
urlpatterns = [
    path("partners/debts/", debts, name="debts"),
    path("partners/debts/save/", record_page(DEBT), name="record_debts"),
    path("partners/", partners, name="partners"),
    path("partners/<int:partner_id>/", partner, name="partner"),
    path("partners/save/", record_page(PARTNER), name="save_partners"),
    path("partners/contacts/save/", record_page(CONTACT), name="save_contacts"),
    path("partners/addresses/save/", record_page(ADDRESS), name="save_addresses"),
    path("partners/item-codes/save/", record_page(CUSTOMER_ITEM), name="save_customer_items"),
    path(
        "partners/price-lists/save/",
        record_page(CUSTOMER_LIST),
        name="save_customer_price_lists",
    ),
    path("partners/payment-terms/", payment_terms, name="payment_terms"),
    path("partners/payment-terms/save/", save_payment_terms, name="save_payment_terms"),
    path("partners/lanes/", lanes, name="lanes"),
    path("partners/lanes/save/", record_page(LANE), name="save_lanes"),
]
