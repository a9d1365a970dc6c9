"""Makers of followed orders: confirmed through the verbs, with their journeys started."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from gendan.catalog.models import Item
from gendan.followup import services
from gendan.followup.models import Journey, Milestone, Template
from gendan.followup.templates_data import StepData
from gendan.kernel import clock, reactions
from gendan.kernel.models import User
from gendan.orders.entry import LineData
from gendan.orders.models import Hold, Stage
from gendan.orders.services import release_hold
from gendan.testing.cast import person
from gendan.testing.make import masters, orders


def step(code: str, days: int = 5, after: dict[str, int] | None = None, **given: Any) -> StepData:
    """A milestone of production that production owns and is waited for, unless said otherwise."""
    values: dict[str, Any] = {
        "name_zh": f"{code}（中文）",
        "name_en": code.replace("_", " ").capitalize(),
        "stage": "production",
        "owner_role": "production",
        "waits_for": "production",
    }
    return StepData(code=code, duration_days=days, after=after or {}, **(values | given))


# Customer pays, we make in two steps, it leaves; small enough to check by hand.
SMALL = (
    step("deposit", 5, owner_role="finance", waits_for="customer", stage="contract", gates="buy"),
    step("material", 10, {"deposit": 0}, owner_role="buyer", waits_for="supplier",
         stage="material", needs="buy"),
    step("sewing", 10, {"material": 0}),
    step("packing", 2, {"sewing": 0}),
    step("ex_works", 1, {"packing": 0}, owner_role="logistics", waits_for="logistics",
         stage="shipping", anchor="ex_works"),
    step("papers", 3, {"ex_works": 0}, owner_role="logistics", waits_for="logistics",
         stage="shipping"),
)  # fmt: skip


def template(
    steps: Sequence[StepData] = SMALL, *, code: str = "small", kind: str = "hardgoods", **given: Any
) -> Template:
    """A kind of journey; the items of the makers are hardgoods."""
    known = Template.objects.filter(code=code).values_list("pk", flat=True).first()
    return services.save_template(
        code=code,
        kind=kind,
        name_en=code.capitalize(),
        steps=steps,
        template_id=known,
        by=None,
        **given,
    )


def followed(
    *,
    days: int = 60,
    number: str = "",
    item: Item | None = None,
    by: User | None = None,
    price: Any = "2.50",
    quantity: int = 100,
    **head: Any,
) -> Journey:
    """A confirmed order for ex-works in so many days, followed by Mei, its journey started."""
    customer = masters.customer(currency="CNY")
    wanted = LineData(
        item_id=(item or masters.item()).pk,
        quantity=quantity,
        unit_price=masters.decimal(price),
        requested_on=clock.today() + dt.timedelta(days=days),
    )
    order = orders.confirmed(
        customer,
        [wanted],
        by=by,
        **{
            "currency": "CNY",
            "incoterm": "EXW",
            "customer_order_number": number,
            "merchandiser_id": (by or person("mei")).pk,
        }
        | head,
    )
    reactions.run_due()
    return Journey.objects.get(order=order)


def approved(*order_ids: int, stage: str = Stage.PRODUCE) -> None:
    """What these orders (or all) wait for before they are made is waited for no more: Zhao says
    so."""
    reactions.run_due()
    holds = Hold.objects.filter(stage=stage, released_at=None)
    holds = holds.filter(order__in=order_ids) if order_ids else holds
    for pk in list(holds.order_by("pk").values_list("pk", flat=True)):
        release_hold(hold_id=pk, reason="agreed by phone", by=person("zhao"))


def milestone(journey: Journey, code: str) -> Milestone:
    """A milestone as it stands now."""
    return Milestone.objects.select_related("journey__order").get(journey=journey, code=code)
