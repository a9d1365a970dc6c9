"""Why a file cannot be written is said in the reader's language."""

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from gendan.answers.writer_words import SENTENCES, THINGS, unwritable_words
from gendan.engine import writing
from gendan.engine.writing.papers import OrderAnswer, Unwritable, WrittenParty
from gendan.engine.writing.write import write_answer


def said_by_the_writer() -> Iterator[str]:
    """The first words that the writer gives to each refusal."""
    for file in Path(writing.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in {"Unwritable", "fitting"} or (
                node.func.id == "_number" and len(node.args) == 2
            ):
                first = node.args[0]
                assert isinstance(first, ast.Constant), f"{file.name}:{node.lineno}"
                yield str(first.value)


def test_all_that_the_writer_says_is_listed() -> None:
    assert set(said_by_the_writer()) == {*SENTENCES, *THINGS}


def test_a_number_too_long_for_the_format_is_explained_in_chinese() -> None:
    answer = OrderAnswer(
        number="A1",
        verdict="accepted",
        order_number="P" * 40,
        our_number="S1",
        answered_at=dt.datetime(2026, 11, 27, tzinfo=dt.UTC),
        currency="",
        buyer=WrittenParty("B"),
        seller=WrittenParty("S"),
        lines=(),
    )
    with pytest.raises(Unwritable) as refused:
        write_answer(answer, "x12")
    with override("zh-hans"):
        assert unwritable_words(refused.value) == f"订单号“{'P' * 40}”超出 X12 允许的长度（22）。"
