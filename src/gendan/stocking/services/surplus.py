"""The verb that decides what becomes of stock that is too much."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.kernel import clock, journal
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.stocking.events import SurplusDecided
from gendan.stocking.models import SurplusDecision

LONGEST_REASON = 300


@service(gettext_lazy("Decide about surplus"))
def decide_surplus(*, item_id: int, kind: str, reason: str, by: User | None) -> SurplusDecision:
    """Write down what becomes of an item's surplus; the last decision is in force."""
    if kind not in SurplusDecision.Kind.values:
        raise Invalid(_("Say what becomes of it."), field="kind")
    if not reason.strip():
        raise Invalid(_("Say why."), field="reason")
    item = Item.objects.filter(pk=item_id).first()
    if item is None:
        raise NotThere(_("There is no such item."))
    made = SurplusDecision.objects.create(
        item=item, kind=kind, reason=reason.strip()[:LONGEST_REASON], at=clock.now(), by=by
    )
    fact = SurplusDecided(item_id=item.pk, item=item.code, decision=kind, reason=made.reason)
    journal.record(fact, about=[item, "stocking"], by=by)
    return made
