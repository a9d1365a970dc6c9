"""The page on which a supplier confirms an order or says what it can do, without an account."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.kernel.models import Link
from gendan.mailroom.despatches import read_notice
from gendan.purchasing import queries, services
from gendan.purchasing.models import PurchaseOrder, PurchaseSending, SupplierWord
from gendan.purchasing.services.answering import MOST_FILES, order_of_link, refuse_other_version
from gendan.purchasing.services.sending import PURPOSE
from gendan.web.files import serve_file
from gendan.web.forms import whole_number
from gendan.web.portal.door import opens, render_portal, token_of
from gendan.web.portal.shared import company_name, files_of, seen_of, text_of

LONGEST_NAME = 120
SHOWN_PARTS = 4  # days a line can be delivered on, as far as the form goes


@opens(PURPOSE)
def confirm_purchase(request: HttpRequest, link: Link) -> HttpResponse:
    """The order, its PDF, a form for each line, and the steps to be reported."""
    sending = queries.sending_behind(order_of_link(link))
    refuse_other_version(sending, link)
    if sending is None:
        raise Http404
    if request.GET.get("file") == "order" and request.method != "POST":
        answer: Any = serve_file(sending.file, sending.file_name, inline=True)
        return answer  # type: ignore[no-any-return]
    if request.method != "POST":
        return _draw(request, link, sending)
    try:
        _act(request)
    except DomainError as error:
        return _draw(request, link, sending, refusal=error)
    found = queries.sending_behind(sending.order_id) or sending
    return _draw(request, link, found, is_new=True)


def _act(request: HttpRequest) -> None:
    """Ask the one verb the pressed button stands for."""
    token, name = token_of(request), text_of(request, "name")[: LONGEST_NAME + 1]
    action = request.POST.get("action", "")
    if action == "notice":
        _notice(request, token, name)
        return
    if action == "step":
        services.report_by_supplier_link(
            token=token,
            milestone_id=whole_number(request.POST.get("step", "")) or 0,
            done_on=text_of(request, "done_on"),
            expected_on=text_of(request, "expected_on"),
            remark=text_of(request, "remark"),
            name=name,
            given=files_of(request, "files")[: MOST_FILES + 1],
        )
        return
    positions = [whole_number(one) or 0 for one in request.POST.getlist("position")[:1000]]
    answers = [
        services.LineAnswer(position=position)
        if action == "confirm"
        else answer_of(request, position)
        for position in positions
    ]
    services.answer_by_supplier_link(
        token=token,
        answers=answers,
        name=name,
        seen=seen_of(request),
    )


def answer_of(request: HttpRequest, position: int) -> services.LineAnswer:
    """What was typed for a line: one day and quantity, or several parts."""
    on, quantity = text_of(request, f"on-{position}"), text_of(request, f"quantity-{position}")
    more = [
        services.PartRow(on=day, quantity=much)
        for place in range(2, SHOWN_PARTS + 1)
        for day, much in [
            (
                text_of(request, f"on-{position}-{place}"),
                text_of(request, f"quantity-{position}-{place}"),
            )
        ]
        if day or much
    ]
    return services.LineAnswer(
        position=position,
        on=on,
        quantity=quantity,
        remark=text_of(request, f"remark-{position}"),
        parts=[services.PartRow(on=on, quantity=quantity), *more] if more else (),
    )


def _notice(request: HttpRequest, token: str, name: str) -> None:
    """What the supplier has sent: so much of each line in which a quantity was written."""
    rows = [
        services.NoticedRow(position=position, quantity=text_of(request, f"shipped-{position}"))
        for one in request.POST.getlist("position")[:1000]
        if (position := whole_number(one) or 0) and text_of(request, f"shipped-{position}")
    ]
    fields = ("number", "shipped_on", "expected_on", "carrier", "tracking", "packages", "remark")
    given = files_of(request, "file")
    typed = {one: text_of(request, one) for one in fields}
    shipment = services.Shipment(**typed)
    if given and not rows:  # the file says what has left; what is typed counts before it
        name_of_file, content = given[0]
        read, rows = read_notice(content, name_of_file)
        shipment = replace(read, **{key: value for key, value in typed.items() if value})
        content.seek(0)
    services.notice_by_supplier_link(
        token=token,
        shipment=shipment,
        rows=rows,
        name=name,
        given=given[0] if given else None,
    )


def _draw(
    request: HttpRequest,
    link: Link,
    sending: PurchaseSending,
    refusal: DomainError | None = None,
    *,
    is_new: bool = False,
) -> HttpResponse:
    order = sending.order
    # What is being changed is not the supplier's to see before it is approved and sent.
    is_shown = not order.is_being_changed
    every: list[Any] = queries.lines_with_words(order)
    lines = [line for line in every if is_shown and not line.is_cancelled]
    rows = [_row(request, line, refusal) for line in lines]
    is_open = order.state in PurchaseOrder.WITH_SUPPLIER
    context: dict[str, Any] = {
        "order": order,
        "sending": sending,
        "company": company_name(),
        "rows": rows,
        "unanswered": [one for one in rows if one["is_asked"]] if is_open else [],
        "steps": [(line, step) for line in lines for step in line.steps if line.is_open],
        "to_ship": [one for one in rows if is_open and one["line"].is_open],
        "noticed": queries.notices_of(order) if is_shown else [],
        "today_text": clock.today().isoformat(),
        "typed": request.POST if refusal else {},
        "is_open": is_open,
        "is_ended": not order.is_open,
        "is_being_changed": order.is_being_changed,
        "refusal": refusal,
        "is_new": is_new,
        "name": text_of(request, "name") or link.name,
        "action": request.POST.get("action", ""),
        "step_id": request.POST.get("step", ""),
        "most_files": MOST_FILES,
    }
    status = refusal.status if refusal else 200
    return render_portal(request, "portal/purchase.html", context, link=link, status=status)


def _row(request: HttpRequest, line: Any, refusal: DomainError | None) -> dict[str, Any]:
    """A line with its present answer, and what was typed where that was refused."""
    said: SupplierWord | None = line.said[0] if line.said else None
    states = SupplierWord.State
    is_settled = line.confirmed_on is not None
    waits = said is not None and said.state == states.PROPOSED
    typed = request.POST if refusal is not None else {}
    at = line.position
    left = f"{line.typed_quantity.normalize():f}"
    return {
        "line": line,
        "said": said,
        "is_waiting": waits,
        "is_confirmed": is_settled and not waits,
        "is_asked": line.is_open and not is_settled and not waits,
        "is_refused": said is not None and said.state == states.REFUSED and not is_settled,
        "on": typed.get(f"on-{at}", (line.confirmed_on or line.requested_on).isoformat()),
        "quantity": typed.get(f"quantity-{at}", left),
        "remark": typed.get(f"remark-{at}", ""),
        "shipped": typed.get(f"shipped-{at}", ""),
        "more": _more(typed, said if waits else None, line),
        "said_parts": typed_parts(said, line),
        "typed_said": said.quantity * line.typed_quantity / line.quantity if said else None,
    }


def typed_parts(said: SupplierWord | None, line: Any) -> list[tuple[Any, Any]]:
    """The parts a supplier has said, each with its day, in the unit as ordered."""
    ratio = line.typed_quantity / line.quantity
    parts = said.dated_parts if said is not None else []
    return [(day, quantity * ratio) for day, quantity in parts]


def _more(typed: Any, said: SupplierWord | None, line: Any) -> list[dict[str, Any]]:
    """The inputs for further parts: as typed, else as said last."""
    known = [] if typed else typed_parts(said, line)[1:]
    rows = []
    for place in range(2, SHOWN_PARTS + 1):
        key = f"{line.position}-{place}"
        day, much = known[place - 2] if len(known) > place - 2 else (None, None)
        rows.append(
            {
                "key": key,
                "on": typed.get(f"on-{key}", day.isoformat() if day else ""),
                "quantity": typed.get(f"quantity-{key}", f"{much.normalize():f}" if much else ""),
            }
        )
    return rows
