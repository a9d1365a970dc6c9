"""Material from suppliers the customer nominated: their delay is on the customer's account."""

import datetime as dt
from collections.abc import Callable

import pytest

from gendan.followup.invariants import check
from gendan.followup.models import Journey, Milestone, Wait
from gendan.followup.queries import order_followup
from gendan.followup.services import reach_milestone
from gendan.purchasing.tests import ordered
from gendan.sourcing.services import SourceRow, save_sources
from gendan.testing.cast import person
from gendan.testing.make import followup as make
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(monday: dt.date) -> Journey:
    steps = [
        make.step("deposit", 5, owner_role="finance", waits_for="customer", stage="contract"),
        make.step(
            "material",
            10,
            {"deposit": 0},
            owner_role="buyer",
            waits_for="supplier",
            stage="material",
            evidence="material_received",
        ),
        make.step("ex_works", 10, {"material": 0}, anchor="ex_works"),
    ]
    make.template(steps)
    return make.followed()


def bought(journey: Journey) -> None:
    """The order's material, ordered from the mill and on its way."""
    line = journey.order.lines.get()
    due = dt.date(2026, 3, 20)
    demands = [f"orders.line:{line.pk}"]
    ordered.sent(ordered.line(line.item.code, requested_on=due, demands=demands))


def opened(journey: Journey) -> Milestone:
    reach_milestone(milestone_id=make.milestone(journey, "deposit").pk, by=person("mei"))
    return make.milestone(journey, "material")


def test_the_customer_is_waited_for_and_the_days_are_its_own(
    journey: Journey, turn_to: Callable[..., None]
) -> None:
    ordered.mill()
    sourcing.source(
        "MILL", journey.order.lines.get().item.code, nominated_by=journey.order.customer.code
    )
    bought(journey)
    material = opened(journey)
    assert (material.waiting_for, material.waiting_partner) == ("customer", journey.order.customer)
    assert Wait.objects.get(milestone=material).note == "Mill Ltd"
    turn_to(dt.date(2026, 3, 12))
    found = order_followup(journey.order_id)
    assert found is not None
    row = next(one for one in found.milestones if one.milestone.code == "material")
    assert {part.party for part in row.waits} == {"customer"}
    assert check() == []


def test_a_supplier_of_our_own_choice_is_waited_for_itself(journey: Journey) -> None:
    bought(journey)
    assert opened(journey).waiting_for == "supplier"


def test_one_of_our_own_choice_among_them_is_enough(journey: Journey) -> None:
    ordered.mill()
    item = journey.order.lines.get().item.code
    sourcing.source("MILL", item, nominated_by=journey.order.customer.code)
    bought(journey)
    other = masters.customer("C-OTHER")
    save_sources(rows=[SourceRow("MILL", item, nominated_by=other.code)], by=None)
    material = opened(journey)
    assert (material.waiting_for, material.waiting_partner) == ("supplier", None)
    assert Wait.objects.get(milestone=material).note == ""


def test_before_anything_is_ordered_nobody_is_blamed(journey: Journey) -> None:
    assert opened(journey).waiting_for == "supplier"
