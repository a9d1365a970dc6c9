"""How dates, quantities, money and states are written on every page, once for tags and exports."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gendan.catalog.standard_units import UNITS
from gendan.kernel import clock
from gendan.kernel.money import minor_unit

_CHINESE_UNITS = {code: chinese for code, _english, chinese, *_rest in UNITS}


@dataclass(frozen=True)
class Meaning:
    """One of the six meanings a colour can have; the icon says the same without colour."""

    key: str
    icon: str
    words: Any


MEANINGS = {
    meaning.key: meaning
    for meaning in (
        Meaning("todo", "circle-dashed", _("not started")),
        Meaning("run", "player-play", _("running")),
        Meaning("done", "circle-check", _("done")),
        Meaning("risk", "alert-triangle", _("at risk")),
        Meaning("late", "alert-octagon", _("late or blocked")),
        Meaning("wait", "hourglass", _("waits for the customer")),
        Meaning("off", "ban", _("given up")),
    )
}
# State, verdict or health → meaning. A value that is not here reads as "not started".
MEANING_OF = {
    "issued": "run",
    "draft": "todo",
    "confirmed": "run",
    "closed": "done",
    "cancelled": "off",
    "to_come": "todo",
    "open": "run",
    "reached": "done",
    "skipped": "off",
    "on_track": "run",
    "at_risk": "risk",
    "late": "late",
    "green": "done",
    "amber": "risk",
    "red": "late",
    "received": "todo",
    "read": "run",
    "unreadable": "late",
    "done": "done",
    "accepted": "done",
    "refused": "off",
    "proposed": "risk",
    "agreed": "done",
    "answered": "done",
    "withdrawn": "off",
    "asked": "wait",
    "rejected": "off",
    "undone": "off",
    "void": "off",
    "change_asked": "risk",
    "replaced": "off",
    "given": "risk",
    "acknowledged": "run",
    "returned": "done",
    "active": "run",
    "inactive": "off",
    "customer": "wait",
    "held": "late",
    "passed": "done",
    "objected": "late",
    "waived": "risk",
    "block": "late",
    "warn": "risk",
    "failed": "late",
    "succeeded": "done",
    "doing": "run",
    "todo": "todo",
    "waiting": "run",
    "sent": "done",
    "parked": "late",
    "dropped": "off",
    "failing": "late",
    "taken": "done",
    "attached": "done",
    "ignored": "off",
    "made": "risk",
    "superseded": "off",
    "firm": "todo",
    "released": "run",
    "ordered": "done",
    "running": "run",
    "ended": "off",
    "outdated": "off",
    "to_approve": "wait",
    "handed_over": "done",
    "posted": "done",
    "approved": "run",
    "counted": "run",
    "again": "risk",
    "decided": "done",
    "matched": "done",
    "differs": "risk",
}

# Documents that have a page of their own: name in the journal → URL name.
PAGE_OF = {
    "inventory.count": "count",
    "inventory.lot": "lot",
    "orders.order": "order",
    "orders.line": "order_of_line",
    "catalog.item": "item",
    "catalog.pricelist": "price_list",
    "partners.partner": "partner",
    "workforce.person": "person",
    "intake.incoming": "incoming",
    "answers.answer": "answer",
    "kernel.webhook": "webhook",
    "mailroom.mailbox": "mailbox",
    "mailroom.mailmessage": "mail",
    "planning.planrun": "plan_run",
    "production.workorder": "work_order",
    "purchasing.purchaserequest": "purchase_request",
    "purchasing.purchaseorder": "purchase_order",
    "purchasing.requestforquotation": "rfq",
    "purchasing.goodsreceipt": "goods_receipt",
    "purchasing.supplierinvoice": "supplier_invoice",
    "purchasing.supplierreturn": "return_note",
}
KIND_OF = {
    "inventory.count": _("count"),
    "inventory.lot": _("lot"),
    "orders.order": _("order"),
    "orders.line": _("order line"),
    "catalog.item": _("item"),
    "catalog.pricelist": _("price list"),
    "partners.partner": _("company"),
    "workforce.person": _("person"),
    "intake.incoming": _("incoming document"),
    "answers.answer": _("order response"),
    "kernel.webhook": _("webhook"),
    "mailroom.mailbox": _("mailbox"),
    "mailroom.mailmessage": _("mail that came in"),
    "planning.planrun": _("plan run"),
    "production.workorder": _("work order"),
    "purchasing.supplierreturn": _("return to a supplier"),
    "purchasing.purchaserequest": _("purchase request"),
    "purchasing.purchaseorder": _("purchase order"),
    "purchasing.goodsreceipt": _("goods receipt"),
    "purchasing.supplierinvoice": _("supplier's invoice"),
}


def meaning_of(value: str) -> Meaning:
    """The meaning of a state's value, or of a meaning's own key."""
    return MEANINGS.get(MEANING_OF.get(value, value), MEANINGS["todo"])


def locale() -> str:
    """The reader's locale for babel."""
    return "zh_Hans" if (get_language() or "").startswith("zh") else "en"


@lru_cache(maxsize=20)
def _weekday(weekday: int, language: str) -> str:
    return str(format_date(dt.date(2024, 1, 1 + weekday), "EEE", locale=language))


def short_day(day: dt.date) -> str:
    """12-06 (Sun), in Chinese 12-06（周日）; with the year when it is not this one."""
    written = f"{day:%m-%d}" if day.year == clock.today().year else day.isoformat()
    weekday = _weekday(day.weekday(), locale())
    return f"{written}（{weekday}）" if _is_chinese() else f"{written} ({weekday})"


def full_day(day: dt.date) -> str:
    """The date in full words, for the hover."""
    return str(format_date(day, "full", locale=locale()))


def short_moment(moment: dt.datetime) -> str:
    """12-06 14:30 on the company's clock; with the year when it is not this one."""
    local = moment.astimezone(clock.zone())
    return f"{local:%m-%d %H:%M}" if local.year == clock.today().year else f"{local:%Y-%m-%d %H:%M}"


def quantity(value: Decimal | int | None) -> str:
    """1,200 or 0.5: no zeros that say nothing."""
    if value is None:
        return ""
    plain = f"{Decimal(value).normalize():f}"
    whole, _point, part = plain.partition(".")
    return number_format(whole, force_grouping=True) + (f".{part}" if part else "")


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def unit(value: Any) -> str:
    """A unit (or the code of one) in the reader's language: pcs, and 件 in Chinese.

    Where only the code is at hand, what the unit is called where it is one of the standard ones.
    """
    code = str(getattr(value, "code", value) or "")
    if not _is_chinese():
        return code
    return str(getattr(value, "name_zh", "") or _CHINESE_UNITS.get(code, code))


def amount(value: Decimal | None, currency: str = "") -> str:
    """1,234.50 in the currency's own number of decimals; finer prices keep theirs."""
    if value is None:
        return ""
    value = Decimal(value)
    places = -int(minor_unit(currency).as_tuple().exponent) if currency else 2
    finer = -int(value.normalize().as_tuple().exponent)
    return number_format(value, decimal_pos=max(places, finer), force_grouping=True)


def money(value: Decimal | None, currency: str) -> str:
    """USD 1,234.50"""
    return f"{currency} {amount(value, currency)}" if value is not None else ""


def bare(value: Decimal | None) -> str:
    """A number as an input takes it: no thousands, no zeros that say nothing."""
    return "" if value is None else f"{value.normalize():f}"


def link_of(about: str, told: str = "") -> SafeString:
    """A document named as in the journal ("orders.line:12") as a link to its page, if any.

    `told` is what people call it, where that is known.
    """
    label, _colon, key = about.partition(":")
    name = PAGE_OF.get(label)
    if not name or not key.isdecimal():
        return format_html("{}", about)
    try:
        url = reverse(name, args=[int(key)])
    except NoReverseMatch:
        return format_html("{}", about)
    words = told or f"{KIND_OF.get(label, label)} {key}"
    return format_html('<a href="{}">{}</a>', url, words)
