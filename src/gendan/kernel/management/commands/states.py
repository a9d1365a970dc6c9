"""gendan states: draw the state diagram of every stepped model from its STEPS."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.utils import translation

from gendan.kernel.states import SAME, Stepped


def diagrams() -> dict[str, str]:
    """File name → text of each diagram, as committed under docs/states."""
    return {
        f"{model._meta.app_label}-{model._meta.model_name}.md": diagram(model)
        for model in apps.get_models()
        if issubclass(model, Stepped) and model.STEPS
    }


def diagram(model: type[Stepped]) -> str:
    """One model's states and verbs as a Mermaid diagram, which code hosts draw in the browser."""
    field: Any = model._meta.get_field("state")  # type: ignore[misc] # every one of ours has it
    with translation.override("en"):
        words = {str(value): str(label) for value, label in field.flatchoices}
    moves: dict[tuple[str, str], list[str]] = {}
    for verb, step in model.STEPS.items():
        for source in step.sources:
            target = source if step.target == SAME else step.target
            moves.setdefault((source, target), []).append(verb)
    left = {source for source, target in moves if source != target}
    lines = [
        f"# {model.__name__} ({model._meta.app_label})",
        "",
        "Drawn from `STEPS` by `gendan states docs/states`; a test says when it is out of date.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *(f'    state "{label}" as {value}' for value, label in words.items()),
        *(f"    [*] --> {value}" for value in starts_of(model)),
        *(f"    {one} --> {two}: {', '.join(verbs)}" for (one, two), verbs in moves.items()),
        *(f"    {value} --> [*]" for value in words if value not in left),
        "```",
    ]
    return "\n".join(lines) + "\n"


def starts_of(model: type[Stepped]) -> list[str]:
    """The states a new one may be in: the default, or those that no step leads to."""
    field: Any = model._meta.get_field("state")  # type: ignore[misc] # every one of ours has it
    if field.has_default():
        return [str(field.get_default())]
    targets = {step.target for step in model.STEPS.values()}
    return [str(value) for value, _words in field.flatchoices if value not in targets]


class Command(BaseCommand):
    """Writes the diagrams."""

    help = "Draw the state diagrams into a folder (docs/states)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", help="where to write")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"])
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in diagrams().items():
            (folder / name).write_text(text, encoding="utf-8")
            self.stdout.write(name)
