"""The counting itself: the phone page, and what is done with what was found."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory import queries, services
from gendan.inventory.models import Location
from gendan.kernel.errors import Invalid
from gendan.kernel.quantity import read_decimal
from gendan.web.forms import PageForm, whole_number
from gendan.web.inventory_counts import find_count
from gendan.web.inventory_forms import form_page, place, suggested, with_places
from gendan.web.shell import ask, page, render_page


class FoundForm(PageForm):
    """Something found that is not on the list."""

    item = suggested(gettext_lazy("Item (code)"))
    location = place(gettext_lazy("Location"))
    lot = forms.CharField(label=gettext_lazy("Lot or serial number"), max_length=60, required=False)


@page(section="stock", verb="record_counts")
def record_counts(request: HttpRequest, count_id: int) -> HttpResponse:
    """Count on a phone: one card per line, in walking order, the books hidden in a blind count."""
    found = find_count(request, count_id)
    if request.method == "POST":
        then = reverse("record_counts", args=[count_id])
        return ask(
            request,
            services.record_counts,
            count_id=count_id,
            rows=[_counted(request)],
            then=then,
            said=_said,
        )
    user: Any = request.user
    lines = queries.next_lines(found, user)
    context = {
        "count": found,
        "lines": [(line, None if found.is_blind else _books_of(line)) for line in lines],
        "done": found.all_lines - found.waiting_lines,
    }
    return render_page(request, "inventory/counting.html", context)


def _counted(request: HttpRequest) -> services.CountedRow:
    line_id = whole_number(request.POST.get("line", ""))
    seen = whole_number(request.POST.get("round", ""))
    typed = request.POST.get("quantity", "").strip()
    if not typed:
        raise Invalid(_("Type what you counted; nothing there is 0."), field="quantity")
    quantity = read_decimal(typed, field="quantity")
    return services.CountedRow(line_id or 0, quantity, seen or 0)


def _books_of(line: Any) -> Any:
    """What the books have now, for counts that are not blind."""
    return queries.on_hand_of(line)


def _said(lines: Any) -> str:
    if lines[0].state == lines[0].State.AGAIN:
        return _("Noted. It differs from the books: somebody else counts it again.")
    return _("Noted.")


@page(section="stock", verb="add_count_line")
def add_count_line(request: HttpRequest, count_id: int) -> HttpResponse:
    """Something lies here that is not on the list."""
    found = find_count(request, count_id)
    form = FoundForm(request.POST or None)
    with_places(form, request.user, "location", kind__in=Location.OWN)
    back = reverse("record_counts", args=[count_id])
    return form_page(
        request,
        form,
        services.add_count_line,
        lambda: form.cleaned_data | {"count_id": count_id},
        name="add_count_line",
        then=back,
        said=_("The line is added; count it now."),
        words=found.number,
        back=back,
        more={"action": request.path},
    )


def _line_ids(request: HttpRequest) -> list[int]:
    return [pk for text in request.POST.getlist("line") if (pk := whole_number(text))]


@page(section="stock", verb="approve_variances", methods=["POST"])
def approve_variances(request: HttpRequest, count_id: int) -> HttpResponse:
    """Let large variances go into the ledger."""
    return ask(
        request,
        services.approve_variances,
        count_id=count_id,
        line_ids=_line_ids(request),
        then=reverse("count", args=[count_id]),
        said=_("The variance is approved."),
    )


@page(section="stock", verb="count_again", methods=["POST"])
def count_again(request: HttpRequest, count_id: int) -> HttpResponse:
    """Have lines counted once more."""
    return ask(
        request,
        services.count_again,
        count_id=count_id,
        line_ids=_line_ids(request),
        then=reverse("count", args=[count_id]),
        said=_("Somebody else counts it again."),
    )


@page(section="stock", verb="post_count", methods=["POST"])
def post_count(request: HttpRequest, count_id: int) -> HttpResponse:
    """Write the variances that may go into the ledger."""
    return ask(
        request,
        services.post_count,
        count_id=count_id,
        then=reverse("count", args=[count_id]),
        said=lambda moves: _("Posted; %(count)s variances.") % {"count": len(moves)},
    )


@page(section="stock", verb="close_count", methods=["POST"])
def close_count(request: HttpRequest, count_id: int) -> HttpResponse:
    """End the count."""
    reason = request.POST.get("reason", "")
    return ask(
        request,
        services.close_count,
        count_id=count_id,
        leave_uncounted=bool(reason.strip()),
        reason=reason,
        then=reverse("count", args=[count_id]),
        said=_("The count is closed."),
    )


@page(section="stock", verb="cancel_count", methods=["POST"])
def cancel_count(request: HttpRequest, count_id: int) -> HttpResponse:
    """Call the count off."""
    return ask(
        request,
        services.cancel_count,
        count_id=count_id,
        reason=request.POST.get("reason", ""),
        then=reverse("count", args=[count_id]),
        said=_("The count is called off."),
    )


_one = "stock/counts/<int:count_id>/"
urlpatterns = [
    path(_one + "count/", record_counts, name="record_counts"),
    path(_one + "add/", add_count_line, name="add_count_line"),
    path(_one + "approve/", approve_variances, name="approve_variances"),
    path(_one + "again/", count_again, name="count_again"),
    path(_one + "post/", post_count, name="post_count"),
    path(_one + "close/", close_count, name="close_count"),
    path(_one + "cancel/", cancel_count, name="cancel_count"),
]
