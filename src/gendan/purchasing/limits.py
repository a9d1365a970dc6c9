"""Up to which amount whose roles approve purchase orders."""

from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings

from gendan.kernel.models import User
from gendan.kernel.money import round_money
from gendan.purchasing.models import ApprovalLimit, PurchaseOrder, PurchaseOrderLine

NO_LIMIT = Decimal("Infinity")
# Until a company says otherwise; in its own currency.
DEFAULT_LIMITS: dict[str, Decimal | None] = {"manager": None, "buyer": Decimal(20000)}


def limits() -> dict[str, Decimal]:
    """The limit of each role that may approve anything: 1 query."""
    kept: dict[str, Decimal | None] = dict(ApprovalLimit.objects.values_list("role", "amount"))
    found = DEFAULT_LIMITS | kept
    return {role: NO_LIMIT if amount is None else amount for role, amount in found.items()}


def limit_of(user: User | None, known: dict[str, Decimal]) -> Decimal:
    """Up to what this user approves; the system and superusers: any amount."""
    if user is None or user.is_superuser:
        return NO_LIMIT
    return max((known[role] for role in user.roles if role in known), default=Decimal(-1))


def most_company(order: PurchaseOrder, lines: Iterable[PurchaseOrderLine]) -> Decimal:
    """What the order may come to in the company's currency: with all that is tolerated above it.

    Whoever approves it approves that much, so that a wide tolerance passes nobody's limit.
    """
    rows = [line for line in lines if not line.is_cancelled]
    most = sum((line.amount * (1 + line.over_percent / 100) for line in rows), Decimal(0))
    company: Decimal = order.total_company
    if not order.total or most == order.total:
        return company
    return round_money(company * most / order.total, settings.COMPANY_CURRENCY)


def roles_up_to(amount: Decimal, known: dict[str, Decimal]) -> list[str]:
    """The roles whose limit is high enough."""
    return [role for role, limit in known.items() if limit >= amount]
