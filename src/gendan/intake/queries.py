"""Questions about what came in: the queue, doubts, twins, what a change order changes, hints."""

from collections.abc import Iterable

from django.db.models import CharField, Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from gendan.catalog.models import Item
from gendan.intake.draft_data import Data, DraftDoubt, doubts_of, value_at
from gendan.intake.models import Draft, Incoming, Learned
from gendan.kernel.models import User
from gendan.orders.models import Order, OrderState
from gendan.partners.models import Partner

OPEN_STATES = ("received", "read", "unreadable")
# What says whose order it is without the name on it (codes of engine.matching).
_PROOFS = frozenset({"address", "learned", "gln", "tax_number"})


def waiting(user: User) -> QuerySet[Incoming]:
    """What still waits to be worked on, newest first."""
    return Incoming.objects.visible_to(user).filter(state__in=OPEN_STATES).order_by("-id")


def all_incoming(user: User) -> QuerySet[Incoming]:
    """Every document somebody sees, newest first."""
    return Incoming.objects.visible_to(user).order_by("-id")


def queue(rows: QuerySet[Incoming]) -> QuerySet[Incoming]:
    """The rows with what the list shows, in a fixed number of queries.

    Each draft carries `twin_number`: our number of an order that has its customer's number
    (of an accepted draft that is its own order).
    """
    twins = Order.objects.filter(
        customer_id=OuterRef("customer_id"),
        customer_order_number=Cast(KeyTextTransform("order_number", OuterRef("data")), CharField()),
    ).exclude(state=OrderState.CANCELLED)
    drafts = (
        Draft.objects.select_related("customer", "order")
        .annotate(twin_number=Subquery(twins.order_by("pk").values("number")[:1]))
        .order_by("position")
    )
    return (
        rows.defer("view")
        .select_related("worked_on_by", "taken_by")
        .prefetch_related(Prefetch("drafts", queryset=drafts))
    )


def worked_on_by(rows: QuerySet[Incoming], user: User, whose: str) -> QuerySet[Incoming]:
    """What is mine, nobody's ("free") or somebody else's ("others")."""
    if whose == "mine":
        return rows.filter(worked_on_by=user)
    if whose == "free":
        return rows.filter(worked_on_by=None)
    if whose == "others":
        return rows.exclude(worked_on_by=None).exclude(worked_on_by=user)
    return rows


def worker_counts(user: User) -> dict[str, int]:
    """How much of what waits is mine, nobody's and somebody else's (1 query)."""
    mine, free = Q(worked_on_by=user), Q(worked_on_by=None)
    return waiting(user).aggregate(
        mine=Count("pk", filter=mine),
        free=Count("pk", filter=free),
        others=Count("pk", filter=~mine & ~free),
    )


def search_incoming(rows: QuerySet[Incoming], text: str) -> QuerySet[Incoming]:
    """By number, sender, subject or file name, or the customer's order number."""
    return rows.filter(
        Q(number__icontains=text)
        | Q(sender_name__icontains=text)
        | Q(sender_address__icontains=text)
        | Q(subject__icontains=text)
        | Q(file_name__icontains=text)
        | Q(pk__in=Draft.objects.filter(data__order_number__icontains=text).values("incoming_id"))
    )


def drafts_for(user: User) -> QuerySet[Draft]:
    """The drafts somebody sees."""
    return Draft.objects.filter(incoming__in=Incoming.objects.visible_to(user)).select_related(
        "incoming", "customer", "order"
    )


def items_like(text: str, most: int = 12) -> list[Item]:
    """Items to choose from while somebody types code, name or model."""
    words = text.strip()[:80]
    if not words:
        return []
    found = Item.objects.filter(is_active=True).filter(
        Q(code__icontains=words)
        | Q(name_en__icontains=words)
        | Q(name_zh__icontains=words)
        | Q(model__icontains=words)
    )
    return list(found.order_by("code")[:most])


def item_by_code(code: str) -> Item | None:
    """The item of this code."""
    return Item.objects.filter(code__iexact=code.strip()[:40], is_active=True).first()


def customers_like(user: User, text: str, most: int = 12) -> list[Partner]:
    """Customers to choose from while somebody types code or name."""
    words = text.strip()[:80]
    if not words:
        return []
    found = customers_for(user).filter(
        Q(code__icontains=words) | Q(name__icontains=words) | Q(name_zh__icontains=words)
    )
    return list(found.order_by("code")[:most])


def customers_for(user: User) -> QuerySet[Partner]:
    """The customers somebody sees."""
    return Partner.objects.visible_to(user).filter(is_customer=True, is_active=True)


def orders_for(user: User) -> QuerySet[Order]:
    """The orders somebody sees."""
    return Order.objects.visible_to(user).select_related("customer")


def customers_named(ids: Iterable[int]) -> dict[int, Partner]:
    """Customers by id (1 query)."""
    return Partner.objects.in_bulk(list(ids))


def is_order(data: Data) -> bool:
    """Whether the document asks us for something new, so that accepting it makes an order."""
    return data.get("doc_type") in {"order", None}


def open_doubts(draft: Draft) -> list[DraftDoubt]:
    """What must still be looked at before the draft can be accepted.

    How surely the buyer's name was read is no matter where something else proves whose order it
    is; a name that contradicts this is a doubt of the customer.
    """
    found = doubts_of(draft.data, draft.matches, draft.corrected, is_order=is_order(draft.data))
    customer = draft.matches.get("customer") or {}
    if customer.get("id") and not customer.get("doubt") and customer.get("reason") in _PROOFS:
        found = [doubt for doubt in found if doubt.field != "buyer.name"]
    return found


def twins_of(draft: Draft) -> QuerySet[Order]:
    """Orders of the same customer with the same customer's number, cancelled ones left out."""
    number = value_at(draft.data, "order_number")
    if not number or draft.customer_id is None:
        return Order.objects.none()
    rows = Order.objects.filter(
        customer_id=draft.customer_id, customer_order_number__iexact=number[:80]
    ).exclude(state=OrderState.CANCELLED)
    return rows.exclude(pk=draft.order_id) if draft.order_id else rows


def twins_of_many(drafts: Iterable[Draft]) -> dict[int, Order]:
    """For each open draft the order that has its customer's number already (1 query)."""
    wanted = {}
    for draft in drafts:
        number = value_at(draft.data, "order_number")
        if (
            draft.state == Draft.State.OPEN
            and draft.customer_id
            and number
            and is_order(draft.data)
        ):
            wanted[draft.pk] = (draft.customer_id, number[:80])
    if not wanted:
        return {}
    rows = Order.objects.filter(
        customer_id__in={customer for customer, _number in wanted.values()},
        customer_order_number__in={number for _customer, number in wanted.values()},
    ).exclude(state=OrderState.CANCELLED)
    known = {(row.customer_id, row.customer_order_number): row for row in rows}
    return {key: known[pair] for key, pair in wanted.items() if pair in known}


def same_message(incoming: Incoming) -> Incoming | None:
    """An earlier document with the same message number: the same mail, taken in twice."""
    if not incoming.message_id:
        return None
    return (
        Incoming.objects.filter(message_id=incoming.message_id, pk__lt=incoming.pk)
        .order_by("pk")
        .first()
    )


def meant_order(draft: Draft) -> Order | None:
    """The order a change or cancellation is about: the customer's number, else ours."""
    number = value_at(draft.data, "order_number")
    if not number:
        return None
    theirs = Q(customer_order_number__iexact=number[:80])
    if draft.customer_id:
        theirs &= Q(customer_id=draft.customer_id)
    found = Order.objects.filter(theirs | Q(number=number[:60]))
    return found.select_related("customer").order_by("-pk").first()


def learned_about(customer_id: int) -> QuerySet[Learned]:
    """What corrections have taught about a customer, for its page."""
    return (
        Learned.objects.filter(customer_id=customer_id).select_related("by").order_by("kind", "key")
    )


def items_named(ids: Iterable[int]) -> dict[int, Item]:
    """Items by id with their units (1 query)."""
    return Item.objects.select_related("unit").in_bulk(list(ids))
