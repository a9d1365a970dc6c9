"""The verb that computes what can be promised."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.engine.calendars import CalendarEnds
from gendan.engine.promise import LineResult, NoDate
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders import reasons
from gendan.orders.models import Order
from gendan.orders.services import PromisedLine, record_promise
from gendan.planning.engines import DEFAULT, engine_called, names
from gendan.planning.snapshot import OrderSnapshot, snapshot_of_order


class NoDateToPromise(DomainError):
    """A line that no plan can supply; the sentence names the item or work centre."""


class BeyondTheCalendar(DomainError):
    """A date so far ahead that no calendar reaches it."""


@dataclass(frozen=True, slots=True)
class Computed:
    """What could be promised for an order, not written down: for looking at it beforehand."""

    snapshot: OrderSnapshot
    lines: tuple[LineResult, ...]


@service(gettext_lazy("Compute what can be promised"))
def promise_order(*, order_id: int, engine: str = DEFAULT, by: User | None) -> Order:
    """Compute the earliest dates of all lines still to be delivered, and promise them.

    The promised date of a line is the later of what is possible and what is requested, in the
    order's basis (ex works, on board, at door); shipped together, all lines have the latest. The
    reasons are kept with the promise. Whoever changes the order in between makes this refuse.
    """
    computed = compute_promise(order_id, engine)
    record_promise(
        order_id=order_id,
        engine=engine,
        lines=[_promised(computed, line) for line in computed.lines],
        revision=computed.snapshot.revision,
        by=by,
    )
    return Order.objects.get(pk=order_id)


def compute_promise(order_id: int, engine: str = DEFAULT) -> Computed:
    """What promise_order would promise; nothing is written."""
    compute = engine_called(engine)
    if compute is None:
        raise Invalid(
            _("There is no method “%(engine)s” to compute a promise; there are: %(known)s.")
            % {"engine": engine[:40], "known": ", ".join(names())},
            field="engine",
        )
    snapshot = snapshot_of_order(order_id)
    try:
        return Computed(snapshot, compute(snapshot.promise))
    except NoDate as error:
        raise NoDateToPromise(reasons.words(error.reason.as_data())) from error
    except CalendarEnds as error:
        raise BeyondTheCalendar(
            _("A lead time leads beyond the last year the calendar knows; check the lead times.")
        ) from error


def _promised(computed: Computed, line: LineResult) -> PromisedLine:
    return PromisedLine(
        line_id=line.line_id,
        dates=line.promised,
        promised_on=line.promised.in_basis(computed.snapshot.promise.basis),
        earliest_on=line.earliest_on,
        reasons=[reason.as_data() for reason in line.reasons],
        deliveries=line.deliveries,
    )
