"""Settings of papers: the letterhead with logo and seal, and the clause library."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.contracts import queries, services
from gendan.contracts.models import Clause
from gendan.contracts.papers import placeholders
from gendan.contracts.papers.images import LARGEST
from gendan.contracts.services.clauses import ClauseRow
from gendan.contracts.services.letterheads import LetterheadData
from gendan.kernel.errors import DomainError
from gendan.web.contracts.forms import ClauseForm, LetterheadForm, refuse_shape
from gendan.web.files import serve_file
from gendan.web.shell import ask, page, render_page

_IMAGES = ("logo", "seal", "remove_logo", "remove_seal")
_CASES = ("kind", "country", "incoterm", "payment_event")


@page(section="settings", verb="save_letterhead")
def save_letterhead(request: HttpRequest) -> HttpResponse:
    """Our company as papers show it."""
    kept = queries.letterhead()
    initial: dict[str, Any] = {"seals_papers": True}
    if kept is not None:
        initial = {name: getattr(kept, name) for name in LetterheadData.__dataclass_fields__}
    form = LetterheadForm(request.POST or None, request.FILES or None, initial=initial)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        context = {"form": form, "letterhead": kept, "limit": LARGEST // 1024}
        return render_page(request, "contracts/letterhead.html", context)

    if request.method != "POST":
        return draw()
    if not form.is_valid():
        refuse_shape(request, form)
        return draw()
    given = form.cleaned_data
    return ask(
        request,
        services.save_letterhead,
        letterhead=LetterheadData(
            **{name: value for name, value in given.items() if name not in _IMAGES}
        ),
        logo=_content(given["logo"]),
        seal=_content(given["seal"]),
        remove_logo=given["remove_logo"],
        remove_seal=given["remove_seal"],
        then=reverse("save_letterhead"),
        said=_("The letterhead is saved; papers issued from now on show it."),
        again=draw,
    )


def _content(file: Any) -> bytes | None:
    """What was uploaded, one byte more than allowed at most: larger is refused all the same."""
    return bytes(file.read(LARGEST + 1)) if file else None


@page(section="settings", verb="save_letterhead", methods=["GET", "HEAD"])
def letterhead_image(request: HttpRequest, name: str) -> FileResponse:
    """Logo or seal, to look at."""
    kept = queries.letterhead()
    file = getattr(kept, name, None) if name in {"logo", "seal"} else None
    if file is None:
        raise Http404
    return serve_file(file, name, inline=True)


@page(section="settings", verb="save_clauses", methods=["GET", "HEAD"])
def clauses(request: HttpRequest) -> HttpResponse:
    """The clause library, in the order papers print it."""
    user: Any = request.user
    found = Clause.objects.visible_to(user).filter(is_active=True).select_related("customer")
    return render_page(request, "contracts/clauses.html", {"clauses": found[:500]})


@page(section="settings", verb="save_clauses")
def save_clauses(request: HttpRequest) -> HttpResponse:
    """Write a clause, or change one (`?clause=`); "preview" shows it filled without saving."""
    kept = _clause(request)
    initial: dict[str, Any] = {}
    if kept is not None:
        names = ("code", "topic", "position", "text_en", "text_zh", *_CASES)
        initial = {name: getattr(kept, name) for name in names}
        initial["customer"] = kept.customer.code if kept.customer else ""
    form = ClauseForm(request.POST or None, initial=initial)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        texts = [str(form["text_zh"].value() or ""), str(form["text_en"].value() or "")]
        context = {
            "form": form,
            "clause": kept,
            "placeholders": list(placeholders.PLACEHOLDERS.items()),
            "unknown": [name for text in texts for name in placeholders.unknown_in(text)],
            "preview": [
                placeholders.fill(text, values)
                for text, values in zip(texts, queries.example_values(), strict=True)
            ],
        }
        return render_page(request, "contracts/clause.html", context, parts=("preview",))

    if request.method != "POST" or "preview" in request.POST:
        return draw()
    if not form.is_valid():
        refuse_shape(request, form)
        return draw()
    row = ClauseRow(clause_id=kept.pk if kept else None, **form.cleaned_data)
    return ask(
        request,
        services.save_clauses,
        rows=[row],
        then=reverse("clauses"),
        said=_("The clause is saved; papers issued from now on say so."),
        again=draw,
    )


def _clause(request: HttpRequest) -> Clause | None:
    given = request.GET.get("clause", "") or request.POST.get("clause", "")
    if not given:
        return None
    user: Any = request.user
    found = None
    if given.isdigit() and len(given) < 18:
        visible = Clause.objects.visible_to(user).select_related("customer")
        found = visible.filter(pk=int(given), is_active=True).first()
    if found is None:
        raise Http404
    return found


@page(section="settings", verb="retire_clause", methods=["POST"])
def retire_clause(request: HttpRequest, clause_id: int) -> HttpResponse:
    """Print a clause no longer."""
    user: Any = request.user
    if not Clause.objects.visible_to(user).filter(pk=clause_id).exists():
        raise Http404
    return ask(
        request,
        services.retire_clause,
        clause_id=clause_id,
        then=reverse("clauses"),
        said=_("The clause is no longer printed."),
    )


urlpatterns = [
    path("settings/letterhead/", save_letterhead, name="save_letterhead"),
    path("settings/letterhead/<str:name>/", letterhead_image, name="letterhead_image"),
    path("settings/clauses/", clauses, name="clauses"),
    path("settings/clauses/write/", save_clauses, name="save_clauses"),
    path("settings/clauses/<int:clause_id>/retire/", retire_clause, name="retire_clause"),
]
