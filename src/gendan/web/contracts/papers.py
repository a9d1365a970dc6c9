"""Papers: the list, one paper with what it says and how it differs, issuing and withdrawing."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts import queries, services
from gendan.contracts.models import VOID_REASONS, Paper, PaperKind, PaperState
from gendan.kernel import journal
from gendan.web.files import serve_file
from gendan.web.finding import find_order
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

TABS = [
    ("papers", gettext_lazy("Papers")),
    ("answers", gettext_lazy("Order responses")),
    ("letters_of_credit", gettext_lazy("Letters of credit")),
]

PAPERS = Listing(
    key="papers",
    sort="-id",
    columns=(
        Column("number", gettext_lazy("Number"), lambda one: str(one)),
        Column("kind", gettext_lazy("Paper"), lambda one: one.get_kind_display()),
        Column("order", gettext_lazy("Order"), lambda one: one.order.number),
        Column("customer", gettext_lazy("Customer"), lambda one: str(one.order.customer)),
        Column(
            "total",
            gettext_lazy("Total"),
            lambda one: one.total,
            at_end=True,
            draw=lambda one: tags.money(one.total, one.currency),
        ),
        Column(
            "state", gettext_lazy("State"), lambda one: one.get_state_display(), draw=tags.badge
        ),
        Column(
            "issued_at",
            gettext_lazy("Issued"),
            lambda one: one.issued_at,
            draw=lambda one: tags.moment(one.issued_at),
        ),
        Column("by", gettext_lazy("By"), lambda one: str(one.issued_by or ""), shown=False),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(state=value),
            choices=lambda: PaperState.choices,
        ),
        Filter(
            "kind",
            gettext_lazy("Paper"),
            lambda rows, value: rows.filter(kind=value),
            choices=lambda: PaperKind.choices,
        ),
    ),
    search=queries.containing_papers,
    search_hint=gettext_lazy("Number, order, customer"),
    link=lambda one: reverse("paper", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No papers yet"),
        gettext_lazy("Proforma invoices and contracts are issued on the page of an order."),
        icon="file-text",
    ),
)


def tabs_of(active: str) -> list[tuple[str, Any, bool]]:
    """The lists of this section."""
    return [(reverse(key), title, key == active) for key, title in TABS]


def find_paper(user: Any, paper_id: int) -> Paper:
    """The paper, if the reader may see it; otherwise it is not there."""
    found = (
        Paper.objects.visible_to(user)
        .select_related("order", "order__customer", "file", "issued_by")
        .filter(pk=paper_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def papers_url(order_id: int) -> str:
    """The Papers tab of an order."""
    return reverse("order", args=[order_id]) + "?tab=papers"


@page(section="papers", methods=["GET", "HEAD"])
def papers(request: HttpRequest) -> HttpResponse:
    """All papers, the newest first."""
    user: Any = request.user
    context = {"title": _("Papers"), "tabs": tabs_of("papers")}
    return show_list(request, PAPERS, queries.visible_papers(user), context=context)


@page(section="papers", methods=["GET", "HEAD"])
def paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """One paper: what it says, its hash, and how it differs from another version."""
    user: Any = request.user
    found = find_paper(user, paper_id)
    others = [
        one
        for one in queries.papers_of(found.order_id, user).filter(kind=found.kind)
        if one.pk != found.pk
    ]
    wanted = request.GET.get("with", "")
    other = next((one for one in others if str(one.pk) == wanted), None)
    other = other or next((one for one in others if one.version == found.version - 1), None)
    changes = queries.difference(other, found) if other else []
    context = {
        "paper": found,
        "snapshot": found.snapshot,
        "others": others,
        "other": other,
        "changes": changes,
        "void_words": VOID_REASONS.get(found.void_reason, ""),
        "entries": journal.timeline(found)[:30],
    }
    return render_page(request, "contracts/paper.html", context)


@page(section="papers", methods=["GET", "HEAD"])
def paper_file(request: HttpRequest, paper_id: int) -> FileResponse:
    """The PDF as it was issued; ?inline=1 to look at it."""
    found = find_paper(request.user, paper_id)
    is_inline = request.GET.get("inline") == "1"
    return serve_file(found.file, found.file_name, inline=is_inline)


@page(section="orders", verb="issue_paper", methods=["POST"])
def issue_paper(request: HttpRequest, order_id: int) -> HttpResponse:
    """Make the next version of a paper of the order."""
    order = find_order(request.user, order_id)
    revision = request.POST.get("revision", "")
    return ask(
        request,
        services.issue_paper,
        order_id=order.pk,
        kind=request.POST.get("kind", ""),
        revision=int(revision) if revision.isdigit() and len(revision) < 10 else None,
        then=papers_url(order.pk),
        said=lambda made: _("%(paper)s is issued.") % {"paper": str(made)},
    )


@page(section="papers", verb="withdraw_paper", methods=["POST"])
def withdraw_paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Take back a paper nobody has accepted."""
    found = find_paper(request.user, paper_id)
    return ask(
        request,
        services.withdraw_paper,
        paper_id=found.pk,
        reason=request.POST.get("reason", ""),
        then=papers_url(found.order_id),
        said=_("The paper is withdrawn; its links open nothing any more."),
    )


urlpatterns = [
    path("papers/", papers, name="papers"),
    path("papers/<int:paper_id>/", paper, name="paper"),
    path("papers/<int:paper_id>/file/", paper_file, name="paper_file"),
    path("papers/<int:paper_id>/withdraw/", withdraw_paper, name="withdraw_paper"),
    path("orders/<int:order_id>/papers/issue/", issue_paper, name="issue_paper"),
]
