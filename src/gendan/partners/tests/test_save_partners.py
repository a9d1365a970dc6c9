"""Companies and what belongs to them."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group

from gendan.kernel.cleaners import CLEAR
from gendan.kernel.models import User
from gendan.kernel.rows import RowsRefused
from gendan.partners import invariants
from gendan.partners.models import Address, Contact, Lane, Partner
from gendan.partners.queries import main_contacts, transit, transits
from gendan.partners.services import (
    AddressRow,
    ContactRow,
    LaneRow,
    PartnerRow,
    PaymentTermsRow,
    save_addresses,
    save_contacts,
    save_lanes,
    save_partners,
    save_payment_terms,
)
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def test_a_company_can_be_several_things() -> None:
    mei = person("mei")
    masters.payment_terms()
    row = PartnerRow(
        "X",
        name="X GmbH",
        country="DE",
        is_customer=True,
        is_carrier=True,
        payment_terms="TT30",
        merchandiser="mei",
        time_zone="Europe/Berlin",
        incoterm="FOB",
        credit_limit=Decimal(50000),
        documents_required=["invoice", "packing_list"],
    )
    (made,) = save_partners(rows=[row], by=person("sun"))
    made.refresh_from_db()
    assert (made.is_customer, made.is_supplier, made.is_carrier) == (True, False, True)
    assert made.merchandiser == mei
    save_partners(rows=[PartnerRow("X", merchandiser=CLEAR, credit_limit=CLEAR)], by=None)
    made.refresh_from_db()
    assert made.name == "X GmbH"
    assert Partner.objects.filter(merchandiser=None, credit_limit=None).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "Germany"),
        ("country", "de"),
        ("language", "tlh"),
        ("time_zone", "Mars/Olympus"),
        ("currency", "usd"),
        ("incoterm", "XYZ"),
        ("payment_terms", "none"),
        ("merchandiser", "nobody"),
        ("credit_limit", Decimal(-1)),
        ("over_percent", Decimal(101)),
        ("documents_required", "invoice"),
    ],
)
def test_it_refuses_what_makes_no_sense(field: str, value: object) -> None:
    kept = {"name": "X", "country": "DE"} | {field: value}
    with pytest.raises(RowsRefused) as refusal:
        save_partners(rows=[PartnerRow("X", **kept)], by=None)  # type: ignore[arg-type]
    assert [row.field for row in refusal.value.rows] == [field]
    assert not Partner.objects.exists()


def test_outsiders_see_their_own_company_only() -> None:
    own = masters.customer("OWN")
    masters.customer("OTHER")
    user = User.objects.create(username="anna", is_outside=True)
    user.groups.add(Group.objects.get(name="customer"))
    user.outside_access = own.accesses.create(user=user)
    assert list(Partner.objects.visible_to(user)) == [own]
    assert not Partner.objects.visible_to(person("stranger")).exists()
    assert Partner.objects.visible_to(person("mei")).count() == 2


def test_people_at_companies_come_and_go() -> None:
    customer = masters.customer("X")
    rows = [ContactRow("X", "Ann", email="ann@x.example"), ContactRow("X", "Bob", is_main=True)]
    save_contacts(rows=rows, by=None)
    assert main_contacts([customer.pk])[customer.pk].name == "Bob"
    save_contacts(rows=[ContactRow("X", "Bob", remove=True)], by=None)
    assert main_contacts([customer.pk])[customer.pk].name == "Ann"
    with pytest.raises(RowsRefused, match="not as it should be"):
        save_contacts(rows=[ContactRow("X", "Ann", email="ann at x")], by=None)
    assert Contact.objects.get().email == "ann@x.example"


def test_several_addresses_of_one_kind_are_told_apart_by_label() -> None:
    masters.customer("X")
    rows = [
        AddressRow("X", "delivery", label, lines=f"{label} 1", country="DE")
        for label in ("Hamburg", "Bremen")
    ]
    save_addresses(rows=rows, by=None)
    save_addresses(rows=[AddressRow("X", "delivery", "Bremen", city="Bremen")], by=None)
    assert sorted(Address.objects.values_list("label", "city")) == [
        ("Bremen", "Bremen"),
        ("Hamburg", ""),
    ]
    with pytest.raises(RowsRefused, match="two capital letters"):
        save_addresses(rows=[AddressRow("X", lines="1", country="de")], by=None)


def test_a_way_is_known_or_assumed() -> None:
    masters.lane("DE", "sea", transit_days=33)
    known = transit("sea", "DE")
    assert (known.whole_days, known.is_known) == (41, True)
    assert not transits([("air", "DE")])["air", "DE"].is_known
    save_lanes(rows=[LaneRow("sea", "DE", remove=True)], by=None)
    assert not Lane.objects.exists()
    with pytest.raises(RowsRefused, match="longer than a year"):
        save_lanes(rows=[LaneRow("sea", "DE", transit_days=400)], by=None)


def test_a_lane_sails_on_days_of_the_week_and_closes_before() -> None:
    masters.lane("DE")
    lane = masters.lane("DE", sails_on=(5, 2, 5), cutoff_days=3)
    assert (lane.sails_on, lane.cutoff_days) == ([2, 5], 3)
    found = transit("sea", "DE")
    assert (found.sails_on, found.cutoff_days, found.is_known) == ((2, 5), 3, True)
    save_lanes(rows=[LaneRow("sea", "DE", to_door_days=9)], by=None)
    assert Lane.objects.get().sails_on == [2, 5]  # what is left out stays
    save_lanes(rows=[LaneRow("sea", "DE", sails_on=[])], by=None)
    assert transit("sea", "DE").sails_on == ()  # on any day


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"sails_on": [7]}, "0 .Monday. to 6"),
        ({"sails_on": [-1]}, "out of range"),
        ({"sails_on": ["Friday"]}, "sails_on"),
        ({"cutoff_days": 61}, "at most 60 days"),
        ({"cutoff_days": -1}, "cutoff_days"),
    ],
)
def test_a_lane_refuses_days_that_there_are_not(given: dict[str, Any], words: str) -> None:
    with pytest.raises(RowsRefused, match=words):
        save_lanes(rows=[LaneRow("sea", "DE", transit_days=30, **given)], by=None)
    assert not Lane.objects.exists()


@pytest.mark.parametrize(
    ("instalments", "words"),
    [
        ([], "1 to 12 instalments"),
        ([{"event": "contract", "percent": "30", "days": 0}], "30 percent, not 100"),
        ([{"event": "moonrise", "percent": "100", "days": 0}], "falls due at one of"),
        ([{"event": "contract", "percent": "all", "days": 0}], "not a number"),
        ([{"event": "contract", "percent": "NaN", "days": 0}], "more than 0"),
        ([{"event": "contract", "percent": "100", "days": -1}], "0 to 720"),
        (["contract"], "falls due at one of"),
    ],
)
def test_instalments_add_up_to_a_hundred(instalments: list[object], words: str) -> None:
    row = PaymentTermsRow("T", "T", instalments=instalments)  # type: ignore[arg-type]
    with pytest.raises(RowsRefused, match=words):
        save_payment_terms(rows=[row], by=None)
    masters.payment_terms()
    assert invariants.check() == []
