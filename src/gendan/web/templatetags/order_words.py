"""Filters of the order and follow-up pages: coded values in the reader's words."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from gendan.followup.models import DelayReason, Health, JourneyStage, Milestone, Party
from gendan.orders import reasons
from gendan.orders.models import Channel, OrderState, ReviewerRole, ReviewKind, Stage

register = template.Library()

# Names of an order's values in a change; a path's last part is looked up here.
VALUE_WORDS = {
    "quantity": gettext_lazy("quantity"),
    "specification_version": gettext_lazy("specification version"),
    "unit_price": gettext_lazy("unit price"),
    "price_per": gettext_lazy("price per"),
    "discount_percent": gettext_lazy("discount (%)"),
    "amount": gettext_lazy("amount"),
    "requested_on": gettext_lazy("requested date"),
    "promised_on": gettext_lazy("promised date"),
    "forecast_on": gettext_lazy("forecast date"),
    "description": gettext_lazy("description"),
    "item": gettext_lazy("item"),
    "customer_code": gettext_lazy("customer's item code"),
    "carton_rule": gettext_lazy("carton rule"),
    "assortment": gettext_lazy("assortment"),
    "is_cancelled": gettext_lazy("cancelled"),
    "deliveries": gettext_lazy("dated deliveries"),
    "position": gettext_lazy("position"),
    "customer_order_number": gettext_lazy("customer's order number"),
    "contact": gettext_lazy("contact"),
    "contact_id": gettext_lazy("contact"),
    "ordered_on": gettext_lazy("order date"),
    "merchandiser": gettext_lazy("merchandiser"),
    "merchandiser_id": gettext_lazy("merchandiser"),
    "currency": gettext_lazy("currency"),
    "total": gettext_lazy("total"),
    "payment_terms": gettext_lazy("payment terms"),
    "payment_terms_id": gettext_lazy("payment terms"),
    "instalments": gettext_lazy("payment plan"),
    "incoterm": gettext_lazy("Incoterm"),
    "incoterm_place": gettext_lazy("Incoterm place"),
    "delivery_method": gettext_lazy("delivery method"),
    "destination_country": gettext_lazy("destination country"),
    "destination": gettext_lazy("destination"),
    "ship_policy": gettext_lazy("shipped together or by line"),
    "over_percent": gettext_lazy("over-delivery (%)"),
    "short_percent": gettext_lazy("short delivery (%)"),
    "packing": gettext_lazy("packing"),
    "shipping_marks": gettext_lazy("shipping marks"),
    "documents_required": gettext_lazy("papers required"),
    "remark": gettext_lazy("remark"),
}


def _label(choices: Any, value: Any) -> str:
    labels: Mapping[str, str] = dict(choices.choices)
    return str(labels.get(str(value), value or "–"))


@register.filter
def party_words(value: str) -> str:
    """A party's code as words: "customer" → 客户."""
    return _label(Party, value)


@register.filter
def health_words(value: str) -> str:
    """How an order stands, as words."""
    return _label(Health, value)


@register.filter
def hold_stage_words(value: str) -> str:
    """A stage that a hold keeps back, as words."""
    return _label(Stage, value)


@register.filter
def journey_stage_words(value: str) -> str:
    """A stage of the journey, as words."""
    return _label(JourneyStage, value)


@register.filter
def delay_words(value: str) -> str:
    """A reason code of a revision, as words."""
    return _label(DelayReason, value)


@register.filter
def channel_words(value: str) -> str:
    """How an order came in, as words."""
    return _label(Channel, value)


@register.filter
def state_words(value: str) -> str:
    """An order's state, as words."""
    return _label(OrderState, value)


@register.filter
def path_words(path: str) -> str:
    """Where a change lies, as words: "lines.2.quantity" → "Line 2: quantity"."""
    parts = [part for part in re.split(r"[.\[\]]+", str(path)) if part]
    named = [str(VALUE_WORDS[part]) for part in parts if part in VALUE_WORDS]
    name = named[-1] if named else (parts[-1].replace("_", " ") if parts else "")
    if len(parts) > 1 and parts[0] == "lines":
        if len(parts) == 2:
            return _("Line %(position)s") % {"position": parts[1]}
        return _("Line %(position)s: %(value)s") % {"position": parts[1], "value": name}
    return name


@register.filter
def milestone_name(data: Mapping[str, Any]) -> str:
    """The name of the milestone a fact carries, in the reader's language, else in the other one."""
    english, chinese = str(data.get("name_en") or ""), str(data.get("name_zh") or "")
    chinese_first = (get_language() or "").startswith("zh")
    return (chinese or english) if chinese_first else (english or chinese)


@register.filter
def dict_get(mapping: Any, key: Any) -> Any:
    """A value of a dictionary by a key that is itself a variable."""
    return mapping.get(key) if isinstance(mapping, Mapping) else None


PAPER_KINDS = {
    "original": gettext_lazy("customer's document"),
    "contract": gettext_lazy("contract"),
    "specification": gettext_lazy("specification"),
    "sample": gettext_lazy("sample comment"),
    "photo": gettext_lazy("photo"),
    "inspection": gettext_lazy("inspection report"),
    "shipping": gettext_lazy("shipping paper"),
    "payment": gettext_lazy("proof of payment"),
}
_ENGINES = {
    "capable": gettext_lazy("by material and free capacity"),
    "rush": gettext_lazy("before all others, as a rush order"),
    "fixed_lead_times": gettext_lazy("by fixed lead times"),
    "as_requested": gettext_lazy("as the customer asked, not computed"),
    "amended": gettext_lazy("as amended"),
}


@register.filter
def paper_words(kind: str) -> str:
    """What an attachment is, as words; unknown kinds as they are."""
    return str(PAPER_KINDS.get(kind, kind))


@register.filter
def engine_words(engine: str) -> str:
    """How a promise was worked out."""
    return str(_ENGINES.get(engine, engine.replace("_", " ")))


@register.filter
def reason_lines(checked: Any) -> list[str]:
    """The reasons of a check or of a line's promise as sentences."""
    return [reasons.words(reason) for reason in checked.reasons]


@register.filter
def review_words(value: str) -> str:
    """What a review looks at, as words."""
    return _label(ReviewKind, value)


@register.filter
def role_words(value: str) -> str:
    """The role that does a review, as words."""
    return _label(ReviewerRole, value)


@register.filter
def spare_words(milestone: Milestone) -> str:
    """What a milestone has to spare, or is short of: of the way in calendar days, as it counts."""
    days, number = milestone.float_days, abs(milestone.float_days)
    if milestone.travel and days < 0:
        words = ngettext("%(days)s calendar day short", "%(days)s calendar days short", number)
    elif milestone.travel:
        words = ngettext("%(days)s calendar day", "%(days)s calendar days", number)
    elif days < 0:
        words = ngettext("%(days)s working day short", "%(days)s working days short", number)
    else:
        words = ngettext("%(days)s working day", "%(days)s working days", number)
    return words % {"days": number}


@register.filter
def absolute(number: Any) -> Any:
    """A number without its sign: words say which side it is on."""
    return abs(number)


@register.filter
def as_day(text: Any) -> dt.date | None:
    """A date that a fact carries as text."""
    return dt.date.fromisoformat(str(text)[:10]) if text else None
