"""Drawing: in a process that was forked from one that had drawn, too."""

import datetime as dt
import multiprocessing
from pathlib import Path

import pytest

from gendan.contracts.papers.render import render

AT = dt.datetime(2026, 6, 10, 9, tzinfo=dt.UTC)


def _draw(results: "multiprocessing.queues.Queue[bytes]", template: Path) -> None:
    results.put(render(template, {}, at=AT)[:5])


@pytest.mark.timeout(60)
def test_a_child_of_a_process_that_has_drawn_draws_too(tmp_path: Path) -> None:
    template = tmp_path / "small.typ"
    template.write_text("Hello")
    assert render(template, {}, at=AT)[:5] == b"%PDF-"
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    child = context.Process(target=_draw, args=(results, template))
    child.start()
    try:
        assert results.get(timeout=30) == b"%PDF-"
    finally:
        child.kill()
        child.join()
