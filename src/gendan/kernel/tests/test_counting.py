"""Several counts in one query: capped, empty ones included, in the order asked."""

import pytest
from pytest_django import DjangoAssertNumQueries

from gendan.kernel.counting import count_all
from gendan.kernel.models import User
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db


def test_many_questions_cost_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for name in ("mei", "wen", "zhao"):
        person(name)
    everybody = User.objects.filter(username__in=["mei", "wen", "zhao"]).order_by("-name")
    percent = User.objects.filter(name__contains="100%s%")
    with django_assert_num_queries(1):
        counted = count_all(
            [everybody, User.objects.none(), percent, everybody.filter(username="wen")], cap=2
        )
    assert counted == [2, 0, 0, 1]


def test_a_union_is_counted_whole() -> None:
    person("mei")
    person("wen")
    mei = User.objects.filter(username="mei").values("pk")
    assert count_all([mei.union(User.objects.filter(username="wen").values("pk"))], cap=9) == [2]


def test_nothing_asked_costs_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert count_all([], cap=9) == []
