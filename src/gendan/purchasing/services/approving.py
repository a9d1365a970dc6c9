"""Approval by amount: who writes an order above his own limit needs somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid, NotAllowed
from gendan.kernel.models import User
from gendan.kernel.money import round_money
from gendan.kernel.people import OUTSIDE_ROLES, role_codes
from gendan.kernel.quantity import read_decimal
from gendan.kernel.service import service
from gendan.orders.services.reading import read_text
from gendan.purchasing.events import (
    ApprovalLimitsSaved,
    PurchaseOrderApproved,
    PurchaseOrderRefused,
    PurchaseOrderSubmitted,
)
from gendan.purchasing.joined import Joined, joined_with
from gendan.purchasing.limits import limit_of, limits, most_company, roles_up_to
from gendan.purchasing.models import ApprovalLimit, PurchaseOrder, PurchaseOrderLine
from gendan.purchasing.services.sharing import (
    PurchaseOrderIsEmpty,
    about_of,
    lines_of,
    living,
    locked_purchase_order,
    read_reason,
    said_of,
    sum_up,
)
from gendan.purchasing.sourced import verdict_of
from gendan.sourcing.models import Source
from gendan.sourcing.queries import not_bought_from


class AboveYourLimit(NotAllowed):
    """An order that somebody with a higher limit must approve."""


class SupplierNotQualified(DomainError):
    """Nothing is to be bought there at the moment, unless somebody says why."""


class OrdersBelongTogether(DomainError):
    """Each alone is within the buyer's limit, together they are not: say why they are several."""


class SourceNotApproved(DomainError):
    """An item that may not be bought of this supplier: blocked, or not approved yet."""


class LineNotReady(DomainError):
    """A line that cannot be ordered as it is."""


@dataclass(frozen=True)
class LimitRow:
    """Up to which amount (company's currency) a role approves; None: any amount."""

    role: str
    amount: Decimal | None = None


@service(gettext_lazy("Submit the purchase order"))
def submit_purchase_order(
    *,
    purchase_order_id: int,
    revision: int | None = None,
    override_reason: str = "",
    by: User | None,
) -> PurchaseOrder:
    """Ready to be ordered: approved at once within one's own limit, else it waits for somebody.

    A supplier whose qualification has ended, or who is not on the approved list of an item that has
    one, is refused unless `override_reason` says why it must be bought there all the same; so is an
    order that only together with others of the same buyer to the same supplier is above the limit,
    and it waits for whose limit covers them all.
    """
    order = locked_purchase_order(purchase_order_id)
    order.refuse_if_stale(revision)
    order.step("submit_purchase_order")
    lines = living(lines_of(order))
    _refuse_unready(lines)
    _refuse_unapproved_sources(order, lines)
    sum_up(order, lines)
    order.submitted_at, order.submitted_by = clock.now(), by
    joined = _joined(order, lines, by)
    order.override_reason = _read_override(order, lines, override_reason, joined)
    order.refused_reason = ""
    known = limits()
    if limit_of(by, known) >= joined.total:
        _approve(order, lines, by)
        return order
    order.revision += 1
    order.save()
    fact = PurchaseOrderSubmitted(
        **said_of(order, lines),
        amount=str(order.total_company),
        roles=roles_up_to(joined.total, known),
        joined=[one.number for one in joined.named] if joined.passes_by else [],
        reason=order.override_reason,
    )
    journal.record(fact, about=about_of(order, lines), by=by)
    return order


@service(gettext_lazy("Approve the purchase order"))
def approve_purchase_order(
    *, purchase_order_id: int, revision: int | None = None, by: User | None
) -> PurchaseOrder:
    """It may be sent; refused to whose limit is lower than what it may come to.

    It is summed up anew: an exchange rate may have been put right since it was submitted.
    """
    order = locked_purchase_order(purchase_order_id)
    order.refuse_if_stale(revision)
    lines = living(lines_of(order))
    sum_up(order, lines)
    joined = _joined(order, lines, order.submitted_by)
    _refuse_above_limit(order, joined, by)
    _approve(order, lines, by)
    return order


@service(gettext_lazy("Refuse the purchase order"))
def refuse_purchase_order(*, purchase_order_id: int, reason: str, by: User | None) -> PurchaseOrder:
    """It must be different: back to the draft, with the reason."""
    order = locked_purchase_order(purchase_order_id)
    reason = read_reason(reason, _("Say why it is refused."))
    order.step("refuse_purchase_order")
    order.refused_reason = reason
    order.revision += 1
    order.save()
    lines = lines_of(order)
    fact = PurchaseOrderRefused(**said_of(order, lines), reason=reason)
    journal.record(fact, about=about_of(order, lines), by=by)
    return order


@service(gettext_lazy("Save approval limits"))
def save_approval_limits(*, rows: Sequence[LimitRow], by: User | None) -> list[ApprovalLimit]:
    """Say up to which amount each role approves purchase orders."""
    saved = []
    allowed = {role for role in role_codes() if role not in OUTSIDE_ROLES}
    for row in rows:
        if row.role not in allowed:
            raise Invalid(_("There is no such role: %(role)s.") % {"role": row.role[:20]})
        amount = None if row.amount is None else read_decimal(row.amount, field="amount")
        if amount is not None and amount < 0:
            raise Invalid(_("A limit is zero or more."), field="amount")
        one, _made = ApprovalLimit.objects.update_or_create(
            role=row.role, defaults={"amount": amount}
        )
        saved.append(one)
    if not saved:
        raise Invalid(_("Nothing was given."))
    told = {one.role: "" if one.amount is None else str(one.amount) for one in saved}
    journal.record(ApprovalLimitsSaved(limits=told), about="purchasing", by=by)
    return saved


def _joined(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], buyer: User | None) -> Joined:
    """Of two orders of a buyer that are approved at once, the second waits and counts the first."""
    if buyer is not None:
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=buyer.pk)
    return joined_with(order, most_company(order, lines), buyer)


def _refuse_above_limit(order: PurchaseOrder, joined: Joined, by: User | None) -> None:
    known = limits()
    most = joined.total
    if limit_of(by, known) >= most:
        return
    words = _("This order of %(amount)s %(currency)s is above your limit; it waits for: %(roles)s.")
    if joined.orders:
        words = _(
            "This order and those of the last days by the same buyer to the same supplier come to "
            "%(amount)s %(currency)s, which is above your limit; it waits for: %(roles)s."
        )
    elif most > order.total_company:
        words = _(
            "This order may come to %(amount)s %(currency)s with what is tolerated above it, "
            "which is above your limit; it waits for: %(roles)s."
        )
    raise AboveYourLimit(
        words
        % {
            "amount": _amount(most),
            "currency": settings.COMPANY_CURRENCY,
            "roles": ", ".join(str(_(one)) for one in roles_up_to(most, known)),
        }
    )


def _amount(amount: Decimal) -> str:
    return f"{round_money(amount, settings.COMPANY_CURRENCY):,f}"


def _approve(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], by: User | None) -> None:
    order.step("approve_purchase_order")
    order.approved_at, order.approved_by = clock.now(), by
    order.revision += 1
    order.save()
    fact = PurchaseOrderApproved(**said_of(order, lines), amount=str(order.total_company))
    journal.record(fact, about=about_of(order, lines), by=by)


def _refuse_unready(lines: Sequence[PurchaseOrderLine]) -> None:
    if not lines:
        raise PurchaseOrderIsEmpty(_("An order needs a line; cancel it instead."))
    for line in lines:
        if line.price <= 0:
            raise LineNotReady(
                _("Line %(line)s has no price.") % {"line": line.position},
                field=f"lines.{line.position}.price",
            )
        if line.is_open and line.requested_on < clock.today() and line.confirmed_on is None:
            raise LineNotReady(
                _("Line %(line)s is asked for on %(day)s, which has passed.")
                % {"line": line.position, "day": line.requested_on.isoformat()},
                field=f"lines.{line.position}.requested_on",
            )


def _refuse_unapproved_sources(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> None:
    """Nothing is bought where the supplier is blocked for an item, or not approved for it yet."""
    statuses = not_bought_from(order.supplier_id, [one.item_id for one in lines])
    for line in lines:
        status = statuses.get(line.item_id)
        if status is None:
            continue
        words = _("Line %(line)s: %(supplier)s is blocked for %(item)s; nothing is bought there.")
        if status == Source.Status.PROSPECT:
            words = _(
                "Line %(line)s: %(supplier)s is not approved for %(item)s yet; its prices are kept "
                "to compare. Approve it on its page before you buy there."
            )
        raise SourceNotApproved(
            words % {"line": line.position, "supplier": order.supplier, "item": line.item.code},
            field=f"lines.{line.position}.item",
        )


def _read_override(
    order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], text: str, joined: Joined
) -> str:
    verdict = verdict_of(order, lines)
    reason = read_text(text, 500, field="override_reason")
    if verdict.may and not joined.passes_by:
        return ""
    if not reason and verdict.may:
        currency = settings.COMPANY_CURRENCY
        amounts = (f"{_amount(joined.total)} {currency}", f"{_amount(joined.limit)} {currency}")
        raise OrdersBelongTogether(
            " ".join([joined.words(amounts), _("Say why they are several orders.")]),
            field="override_reason",
        )
    if not reason:
        raise SupplierNotQualified(
            " ".join([*verdict.reasons, _("Say why it must be bought there all the same.")]),
            field="override_reason",
        )
    return reason
