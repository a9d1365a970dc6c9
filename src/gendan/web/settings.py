"""Settings pages: what I prefer, my keys for programs, saved views, the company, its numbers."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import gendan
from gendan.kernel import company, queries, reactions, services
from gendan.kernel.errors import Invalid
from gendan.web import feeds
from gendan.web.middleware import remember_language
from gendan.web.shell import ask, page, render_page

# The company's values in the words of its page; the order is the page's.
SETTING_WORDS = {
    "company_name": gettext_lazy("Company name"),
    "approval_limit_days": gettext_lazy("A milestone moved by more days than this needs a manager"),
    "price_tolerance_percent": gettext_lazy(
        "Deviation from the list price that is still amber (%)"
    ),
    "default_over_percent": gettext_lazy("Over-delivery a customer accepts, unless agreed (%)"),
    "default_short_percent": gettext_lazy("Short delivery a customer accepts, unless agreed (%)"),
    "count_tolerance_percent": gettext_lazy(
        "A variance in counting beyond this is counted again by another person (%)"
    ),
    "count_approval_amount": gettext_lazy(
        "A variance worth more than this needs a manager (company currency)"
    ),
    "credit_overdue_days": gettext_lazy("Money overdue for more days than this stops new orders"),
    "purchase_counter_days": gettext_lazy(
        "A supplier's other day is accepted at once up to so many days from the one asked for"
    ),
    "purchase_split_days": gettext_lazy(
        "Orders of one buyer to one supplier within so many days are approved as one"
        " (0: each alone)"
    ),
    "purchase_chase_unconfirmed_days": gettext_lazy(
        "Chase a supplier who has not confirmed after so many days"
    ),
    "purchase_chase_before_days": gettext_lazy(
        "Ask a supplier so many days before goods are due whether they come in time"
    ),
    "purchase_chase_again_days": gettext_lazy("Chase a supplier again after so many days"),
    "purchase_chase_mode": gettext_lazy("Suppliers are chased"),
    "purchase_chase_most_a_day": gettext_lazy(
        "At most so many suppliers' orders are chased by themselves on a day"
    ),
    "match_price_percent": gettext_lazy(
        "A supplier's invoice matches up to this deviation of a price (%)"
    ),
    "match_quantity_percent": gettext_lazy(
        "A supplier's invoice matches up to so much more than has come (%)"
    ),
    "work_starts": gettext_lazy("The working day begins at"),
    "work_ends": gettext_lazy("The working day ends at"),
    "order_address": gettext_lazy("Address to which customers' answers are to go"),
}
SETTING_CHOICES = {
    "purchase_chase_mode": (
        ("off", gettext_lazy("never")),
        ("ask", gettext_lazy("by a buyer's press, from a list that is ready")),
        ("send", gettext_lazy("by itself, in the supplier's working hours")),
    ),
}
NUMBER_WORDS = {
    "order": gettext_lazy("Orders"),
    "intake": gettext_lazy("Incoming documents"),
    "paper_proforma": gettext_lazy("Proforma invoices"),
    "paper_contract": gettext_lazy("Sales contracts"),
    "answer": gettext_lazy("Order responses"),
    "work_order": gettext_lazy("Work orders"),
    "purchase_request": gettext_lazy("Purchase requests"),
    "purchase_order": gettext_lazy("Purchase orders"),
    "rfq": gettext_lazy("Requests for quotation"),
    "goods_receipt": gettext_lazy("Goods receipts"),
    "supplier_return": gettext_lazy("Returns to suppliers"),
    "count": gettext_lazy("Counts"),
    "plan_run": gettext_lazy("Plan runs"),
    "customer": gettext_lazy("Customers"),
    "supplier": gettext_lazy("Suppliers"),
}


# For how many days a key for programs is made; 0: until it is revoked.
VALIDITIES = (
    (30, gettext_lazy("30 days")),
    (90, gettext_lazy("90 days")),
    (365, gettext_lazy("a year")),
    (0, gettext_lazy("until revoked")),
)


def next_of(request: HttpRequest, otherwise: str) -> str:
    """The page to return to, if it is one of ours."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if is_ours and urlsplit(wanted).path.startswith("/") else otherwise


@page(section="settings", outside=True, methods=["GET", "HEAD"])
def my_settings(request: HttpRequest) -> HttpResponse:
    """My language and colours, my keys for programs, my saved views."""
    user: Any = request.user
    made = request.session.pop("gendan_new_token", None)
    context = {
        "tokens": queries.tokens_of(user),
        "views": queries.views_of(user),
        "new_token": made,
        "validities": VALIDITIES,
        "calendars": feeds.rows_of(user),
        "new_feed": request.session.pop(feeds.NEW_FEED, None),
        "roles": sorted(user.roles),
    }
    return render_page(request, "settings/mine.html", context)


@page(outside=True, methods=["POST"])
def set_preferences(request: HttpRequest) -> HttpResponse:
    """Remember language and colours; the language at once in the browser too."""
    language = request.POST.get("language") or None
    response = ask(
        request,
        services.set_preferences,
        language=language,
        theme=request.POST.get("theme") or None,
        then=next_of(request, reverse("my_settings")),
    )
    if language in services.LANGUAGES and response.status_code < 400:
        remember_language(response, language, secure=request.is_secure())
    return response


@page(section="settings", methods=["POST"])
def make_api_token(request: HttpRequest) -> HttpResponse:
    """Make a key; it is shown once on the next page."""

    def keep(result: Any) -> str:
        token, secret = result
        request.session["gendan_new_token"] = {"name": token.name, "secret": secret}
        return reverse("my_settings")

    name, typed = request.POST.get("name", ""), request.POST.get("valid_days", "365")
    days = int(typed) if typed.isdigit() and len(typed) < 6 else None
    return ask(request, services.make_api_token, name=name, valid_days=days or None, then=keep)


@page(section="settings", methods=["POST"])
def revoke_api_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """The key no longer works."""
    return ask(
        request,
        services.revoke_api_token,
        token_id=token_id,
        then=reverse("my_settings"),
        said=lambda token: _("The key “%(name)s” no longer works.") % {"name": token.name},
    )


@page(methods=["POST"])
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep a list's filters and columns under a name."""
    return ask(
        request,
        services.save_view,
        page=request.POST.get("page", ""),
        name=request.POST.get("name", ""),
        query=request.POST.get("query", ""),
        then=next_of(request, reverse("home")),
        said=lambda view: _("The view “%(name)s” is kept.") % {"name": view.name},
    )


@page(methods=["POST"])
def forget_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Forget a saved view."""
    return ask(
        request,
        services.forget_view,
        view_id=view_id,
        then=next_of(request, reverse("my_settings")),
        said=_("The view is forgotten."),
    )


@page(section="settings", methods=["GET", "HEAD"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Everything that can be set, each with its sentence."""
    return render_page(request, "settings/index.html")


@page(section="settings", verb="save_setting", methods=["GET", "HEAD"])
def company_settings(request: HttpRequest) -> HttpResponse:
    """The company's name, limits and tolerances."""
    values = company.values(*SETTING_WORDS)
    rows = [
        (key, words, values[key], SETTING_CHOICES.get(key)) for key, words in SETTING_WORDS.items()
    ]
    return render_page(request, "settings/company.html", {"rows": rows})


@page(section="settings", verb="save_setting", methods=["POST"])
def save_setting(request: HttpRequest) -> HttpResponse:
    """Set one value of the company."""
    key = request.POST.get("key", "")
    return ask(
        request,
        services.save_setting,
        key=key,
        value=_typed_value(key, request),
        then=next_of(request, reverse("company_settings")),
        said=_("The setting is saved."),
    )


def _typed_value(key: str, request: HttpRequest) -> Any:
    """The typed value in the setting's own kind."""
    kind = type(company.DEFAULTS.get(key, ""))
    if kind is dict:
        return {part: request.POST.get(part, "").strip()[:200] for part in ("en", "zh")}
    if kind is list:
        return request.POST.getlist("value")
    typed = request.POST.get("value", "").strip()
    if kind is int:
        try:
            return int(typed)
        except ValueError:
            raise Invalid(
                _("“%(text)s” is not a whole number.") % {"text": typed[:20]}, field="value"
            ) from None
    return typed


@page(section="settings", verb="save_number_pattern", methods=["GET", "HEAD"])
def number_patterns(request: HttpRequest) -> HttpResponse:
    """How the numbers of documents look."""
    kept = queries.number_patterns()
    rows = [(key, NUMBER_WORDS.get(key, key), pattern) for key, pattern in kept.items()]
    return render_page(request, "settings/numbers.html", {"rows": rows})


@page(section="settings", verb="save_number_pattern", methods=["POST"])
def save_number_pattern(request: HttpRequest) -> HttpResponse:
    """Set how the numbers of one kind of document look from now on."""
    return ask(
        request,
        services.save_number_pattern,
        key=request.POST.get("key", ""),
        pattern=request.POST.get("pattern", "").strip(),
        then=reverse("number_patterns"),
        said=_("The pattern is saved; the next number follows it."),
    )


@page(section="settings", verb="retry_reaction", methods=["GET", "HEAD"])
def parked_reactions(request: HttpRequest) -> HttpResponse:
    """Reactions that failed for good, each with its way back."""
    return render_page(request, "settings/parked.html", {"rows": reactions.parked()})


@page(section="settings", verb="retry_reaction", methods=["POST"])
def retry_reaction(request: HttpRequest, job_id: int) -> HttpResponse:
    """Try a parked reaction again."""
    return ask(
        request,
        services.retry_reaction,
        job_id=job_id,
        then=reverse("parked_reactions"),
        said=_("It runs again; if it fails again, it comes back here."),
    )


@page(section="settings", methods=["GET", "HEAD"])
def about(request: HttpRequest) -> HttpResponse:
    """What this is, in which version, and what stands on it."""
    return render_page(request, "settings/about.html", {"version": gendan.__version__})


urlpatterns = [
    path("settings/", settings_page, name="settings"),
    path("settings/mine/", my_settings, name="my_settings"),
    path("settings/mine/preferences/", set_preferences, name="set_preferences"),
    path("settings/mine/tokens/make/", make_api_token, name="make_api_token"),
    path("settings/mine/tokens/<int:token_id>/revoke/", revoke_api_token, name="revoke_api_token"),
    path("settings/mine/views/save/", save_view, name="save_view"),
    path("settings/mine/views/<int:view_id>/forget/", forget_view, name="forget_view"),
    path("settings/company/", company_settings, name="company_settings"),
    path("settings/company/save/", save_setting, name="save_setting"),
    path("settings/numbers/", number_patterns, name="number_patterns"),
    path("settings/numbers/save/", save_number_pattern, name="save_number_pattern"),
    path("settings/parked/", parked_reactions, name="parked_reactions"),
    path("settings/parked/<int:job_id>/retry/", retry_reaction, name="retry_reaction"),
    path("settings/about/", about, name="about"),
]
