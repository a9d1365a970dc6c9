"""The three checks of a line: product, price, stock. What is known goes in, a verdict comes out."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gendan.catalog.models import Item
from gendan.engine.pricing import Offer, deviation_percent, list_price
from gendan.inventory.queries import Availability
from gendan.orders.models import Line, Order, Verdict, open_quantity
from gendan.orders.queries import demand_of

_RANKS = {Verdict.GREEN: 0, Verdict.AMBER: 1, Verdict.RED: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason of a check: what it says for itself, its code and the values of its words."""

    verdict: Verdict
    code: str
    params: dict[str, Any]

    def as_reason(self) -> dict[str, Any]:
        """As kept in LineCheck.reasons."""
        return {"code": self.code, "verdict": self.verdict.value, "params": self.params}


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """The gravest of all."""
    return max((one.verdict for one in findings), key=_RANKS.__getitem__, default=Verdict.GREEN)


def gravest_first(findings: Sequence[Finding]) -> list[Finding]:
    """What decides stands first."""
    return sorted(findings, key=lambda one: -_RANKS[one.verdict])


def check_product(line: Line, code_means: int | None, *, has_bom: bool) -> list[Finding]:
    """Is it the right thing: sold, of the present specification, in whole cartons, rightly named?

    `code_means` is the item the customer's code stands for, None when nobody has written it down.
    """
    item = line.item
    found = []
    if not item.is_active:
        found.append(Finding(Verdict.RED, "item_not_active", {"item": item.code}))
    if not item.is_sold:
        found.append(Finding(Verdict.RED, "item_not_sold", {"item": item.code}))
    if line.specification_version != item.specification_version:
        found.append(
            Finding(
                Verdict.AMBER,
                "specification_newer",
                {"line": line.specification_version, "item": item.specification_version},
            )
        )
    if line.customer_code and code_means is None:
        found.append(Finding(Verdict.AMBER, "customer_code_unknown", {"code": line.customer_code}))
    elif line.customer_code and code_means != item.pk:
        found.append(Finding(Verdict.RED, "customer_code_differs", {"code": line.customer_code}))
    if item.carton_quantity and line.quantity % item.carton_quantity:
        found.append(
            Finding(
                Verdict.AMBER,
                "not_whole_cartons",
                {"quantity": _plain(line.quantity), "carton": _plain(item.carton_quantity)},
            )
        )
    if item.supply == Item.Supply.MAKE and not has_bom:
        found.append(Finding(Verdict.AMBER, "no_bom", {"item": item.code}))
    if verdict_of(found) == Verdict.GREEN:
        found.append(
            Finding(
                Verdict.GREEN,
                "product_fits",
                {"model": item.model or item.code, "version": item.specification_version},
            )
        )
    return found


def check_price(
    order: Order,
    line: Line,
    offers: Sequence[Offer],
    *,
    company_rate: Decimal | None,
    tolerance_percent: Decimal,
) -> list[Finding]:
    """Is it the agreed price: which list, which break, which discount, how far off, above cost?

    `company_rate`: what one unit of the order's currency is worth in the company's.
    """
    net = line.unit_price / line.price_per * (1 - line.discount_percent / 100)
    found = _against_list(order, line, offers, net, tolerance_percent)
    if net == 0:
        found.append(Finding(Verdict.AMBER, "free_of_charge", {}))
    cost = line.item.cost
    if cost and company_rate is None:
        found.append(Finding(Verdict.AMBER, "no_exchange_rate", {"currency": order.currency}))
    elif cost and company_rate and net > 0:
        in_company = net * company_rate
        margin = ((in_company - cost) / in_company * 100).quantize(Decimal("0.1"))
        is_below = in_company < cost
        found.append(
            Finding(
                Verdict.RED if is_below else Verdict.GREEN,
                "below_cost" if is_below else "margin",
                {"margin": _plain(margin), "rate": _plain(company_rate)},
            )
        )
    return found


def _against_list(
    order: Order,
    line: Line,
    offers: Sequence[Offer],
    net: Decimal,
    tolerance_percent: Decimal,
) -> list[Finding]:
    listed = list_price(offers, line.quantity)
    if listed is None:
        return [Finding(Verdict.AMBER, "no_list_price", {"item": line.item.code})]
    deviation = deviation_percent(net, listed.net_of_one)
    within = abs(deviation) <= tolerance_percent
    params = {
        "list": listed.offer.price_list,
        "from_quantity": _plain(listed.offer.from_quantity),
        "price": _plain(listed.unit_price),
        "per": _plain(listed.price_per),
        "discount": _plain(listed.discount_percent),
        "currency": order.currency,
        "deviation": _plain(abs(deviation)),
    }
    if deviation == 0:
        found = [Finding(Verdict.GREEN, "as_listed", params)]
    elif deviation < 0:
        found = [Finding(Verdict.AMBER if within else Verdict.RED, "below_list", params)]
    else:
        found = [Finding(Verdict.GREEN if within else Verdict.AMBER, "above_list", params)]
    source = "own_list" if listed.offer.is_own else "general_list"
    found.append(Finding(Verdict.GREEN, source, {"list": listed.offer.price_list}))
    if listed.offer.currency != order.currency and listed.offer.rate:
        found.append(
            Finding(
                Verdict.GREEN,
                "list_converted",
                {
                    "currency": listed.offer.currency,
                    "into": order.currency,
                    "rate": _plain(listed.offer.rate.quantize(Decimal("0.0001"))),
                },
            )
        )
    if listed.next_break is not None:
        found.append(Finding(Verdict.GREEN, "next_break", {"quantity": _plain(listed.next_break)}))
    return found


@dataclass(slots=True)
class StockLeft:
    """What is left of an item's availability for the lines that come after others of one order."""

    availability: Availability
    used: Decimal = Decimal(0)


def check_stock(
    order: Order, line: Line, stock: StockLeft, kept: Decimal, could_be_there_on: dt.date
) -> list[Finding]:
    """Will it be there: on hand, reserved, incoming, available on the requested date?

    `kept` is reserved for the line itself; `could_be_there_on` is when it could be made or bought.
    """
    known = stock.availability
    day = line.requested_on
    needed = open_quantity(line)
    wanted = max(needed - kept, Decimal(0))
    until = max(day or known.today, known.today)
    demand = demand_of(line.pk)
    incoming = known.incoming_until(until, demand)
    available = max(known.free + incoming - stock.used, Decimal(0))
    is_here = known.free - stock.used >= wanted
    stock.used += min(wanted, available)
    params = {
        "needed": _plain(needed),
        "on_hand": _plain(known.on_hand),
        "reserved": _plain(known.reserved),
        "kept": _plain(kept),
        "incoming": _plain(incoming),
        "available": _plain(available + kept),
        "on": until.isoformat(),
    }
    found = []
    if day is not None and order.ordered_on is not None and day < order.ordered_on:
        found.append(
            Finding(Verdict.AMBER, "requested_before_order", {"requested": day.isoformat()})
        )
    elif day is not None and day < known.today and needed > 0:
        found.append(Finding(Verdict.AMBER, "requested_past", {"requested": day.isoformat()}))
    if available >= wanted:
        code = "in_stock" if is_here else "coming"
        return [*found, Finding(Verdict.GREEN, code, params)]
    params |= {"short": _plain(wanted - available), "possible": could_be_there_on.isoformat()}
    if day is None:
        found.append(Finding(Verdict.AMBER, "short_without_date", params))
    elif could_be_there_on <= day:
        found.append(Finding(Verdict.AMBER, "short_with_time", params))
    else:
        found.append(Finding(Verdict.RED, "short", params))
    return found


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
