"""A number pattern that would fill the memory, or reach into objects, is never formatted."""

import pytest

from gendan.kernel.numbering import PatternRefused, check_pattern

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "pattern",
    [
        "{seq:0999999999}",
        "{seq:13}",
        "{seq}{customer:>99999999}",
        "{seq:{year}}",
        "{seq!r}",
        "{seq.real.__class__}",
        "{seq",
    ],
)
def test_a_pattern_that_is_more_than_zeros_is_refused(pattern: str) -> None:
    with pytest.raises(PatternRefused):
        check_pattern(pattern)


def test_zeros_before_a_number_are_taken() -> None:
    for pattern in ("SO-{year}-{seq:06}", "{year2}{month:02}{day:02}{customer}{seq:12d}"):
        check_pattern(pattern)
