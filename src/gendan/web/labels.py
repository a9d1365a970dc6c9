"""Names of columns on pages, where the table itself has none in words."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, Any] = {
    "after": _("after"),
    "break_minutes": _("break (minutes)"),
    "calendar": _("working calendar"),
    "carton_kg": _("carton weight (kg)"),
    "carton_m3": _("carton volume (m³)"),
    "day": _("day"),
    "department": _("department"),
    "discount_percent": _("discount (%)"),
    "documents_required": _("papers required"),
    "due_on": _("due"),
    "expires_on": _("expires"),
    "factor": _("how many"),
    "family": _("family"),
    "from_quantity": _("from quantity"),
    "instalments": _("instalments"),
    "into": _("of unit"),
    "is_outside": _("outside factory"),
    "item": _("item"),
    "joined_on": _("joined"),
    "kind": _("kind"),
    "label": _("label"),
    "left_on": _("left"),
    "location": _("location"),
    "lot_rule": _("lot rule"),
    "made_on": _("made"),
    "merchandiser": _("merchandiser"),
    "method": _("method"),
    "minutes_per_day": _("minutes per working day"),
    "name_en": _("name (English)"),
    "name_zh": _("name (Chinese)"),
    "over_percent": _("over-delivery accepted (%)"),
    "parent": _("inside"),
    "partner": _("company"),
    "payment_terms": _("payment terms"),
    "person": _("person"),
    "price_list": _("price list"),
    "price_per": _("per (quantity)"),
    "quantity": _("quantity"),
    "rank": _("rank"),
    "rate": _("rate"),
    "reason": _("reason"),
    "rec20": _("UN/ECE code"),
    "remark": _("remark"),
    "shift": _("shift"),
    "short_percent": _("short delivery accepted (%)"),
    "sizes": _("sizes"),
    "skills": _("skills"),
    "specification_version": _("specification version"),
    "step": _("smallest step"),
    "traced": _("traced"),
    "unit": _("unit"),
    "unit_price": _("unit price"),
    "user": _("user name"),
    "weekdays": _("working days of the week"),
    "customer": _("customer"),
    "code": _("code"),
    "name": _("name"),
}


def label_of(column: "models.Field[Any, Any]") -> str:
    """The words of a column, beginning with a capital letter."""
    words = column.verbose_name or ""
    if not words or str(words) == column.name.replace("_", " "):
        words = LABELS.get(column.name, words or column.name)
    text = str(words)
    return text[:1].upper() + text[1:]
