"""What the fuzzer found once stays mended, and the samples keep the fuzzer's promises."""

from pathlib import Path

import pytest

from .keeping import refuse_or_answer
from .test_samples import OWN

FOUND = sorted(
    path for path in (Path(__file__).parent / "fuzzed").iterdir() if path.suffix != ".md"
)
SAMPLES = sorted(
    path for path in OWN.rglob("*") if path.is_file() and not path.name.endswith((".json", ".md"))
)


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_it_reads_or_refuses_what_the_fuzzer_found(path: Path) -> None:
    refuse_or_answer(path.read_bytes(), path.name)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_it_keeps_its_promises_for_every_sample(path: Path) -> None:
    assert refuse_or_answer(path.read_bytes(), path.name) == ""
