"""Verbs of reports from the shop floor (报工): good pieces and scrap of an operation on a day."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, company, journal
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.quantity import read_decimal, read_quantity
from gendan.kernel.service import service
from gendan.production.events import ReportTakenBack, StepReported
from gendan.production.models import StepReport, WorkOrder, WorkStep
from gendan.production.services.pacing import look_at
from gendan.production.services.steps import facts_of, finished, step_locked
from gendan.production.services.work_orders import about

NONE = Decimal(0)


class TooManyReported(DomainError):
    """More good pieces than the work order is for, beyond the usual tolerance."""


class ReportedMeanwhile(DomainError):
    """Somebody else has reported since the page was opened."""


class AlreadyTakenBack(DomainError):
    """A report is taken back once."""


@service(gettext_lazy("Report pieces"))
def report_step(
    *,
    step_id: int,
    good: object,
    scrap: object = NONE,
    made_on: dt.date | None = None,
    reason: str = "",
    is_done: bool = False,
    seen: int | None = None,
    by: User | None,
) -> StepReport:
    """So many good pieces and so much scrap of a begun operation were made on a day (today).

    `is_done`: these were the last. `seen`: how many reports of the operation the reporter saw.
    """
    order, step = step_locked(step_id)
    step.step("report_step")
    unit = order.item.unit.step
    pieces, waste = _pieces(good, unit, "good"), _pieces(scrap, unit, "scrap")
    if not pieces and not waste:
        raise Invalid(_("Say how many pieces were made."), field="good")
    if seen is not None and seen != step.reports.count():
        last = step.reports.order_by("-pk").first()
        raise ReportedMeanwhile(
            _("Somebody has reported meanwhile: %(good)s good pieces. Look again first.")
            % {"good": f"{last.good.normalize():f}" if last else "0"}
        )
    day = _day(made_on, order)
    _refuse_too_many(order, step, pieces)
    report = StepReport.objects.create(
        step=step,
        made_on=day,
        good=pieces,
        scrap=waste,
        reason=_line(reason),
        at=clock.now(),
        by=by,
    )
    fact = StepReported(**facts_of(order, step), **_said(report), report_id=report.pk)
    journal.record(fact, about=about(order), by=by)
    _add_up(step, report)
    if is_done:
        finished(order, step, by)
    look_at([order], by=by)
    return report


@service(gettext_lazy("Take the report back"))
def take_back_report(*, report_id: int, reason: str, by: User | None) -> StepReport:
    """What was reported was a mistake: a report of the same with the sign turned."""
    if not reason.strip():
        raise Invalid(_("Say what was wrong."), field="reason")
    known = StepReport.objects.filter(pk=report_id).values_list("step", flat=True).first()
    if known is None:
        raise NotThere(_("There is no such report."))
    order, step = step_locked(known)
    report = StepReport.objects.get(pk=report_id)
    if report.undoes_id or StepReport.objects.filter(undoes=report).exists():
        raise AlreadyTakenBack(_("This report has been taken back already."))
    back = StepReport.objects.create(
        step=step,
        made_on=report.made_on,
        good=-report.good,
        scrap=-report.scrap,
        reason=_line(reason),
        undoes=report,
        at=clock.now(),
        by=by,
    )
    _add_up(step, back)
    fact = ReportTakenBack(
        **facts_of(order, step), **_said(report), report_id=report.pk, reason=back.reason
    )
    journal.record(fact, about=about(order), by=by)
    look_at([order], by=by)
    return back


def _pieces(given: object, unit: Decimal, field: str) -> Decimal:
    """A quantity of whole steps of the unit; nothing is allowed here."""
    if given is None or given == "" or (number := read_decimal(given, field=field)) == 0:
        return NONE
    return read_quantity(number, step=unit, field=field)


def _day(made_on: dt.date | None, order: WorkOrder) -> dt.date:
    today = clock.today()
    if made_on is None:
        return today
    if isinstance(made_on, dt.datetime) or not isinstance(made_on, dt.date):
        raise Invalid(_("This must be a date."), field="made_on")
    if made_on > today:
        raise Invalid(_("What will be made is reported when it is made."), field="made_on")
    if made_on < clock.date_of(order.made_at):
        raise Invalid(
            _("%(order)s was made on %(day)s; nothing was worked on it before.")
            % {"order": order.number, "day": clock.date_of(order.made_at).isoformat()},
            field="made_on",
        )
    return made_on


def _refuse_too_many(order: WorkOrder, step: WorkStep, pieces: Decimal) -> None:
    limit = order.quantity * (1 + Decimal(str(company.value("default_over_percent"))) / 100)
    if step.good + pieces > limit:
        raise TooManyReported(
            _(
                "%(order)s is for %(quantity)s and %(good)s good pieces are reported already; "
                "%(more)s more are too many."
            )
            % {
                "order": order.number,
                "quantity": f"{order.quantity.normalize():f}",
                "good": f"{step.good.normalize():f}",
                "more": f"{pieces.normalize():f}",
            }
        )


def _add_up(step: WorkStep, report: StepReport) -> None:
    """The sums on the operation follow its reports."""
    WorkStep.objects.filter(pk=step.pk).update(
        good=F("good") + report.good, scrap=F("scrap") + report.scrap
    )
    step.good, step.scrap = step.good + report.good, step.scrap + report.scrap


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def _said(report: StepReport) -> dict[str, Any]:
    return {
        "made_on": str(report.made_on),
        "good": f"{report.good.normalize():f}",
        "scrap": f"{report.scrap.normalize():f}",
    }
