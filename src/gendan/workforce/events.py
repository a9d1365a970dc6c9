"""The facts the workforce room publishes."""

from dataclasses import dataclass

from gendan.kernel.row_facts import RowsSaved


@dataclass(frozen=True, kw_only=True)
class DepartmentsSaved(RowsSaved):
    """Departments were made or changed."""


@dataclass(frozen=True, kw_only=True)
class ShiftsSaved(RowsSaved):
    """Shifts were made or changed."""


@dataclass(frozen=True, kw_only=True)
class PeopleSaved(RowsSaved):
    """People were made or changed; `codes` are staff numbers."""


@dataclass(frozen=True, kw_only=True)
class AbsencesSaved(RowsSaved):
    """Absences were made, changed or removed; `codes` are staff numbers."""
