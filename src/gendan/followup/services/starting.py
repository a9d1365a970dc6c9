"""The beginning and the end of journeys."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from gendan.catalog.models import Calendar
from gendan.followup.choosing import Choice
from gendan.followup.events import JourneyEnded, JourneyStarted
from gendan.followup.models import Journey, Milestone, Template, TemplateStep
from gendan.followup.services import writing
from gendan.followup.services.gates import place_gates, release_gates
from gendan.followup.services.refreshing import refresh
from gendan.followup.services.templates import install_templates
from gendan.kernel import clock, journal
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.models import Basis, Order, OrderState
from gendan.orders.queries import transit_of, with_lane

# Which milestone stands for the promise where the template lacks the order's own.
_ANCHORS = {
    Basis.EX_WORKS: (Basis.EX_WORKS, Basis.ON_BOARD, Basis.AT_DOOR),
    Basis.ON_BOARD: (Basis.ON_BOARD, Basis.EX_WORKS, Basis.AT_DOOR),
    Basis.AT_DOOR: (Basis.AT_DOOR, Basis.ON_BOARD, Basis.EX_WORKS),
}


@service
def start_journeys(*, order_ids: Collection[int], by: User | None = None) -> list[int]:
    """Give confirmed orders without a journey their milestones; returns these orders' ids.

    The kind of the family with the largest amount decides, the most specific template wins. The
    plan is what is expected on this day; gates hold their stages from now on.
    """
    # Locked, so that two workers do not start the same journey.
    found = list(
        with_lane(Order.objects.select_for_update(of=("self",)))
        .filter(pk__in=order_ids, state=OrderState.CONFIRMED, journey=None)
        .order_by("pk")
    )
    if not found:
        return []
    choice = _Choice.of(found, by)
    calendar_id = _own_calendar()
    today = clock.today()
    journeys = []
    for order in found:
        template = choice.choice.template_for(order)
        target_on = order.promised_on or order.requested_on or today
        journeys.append(
            Journey(
                order=order,
                template=template,
                template_version=template.version,
                calendar_id=template.calendar_id or calendar_id,
                follower_id=order.merchandiser_id,
                started_on=today,
                target_on=target_on,
                target_anchor=choice.anchor_for(order, template),
                forecast_on=order.forecast_on or target_on,
                impact_on=target_on,
                value=order.total_company,
            )
        )
    Journey.objects.bulk_create(journeys)
    _make_milestones(journeys)
    ids = [order.pk for order in found]
    refresh(ids, by=by, is_new=True)
    _keep_plan([journey.pk for journey in journeys])
    undone = Milestone.objects.filter(
        journey__in=[journey.pk for journey in journeys], state__in=("to_come", "open")
    )
    place_gates(list(undone.exclude(gates="").select_related("journey")), by=by)
    _tell_started(ids, by)
    return ids


@service
def end_journeys(*, order_ids: Collection[int], by: User | None = None) -> int:
    """Orders that are closed or cancelled are no longer followed; returns how many ended.

    What facts still prove is closed by them; the rest is no longer needed, and nobody waits.
    """
    ended = list(
        Journey.objects.filter(
            order__in=order_ids,
            is_open=True,
            order__state__in=(OrderState.CLOSED, OrderState.CANCELLED),
        )
        .order_by("pk")
        .values_list("order_id", flat=True)
    )
    if not ended:
        return 0
    refresh(ended, by=by)
    now = clock.now()
    rest = list(
        Milestone.objects.filter(
            journey__order__in=ended, journey__is_open=True, state__in=("to_come", "open")
        ).select_related("journey")
    )
    ids = [milestone.pk for milestone in rest]
    writing.end_waits(ids, now)
    Milestone.objects.filter(pk__in=ids).update(**writing.SKIPPED, closed_at=now)
    release_gates(rest, by=by)
    Journey.objects.filter(order__in=ended).update(is_open=False, urgency=0)
    counts = dict.fromkeys(ended, 0)
    for milestone in rest:
        counts[milestone.journey.order_id] += 1
    journal.record_many(
        [
            (JourneyEnded(order_id=pk, skipped=skipped), f"orders.order:{pk}")
            for pk, skipped in counts.items()
        ],
        by=by,
    )
    return len(ended)


@dataclass(frozen=True)
class _Choice:
    """Which template suits which order, and which of its milestones is promised."""

    anchors: dict[int, set[str]]
    choice: Choice

    @classmethod
    def of(cls, found: Iterable[Order], by: User | None) -> "_Choice":
        active = list(Template.objects.filter(is_active=True))
        if not active:
            # A company that has set up nothing still gets its orders followed.
            active = install_templates(by=None)
        anchors: dict[int, set[str]] = {}
        steps = TemplateStep.objects.filter(template__in=active).exclude(anchor="")
        for template_id, anchor in steps.values_list("template_id", "anchor"):
            anchors.setdefault(template_id, set()).add(anchor)
        return cls(anchors=anchors, choice=Choice.of([order.pk for order in found], active))

    def anchor_for(self, order: Order, template: Template) -> str:
        """The milestone that is promised: the order's basis, or the next best there is."""
        has = self.anchors.get(template.pk, set())
        return next((one.value for one in _ANCHORS[order.basis] if one in has), "")


def _own_calendar() -> int | None:
    calendars = Calendar.objects.filter(country=settings.COMPANY_COUNTRY, is_active=True)
    return calendars.order_by("pk").values_list("pk", flat=True).first()


_MILESTONES = """
INSERT INTO followup_milestone (journey_id, follower_id, position, code, name_en, name_zh, stage,
  owner_role, waits_for, duration_days, travel, after, lags, evidence, materials, anchor, gates,
  needs, state, planned_on, forecast_on, latest_on, float_days, is_critical, note, waiting_for,
  urgency)
SELECT j.id, j.follower_id, s.position, s.code, s.name_en, s.name_zh, s.stage,
  s.owner_role, s.waits_for,
  CASE s.travel WHEN 'to_port' THEN COALESCE(v.port, s.duration_days)
    WHEN 'transit' THEN COALESCE(v.transit, s.duration_days)
    WHEN 'to_door' THEN COALESCE(v.door, s.duration_days) ELSE s.duration_days END,
  s.travel, s.after, s.lags, s.evidence, s.materials, s.anchor, s.gates, s.needs,
  'to_come', j.started_on, j.started_on, j.target_on, 0, false, '', '', 0
FROM unnest(%(journeys)s::bigint[], %(port)s::int[], %(transit)s::int[], %(door)s::int[])
  AS v(id, port, transit, door)
JOIN followup_journey j ON j.id = v.id
JOIN followup_templatestep s ON s.template_id = j.template_id
"""


def _make_milestones(journeys: list[Journey]) -> None:
    """All milestones of all journeys: one statement. Durations of the way are the lane's."""
    ways: list[tuple[Any, ...]] = []
    for journey in journeys:
        way = transit_of(journey.order)
        known = way.is_known
        ways.append((way.before_days, way.transit_days, way.to_door_days) if known else (None,) * 3)
    port, transit, door = (list(days) for days in zip(*ways, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            _MILESTONES,
            {
                "journeys": [journey.pk for journey in journeys],
                "port": port,
                "transit": transit,
                "door": door,
            },
        )


def _keep_plan(journey_ids: list[int]) -> None:
    """What is expected today is the plan that all later days are measured against."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE followup_milestone SET planned_on = forecast_on WHERE journey_id = ANY(%s)",
            [journey_ids],
        )


def _tell_started(order_ids: list[int], by: User | None) -> None:
    rows = Journey.objects.filter(order__in=order_ids).values_list(
        "pk", "order_id", "template__code", "target_on", "forecast_on", "float_days"
    )
    counts: dict[int, int] = {}
    started = list(rows)
    for pk in Milestone.objects.filter(journey__in=[row[0] for row in started]).values_list(
        "journey_id", flat=True
    ):
        counts[pk] = counts.get(pk, 0) + 1
    journal.record_many(
        [
            (
                JourneyStarted(
                    order_id=order_id,
                    template=code or "",
                    milestones=counts.get(pk, 0),
                    target_on=str(target_on),
                    forecast_on=str(forecast_on),
                    float_days=float_days,
                ),
                f"orders.order:{order_id}",
            )
            for pk, order_id, code, target_on, forecast_on, float_days in started
        ],
        by=by,
    )
