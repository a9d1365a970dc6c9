"""Element strings of labels: what is written is read back, in both forms; broken ones are not."""

import contextlib
import datetime as dt
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.purchasing import gs1
from gendan.purchasing.gs1 import NotGs1

LETTERS = string.ascii_letters + string.digits + "!\"%&'*+,-./:;<=>?_"
GTINS = st.sampled_from(["04006381333931", "00012345678905", "10012345678902"])
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)).map(lambda day: f"{day:%y%m%d}")


def words(most: int, letters: str = LETTERS) -> st.SearchStrategy[str]:
    return st.text(letters, min_size=1, max_size=most)


PARTS = st.fixed_dictionaries(
    {},
    optional={
        "01": GTINS,
        "02": GTINS,
        "10": words(20),
        "17": DAYS,
        "21": words(20),
        "37": words(8, string.digits),
        "240": words(30),
    },
).filter(bool)


@settings(max_examples=60, deadline=None)
@given(PARTS)
def test_what_is_written_is_read_back(parts: dict[str, str]) -> None:
    text = gs1.write(parts)
    assert gs1.read("]C1" + text) == parts
    assert gs1.read(gs1.SEPARATOR + text) == parts
    assert gs1.read(gs1.in_brackets(parts)) == parts


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_anything_else_is_refused_and_never_breaks(text: str) -> None:
    with contextlib.suppress(NotGs1):
        assert gs1.read(text)


def test_brackets_inside_a_scanned_lot_stay_its_own() -> None:
    parts = {"10": "A(21)B", "240": "CLOTH"}
    assert gs1.read("]C1" + gs1.write(parts)) == parts


@pytest.mark.parametrize(
    "text",
    ["", "0104006381333932", "01040063", "99XYZ", "(01)04006381333931(01)04006381333931", "(37)x"],
)
def test_broken_labels(text: str) -> None:
    with pytest.raises(NotGs1):
        gs1.read(text)


def test_days_and_gtins() -> None:
    assert gs1.day_of("260200") == dt.date(2026, 2, 28)
    assert gs1.gtin14("4006381333931") == "04006381333931"
    for bad in ("4006381333932", "12", "abcdefgh"):
        with pytest.raises(NotGs1):
            gs1.gtin14(bad)
    with pytest.raises(NotGs1):
        gs1.day_of("261350")
    with pytest.raises(NotGs1):
        gs1.write({"10": "批号"})
