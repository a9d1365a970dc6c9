"""The facts the exchange publishes."""

from dataclasses import dataclass

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class SheetImported(Fact):
    """A sheet was brought in: `kind` is the kind of sheet, `file` its name."""

    import_id: int
    kind: str
    file: str
    rows: int
    made: int
    changed: int
    removed: int


@dataclass(frozen=True, kw_only=True)
class SheetImportEnded(Fact):
    """The import of a sheet ended without keeping anything: with faults, failed, or stopped."""

    import_id: int
    kind: str
    file: str
    state: str
    errors: int
