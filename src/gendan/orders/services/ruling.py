"""Rules that block or warn, the credit of customers, and letting an order pass all the same."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import IllegalStep
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Clear, Problems, upsert
from gendan.kernel.service import service
from gendan.orders.events import CreditOverridden, OrderRulesSaved, RuleOverridden
from gendan.orders.models import Order, OrderOverride, OrderRule, OrderState
from gendan.orders.review_sql import GOODS
from gendan.orders.services.readiness import readiness_of
from gendan.orders.services.reading import Refused, read_text
from gendan.orders.services.refusals import locked_order


@dataclass(frozen=True)
class OrderRuleRow:
    """A rule by its code; whatever is named (item, family, customer, country) must all fit."""

    code: str
    effect: str | None = None
    item: str | Clear | None = None
    family: str | Clear | None = None
    customer: str | Clear | None = None
    country: str | None = None
    message_en: str | None = None
    message_zh: str | None = None
    valid_from: dt.date | Clear | None = None
    valid_until: dt.date | Clear | None = None
    is_active: bool | None = None
    remove: bool = False


class NothingToOverride(IllegalStep):
    """What is to be overridden does not stand in the way."""


@service(gettext_lazy("Save order rules"))
def save_order_rules(*, rows: Sequence[OrderRuleRow], by: User | None) -> list[OrderRule]:
    """Make, change or remove rules that stop or warn; they hold for every draft from now on."""

    def check(rule: OrderRule, index: int, problems: Problems) -> None:
        if not (rule.item_id or rule.family_id or rule.customer_id or rule.country):
            problems.add(index, "item", _("Name an item, a family, a customer or a country."))
        if rule.country and not re.fullmatch("[A-Z]{2}", rule.country):
            problems.add(
                index, "country", _("A country is given by its two capital letters: CN, DE, US.")
            )
        if not rule.message_en and not rule.message_zh:
            problems.add(index, "message_en", _("Say what the rule is for, in one language."))
        if rule.valid_from and rule.valid_until and rule.valid_until < rule.valid_from:
            problems.add(index, "valid_until", _("It ends before it begins."))

    saved = upsert(OrderRule, rows, key=("code",), check=check)
    codes = [one.code for one in saved.touched]
    record_saved(OrderRulesSaved, saved, room="orders", codes=codes, by=by)
    return saved.objects


@service(gettext_lazy("Override the rule"))
def override_rule(*, order_id: int, rule_id: int, reason: str, by: User | None) -> OrderOverride:
    """Let a draft pass although a rule stops it: for these goods to this country, with a reason."""
    order = _locked_draft(order_id)
    reason = _reason(reason)
    hit = next((one for one in readiness_of(order).blocks if one.pk == rule_id), None)
    if hit is None:
        raise NothingToOverride(_("This rule does not stop the order."))
    made = _keep(
        order,
        OrderOverride.Kind.RULE,
        reason,
        by,
        rule_id=hit.pk,
        digest=_goods_of(order),
        details={"code": hit.code, "message_en": hit.en, "message_zh": hit.zh},
    )
    journal.record(
        RuleOverridden(order_id=order.pk, rule_id=hit.pk, code=hit.code, reason=reason),
        about=order,
        by=by,
    )
    return made


@service(gettext_lazy("Override the credit limit"))
def override_credit(*, order_id: int, reason: str, by: User | None) -> OrderOverride:
    """Let a draft of its present value pass although the customer's credit does not allow it."""
    order = _locked_draft(order_id)
    reason = _reason(reason)
    credit = readiness_of(order).credit
    if not credit.stops:
        raise NothingToOverride(_("The customer's credit does not stop the order."))
    figures = {
        "limit": str(credit.limit) if credit.limit is not None else "",
        "exposure": str(credit.exposure),
        "overdue": str(credit.overdue),
    }
    made = _keep(
        order,
        OrderOverride.Kind.CREDIT,
        reason,
        by,
        up_to=order.total_company,
        details=figures,
    )
    journal.record(
        CreditOverridden(order_id=order.pk, reason=reason, **figures), about=order, by=by
    )
    return made


def _locked_draft(order_id: int) -> Order:
    order = locked_order(order_id)
    if order.state != OrderState.DRAFT:
        raise IllegalStep(
            _("%(order)s is “%(state)s”; there is nothing to override.")
            % {"order": order.number, "state": order.get_state_display()}
        )
    return order


def _reason(text: str) -> str:
    reason = read_text(text, 500, field="reason")
    if not reason:
        raise Refused(_("Say why the order goes on all the same."), field="reason")
    return reason


def _goods_of(order: Order) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {GOODS} FROM orders_order o WHERE o.id = %s", [order.pk])  # noqa: S608
        return str(cursor.fetchone()[0])


def _keep(order: Order, kind: str, reason: str, by: User | None, **values: object) -> OrderOverride:
    made = OrderOverride(order=order, kind=kind, reason=reason, by=by, at=clock.now(), **values)
    made.save(force_insert=True)
    return made
