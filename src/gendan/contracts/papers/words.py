"""The words of papers in both languages: always both, whatever the reader's language is."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from gendan.contracts.models import Inspector
from gendan.contracts.models import PaperKind as Kind
from gendan.kernel.money import minor_unit, round_money
from gendan.partners.models import PaymentEvent


class Both(NamedTuple):
    """The same in English and Chinese."""

    en: str
    zh: str

    def as_data(self) -> dict[str, str]:
        """As papers and snapshots keep it."""
        return {"en": self.en, "zh": self.zh}


TITLES = {
    Kind.PROFORMA.value: Both("PROFORMA INVOICE", "形式发票"),
    Kind.CONTRACT.value: Both("SALES CONTRACT", "销售合同"),
}
ALLOWED = {True: Both("allowed", "允许"), False: Both("not allowed", "不允许")}
INSPECTORS = {
    Inspector.SELLER.value: Both("the seller", "卖方"),
    Inspector.BUYER.value: Both("the buyer or the buyer's agent", "买方或其代理人"),
    Inspector.THIRD_PARTY.value: Both("an independent inspection company", "第三方检验机构"),
}
METHODS = {
    "sea": Both("by sea", "海运"),
    "air": Both("by air", "空运"),
    "express": Both("by express", "快递"),
    "rail": Both("by rail", "铁路运输"),
    "road": Both("by road", "公路运输"),
    "pickup": Both("picked up by the buyer", "买方自提"),
}
# What follows "x %": (without days, with days after it)
_EVENTS: dict[str, tuple[Both, Both]] = {
    PaymentEvent.CONTRACT: (
        Both("by T/T deposit upon signing", "签约后电汇支付定金"),
        Both("by T/T deposit within {days} days after signing", "签约后{days}天内电汇支付定金"),
    ),
    PaymentEvent.BEFORE_PRODUCTION: (
        Both("by T/T before production", "投产前电汇付清"),
        Both("by T/T before production, {days} days' notice", "投产前电汇付清（通知后{days}天内）"),
    ),
    PaymentEvent.BEFORE_SHIPMENT: (
        Both("by T/T before shipment", "发货前电汇付清"),
        Both("by T/T {days} days before shipment", "发货前{days}天电汇付清"),
    ),
    PaymentEvent.BILL_OF_LADING: (
        Both("by T/T against copy of the bill of lading", "凭提单副本电汇付清"),
        Both(
            "by T/T within {days} days after copy of the bill of lading",
            "收到提单副本后{days}天内电汇付清",
        ),
    ),
    PaymentEvent.SIGHT: (
        Both("by irrevocable letter of credit at sight", "不可撤销即期信用证"),
        Both(
            "by irrevocable letter of credit at {days} days after sight",
            "不可撤销见票后{days}天远期信用证",
        ),
    ),
    PaymentEvent.INVOICE: (
        Both("by T/T upon receipt of invoice", "收到发票后电汇付清"),
        Both("by T/T within {days} days after invoice date", "开票后{days}天内电汇付清"),
    ),
    PaymentEvent.ARRIVAL: (
        Both("by T/T upon arrival of the goods", "货到后电汇付清"),
        Both("by T/T within {days} days after arrival", "货到后{days}天内电汇付清"),
    ),
}


def payment(event: str, percent: Decimal, days: int) -> Both:
    """A part of the payment plan in words."""
    plain, later = _EVENTS[event]
    chosen = later if days else plain
    share = number(percent)
    return Both(f"{share}% {chosen.en.format(days=days)}", f"{share}%{chosen.zh.format(days=days)}")


def number(value: Decimal) -> str:
    """A number with thousands and without trailing zeros."""
    plain = value.normalize()
    return f"{plain:,f}"


def money(value: Decimal, currency: str) -> str:
    """An amount with thousands and the currency's decimals."""
    return f"{round_money(value, currency):,f}"


def price(value: Decimal, currency: str) -> str:
    """A price: at least the currency's decimals, more where it has more."""
    plain = value.normalize()
    return money(value, currency) if plain == round_money(plain, currency) else f"{plain:,f}"


def day(value: dt.date | None) -> str:
    """A date nobody reads wrongly: 2026-11-25."""
    return value.isoformat() if value else ""


def decimals(currency: str) -> int:
    """How many decimals a currency has."""
    exponent = minor_unit(currency).as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 2
