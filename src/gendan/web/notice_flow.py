"""Information flow: how long it takes, by department, until what happened is known and acted on."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock
from gendan.notices.flow import Figures, information_flow
from gendan.notices.words import title_of
from gendan.web.lists import parse_day
from gendan.web.shell import page, render_page
from gendan.workforce.models import Department

PERIODS = (
    (7, gettext_lazy("7 days")),
    (30, gettext_lazy("30 days")),
    (90, gettext_lazy("90 days")),
)
USUAL_DAYS = 30
_HOUR = 60


def working_time(minutes: int | None) -> str:
    """Working minutes as people say them."""
    if minutes is None:
        return "–"
    if minutes < _HOUR:
        return _("%(count)s min") % {"count": minutes}
    return _("%(count)s h") % {"count": f"{minutes / _HOUR:.1f}"}


def _drawn(figures: Figures) -> dict[str, Any]:
    return {
        "told": figures.told,
        "read": figures.read,
        "read_median": working_time(figures.read_median),
        "read_90": working_time(figures.read_90),
        "to_act": figures.to_act,
        "acted": figures.acted,
        "acted_median": working_time(figures.acted_median),
        "acted_90": working_time(figures.acted_90),
        "open": figures.open,
        "escalated": figures.escalated,
    }


def _period(request: HttpRequest) -> tuple[dt.date, dt.date, int]:
    """First and last day asked for, and of how many days the usual period is (0: days typed)."""
    today = clock.today()
    first, last = (_typed_day(request, key) for key in ("from", "until"))
    if first or last:
        last = last or today
        first = first or last - dt.timedelta(days=USUAL_DAYS - 1)
        return min(first, last), max(first, last), 0
    typed = request.GET.get("days", "")
    days = int(typed) if typed in {str(number) for number, _words in PERIODS} else USUAL_DAYS
    return today - dt.timedelta(days=days - 1), today, days


def _typed_day(request: HttpRequest, key: str) -> dt.date | None:
    day = parse_day(request.GET.get(key, ""))
    return day if day and 2000 <= day.year <= 2200 else None


def _department(request: HttpRequest) -> Department | None:
    typed = request.GET.get("department", "")
    if not typed.isdigit() or len(typed) > 9:
        return None
    user: Any = request.user
    return Department.objects.visible_to(user).filter(pk=int(typed)).first()


@page(section="settings", verb="save_notice_rule", methods=["GET", "HEAD"])
def notice_flow(request: HttpRequest) -> HttpResponse:
    """The figures of a period: all, by department, by kind of fact; the slowest first."""
    first, last, days = _period(request)
    chosen = _department(request)
    fact = request.GET.get("fact", "").strip()[:60]
    flow = information_flow(
        clock.moment_on(first, 0),
        clock.moment_on(last, 0) + dt.timedelta(days=1),
        department_id=chosen.pk if chosen else None,
        fact=fact,
    )
    context = {
        "first": first,
        "last": last,
        "days": days,
        "periods": PERIODS,
        "chosen": chosen,
        "fact": fact,
        "fact_title": title_of(fact) if fact else "",
        "total": _drawn(flow.total),
        "departments": [
            {"id": one.department_id, "name": one.name, **_drawn(one.figures)}
            for one in flow.departments
        ],
        "facts": [
            {"fact": one.fact, "title": title_of(one.fact), **_drawn(one.figures)}
            for one in flow.facts
        ],
    }
    return render_page(request, "notices/flow.html", context)


urlpatterns = [path("notices/flow/", notice_flow, name="notice_flow")]
