"""Batches: a part of a work order on its own, several as one; nothing is lost or invented."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gendan.inventory.models import ExpectedSupply, Reservation
from gendan.inventory.services import ReceiptRow, receive_expected, reserve
from gendan.kernel import audit, clock
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed, NotThere, StaleRevision
from gendan.kernel.models import Entry
from gendan.kernel.quantity import QuantityRefused
from gendan.planning.tests.factory import MONDAY, chairs
from gendan.production import queries, services
from gendan.production.models import Component, WorkOrder
from gendan.production.services import CannotBeMerged, CannotBeSplit, ComponentRow, WorkOrderRow
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
DUE = MONDAY + dt.timedelta(days=14)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        masters.location("STORE")
        yield


def made(
    quantity: int = 10,
    *,
    due: dt.date = DUE,
    item: str = "CHAIR",
    release: bool = True,
    **more: Any,
) -> WorkOrder:
    row = WorkOrderRow(item, Decimal(quantity), MONDAY, due, **more)
    (order,) = services.firm_work_orders(rows=[row], by=None)
    return services.release_work_order(work_order_id=order.pk, by=None) if release else order


def split(order: WorkOrder, quantity: Any, **more: Any) -> WorkOrder:
    return services.split_work_order(
        work_order_id=order.pk, quantity=quantity, **{"by": None, **more}
    )


def merge(*found: WorkOrder, **more: Any) -> WorkOrder:
    return services.merge_work_orders(
        work_order_ids=[one.pk for one in found], **{"by": None, **more}
    )


def again(order: WorkOrder) -> WorkOrder:
    return WorkOrder.objects.select_related("expected").get(pk=order.pk)


def needs(*found: WorkOrder) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    rows = Component.objects.filter(work_order__in=[one.pk for one in found])
    for code, quantity in rows.values_list("item__code", "quantity"):
        total[code] = total.get(code, Decimal(0)) + quantity
    return total


def component(order: WorkOrder, code: str) -> Component:
    return order.components.get(item__code=code)


def kept(order: WorkOrder, code: str) -> Decimal:
    rows = Reservation.objects.filter(demand=f"{queries.COMPONENT}{component(order, code).pk}")
    return sum(rows.values_list("quantity", flat=True), Decimal(0))


def test_split_work_order_divides_all_it_has() -> None:
    order = made(10)
    later = DUE + dt.timedelta(days=7)
    part = split(order, 4, due_on=later, revision=order.revision, by=person("ping"))
    rest = again(order)
    assert (rest.quantity, part.quantity, part.due_on) == (6, 4, later)
    assert (rest.expected.quantity, part.expected.quantity) == (6, 4)
    assert part.expected.made_for == queries.paper_of(part.pk)
    assert part.expected.due_on == later
    assert part.split_from_id == order.pk
    assert part.state == "released"
    assert needs(rest) == {"LEG": 24, "SEAT": 6}
    assert needs(part) == {"LEG": 16, "SEAT": 4}
    assert [one.minutes for one in rest.steps.all()] == [46]  # ten of set-up, six a chair
    assert [one.minutes for one in part.steps.all()] == [34]
    fact = Entry.objects.get(fact="WorkOrderSplit")
    assert (fact.data["quantity"], fact.data["left"]) == ("4", "6")
    assert not Entry.objects.filter(fact="WorkOrderCancelled").exists()
    assert audit.audit() == {}


def test_order_lines_are_shared_or_divided() -> None:
    lines = [orders.line("CHAIR", 5), orders.line("CHAIR", 5)]
    sold = orders.confirmed(masters.customer(), lines, incoterm="EXW")
    one, two = (
        f"orders.line:{pk}" for pk in sold.lines.order_by("pk").values_list("pk", flat=True)
    )
    order = made(10, demands=[one, two])
    assert split(order, 2).demands == [one, two]
    assert split(order, 2, demands=[two]).demands == [two]
    assert again(order).demands == [one]
    with pytest.raises(Invalid):
        split(order, 2, demands=[two])


def test_what_is_kept_in_the_stores_goes_with_its_part() -> None:
    masters.stock("LEG", 30)
    order = made(10)
    leg = component(order, "LEG")
    reserve(demands=[(f"{queries.COMPONENT}{leg.pk}", leg.item_id, Decimal(30))], by=None)
    part = split(order, 4)
    assert kept(order, "LEG") == 24  # what the rest needs
    assert kept(part, "LEG") == 6
    other = made(10)
    leg = component(other, "LEG")
    masters.stock("LEG", 5)
    reserve(demands=[(f"{queries.COMPONENT}{leg.pk}", leg.item_id, Decimal(5))], by=None)
    merged = merge(order, part, other)
    assert kept(merged, "LEG") == 35
    assert Reservation.objects.count() == 1


@pytest.mark.parametrize("quantity", [0, -1, "x", "1.5", "1e99", ""])
def test_odd_quantities_are_refused(quantity: Any) -> None:
    with pytest.raises(QuantityRefused):
        split(made(10), quantity)


@pytest.mark.parametrize("quantity", [10, 11])
def test_all_of_it_is_no_part(quantity: int) -> None:
    with pytest.raises(CannotBeSplit, match="10 are left"):
        split(made(10), quantity)


def test_what_is_made_stays() -> None:
    order = made(10)
    receive_expected(rows=[ReceiptRow(order.expected_id, Decimal(3), "STORE")], by=None)
    step = order.steps.get()
    services.begin_step(step_id=step.pk, by=None)
    services.report_step(step_id=step.pk, good=5, by=None)
    with pytest.raises(CannotBeSplit, match="5 are left"):
        split(order, 6)
    part = split(order, 5)
    assert [one.state for one in part.steps.all()] == ["todo"]
    step.refresh_from_db()
    assert (step.state, step.good, again(order).quantity) == ("begun", 5, 5)
    with pytest.raises(CannotBeSplit):
        split(order, 2)


def test_a_part_of_what_is_done_is_done() -> None:
    order = made(10)
    services.finish_step(step_id=order.steps.get().pk, by=None)
    assert [one.state for one in split(order, 5).steps.all()] == ["done"]


def test_issued_material_that_the_rest_does_not_need_is_returned_first() -> None:
    masters.stock("LEG", 40)
    order = made(10)
    services.issue_components(
        work_order_id=order.pk, rows=[ComponentRow("LEG", Decimal(30), "STORE")], by=None
    )
    with pytest.raises(CannotBeSplit, match="30 of LEG were issued"):
        split(order, 5)
    split(order, 2)  # the rest needs 32


def test_who_and_when_and_twice() -> None:
    order = made(10)
    with pytest.raises(NotAllowed):
        split(order, 1, by=person("mei"))
    with pytest.raises(StaleRevision):
        split(order, 1, revision=99)
    seen = again(order).revision
    split(order, 1, revision=seen)
    with pytest.raises(StaleRevision):  # the second of two at once
        split(order, 1, revision=seen)
    with pytest.raises(Invalid):
        split(order, 1, due_on=dt.date(1800, 1, 1))
    with pytest.raises(NotThere):
        services.split_work_order(work_order_id=10**9, quantity=1, by=None)
    services.cancel_work_order(work_order_id=order.pk, reason="no", by=None)
    with pytest.raises(IllegalStep):
        split(order, 1)


def test_merge_work_orders_unites_all_they_have() -> None:
    sooner = DUE - dt.timedelta(days=5)
    one, two, three = made(10), made(5, due=sooner), made(1)
    merged = merge(three, two, one, by=person("ping"))
    whole = again(one)
    assert merged.pk == one.pk
    assert (whole.quantity, whole.due_on, whole.expected.quantity) == (16, sooner, 16)
    assert whole.expected.due_on == sooner
    assert needs(whole) == {"LEG": 64, "SEAT": 16}
    assert [step.minutes for step in whole.steps.all()] == [106]  # one set-up
    for gone in (again(two), again(three)):
        assert (gone.state, gone.merged_into_id) == ("cancelled", one.pk)
        assert not gone.expected.is_open
    assert ExpectedSupply.objects.filter(is_open=True).count() == 1
    assert Entry.objects.get(fact="WorkOrdersMerged").data["merged"] == [two.number, three.number]
    assert audit.audit() == {}


def test_what_does_not_fit_together_is_refused() -> None:
    order = made(10)
    with pytest.raises(CannotBeMerged, match="different items"):
        merge(order, made(10, item="LEG"))
    with pytest.raises(CannotBeMerged, match="only one is released"):
        merge(order, made(10, release=False))
    begun = made(10)
    services.begin_step(step_id=begun.steps.get().pk, by=None)
    with pytest.raises(CannotBeMerged, match="is begun"):
        merge(order, begun)
    masters.stock("LEG", 4)
    out = made(10)
    assert out in queries.mergeable_with(order, person("gang"))
    assert begun not in queries.mergeable_with(order, person("gang"))
    services.issue_components(
        work_order_id=out.pk, rows=[ComponentRow("LEG", Decimal(4), "STORE")], by=None
    )
    with pytest.raises(CannotBeMerged, match="is begun"):
        merge(order, out)
    masters.bom("CHAIR", {"LEG": 3, "SEAT": 1}, "2")
    with pytest.raises(CannotBeMerged, match="different material"):
        merge(order, made(10))
    with pytest.raises(Invalid):
        merge(order, order)
    for nobody in (10**9, 2**63, -1):
        with pytest.raises(NotThere):
            services.merge_work_orders(work_order_ids=[order.pk, nobody], by=None)
    with pytest.raises(NotAllowed):
        merge(order, made(1), by=person("mei"))
    other = made(10)
    services.cancel_work_order(work_order_id=other.pk, reason="no", by=None)
    with pytest.raises(IllegalStep):
        merge(order, other)
    assert again(order).quantity == 10


def test_the_number_of_questions_before_merging_is_the_same_for_many(
    django_assert_max_num_queries: Any,
) -> None:
    many = [made(10) for _time in range(6)]
    services.begin_step(step_id=many[-1].steps.get().pk, by=None)
    with django_assert_max_num_queries(18), pytest.raises(CannotBeMerged, match="is begun"):
        merge(*many)


def test_what_was_seen_otherwise_is_not_merged() -> None:
    one, two = made(10), made(10)
    with pytest.raises(StaleRevision):
        merge(one, two, revisions={one.pk: one.revision, two.pk: two.revision + 1})
    merge(one, two, revisions={one.pk: one.revision, two.pk: two.revision})
    with pytest.raises(IllegalStep):  # the second of two at once
        merge(one, two)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(11, 40))
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_splitting_and_merging_conserve_everything(parts: list[int], whole: int) -> None:
    """However it is divided, pieces, components and expected goods add up; merged it is as before
    but for rounding to whole steps, which never loses any."""
    order = made(whole)
    before = needs(order)
    found = [order]
    for part in parts:
        if part < again(order).quantity:
            found.append(split(order, part))
    rows = [again(one) for one in found]
    assert sum(one.quantity for one in rows) == whole
    assert sum(one.expected.quantity for one in rows) == whole
    assert needs(*rows) == before
    if len(found) > 1:
        merged = again(merge(*found))
        assert merged.quantity == whole
        assert needs(merged) == before
        assert [one.minutes for one in merged.steps.all()] == [10 + 6 * whole]
