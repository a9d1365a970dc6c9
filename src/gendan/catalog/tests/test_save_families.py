"""Families of items."""

import pytest

from gendan.kernel.rows import RowsRefused
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def test_sizes_stand_in_the_order_given() -> None:
    family = masters.family("TEE", kind="apparel", uses_matrix=True, sizes=["S", "M", "L"])
    family.refresh_from_db()
    assert family.sizes == ["S", "M", "L"]


def test_it_refuses_a_doubled_size_and_an_unknown_kind() -> None:
    with pytest.raises(RowsRefused, match="size stands twice"):
        masters.family("TEE", sizes=["S", "S"])
    with pytest.raises(RowsRefused, match="none of: apparel"):
        masters.family("TEE", kind="food")
