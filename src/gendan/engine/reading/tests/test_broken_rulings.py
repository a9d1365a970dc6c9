"""Rulings that a fax tore into dots still part the rows; cells over two rows stay whole."""

import numpy as np
import numpy.typing as npt

from gendan.engine.reading.formats.broken_rulings import completed

UPRIGHT = [(20, 20, 22, 200), (120, 20, 122, 200), (300, 20, 302, 200)]


def dots(ink: npt.NDArray[np.uint8], at: int, left: int, right: int) -> None:
    ink[at, left:right:2] = 1


def test_dots_between_uprights_become_a_ruling_and_are_taken_out() -> None:
    ink = np.zeros((240, 340), np.uint8)
    dots(ink, 80, 22, 120)
    lines = np.zeros_like(ink)
    found = completed([(121, 79, 301, 81)], UPRIGHT, ink, lines)
    assert [(box[0], box[2]) for box in found] == [(21, 121)]
    assert lines[80, 22:120].sum() >= 40


def test_a_line_of_nothing_but_dots_is_found() -> None:
    ink = np.zeros((240, 340), np.uint8)
    dots(ink, 140, 22, 300)
    found = completed([(21, 79, 301, 81)], UPRIGHT, ink, np.zeros_like(ink))
    assert {box[0] for box in found} == {21, 121}
    assert all(abs(box[1] - 140) < 5 for box in found)


def test_a_cell_over_two_rows_is_not_cut_by_its_own_letters() -> None:
    ink = np.zeros((240, 340), np.uint8)
    for left in range(40, 110, 12):
        ink[70:92, left : left + 7] = 1
    assert completed([(121, 79, 301, 81)], UPRIGHT, ink, np.zeros_like(ink)) == []
