"""What customers call our items, and which price lists hold for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Problems, upsert
from gendan.kernel.service import service
from gendan.orders.events import CustomerItemsSaved, CustomerPriceListsSaved
from gendan.orders.models import CustomerItem, CustomerPriceList


@dataclass(frozen=True)
class CustomerItemRow:
    """A customer's own code of one of our items (customer and item by their codes)."""

    customer: str
    code: str
    item: str | None = None
    name: str | None = None
    remove: bool = False


@dataclass(frozen=True)
class CustomerPriceListRow:
    """A price list that holds for a customer (both by code); the lowest rank is asked first."""

    customer: str
    price_list: str
    rank: int | None = None
    remove: bool = False


@service(gettext_lazy("Save customers' item codes"))
def save_customer_items(*, rows: Sequence[CustomerItemRow], by: User | None) -> list[CustomerItem]:
    """Make, change or remove what customers call our items."""
    saved = upsert(CustomerItem, rows, key=("customer", "code"))
    record_saved(
        CustomerItemsSaved,
        saved,
        room="orders",
        codes=[row.customer for row in rows],
        about=_customers([one.customer_id for one in saved.touched]),
        by=by,
    )
    return saved.objects


@service(gettext_lazy("Save customers' price lists"))
def save_customer_price_lists(
    *, rows: Sequence[CustomerPriceListRow], by: User | None
) -> list[CustomerPriceList]:
    """Say which price lists hold for which customers, and which is asked first."""

    def check(one: CustomerPriceList, index: int, problems: Problems) -> None:
        if one.rank < 1:
            problems.add(index, "rank", _("Ranks begin at 1."))

    saved = upsert(CustomerPriceList, rows, key=("customer", "price_list"), check=check)
    record_saved(
        CustomerPriceListsSaved,
        saved,
        room="orders",
        codes=[row.customer for row in rows],
        about=_customers([one.customer_id for one in saved.touched]),
        by=by,
    )
    return saved.objects


def _customers(ids: Sequence[int]) -> list[str]:
    return [f"partners.partner:{pk}" for pk in sorted(set(ids))]
