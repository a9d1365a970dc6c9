"""Questions about purchases."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from gendan.inventory.models import ExpectedSupply, Location
from gendan.kernel.errors import Invalid
from gendan.kernel.journal import ref
from gendan.kernel.models import User
from gendan.kernel.people import OUTSIDE_ROLES, role_codes, roles_for
from gendan.kernel.queries import people_who_sign_in
from gendan.orders.addressees import Recipient, written_language
from gendan.orders.demands import line_ids_of
from gendan.orders.models import Line
from gendan.orders.queries import demand_of
from gendan.partners.models import Partner, PaymentTerms
from gendan.purchasing.chasers import (
    Chaser,
    chaser_of,
    chasers_due,
    chasing_rules,
    gone_by_themselves,
    was_asked_lately,
    with_lines,
)
from gendan.purchasing.joined import Joined, joined_with, with_joined
from gendan.purchasing.limits import limit_of, limits, most_company, roles_up_to
from gendan.purchasing.models import (
    PurchaseMilestone,
    PurchaseMilestoneTemplate,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseRequest,
    PurchaseSending,
    ShipNotice,
    ShipNoticeLine,
    SupplierChasing,
    SupplierWord,
    SupplyException,
)
from gendan.purchasing.recipients import recipient_of
from gendan.purchasing.sourced import verdict_of, warnings_of
from gendan.sourcing.queries import BuyingVerdict


def requests_for(user: User) -> "QuerySet[PurchaseRequest]":
    """The purchase requests somebody sees, with their items."""
    return PurchaseRequest.objects.visible_to(user).select_related("item__unit")


def purchase_orders_for(user: User) -> "QuerySet[PurchaseOrder]":
    """The purchase orders somebody sees, with supplier and buyer."""
    rows = PurchaseOrder.objects.visible_to(user)
    return rows.select_related("supplier", "made_by", "payment_terms", "approved_by")


def purchase_lines_for(user: User) -> "QuerySet[PurchaseOrderLine]":
    """The lines of orders suppliers have, that are still to come, in the order of arrival."""
    rows = PurchaseOrderLine.objects.visible_to(user).filter(
        is_cancelled=False, expected__is_open=True, order__state__in=PurchaseOrder.OPEN
    )
    return rows.select_related("order__supplier", "item__unit", "expected").order_by("due_on", "pk")


def lines_with_words(order: PurchaseOrder) -> list[PurchaseOrderLine]:
    """An order's lines with what was said and reported of them: 5 queries."""
    rows = PurchaseOrderLine.objects.filter(order=order).select_related(
        "item__unit", "expected", "part_of"
    )
    words = SupplierWord.objects.select_related("by", "decided_by").order_by("-pk")
    lines: list[Any] = list(
        rows.prefetch_related(
            Prefetch("words", words, to_attr="said"),
            Prefetch("milestones", PurchaseMilestone.objects.order_by("position"), to_attr="steps"),
            "provided__item__unit",
            "shares__request",
        ).order_by("position")
    )
    for line in lines:
        line.order = order
    return lines


def sendings_of(order: PurchaseOrder) -> list[PurchaseSending]:
    """The versions sent, the newest first."""
    rows = PurchaseSending.objects.filter(order=order).select_related("file", "sent_by", "link")
    return list(rows.order_by("-pk"))


def sending_behind(order_id: int) -> PurchaseSending | None:
    """What the supplier has in hand: the newest version sent, with its order."""
    rows = PurchaseSending.objects.filter(order=order_id).select_related("order__supplier", "file")
    return rows.order_by("-pk").first()


def waiting_words() -> "QuerySet[SupplierWord]":
    """What suppliers propose and nobody has decided."""
    rows = SupplierWord.objects.filter(
        state=SupplierWord.State.PROPOSED, line__order__state__in=PurchaseOrder.WITH_SUPPLIER
    )
    return rows.select_related("line__order__supplier", "line__item__unit", "line__expected")


def waiting_words_for(user: User) -> "QuerySet[SupplierWord]":
    """The same, as far as somebody sees it."""
    return waiting_words().filter(pk__in=SupplierWord.objects.visible_to(user).values("pk"))


def with_proposals(rows: "QuerySet[PurchaseOrder]") -> "QuerySet[Any]":
    """Each with `has_proposal`: whether its supplier waits for our decision."""
    waiting = SupplierWord.objects.filter(
        line__order=OuterRef("pk"), state=SupplierWord.State.PROPOSED
    )
    return rows.annotate(has_proposal=Exists(waiting))


def with_proposal(rows: "QuerySet[PurchaseOrder]") -> "QuerySet[PurchaseOrder]":
    """Those whose supplier waits for our decision."""
    return with_proposals(rows).filter(has_proposal=True)


def waits_for(rows: "QuerySet[PurchaseOrder]", user: User) -> "QuerySet[PurchaseOrder]":
    """What this user can move on: to approve within the limit, to send, to decide."""
    limit = limit_of(user, limits())
    to_approve = Q(pk__in=_within(limit).values("pk"))
    mine = Q(state__in=(PurchaseOrder.State.DRAFT, PurchaseOrder.State.APPROVED))
    return with_proposals(rows).filter(to_approve | mine | Q(has_proposal=True))


def may_approve(user: User, order: PurchaseOrder) -> bool:
    """Whether the user's limit is high enough."""
    lines = PurchaseOrderLine.objects.filter(order=order).select_related("order")
    joined = joined_with(order, most_company(order, lines), order.submitted_by)
    return bool(limit_of(user, limits()) >= joined.total)


def approvers_of(order: PurchaseOrder) -> list[User]:
    """The people whose limit covers an order that waits for approval, by name."""
    lines = PurchaseOrderLine.objects.filter(order=order).select_related("order")
    joined = joined_with(order, most_company(order, lines), order.submitted_by)
    able = set(roles_up_to(joined.total, limits())) & set(roles_for("approve_purchase_order"))
    return list(people_who_sign_in().filter(groups__name__in=able).distinct())


def joined_orders(order: PurchaseOrder, user: User) -> Joined | None:
    """Orders with which this one, a draft or to be approved, passes its buyer's limit by."""
    states = PurchaseOrder.State
    who: dict[str, User | None] = {states.DRAFT: user, states.TO_APPROVE: order.submitted_by}
    buyer = who.get(order.state)
    if buyer is None:
        return None
    lines = PurchaseOrderLine.objects.filter(order=order).select_related("order")
    if order.state == states.DRAFT:
        order.submitted_at = None  # it would be submitted now
    joined = joined_with(order, most_company(order, lines), buyer)
    return joined if joined.passes_by else None


def _within(limit: Decimal) -> "QuerySet[PurchaseOrder]":
    """Orders to approve that come to no more than the limit, with what is tolerated above them."""
    rows = PurchaseOrder.objects.filter(state=PurchaseOrder.State.TO_APPROVE)
    if not limit.is_finite():
        return rows
    price = F("typed_quantity") * F("price")
    over = Sum(price * (Decimal(1) + F("over_percent") / Decimal(100))) / Sum(price)
    lines = PurchaseOrderLine.objects.filter(order=OuterRef("pk"), is_cancelled=False, price__gt=0)
    factor = lines.order_by().values("order").annotate(factor=over).values("factor")
    most = F("total_company") * Coalesce(Subquery(factor), Decimal(1))
    # A hundredth more: the lines are rounded each; the verb looks exactly.
    summed = with_joined(rows).annotate(most=most + Coalesce(F("joined"), Decimal(0)))
    found: QuerySet[PurchaseOrder] = summed.filter(most__lte=limit + Decimal("0.01"))
    return found


def limit_rows() -> list[tuple[str, Any]]:
    """Every role of ours with its limit: None where it approves any amount, "" for nothing."""
    known = limits()
    rows = []
    for role in role_codes():
        if role not in OUTSIDE_ROLES:
            limit = known.get(role)
            is_any = limit is not None and not limit.is_finite()
            amount = "" if limit is None or is_any else f"{limit.normalize():f}"
            rows.append((role, None if is_any else amount))
    return rows


def usual_recipient(order: PurchaseOrder) -> Recipient:
    """Whom the order goes to if nobody says otherwise; without address where none is known."""
    try:
        return recipient_of(order)
    except Invalid:
        return Recipient("", "", written_language(order.supplier.language))


def warnings_about(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> list[str]:
    """What a buyer should know before the order goes out."""
    return warnings_of(order, [line for line in lines if not line.is_cancelled])


def verdict_on(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> BuyingVerdict:
    """Whether these lines may be bought of the supplier today without saying why."""
    return verdict_of(order, [line for line in lines if not line.is_cancelled])


def chaser_about(order: PurchaseOrder) -> Chaser | None:
    """Why the supplier would be chased now; None: nothing to ask, or it waits for us."""
    if order.state not in PurchaseOrder.WITH_SUPPLIER:
        return None
    found = with_lines(PurchaseOrder.objects.filter(pk=order.pk)).get()
    rules = chasing_rules()
    return None if was_asked_lately(found, rules) else chaser_of(found, rules)


def chasing_at_a_glance() -> dict[str, Any]:
    """Who is chased how, what went today by itself, what is held: 7 queries."""
    rules = chasing_rules()
    own = SupplierChasing.objects.exclude(mode="", spread_days=0).select_related("supplier")
    held = PurchaseOrder.objects.exclude(chasing_hold="").filter(
        state__in=PurchaseOrder.WITH_SUPPLIER
    )
    due = chasers_due(PurchaseOrder.objects.all(), rules)
    return {
        "rules": rules,
        "company_mode": SupplierChasing.Mode(rules.mode).label,
        "own": list(own.order_by("supplier__code")[:200]),
        "gone": list(gone_by_themselves()[:100]),
        "held": list(held.select_related("supplier").order_by("due_on", "pk")[:100]),
        "waiting": [one for one in due if one.mode == SupplierChasing.Mode.SEND],
        "asked": [one for one in due if one.mode == SupplierChasing.Mode.ASK],
    }


def places_for_material() -> list[str]:
    """The codes of stores that material can be taken from and brought back to."""
    rows = Location.objects.filter(kind=Location.Kind.STORE, is_active=True)
    return list(rows.order_by("code").values_list("code", flat=True)[:200])


def positions_unconfirmed(order_id: int) -> list[int]:
    """The lines of an order that are not confirmed, by position."""
    rows = PurchaseOrderLine.objects.filter(
        order=order_id, is_cancelled=False, confirmed_on=None, expected__is_open=True
    )
    return list(rows.order_by("position").values_list("position", flat=True))


def payment_terms_codes() -> list[tuple[str, str]]:
    """All payment terms: code and words."""
    return [(one.code, str(one)) for one in PaymentTerms.objects.order_by("code")[:200]]


def purchases_today(user: User) -> dict[str, Any]:
    """What a buyer has to do today: chasers ready, proposals to decide, orders to approve."""
    if user.is_outside or not user.may_do("chase_supplier"):
        return {"chasers": [], "words": [], "approvals": [], "gone": []}
    orders = purchase_orders_for(user)
    limit = limit_of(user, limits())
    approvals = orders.filter(pk__in=_within(limit).values("pk"))
    chasers: list[Chaser] = chasers_due(PurchaseOrder.objects.all(), chasing_rules())
    return {
        "chasers": chasers,
        "words": list(waiting_words().order_by("at")[:50]),
        "approvals": list(approvals.order_by("submitted_at")[:50]),
        "gone": list(gone_by_themselves()[:50]),
    }


def templates_for(user: User) -> "QuerySet[PurchaseMilestoneTemplate]":
    """The steps suppliers report, by family and supplier."""
    rows = PurchaseMilestoneTemplate.objects.visible_to(user).select_related("family", "supplier")
    return rows.order_by("family__code", "supplier__code", "position")


def orders_undecided() -> set[int]:
    """The customers' orders about which a supplier waits for our decision: 1 query, else 2."""
    rows = waiting_words().values_list("line__demands", flat=True)
    demands = {demand for found in rows for demand in found}
    if not demands:
        return set()
    lines = Line.objects.filter(pk__in=line_ids_of(demands))
    return set(lines.values_list("order_id", flat=True))


def demands_of_supplies(expected_ids: Sequence[int]) -> set[str]:
    """The order lines for which expected supplies were bought: 1 query."""
    rows = PurchaseOrderLine.objects.filter(expected__in=list(expected_ids))
    return {demand for found in rows.values_list("demands", flat=True) for demand in found}


def lines_expected(expected_ids: Sequence[int]) -> dict[int, PurchaseOrderLine]:
    """The lines behind expected supplies: 1 query."""
    rows = PurchaseOrderLine.objects.filter(expected__in=list(expected_ids))
    return {
        one.expected_id: one
        for one in rows.select_related("order__supplier")
        if one.expected_id is not None
    }


def orders_of_receipt(receipt_id: int) -> list[int]:
    """The purchase orders a goods receipt came for: 1 query."""
    rows = PurchaseOrderLine.objects.filter(receipts__receipt=receipt_id)
    return sorted(set(rows.values_list("order_id", flat=True)))


def supply_exceptions_for(user: User) -> "QuerySet[SupplyException]":
    """Goods that are late, short, over or wrong, as far as somebody sees them."""
    rows = SupplyException.objects.visible_to(user)
    return rows.select_related(
        "line__order__supplier", "line__item__unit", "line__expected", "owner", "decided_by"
    )


def started_by(found: SupplyException) -> Any:
    """The document a decision about an exception has started; None for none: 1 query."""
    label, _colon, key = found.started.partition(":")
    if not key.isdecimal():
        return None
    model: Any = apps.get_model(label)
    return model._default_manager.filter(pk=int(key)).first()


def name_of_choice(found: SupplyException) -> str:
    """The supplier chosen instead as people call it; a substitute stays its code: 1 query."""
    if found.choice != SupplyException.Choice.OTHER_SUPPLIER:
        return found.choice_of
    supplier = Partner.objects.filter(code=found.choice_of).first()
    return str(supplier or found.choice_of)


def exception_behind(order: PurchaseOrder) -> SupplyException | None:
    """The exception whose decision has written this order, with its line: 1 query."""
    rows = SupplyException.objects.filter(started=ref(order)).exclude(line__order=order)
    return rows.select_related("line__order", "line__item").order_by("-pk").first()


def lines_to_come(order: PurchaseOrder) -> list[PurchaseOrderLine]:
    """The lines of an order of which something is still to come: 1 query."""
    rows = PurchaseOrderLine.objects.filter(order=order, is_cancelled=False)
    lines = rows.select_related("item__unit", "expected").order_by("position", "pk")
    return [one for one in lines if one.is_open and one.still_to_come > 0]


def sent_lines_for(user: User) -> "QuerySet[PurchaseOrderLine]":
    """The lines suppliers have got, as far as somebody sees them."""
    rows = PurchaseOrderLine.objects.visible_to(user).filter(order__version__gt=0)
    return rows.select_related("order__supplier", "item__unit", "expected")


def ship_notices_for(user: User) -> "QuerySet[ShipNotice]":
    """What suppliers say is on its way, as far as somebody sees it."""
    return ShipNotice.objects.visible_to(user).select_related("supplier", "file", "decided_by")


def lines_of_notice(notice: ShipNotice) -> list[ShipNoticeLine]:
    """The lines of a notice with the ordered lines they mean: 1 query."""
    rows = ShipNoticeLine.objects.filter(notice=notice).select_related(
        "order_line__order", "order_line__item__unit", "order_line__expected", "order_line__part_of"
    )
    return list(rows)


def coming_with(line_ids: Sequence[int]) -> dict[int, list[ShipNoticeLine]]:
    """What is on its way for lines, by notices nobody has refused: 1 query."""
    rows = ShipNoticeLine.objects.filter(order_line__in=list(line_ids)).exclude(
        notice__state=ShipNotice.State.REFUSED
    )
    found: dict[int, list[ShipNoticeLine]] = {}
    for one in rows.select_related("notice", "order_line__expected").order_by("-pk"):
        if one.order_line_id is not None and not one.is_here:
            found.setdefault(one.order_line_id, []).append(one)
    return found


def notices_of(order: PurchaseOrder) -> list[ShipNotice]:
    """What the supplier has said is on its way for an order, the newest first: 1 query."""
    meant = ShipNoticeLine.objects.filter(order_line__order=order).values("notice")
    return list(ShipNotice.objects.filter(pk__in=meant).order_by("-pk")[:20])


def undecided_word(order_id: int, supplier_id: int | None) -> SupplierWord | None:
    """What a supplier (None: any) proposes about goods of a customer's order, undecided yet."""
    lines = Line.objects.filter(order=order_id).values_list("pk", flat=True)
    rows = waiting_words().filter(line__demands__overlap=[demand_of(pk) for pk in lines])
    if supplier_id is not None:
        rows = rows.filter(line__order__supplier=supplier_id)
    return rows.order_by("at").first()


def arriving(
    user: User, text: str
) -> "tuple[QuerySet[PurchaseOrderLine], QuerySet[ExpectedSupply]]":
    """What is still to come: lines of orders, and supplies expected by hand; both by day.

    `text` narrows to an item or supplier (of those by hand: item or reference).
    """
    lines = purchase_lines_for(user)
    others = ExpectedSupply.objects.visible_to(user).filter(
        is_open=True, purchase_line__isnull=True, made_for=""
    )
    if text:
        lines = lines.filter(
            Q(item__code__icontains=text) | Q(order__supplier__code__icontains=text)
        )
        others = others.filter(Q(item__code__icontains=text) | Q(reference__icontains=text))
    return (
        lines.annotate(to_come=F("quantity") - F("expected__received")),
        others.annotate(to_come=F("quantity") - F("received"))
        .select_related("item__unit")
        .order_by("due_on", "pk"),
    )
