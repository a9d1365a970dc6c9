"""Today: what the reader must do now, and beside it what has moved and what must be known."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gendan.followup import queries
from gendan.followup.handing import handovers_due
from gendan.followup.models import DelayReason, Party
from gendan.followup.queries import TodayRow
from gendan.kernel import clock
from gendan.notices.queries import notices_for
from gendan.orders.models import Order
from gendan.purchasing.queries import purchases_today
from gendan.web import counts, navigation
from gendan.web.contracts.parts import credit_warnings_for
from gendan.web.counts import waits
from gendan.web.followup.mail import mail_to
from gendan.web.shell import page, render_page

SHOWN = 40
SLIPS_SHOWN = 12
NOTICES_SHOWN = 6


@dataclass(frozen=True)
class Task:
    """A row of Today with what its page adds: the days that are left and a letter to send."""

    row: TodayRow
    days_left: int
    address: str

    @property
    def meaning(self) -> str:
        """The colour of the row's date."""
        if self.row.float_days < 0 or self.days_left < 0:
            return "late"
        return "risk" if self.days_left <= 3 else "run"


@page(section="today", methods=("GET", "HEAD"))
def today(request: HttpRequest) -> HttpResponse:
    """What to do now, the most urgent first."""
    user: Any = request.user
    now = clock.today()
    rows = queries.today_for(user, SHOWN)
    emails = _emails(user, rows)
    yesterday = clock.moment_on(now - dt.timedelta(days=1), 0)
    context = {
        "tasks": [
            Task(
                row,
                (row.latest_on - now).days,
                mail_to(emails.get(row.order_id, ""), row.number, row.message),
            )
            for row in rows
        ],
        "is_full": len(rows) == SHOWN,
        "due_handovers": handovers_due(user),
        "due_questions": queries.due_questions(user),
        "credit_warnings": credit_warnings_for(user),
        "purchases": purchases_today(user),
        "slips": queries.slips_since(user, yesterday, SLIPS_SHOWN),
        "notices": list(notices_for(user)[:NOTICES_SHOWN]),
        "intake": _intake(user),
        "today": now,
        "company_currency": settings.COMPANY_CURRENCY,
        "next_url": reverse("today"),
        "parties": Party.choices,
        "delay_reasons": DelayReason.choices,
    }
    return render_page(request, "followup/today.html", context)


def _intake(user: Any) -> dict[str, str] | None:
    """What waits at the front door, for those who open it."""
    keys = {section.key for section in navigation.sections_of(user)}
    url = navigation.url_of("intake")
    if "intake" not in keys or not url:
        return None
    waiting = counts.waiting_for(user, ["intake"]).get("intake", 0)
    return {"count": counts.capped(waiting), "url": url}


def _emails(user: Any, rows: list[TodayRow]) -> dict[int, str]:
    """The e-mail address of the customer's contact, for orders whose customer is to be asked."""
    ids = {row.order_id for row in rows if row.party == Party.CUSTOMER and row.message}
    if not ids:
        return {}
    found = Order.objects.visible_to(user).filter(pk__in=ids, contact__isnull=False)
    return dict(found.values_list("pk", "contact__email"))


@waits("today")
def things_to_do(user: Any) -> int:
    """As many as stand on Today: this person's own moves, and others who are to be asked."""
    return queries.things_to_do(user)
