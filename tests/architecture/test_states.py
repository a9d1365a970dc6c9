"""The committed state diagrams are those of the STEPS tables, and every state can be reached."""

from pathlib import Path

import pytest
from django.apps import apps

from gendan.kernel.management.commands.states import diagrams, starts_of
from gendan.kernel.states import SAME, Stepped

FOLDER = Path(__file__).parents[2] / "docs" / "states"
STEPPED = [model for model in apps.get_models() if issubclass(model, Stepped) and model.STEPS]


def test_the_diagrams_are_fresh() -> None:
    """To renew them: gendan states docs/states"""
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert kept == diagrams()


@pytest.mark.parametrize("model", STEPPED, ids=lambda model: model.__name__)
def test_every_state_is_reached_by_a_step(model: type[Stepped]) -> None:
    assert starts_of(model)
    reached = {*starts_of(model), *(step.target for step in model.STEPS.values())}
    states = model._meta.get_field("state").flatchoices
    assert reached - {SAME} == {value for value, _label in states}
