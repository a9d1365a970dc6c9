"""Pages for bringing sheets in and taking them out: template, dry run, errors row by row."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gendan.exchange import sheets
from gendan.kernel import clock
from gendan.kernel.errors import Invalid, NotAllowed
from gendan.kernel.service import title_of
from gendan.web.shell import page, render_page


def _language() -> str:
    return "zh" if (get_language() or "").startswith("zh") else "en"


def _kind(request: HttpRequest, key: str) -> Any:
    """The kind of sheet, for those whose role may import it."""
    user: Any = request.user
    found = sheets.kind_of(key)
    if not user.may_do(found.verb):
        raise NotAllowed(
            _("Your role does not allow this: %(verb)s.") % {"verb": title_of(found.verb)},
            verb=found.verb,
        )
    return found


@page(section="settings", methods=["GET", "HEAD"])
def all_sheets(request: HttpRequest) -> HttpResponse:
    """The kinds of sheets this person may bring in, with template and export."""
    user: Any = request.user
    kinds = [(kind.key, kind.title(_language())) for kind in sheets.kinds_for(user)]
    return render_page(request, "settings/sheets.html", {"kinds": kinds})


@page(section="settings")
def sheet(request: HttpRequest, kind: str) -> HttpResponse:
    """Bring in one kind of sheet: try it first, then take it whole or not at all."""
    found = _kind(request, kind)
    context: dict[str, Any] = {
        "kind": found,
        "title": found.title(_language()),
        "columns": [(column.title(_language()), column.is_needed) for column in found.columns],
    }
    if request.method == "POST":
        file: Any = request.FILES.get("file")
        if file is None:
            raise Invalid(_("Choose a file first."), field="file")
        if file.size > settings.FILE_SIZE_LIMIT:
            raise Invalid(
                _("The file is larger than %(limit)s MB.")
                % {"limit": settings.FILE_SIZE_LIMIT // (1024 * 1024)},
                field="file",
            )
        run = sheets.run_import if request.POST.get("mode") == "import" else sheets.dry_run
        context["report"] = run(kind, file.read(), file.name, by=request.user)  # type: ignore[arg-type]
        context["name"] = file.name
    return render_page(request, "settings/sheet.html", context, parts=("report",))


@page(section="settings", methods=["GET", "HEAD"])
def sheet_template(request: HttpRequest, kind: str) -> HttpResponse:
    """The template of a kind, in the reader's language."""
    found = _kind(request, kind)
    return _file(sheets.template(kind, _language()), f"{found.key}-template.xlsx", "xlsx")


@page(section="settings", methods=["GET", "HEAD"])
def sheet_export(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """All rows of a kind that the reader may see, in columns that can be imported again."""
    found = _kind(request, kind)
    user: Any = request.user
    content = sheets.export(kind, by=user, form=form, language=_language())
    return _file(content, f"{found.key}-{clock.today():%Y%m%d}.{form}", form)


def _file(content: bytes, name: str, form: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=sheets.FORMATS[form], headers=headers)


urlpatterns = [
    path("settings/sheets/", all_sheets, name="sheets"),
    path("settings/sheets/<str:kind>/", sheet, name="sheet"),
    path("settings/sheets/<str:kind>/template/", sheet_template, name="sheet_template"),
    path("settings/sheets/<str:kind>/export/<str:form>/", sheet_export, name="sheet_export"),
]
