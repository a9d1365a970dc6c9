"""A clause that is no longer printed."""

import pytest

from gendan.contracts import services
from gendan.contracts.events import ClauseRetired
from gendan.contracts.models import Clause
from gendan.kernel.errors import NotAllowed, NotThere
from gendan.kernel.models import Entry
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db


def test_it_is_retired_once_and_its_place_is_free() -> None:
    services.install_clauses()
    clause = Clause.objects.filter(code="claims").get()
    for _again in range(2):
        services.retire_clause(clause_id=clause.pk, by=person("zhao"))
    clause.refresh_from_db()
    assert not clause.is_active
    assert Entry.objects.filter(fact=ClauseRetired.name).count() == 1
    row = services.ClauseRow(code="claims", topic="claims", text_en="New", text_zh="新")
    services.save_clauses(rows=[row], by=person("zhao"))


def test_it_refuses_others_and_what_is_not_there() -> None:
    with pytest.raises(NotThere):
        services.retire_clause(clause_id=0, by=person("zhao"))
    with pytest.raises(NotAllowed):
        services.retire_clause(clause_id=1, by=person("sun"))
