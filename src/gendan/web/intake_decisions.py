"""What is decided about a draft: corrected, accepted, carried into an order, split, refused."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from gendan.intake import queries, services, words
from gendan.intake.draft_data import HEAD_FIELDS, LINE_FIELDS, line_path, value_at
from gendan.intake.models import Draft
from gendan.kernel.errors import Invalid
from gendan.web.forms import whole_number
from gendan.web.shell import ask, go, page


def _draft(request: HttpRequest, draft_id: int) -> Draft:
    return get_object_or_404(queries.drafts_for(request.user), pk=draft_id)  # type: ignore[arg-type]


@page(section="intake", verb="correct_draft", methods=["POST"])
def correct_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Save what was typed; the draft is drawn anew with new matches."""
    draft = _draft(request, draft_id)
    url = _url_of(draft)
    given = _corrections(request, draft)
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
    given = _corrections(request, draft)
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
    """No order is made from this; the answer to the sender is sent, or ready to copy."""
    draft = _draft(request, draft_id)
    reply = request.POST.get("reply", "")
    return ask(
        request,
        services.refuse_draft,
        draft_id=draft.pk,
        reason=request.POST.get("reason", ""),
        reply="" if _is_as_proposed(draft, reply) else reply,
        send_reply=request.POST.get("send_reply") == "1",
        revision=_revision(request),
        then=_url_of(draft),
        said=lambda made: (
            _("Put aside; the answer is on its way.") if made.mail else _("Put aside.")
        ),
    )


def _is_as_proposed(draft: Draft, reply: str) -> bool:
    """Whether the answer is the one that was proposed: then the reason is put into it."""
    proposed = words.polite_reply(draft, words.company_name(words.language_of(draft)))
    return reply.split() == proposed.split()


@page(section="intake", verb="merge_draft", methods=["POST"])
def merge_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Carry what the document asks for into the order we have."""
    draft = _draft(request, draft_id)
    given = _corrections(request, draft)
    confirmed = given.pop("confirmed", [])
    user: Any = request.user
    order = get_object_or_404(
        queries.orders_for(user), pk=whole_number(request.POST.get("order", ""))
    )
    return ask(
        request,
        services.merge_draft,
        draft_id=draft.pk,
        order_id=order.pk,
        revision=_revision(request),
        confirmed_doubts=confirmed,
        cancel_missing=request.POST.get("cancel_missing") == "1",
        corrections=given or None,
        then=lambda made: (
            reverse("change", args=[made.change_id])
            if made.change_id
            else reverse("order", args=[made.order_id])
        ),
        said=_("Carried into %(number)s.") % {"number": order.number},
    )


@page(section="intake", verb="split_draft", methods=["POST"])
def split_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The marked lines become a draft of their own."""
    draft = _draft(request, draft_id)
    given = _corrections(request, draft)
    return ask(
        request,
        services.split_draft,
        draft_id=draft.pk,
        lines=_numbers(request.POST, "take"),
        order_number=request.POST.get("split_number", ""),
        revision=_revision(request),
        corrections=given or None,
        then=_url_of,
        said=_("The lines are a draft of their own now."),
    )


@page(section="intake", verb="join_drafts", methods=["POST"])
def join_drafts(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Two drafts are one order."""
    draft = _draft(request, draft_id)
    return ask(
        request,
        services.join_drafts,
        draft_id=draft.pk,
        other_id=whole_number(request.POST.get("other", "")) or 0,
        revision=_revision(request),
        then=_url_of(draft),
        said=_("The drafts are joined."),
    )


def _url_of(draft: Draft) -> str:
    return f"{reverse('incoming', args=[draft.incoming_id])}?draft={draft.position}"


def _revision(request: HttpRequest) -> int | None:
    return whole_number(request.POST.get("revision", ""))


def _numbers(posted: QueryDict, name: str) -> list[int]:
    found = [whole_number(text) for text in posted.getlist(name)]
    return [one for one in found if one is not None]


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
    if removed := _numbers(posted, "remove"):
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
    chosen = whole_number(request.POST.get("customer", ""))
    return chosen if chosen != draft.customer_id else None


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
        elif found[1] == "item" and found[0] not in chosen:
            item_id = whole_number(text)
            if item_id is not None:
                chosen[found[0]] = item_id
    return {
        index: item_id for index, item_id in chosen.items() if matches[index].get("id") != item_id
    }
