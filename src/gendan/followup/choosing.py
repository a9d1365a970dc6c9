"""Which template suits which order: by the kind of what makes up most of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from gendan.catalog.models import Family
from gendan.followup.models import Template
from gendan.orders.models import Line, Order


@dataclass(frozen=True)
class Choice:
    """Templates by what they are for, and the main family of each order."""

    templates: dict[tuple[str, int | None, int | None], Template]
    family_of_order: dict[int, tuple[int, str]]

    @classmethod
    def of(cls, order_ids: Sequence[int], active: Iterable[Template]) -> "Choice":
        """For these orders, of these templates (1 query)."""
        return cls(
            {(one.kind, one.family_id, one.customer_id): one for one in active},
            _main_families(order_ids),
        )

    def template_for(self, order: Order) -> Template:
        """The most specific one: customer and family, customer, family, kind; else any."""
        family_id, kind = self.family_of_order.get(order.pk, (None, Family.Kind.TRADING.value))
        for key in (
            (kind, family_id, order.customer_id),
            (kind, None, order.customer_id),
            (kind, family_id, None),
            (kind, None, None),
            (Family.Kind.TRADING.value, None, None),
        ):
            if key in self.templates:
                return self.templates[key]
        general = [one for one in self.templates.values() if one.customer_id is None]
        return (general or list(self.templates.values()))[0]


def _main_families(order_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """The family, and its kind, that makes up most of each order's amount."""
    rows = (
        Line.objects.filter(order__in=order_ids, is_cancelled=False)
        .values_list("order_id", "item__family_id", "item__family__kind")
        .annotate(amount=Sum("amount"))
        .order_by("amount", "item__family_id")
    )
    return {order_id: (family_id, kind) for order_id, family_id, kind, _amount in rows}
