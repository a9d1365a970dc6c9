"""The dispatch list (派工单) of the workshop, and what is said about single operations of it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.orders.models import Order
from gendan.planning import shop_shown
from gendan.planning.models import SequencedOperation
from gendan.planning.services import keeping
from gendan.production import services as production
from gendan.production.gates import open_gates
from gendan.web.exports import export
from gendan.web.forms import PageForm, whole_number
from gendan.web.lists import Column, parse_day
from gendan.web.navigation import tabs_of
from gendan.web.planning_shop_words import TABS
from gendan.web.settings import next_of
from gendan.web.shell import ask, page, render_page

READ = ("GET", "HEAD")
MOST_ROWS = 400


class KeepForm(PageForm):
    """On which machine and from when."""

    machine = forms.IntegerField(label=gettext_lazy("Machine"), min_value=1, max_value=200)
    starts_at = forms.DateTimeField(
        label=gettext_lazy("Begins"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


def _columns(orders: Mapping[int, Sequence[Order]]) -> list[Column]:
    """What an exported dispatch list says."""
    zone = clock.zone()

    def at(moment: dt.datetime) -> str:
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"

    return [
        Column("machine", gettext_lazy("Machine"), lambda one: one.machine_code),
        Column("starts_at", gettext_lazy("Begins"), lambda one: at(one.starts_at)),
        Column("ends_at", gettext_lazy("Ends"), lambda one: at(one.ends_at)),
        Column("item", gettext_lazy("Item"), lambda one: one.work_order.item.code),
        Column("name", gettext_lazy("Name"), lambda one: one.work_order.item.name),
        Column("quantity", gettext_lazy("Quantity"), lambda one: one.work_order.quantity),
        Column("unit", gettext_lazy("Unit"), lambda one: one.work_order.item.unit.code),
        Column("step", gettext_lazy("Operation"), lambda one: str(one.step)),
        Column("minutes", gettext_lazy("Minutes"), lambda one: one.minutes),
        Column("setup", gettext_lazy("Set-up (minutes)"), lambda one: one.setup_minutes),
        Column("work_order", gettext_lazy("Work order"), lambda one: one.work_order.number),
        Column(
            "orders",
            gettext_lazy("For orders"),
            lambda one: ", ".join(o.number for o in orders.get(one.work_order_id, ())),
        ),
        Column("state", gettext_lazy("State"), lambda one: one.step.get_state_display()),
    ]


@page(section="dispatch", methods=READ)
def dispatch_list(request: HttpRequest) -> HttpResponse:
    """What runs on each machine on a day, in sequence; for the phone, and to be printed."""
    user: Any = request.user
    day = parse_day(request.GET.get("day", "")) or clock.today()
    every = shop_shown.rows_to_do(user)
    machine = request.GET.get("machine", "")[:60]
    chosen = every
    code, _sep, number = machine.rpartition(" ")
    if code and (count := whole_number(number)) is not None:
        chosen = every.filter(work_center__code=code, machine=count)
    rows = shop_shown.on_day(chosen, day)
    if wanted := request.GET.get("export"):
        ids = rows.order_by().values_list("work_order", flat=True).distinct()
        orders = shop_shown.orders_behind(ids, user)
        return export("dispatch", _columns(orders), rows, wanted)
    found = list(rows[: MOST_ROWS + 1])
    orders = shop_shown.orders_behind({one.work_order_id for one in found}, user)
    context = {
        "tabs": tabs_of(TABS, "dispatch_list"),
        "sequence": shop_shown.sequence_in_force(user),
        "groups": _groups(found[:MOST_ROWS], orders),
        "is_cut": len(found) > MOST_ROWS,
        "most": MOST_ROWS,
        "day": day,
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1),
        "following": None if found else shop_shown.next_day(chosen, day),
        "machine": machine,
        "machines": _machines(every),
    }
    return render_page(request, "planning/shop_dispatch.html", context)


def _machines(rows: Any) -> list[str]:
    """The machines of the sequence in force, as they are named. 1 query."""
    found = rows.order_by("work_center__code", "machine").values_list(
        "work_center__code", "machine"
    )
    return [f"{code} {number}" for code, number in found.distinct()]


def _groups(
    rows: Sequence[SequencedOperation], orders: Mapping[int, Sequence[Order]]
) -> list[tuple[str, str, list[tuple[SequencedOperation, Sequence[Order], bool, bool]]]]:
    """By machine: its name, the work centre's, and its operations (row, orders, is behind, waits
    for an approval)."""
    now, gates = (
        clock.now(),
        open_gates({one.work_order_id: one.work_order for one in rows}.values()),
    )
    found = []
    for name, group in groupby(rows, key=lambda one: one.machine_code):
        own = list(group)
        listed = [
            (
                *(one, orders.get(one.work_order_id, ())),
                *(one.step.state == "todo" and one.ends_at < now, one.work_order_id in gates),
            )
            for one in own
        ]
        found.append((name, own[0].work_center.name, listed))
    return found


@page(section="planning", verb="keep_operation")
def keep_operation(request: HttpRequest, step_id: int) -> HttpResponse:
    """On which machine it is to stay and from when: filled in with where it is."""
    user: Any = request.user
    step = shop_shown.step_seen(step_id, user)
    place = shop_shown.step_in_sequence(step_id, user)
    known = shop_shown.kept_steps([step_id]).get(step_id)
    here: Any = known or place
    initial = {"machine": here.machine or 1, "starts_at": _local(here.starts_at)} if here else {}
    form = KeepForm(request.POST or None, initial=initial)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        context = {
            "tabs": tabs_of(TABS, "shop"),
            "step": step,
            "place": place,
            "kept": known,
            "form": form,
        }
        return render_page(request, "planning/shop_keep.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        keeping.keep_operation,
        step_id=step_id,
        **form.cleaned_data,
        then=reverse("shop"),
        said=_("It stays there in every sequence from now on."),
        again=draw,
    )


def _local(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(clock.zone())


@page(section="planning", methods=("POST",))
def let_operation_go(request: HttpRequest, step_id: int) -> HttpResponse:
    """Have it placed by sequences again."""
    return ask(
        request,
        keeping.let_operation_go,
        step_id=step_id,
        then=reverse("shop"),
        said=_("It is placed by sequences again."),
    )


def _back(request: HttpRequest) -> str:
    """Where the button stood."""
    return next_of(request, reverse("dispatch_list"))


@page(section="dispatch", methods=("POST",))
def begin_step(request: HttpRequest, step_id: int) -> HttpResponse:
    """It runs."""
    return ask(
        request,
        production.begin_step,
        step_id=step_id,
        machine=whole_number(request.POST.get("machine", "")) or 1,
        then=_back(request),
        said=_("It has begun."),
    )


@page(section="dispatch", methods=("POST",))
def finish_step(request: HttpRequest, step_id: int) -> HttpResponse:
    """It is done."""
    then, said = _back(request), _("It is done.")
    return ask(request, production.finish_step, step_id=step_id, then=then, said=said)


@page(section="dispatch", methods=("POST",))
def reopen_step(request: HttpRequest, step_id: int) -> HttpResponse:
    """It was a mistake."""
    then, said = _back(request), _("It is taken back.")
    return ask(request, production.reopen_step, step_id=step_id, then=then, said=said)


_step = "planning/shop/operations/<int:step_id>/"
urlpatterns = [
    path("planning/shop/dispatch/", dispatch_list, name="dispatch_list"),
    path(_step + "keep/", keep_operation, name="keep_operation"),
    path(_step + "let-go/", let_operation_go, name="let_operation_go"),
    path(_step + "begin/", begin_step, name="begin_step"),
    path(_step + "finish/", finish_step, name="finish_step"),
    path(_step + "reopen/", reopen_step, name="reopen_step"),
]
