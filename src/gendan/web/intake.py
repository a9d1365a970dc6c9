"""Pages of the intake room: a document beside its draft, and what was learned."""

import datetime as dt
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from gendan.intake import queries, services, words
from gendan.intake.draft_data import HEAD_FIELDS, LINE_FIELDS, line_path, value_at
from gendan.intake.models import Draft, Incoming
from gendan.kernel import clock, company, files, journal
from gendan.kernel.errors import DomainError, Invalid
from gendan.web.intake_parts import draw_pages, draw_sheet
from gendan.web.intake_queue import (
    VERBS,
    accept_certain_drafts,
    add_incoming,
    intake,
    note_call,
)
from gendan.web.shell import ask, go, page, refusal, render_page

# After this the page says that no worker seems to run.
WORKER_IS_LATE = dt.timedelta(seconds=20)


# --- a document and its drafts ------------------------------------------------------------------


def _incoming(request: HttpRequest, incoming_id: int) -> Incoming:
    rows = queries.all_incoming(request.user)  # type: ignore[arg-type]
    return get_object_or_404(
        rows.select_related("file", "worked_on_by", "taken_by"), pk=incoming_id
    )


def _draft(request: HttpRequest, draft_id: int) -> Draft:
    return get_object_or_404(queries.drafts_for(request.user), pk=draft_id)  # type: ignore[arg-type]


@page(section="intake", methods=["GET", "HEAD"], verb=VERBS)
def incoming(request: HttpRequest, incoming_id: int) -> HttpResponse:
    """The document on the left, its draft on the right."""
    return _reading_page(request, _incoming(request, incoming_id))


def _reading_page(request: HttpRequest, row: Incoming, draft: Draft | None = None) -> HttpResponse:
    drafts = list(row.drafts.select_related("customer", "order").order_by("position"))
    wanted = request.GET.get("draft", "")
    if draft is None and drafts:
        open_ones = [one for one in drafts if one.state == "open"]
        chosen = [one for one in drafts if str(one.position) == wanted]
        draft = (chosen or open_ones or drafts)[0]
    context: dict[str, Any] = {
        "incoming": row,
        "drafts": drafts,
        "draft": draft,
        "problem": words.problem_words(row.problem) if row.problem else "",
        "same_message": queries.same_message(row),
        "is_mine": row.worked_on_by_id == request.user.pk,
        "is_late": clock.now() - row.taken_at > WORKER_IS_LATE,
        "entries": journal.timeline(row)[:20],
    }
    if draft is not None:
        draft.incoming = row
        context |= _draft_context(request, draft)
    return render_page(request, "intake/incoming.html", context, parts=("incoming", "draft"))


def _draft_context(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    number = request.GET.get("lines", "1")
    doc_type = draft.data.get("doc_type") or "order"
    context: dict[str, Any] = {
        "sheet": draw_sheet(draft, max(1, int(number)) if number.isdigit() else 1),
        "pages": draw_pages(draft, draft.incoming.view),
        "twins": list(queries.twins_of(draft)[:5]),
        "doc_type_words": words.doc_type_words(doc_type),
        "is_order": queries.is_order(draft.data),
        "new_fields": [
            (name, words.short_field_words(f"lines.0.{name}"), LINE_FIELDS[name])
            for name in ("seller_code", "description", "quantity", "unit", "unit_price", "due_date")
        ],
        "totals": draft.data.get("totals") or {},
        "reply": words.polite_reply(draft, _company_name(words.language_of(draft)), draft.refusal),
    }
    if not context["is_order"]:
        context["advice"] = words.advice_words(doc_type)
        order = queries.meant_order(draft)
        context["meant"] = order
        if order is not None:
            context["changes"] = [
                (words.FIELDS.get(one.what, one.what), one)
                for one in queries.changes_against(order, draft)
            ]
    return context


def _company_name(language: str) -> str:
    names = company.value("company_name")
    return str(names.get("zh" if language.startswith("zh") else "en") or "")


@page(section="intake", verb="work_on_incoming", methods=["POST"])
def work_on_incoming(request: HttpRequest, incoming_id: int) -> HttpResponse:
    """I look after this one, or no longer."""
    row = _incoming(request, incoming_id)
    return ask(
        request,
        services.work_on_incoming,
        incoming_id=row.pk,
        is_taken=request.POST.get("is_taken", "1") == "1",
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


@page(section="intake", verb="correct_draft", methods=["POST"])
def correct_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Save what was typed; the draft is drawn anew with new matches."""
    draft = _draft(request, draft_id)
    url = _url_of(draft)
    try:
        given = _corrections(request, draft)
    except DomainError as error:
        return refusal(request, error)
    if not given:
        return go(request, url)
    return ask(
        request,
        services.correct_draft,
        draft_id=draft.pk,
        revision=_revision(request),
        **given,
        then=url,
        said=_("Saved."),
    )


@page(section="intake", verb="accept_draft", methods=["POST"])
def accept_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Make the order, with the last corrections of the form."""
    draft = _draft(request, draft_id)
    try:
        given = _corrections(request, draft)
    except DomainError as error:
        return refusal(request, error)
    confirmed = given.pop("confirmed", [])
    return ask(
        request,
        services.accept_draft,
        draft_id=draft.pk,
        revision=_revision(request),
        confirmed_doubts=confirmed,
        allow_duplicate=request.POST.get("allow_duplicate") == "1",
        corrections=given or None,
        then=lambda order: f"/orders/{order.pk}/",
        said=lambda order: _("Order %(number)s is written down.") % {"number": order.number},
    )


@page(section="intake", verb="refuse_draft", methods=["POST"])
def refuse_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """No order is made from this; the answer to the sender is ready to copy."""
    draft = _draft(request, draft_id)
    return ask(
        request,
        services.refuse_draft,
        draft_id=draft.pk,
        reason=request.POST.get("reason", ""),
        revision=_revision(request),
        then=_url_of(draft),
        said=_("Put aside."),
    )


def _url_of(draft: Draft) -> str:
    return f"{reverse('incoming', args=[draft.incoming_id])}?draft={draft.position}"


def _revision(request: HttpRequest) -> int | None:
    text = request.POST.get("revision", "")
    return int(text) if text.isdigit() else None


def _corrections(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """What the form says differently from the draft, as arguments of correct_draft."""
    posted = request.POST
    given: dict[str, Any] = {}
    values = {}
    for name in posted:
        found = line_path(name)
        if name in HEAD_FIELDS or (found and found[1] in LINE_FIELDS):
            text = posted.get(name, "").strip()
            if text != (value_at(draft.data, name) or ""):
                values[name] = text
    if values:
        given["values"] = values
    customer = _chosen_customer(request, draft)
    if customer is not None:
        given["customer_id"] = customer
    if items := _chosen_items(posted, draft):
        given["items"] = items
    new = {name: posted.get(f"new.{name}", "").strip() for name in LINE_FIELDS}
    if any(new.values()):
        given["add_lines"] = [{name: text for name, text in new.items() if text}]
    if removed := [int(text) for text in posted.getlist("remove") if text.isdigit()]:
        given["remove_lines"] = removed
    if confirmed := [text for text in posted.getlist("confirmed") if text]:
        given["confirmed"] = confirmed
    return given


def _chosen_customer(request: HttpRequest, draft: Draft) -> int | None:
    user: Any = request.user
    code = request.POST.get("customer_code", "").strip()
    if code:
        found = queries.customers_for(user).filter(code__iexact=code.split(" ")[0][:40]).first()
        if found is None:
            raise Invalid(
                _("There is no customer “%(code)s”.") % {"code": code[:40]}, field="customer_code"
            )
        return found.pk if found.pk != draft.customer_id else None
    chosen = request.POST.get("customer", "")
    if chosen.isdigit() and int(chosen) != draft.customer_id:
        return int(chosen)
    return None


def _chosen_items(posted: QueryDict, draft: Draft) -> dict[int, int]:
    matches = draft.matches.get("lines") or []
    chosen: dict[int, int] = {}
    for name in posted:
        found = line_path(name)
        if not found or found[1] not in {"item", "item_code"} or found[0] >= len(matches):
            continue
        text = posted.get(name, "").strip()
        if found[1] == "item_code" and text:
            item = queries.item_by_code(text.split(" ")[0])
            if item is None:
                raise Invalid(_("There is no item “%(code)s”.") % {"code": text[:40]}, field=name)
            chosen[found[0]] = item.pk
        elif found[1] == "item" and text.isdigit() and found[0] not in chosen:
            chosen[found[0]] = int(text)
    return {
        index: item_id for index, item_id in chosen.items() if matches[index].get("id") != item_id
    }


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
    customer_id = request.POST.get("customer", "")
    back = reverse("learned", args=[customer_id]) if customer_id.isdigit() else reverse("intake")
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
    path("intake/<int:incoming_id>/read-again/", read_again, name="read_again"),
    path("intake/<int:incoming_id>/original/", incoming_original, name="incoming_original"),
    path("intake/drafts/<int:draft_id>/correct/", correct_draft, name="correct_draft"),
    path("intake/drafts/<int:draft_id>/accept/", accept_draft, name="accept_draft"),
    path("intake/drafts/<int:draft_id>/refuse/", refuse_draft, name="refuse_draft"),
    path("intake/customers/<int:customer_id>/learned/", learned, name="learned"),
    path("intake/learned/<int:learned_id>/forget/", forget_learned, name="forget_learned"),
]
