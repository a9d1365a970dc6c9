"""The sample orders are read rightly, and nothing wrong is said without a doubt."""

from pathlib import Path

import pytest

from .scoring import Score, answered, score_file

ROOT = Path(__file__).resolve().parents[5]
OWN = ROOT / "samples" / "orders"
OTHERS = ROOT.parent / "shared" / "data" / "documents"
READABLE = (".xml", ".txt", ".xlsx", ".eml", ".csv", ".html", ".edi", ".x12")


@pytest.mark.parametrize(("source", "answer"), answered(OWN), ids=lambda path: path.name)
def test_a_sample_has_no_silent_error(source: Path, answer: Path) -> None:
    score = score_file(source, answer)
    assert score.silent + score.beyond == 0, score.notes


def test_the_samples_are_read_almost_completely() -> None:
    total = Score()
    for source, answer in answered(OWN):
        total.add(score_file(source, answer))
    assert len(answered(OWN)) >= 20
    assert total.accuracy >= 97, total.notes


@pytest.mark.skipif(not OTHERS.is_dir(), reason="the published documents are not here")
def test_published_documents_have_no_silent_error() -> None:
    total, complete = Score(), Score()
    for folder in ("ubl", "cn", "mail", "cxml", "edifact", "x12"):
        for source, answer in answered(OTHERS / folder):
            if source.suffix not in READABLE:
                continue
            score = score_file(source, answer)
            total.add(score)
            if source.suffix != ".eml":  # its order is a PDF
                complete.add(score)
    assert total.silent + total.beyond == 0, total.notes
    assert complete.accuracy >= 97, complete.notes
