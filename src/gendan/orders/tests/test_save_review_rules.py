"""Review rules: what may stand, drafts follow, and the statement agrees with an obvious version."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gendan.kernel.errors import NotAllowed
from gendan.kernel.rows import RowsRefused
from gendan.orders.models import Order, OrderReview, ReviewRule
from gendan.orders.services import ReviewRuleRow, confirm_order, save_review_rules
from gendan.orders.services.readiness import readiness_of
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def test_drafts_follow_the_rules_at_once() -> None:
    order = make.draft()
    confirmed = make.confirmed(masters.customer("C-2"))
    row = ReviewRuleRow("P", "price", "sales")
    save_review_rules(rows=[row], by=person("zhao"))
    assert OrderReview.objects.get().order == order
    assert not confirmed.reviews.exists()
    save_review_rules(rows=[ReviewRuleRow("P", is_active=False)], by=person("zhao"))
    assert not OrderReview.objects.get().is_required
    confirm_order(order_id=order.pk, by=person("mei"))
    save_review_rules(rows=[ReviewRuleRow("P", remove=True)], by=person("zhao"))
    assert not ReviewRule.objects.exists()


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (ReviewRuleRow("X", "colour", "sales"), "kind"),
        (ReviewRuleRow("X", "price", "customer"), "role"),
        (ReviewRuleRow("X", "price", "sales", "sometimes"), "condition"),
        (ReviewRuleRow("X", "price", "sales", "value_from"), "value_from"),
        (ReviewRuleRow("X", "price", "sales", "customer"), "customer"),
        (ReviewRuleRow("X", "price", "sales", "family"), "family"),
        (ReviewRuleRow("X", "price", "sales", "value_from", Decimal(-1)), "value_from"),
        (ReviewRuleRow("X", "price", "sales", "customer", customer="nobody"), "customer"),
        (ReviewRuleRow("", "price", "sales"), "code"),
        (ReviewRuleRow("X"), "kind"),
    ],
)
def test_it_refuses_what_cannot_be_a_rule(row: ReviewRuleRow, field: str) -> None:
    with pytest.raises(RowsRefused) as caught:
        save_review_rules(rows=[row], by=person("zhao"))
    assert field in {one.field for one in caught.value.rows}
    assert not ReviewRule.objects.exists()


def test_only_managers_set_rules() -> None:
    with pytest.raises(NotAllowed):
        save_review_rules(rows=[ReviewRuleRow("P", "price", "sales")], by=person("sun"))


def obviously(order: Order) -> set[tuple[str, str]]:
    """Which reviews an order needs, said rule by rule as a person would."""
    earlier = Order.objects.filter(customer=order.customer, state__in=["confirmed", "closed"])
    families = {line.item.family_id for line in order.lines.filter(is_cancelled=False)}
    found = set()
    for rule in ReviewRule.objects.filter(is_active=True):
        holds = {
            "always": True,
            "value_from": rule.value_from is not None
            and (order.total_company >= rule.value_from or not order.total_company),
            "customer": rule.customer_id == order.customer_id,
            "family": rule.family_id in families,
            "first_order": not earlier.exclude(pk=order.pk).exists(),
        }[rule.condition]
        if holds:
            found.add((rule.kind, rule.role))
    return found


a_rule = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["price", "payment", "stock"]),
        "role": st.sampled_from(["sales", "finance"]),
        "condition": st.sampled_from(["always", "value_from", "customer", "family", "first_order"]),
        "value_from": st.sampled_from([Decimal(0), Decimal(1750), Decimal(1751), Decimal(9999)]),
        "customer": st.sampled_from(["C-1", "C-2"]),
        "family": st.sampled_from(["HW", "TEE"]),
        "is_active": st.booleans(),
    }
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rules=st.lists(a_rule, min_size=1, max_size=5),
    has_rate=st.booleans(),
    is_repeat=st.booleans(),
    item=st.sampled_from(["A-1", "T-1"]),
)
def test_the_reviews_asked_for_are_the_obvious_ones(
    rules: list[dict[str, object]], has_rate: bool, is_repeat: bool, item: str
) -> None:
    from django.db import transaction

    with transaction.atomic():
        masters.family("TEE")
        masters.items({"A-1": {}, "T-1": {"family": "TEE"}})
        customer, _other = masters.customer(), masters.customer("C-2")
        if has_rate:
            masters.rate("USD", "7")
        if is_repeat:
            make.confirmed(customer)
        rows = [ReviewRuleRow(code=f"R{n}", **one) for n, one in enumerate(rules)]  # type: ignore[arg-type]
        save_review_rules(rows=rows, by=None)
        order = make.draft(customer, [make.line(item)])
        asked = {(one.kind, one.role) for one in readiness_of(order).reviews}
        assert asked == obviously(order)
        kept = OrderReview.objects.filter(order=order, is_required=True)
        assert set(kept.values_list("kind", "role")) == asked
        transaction.set_rollback(True)
