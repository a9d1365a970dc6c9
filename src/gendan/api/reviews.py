"""API operations of reviews, rules and credit: what stands in the way of confirming an order."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Id, Rows, SavedOut, asker, plain, saved
from gendan.orders import queries, services
from gendan.orders.models import OrderRule, ReviewRule
from gendan.orders.services import OrderRuleRow, ReviewRuleRow

router = Router(tags=["orders"])
Words = Annotated[str, Field(max_length=2000)]


class ReviewOut(Schema):
    """A review of a draft by one role, as it was last decided."""

    id: int
    order_id: int
    kind: str
    role: str
    state: str
    is_required: bool
    asked_at: dt.datetime
    by_id: int | None
    at: dt.datetime | None
    remark: str


class AskedOut(Schema):
    """A review that rules ask for now; `digest` names what is to be looked at."""

    id: int | None = Field(alias="pk")
    kind: str
    role: str
    state: str
    digest: str
    by: str
    remark: str


class RuleHitOut(Schema):
    """A rule that fits the order."""

    id: int = Field(alias="pk")
    code: str
    effect: str
    message: str
    is_overridden: bool


class CreditOut(Schema):
    """Where the customer stands with this order, in the company's currency."""

    limit: Decimal | None
    exposure: Decimal
    open_orders: Decimal
    debts: Decimal
    this_order: Decimal
    overdue: Decimal
    oldest_due_on: dt.date | None
    unknown: list[str]
    is_overridden: bool


class StopOut(Schema):
    """One thing that stands in the way."""

    code: str
    message: str
    link: str | None
    params: dict[str, Any]


class ReadinessOut(Schema):
    """Everything rules say about confirming a draft, and all that stands in the way now."""

    reviews: list[AskedOut]
    rules: list[RuleHitOut]
    credit: CreditOut
    stops: list[StopOut]


class OverrideOut(Schema):
    """What was let pass, by whom and why."""

    id: int
    kind: str
    rule_id: int | None
    details: dict[str, Any]
    reason: str
    by_id: int | None
    at: dt.datetime


class ReviewRuleOut(Schema):
    """When a review is required, and who does it."""

    id: int
    code: str
    kind: str
    role: str
    condition: str
    value_from: Decimal | None
    customer_id: int | None
    family_id: int | None
    is_active: bool


class OrderRuleOut(Schema):
    """What stops orders, or warns."""

    id: int
    code: str
    effect: str
    item_id: int | None
    family_id: int | None
    customer_id: int | None
    country: str
    message_en: str
    message_zh: str
    valid_from: dt.date | None
    valid_until: dt.date | None
    is_active: bool


class DecisionIn(Schema):
    """`seen` is the digest of what was looked at; empty does not ask."""

    remark: Words = ""
    seen: Annotated[str, Field(max_length=32)] = ""


class WhyIn(Schema):
    """Why it goes on all the same."""

    reason: Words


class TakeIn(Schema):
    """The revision that was seen; null does not ask."""

    revision: int | None = None


class ReviewRulesIn(Schema):
    """Rules by code."""

    rows: Rows[ReviewRuleRow]


class OrderRulesIn(Schema):
    """Rules by code."""

    rows: Rows[OrderRuleRow]


class LineOut(Schema):
    """The order after a line took the newer specification."""

    id: int
    number: str
    revision: int


@router.get("/reviews", response=Page[ReviewOut], operation_id="list_reviews")
def list_reviews(
    request: HttpRequest, paging: Query[Paging], mine: bool = True, state: str = ""
) -> Any:
    """Reviews that rules ask of drafts; `mine`: those my roles are asked for."""
    user = asker(request)
    rows = queries.reviews_seen_by(user)
    if mine:
        rows = rows.filter(role__in=user.roles)
    return page_of(rows.filter(state=plain(state, 8)) if state else rows, paging)


@router.get("/orders/{int:order_id}/readiness", response=ReadinessOut, operation_id="get_readiness")
def get_readiness(request: HttpRequest, order_id: int) -> Any:
    """Reviews, rules, credit, and everything that stands in the way of confirming a draft."""
    order = queries.order_head(order_id, asker(request))
    ready = services.readiness_of(order)
    stops = services.what_stands_in_the_way(order, ready) if order.may("confirm_order") else []
    return {
        "reviews": ready.reviews,
        "rules": ready.rules,
        "credit": ready.credit,
        "stops": stops,
    }


@router.get(
    "/orders/{int:order_id}/overrides", response=list[OverrideOut], operation_id="list_overrides"
)
def list_overrides(request: HttpRequest, order_id: int) -> Any:
    """What was let pass on an order although something stood against it, the newest first."""
    return queries.overrides_of(queries.seen_order(order_id, asker(request)))[:200]


@router.post("/reviews/{int:review_id}/pass", response=ReviewOut, operation_id="pass_review")
def pass_review(request: HttpRequest, review_id: int, given: DecisionIn) -> Any:
    """Say that what the review looks at is in order."""
    found = queries.seen_review(review_id, asker(request))
    return services.pass_review(review_id=found.pk, **given.dict(), by=asker(request))


@router.post("/reviews/{int:review_id}/object", response=ReviewOut, operation_id="object_to_review")
def object_to_review(request: HttpRequest, review_id: int, given: DecisionIn) -> Any:
    """Say what is not in order; the order is not confirmed meanwhile."""
    found = queries.seen_review(review_id, asker(request))
    return services.object_to_review(review_id=found.pk, **given.dict(), by=asker(request))


@router.post("/reviews/{int:review_id}/waive", response=ReviewOut, operation_id="waive_review")
def waive_review(request: HttpRequest, review_id: int, given: WhyIn) -> Any:
    """Let the order go on without a review."""
    found = queries.seen_review(review_id, asker(request))
    return services.waive_review(review_id=found.pk, reason=given.reason, by=asker(request))


@router.post(
    "/orders/{int:order_id}/rules/{int:rule_id}/override",
    response={201: OverrideOut},
    operation_id="override_rule",
)
def override_rule(request: HttpRequest, order_id: int, rule_id: int, given: WhyIn) -> Any:
    """Let a draft pass although a rule stops it."""
    seen = queries.seen_order(order_id, asker(request))
    made = services.override_rule(
        order_id=seen, rule_id=rule_id, reason=given.reason, by=asker(request)
    )
    return Status(201, made)


@router.post(
    "/orders/{int:order_id}/credit/override",
    response={201: OverrideOut},
    operation_id="override_credit",
)
def override_credit(request: HttpRequest, order_id: int, given: WhyIn) -> Any:
    """Let a draft pass although the customer's credit does not allow it."""
    seen = queries.seen_order(order_id, asker(request))
    made = services.override_credit(order_id=seen, reason=given.reason, by=asker(request))
    return Status(201, made)


@router.post(
    "/orders/{int:order_id}/lines/{int:line_id}/take-specification",
    response=LineOut,
    operation_id="take_specification",
)
def take_specification(request: HttpRequest, order_id: int, line_id: Id, given: TakeIn) -> Any:
    """Fix the specification in force now on a draft's line."""
    seen = queries.seen_order(order_id, asker(request))
    return services.take_specification(
        order_id=seen, line_id=line_id, revision=given.revision, by=asker(request)
    )


@router.get("/review-rules", response=Page[ReviewRuleOut], operation_id="list_review_rules")
def list_review_rules(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Which reviews are required when, and who does them."""
    return page_of(ReviewRule.objects.visible_to(asker(request)), paging, "code")


@router.post("/review-rules", response=SavedOut, operation_id="save_review_rules")
def save_review_rules(request: HttpRequest, given: ReviewRulesIn) -> Any:
    """Make, change or remove review rules, all or none."""
    return saved(services.save_review_rules(rows=given.rows, by=asker(request)))


@router.post("/review-rules/usual", response=SavedOut, operation_id="install_review_rules")
def install_review_rules(request: HttpRequest) -> Any:
    """Begin with the usual rules, where there are none yet."""
    return saved(services.install_review_rules(by=asker(request)))


@router.get("/order-rules", response=Page[OrderRuleOut], operation_id="list_order_rules")
def list_order_rules(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Rules that stop orders or warn."""
    return page_of(OrderRule.objects.visible_to(asker(request)), paging, "code")


@router.post("/order-rules", response=SavedOut, operation_id="save_order_rules")
def save_order_rules(request: HttpRequest, given: OrderRulesIn) -> Any:
    """Make, change or remove rules that stop or warn, all or none."""
    return saved(services.save_order_rules(rows=given.rows, by=asker(request)))
