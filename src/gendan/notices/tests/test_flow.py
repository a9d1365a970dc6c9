"""Information flow: medians and the slowest tenth by department and fact, in working minutes."""

import datetime as dt
from typing import Any

import pytest

from gendan.kernel import clock, journal
from gendan.kernel.models import User
from gendan.notices.flow import information_flow
from gendan.notices.models import Notice
from gendan.orders.events import OrderFollowed
from gendan.testing.cast import person
from gendan.workforce.models import Department, Person

pytestmark = pytest.mark.django_db


def employ(username: str, department: Department) -> User:
    user = person(username)
    Person.objects.create(code=username, name=username, user=user, department=department)
    return user


def told(user: User, *, fact: str = "OrderFollowed", **more: Any) -> Notice:
    entry = journal.record(OrderFollowed(order_id=0, user_id=user.pk), about=user)
    at = more.pop("at", clock.now())
    return Notice.objects.create(user=user, entry=entry, fact=fact, at=at, **more)


def read_after(user: User, minutes: int, **more: Any) -> Notice:
    return told(user, read_at=clock.now(), read_minutes=minutes, **more)


def figures(**more: Any) -> Any:
    now = clock.now()
    return information_flow(now - dt.timedelta(days=1), now + dt.timedelta(days=1), **more)


@pytest.fixture
def purchasing(db: None) -> Department:
    return Department.objects.create(code="BUY", name_en="Purchasing", name_zh="采购部")


@pytest.fixture
def store(db: None) -> Department:
    return Department.objects.create(code="STORE", name_en="Store", name_zh="仓库")


def test_medians_by_department(purchasing: Department, store: Department) -> None:
    bo, wen = employ("bo", purchasing), employ("wen", store)
    for minutes in (0, 10, 20, 30, 600):
        read_after(bo, minutes)
    read_after(wen, 5)
    told(wen)
    flow = figures()
    first, second = flow.departments
    assert (first.department_id, first.figures.read_median, first.figures.read_90) == (
        purchasing.pk,
        20,
        372,
    )
    assert (second.department_id, second.figures.told, second.figures.open) == (store.pk, 2, 1)
    assert (flow.total.told, flow.total.read) == (7, 6)


def test_acting_is_measured_apart_and_ended_duties_not_at_all(purchasing: Department) -> None:
    bo, now = employ("bo", purchasing), clock.now()
    acted: dict[str, Any] = {"must_act": True, "acted_at": now, "read_at": now}
    told(bo, **acted, read_minutes=1, acted_minutes=100, acted_how="fact")
    told(bo, **acted, read_minutes=1, acted_minutes=9000, acted_how="ended")
    told(bo, must_act=True, escalated_at=now)
    found = figures().departments[0].figures
    assert (found.to_act, found.acted, found.acted_median) == (2, 1, 100)
    assert (found.open, found.escalated) == (1, 1)


def test_by_fact_period_and_department(purchasing: Department, store: Department) -> None:
    bo, wen = employ("bo", purchasing), employ("wen", store)
    read_after(bo, 10, fact="OrderAmended")
    read_after(wen, 90, fact="OrderCancelled")
    read_after(bo, 999, at=clock.now() - dt.timedelta(days=40))
    assert [one.fact for one in figures().facts] == ["OrderCancelled", "OrderAmended"]
    assert [one.fact for one in figures(department_id=purchasing.pk).facts] == ["OrderAmended"]
    assert figures(fact="OrderCancelled").total.read_median == 90


def test_people_without_a_department_are_counted_too() -> None:
    read_after(person("jun"), 3)
    row = figures().departments[0]
    assert (row.department_id, row.name, row.figures.read) == (None, "", 1)


def test_nothing_told_is_no_figure(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        flow = figures()
    assert (flow.total.told, flow.total.read_median, flow.departments) == (0, None, [])
