"""Numbers of papers are kept tidy and compared as they are meant."""

import pytest

from gendan.kernel.papers import paper_number, same_paper


@pytest.mark.parametrize(
    "typed", ["INV-1", "inv-1", " INV -1 ", "ＩＮＶ-1", "INV-1\u200b", "I N V-1"]
)
def test_spellings_of_one_number(typed: str) -> None:
    assert same_paper(typed) == same_paper("INV-1")


def test_other_numbers_stay_others_and_are_kept_as_typed() -> None:
    assert same_paper("INV-11") != same_paper("INV-1")
    assert paper_number("  Inv\u3000 ７\u200d ") == "Inv 7"
    assert paper_number("\u200b ") == ""
