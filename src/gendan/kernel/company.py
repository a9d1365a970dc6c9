"""What the company has set on its settings page: values by key, with the defaults of this list."""

from typing import Any

from django.conf import settings

from gendan.kernel.models import Setting

DEFAULTS: dict[str, Any] = {
    "company_name": {"en": "", "zh": ""},
    "approval_limit_days": 3,  # a milestone moved later by more than this needs a manager
    "price_tolerance_percent": 2,  # deviation from the list price that is still amber, not red
    "default_over_percent": 5,
    "default_short_percent": 5,
    "count_tolerance_percent": 2,  # a variance beyond it is counted again by another person
    "count_approval_amount": 500,  # a variance worth more needs a manager
    "credit_overdue_days": 15,  # money owed for longer than this stops new confirmations
    # A supplier's other day, no further from the one asked for than this, is taken at once.
    "purchase_counter_days": 0,
    # Orders of one buyer to one supplier within so many days count together for approval; 0: not.
    "purchase_split_days": 7,
    # A supplier is chased so long after an order was sent, before it is due, after the last mail.
    "purchase_chase_unconfirmed_days": 2,
    "purchase_chase_before_days": 5,
    "purchase_chase_again_days": 2,
    # "off": never; "ask": written, a buyer presses; "send": by itself, at most so many a day.
    "purchase_chase_mode": "ask",
    "purchase_chase_most_a_day": 30,
    # How far a supplier's invoice may be from what was ordered and has come.
    "match_price_percent": 0,
    "match_quantity_percent": 0,
    # Between these hours of a working day time counts towards an answer.
    "work_starts": "08:30",
    "work_ends": "17:30",
    "order_address": "",  # where answers to our mails are to go: a mailbox that is read here
    "second_factor_roles": [],  # who must have an authenticator app or a passkey
}

# What a setting may be, where only some words are meant.
CHOICES: dict[str, tuple[str, ...]] = {"purchase_chase_mode": ("off", "ask", "send")}


def value(key: str) -> Any:
    """The value in force. Raises KeyError for a key that is not in DEFAULTS."""
    kept = Setting.objects.filter(key=key).values_list("value", flat=True).first()
    return DEFAULTS[key] if kept is None else kept


def values(*keys: str) -> dict[str, Any]:
    """Several values with one query."""
    kept = dict(Setting.objects.filter(key__in=keys).values_list("key", "value"))
    return {key: kept.get(key, DEFAULTS[key]) for key in keys}


def public_url(path: str) -> str:
    """The whole address of a page of ours, for mails, feeds and webhooks."""
    return f"{settings.PUBLIC_URL}{path}"
