"""The words of reasons, in the reader's language: of checks and of promises."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, gettext_lazy, ngettext, ngettext_lazy
from django.utils.translation import gettext as _

from gendan.kernel.weekdays import weekdays_said

MOST_MINUTES = 120  # from here on in hours
MOST_PARTS = 10  # hours; from here on whole ones

_WORDS: dict[str, LazyText] = {
    # Product
    "item_not_active": gettext_lazy("%(item)s is no longer active."),
    "item_not_sold": gettext_lazy("%(item)s is not sold."),
    "specification_newer": gettext_lazy(
        "The line has specification version %(line)s; version %(item)s is in force now."
    ),
    "customer_code_unknown": gettext_lazy(
        "Nobody has written down yet what the customer's code %(code)s means."
    ),
    "customer_code_differs": gettext_lazy("The customer's code %(code)s means another item."),
    "not_whole_cartons": gettext_lazy(
        "%(quantity)s do not fill whole cartons of %(carton)s pieces."
    ),
    "no_bom": gettext_lazy("Nobody has written down what %(item)s is made of."),
    "product_fits": gettext_lazy("Model %(model)s, specification version %(version)s."),
    # Price
    "as_listed": gettext_lazy(
        "As listed: %(price)s %(currency)s per %(per)s from %(from_quantity)s on, "
        "discount %(discount)s %% (list %(list)s)."
    ),
    "below_list": gettext_lazy(
        "%(deviation)s %% below the list: %(price)s %(currency)s per %(per)s from "
        "%(from_quantity)s on, discount %(discount)s %% (list %(list)s)."
    ),
    "above_list": gettext_lazy(
        "%(deviation)s %% above the list: %(price)s %(currency)s per %(per)s from "
        "%(from_quantity)s on, discount %(discount)s %% (list %(list)s)."
    ),
    "own_list": gettext_lazy("%(list)s is the customer's own price list."),
    "general_list": gettext_lazy("%(list)s holds for every customer."),
    "list_converted": gettext_lazy(
        "The list is in %(currency)s; 1 %(currency)s is %(rate)s %(into)s."
    ),
    "next_break": gettext_lazy("From %(quantity)s on the list has another price."),
    "no_list_price": gettext_lazy("No price list of this customer has a price of %(item)s."),
    "free_of_charge": gettext_lazy("The line is free of charge."),
    "no_exchange_rate": gettext_lazy(
        "The margin is not known: there is no exchange rate of %(currency)s."
    ),
    "margin": gettext_lazy("Margin over standard cost %(margin)s %% (rate %(rate)s)."),
    "below_cost": gettext_lazy("Below standard cost: margin %(margin)s %% (rate %(rate)s)."),
    # Stock
    "in_stock": gettext_lazy(
        "In stock: %(needed)s needed, %(on_hand)s on hand, %(reserved)s reserved, "
        "%(kept)s of them for this line."
    ),
    "coming": gettext_lazy(
        "There by %(on)s: %(needed)s needed, %(available)s available with %(incoming)s coming."
    ),
    "short_with_time": gettext_lazy(
        "%(short)s short on %(on)s (%(available)s available of %(needed)s); they can be there "
        "by %(possible)s."
    ),
    "short_without_date": gettext_lazy(
        "%(short)s short (%(available)s available of %(needed)s); no date is requested."
    ),
    "short": gettext_lazy(
        "%(short)s short on %(on)s (%(available)s available of %(needed)s): on hand %(on_hand)s, "
        "reserved %(reserved)s, incoming %(incoming)s; possible by %(possible)s."
    ),
    "requested_before_order": gettext_lazy(
        "The requested date %(requested)s lies before the date of the order."
    ),
    "requested_past": gettext_lazy("The requested date %(requested)s has passed."),
    # Promise
    "as_requested": gettext_lazy("Promised as the customer asked: %(on)s. Nothing was computed."),
    "amended": gettext_lazy("Agreed anew with version %(version)s."),
    "from_stock": gettext_lazy("%(quantity)s %(item)s from stock."),
    "from_reserved": gettext_lazy("%(quantity)s %(item)s kept for this line."),
    "from_expected": gettext_lazy("%(quantity)s %(item)s from %(reference)s, due %(on)s."),
    "from_held": ngettext_lazy(
        "%(quantity)s %(item)s of %(reference)s, here and waiting for quality's verdict: in "
        "%(days)s working day (%(on)s), if released.",
        "%(quantity)s %(item)s of %(reference)s, here and waiting for quality's verdict: in "
        "%(days)s working days (%(on)s), if released.",
        "days",
    ),
    "counts_on_held": ngettext_lazy(
        "Of %(item)s the goods of %(reference)s are counted on, which wait for quality's "
        "verdict: in %(days)s working day (%(on)s), if released.",
        "Of %(item)s the goods of %(reference)s are counted on, which wait for quality's "
        "verdict: in %(days)s working days (%(on)s), if released.",
        "days",
    ),
    "made": ngettext_lazy(
        "%(quantity)s %(item)s made in %(days)s working day from %(start)s, ready %(on)s.",
        "%(quantity)s %(item)s made in %(days)s working days from %(start)s, ready %(on)s.",
        "days",
    ),
    "bought": ngettext_lazy(
        "%(quantity)s %(item)s bought in %(days)s working day from %(start)s, there %(on)s.",
        "%(quantity)s %(item)s bought in %(days)s working days from %(start)s, there %(on)s.",
        "days",
    ),
    "outsourced": ngettext_lazy(
        "%(quantity)s %(item)s from an outside factory in %(days)s working day from %(start)s, "
        "ready %(on)s.",
        "%(quantity)s %(item)s from an outside factory in %(days)s working days from "
        "%(start)s, ready %(on)s.",
        "days",
    ),
    "from_free": gettext_lazy(
        "%(quantity)s %(item)s that nothing else needs, to be taken from %(on)s on."
    ),
    "made_in_steps": gettext_lazy(
        "%(quantity)s %(item)s made from %(start)s, ready %(on)s (steps: %(steps)s)."
    ),
    "waits_for_centre": ngettext_lazy(
        "%(item)s waits %(days)s day for %(centre)s (step %(step)s): no minutes are free there "
        "from %(start)s until %(on)s.",
        "%(item)s waits %(days)s days for %(centre)s (step %(step)s): no minutes are free "
        "there from %(start)s until %(on)s.",
        "days",
    ),
    "waits_for_people": ngettext_lazy(
        "%(item)s waits %(days)s day for people at %(centre)s (step %(step)s), from %(start)s "
        "until %(on)s.",
        "%(item)s waits %(days)s days for people at %(centre)s (step %(step)s), from %(start)s "
        "until %(on)s.",
        "days",
    ),
    "takes_centre": gettext_lazy(
        "%(item)s takes %(span)s at %(centre)s (step %(step)s): what is free there lasts from "
        "%(start)s until %(on)s."
    ),
    "beyond_horizon": gettext_lazy(
        "%(item)s takes %(days)s working days, beyond all days that are planned; check the lead "
        "times."
    ),
    "no_capacity": gettext_lazy(
        "%(item)s cannot be made: the work centre %(centre)s has no minutes on any day."
    ),
    "capacity_ends": gettext_lazy(
        "%(item)s cannot be made: what is free at the work centre %(centre)s is not enough on all "
        "days that are planned."
    ),
    "moved_for_rush": gettext_lazy("Moved from %(was)s to %(on)s for the rush order %(order)s."),
    "no_supplier": gettext_lazy("Nobody supplies %(item)s."),
    "supplier_unknown": gettext_lazy("Nobody has written down who supplies %(item)s."),
    "no_routing": gettext_lazy("Nobody has written down how %(item)s is made."),
    "nothing_asked": gettext_lazy("Of %(item)s nothing is asked."),
    "in_lots": gettext_lazy(
        "%(item)s is made in %(lots)s lots of at most %(most)s, each with its set-up."
    ),
    "awaits_approval": gettext_lazy(
        "%(item)s is not begun before “%(milestone)s” is done, expected on %(on)s."
    ),
    "awaits_buying": gettext_lazy(
        "%(item)s is not bought before “%(milestone)s” is done, expected on %(on)s."
    ),
    "waits_for": gettext_lazy("%(item)s waits for %(component)s until %(on)s."),
    "bom_loop": gettext_lazy("%(item)s contains itself (%(path)s); its parts are left out."),
    "lead_time_unknown": gettext_lazy("No lead time is known of %(item)s; none was counted."),
    "lane": gettext_lazy(
        "%(to_port)s days to on board, %(transit)s days under way, %(to_door)s days to the door."
    ),
    "lane_assumed": gettext_lazy(
        "Nobody has written down this way; assumed: %(to_port)s days to on board, %(transit)s "
        "days under way, %(to_door)s days to the door."
    ),
    "sails": gettext_lazy("Sailings on %(weekdays)s; this goes on %(on)s."),
    "sails_with_cut_off": gettext_lazy(
        "Sailings on %(weekdays)s; at the port by %(by)s to sail on %(on)s."
    ),
    "cut_off": gettext_lazy("At the port by %(by)s to leave on %(on)s."),
    "next_sailing": ngettext_lazy(
        "Ready to leave the works on %(ready)s, it waits %(days)s day at the port for the next "
        "sailing on %(on)s.",
        "Ready to leave the works on %(ready)s, it waits %(days)s days at the port for the next "
        "sailing on %(on)s.",
        "days",
    ),
    "bought_from": ngettext_lazy(
        "%(quantity)s %(item)s bought from %(supplier)s in %(days)s working day from %(start)s, "
        "there %(on)s.",
        "%(quantity)s %(item)s bought from %(supplier)s in %(days)s working days from %(start)s, "
        "there %(on)s.",
        "days",
    ),
    "outsourced_from": ngettext_lazy(
        "%(quantity)s %(item)s made by %(supplier)s in %(days)s working day from %(start)s, "
        "ready %(on)s.",
        "%(quantity)s %(item)s made by %(supplier)s in %(days)s working days from %(start)s, "
        "ready %(on)s.",
        "days",
    ),
    "requested_later": gettext_lazy(
        "Possible from %(earliest)s on; the customer asks for %(requested)s."
    ),
    "together": gettext_lazy("All lines are shipped together; the latest sets the date %(on)s."),
}


def words(reason: Mapping[str, Any]) -> str:
    """A reason as a sentence; a code this version does not know is shown as it is."""
    params = dict(reason.get("params", {}))
    text = _WORDS.get(reason["code"])
    if text is None:
        return str(reason["code"]).replace("_", " ")
    if params.get("supplier"):
        text = _WORDS.get(f"{reason['code']}_from", text)
    try:
        for key, names in params.pop("names", {}).items():
            code = "" if key == "milestone" else str(params[key])
            params[key] = _called(code, *names)
        if "weekdays" in params:
            params["weekdays"] = weekdays_said(params["weekdays"])
        if "minutes" in params:
            params["span"] = _span(int(params["minutes"]))
        sentence: str = text % params
        return sentence
    except (KeyError, TypeError, ValueError):
        return _("%(code)s (its values are not complete)") % {"code": reason["code"]}


def _called(code: str, english: str, chinese: str) -> str:
    """A code with the name beside it, in the reader's language, else in the other one."""
    first, other = english, chinese
    if (get_language() or "").startswith("zh"):
        first, other = chinese, english
    name = first or other
    return code if name in ("", code) else f"{code} {name}".strip()


def _span(minutes: int) -> str:
    """How long something is worked at, in minutes or, from two hours on, in hours."""
    if minutes < MOST_MINUTES:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    hours = Decimal(minutes) / 60
    shown = hours.quantize(Decimal("0.1") if hours < MOST_PARTS else Decimal(1), ROUND_HALF_UP)
    whole, _point, part = f"{shown.normalize():f}".partition(".")
    count = number_format(whole, force_grouping=True) + (f".{part}" if part else "")
    return ngettext("%(count)s hour", "%(count)s hours", int(hours)) % {"count": count}


def known_codes() -> frozenset[str]:
    """All codes that have words."""
    return frozenset(_WORDS)
