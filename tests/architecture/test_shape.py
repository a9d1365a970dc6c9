"""Shape of the code: what imports do not show (docs/house.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

SOURCE = Path(settings.PACKAGE_DIR)
FLOORS = [
    {"kernel"},
    {"catalog", "partners", "workforce"},
    {"inventory", "sourcing"},
    {"orders"},
    {"contracts"},
    {"changes"},
    {"production", "purchasing"},
    {"stocking"},
    {"planning", "intake"},
    {"answers"},
    {"followup"},
    {"mailroom"},
    {"notices"},
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
ROOMS = sorted(FLOOR_OF)
LONGEST_FUNCTION = 60
LONGEST_FILE = 500
# The written list of exceptions, each with its reason.
LONG_FILES: dict[str, str] = {
    "orders/models.py": "the tables of one document; apart they would only import each other",
}
LONG_FUNCTIONS: dict[str, str] = {}


def modules() -> Iterator[tuple[str, ast.Module, str]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        yield path.relative_to(SOURCE).as_posix(), ast.parse(text), text


MODULES = list(modules())
OWN = [(name, tree, text) for name, tree, text in MODULES if "/tests/" not in name]


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, tree, text in MODULES if text.strip() and not ast.get_docstring(tree)]
    assert silent == []


def test_files_are_short() -> None:
    long = {name: len(text.splitlines()) for name, _tree, text in OWN}
    assert {
        name: size for name, size in long.items() if size > LONGEST_FILE and name not in LONG_FILES
    } == {}


def test_functions_are_short() -> None:
    long = {}
    for name, tree, _text in OWN:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > LONGEST_FUNCTION and f"{name}:{node.name}" not in LONG_FUNCTIONS:
                    long[f"{name}:{node.name}"] = size
    assert long == {}


@pytest.mark.parametrize("room", ROOMS)
def test_foreign_keys_go_down_the_stairs(room: str) -> None:
    wrong = []
    for model in apps.get_app_config(room).get_models():
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not getattr(field, "concrete", False) or not target or isinstance(target, str):
                continue
            other = target._meta.app_label
            if other in FLOOR_OF and other != room and FLOOR_OF[other] >= FLOOR_OF[room]:
                wrong.append(f"{model.__name__}.{field.name} → {other}")
    assert wrong == []


WRITES = {
    "bulk_create", "bulk_update", "create", "delete", "get_or_create", "save", "update",
    "update_or_create",
}  # fmt: skip
# Who may write: verbs, the kernel, makers and set-up, and Django's own machinery.
WRITERS = re.compile(
    r"^(kernel/|testing/|config/|[a-z]+/services(\.py|/)|[a-z]+/management/|engine/)"
)


def test_rows_are_written_only_by_verbs() -> None:
    """Attribute calls that write on something reached through `.objects` or a model instance."""
    wrong = []
    for name, tree, _text in OWN:
        if WRITERS.match(name):
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in WRITES
                and ".objects" in ast.unparse(node.func.value)
            ):
                wrong.append(f"{name}:{node.lineno} {ast.unparse(node.func)[:60]}")
    assert wrong == []


def test_doors_do_not_touch_objects() -> None:
    wrong = [
        f"{name}:{number}"
        for name, _tree, text in OWN
        if name.split("/")[0] in {"web", "api"}
        for number, line in enumerate(text.splitlines(), 1)
        if ".objects" in line and "visible_to" not in line
    ]
    assert wrong == []


CLOCKS = re.compile(r"\b(datetime\.now|timezone\.now|date\.today|time\.time|utcnow)\b")


def test_only_the_clock_asks_what_time_it_is() -> None:
    wrong = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, _tree, text in OWN
        if name != "kernel/clock.py"
        for number, line in enumerate(text.splitlines(), 1)
        if CLOCKS.search(line) and "# real time:" not in line
    ]
    assert wrong == []


def test_the_engine_knows_no_django() -> None:
    wrong = []
    for name, tree, _text in OWN:
        if not name.startswith("engine/"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            wrong += [
                f"{name}: {module}"
                for module in names
                if module.startswith("django")
                or (module.startswith("gendan.") and not module.startswith("gendan.engine"))
            ]
    assert wrong == []
