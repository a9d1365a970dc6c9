"""Checking all lines of an order: product, price, stock, each with its reasons kept."""

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Bom
from gendan.catalog.queries import calendar
from gendan.engine.netting import likely_days
from gendan.inventory.queries import availability, reserved_for
from gendan.kernel import clock, company, journal
from gendan.kernel.errors import IllegalStep
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.checks import (
    Finding,
    StockLeft,
    check_price,
    check_product,
    check_stock,
    gravest_first,
    verdict_of,
)
from gendan.orders.events import OrderChecked
from gendan.orders.models import CustomerItem, Line, LineCheck, Order, OrderState, Verdict
from gendan.orders.prices import offers_for
from gendan.orders.queries import demand_of
from gendan.orders.services.heads import rate_of
from gendan.orders.services.refusals import OrderIsEmpty, locked_order
from gendan.sourcing.lead_times import lead_times


@service(gettext_lazy("Check the order"))
def check_order(*, order_id: int, by: User | None) -> list[LineCheck]:
    """Check product, price and stock of every standing line and keep the verdicts with reasons.

    The number of queries does not depend on the number of lines.
    """
    order = locked_order(order_id)
    if order.state not in {OrderState.DRAFT, OrderState.CONFIRMED}:
        raise IllegalStep(
            _("%(order)s is “%(state)s”; there is nothing left to check.")
            % {"order": order.number, "state": order.get_state_display()}
        )
    lines = list(order.lines.filter(is_cancelled=False).select_related("item"))
    if not lines:
        raise OrderIsEmpty(_("An order without lines cannot be checked."))
    checks = checks_of(order, lines, clock.now())
    LineCheck.objects.bulk_create(
        checks,
        update_conflicts=True,
        unique_fields=["line", "kind"],
        update_fields=["verdict", "reasons", "at"],
    )
    verdicts = [check.verdict for check in checks]
    journal.record(
        OrderChecked(
            order_id=order.pk,
            green=verdicts.count(Verdict.GREEN),
            amber=verdicts.count(Verdict.AMBER),
            red=verdicts.count(Verdict.RED),
        ),
        about=order,
        by=by,
    )
    return checks


def checks_of(order: Order, lines: list[Line], moment: dt.datetime) -> list[LineCheck]:
    """The three checks of every line, in memory."""
    return [
        LineCheck(
            line_id=pk,
            kind=kind,
            verdict=verdict_of(findings),
            reasons=[one.as_reason() for one in gravest_first(findings)],
            at=moment,
        )
        for kind, found in (
            (LineCheck.Kind.PRODUCT, _products(order, lines)),
            (LineCheck.Kind.PRICE, _prices(order, lines)),
            (LineCheck.Kind.STOCK, _stocks(order, lines)),
        )
        for pk, findings in found.items()
    ]


def _products(order: Order, lines: list[Line]) -> dict[int, list[Finding]]:
    codes = {line.customer_code for line in lines if line.customer_code}
    known = CustomerItem.objects.filter(customer=order.customer_id, code__in=codes)
    means = dict(known.values_list("code", "item_id"))
    boms = Bom.objects.filter(item__in={line.item_id for line in lines}, is_current=True)
    with_bom = set(boms.values_list("item_id", flat=True))
    return {
        line.pk: check_product(
            line, means.get(line.customer_code), has_bom=line.item_id in with_bom
        )
        for line in lines
    }


def _prices(order: Order, lines: list[Line]) -> dict[int, list[Finding]]:
    offers = offers_for(
        order.customer_id,
        {line.item_id for line in lines},
        currency=order.currency,
        on=order.ordered_on or clock.today(),
    )
    rate = rate_of(order)
    tolerance = Decimal(str(company.value("price_tolerance_percent")))
    return {
        line.pk: check_price(
            order,
            line,
            offers.get(line.item_id, []),
            company_rate=rate,
            tolerance_percent=tolerance,
        )
        for line in lines
    }


def _stocks(order: Order, lines: list[Line]) -> dict[int, list[Finding]]:
    known = availability({line.item_id for line in lines})
    left = {item_id: StockLeft(one) for item_id, one in known.items()}
    kept = reserved_for([demand_of(line.pk) for line in lines])
    work = calendar(None)
    today = clock.today()
    times = lead_times(today, work, {line.item_id for line in lines})
    return {
        line.pk: check_stock(
            order,
            line,
            left[line.item_id],
            kept.get(demand_of(line.pk), Decimal(0)),
            work.add_days(today, likely_days(times.of_item(line.item))),
        )
        for line in lines
    }
