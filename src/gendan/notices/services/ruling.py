"""The company's own rules: who hears of one kind of fact, who acts, when it is escalated."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.notices import rules
from gendan.notices.events import NoticeRuleReset, NoticeRuleSaved
from gendan.notices.models import Channel, Importance, NoticeRule
from gendan.notices.rules_data import SHIPPED

LONGEST_HOURS = 400  # a quarter of a year of working hours


@service(gettext_lazy("Save the rule"))
def save_notice_rule(
    *,
    fact: str,
    know: Collection[str],
    act: Collection[str],
    importance: str,
    channels: Collection[str] = (),
    escalate_hours: int | None = None,
    escalate_to: str = "",
    is_active: bool = True,
    revision: int | None = None,
    by: User,
) -> NoticeRule:
    """Set who hears of one kind of fact from now on; what was told already stays."""
    shipped = SHIPPED.get(fact)
    if shipped is None:
        raise NotThere(_("There is no rule for this kind of fact."))
    allowed = {*rules.audiences(), *shipped.know, *shipped.act}
    for field, words in (("know", know), ("act", act)):
        if not set(words) <= allowed:
            raise Invalid(_("There is no such group of people."), field=field)
    if importance not in Importance.values:
        raise Invalid(_("There is no such importance."), field="importance")
    if not set(channels) <= set(Channel.values):
        raise Invalid(_("There is no such way."), field="channels")
    _refuse_odd_escalation(escalate_hours, escalate_to)
    row = NoticeRule.objects.select_for_update().filter(fact=fact).first()
    if row is None:
        if revision:
            raise Invalid(_("Somebody has put this rule back meanwhile; look at it again."))
        row = NoticeRule(fact=fact)
    else:
        row.refuse_if_stale(revision)
        row.revision += 1
    row.know, row.act = _in_order(know, allowed), _in_order(act, allowed)
    row.importance = importance
    row.channels = [one for one in Channel.values if one in channels]
    row.escalate_hours, row.escalate_to = escalate_hours, escalate_to
    row.is_active = is_active
    row.changed_at, row.changed_by = clock.now(), by
    row.save()
    rules.forget()
    journal.record(_fact(row), about=["company", row], by=by)
    return row


@service(gettext_lazy("Back to the shipped rule"))
def reset_notice_rule(*, fact: str, by: User) -> None:
    """Forget what the company has changed about one kind of fact."""
    found, _rows = NoticeRule.objects.filter(fact=fact).delete()
    if not found:
        raise NotThere(_("This rule is as it was shipped."))
    rules.forget()
    journal.record(NoticeRuleReset(fact=fact), about="company", by=by)


def _refuse_odd_escalation(hours: int | None, role: str) -> None:
    if hours is not None and not 1 <= hours <= LONGEST_HOURS:
        raise Invalid(
            _("Between 1 and %(most)d working hours.") % {"most": LONGEST_HOURS},
            field="escalate_hours",
        )
    if role and role not in rules.own_roles():
        raise Invalid(_("There is no such role."), field="escalate_to")
    if (hours is None) != (not role):
        raise Invalid(
            _("An escalation needs both: after how many hours, and to which role."),
            field="escalate_to" if hours else "escalate_hours",
        )


def _in_order(chosen: Collection[str], allowed: Collection[str]) -> list[str]:
    wanted = set(chosen)
    return [
        word for word in dict.fromkeys([*rules.audiences(), *sorted(allowed)]) if word in wanted
    ]


def _fact(row: NoticeRule) -> NoticeRuleSaved:
    return NoticeRuleSaved(
        fact=row.fact,
        know=row.know,
        act=row.act,
        importance=row.importance,
        channels=row.channels,
        escalate_hours=row.escalate_hours,
        escalate_to=row.escalate_to,
        is_active=row.is_active,
    )
