"""Who must know that an order is another one now, and who has said that they do."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.changes.events import ChangeAcknowledged
from gendan.changes.models import Acknowledgement, ChangeOrder, ChangeState
from gendan.changes.services.refusals import NothingToAcknowledge, locked_change
from gendan.kernel import clock, journal
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.models import Order, TeamMember


@service(gettext_lazy("Acknowledge the change"))
def acknowledge_change(*, change_id: int, by: User) -> ChangeOrder:
    """I know that the order is another one now, and do my part: for myself and for my roles."""
    order, change = locked_change(change_id)
    change.step("acknowledge_change")
    of = _news_of(change)
    open_ones = change.acknowledgements.filter(of=of, at=None)
    mine = Q(person=by) | Q(role__in=by.roles)
    if not open_ones.filter(mine).update(at=clock.now(), by=by):
        raise NothingToAcknowledge(
            _("Nobody waits for you to acknowledge %(change)s.") % {"change": change.number}
        )
    journal.record(
        ChangeAcknowledged(
            order_id=order.pk,
            change_id=change.pk,
            number=change.number,
            left=change.acknowledgements.filter(of=of, at=None).count(),
        ),
        about=[change, order],
        by=by,
    )
    return change


def _news_of(change: ChangeOrder) -> str:
    is_undone = change.state == ChangeState.UNDONE
    return Acknowledgement.Of.UNDONE if is_undone else Acknowledgement.Of.ACCEPTED


def ask_to_acknowledge(
    change: ChangeOrder, order: Order, roles: Collection[str], by: User | None
) -> None:
    """The merchandiser, the team, and the roles that have people; who decided knows already."""
    people = set(TeamMember.objects.filter(order=order).values_list("user_id", flat=True))
    if order.merchandiser_id is not None:
        people.add(order.merchandiser_id)
    active = User.objects.filter(is_active=True, is_outside=False)
    present = active.filter(groups__name__in=roles).values_list("groups__name", flat=True)
    people &= set(active.filter(pk__in=people).values_list("pk", flat=True))
    there = set(present) & set(roles)
    _write(change, Acknowledgement.Of.ACCEPTED, people, there, by)


def ask_to_acknowledge_again(change: ChangeOrder, of: str, by: User | None) -> None:
    """Whoever was told of the change hears that it is undone."""
    told = change.acknowledgements.filter(of=Acknowledgement.Of.ACCEPTED)
    people = {pk for pk in told.values_list("person", flat=True) if pk is not None}
    roles = {role for role in told.values_list("role", flat=True) if role}
    _write(change, of, people, roles, by)


def _write(
    change: ChangeOrder, of: str, people: Collection[int], roles: Collection[str], by: User | None
) -> None:
    now = clock.now()
    own_roles = set(by.roles) if by else set()
    rows = [
        Acknowledgement(
            change=change,
            of=of,
            person_id=pk,
            at=now if by is not None and pk == by.pk else None,
            by=by if by is not None and pk == by.pk else None,
        )
        for pk in sorted(people)
    ]
    rows += [
        Acknowledgement(
            change=change,
            of=of,
            role=role,
            at=now if role in own_roles else None,
            by=by if role in own_roles else None,
        )
        for role in sorted(roles)
    ]
    Acknowledgement.objects.bulk_create(rows)
