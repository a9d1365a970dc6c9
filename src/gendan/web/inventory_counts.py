"""Pages of counts: the list, one count with its lines, its sheet, calls, accuracy."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from gendan.exchange import count_sheets, sheets
from gendan.inventory import queries, services
from gendan.inventory.models import Count, CountLine, Location
from gendan.web.export_columns import ACCURACY
from gendan.web.exports import export_found
from gendan.web.files import serve_bytes
from gendan.web.forms import PageForm
from gendan.web.inventory_actions import TABS
from gendan.web.inventory_forms import (
    decimal_of,
    form_page,
    number,
    place,
    suggested,
    with_places,
)
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.sheets import brought_file
from gendan.web.shell import page, render_page
from gendan.web.templatetags import gendan as tags

READ = ("GET", "HEAD")
MOST_SHOWN = 500  # lines on the page of the sheet; the files have all


def _is_hidden(line: CountLine) -> bool:
    """What is still to be counted shows neither books nor an earlier count: that would lead."""
    return line.state in CountLine.WAITING


def _shown(name: str) -> Any:
    return lambda one: None if _is_hidden(one) else getattr(one, name)


def _drawn(name: str) -> Any:
    def draw(one: CountLine) -> Any:
        return "" if _is_hidden(one) else tags.quantity(getattr(one, name))

    return draw


def _state(line: CountLine) -> Any:
    """An open line has not been begun: it is grey, although an open count is running."""
    words = str(line.get_state_display())
    return tags.badge("todo" if line.state == line.State.OPEN else line.state, label=words)


COUNTS = Listing(
    key="counts",
    sort="-id",
    columns=(
        Column("number", gettext_lazy("Count"), lambda one: one.number),
        Column("basis", gettext_lazy("What"), lambda one: str(one.get_basis_display())),
        Column("place", gettext_lazy("Place"), lambda one: str(one.place or "")),
        Column("lines", gettext_lazy("Lines"), lambda one: one.all_lines, at_end=True),
        Column(
            "waiting", gettext_lazy("To be counted"), lambda one: one.waiting_lines, at_end=True
        ),
        Column("to_post", gettext_lazy("To be posted"), lambda one: one.counted_lines, at_end=True),
        Column("made_at", gettext_lazy("Begun"), lambda one: one.made_at),
        Column("by", gettext_lazy("Who"), lambda one: str(one.made_by or "Gendan")),
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
            choices=lambda: Count.State.choices,
        ),
    ),
    preset={"state": "open"},
    link=lambda one: reverse("count", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No count is running"),
        gettext_lazy("Count everything once, or a few places every day; work goes on meanwhile."),
        verb="start_count",
        icon="clipboard-check",
    ),
)
LINES = Listing(
    key="count",
    sort="pk",
    columns=(
        Column("location", gettext_lazy("Location"), lambda one: str(one.location)),
        Column("item", gettext_lazy("Item"), lambda one: str(one.item)),
        Column("lot", gettext_lazy("Lot"), lambda one: str(one.lot or "")),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: str(one.get_state_display()),
            draw=_state,
        ),
        Column("book", gettext_lazy("Books"), _shown("book"), at_end=True, draw=_drawn("book")),
        Column(
            "counted",
            gettext_lazy("Counted"),
            _shown("counted"),
            at_end=True,
            draw=_drawn("counted"),
        ),
        Column(
            "variance",
            gettext_lazy("Variance"),
            _shown("variance"),
            at_end=True,
            draw=_drawn("variance"),
        ),
        Column("value", gettext_lazy("Worth"), _shown("value"), at_end=True),
        Column(
            "first",
            gettext_lazy("First count"),
            _shown("first_counted"),
            at_end=True,
            shown=False,
        ),
        Column("by", gettext_lazy("Counted by"), lambda one: str(one.counted_by or "")),
        Column("at", gettext_lazy("When"), lambda one: one.counted_at, shown=False),
        Column("do", gettext_lazy("Do"), lambda one: "", cell="inventory/count_line_do.html"),
    ),
    filters=(
        Filter(
            "show",
            gettext_lazy("Show"),
            lambda rows, value: {
                "waiting": rows.filter(state__in=CountLine.WAITING),
                "variance": rows.exclude(state__in=CountLine.WAITING).exclude(book=F("counted")),
                "decide": queries.to_approve(rows),
            }[value],
            choices=lambda: (
                ("waiting", _("to be counted")),
                ("variance", _("with a variance")),
                ("decide", _("waiting for approval")),
            ),
        ),
    ),
    search=lambda rows, text: rows.filter(
        Q(item__code__icontains=text)
        | Q(location__code__icontains=text)
        | Q(lot__code__icontains=text)
    ),
    empty=Empty(gettext_lazy("No line"), gettext_lazy("Nothing fits what is chosen above.")),
)
CALLS = Listing(
    key="count_calls",
    sort="-id",
    columns=(
        Column("at", gettext_lazy("When"), lambda one: one.at),
        Column("kind", gettext_lazy("Why"), lambda one: str(one.get_kind_display())),
        Column("item", gettext_lazy("Item"), lambda one: str(one.item)),
        Column("location", gettext_lazy("Location"), lambda one: str(one.location or "")),
        Column("remark", gettext_lazy("Remark"), lambda one: one.remark),
        Column("by", gettext_lazy("Who"), lambda one: str(one.by or "Gendan")),
        Column("answered", gettext_lazy("Counted in"), lambda one: str(one.answered or "")),
    ),
    filters=(
        Filter(
            "open",
            gettext_lazy("Which"),
            lambda rows, value: rows.filter(answered__isnull=value == "open"),
            choices=lambda: (("open", _("open")), ("done", _("finished"))),
        ),
    ),
    preset={"open": "open"},
    empty=Empty(
        gettext_lazy("Nothing calls for a count"),
        gettext_lazy("Where more was to be taken than the books have, a count is called for."),
        verb="ask_for_count",
    ),
)


class StartForm(PageForm):
    """What is to be counted, and how strictly."""

    basis = forms.ChoiceField(label=gettext_lazy("What is counted"), choices=Count.Basis.choices)
    place = place(gettext_lazy("Place (with all inside it)"), required=False)
    items = forms.CharField(
        label=gettext_lazy("Items (codes), for chosen items"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("separated by commas"),
    )
    tolerance_percent = number(gettext_lazy("Tolerance (%)"), required=False)
    approval_amount = number(gettext_lazy("Needs approval above (amount)"), required=False)
    is_blind = forms.BooleanField(
        label=gettext_lazy("Blind: who counts does not see the books"), required=False, initial=True
    )


class AskForm(PageForm):
    """What looks wrong, and where."""

    item = suggested(gettext_lazy("Item (code)"))
    location = place(gettext_lazy("Location"), required=False)
    remark = forms.CharField(label=gettext_lazy("Remark"), max_length=200, required=False)


@page(section="stock", methods=READ)
def counts(request: HttpRequest) -> HttpResponse:
    """All counts; those that run first."""
    user: Any = request.user
    due = queries.due_balances(1)
    context = {
        "title": _("Counts"),
        "subtitle": _("Some places are due to be counted.") if due else "",
        "tabs": tabs_of(TABS, "counts"),
        "verbs": [("start_count", "clipboard-check")],
        "links": [
            (reverse("count_calls"), _("Calls for a count"), "bell"),
            (reverse("count_accuracy"), _("Accuracy"), "chart-bar"),
        ],
    }
    return show_list(request, COUNTS, queries.counts_for(user), context=context)


@page(section="stock", methods=READ)
def count(request: HttpRequest, count_id: int) -> HttpResponse:
    """One count: what is counted, what was found, what waits for whom."""
    found = find_count(request, count_id)
    rows = queries.lines_for(found)
    context = {
        "count": found,
        "title": found.number,
        "user_may_approve": request.user.may_do("approve_variances"),  # type: ignore[union-attr]
    }
    return show_list(request, LINES, rows, template="inventory/count.html", context=context)


@page(section="stock", methods=READ)
def count_sheet(request: HttpRequest, count_id: int) -> HttpResponse:
    """What is still to be counted, in walking order: to print, as a file, and to read back."""
    found = find_count(request, count_id)
    if kind := request.GET.get("export"):
        return _count_file(found, kind)
    return _sheet_page(request, found, {})


def _count_file(found: Any, kind: str) -> HttpResponse:
    name = f"count-{found.number}.{kind}"
    if kind == "pdf":
        pdf: Any = serve_bytes(count_sheets.printed(found), name, "application/pdf", inline=True)
        return pdf  # type: ignore[no-any-return]
    content = count_sheets.written(found, form=kind, language=get_language() or "en")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=sheets.FORMATS[kind], headers=headers)


def _sheet_page(request: HttpRequest, found: Any, more: dict[str, Any]) -> HttpResponse:
    rows = list(count_sheets.to_count(found)[: MOST_SHOWN + 1])
    context = {"count": found, "lines": rows[:MOST_SHOWN], "is_cut": len(rows) > MOST_SHOWN}
    return render_page(request, "inventory/count_sheet.html", context | more, parts=("report",))


@page(section="stock", methods=["POST"])
def read_count_sheet(request: HttpRequest, count_id: int) -> HttpResponse:
    """A filled sheet comes back: tried first, or entered whole."""
    found = find_count(request, count_id)
    file = brought_file(request)
    read = count_sheets.taken if request.POST.get("mode") == "import" else count_sheets.tried
    user: Any = request.user
    report = read(found, file.read(), file.name, by=user)
    again = find_count(request, count_id)
    return _sheet_page(request, again, {"report": report, "name": file.name})


@page(section="stock", methods=READ)
def count_calls(request: HttpRequest) -> HttpResponse:
    """What asks for a count."""
    user: Any = request.user
    context = {
        "title": _("Calls for a count"),
        "tabs": tabs_of(TABS, "counts"),
        "verbs": [("ask_for_count", "bell"), ("start_count", "clipboard-check")],
    }
    return show_list(request, CALLS, queries.calls_for(user), context=context)


@page(section="stock", methods=READ)
def count_accuracy(request: HttpRequest) -> HttpResponse:
    """How good the books were, month by month."""
    rows = queries.accuracy()
    if kind := request.GET.get("export"):
        return export_found("count_accuracy", ACCURACY, rows, kind)
    lines = sum(one.lines for one in rows)
    right = sum(one.right for one in rows)
    context = {
        "tabs": tabs_of(TABS, "counts"),
        "rows": rows,
        "lines": lines,
        "percent": (Decimal(right) * 100 / lines).quantize(Decimal("0.1")) if lines else None,
    }
    return render_page(request, "inventory/count_accuracy.html", context)


@page(section="stock", verb="start_count")
def start_count(request: HttpRequest) -> HttpResponse:
    """Make the list of what is to be counted."""
    names = ("basis", "place", "items")
    start = {name: request.GET[name][:200] for name in names if name in request.GET}
    form = StartForm(request.POST or None, initial=start)
    with_places(form, request.user, "place", kind__in=Location.OWN)

    def values() -> dict[str, Any]:
        codes = form.cleaned_data["items"].replace("，", ",").replace("\n", ",").split(",")
        limits = {name: decimal_of(form, name) for name in ("tolerance_percent", "approval_amount")}
        return form.cleaned_data | limits | {"items": [one for one in codes if one.strip()]}

    return form_page(
        request,
        form,
        services.start_count,
        values,
        name="start_count",
        then=lambda made: reverse("count", args=[made.pk]),
        said=_("The count has begun; work goes on."),
        words=_("Each place is compared with the books at the moment it is counted."),
        back=reverse("counts"),
    )


@page(section="stock", verb="ask_for_count")
def ask_for_count(request: HttpRequest) -> HttpResponse:
    """Something looks wrong: have it counted."""
    names = ("item", "location")
    start = {name: request.GET.get(name, "")[:40] for name in names}
    form = AskForm(request.POST or None, initial=start)
    with_places(form, request.user, "location", kind__in=Location.OWN)
    return form_page(
        request,
        form,
        services.ask_for_count,
        lambda: form.cleaned_data,
        name="ask_for_count",
        then=reverse("count_calls"),
        said=_("It will be counted."),
        back=reverse("count_calls"),
    )


def find_count(request: HttpRequest, count_id: int) -> Any:
    """The count with its numbers, or 404."""
    user: Any = request.user
    return get_object_or_404(queries.counts_for(user), pk=count_id)


urlpatterns = [
    path("stock/counts/", counts, name="counts"),
    path("stock/counts/start/", start_count, name="start_count"),
    path("stock/counts/calls/", count_calls, name="count_calls"),
    path("stock/counts/calls/ask/", ask_for_count, name="ask_for_count"),
    path("stock/counts/accuracy/", count_accuracy, name="count_accuracy"),
    path("stock/counts/<int:count_id>/", count, name="count"),
    path("stock/counts/<int:count_id>/sheet/", count_sheet, name="count_sheet"),
    path("stock/counts/<int:count_id>/sheet/read/", read_count_sheet, name="read_count_sheet"),
]
