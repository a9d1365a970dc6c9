"""Kinds of journey: written, refused, retired, and those that come along."""

import pytest

from gendan.followup.models import Template
from gendan.followup.services import install_templates, retire_template, save_template
from gendan.followup.services.refusals import TemplateRefused
from gendan.followup.templates_data import TEMPLATES, TemplateData
from gendan.kernel.errors import NotAllowed
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("data", TEMPLATES, ids=lambda one: one.code)
def test_those_that_come_along_are_whole(data: TemplateData) -> None:
    assert 20 <= len(data.steps) <= 30
    assert {step.anchor for step in data.steps} >= {"ex_works", "on_board", "at_door"}
    assert {step.gates for step in data.steps} >= {"buy", "produce", "ship"}
    assert {step.needs for step in data.steps} >= {"buy", "produce", "ship"}
    assert all(step.name_zh and step.name_en for step in data.steps)
    # Whatever needs a stage comes after what gates it: no journey can lock itself.
    before: dict[str, set[str]] = {}
    for step in data.steps:
        before[step.code] = set(step.after).union(*(before[code] for code in step.after))
    gates = {step.gates: step.code for step in data.steps if step.gates}
    for step in data.steps:
        assert not step.needs or gates[step.needs] in before[step.code] | {step.code}


def test_they_are_installed_once() -> None:
    assert len(install_templates()) == 4
    assert install_templates() == []
    retire_template(template_id=Template.objects.get(code="apparel").pk, by=person("zhao"))
    assert install_templates() == []


def test_a_change_makes_a_new_version_and_leaves_journeys_alone(small: Template) -> None:
    journey = make.followed()
    again = make.template(make.SMALL[-2:-1] and (make.step("ex_works", 3, anchor="ex_works"),))
    assert (again.pk, again.version) == (small.pk, 2)
    assert journey.milestones.count() == 6
    assert make.followed().milestones.count() == 1


def test_it_refuses_what_cannot_work(db: None) -> None:
    anchored = make.step("ex_works", 1, anchor="ex_works")
    for steps, wrong in (
        ([], "1 to 100"),
        ([make.step("a")], "promised"),
        ([anchored, make.step("b", anchor="ex_works")], "promised"),
        ([anchored, make.step("ex_works")], "twice"),
        ([make.step("a", after={"ex_works": 0}), anchored], "does not stand before"),
        ([make.step("a", after={"a": 0}), anchored], "does not stand before"),
        ([anchored, make.step("b", stage="moon")], "not possible"),
        ([anchored, make.step("b", -1)], "whole numbers"),
        ([anchored, make.step("b", 1, {"ex_works": 5000})], "whole numbers"),
        ([anchored, make.step("", 1)], "code and a name"),
    ):
        with pytest.raises(TemplateRefused, match=wrong):
            make.template(steps)
    assert not Template.objects.exists()


def test_one_active_journey_per_kind(small: Template) -> None:
    with pytest.raises(TemplateRefused, match="already"):
        make.template(code="other")
    retire_template(template_id=small.pk, by=person("zhao"))
    assert make.template(code="other").is_active
    with pytest.raises(TemplateRefused, match="already"):
        make.template(code="small")  # would come back


def test_only_managers_may(small: Template) -> None:
    with pytest.raises(NotAllowed):
        retire_template(template_id=small.pk, by=person("mei"))
    with pytest.raises(NotAllowed):
        save_template(code="x", kind="hardgoods", name_en="X", steps=make.SMALL, by=person("mei"))
