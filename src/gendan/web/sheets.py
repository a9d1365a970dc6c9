"""Pages for bringing sheets in and taking them out: template, dry run, errors row by row."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from gendan.exchange import queries, services, sheets
from gendan.exchange.bringing import NEW_EACH_TIME, bring_in
from gendan.exchange.kind import Kind
from gendan.exchange.sheets import ImportReport
from gendan.exchange.tables import write_xlsx
from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.web.shell import ask, go, page, render_page

READ = ("GET", "HEAD")
LAST = 20  # imports on the page
STAGES = {
    "reading": gettext_lazy("the file is read"),
    "checking": gettext_lazy("the rows are checked"),
    "writing": gettext_lazy("the rows are written"),
}
# In the order of the navigation: its words, and the rooms whose sheets stand below them.
SECTIONS = (
    (gettext_lazy("Orders"), ("orders",)),
    (gettext_lazy("Planning"), ("planning", "production")),
    (gettext_lazy("Purchasing"), ("sourcing", "purchasing")),
    (gettext_lazy("Stock"), ("inventory", "stocking")),
    (gettext_lazy("Items"), ("catalog",)),
    (gettext_lazy("Partners"), ("partners",)),
    (gettext_lazy("People"), ("workforce",)),
)


def _language() -> str:
    return "zh" if (get_language() or "").startswith("zh") else "en"


def _kind(request: HttpRequest, key: str) -> Any:
    """The kind of sheet, for those whose role may import it."""
    user: Any = request.user
    found = sheets.kind_of(key)
    sheets.refuse_role(found, user)
    return found


def _title(key: str) -> str:
    """What a kind is called, though it may be gone since."""
    found = sheets.KINDS.get(key)
    return found.title(_language()) if found else key


@page(section="settings", methods=READ)
def all_sheets(request: HttpRequest) -> HttpResponse:
    """The kinds of sheets this person may bring in, with template and export; the last imports."""
    user: Any = request.user
    last = [(run, _title(run.kind)) for run in queries.imports_for(user)[:LAST]]
    context = {"sections": _sections(sheets.kinds_for(user)), "last": last}
    return render_page(request, "settings/sheets.html", context)


def _sections(kinds: Iterable[Kind]) -> list[tuple[Any, list[tuple[str, str]]]]:
    """The kinds by section; sections without any are left out."""
    by_room: dict[str, list[tuple[str, str]]] = {}
    for kind in kinds:
        room = by_room.setdefault(kind.model._meta.app_label, [])
        room.append((kind.key, kind.title(_language())))
    found = [
        (title, [one for room in rooms for one in by_room.pop(room, [])])
        for title, rooms in SECTIONS
    ]
    others = [one for room in by_room.values() for one in room]
    return [(title, some) for title, some in [*found, (_("Settings"), others)] if some]


@page(section="settings")
def sheet(request: HttpRequest, kind: str) -> HttpResponse:
    """Bring in one kind of sheet: try it first, then take it whole or not at all."""
    found = _kind(request, kind)
    context: dict[str, Any] = {
        "kind": found,
        "title": found.title(_language()),
        "asks_again": kind in NEW_EACH_TIME,
        "columns": [(column.title(_language()), column.is_needed) for column in found.columns],
    }
    if request.method == "POST":
        user: Any = request.user
        file = brought_file(request)
        keep = request.POST.get("mode") == "import"
        again = request.POST.get("again") == "on"
        came = bring_in(kind, file.read(), file.name, by=user, keep=keep, again=again)
        if not isinstance(came, ImportReport):
            return go(request, reverse("sheet_import", args=[came.pk]))
        context |= {"report": came, "name": file.name}
    return render_page(request, "settings/sheet.html", context, parts=("report",))


def brought_file(request: HttpRequest) -> Any:
    """The file of a form, unless none was chosen or it is larger than any may be."""
    file: Any = request.FILES.get("file")
    if file is None:
        raise Invalid(_("Choose a file first."), field="file")
    if file.size > settings.FILE_SIZE_LIMIT:
        raise Invalid(
            _("The file is larger than %(limit)s MB.")
            % {"limit": settings.FILE_SIZE_LIMIT // (1024 * 1024)},
            field="file",
        )
    return file


@page(section="settings", methods=READ)
def sheet_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """One import: how far it is, what came of it, what stands in its way."""
    user: Any = request.user
    run = queries.import_seen(import_id, user)
    context = {
        "run": run,
        "title": _title(run.kind),
        "stage": STAGES.get(run.stage, ""),
        "errors": run.errors[: sheets.MOST_ERRORS],
        "failure": _("Something went wrong on our side; it has been written down.")
        if run.failure == "bug"
        else run.failure,
    }
    return render_page(request, "settings/sheet_import.html", context)


@page(section="settings", methods=READ)
def sheet_faults(request: HttpRequest, import_id: int) -> HttpResponse:
    """What stands in the way of an import, as a sheet."""
    user: Any = request.user
    run = queries.import_seen(import_id, user)
    header = [_("Row"), _("Column"), _("What stands in the way")]
    return _file(write_xlsx([(_("Faults"), header, run.errors)]), f"faults-{run.pk}.xlsx", "xlsx")


@page(section="settings", methods=("POST",))
def stop_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Stop an import."""
    then = reverse("sheet_import", args=[import_id])
    said = _("The import is stopped; nothing of it was kept.")
    return ask(request, services.stop_import, import_id=import_id, then=then, said=said)


@page(section="settings", methods=READ)
def sheet_template(request: HttpRequest, kind: str) -> HttpResponse:
    """The template of a kind, in the reader's language."""
    found = _kind(request, kind)
    return _file(sheets.template(kind, _language()), f"{found.key}-template.xlsx", "xlsx")


@page(section="settings", methods=READ)
def sheet_export(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """All rows of a kind that the reader may see, in columns that can be imported again."""
    found = _kind(request, kind)
    user: Any = request.user
    content = sheets.export(kind, by=user, form=form, language=_language())
    return _file(content, f"{found.key}-{clock.today():%Y%m%d}.{form}", form)


def _file(content: bytes, name: str, form: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=sheets.FORMATS[form], headers=headers)


_one = "settings/imports/<int:import_id>/"
urlpatterns = [
    path("settings/sheets/", all_sheets, name="sheets"),
    path("settings/sheets/<str:kind>/", sheet, name="sheet"),
    path("settings/sheets/<str:kind>/", sheet, name="import_sheet"),
    path("settings/sheets/<str:kind>/template/", sheet_template, name="sheet_template"),
    path("settings/sheets/<str:kind>/export/<str:form>/", sheet_export, name="sheet_export"),
    path(_one, sheet_import, name="sheet_import"),
    path(_one + "faults/", sheet_faults, name="sheet_faults"),
    path(_one + "stop/", stop_import, name="stop_import"),
]
