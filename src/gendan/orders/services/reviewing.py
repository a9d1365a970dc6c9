"""Reviews before confirming: asked for by rules, passed, objected to, waived, open again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import IllegalStep, NotAllowed, NotThere, StaleRevision
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Clear, Problems, upsert
from gendan.kernel.service import service
from gendan.orders.events import (
    ReviewObjected,
    ReviewPassed,
    ReviewRulesSaved,
    ReviewsAsked,
    ReviewsReopened,
    ReviewWaived,
)
from gendan.orders.models import (
    Order,
    OrderOverride,
    OrderReview,
    OrderState,
    ReviewerRole,
    ReviewKind,
    ReviewRule,
)
from gendan.orders.review_sql import ASKED
from gendan.orders.services.reading import Refused, read_text
from gendan.orders.services.refusals import locked_order

_REFRESH = f"""
WITH asked AS MATERIALIZED ({ASKED}), gone AS (
  UPDATE orders_orderreview v SET is_required = FALSE
  WHERE v.order_id = ANY(%(orders)s) AND v.is_required AND NOT EXISTS (
    SELECT FROM asked a WHERE a.order_id = v.order_id AND a.kind = v.kind AND a.role = v.role)
), kept AS (
  INSERT INTO orders_orderreview AS v (order_id, kind, role, state, is_required, digest, revision,
    by_id, asked_at, at, remark)
  SELECT order_id, kind, role, 'open', TRUE, digest, revision, NULL, %(now)s, NULL, '' FROM asked
  ON CONFLICT (order_id, kind, role) DO UPDATE SET is_required = TRUE, digest = excluded.digest,
    revision = excluded.revision,
    state = CASE WHEN v.digest = excluded.digest THEN v.state ELSE 'open' END,
    by_id = CASE WHEN v.digest = excluded.digest THEN v.by_id END,
    at = CASE WHEN v.digest = excluded.digest THEN v.at END,
    remark = CASE WHEN v.digest = excluded.digest THEN v.remark ELSE '' END
  WHERE v.digest <> excluded.digest OR NOT v.is_required
  RETURNING v.id, v.order_id, v.kind, v.role, v.state
)
SELECT kept.id, kept.order_id, kept.kind, kept.role, old.state
FROM kept LEFT JOIN orders_orderreview old ON old.id = kept.id
WHERE kept.state = 'open' AND (old.id IS NULL OR NOT old.is_required OR old.state <> 'open')
ORDER BY kept.order_id, kept.kind, kept.role
"""  # noqa: S608 (only constants are put together)


class ReviewDecided(IllegalStep):
    """Somebody else was quicker."""


class ReviewNotAsked(IllegalStep):
    """No rule asks for this review any more."""


@dataclass(frozen=True)
class ReviewRuleRow:
    """A rule by its code: which review, done by which role, under which condition."""

    code: str
    kind: str | None = None
    role: str | None = None
    condition: str | None = None
    value_from: Decimal | Clear | None = None
    customer: str | Clear | None = None
    family: str | Clear | None = None
    is_active: bool | None = None
    remove: bool = False


# What a new company starts with: the first order of a customer is looked at by whoever knows the
# prices and whoever watches the money, and a large one by the manager.
DEFAULT_RULES = (
    ReviewRuleRow("FIRST-PRICE", ReviewKind.PRICE, ReviewerRole.SALES, "first_order"),
    ReviewRuleRow("FIRST-PAYMENT", ReviewKind.PAYMENT, ReviewerRole.FINANCE, "first_order"),
    ReviewRuleRow(
        "LARGE-PRICE", ReviewKind.PRICE, ReviewerRole.MANAGER, "value_from", Decimal(1_000_000)
    ),
)


@service(gettext_lazy("Save review rules"))
def save_review_rules(*, rows: Sequence[ReviewRuleRow], by: User | None) -> list[ReviewRule]:
    """Make, change or remove rules; the reviews of all drafts follow at once."""

    def check(rule: ReviewRule, index: int, problems: Problems) -> None:
        needed = {"value_from": rule.value_from, "customer": rule.customer_id}
        needed["family"] = rule.family_id
        if rule.condition in needed and needed[rule.condition] is None:
            problems.add(index, rule.condition, _("The condition needs this."))

    saved = upsert(ReviewRule, rows, key=("code",), check=check)
    codes = [one.code for one in saved.touched]
    record_saved(ReviewRulesSaved, saved, room="orders", codes=codes, by=by)
    if saved.touched:
        refresh_reviews()
    return saved.objects


@service(gettext_lazy("Begin with the usual rules"))
def install_review_rules(*, by: User | None = None) -> list[ReviewRule]:
    """Write down the rules a new company begins with: first and large orders are looked at.

    They are not there by themselves: a company whose reviewers cannot sign in yet could confirm
    nothing.
    """
    if ReviewRule.objects.exists():
        raise IllegalStep(_("There are rules already; change them as you need."))
    return save_review_rules(rows=DEFAULT_RULES, by=by)


@service
def refresh_reviews(
    *, order_ids: Collection[int] | None = None, customer_id: int | None = None
) -> None:
    """Ask for the reviews that rules require of drafts now, and open those whose subject changed.

    Without ids all drafts are looked at (of one customer, where named).
    """
    if order_ids is None:
        drafts = Order.objects.filter(state=OrderState.DRAFT).order_by("pk")
        if customer_id is not None:
            drafts = drafts.filter(customer=customer_id)
        locked = drafts.select_for_update(of=("self",))
        order_ids = list(locked.values_list("pk", flat=True))
    if order_ids:
        ask_for_reviews(list(order_ids), by=None)


def ask_for_reviews(order_ids: list[int], by: User | None) -> None:
    """The reviews of drafts whose rows the caller has locked or just written (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"orders": order_ids, "now": clock.now()})
        rows = cursor.fetchall()
    asked: dict[int, list[dict[str, Any]]] = {}
    reopened: dict[int, list[dict[str, Any]]] = {}
    for pk, order_id, kind, role, was in rows:
        is_again = was in {"passed", "objected", "waived"}
        into = reopened if is_again else asked
        into.setdefault(order_id, []).append({"id": pk, "kind": kind, "role": role})
    facts: list[tuple[journal.Fact, str]] = [
        (ReviewsAsked(order_id=pk, reviews=found), f"orders.order:{pk}")
        for pk, found in asked.items()
    ]
    facts += [
        (ReviewsReopened(order_id=pk, reviews=found), f"orders.order:{pk}")
        for pk, found in reopened.items()
    ]
    if facts:
        journal.record_many(facts, by=by)


@service(gettext_lazy("Pass the review"))
def pass_review(
    *, review_id: int, seen: str = "", remark: str = "", by: User | None
) -> OrderReview:
    """Say that what the review looks at is in order.

    `seen` is the digest of what was shown: when the order changed meanwhile, nothing is passed.
    """
    review = _locked_review(review_id, seen, by)
    _step(review, "pass_review")
    _decide(review, read_text(remark, 500, field="remark"), by)
    _record(ReviewPassed, review, by)
    return review


@service(gettext_lazy("Object"))
def object_to_review(
    *, review_id: int, remark: str, seen: str = "", by: User | None
) -> OrderReview:
    """Say what is not in order; the order is not confirmed until it is mended or passed."""
    review = _locked_review(review_id, seen, by)
    remark = read_text(remark, 500, field="remark")
    if not remark:
        raise Refused(_("Say what is not in order."), field="remark")
    _step(review, "object_to_review")
    _decide(review, remark, by)
    _record(ReviewObjected, review, by)
    return review


@service(gettext_lazy("Waive the review"))
def waive_review(*, review_id: int, reason: str, by: User | None) -> OrderReview:
    """Let the order go on without a review, for a reason that is kept."""
    review = _locked_review(review_id, "", None)
    reason = read_text(reason, 500, field="reason")
    if not reason:
        raise Refused(_("Say why the order goes on without this review."), field="reason")
    objection = review.remark if review.state == OrderReview.State.OBJECTED else ""
    _step(review, "waive_review")
    _decide(review, reason, by)
    OrderOverride(
        order=review.order,
        kind=OrderOverride.Kind.REVIEW,
        digest=review.digest,
        details={"kind": review.kind, "role": review.role, "objection": objection},
        reason=reason,
        by=by,
        at=clock.now(),
    ).save(force_insert=True)
    _record(ReviewWaived, review, by)
    return review


def _locked_review(review_id: int, seen: str, by: User | None) -> OrderReview:
    """The review with its order locked and as it stands now; `by` must have its role."""
    order_id = OrderReview.objects.filter(pk=review_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotThere(_("There is no such review."))
    order = locked_order(order_id)
    if order.state != OrderState.DRAFT:
        raise IllegalStep(
            _("%(order)s is “%(state)s”; reviews are for drafts.")
            % {"order": order.number, "state": order.get_state_display()}
        )
    ask_for_reviews([order.pk], by=None)
    review = OrderReview.objects.select_related("by").get(pk=review_id)
    review.order = order
    if by is not None and not (by.is_superuser or by.has_role(review.role)):
        raise NotAllowed(
            _("This review is done by: %(role)s.") % {"role": review.get_role_display()},
            role=review.role,
        )
    if not review.is_required:
        raise ReviewNotAsked(_("No rule asks for this review any more."))
    if seen and seen != review.digest:
        raise StaleRevision(
            _("The order has changed since you looked. Look at it again."), revision=order.revision
        )
    return review


def _step(review: OrderReview, verb: str) -> None:
    """Take the step; whoever comes second is told who was first and what they decided."""
    if not review.may(verb) and review.by is not None:
        raise ReviewDecided(
            _("%(person)s has decided this review already: %(state)s.")
            % {"person": str(review.by), "state": review.get_state_display()},
            state=review.state,
        )
    review.step(verb)


def _decide(review: OrderReview, remark: str, by: User | None) -> None:
    review.by = by
    review.at = clock.now()
    review.remark = remark
    review.revision = review.order.revision
    review.save(update_fields=["state", "by", "at", "remark", "revision"])


def _record(
    fact: type[ReviewPassed] | type[ReviewObjected] | type[ReviewWaived],
    review: OrderReview,
    by: User | None,
) -> None:
    journal.record(
        fact(
            order_id=review.order_id,
            review_id=review.pk,
            kind=review.kind,
            role=review.role,
            remark=review.remark,
        ),
        about=review.order,
        by=by,
    )
