"""Reviews before confirming: what waits for me, one review with what it looks at, the rules."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel.money import round_money
from gendan.orders import queries, services
from gendan.orders.models import Order, OrderReview, OrderRule, OrderState, ReviewKind, ReviewRule
from gendan.web.counts import waits
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.orders.page import find_order
from gendan.web.records import Record, record_page
from gendan.web.shell import ask, page, render_page
from gendan.web.tables import table_page
from gendan.web.templatetags import gendan as tags

MOST_LINES = 300
# Which of a line's checks belongs to which review.
CHECK_OF = {"specification": "product", "price": "price", "stock": "stock", "date": "stock"}
RULE_TABS = (
    ("review_rules", gettext_lazy("Reviews required")),
    ("order_rules", gettext_lazy("Stops and warnings")),
)
REVIEW_RULE = Record(
    services.save_review_rules,
    services.ReviewRuleRow,
    ReviewRule,
    ("code",),
    section="settings",
    title=gettext_lazy("review rule"),
    back="review_rules",
    words=gettext_lazy(
        "Which review a draft needs before it is confirmed, and who does it. Drafts follow at once."
    ),
)
ORDER_RULE = Record(
    services.save_order_rules,
    services.OrderRuleRow,
    OrderRule,
    ("code",),
    section="settings",
    title=gettext_lazy("order rule"),
    back="order_rules",
    words=gettext_lazy(
        "Everything that is named must fit. A rule that stops can be overridden with a reason."
    ),
)
REVIEWS = Listing(
    key="reviews",
    sort="id",
    columns=(
        Column("order", gettext_lazy("Order"), lambda one: one.order.number),
        Column("customer", gettext_lazy("Customer"), lambda one: str(one.order.customer)),
        Column("kind", gettext_lazy("Review"), lambda one: one.get_kind_display()),
        Column("role", gettext_lazy("Done by"), lambda one: one.get_role_display()),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: one.get_state_display(),
            draw=lambda one: tags.badge(one.meaning, label=one.get_state_display()),
        ),
        Column(
            "total",
            gettext_lazy("Total"),
            lambda one: one.order.total,
            at_end=True,
            draw=lambda one: tags.money(one.order.total, one.order.currency),
        ),
        Column(
            "merchandiser",
            gettext_lazy("Merchandiser"),
            lambda one: str(one.order.merchandiser or ""),
        ),
        Column(
            "asked",
            gettext_lazy("Asked"),
            lambda one: one.asked_at,
            draw=lambda one: tags.moment(one.asked_at),
        ),
        Column("remark", gettext_lazy("Remark"), lambda one: one.remark, shown=False),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(state=value),
            choices=lambda: OrderReview.State.choices,
        ),
        Filter(
            "kind",
            gettext_lazy("Review"),
            lambda rows, value: rows.filter(kind=value),
            choices=lambda: ReviewKind.choices,
        ),
        Filter(
            "role",
            gettext_lazy("Done by"),
            lambda rows, value: rows.filter(role=value),
            choices=lambda: ReviewRule._meta.get_field("role").choices or (),
        ),
    ),
    search=lambda rows, text: rows.filter(order__number__icontains=text),
    link=lambda one: reverse("review", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No review waits"),
        gettext_lazy("Rules say which drafts are reviewed before they are confirmed, and by whom."),
        icon="checks",
    ),
)


@waits("reviews")
def reviews_for_me(user: Any) -> Any:
    """The open reviews my roles are asked for."""
    return queries.reviews_waiting(user)


@page(section="reviews", methods=["GET", "HEAD"])
def reviews(request: HttpRequest) -> HttpResponse:
    """Reviews of drafts: those that wait for me, unless all are asked for."""
    user: Any = request.user
    mine = Filter(
        "whose",
        _("Whose"),
        lambda rows, value: rows.filter(role__in=user.roles) if value == "mine" else rows,
        choices=lambda: (("mine", _("for me")),),
    )
    listing = replace(
        REVIEWS,
        filters=(mine, *REVIEWS.filters),
        preset={"state": "open", "whose": "mine"},
    )
    rows = queries.reviews_seen_by(user)
    return show_list(request, listing, rows, context={"title": _("Reviews")})


@page(section="reviews", methods=["GET", "HEAD"])
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """One review: exactly what is to be looked at, and the decision beside it."""
    user: Any = request.user
    found = queries.seen_review(review_id, user)
    order = found.order
    ready = services.readiness_of(order)
    asked = next((one for one in ready.reviews if one.pk == found.pk), None)
    lines = list(queries.lines_of(order.pk).filter(is_cancelled=False)[: MOST_LINES + 1])
    check = CHECK_OF.get(found.kind, "")
    context = {
        "review": found,
        "order": order,
        "asked": asked,
        "is_open": asked is not None and order.state == OrderState.DRAFT,
        "is_mine": user.is_superuser or user.has_role(found.role),
        "rows": [(line, queries.checks_of(line).get(check)) for line in lines[:MOST_LINES]],
        "is_cut": len(lines) > MOST_LINES,
        "others": [one for one in ready.reviews if one.pk != found.pk],
        "company_currency": settings.COMPANY_CURRENCY,
    }
    if found.kind == ReviewKind.PAYMENT:
        context |= {"credit": ready.credit, "plan": _plan(order)}
    return render_page(request, "orders/reviews_review.html", context)


def _plan(order: Order) -> list[tuple[Any, Decimal]]:
    return [
        (part, round_money(order.total * part.percent / 100, order.currency))
        for part in order.instalments.all()
    ]


def _to_order(order_id: int) -> str:
    return reverse("order", args=[order_id]) + "#ready"


@page(section="reviews", verb="pass_review", methods=["POST"])
def pass_review(request: HttpRequest, review_id: int) -> HttpResponse:
    """What was looked at is in order."""
    found = queries.seen_review(review_id, request.user)  # type: ignore[arg-type]
    return ask(
        request,
        services.pass_review,
        review_id=found.pk,
        seen=request.POST.get("seen", "")[:32],
        remark=request.POST.get("remark", ""),
        then=lambda one: _next(request, one),
        said=_("The review is passed."),
    )


@page(section="reviews", verb="object_to_review", methods=["POST"])
def object_to_review(request: HttpRequest, review_id: int) -> HttpResponse:
    """Something is not in order."""
    found = queries.seen_review(review_id, request.user)  # type: ignore[arg-type]
    return ask(
        request,
        services.object_to_review,
        review_id=found.pk,
        seen=request.POST.get("seen", "")[:32],
        remark=request.POST.get("remark", ""),
        then=lambda one: _next(request, one),
        said=_("The objection is kept; the merchandiser is told."),
    )


def _next(request: HttpRequest, done: OrderReview) -> str:
    """The next review of the same order that waits for this reader, else the list."""
    user: Any = request.user
    waiting = queries.reviews_waiting(user).filter(order=done.order_id).order_by("pk").first()
    return reverse("review", args=[waiting.pk]) if waiting else reverse("reviews")


@page(section="reviews", verb="waive_review", methods=["POST"])
def waive_review(request: HttpRequest, review_id: int) -> HttpResponse:
    """The order goes on without the review."""
    found = queries.seen_review(review_id, request.user)  # type: ignore[arg-type]
    return ask(
        request,
        services.waive_review,
        review_id=found.pk,
        reason=request.POST.get("reason", ""),
        then=_to_order(found.order_id),
        said=_("The review is waived; the reason is kept."),
    )


@page(section="settings", verb="install_review_rules", methods=["POST"])
def install_review_rules(request: HttpRequest) -> HttpResponse:
    """Begin with the rules most companies begin with."""
    return ask(
        request,
        services.install_review_rules,
        then=reverse("review_rules"),
        said=_("The usual rules hold from now on."),
    )


@page(section="orders", verb="override_rule", methods=["POST"])
def override_rule(request: HttpRequest, order_id: int, rule_id: int) -> HttpResponse:
    """The order passes although a rule stops it."""
    order = find_order(request.user, order_id)
    return ask(
        request,
        services.override_rule,
        order_id=order.pk,
        rule_id=rule_id,
        reason=request.POST.get("reason", ""),
        then=_to_order(order.pk),
        said=_("The rule is overridden; the reason is kept."),
    )


@page(section="orders", verb="override_credit", methods=["POST"])
def override_credit(request: HttpRequest, order_id: int) -> HttpResponse:
    """The order passes although the credit does not allow it."""
    order = find_order(request.user, order_id)
    return ask(
        request,
        services.override_credit,
        order_id=order.pk,
        reason=request.POST.get("reason", ""),
        then=_to_order(order.pk),
        said=_("The credit is overridden; the reason is kept."),
    )


@page(section="orders", verb="take_specification", methods=["POST"])
def take_specification(request: HttpRequest, order_id: int, line_id: int) -> HttpResponse:
    """The line gets the specification in force now."""
    order = find_order(request.user, order_id)
    return ask(
        request,
        services.take_specification,
        order_id=order.pk,
        line_id=line_id,
        then=reverse("order", args=[order.pk]),
        said=_("The line has the newer specification; check it again."),
    )


_rules_list = table_page(
    REVIEW_RULE,
    title=gettext_lazy("Reviews required"),
    columns=("code", "kind", "role", "condition", "value_from", "customer", "family"),
    empty=gettext_lazy("Without rules every draft is confirmed without a review."),
    tabs=RULE_TABS,
    related=("customer", "family"),
)


@page(section="settings", methods=["GET", "HEAD"])
def review_rules(request: HttpRequest) -> HttpResponse:
    """Which reviews are required; a company without rules is offered the usual ones."""
    user: Any = request.user
    if not ReviewRule.objects.visible_to(user).exists():
        context = {"tabs": tabs_of(RULE_TABS, "review_rules")}
        return render_page(request, "orders/reviews_no_rules.html", context)
    return _rules_list(request)


order_rules = table_page(
    ORDER_RULE,
    title=gettext_lazy("Stops and warnings"),
    columns=(
        "code",
        "effect",
        "item",
        "family",
        "customer",
        "country",
        "message_en",
        "message_zh",
        "valid_from",
        "valid_until",
    ),
    empty=gettext_lazy("What is not sold to somebody, or only after a second thought."),
    tabs=RULE_TABS,
    related=("item", "family", "customer"),
)

urlpatterns = [
    path("orders/reviews/", reviews, name="reviews"),
    path("orders/reviews/<int:review_id>/", review, name="review"),
    path("orders/reviews/<int:review_id>/pass/", pass_review, name="pass_review"),
    path("orders/reviews/<int:review_id>/object/", object_to_review, name="object_to_review"),
    path("orders/reviews/<int:review_id>/waive/", waive_review, name="waive_review"),
    path("orders/<int:order_id>/rules/<int:rule_id>/", override_rule, name="override_rule"),
    path("orders/<int:order_id>/credit/", override_credit, name="override_credit"),
    path(
        "orders/<int:order_id>/lines/<int:line_id>/specification/",
        take_specification,
        name="take_specification",
    ),
    path("settings/reviews/", review_rules, name="review_rules"),
    path("settings/reviews/save/", record_page(REVIEW_RULE), name="save_review_rules"),
    path("settings/reviews/usual/", install_review_rules, name="install_review_rules"),
    path("settings/order-rules/", order_rules, name="order_rules"),
    path("settings/order-rules/save/", record_page(ORDER_RULE), name="save_order_rules"),
]
