"""Whose move it is: the waiting ledger, and chasing the party that is waited for."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.followup import messages
from gendan.followup.events import MilestoneChased
from gendan.followup.models import OUTSIDE_PARTIES, Milestone, Party
from gendan.followup.queries import owed_to
from gendan.followup.services.moves import pass_move
from gendan.followup.services.refreshing import refresh
from gendan.followup.services.refusals import (
    TheyWaitForUs,
    about,
    fact_of,
    locked_milestone,
    read_note,
    read_party,
    refuse_stranger,
)
from gendan.kernel import clock, journal
from gendan.kernel.errors import Invalid
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.partners.models import Partner
from gendan.purchasing.queries import undecided_word

LONGEST_MESSAGE = 4000


@service(gettext_lazy("Say whose move it is"))
def wait_for(
    *, milestone_id: int, party: str, partner_id: int | None = None, note: str = "", by: User | None
) -> Milestone:
    """It is another party's move now; the days until now stay on the former one's account.

    The customer is the order's own; for a supplier or outside factory `partner_id` says which.
    """
    milestone = locked_milestone(milestone_id)
    refuse_stranger(milestone, by, also=milestone.waiting_for)
    party, note = read_party(party), read_note(note)
    partner = _partner(milestone, party, partner_id)
    milestone.step("wait_for")
    partner_now = partner.pk if partner else None
    was = milestone.waiting_for
    if (was, milestone.waiting_partner_id) == (party, partner_now):
        raise Invalid(_("It is their move already."), field="party")
    pass_move(milestone, party, partner, note=note, by=by)
    refresh([milestone.journey.order_id], by=by)
    return milestone


@service(gettext_lazy("Chase"))
def chase_milestone(*, milestone_id: int, message: str = "", by: User | None) -> Milestone:
    """The party that is waited for has been asked, with these words (empty: the ready ones).

    Refused while that party is itself waiting for something of ours that is late: first do that.
    """
    milestone = locked_milestone(milestone_id)
    refuse_stranger(milestone, by)
    milestone.step("chase_milestone")
    message = read_note(message, field="message", limit=LONGEST_MESSAGE)
    if milestone.waiting_for in OUTSIDE_PARTIES:
        owed = owed_to([(milestone.journey_id, milestone.waiting_for)])
        _refuse_debtor(milestone, owed.get((milestone.journey_id, milestone.waiting_for)))
    if milestone.waiting_for == Party.SUPPLIER:
        _refuse_undecided(milestone)
    milestone.chased_at = clock.now()
    milestone.save(update_fields=["chased_at"])
    journal.record(
        MilestoneChased(
            **fact_of(milestone),
            party=milestone.waiting_for,
            partner_id=milestone.waiting_partner_id,
            message=message or messages.for_milestone(milestone),
        ),
        about=about(milestone),
        by=by,
    )
    return milestone


def _refuse_debtor(milestone: Milestone, owed: Milestone | None) -> None:
    if owed is not None:
        raise TheyWaitForUs(
            _("%(party)s waits for us: “%(owed)s” has been due since %(day)s. Do that first.")
            % {
                "party": str(Party(milestone.waiting_for).label).capitalize(),
                "owed": owed.name,
                "day": (owed.revised_on or owed.planned_on).isoformat(),
            },
            milestone=owed.pk,
        )


def _refuse_undecided(milestone: Milestone) -> None:
    """A supplier who has proposed another day or quantity waits for our word about it."""
    order_id, supplier_id = milestone.journey.order_id, milestone.waiting_partner_id
    word = undecided_word(order_id, supplier_id)
    if word is not None:
        raise TheyWaitForUs(
            _("%(supplier)s waits for us: decide first about what it proposes for %(order)s.")
            % {"supplier": word.line.order.supplier, "order": word.line.order.number},
            milestone=milestone.pk,
        )


def _partner(milestone: Milestone, party: str, partner_id: int | None) -> Partner | None:
    if party == Party.CUSTOMER:
        return milestone.journey.order.customer
    if partner_id is None:
        return None
    if party not in OUTSIDE_PARTIES:
        raise Invalid(_("A department of ours is no company."), field="partner_id")
    partner = Partner.objects.filter(pk=partner_id).first()
    if partner is None:
        raise Invalid(_("There is no such company."), field="partner_id")
    return partner
