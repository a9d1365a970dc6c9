"""The clause library: variants, placeholders, versions, and what is refused."""

from dataclasses import replace

import pytest

from gendan.contracts import queries, services
from gendan.contracts.models import Clause
from gendan.contracts.papers.compose import compose
from gendan.kernel.errors import Invalid, NotAllowed, NotThere
from gendan.orders.models import Order
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
ROW = services.ClauseRow(
    code="claims",
    topic="claims",
    text_en="Within {claims_days} days.",
    text_zh="{claims_days}天内。",
)


@pytest.fixture(autouse=True)
def _empty_library() -> None:
    Clause.objects.all().delete()


def clauses_of(order: Order, kind: str = "contract") -> list[str]:
    return [one["en"] for one in compose(order, kind=kind).snapshot["clauses"]]


def test_the_most_specific_variant_is_printed() -> None:
    order = orders.draft(incoterm="CIF", incoterm_place="Hamburg", destination_country="DE")
    rows = [
        ROW,
        replace(ROW, country="DE", text_en="Germany {claims_days}"),
        replace(ROW, customer="C-1", text_en="Theirs {claims_days}"),
        replace(ROW, incoterm="FOB", text_en="FOB"),
        replace(ROW, kind="proforma", text_en="PI"),
    ]
    saved = services.save_clauses(rows=rows, by=person("zhao"))
    assert clauses_of(order) == ["Theirs 30"]
    services.retire_clause(clause_id=saved[2].pk, by=person("zhao"))
    assert clauses_of(order) == ["Germany 30"]
    other = orders.draft(masters.customer("C-2", country="FR"), destination_country="FR")
    assert clauses_of(other) == ["Within 30 days."]
    assert clauses_of(other, "proforma") == ["PI"]


def test_a_clause_of_something_not_agreed_is_left_out() -> None:
    row = replace(ROW, code="penalty", topic="penalty", text_en="{penalty_per_day}% a day")
    services.save_clauses(rows=[row], by=None)
    order = orders.draft()
    assert clauses_of(order) == []
    assert compose(order, kind="contract").left_out == ("penalty",)
    terms = services.TermsData(penalty_per_day="0.5", penalty_most="5")
    services.save_terms(order_id=order.pk, terms=terms, by=None)
    assert clauses_of(order) == ["0.5% a day"]


def test_only_other_words_make_another_version() -> None:
    (clause,) = services.save_clauses(rows=[ROW], by=None)
    same = replace(ROW, clause_id=clause.pk)
    services.save_clauses(rows=[same], by=None)
    services.save_clauses(rows=[replace(same, position=7)], by=None)
    clause.refresh_from_db()
    assert (clause.version, clause.position) == (1, 7)
    services.save_clauses(rows=[replace(same, text_zh="改")], by=None)
    clause.refresh_from_db()
    assert clause.version == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text_en": "{nonsense}"}, "rows.0.text_en"),
        ({"text_zh": "{claims_days"}, "rows.0.text_zh"),
        ({"text_en": "{claims_days.__class__}"}, "rows.0.text_en"),
        ({"text_en": ""}, "rows.0.text_en"),
        ({"text_zh": "字" * 4001}, "rows.0.text_zh"),
        ({"topic": "poems"}, "rows.0.topic"),
        ({"code": " "}, "rows.0.code"),
        ({"customer": "NOBODY"}, "rows.0.customer"),
        ({"country": "Germany"}, "rows.0.country"),
        ({"incoterm": "ABC"}, "rows.0.incoterm"),
        ({"position": -1}, "rows.0.position"),
    ],
)
def test_it_refuses_what_could_not_be_printed(change: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.save_clauses(rows=[replace(ROW, **change)], by=None)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_it_refuses_the_same_case_twice_and_all_rows_together() -> None:
    services.save_clauses(rows=[ROW], by=None)
    with pytest.raises(Invalid):
        services.save_clauses(rows=[replace(ROW, country="FR"), ROW], by=None)
    assert Clause.objects.count() == 1
    for rows in ([], [ROW] * 201):
        with pytest.raises(Invalid):
            services.save_clauses(rows=rows, by=None)
    with pytest.raises(NotThere):
        services.save_clauses(rows=[replace(ROW, clause_id=0)], by=None)
    with pytest.raises(NotAllowed):
        services.save_clauses(rows=[replace(ROW, code="x")], by=person("mei"))


def test_the_standard_clauses_are_good_and_installed_once() -> None:
    assert services.install_clauses() > 10
    assert services.install_clauses() == 0
    order = orders.draft(incoterm="CIF", incoterm_place="Hamburg")
    assert any("110%" in clause.text_en for clause in queries.clauses_for(order, "contract"))
