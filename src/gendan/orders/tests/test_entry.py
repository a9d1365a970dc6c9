"""Lines from a matrix and from pre-packs."""

import pytest

from gendan.kernel.errors import DomainError
from gendan.orders.entry import Number, lines_from_assortment, lines_from_matrix
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tee() -> None:
    masters.family("TEE", sizes=["S", "M", "L"], uses_matrix=True)
    for colour in ("blue", "red"):
        for size in ("L", "M", "S"):
            masters.item(f"T-{colour}-{size}", family="TEE", style="T", colour=colour, size=size)


def test_cells_become_lines_in_the_order_of_sizes() -> None:
    cells: dict[tuple[str, str], Number] = {("red", "L"): 3, ("red", "S"): "1"}
    cells |= {("blue", "M"): 2, ("blue", "S"): 0, ("red", "M"): ""}
    lines = lines_from_matrix("T", cells, unit_price=4)
    order = make.draft(lines=lines)
    assert [(one.item.code, one.quantity) for one in order.lines.all()] == [
        ("T-blue-M", 2),
        ("T-red-S", 1),
        ("T-red-L", 3),
    ]


def test_a_cell_without_item_or_with_nonsense_is_refused() -> None:
    for cells, match in (
        ({("green", "S"): 1}, "green S"),
        ({("red", "S"): "many"}, "not a number"),
        ({("red", "S"): -1}, "more than zero"),
    ):
        with pytest.raises(DomainError, match=match):
            lines_from_matrix("T", cells)
    with pytest.raises(DomainError, match="no style"):
        lines_from_matrix("X", {("red", "S"): 1})


def test_packs_become_lines_that_know_their_assortment() -> None:
    lines = lines_from_assortment(
        "T", "red", {"S": 1, "M": 2, "L": 0}, packs=10, packs_per_carton=5, unit_price=4
    )
    assert [line.quantity for line in lines] == [10, 20]
    assert lines[0].assortment == {"ratio": {"S": 1, "M": 2, "L": 0}, "packs": 10, "per_carton": 5}
    assert lines[0].carton_rule == "5 × 3 (S:1 M:2)"
    for given, match in (
        ({"packs": 7, "packs_per_carton": 5}, "whole cartons"),
        ({"packs": 0}, "more than zero"),
    ):
        with pytest.raises(DomainError, match=match):
            lines_from_assortment("T", "red", {"S": 1}, **given)
