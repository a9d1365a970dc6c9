"""Pages about what suppliers say: answers written down, dates decided, steps, material, limits."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import company
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.quantity import read_decimal
from gendan.purchasing import queries, services
from gendan.web.forms import whole_number
from gendan.web.settings import next_of
from gendan.web.shell import ask, page, render_page

MOST_STEPS = 20
BLANK_STEPS = 3


@page(section="purchasing", methods=("POST",))
def record_supplier_answer(request: HttpRequest, purchase_order_id: int) -> HttpResponse:
    """What the supplier told us about one line, or that all will come as ordered."""
    position = whole_number(request.POST.get("position", ""))

    def answer(*, by: Any) -> Any:
        if position:
            answers = [_one_answer(request, position)]
        else:
            open_ones = queries.positions_unconfirmed(purchase_order_id)
            answers = [services.LineAnswer(position=number) for number in open_ones]
        return services.record_supplier_answer(
            purchase_order_id=purchase_order_id,
            answers=answers,
            person=request.POST.get("person", ""),
            by=by,
        )

    return ask(request, answer, then=_page(purchase_order_id), said=_("It is written down."))


def _one_answer(request: HttpRequest, position: int) -> services.LineAnswer:
    """One day and quantity, or several dated parts."""
    on, quantity = request.POST.get("on", ""), request.POST.get("quantity", "")
    days, amounts = request.POST.getlist("part_on"), request.POST.getlist("part_quantity")
    more = [
        services.PartRow(on=day, quantity=much)
        for day, much in list(zip(days, amounts, strict=False))[:MOST_STEPS]
        if day or much
    ]
    return services.LineAnswer(
        position=position,
        on=on,
        quantity=quantity,
        remark=request.POST.get("remark", ""),
        parts=[services.PartRow(on=on, quantity=quantity), *more] if more else (),
    )


@page(section="purchasing", methods=("POST",))
def accept_counter(request: HttpRequest, word_id: int) -> HttpResponse:
    """Take what the supplier proposes."""
    return ask(
        request,
        services.accept_counter,
        word_id=word_id,
        then=lambda word: next_of(request, _page(word.line.order_id)),
        said=_("The supplier is told that we agree."),
    )


@page(section="purchasing", methods=("POST",))
def refuse_counter(request: HttpRequest, word_id: int) -> HttpResponse:
    """Refuse what the supplier proposes."""
    return ask(
        request,
        services.refuse_counter,
        word_id=word_id,
        reason=request.POST.get("reason", ""),
        then=lambda word: next_of(request, _page(word.line.order_id)),
        said=_("The supplier is told why not."),
    )


@page(section="purchasing", methods=("POST",))
def report_purchase_step(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """How far a step is."""
    return ask(
        request,
        services.report_purchase_step,
        milestone_id=milestone_id,
        done_on=request.POST.get("done_on", ""),
        expected_on=request.POST.get("expected_on", ""),
        remark=request.POST.get("remark", ""),
        then=lambda order: _page(order.pk),
        said=_("It is written down."),
    )


def _material(verb: Callable[..., Any], said: Any) -> Any:
    @page(section="purchasing", methods=("POST",))
    def view(request: HttpRequest, purchase_order_id: int) -> HttpResponse:
        def move(*, by: Any) -> Any:
            row = services.ProvidedRow(
                provided_id=whole_number(request.POST.get("provided", "")) or 0,
                quantity=read_decimal(request.POST.get("quantity", ""), field="quantity"),
                location=request.POST.get("location", ""),
                lot=request.POST.get("lot", "").strip(),
            )
            return verb(purchase_order_id=purchase_order_id, rows=[row], by=by)

        return ask(request, move, then=_page(purchase_order_id), said=str(said))

    return view


send_material = _material(
    services.send_material, gettext_lazy("The material is at the subcontractor.")
)
return_material = _material(services.return_material, gettext_lazy("The material is back."))


@page(section="purchasing", verb="save_purchase_steps")
def save_purchase_steps(request: HttpRequest) -> HttpResponse:
    """Which steps suppliers report, for a family or a supplier."""
    user: Any = request.user
    family = request.POST.get("family", request.GET.get("family", "")).strip()[:40]
    supplier = request.POST.get("supplier", request.GET.get("supplier", "")).strip()[:40]
    known = list(queries.templates_for(user))
    typed = _steps(request) if request.method == "POST" else _standing(known, family, supplier)

    def draw(error: DomainError | None = None) -> HttpResponse:
        rows = typed + [{}] * BLANK_STEPS
        context = {
            "known": known,
            "family": family,
            "supplier": supplier,
            "rows": list(enumerate(rows)),
            "count": len(rows),
            "refused": error.message if error else "",
        }
        return render_page(request, "purchasing/steps.html", context)

    if request.method != "POST":
        return draw()

    def save(*, by: Any) -> Any:
        steps = [
            services.StepRow(
                name_en=one["name_en"],
                name_zh=one["name_zh"],
                days_before=int(read_decimal(one["days_before"] or "0", field="days_before")),
            )
            for one in typed
        ]
        return services.save_purchase_steps(family=family, supplier=supplier, steps=steps, by=by)

    then = reverse("save_purchase_steps")
    return ask(request, save, then=then, said=_("The steps are saved."), again=draw)


def _limits_shown() -> dict[str, Any]:
    days = int(company.value("purchase_split_days"))
    return {"rows": queries.limit_rows(), "split_days": days}


@page(section="purchasing", verb="save_approval_limits")
def save_approval_limits(request: HttpRequest) -> HttpResponse:
    """Up to which amount each role approves."""
    if request.method != "POST":
        return render_page(request, "purchasing/limits.html", _limits_shown())

    def save(*, by: Any) -> Any:
        text = request.POST.get("amount", "").strip()
        is_any = request.POST.get("any") == "1"
        if not text and not is_any:
            raise Invalid(_("Write an amount, or tick “any amount”."), field="amount")
        amount = None if is_any else read_decimal(text, field="amount")
        row = services.LimitRow(role=request.POST.get("role", ""), amount=amount)
        return services.save_approval_limits(rows=[row], by=by)

    return ask(request, save, then=reverse("save_approval_limits"), said=_("The limit is saved."))


def _page(purchase_order_id: int) -> str:
    return reverse("purchase_order", args=[purchase_order_id])


def _steps(request: HttpRequest) -> list[dict[str, str]]:
    count = min(whole_number(request.POST.get("count", "0")) or 0, MOST_STEPS + BLANK_STEPS)
    names = ("name_en", "name_zh", "days_before")
    rows = [
        {name: request.POST.get(f"{name}-{place}", "").strip() for name in names}
        for place in range(count)
    ]
    return [one for one in rows if one["name_en"] or one["name_zh"]]


def _standing(known: list[Any], family: str, supplier: str) -> list[dict[str, Any]]:
    return [
        {"name_en": one.name_en, "name_zh": one.name_zh, "days_before": one.days_before}
        for one in known
        if (one.family.code if one.family else "") == family
        and (one.supplier.code if one.supplier else "") == supplier
    ]


_one = "purchasing/orders/<int:purchase_order_id>/"
urlpatterns = [
    path(_one + "answers/", record_supplier_answer, name="record_supplier_answer"),
    path(_one + "material/send/", send_material, name="send_material"),
    path(_one + "material/return/", return_material, name="return_material"),
    path("purchasing/answers/<int:word_id>/accept/", accept_counter, name="accept_counter"),
    path("purchasing/answers/<int:word_id>/refuse/", refuse_counter, name="refuse_counter"),
    path(
        "purchasing/steps/<int:milestone_id>/report/",
        report_purchase_step,
        name="report_purchase_step",
    ),
    path("purchasing/steps/", save_purchase_steps, name="save_purchase_steps"),
    path("purchasing/limits/", save_approval_limits, name="save_approval_limits"),
]
