"""The auditor of papers: a file that was changed on disk is found."""

import pytest
from django.core.files.storage import default_storage

from gendan.contracts import invariants
from gendan.contracts.models import Paper
from gendan.testing.make import contracts, orders

pytestmark = pytest.mark.django_db


def test_a_file_that_was_changed_or_lost_is_found() -> None:
    paper = contracts.paper(orders.draft())
    assert invariants.check() == []
    path = default_storage.path(paper.file.path)
    with open(path, "ab") as stream:
        stream.write(b"!")
    assert invariants.check() == [f"the file of a paper is not what was issued: {paper}"]
    default_storage.delete(paper.file.path)
    assert invariants.check() == [f"the file of a paper is gone: {paper}"]


def test_states_that_cannot_be_are_found() -> None:
    paper = contracts.paper(orders.draft())
    Paper.objects.filter(pk=paper.pk).update(state="void")
    assert any("does not say since when" in sentence for sentence in invariants.check())
