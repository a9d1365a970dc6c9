"""What a kind of sheet is: its columns, how their cells are read, which verb takes its rows."""

import datetime as dt
import functools
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import override

from gendan.exchange import cells
from gendan.exchange.cells import Reader
from gendan.exchange.words import words_of

READERS: dict[str, Reader] = {
    "weekdays": cells.as_weekdays,
    "sails_on": cells.as_weekdays,
    "instalments": cells.as_instalments,
    "breaks": cells.as_breaks,
}
Shown = Callable[[list[Any]], list[Any]]


@dataclass(frozen=True)
class Column:
    """A column: the field it fills, its headers, how its cells are read."""

    key: str
    title_en: str
    title_zh: str
    reader: Reader
    is_needed: bool
    choices: tuple[str, ...] = ()

    def title(self, language: str) -> str:
        """The header in a language."""
        return self.title_zh if language.startswith("zh") else self.title_en


@dataclass(frozen=True)
class Kind:
    """A kind of sheet. `line` is the row of its lines, where several rows make one thing.

    `paths`: where an exported column stands, seen from the model; `where` filters the export;
    `shows` says a column's values, all at once, as people write them.
    """

    key: str
    title_en: str
    title_zh: str
    row: Any
    save: Callable[..., Any]
    model: type[models.Model]
    take: Callable[..., Any] | None = None  # where one sheet is many calls of the verb
    line: Any = None
    line_field: str = ""
    group_by: tuple[str, ...] = ()
    paths: Mapping[str, Any] = field(default_factory=dict)
    where: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[Mapping[str, Any], ...] = ()
    leave_out: tuple[str, ...] = ()
    shows: Mapping[str, Shown] = field(default_factory=dict)

    @property
    def verb(self) -> str:
        """The verb's name: who may do it may import the sheet."""
        return self.save.__name__

    def title(self, language: str) -> str:
        """What the sheet is called in a language."""
        return self.title_zh if language.startswith("zh") else self.title_en

    @functools.cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns, head fields first."""
        names = [*self._fields(self.row)]
        if self.line is not None:
            names += [name for name in self._fields(self.line) if name not in names]
        return tuple(self._column(name) for name in names)

    @functools.cached_property
    def line_names(self) -> frozenset[str]:
        """The columns that fill a line, where several rows make one thing."""
        return frozenset(self._fields(self.line)) if self.line is not None else frozenset()

    def _fields(self, row: Any) -> list[str]:
        skipped = {*self.leave_out, self.line_field}
        return [one.name for one in fields(row) if one.name not in skipped]

    def _column(self, name: str) -> Column:
        source = self.line if name in self.line_names else self.row
        declared = next(one for one in fields(source) if one.name == name)
        english, chinese = words_of(self.key, name)
        is_needed = declared.default is MISSING and declared.default_factory is MISSING
        reader = READERS.get(name) or _reader(typing.get_type_hints(source)[name])
        choices = self._choices(name)
        if choices:
            reader = _choice_reader(choices)
        values = tuple(dict.fromkeys(choices.values()))
        return Column(name, english, chinese, reader, is_needed, values)

    def _choices(self, name: str) -> dict[str, str]:
        """What may be written for each value: the value itself and its words in both languages."""
        column = _field_at(self.model, self.paths.get(name, name))
        found: dict[str, str] = {}
        for value, label in getattr(column, "choices", None) or ():
            found[str(value).lower()] = str(value)
            for language in ("en", "zh-hans"):
                with override(language):
                    found.setdefault(str(label).lower(), str(value))
        return found


def under(parent: str, *names: str) -> dict[str, str]:
    """The paths of columns that stand in the row which lines belong to: head fields."""
    return {name: f"{parent}__{name}" for name in names}


def _field_at(model: type[models.Model], path: Any) -> Any:
    """The table's column behind a path ("order__kind"); None where it is none."""
    column: Any = None
    here: Any = model
    for part in path.split("__") if isinstance(path, str) else ():
        try:
            column = here._meta.get_field(part) if here else None
        except FieldDoesNotExist:
            return None
        here = getattr(column, "related_model", None)
    return column


def _choice_reader(choices: Mapping[str, str]) -> Reader:
    def read(cell: Any) -> str:
        text = cells.as_text(cell).strip()
        # What is no known word goes on as it is: the verb says what it may be.
        return choices.get(text.lower(), text)

    return read


def _reader(hint: Any) -> Reader:
    """The reader for a field's type: None and "" (cleared) in a union do not count."""
    parts = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    origin = typing.get_origin(hint)
    if origin is typing.Union:
        parts = typing.get_args(hint)
    for part in parts:
        plain = typing.get_origin(part) or part
        for kind, reader in _READERS_BY_TYPE:
            if plain is kind:
                return reader
    return cells.as_text


_READERS_BY_TYPE: list[tuple[Any, Reader]] = [
    (bool, cells.as_boolean),
    (int, cells.as_integer),
    (Decimal, cells.as_decimal),
    (dt.date, cells.as_date),
    (dt.time, cells.as_time),
    (dict, cells.as_attributes),
    (Sequence, cells.as_list),
]
