"""Placeholders in clauses: {penalty_per_day} and the like, filled from an order's terms."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

PLACEHOLDERS = {
    "over_percent": _("more that is accepted (%)"),
    "short_percent": _("less that is accepted (%)"),
    "penalty_per_day": _("penalty per day (%)"),
    "penalty_most": _("penalty at most (%)"),
    "grace_days": _("days of grace"),
    "claims_days": _("days for claims"),
    "inspector": _("who inspects"),
    "inspection_standard": _("inspection standard"),
    "inspection_place": _("place of inspection"),
    "aql": _("AQL major / minor"),
    "incoterm": _("Incoterm"),
    "place": _("place of the Incoterm"),
    "port": _("port of loading"),
    "discharge_port": _("port of discharge"),
    "latest_shipment": _("latest shipment"),
    "partial": _("partial shipment: allowed or not"),
    "transshipment": _("transshipment: allowed or not"),
    "payment": _("payment plan in words"),
    "packing": _("packing"),
    "documents": _("documents with copies"),
    "governing_law": _("governing law"),
    "arbitration": _("arbitration"),
    "seller": _("our name"),
    "buyer": _("the customer's name"),
}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def unknown_in(text: str) -> list[str]:
    """The placeholders of a text that nothing fills, and single braces as they stand."""
    unknown = [name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]
    rest = _PLACEHOLDER.sub("", text)
    return list(dict.fromkeys([*unknown, *re.findall(r"[{}]", rest)]))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled; what is filled in is not looked at again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found.group(1), found.group(0)), text)
