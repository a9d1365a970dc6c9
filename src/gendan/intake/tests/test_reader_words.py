"""What the reader doubts is said in the reader's language, whatever it says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from gendan.engine import reading
from gendan.intake.reader_words import reader_words

READER = Path(reading.__file__).parent
# Texts of the reader that are no doubts, and the joints of those that SPELT_OUT has whole.
NO_DOUBTS = frozenset(
    {
        "text in 1",
        "mm cm in inch ml 毫升",
        "a substitute for",
        "1, 1 is a guess",
        "the article is 1 1",
        "the 1 ends with another control number",
        "the 1 states 1 1, it has 1",
        "1 is ordered; whether this is the step or the new quantity is not said",
    }
)
SPELT_OUT = (
    "1 has no year, 2 is a guess",
    "the group ends with another control number",
    "the interchange ends with another control number",
    "the article is replaced by 1",
    "the article is a substitute for 1",
    "the group states 1 sets, it has 2",
    "the interchange states 1 groups, it has 2",
    "more is ordered; whether this is the step or the new quantity is not said",
    "less is ordered; whether this is the step or the new quantity is not said",
)
_SENTENCE = re.compile(
    r"(?=.*\b(?:a|are|be|has|in|is|may|no|not|of|the|to|was|were)\b)[a-z1][^\n\\^|]+"
)


def literals(tree: ast.AST) -> Iterator[str]:
    """The texts of a module, without docstrings and refusals; what is put in stands as 1."""
    if isinstance(tree, ast.Raise) or (
        isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant)
    ):
        return
    if isinstance(tree, ast.JoinedStr):
        yield "".join(
            str(one.value) if isinstance(one, ast.Constant) else "1" for one in tree.values
        )
        return
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        yield tree.value
    for child in ast.iter_child_nodes(tree):
        yield from literals(child)


def sentences() -> list[str]:
    files = [*READER.glob("formats/*.py"), *READER.glob("understanding/*.py")]
    found = {text for file in files for text in literals(ast.parse(file.read_text("utf-8")))}
    told = {text for text in found if text.count(" ") > 1 and _SENTENCE.fullmatch(text)}
    return sorted((told - NO_DOUBTS) | set(SPELT_OUT))


@pytest.mark.parametrize("sentence", sentences())
def test_a_doubt_of_the_reader_is_said_in_chinese(sentence: str) -> None:
    with override("zh-hans"):
        assert re.search(r"[\u4e00-\u9fff]", reader_words(sentence)), (
            "list it in intake/reader_words.py and translate it"
        )


def test_a_sentence_with_words_of_the_document_is_told_by_its_beginning() -> None:
    with override("zh-hans"):
        told = reader_words("a note was added to page 3: the old price is not a number")
    assert "the old price is not a number" in told
    assert "批注" in told


def test_a_sentence_nobody_knows_is_shown_as_it_is() -> None:
    assert reader_words("something quite new") == "something quite new"
