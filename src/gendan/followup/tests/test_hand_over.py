"""Orders handed to a colleague: with what is open on each, read, and handed back in one step."""

import datetime as dt

import pytest

from gendan.followup.handing import handovers_due, items_of, running_orders, summaries_of
from gendan.followup.models import Handover, Journey, Template
from gendan.followup.services import (
    acknowledge_handover,
    ask_question,
    hand_back,
    hand_over,
)
from gendan.followup.services.handing import NotTheirs
from gendan.kernel import clock, journal, reactions
from gendan.kernel.errors import DomainError, IllegalStep, Invalid, NotAllowed, NotThere
from gendan.orders.services import cancel_order, place_hold
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db
BACK = dt.date(2026, 3, 16)


def given(*journeys: Journey, **values: object) -> Handover:
    kept: dict[str, object] = {"back_on": BACK, "by": person("mei")}
    return hand_over(
        giver_id=person("mei").pk,
        taker_id=person("jun").pk,
        order_ids=[one.order_id for one in journeys],
        **kept | values,  # type: ignore[arg-type]
    )


def test_what_is_open_goes_with_the_orders(small: Template) -> None:
    one, two = make.followed(number="PO-1"), make.followed(number="PO-2")
    question = ask_question(
        order_id=one.order_id, text="Blue?", due_on=BACK, is_mailed=False, by=person("mei")
    )
    place_hold(order_id=two.order_id, stage="ship", reason="L/C", by=person("mei"))
    handover = given(one, two, notes={one.order_id: "Call Anna on Monday"}, note="Thanks!")
    reactions.run_due()
    first, second = items_of(handover)
    assert first.order.merchandiser == second.order.merchandiser == person("jun")
    assert first.note == "Call Anna on Monday"
    assert [step["name_en"] for step in first.summary["steps"]] == ["Deposit"]
    assert first.summary["questions"][0]["text"] == "Blue?"
    assert ("ship", "L/C") in [(hold["stage"], hold["reason"]) for hold in second.summary["holds"]]
    assert first.summary["facts"]
    question.refresh_from_db()
    assert question.owner == person("jun")
    one.refresh_from_db()
    assert one.follower == person("jun")
    assert "OrdersHandedOver" in [entry.fact for entry in journal.timeline(first.order)]
    assert handovers_due(person("jun")) == [handover]


def test_the_summary_costs_the_same_for_many(
    small: Template, django_assert_max_num_queries: object
) -> None:
    for number in range(4):
        make.followed(number=f"PO-{number}")
    orders = list(running_orders(person("zhao"), person("mei")).select_related("journey"))
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        assert len(summaries_of(orders)) == 4


def test_only_the_taker_acknowledges(small: Template) -> None:
    handover = given(make.followed())
    with pytest.raises(NotAllowed):
        acknowledge_handover(handover_id=handover.pk, by=person("mei"))
    read = acknowledge_handover(handover_id=handover.pk, by=person("jun"))
    assert read.state == "acknowledged"
    with pytest.raises(IllegalStep):
        acknowledge_handover(handover_id=handover.pk, by=person("jun"))
    assert handovers_due(person("jun")) == []


def test_back_in_one_step_only_what_is_still_with_the_deputy(small: Template) -> None:
    stays, gone, ended = (make.followed(number=f"PO-{number}") for number in range(3))
    question = ask_question(
        order_id=stays.order_id, text="Blue?", due_on=BACK, is_mailed=False, by=person("mei")
    )
    handover = given(stays, gone, ended)
    hand_over(
        giver_id=person("jun").pk,
        taker_id=person("zhao").pk,
        order_ids=[gone.order_id],
        kind="leaving",
        by=person("zhao"),
    )
    cancel_order(order_id=ended.order_id, reason="gone", by=person("jun"))
    with clock.at(clock.moment_on(BACK)):
        assert handovers_due(person("mei")) == [handover]
        with pytest.raises(NotAllowed):
            hand_back(handover_id=handover.pk, by=person("sun"))
        hand_back(handover_id=handover.pk, by=person("mei"))
        assert handovers_due(person("mei")) == []
    with_whom = {one.order_id: one.order.merchandiser for one in items_of(handover)}
    assert with_whom == {
        stays.order_id: person("mei"),
        gone.order_id: person("zhao"),
        ended.order_id: person("jun"),
    }
    assert [one.is_returned for one in items_of(handover)].count(True) == 1
    question.refresh_from_db()
    assert question.owner == person("mei")
    with pytest.raises(IllegalStep):
        hand_back(handover_id=handover.pk, by=person("mei"))


def test_what_is_given_for_good_does_not_come_back(small: Template) -> None:
    handover = given(make.followed(), kind="leaving", back_on=None)
    with pytest.raises(IllegalStep):
        hand_back(handover_id=handover.pk, by=person("mei"))


@pytest.mark.parametrize(
    "values",
    [
        {"back_on": None},
        {"back_on": "2020-01-01"},
        {"kind": "nap"},
        {"note": "x" * 4001},
        {"order_ids": []},
        {"order_ids": list(range(1, 600))},
        {"taker_id": 0},
        {"taker_id": -1},
    ],
)
def test_it_refuses_what_cannot_be_meant(small: Template, values: dict[str, object]) -> None:
    journey = make.followed()
    kept: dict[str, object] = {
        "giver_id": person("mei").pk,
        "taker_id": person("jun").pk,
        "order_ids": [journey.order_id],
        "back_on": BACK,
        "by": person("mei"),
    }
    if values.get("taker_id") == -1:
        values = {"taker_id": person("mei").pk}
    with pytest.raises(Invalid):
        hand_over(**kept | values)  # type: ignore[arg-type]
    assert not Handover.objects.exists()


def test_whose_orders(small: Template) -> None:
    journey = make.followed()
    with pytest.raises(NotAllowed, match="your own"):
        given(journey, by=person("jun"))
    with pytest.raises(NotAllowed):
        given(journey, by=person("wen"))
    with pytest.raises(NotThere):
        hand_back(handover_id=10**9, by=person("mei"))
    given(journey, by=person("zhao"))
    with pytest.raises(NotTheirs, match="any more"):
        given(journey)
    assert issubclass(NotTheirs, DomainError)
