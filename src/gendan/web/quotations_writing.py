"""Pages on which requests for quotation are written and quotes are written down."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.kernel.errors import DomainError
from gendan.purchasing import queries as purchasing
from gendan.purchasing import quotation_queries as queries
from gendan.purchasing import services
from gendan.purchasing.models import RequestForQuotation
from gendan.purchasing.services import InviteRow, RfqLineRow
from gendan.purchasing.services.quoting import MOST_FILES
from gendan.web.forms import whole_number
from gendan.web.portal.shared import files_of, text_of
from gendan.web.quotation_forms import quote_fields, quote_of, refused_line
from gendan.web.quotations import rfq_page, the_rfq
from gendan.web.shell import ask, page, render_page

HEAD = ("answer_by_on", "currency", "remark")
CELLS = ("item", "description", "quantity", "unit", "needed_on", "remark", "requests")
INVITED = ("supplier", "email", "name", "language")
MOST_LINES, BLANK_LINES, BLANK_SUPPLIERS, MOST_PICKED = 200, 3, 3, 50


@page(section="purchasing", verb="draft_rfq")
def draft_rfq(request: HttpRequest) -> HttpResponse:
    """Ask for what is requested (`?requests=3&requests=4`), or by hand."""
    ids = [whole_number(one) for one in request.GET.getlist("requests")[:MOST_LINES]]
    user: Any = request.user
    every = purchasing.requests_for(user).order_by("order_by_on", "pk")
    chosen = [one for one in every.filter(pk__in=[pk for pk in ids if pk]) if one.to_order > 0]
    typed = _typed(request) if request.method == "POST" else _from_requests(chosen)

    def draw(error: DomainError | None = None) -> HttpResponse:
        pickable = [] if chosen or error else every.filter(state="open")[:MOST_PICKED]
        context = _context(typed, error) | {
            "verb": "draft_rfq",
            "rfq": None,
            "back": reverse("rfqs"),
            "pickable": [one for one in pickable if one.to_order > 0],
        }
        return render_page(request, "quotations/write.html", context)

    if request.method != "POST":
        return draw()
    return ask(
        request,
        lambda *, by: services.draft_rfq(**_given(request, typed), by=by),
        then=lambda made: rfq_page(made.pk),
        said=lambda made: _("%(number)s is made.") % {"number": made.number},
        again=draw,
    )


@page(section="purchasing", verb="edit_rfq")
def edit_rfq(request: HttpRequest, rfq_id: int) -> HttpResponse:
    """Change a request that nobody has been sent."""
    found = the_rfq(request, rfq_id)
    typed = _typed(request) if request.method == "POST" else _from_rfq(found)

    def draw(error: DomainError | None = None) -> HttpResponse:
        context = _context(typed, error)
        context |= {"verb": "edit_rfq", "rfq": found, "back": rfq_page(found.pk)}
        return render_page(request, "quotations/write.html", context)

    if request.method != "POST":
        return draw()
    revision = whole_number(request.POST.get("revision", ""))
    return ask(
        request,
        lambda *, by: services.edit_rfq(
            rfq_id=found.pk, revision=revision, **_given(request, typed), by=by
        ),
        then=rfq_page(found.pk),
        said=_("The request for quotation is changed."),
        again=draw,
    )


@page(section="purchasing", verb="record_quote")
def record_quote(request: HttpRequest, rfq_id: int) -> HttpResponse:
    """Write down what a supplier (`?supplier=CODE`) has said by mail or phone."""
    found = the_rfq(request, rfq_id)
    code = (request.POST.get("supplier") or request.GET.get("supplier", ""))[:60]
    invitation, quoted = queries.submitted_quote(found, code)
    if invitation is None:
        raise Http404
    lines = queries.lines_with_requests(found)

    def draw(error: DomainError | None = None) -> HttpResponse:
        context = {
            "rfq": found,
            "invitation": invitation,
            "back": rfq_page(found.pk),
            "refused": error.message if error else "",
            "refused_line": refused_line(error),
            "person": request.POST.get("person", ""),
            **quote_fields(request, lines, invitation, quoted, as_typed=error is not None),
        }
        return render_page(request, "quotations/record.html", context)

    if request.method != "POST":
        return draw()
    is_declined = request.POST.get("action") == "decline"
    return ask(
        request,
        lambda *, by: services.record_quote(
            rfq_id=found.pk,
            supplier=code,
            quote=None if is_declined else quote_of(request, lines, is_final=True),
            decline_reason=text_of(request, "decline_reason") if is_declined else "",
            person=text_of(request, "person"),
            given=files_of(request, "files"),
            by=by,
        ),
        then=rfq_page(found.pk),
        said=_("The supplier's answer is written down."),
        again=draw,
    )


def _typed(request: HttpRequest) -> dict[str, Any]:
    """The form as it was typed."""
    count = min(whole_number(request.POST.get("count", "")) or 0, MOST_LINES + BLANK_LINES)
    asked = min(whole_number(request.POST.get("asked", "")) or 0, 40)
    lines = [
        {name: text_of(request, f"{name}-{place}") for name in CELLS} for place in range(count)
    ]
    invited = [
        {name: text_of(request, f"{name}-of-{place}") for name in INVITED} for place in range(asked)
    ]
    return {
        "head": {name: text_of(request, name) for name in HEAD},
        "lines": [one for one in lines if any(one.values())],
        "suppliers": [one for one in invited if one["supplier"]],
    }


def _from_requests(requests: list[Any]) -> dict[str, Any]:
    """One line for each item, needed at the earliest day; the approved suppliers proposed."""
    lines: dict[int, dict[str, Any]] = {}
    for one in requests:
        cells = lines.setdefault(
            one.item_id, {"item": one.item.code, "sum": 0, "requests": [], "day": one.needed_on}
        )
        cells["sum"] += one.to_order
        cells["day"] = min(cells["day"], one.needed_on)
        cells["requests"].append(str(one.pk))
    return {
        "head": dict.fromkeys(HEAD, ""),
        "lines": [
            {
                "item": cells["item"],
                "quantity": f"{cells['sum'].normalize():f}",
                "needed_on": cells["day"].isoformat(),
                "requests": ",".join(cells["requests"]),
            }
            for cells in lines.values()
        ],
        "suppliers": [{"supplier": code} for code in queries.suppliers_proposed(requests)],
    }


def _from_rfq(found: RequestForQuotation) -> dict[str, Any]:
    return {
        "head": {
            "answer_by_on": found.answer_by_on.isoformat(),
            "currency": found.currency,
            "remark": found.remark,
        },
        "lines": [
            {
                "item": line.item.code if line.item else "",
                "description": line.description,
                "quantity": f"{line.quantity.normalize():f}",
                "unit": "" if line.item else line.unit,
                "needed_on": line.needed_on.isoformat(),
                "remark": line.remark,
                "requests": ",".join(str(one.pk) for one in line.requests.all()),
            }
            for line in queries.lines_with_requests(found)
        ],
        "suppliers": [
            {
                "supplier": one.supplier.code,
                "email": one.to_email,
                "name": one.to_name,
                "language": one.language,
            }
            for one in queries.invitations_of(found)
        ],
    }


def _given(request: HttpRequest, typed: dict[str, Any]) -> dict[str, Any]:
    """The verbs' arguments from the form."""
    lines = [
        RfqLineRow(
            **{name: cells[name] for name in CELLS if name != "requests"},
            request_ids=[pk for one in cells["requests"].split(",") if (pk := whole_number(one))],
        )
        for cells in typed["lines"]
    ]
    return {
        "lines": lines,
        "suppliers": [InviteRow(**one) for one in typed["suppliers"]],
        "given": files_of(request, "files"),
        **typed["head"],
    }


def _context(typed: dict[str, Any], error: DomainError | None) -> dict[str, Any]:
    lines = typed["lines"] + [{}] * BLANK_LINES
    suppliers = typed["suppliers"] + [{}] * BLANK_SUPPLIERS
    return {
        "head": typed["head"],
        "lines": list(enumerate(lines)),
        "suppliers": list(enumerate(suppliers)),
        "count": len(lines),
        "asked": len(suppliers),
        "refused": error.message if error else "",
        "most_files": MOST_FILES,
    }


_one = "purchasing/quotations/<int:rfq_id>/"
urlpatterns = [
    path("purchasing/quotations/new/", draft_rfq, name="draft_rfq"),
    path(_one + "edit/", edit_rfq, name="edit_rfq"),
    path(_one + "quote/", record_quote, name="record_quote"),
]
