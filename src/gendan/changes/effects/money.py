"""What a change does to the money of the order: total, margin, instalments."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from gendan.changes.impact import Effect, Kind, Proposal, affects, standing_quantity
from gendan.kernel.money import round_money
from gendan.orders.services import heads

_HUNDRED = Decimal(100)


def _text(number: Decimal) -> str:
    return f"{number:,.2f}"


@affects(
    "money",
    gettext_lazy("Money"),
    role="finance",
    words={
        "total": gettext_lazy("The total goes from %(was)s to %(is)s %(currency)s."),
        "total_company": gettext_lazy("That is about %(difference)s %(currency)s for us."),
        "currency": gettext_lazy(
            "The currency goes from %(was)s to %(is)s; every price now means %(is)s."
        ),
        "margin": gettext_lazy("The margin over standard cost goes from %(was)s %% to %(is)s %%."),
        "loss": gettext_lazy("The order is then below standard cost: margin %(is)s %%."),
        "instalment": gettext_lazy(
            "Instalment %(number)s (%(percent)s %%) goes from %(was)s to %(is)s %(currency)s."
        ),
        "plan": gettext_lazy("The payment plan is another one."),
        "delivered_price": gettext_lazy(
            "Line %(line)s: %(delivered)s of %(item)s are delivered already; their price changes, "
            "too. Send a credit or debit note."
        ),
    },
)
def money(proposal: Proposal) -> Iterable[Effect]:
    """The difference of totals and instalments; the margin where costs are known."""
    was, now = (Decimal(one["head"]["total"]) for one in (proposal.present, proposal.proposed))
    before, after = proposal.present["head"]["currency"], proposal.proposed["head"]["currency"]
    found = list(_price_of_delivered(proposal))
    if before != after:
        params = {"was": before, "is": after}
        found.append(Effect(code="currency", params=params, kind=Kind.ASK))
    if was == now and before == after and not _plan_differs(proposal):
        return found
    if was != now and before == after:
        found += _totals(proposal, was, now)
    found += _instalments(proposal, was, now)
    return found


def _price_of_delivered(proposal: Proposal) -> Iterable[Effect]:
    for line in proposal.lines:
        if line.delivered > 0 and line.changes("unit_price", "price_per", "discount_percent"):
            params = {
                "line": str(line.position),
                "item": line.item_code,
                "delivered": f"{line.delivered.normalize():f}",
            }
            yield Effect(code="delivered_price", params=params, kind=Kind.ASK)


def _totals(proposal: Proposal, was: Decimal, now: Decimal) -> Iterable[Effect]:
    params = {"was": _text(was), "is": _text(now), "currency": proposal.currency}
    difference = now - was
    yield Effect(code="total", params=params, money=difference, currency=proposal.currency)
    rate = heads.rate_of(proposal.order)
    own = settings.COMPANY_CURRENCY
    if rate is None:
        return
    if proposal.currency != own:
        company = round_money(difference * rate, own)
        params = {"difference": _text(company), "currency": own}
        yield Effect(code="total_company", params=params, money=company, currency=own)
    yield from _margin(proposal, was * rate, now * rate)


def _margin(proposal: Proposal, was: Decimal, now: Decimal) -> Iterable[Effect]:
    """Over standard cost; said only where every standing line has one."""
    costs = _costs(proposal)
    spent = [_cost(one["lines"], costs) for one in (proposal.present, proposal.proposed)]
    if spent[0] is None or spent[1] is None or was <= 0 or now <= 0:
        return
    before, after = (was - spent[0]) / was * 100, (now - spent[1]) / now * 100
    params = {"was": f"{before:.1f}", "is": f"{after:.1f}"}
    if after < 0:
        yield Effect(code="loss", params=params, kind=Kind.ASK, role="manager")
    elif params["was"] != params["is"]:
        yield Effect(code="margin", params=params)


def _costs(proposal: Proposal) -> dict[str, Decimal]:
    return {line.item.code: line.item.cost for line in proposal.all_lines if line.item.cost}


def _cost(lines: Sequence[Mapping[str, Any]], costs: Mapping[str, Decimal]) -> Decimal | None:
    total = Decimal(0)
    for line in lines:
        quantity = standing_quantity(line)
        cost = costs.get(line["item"])
        if quantity and cost is None:
            return None
        total += quantity * (cost or 0)
    return total


def _plan_differs(proposal: Proposal) -> bool:
    return bool(proposal.present["instalments"] != proposal.proposed["instalments"])


def _instalments(proposal: Proposal, was: Decimal, now: Decimal) -> Iterable[Effect]:
    """What each part of the payment plan comes to; another plan is said once."""
    if _plan_differs(proposal):
        yield Effect(code="plan", kind=Kind.ASK)
        return
    for number, part in enumerate(proposal.plan, 1):
        before, after = (
            round_money(total * part.percent / _HUNDRED, proposal.currency) for total in (was, now)
        )
        if before == after:
            continue
        params = {
            "number": str(number),
            "percent": f"{part.percent.normalize():f}",
            "was": _text(before),
            "is": _text(after),
            "currency": proposal.currency,
        }
        yield Effect(
            code="instalment", params=params, money=after - before, currency=proposal.currency
        )
