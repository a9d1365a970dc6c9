"""Pages of the intake room: a document beside its draft, and what was learned."""

import datetime as dt
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from gendan.intake import queries, services, words
from gendan.intake.differences import differences
from gendan.intake.draft_data import LINE_FIELDS, lines_of
from gendan.intake.models import Draft, Incoming
from gendan.kernel import clock, files, journal
from gendan.orders.models import Order, OrderState
from gendan.web.forms import whole_number
from gendan.web.intake_decisions import (
    accept_draft,
    correct_draft,
    join_drafts,
    merge_draft,
    refuse_draft,
    split_draft,
)
from gendan.web.intake_pages import THUMBNAILS_UP_TO, draw_pages
from gendan.web.intake_parts import draw_sheet
from gendan.web.intake_queue import (
    VERBS,
    accept_certain_drafts,
    add_incoming,
    intake,
    note_call,
)
from gendan.web.shell import ask, page, render_page

# After this the page says that no worker seems to run.
WORKER_IS_LATE = dt.timedelta(seconds=20)


# --- a document and its drafts ------------------------------------------------------------------


def _incoming(request: HttpRequest, incoming_id: int) -> Incoming:
    rows = queries.all_incoming(request.user)  # type: ignore[arg-type]
    return get_object_or_404(
        rows.select_related("file", "worked_on_by", "taken_by"), pk=incoming_id
    )


@page(section="intake", methods=["GET", "HEAD"], verb=VERBS)
def incoming(request: HttpRequest, incoming_id: int) -> HttpResponse:
    """The document on the left, its draft on the right."""
    return _reading_page(request, _incoming(request, incoming_id))


def _reading_page(request: HttpRequest, row: Incoming, draft: Draft | None = None) -> HttpResponse:
    drafts = list(
        row.drafts.select_related("customer", "order", "change", "mail").order_by("position")
    )
    wanted = request.GET.get("draft", "")
    if draft is None and drafts:
        open_ones = [one for one in drafts if one.state == "open"]
        chosen = [one for one in drafts if str(one.position) == wanted]
        draft = (chosen or open_ones or drafts)[0]
    user: Any = request.user
    other = row.worked_on_by if row.worked_on_by_id not in {None, user.pk} else None
    context: dict[str, Any] = {
        "incoming": row,
        "drafts": drafts,
        "draft": draft,
        "problem": words.problem_words(row.problem) if row.problem else "",
        "same_message": queries.same_message(row),
        "is_mine": row.worked_on_by_id == user.pk,
        "other": other if row.state != Incoming.State.DONE else None,
        "is_late": clock.now() - row.taken_at > WORKER_IS_LATE,
        "entries": journal.timeline(row)[:20],
    }
    if draft is not None:
        draft.incoming = row
        context |= _draft_context(request, draft, drafts)
    return render_page(request, "intake/incoming.html", context, parts=("incoming", "draft"))


def _draft_context(request: HttpRequest, draft: Draft, drafts: list[Draft]) -> dict[str, Any]:
    doc_type = draft.data.get("doc_type") or "order"
    is_open = draft.state == Draft.State.OPEN
    images = {one.page: one for one in draft.incoming.images.select_related("file")}
    pages = draw_pages(draft, draft.incoming.view, images)
    pictures = [one for one in pages if one.picture is not None]
    asked = words.polite_reply(draft, words.company_name(words.language_of(draft)))
    context: dict[str, Any] = {
        "sheet": draw_sheet(draft, max(1, whole_number(request.GET.get("lines", "")) or 1)),
        "pages": pages,
        "pictures": pictures,
        "thumbnails": len(pictures) <= THUMBNAILS_UP_TO,
        "twins": list(queries.twins_of(draft)[:5]),
        "doc_type_words": words.doc_type_words(doc_type),
        "is_order": queries.is_order(draft.data),
        "is_cancellation": doc_type == "order_cancellation",
        "advice": words.advice_words(doc_type),
        "new_fields": [
            (name, words.short_field_words(f"lines.0.{name}"), LINE_FIELDS[name])
            for name in ("seller_code", "description", "quantity", "unit", "unit_price", "due_date")
        ],
        "totals": draft.data.get("totals") or {},
        "reply": draft.reply or asked,
        "reply_asked": asked,
        "others": [one for one in drafts if one.pk != draft.pk and one.state == Draft.State.OPEN],
        "may_split": is_open and sum(1 for _one in lines_of(draft.data)) > 1,
    }
    return context | _about_order(request, draft, context["twins"])


def _about_order(request: HttpRequest, draft: Draft, twins: list[Order]) -> dict[str, Any]:
    """The order the document is about, and what it would change there."""
    user: Any = request.user
    doc_type = draft.data.get("doc_type") or "order"
    if doc_type == "not_an_order" or draft.state != Draft.State.OPEN:
        return {}
    found = twins[0] if twins else None
    if found is None and not queries.is_order(draft.data):
        found = queries.meant_order(draft)
    if found is None:
        return {}
    order = queries.orders_for(user).filter(pk=found.pk).first()
    if order is None:
        return {}
    is_change = doc_type in services.MERGEABLE
    found_out = differences(order, draft) if is_change else None
    return {
        "target": order,
        "may_merge": is_change
        and user.may_do("merge_draft")
        and order.state in {OrderState.DRAFT, OrderState.CONFIRMED},
        "differences": found_out,
        "changes": [(words.field_name(one.what), one) for one in found_out.rows]
        if found_out
        else [],
    }


@page(section="intake", verb="work_on_incoming", methods=["POST"])
def work_on_incoming(request: HttpRequest, incoming_id: int) -> HttpResponse:
    """I look after this one, or no longer."""
    row = _incoming(request, incoming_id)
    return ask(
        request,
        services.work_on_incoming,
        incoming_id=row.pk,
        is_taken=request.POST.get("is_taken", "1") == "1",
        take_over=request.POST.get("take_over") == "1",
        then=reverse("incoming", args=[row.pk]),
    )


@page(section="intake", verb="read_again", methods=["POST"])
def read_again(request: HttpRequest, incoming_id: int) -> HttpResponse:
    """Have the worker read it anew."""
    row = _incoming(request, incoming_id)
    return ask(
        request,
        services.read_again,
        incoming_id=row.pk,
        then=reverse("incoming", args=[row.pk]),
    )


@page(section="intake", verb="put_incoming_aside", methods=["POST"])
def put_incoming_aside(request: HttpRequest, incoming_id: int) -> HttpResponse:
    """Nobody waits for it any more."""
    row = _incoming(request, incoming_id)
    return ask(
        request,
        services.put_incoming_aside,
        incoming_id=row.pk,
        then=reverse("intake"),
        said=_("%(number)s is put aside unread.") % {"number": row.number},
    )


@page(section="intake", methods=["GET", "HEAD"], verb=VERBS)
def incoming_page(request: HttpRequest, incoming_id: int, page_number: int) -> HttpResponseBase:
    """The picture of a page, drawn when the document was read; never a part of the original."""
    row = get_object_or_404(queries.all_incoming(request.user), pk=incoming_id)  # type: ignore[arg-type]
    image = get_object_or_404(row.images.select_related("file"), page=page_number)
    etag = f'"{image.file.sha256[:32]}"'
    # The address carries a digest of the picture, so what a browser has kept never changes.
    headers = {
        "ETag": etag,
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    return FileResponse(files.open_file(image.file), content_type=image.media_type, headers=headers)


@page(section="intake", methods=["GET", "HEAD"])
def incoming_original(request: HttpRequest, incoming_id: int) -> FileResponse:
    """The original, for saving: never shown by the browser itself."""
    row = _incoming(request, incoming_id)
    return FileResponse(
        files.open_file(row.file),
        as_attachment=True,
        filename=files.clean_name(row.file_name),
        content_type="application/octet-stream",
    )


@page(section="intake", methods=["GET", "HEAD"])
def intake_choices(request: HttpRequest) -> HttpResponse:
    """Items or customers that fit what is being typed: options for a list of proposals."""
    user: Any = request.user
    text = str(next((value for key, value in request.GET.items() if key != "kind"), ""))
    if request.GET.get("kind") == "customers":
        found = [(one.code, str(one)) for one in queries.customers_like(user, text)]
    else:
        found = [(one.code, one.name) for one in queries.items_like(text)]
    return HttpResponse(format_html_join("", '<option value="{}">{}</option>', found))


# --- what was learned ---------------------------------------------------------------------------


@page(section="intake", methods=["GET", "HEAD"], verb=VERBS)
def learned(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What corrections have taught about a customer."""
    user: Any = request.user
    customer = get_object_or_404(queries.customers_for(user), pk=customer_id)
    rows = queries.learned_about(customer.pk)
    return render_page(request, "intake/learned.html", {"customer": customer, "rows": rows})


@page(section="intake", verb="forget_learned", methods=["POST"])
def forget_learned(request: HttpRequest, learned_id: int) -> HttpResponse:
    """Something learned is wrong."""
    customer_id = whole_number(request.POST.get("customer", ""))
    name = "partner" if request.POST.get("from") == "partner" else "learned"
    back = reverse("intake") if customer_id is None else reverse(name, args=[customer_id])
    return ask(
        request,
        services.forget_learned,
        learned_id=learned_id,
        then=back,
        said=_("Forgotten."),
    )


urlpatterns = [
    path("intake/", intake, name="intake"),
    path("intake/add/", add_incoming, name="add_incoming"),
    path("intake/call/", note_call, name="note_call"),
    path("intake/choices/", intake_choices, name="intake_choices"),
    path("intake/accept-certain/", accept_certain_drafts, name="accept_certain_drafts"),
    path("intake/<int:incoming_id>/", incoming, name="incoming"),
    path("intake/<int:incoming_id>/work/", work_on_incoming, name="work_on_incoming"),
    path("intake/<int:incoming_id>/aside/", put_incoming_aside, name="put_incoming_aside"),
    path("intake/<int:incoming_id>/read-again/", read_again, name="read_again"),
    path("intake/<int:incoming_id>/original/", incoming_original, name="incoming_original"),
    path("intake/<int:incoming_id>/pages/<int:page_number>/", incoming_page, name="incoming_page"),
    path("intake/drafts/<int:draft_id>/correct/", correct_draft, name="correct_draft"),
    path("intake/drafts/<int:draft_id>/accept/", accept_draft, name="accept_draft"),
    path("intake/drafts/<int:draft_id>/merge/", merge_draft, name="merge_draft"),
    path("intake/drafts/<int:draft_id>/split/", split_draft, name="split_draft"),
    path("intake/drafts/<int:draft_id>/join/", join_drafts, name="join_drafts"),
    path("intake/drafts/<int:draft_id>/refuse/", refuse_draft, name="refuse_draft"),
    path("intake/customers/<int:customer_id>/learned/", learned, name="learned"),
    path("intake/learned/<int:learned_id>/forget/", forget_learned, name="forget_learned"),
]
