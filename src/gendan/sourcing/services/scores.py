"""Verbs for what people say of suppliers and of the figures buying is judged by."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.cleaners import Unusable, cleaner_of
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Problems, upsert
from gendan.kernel.service import service
from gendan.partners.models import Partner
from gendan.sourcing.events import (
    BuyingAssumptionsChanged,
    ScoreWeightsChanged,
    ServiceScoresSaved,
)
from gendan.sourcing.models import BuyingAssumptions, ScoreWeights, ServiceScore
from gendan.sourcing.services.reading import read_reason

MOST_WEIGHT = 100
ASSUMED = (
    "finance_percent",
    "freight_percent",
    "import_freight_percent",
    "duty_percent",
    "defect_factor",
    "late_day_percent",
)


@dataclass(frozen=True)
class ServiceScoreRow:
    """How well a supplier (its code) served us in a month (any day of it), 0 to 100."""

    supplier: str
    month_on: dt.date
    score: int | None = None
    note: str | None = None
    remove: bool = False


@service(gettext_lazy("Score suppliers' service"))
def save_service_scores(*, rows: Sequence[ServiceScoreRow], by: User | None) -> list[ServiceScore]:
    """Say how well suppliers served us in a month."""
    codes = {row.supplier for row in rows}
    selling = set(
        Partner.objects.filter(code__in=codes, is_supplier=True).values_list("pk", flat=True)
    )
    today = clock.today()

    def check(one: ServiceScore, index: int, problems: Problems) -> None:
        if one.supplier_id not in selling:
            problems.add(index, "supplier", _("This company is no supplier."))
        if one.score > 100:
            problems.add(index, "score", _("A score is 0 to 100."))
        if one.month_on > today:
            problems.add(index, "month_on", _("That month has not begun."))

    saved = upsert(
        ServiceScore,
        [_of_month(row) for row in rows],
        key=("supplier", "month_on"),
        check=check,
    )
    about = sorted({f"partners.partner:{one.supplier_id}" for one in saved.touched})
    named = [row.supplier for row in rows]
    record_saved(ServiceScoresSaved, saved, room="sourcing", codes=named, about=about, by=by)
    return saved.objects


@service(gettext_lazy("Weigh the scorecard"))
def save_score_weights(*, weights: dict[str, int], reason: str, by: User | None) -> ScoreWeights:
    """Say how much each part of the scorecard counts from now on; what held before is kept."""
    reason = read_reason(reason, _("Say why."))
    given = {}
    for name, value in weights.items():
        if name not in ScoreWeights.PARTS:
            raise Invalid(_("The scorecard has no part called “%(name)s”.") % {"name": name[:40]})
        number = _clean(ScoreWeights, name, value)
        if number > MOST_WEIGHT:
            raise Invalid(_("A weight is 0 to %(most)s.") % {"most": MOST_WEIGHT}, field=name)
        given[name] = number
    now = ScoreWeights.objects.first() or ScoreWeights()
    parts = {name: given.get(name, getattr(now, name)) for name in ScoreWeights.PARTS}
    if not any(parts.values()):
        raise Invalid(_("At least one part must count."), field=ScoreWeights.PARTS[0])
    made = ScoreWeights.objects.create(at=clock.now(), by=by, reason=reason, **parts)
    journal.record(ScoreWeightsChanged(weights=parts, reason=reason), about="sourcing", by=by)
    return made


@service(gettext_lazy("Save buying assumptions"))
def save_buying_assumptions(
    *, values: dict[str, Decimal], reason: str, by: User | None
) -> BuyingAssumptions:
    """Say what the comparison of total costs assumes from now on; what held before is kept."""
    reason = read_reason(reason, _("Say why."))
    given = {}
    for name, value in values.items():
        if name not in ASSUMED:
            raise Invalid(_("Nothing is assumed about “%(name)s”.") % {"name": name[:40]})
        given[name] = _clean(BuyingAssumptions, name, value)
    now = BuyingAssumptions.objects.first() or BuyingAssumptions()
    figures = {name: given.get(name, getattr(now, name)) for name in ASSUMED}
    made = BuyingAssumptions.objects.create(at=clock.now(), by=by, reason=reason, **figures)
    said = {name: str(value) for name, value in figures.items()}
    journal.record(
        BuyingAssumptionsChanged(assumptions=said, reason=reason), about="sourcing", by=by
    )
    return made


def _of_month(row: ServiceScoreRow) -> ServiceScoreRow:
    """Any day stands for its month; what is no date is told by the table's own rules."""
    if not isinstance(row.month_on, dt.date):
        return row
    return ServiceScoreRow(
        row.supplier, row.month_on.replace(day=1), row.score, row.note, row.remove
    )


def _clean(model: type[ScoreWeights] | type[BuyingAssumptions], name: str, value: object) -> Any:
    try:
        return cleaner_of(model._meta.get_field(name))(value)
    except (Unusable, DomainError) as wrong:
        raise Invalid(str(wrong), field=name) from None
