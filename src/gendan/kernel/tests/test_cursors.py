"""Cursor paging meets every row exactly once, in order, also where values are missing or equal."""

import datetime as dt

import pytest

from gendan.kernel import cursors
from gendan.kernel.models import ApiToken
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
DAYS = [3, None, 1, 1, None, 2, 1, None, 5]


def tokens() -> None:
    moment = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    for number, day in enumerate(DAYS):
        ApiToken.objects.create(
            user=person("mei"),
            name=f"t{day}",
            digest=str(number),
            made_at=moment,
            used_at=moment + dt.timedelta(days=day) if day else None,
        )


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize("sort", ["id", "-id", "name", "-name", "used_at", "-used_at", "-pk"])
def test_every_row_once_and_in_order(sort: str, size: int) -> None:
    tokens()
    whole = list(ApiToken.objects.order_by(*cursors.ordering(ApiToken, sort)))
    seen: list[ApiToken] = []
    cursor = ""
    for _page in range(20):
        rows, cursor = cursors.page(ApiToken.objects.all(), sort, cursor, size)
        seen += rows
        if not cursor:
            break
    assert seen == whole
    assert len(whole) == len(DAYS)


def test_rows_without_a_value_come_last() -> None:
    tokens()
    for sort in ("used_at", "-used_at"):
        rows, _cursor = cursors.page(ApiToken.objects.all(), sort, "", 100)
        assert [row.used_at is None for row in rows] == [False] * 6 + [True] * 3


@pytest.mark.parametrize(
    "cursor", ["x", "e30", "W10", "WyJ0IiwieCIsMV0", "WyJuIiwieCIsMV0", "WyJzIix7fSwxXQ", "A" * 900]
)
def test_an_unreadable_cursor_begins_at_the_beginning(cursor: str) -> None:
    tokens()
    rows, _next = cursors.page(ApiToken.objects.all(), "id", cursor, 3)
    assert len(rows) == 3
