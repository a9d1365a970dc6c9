"""What must be true before an order is confirmed: reviews, rules, credit, in one statement."""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gendan.kernel import clock, company
from gendan.kernel.errors import DomainError
from gendan.kernel.money import round_money
from gendan.orders.models import Order, OrderReview, ReviewerRole, ReviewKind
from gendan.orders.review_sql import ASKED, GOODS
from gendan.orders.services.refusals import url_of

_READY = f"""
SELECT
  (SELECT jsonb_agg(jsonb_build_object('id', v.id, 'kind', a.kind, 'role', a.role,
      'digest', a.digest, 'remark', v.remark, 'by', u.name,
      'state', CASE WHEN v.digest = a.digest THEN v.state ELSE 'open' END) ORDER BY a.kind, a.role)
   FROM ({ASKED}) a
   LEFT JOIN orders_orderreview v
     ON v.order_id = a.order_id AND v.kind = a.kind AND v.role = a.role
   LEFT JOIN kernel_user u ON u.id = v.by_id),
  (SELECT jsonb_agg(jsonb_build_object('id', r.id, 'code', r.code, 'effect', r.effect,
      'en', r.message_en, 'zh', r.message_zh, 'is_overridden', EXISTS (
        SELECT FROM orders_orderoverride w
        WHERE w.order_id = o.id AND w.rule_id = r.id AND w.digest = {GOODS})) ORDER BY r.id)
   FROM orders_orderrule r
   WHERE r.is_active AND COALESCE(r.valid_from <= %(today)s, TRUE)
     AND COALESCE(r.valid_until >= %(today)s, TRUE)
     AND COALESCE(r.customer_id = o.customer_id, TRUE)
     AND r.country IN ('', o.destination_country)
     AND ((r.item_id IS NULL AND r.family_id IS NULL) OR EXISTS (
       SELECT FROM orders_line l JOIN catalog_item i ON i.id = l.item_id
       WHERE l.order_id = o.id AND NOT l.is_cancelled AND COALESCE(l.item_id = r.item_id, TRUE)
         AND COALESCE(i.family_id = r.family_id, TRUE)))),
  p.credit_limit,
  CASE WHEN p.credit_limit IS NULL THEN NULL ELSE (
    SELECT sum(l.amount * GREATEST(l.quantity - l.delivered, 0) / l.quantity
      * x.total_company / NULLIF(x.total, 0))
    FROM orders_order x JOIN orders_line l ON l.order_id = x.id AND NOT l.is_cancelled
    WHERE x.customer_id = o.customer_id AND x.state = 'confirmed' AND x.id <> o.id) END,
  (SELECT jsonb_agg(jsonb_build_object('currency', d.currency, 'outstanding', d.outstanding,
      'overdue', d.overdue, 'oldest', d.oldest_due_on, 'rate', (
        SELECT e.rate FROM catalog_exchangerate e
        WHERE e.currency = d.currency AND e.day <= %(today)s ORDER BY e.day DESC LIMIT 1))
      ORDER BY d.currency)
   FROM partners_customerdebt d WHERE d.customer_id = o.customer_id),
  (SELECT value FROM kernel_setting WHERE key = 'credit_overdue_days'),
  (SELECT max(w.up_to) FROM orders_orderoverride w
   WHERE w.order_id = o.id AND w.kind = 'credit')
FROM orders_order o JOIN partners_partner p ON p.id = o.customer_id WHERE o.id = %(order)s
"""  # noqa: S608 (only constants are put together)


class NotReady(DomainError):
    """Several things stand in the way of confirming; `params["stops"]` names each."""


class ReviewsMissing(DomainError):
    """Reviews that rules require have not been done."""


class ReviewObjectedTo(DomainError):
    """A reviewer has objected."""


class RuleStops(DomainError):
    """A rule stops this order."""


class WarningsUnseen(DomainError):
    """A warning that whoever confirms has not said to have seen."""


class CreditExceeded(DomainError):
    """The customer would owe more than the limit."""


class CreditUnknown(DomainError):
    """What the customer would owe cannot be computed: an exchange rate is missing."""


class DebtsOverdue(DomainError):
    """The customer has owed money for too long."""


@dataclass(frozen=True, slots=True)
class AskedReview:
    """A review that the rules ask of an order now, and how it stands."""

    pk: int | None
    kind: str
    role: str
    state: str
    digest: str
    remark: str = ""
    by: str = ""

    @property
    def words(self) -> str:
        """“price (sales)”."""
        return f"{ReviewKind(self.kind).label} ({ReviewerRole(self.role).label})"

    @property
    def meaning(self) -> str:
        """The state as pages colour it: what waits has not been started."""
        return "todo" if self.state == OrderReview.State.OPEN else self.state

    @property
    def state_words(self) -> str:
        """How it stands, in words."""
        return str(OrderReview.State(self.state).label)


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule that fits an order."""

    pk: int
    code: str
    effect: str
    en: str
    zh: str
    is_overridden: bool

    @property
    def message(self) -> str:
        """What the rule says, in the reader's language."""
        chinese_first = (get_language() or "").startswith("zh")
        return ((self.zh or self.en) if chinese_first else (self.en or self.zh)) or self.code

    @property
    def is_block(self) -> bool:
        """Whether it stops the confirmation."""
        return self.effect == "block"


@dataclass(frozen=True, slots=True)
class Credit:
    """Where the customer stands with this order, in the company's currency."""

    limit: Decimal | None
    open_orders: Decimal
    debts: Decimal
    this_order: Decimal
    overdue: Decimal
    oldest_due_on: dt.date | None
    days: int
    unknown: list[str] = field(default_factory=list)  # currencies without an exchange rate
    is_overridden: bool = False

    @property
    def exposure(self) -> Decimal:
        """What the customer would owe once this order is confirmed."""
        return self.open_orders + self.debts + self.this_order

    @property
    def is_exceeded(self) -> bool:
        """Whether that is more than the limit."""
        return self.limit is not None and self.exposure > self.limit

    @property
    def is_overdue(self) -> bool:
        """Whether money is owed for longer than the company bears."""
        if self.overdue <= 0:
            return False
        return self.oldest_due_on is None or (clock.today() - self.oldest_due_on).days > self.days

    @property
    def stops(self) -> bool:
        """Whether the credit stands in the way."""
        troubles = self.is_exceeded or self.is_overdue or (self.limit is not None and self.unknown)
        return bool(troubles) and not self.is_overridden


@dataclass(frozen=True, slots=True)
class Readiness:
    """Everything rules say about confirming an order."""

    order: Order
    reviews: list[AskedReview]
    rules: list[RuleHit]
    credit: Credit

    @property
    def blocks(self) -> list[RuleHit]:
        """The rules that stop the order and were not overridden."""
        return [rule for rule in self.rules if rule.is_block and not rule.is_overridden]

    @property
    def warnings(self) -> list[RuleHit]:
        """The rules that warn."""
        return [rule for rule in self.rules if not rule.is_block]

    def stops(self, seen_warnings: Collection[int] | None = ()) -> list[DomainError]:
        """What stands in the way, each as its refusal (None: warnings are not asked)."""
        found = [*self._review_stops()]
        link = url_of(self.order.pk) + "#ready"
        found += [
            RuleStops(
                _("Rule %(code)s: %(message)s") % {"code": rule.code, "message": rule.message},
                link=link,
                rule_id=rule.pk,
            )
            for rule in self.blocks
        ]
        if seen_warnings is not None:
            unseen = [rule for rule in self.warnings if rule.pk not in seen_warnings]
            if unseen:
                found.append(
                    WarningsUnseen(
                        _("Say that you have seen this warning: %(messages)s")
                        % {"messages": "; ".join(rule.message for rule in unseen)},
                        field="seen_warnings",
                        link=link,
                        warnings=[rule.pk for rule in unseen],
                    )
                )
        return found + self._credit_stops()

    def _review_stops(self) -> list[DomainError]:
        found: list[DomainError] = []
        link = url_of(self.order.pk) + "#ready"
        missing = [one for one in self.reviews if one.state == OrderReview.State.OPEN]
        if missing:
            found.append(
                ReviewsMissing(
                    _("Not reviewed yet: %(reviews)s.")
                    % {"reviews": ", ".join(one.words for one in missing)},
                    link=review_url(missing[0].pk) if len(missing) == 1 else link,
                    reviews=[{"id": one.pk, "kind": one.kind, "role": one.role} for one in missing],
                )
            )
        found += [
            ReviewObjectedTo(
                _("%(review)s: %(person)s objects: %(remark)s")
                % {"review": one.words, "person": one.by, "remark": one.remark},
                link=review_url(one.pk),
                review_id=one.pk,
            )
            for one in self.reviews
            if one.state == OrderReview.State.OBJECTED
        ]
        return found

    def _credit_stops(self) -> list[DomainError]:
        credit, link = self.credit, url_of(self.order.pk) + "#ready"
        if not credit.stops:
            return []
        found: list[DomainError] = []
        currency = settings.COMPANY_CURRENCY
        if credit.limit is not None and credit.unknown:
            found.append(
                CreditUnknown(
                    _("The credit cannot be computed: there is no exchange rate of %(currency)s.")
                    % {"currency": ", ".join(credit.unknown)},
                    link=link,
                )
            )
        if credit.is_exceeded:
            found.append(
                CreditExceeded(
                    _(
                        "Above the credit limit: %(exposure)s of %(limit)s %(currency)s with this "
                        "order."
                    )
                    % {
                        "exposure": f"{credit.exposure:,.2f}",
                        "limit": f"{credit.limit:,.2f}",
                        "currency": currency,
                    },
                    link=link,
                    exposure=str(credit.exposure),
                    limit=str(credit.limit),
                )
            )
        if credit.is_overdue:
            found.append(
                DebtsOverdue(
                    _("%(overdue)s %(currency)s are overdue, the oldest since %(day)s.")
                    % {
                        "overdue": f"{credit.overdue:,.2f}",
                        "currency": currency,
                        "day": credit.oldest_due_on.isoformat() if credit.oldest_due_on else "?",
                    },
                    link=link,
                    overdue=str(credit.overdue),
                )
            )
        return found


def review_url(review_id: int | None) -> str:
    """The page of a review."""
    return f"/orders/reviews/{review_id}/" if review_id else "/orders/reviews/"


def nothing_asked(order: Order) -> Readiness:
    """The readiness of an order where the company has neither rules nor limits."""
    return Readiness(order, [], [], _credit(order, None, None, [], 0, None))


def readiness_of(order: Order) -> Readiness:
    """Reviews, rules and credit of an order as they stand now (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(_READY, {"order": order.pk, "orders": [order.pk], "today": clock.today()})
        reviews, rules, limit, open_orders, debts, days, up_to = cursor.fetchone()
    return Readiness(
        order=order,
        reviews=[
            AskedReview(
                pk=one["id"],
                kind=one["kind"],
                role=one["role"],
                state=one["state"],
                digest=one["digest"],
                remark=one["remark"] or "",
                by=one["by"] or "",
            )
            for one in json.loads(reviews or "[]")
        ],
        rules=[
            RuleHit(
                one["id"], one["code"], one["effect"], one["en"], one["zh"], one["is_overridden"]
            )
            for one in json.loads(rules or "[]")
        ],
        credit=_credit(
            order,
            limit,
            open_orders,
            json.loads(debts or "[]", parse_float=Decimal),
            company.DEFAULTS["credit_overdue_days"] if days is None else int(json.loads(days)),
            up_to,
        ),
    )


def _credit(
    order: Order,
    limit: Decimal | None,
    open_orders: Decimal | None,
    debts: Sequence[dict[str, Any]],
    days: int,
    up_to: Decimal | None,
) -> Credit:
    own = settings.COMPANY_CURRENCY
    outstanding = overdue = Decimal(0)
    unknown = []
    for debt in debts:
        rate = Decimal(1) if debt["currency"] == own else debt["rate"]
        if rate is None and debt["outstanding"]:
            unknown.append(debt["currency"])
        # Overdue money without a rate still is overdue money: it counts as it is written.
        outstanding += Decimal(str(debt["outstanding"])) * Decimal(str(rate or 0))
        overdue += Decimal(str(debt["overdue"])) * Decimal(str(rate or 1))
    if order.total and not order.total_company:
        unknown.append(order.currency)
    due = [debt["oldest"] for debt in debts if debt["overdue"]]
    known = [dt.date.fromisoformat(day) for day in due if day]
    return Credit(
        limit=None if limit is None else round_money(limit, own),
        open_orders=round_money(open_orders or Decimal(0), own),
        debts=round_money(outstanding, own),
        this_order=order.total_company,
        overdue=round_money(overdue, own),
        oldest_due_on=min(known) if known and len(known) == len(due) else None,
        days=days,
        unknown=sorted(set(unknown)),
        is_overridden=up_to is not None and order.total_company <= up_to,
    )
