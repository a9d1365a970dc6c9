"""Milestones of key materials close, and are dated, by the material of the families they name."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from gendan.followup import services
from gendan.followup.models import Milestone
from gendan.followup.services.refusals import TemplateRefused
from gendan.followup.templates_data import TEMPLATES, StepData
from gendan.inventory.models import ExpectedSupply
from gendan.inventory.services import LocationRow, save_locations
from gendan.kernel import clock, reactions
from gendan.orders.queries import demand_of
from gendan.purchasing.services import (
    ArrivedRow,
    DraftLineRow,
    LineAnswer,
    answer_by_supplier_link,
    receive_goods,
    release_receipt,
)
from gendan.purchasing.tests import ordered, received
from gendan.testing.cast import person
from gendan.testing.make import followup as make
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
TODAY = ordered.TODAY
LATER = dt.date(2026, 10, 20)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


@pytest.fixture
def demand() -> str:
    """A confirmed order of 10 lamps, each of a housing, and of a box of the family PACKAGING."""
    masters.family("PACKAGING")
    masters.item("LAMP", supply="make")
    masters.item("HOUSING")
    masters.item("BOX", family="PACKAGING")
    masters.bom("LAMP", {"HOUSING": 1, "BOX": 1})
    line = orders.line("LAMP", 10, requested_on=dt.date(2026, 9, 30))
    order = orders.confirmed(masters.customer(), [line], by=person("mei"), incoterm="EXW")
    reactions.run_due()
    make.approved(order.pk, stage="buy")
    return demand_of(order.lines.get().pk)


def bought(item: str, demand: str) -> DraftLineRow:
    return DraftLineRow(
        item=item,
        quantity=Decimal(10),
        price=Decimal(2),
        requested_on=ordered.DUE,
        demands=[demand],
    )


def milestone(code: str) -> Milestone:
    return Milestone.objects.get(code=code)


def is_reached(*codes: str) -> list[bool]:
    return [milestone(code).state == "reached" for code in codes]


def test_each_closes_by_its_own_material(demand: str) -> None:
    assert milestone("packaging_in").materials == ["PACKAGING"]
    order, token = ordered.sent(bought("HOUSING", demand), bought("BOX", demand))
    reactions.run_due()
    assert is_reached("material_ordered", "packaging_ordered") == [True, True]
    answer_by_supplier_link(token=token, answers=[LineAnswer(2, LATER)])
    reactions.run_due()
    assert milestone("packaging_in").forecast_on == LATER
    assert milestone("material_in").forecast_on < LATER  # the box does not hold the housing up
    received.store()
    second = LocationRow(code="BIN-2", name_en="Bin 2", name_zh="二号库位", kind="store")
    save_locations(rows=[second], by=None)
    for position, expected in ((1, [True, False]), (2, [True, True])):
        line = received.line(order, position)
        receipt = receive_goods(rows=[ArrivedRow(line.pk, line.quantity)], by=person("wen"))
        reactions.run_due()
        receipt.refresh_from_db()
        if receipt.state == "held":
            assert not is_reached("packaging_in" if position == 2 else "material_in")[0]
            release_receipt(receipt_id=receipt.pk, by=person("qiu"))
            reactions.run_due()
        assert is_reached("material_in", "packaging_in") == expected


def test_what_no_bom_needs_is_closed_by_hand(demand: str) -> None:
    Milestone.objects.filter(code="packaging_in").update(materials=["LABELS"])
    order, _token = ordered.sent(bought("HOUSING", demand), bought("BOX", demand))
    reactions.run_due()
    supply = ExpectedSupply.objects.filter(reference=order.number)
    assert supply.count() == 2
    assert milestone("packaging_in").state != "reached"


def test_families_of_a_step_are_kept_as_they_were_named() -> None:
    hardgoods = next(one for one in TEMPLATES if one.code == "hardgoods")

    def save(step: StepData) -> list[str]:
        steps = [step if one.code == step.code else one for one in hardgoods.steps]
        found = services.save_template(
            code="mine", kind="trading", name_en="Mine", steps=steps, by=person("zhao")
        )
        return list(found.steps.get(code=step.code).materials)

    packaging = next(one for one in hardgoods.steps if one.code == "packaging_in")
    with pytest.raises(TemplateRefused, match="at most"):
        save(replace(packaging, materials=tuple(f"F{at}" for at in range(21))))
    with pytest.raises(TemplateRefused, match="Only a milestone"):
        save(replace(packaging, evidence="hand"))
    assert save(replace(packaging, materials=("LABELS", " BOXES ", "LABELS"))) == [
        "LABELS",
        "BOXES",
    ]
