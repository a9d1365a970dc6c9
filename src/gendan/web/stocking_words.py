"""What forecasts and limits say, in words: the method and its error, odd histories, failures."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gendan.kernel import clock
from gendan.stocking.models import ItemForecast
from gendan.web import words

TABS = (
    ("stock_policies", gettext_lazy("Limits")),
    ("request_reorders", gettext_lazy("To order")),
    ("item_forecasts", gettext_lazy("Forecasts")),
    ("surplus", gettext_lazy("Too much")),
    ("stock_classes", gettext_lazy("ABC and XYZ")),
    ("stock_what_if", gettext_lazy("What service costs")),
)
FAILURES: dict[str, Any] = {
    "crashed": gettext_lazy(
        "Its worker was ended several times in the middle of it, perhaps for lack of memory."
    ),
    "bug": gettext_lazy("Something unexpected went wrong; it is written down for support."),
}
# Codes of the engine (engine/forecast/history.py).
NOTES: dict[str, Any] = {
    "negative": gettext_lazy("In some months more came back than went out; they count as nothing."),
    "spike": gettext_lazy(
        "A month beyond all measure counts as six times what is usual, so that it does not decide "
        "everything."
    ),
    "not_a_number": gettext_lazy("Some months held no usable number; they count as nothing."),
}
PATTERNS: dict[str, Any] = {
    "none": gettext_lazy("It was never used, so nothing is expected."),
    "single": gettext_lazy(
        "It was used in one month only: what is expected is a guess from that one month."
    ),
    "short": gettext_lazy(
        "It is new: there are too few months to try methods on, so the mean so far is taken."
    ),
    "intermittent": gettext_lazy("It is used by fits and starts, with empty months between."),
    "smooth": gettext_lazy("It is used in most months."),
}


def number(value: float) -> Decimal:
    """A calculated number as it is shown: three digits that count, whole ones from 100 on."""
    size = abs(value)
    places = 0 if size >= 100 else 1 if size >= 10 else 2
    return Decimal(f"{value:.{places}f}")


def shown(value: float) -> str:
    """The same as text."""
    return str(words.quantity(number(value)))


def percent(value: float) -> Decimal:
    """A share as percent with one decimal."""
    return Decimal(f"{value * 100:.1f}")


def method_words(found: ItemForecast) -> str:
    """The method with its season."""
    name = str(found.get_method_display())
    if found.is_seasonal and found.method != ItemForecast.Method.SEASONAL_NAIVE:
        return _("%(method)s, with season") % {"method": name}
    return name


def sentences(found: ItemForecast) -> list[str]:
    """How the forecast came about and how far off it was, sentence by sentence."""
    said = [str(PATTERNS[found.pattern])]
    if found.is_seasonal:
        said.append(_("It has a season that repeats year by year."))
    if found.tried:
        said += [_tried(found), *_against_naive(found)]
    return said + [str(NOTES[note]) for note in found.notes if note in NOTES]


def _tried(found: ItemForecast) -> str:
    off = dict(found.tried).get(found.method, 0.0)
    count = len(found.tried)
    return ngettext(
        "%(count)s method was tried on the past: %(method)s, off by %(off)s a month on average.",
        "Of %(count)s methods tried on the past, %(method)s was taken: off by %(off)s a month on "
        "average.",
        count,
    ) % {"count": count, "method": method_words(found), "off": shown(off)}


def _against_naive(found: ItemForecast) -> list[str]:
    if found.mase is None:
        return []
    better = round((1 - found.mase) * 100)
    if better > 0:
        words_of = _("That is %(percent)s %% less than by taking each month as the one before.")
        return [words_of % {"percent": better}]
    return [
        _("Taking each month as the one before would do as well: it cannot be foretold better.")
    ]


def surplus_reasons(one: Any) -> list[str]:
    """Why an item's stock is too much."""
    said = []
    if one.expires_on:
        said.append(_("expires on %(day)s") % {"day": words.short_day(one.expires_on)})
    if one.is_left_over:
        said.append(_("left over from a cancelled order"))
    if one.is_slow:
        said.append(_("not used for six months"))
    if one.is_excess:
        said.append(_("more than a year needs"))
    return said


def last_used_words(one: Any) -> str:
    """The month in which it was last used, be it the present one."""
    days = [one.last_used_on, clock.date_of(one.last_out) if one.last_out else None]
    last = max((day for day in days if day), default=None)
    return f"{last:%Y-%m}" if last else _("never")


def surplus_proposal(one: Any) -> str:
    """What could become of it: the first that fits."""
    if one.offers:
        return ngettext(
            "offer it to %(count)s open order line",
            "offer it to %(count)s open order lines",
            one.offers,
        ) % {"count": one.offers}
    if one.expires_on:
        return _("use it first, or offer it before it expires")
    if one.is_excess and not one.is_slow:
        return _("order nothing until it is used")
    if one.supply == "make":
        return _("rework it into what is wanted")
    return _("return it to the supplier")
