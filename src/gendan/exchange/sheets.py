"""Sheets in and out: templates, dry runs, imports that are taken whole or not at all, exports.

A door: it reads files and asks verbs; it never writes itself.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gendan.exchange import cells
from gendan.exchange.kind import Column, Kind, Shown
from gendan.exchange.kinds import KINDS as MASTERS
from gendan.exchange.order_sheets import ORDERS
from gendan.exchange.tables import SheetRefused, Table, read_table, write_csv, write_xlsx
from gendan.exchange.taking import Taken
from gendan.kernel import journal
from gendan.kernel.cleaners import CLEAR
from gendan.kernel.errors import Busy, DomainError, NotAllowed, NotThere
from gendan.kernel.models import Entry, User
from gendan.kernel.rows import RowsRefused, stands_in
from gendan.kernel.service import title_of

KINDS: dict[str, Kind] = {**MASTERS, ORDERS.key: ORDERS}
FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
MOST_ERRORS = 500


@dataclass(frozen=True)
class SheetError:
    """What stands in the way of a cell: the row as the file counts it, the column's header."""

    row: int
    column: str
    message: str


@dataclass(frozen=True)
class ImportReport:
    """What came, or would come, of a file. With errors, nothing was saved."""

    kind: str
    rows: int
    errors: list[SheetError] = field(default_factory=list)
    would_make: int = 0
    would_change: int = 0
    would_remove: int = 0
    ignored_columns: list[str] = field(default_factory=list)
    is_saved: bool = False
    error_count: int = 0


@dataclass(frozen=True)
class Built:
    """A row for the verb, and the file's rows it was made of (the first names the head)."""

    row: Any
    numbers: list[int]


def kind_of(kind: str) -> Kind:
    """The kind of sheet, or a refusal."""
    found = KINDS.get(kind)
    if found is None:
        raise NotThere(_("There is no sheet of this kind."))
    return found


def refuse_role(kind: Kind, user: User) -> None:
    """Refuse whose role may not do what the kind's rows are done with."""
    if not user.may_do(kind.verb):
        raise NotAllowed(
            _("Your role does not allow this: %(verb)s.") % {"verb": title_of(kind.verb)},
            verb=kind.verb,
        )


def kinds_for(user: User) -> list[Kind]:
    """The kinds of sheets that somebody may import."""
    return [kind for kind in KINDS.values() if user.may_do(kind.verb)]


def template(kind: str, language: str = "en") -> bytes:
    """An empty workbook with the headers, and a second sheet that explains them with examples."""
    found = kind_of(kind)
    header = [column.title(language) for column in found.columns]
    examples = [[example.get(column.key) for column in found.columns] for example in found.examples]
    notes = [
        [
            column.title(language),
            _("needed") if column.is_needed else "",
            ", ".join(column.choices),
            cells.shown(next((one[column.key] for one in found.examples if column.key in one), "")),
        ]
        for column in found.columns
    ]
    return write_xlsx(
        [
            (found.title(language), header, []),
            (_("Examples"), header, examples),
            (_("Columns"), [_("Column"), _("Needed"), _("One of"), _("Example")], notes),
        ]
    )


def dry_run(kind: str, data: bytes, filename: str, *, by: User) -> ImportReport:
    """What an import would do: the verbs are really asked, then everything is taken back."""
    return run(kind_of(kind), data, filename, by, keep=False)


def run_import(kind: str, data: bytes, filename: str, *, by: User) -> ImportReport:
    """Take a file whole, or nothing of it: with errors in the report, nothing was saved."""
    return run(kind_of(kind), data, filename, by, keep=True)


def export(
    kind: str,
    *,
    by: User,
    form: str = "xlsx",
    language: str = "en",
    queryset: "QuerySet[Any] | None" = None,
) -> bytes:
    """What somebody may see of a kind, in columns that can be imported again.

    `queryset` narrows it (of `kind_of(kind).model`; for orders: of their lines).
    """
    found = kind_of(kind)
    if form not in FORMATS:
        raise NotThere(_("There is no such format; take xlsx or csv."))
    columns = [column for column in found.columns if column.key != "remove"]
    rows = _exported(found, columns, by, queryset)
    header = [column.title(language) for column in columns]
    if form == "csv":
        return write_csv(header, rows)
    return write_xlsx([(found.title(language), header, rows)])


# In -----------------------------------------------------------------------------------------


def run(kind: Kind, data: bytes, filename: str, by: User, *, keep: bool) -> ImportReport:
    """The same for a kind that is not listed, such as the sheet of one count."""
    refuse_role(kind, by)
    return run_table(kind, read_table(data, filename), by, keep=keep)


def run_table(
    kind: Kind,
    table: Table,
    by: User,
    *,
    keep: bool,
    then: Callable[[ImportReport], None] | None = None,
    most_errors: int = MOST_ERRORS,
) -> ImportReport:
    """What came, or would come, of a file that has been read.

    `then` is told of rows that were saved, in the transaction that saved them.
    """
    refuse_role(kind, by)
    places, ignored = _places(kind, table)
    report = ImportReport(kind.key, rows=len(table.rows), ignored_columns=ignored)
    built, errors = _build(kind, places, table)
    if errors:
        return _with_errors(report, errors, most_errors)
    with transaction.atomic():
        with journal.noted() as entries:
            errors, made = _taken(kind, built, by)
        if not errors:
            counts = _counts(entries, by, made)
            report = replace(
                report,
                is_saved=keep,
                would_make=counts["made"],
                would_change=counts["changed"],
                would_remove=counts["removed"],
            )
        if errors or not keep:
            transaction.set_rollback(True)
        elif then is not None:
            then(report)
    return _with_errors(report, errors, most_errors) if errors else report


def _taken(kind: Kind, built: Sequence[Built], by: User) -> tuple[list[SheetError], Any]:
    """Ask the verb: what stands in the way, or what it returned."""
    take = kind.take or kind.save
    try:
        return [], take(rows=[one.row for one in built], by=by)
    except (NotAllowed, Busy):
        raise
    except RowsRefused as refusal:
        return _located(kind, built, refusal), None
    except DomainError as refusal:
        return [SheetError(built[0].numbers[0], refusal.field or "", refusal.message)], None


def _with_errors(report: ImportReport, errors: list[SheetError], most: int) -> ImportReport:
    return replace(report, errors=errors[:most], error_count=len(errors))


# What is told besides of rows that were saved.
_BESIDES = {"ItemRulesChanged", "SpecificationReleased"}


def _counts(entries: Sequence[Entry], by: User, made: Any) -> dict[str, int]:
    """As it was counted, or from the facts the verbs recorded; else every object is new."""
    if isinstance(made, Taken):
        return {"made": made.made, "changed": made.changed, "removed": 0}
    facts = [(one.fact, one.data) for one in entries if one.by_id == by.pk]
    saved = [data for fact, data in facts if fact.endswith("Saved") and "made" in data]
    others = [fact for fact, _data in facts if not fact.endswith("Saved") and fact not in _BESIDES]
    if others:
        return {"made": len(made), "changed": 0, "removed": 0}
    return {name: sum(data[name] for data in saved) for name in ("made", "changed", "removed")}


def _places(kind: Kind, table: Table) -> tuple[dict[int, Column], list[str]]:
    """Which column of the file is which of the kind, by header in either language."""
    known: dict[str, Column] = {}
    for column in kind.columns:
        for words in (column.key, column.title_en, column.title_zh):
            known.setdefault(_word(words), column)
    places: dict[int, Column] = {}
    ignored: list[str] = []
    for place, title in enumerate(table.header):
        column_found = known.get(_word(title)) if title else None
        if column_found is None:
            if title:
                ignored.append(title[:80])
        elif column_found in places.values():
            raise SheetRefused(_("The column “%(title)s” stands twice.") % {"title": title[:80]})
        else:
            places[place] = column_found
    present = {column.key for column in places.values()}
    missing = [one for one in kind.columns if one.is_needed and one.key not in present]
    if missing:
        raise SheetRefused(
            _("These columns are missing: %(columns)s. Take the template, or name them so.")
            % {"columns": ", ".join(f"{one.title_en} / {one.title_zh}" for one in missing)}
        )
    return places, ignored


def _word(title: str) -> str:
    """A header as it is compared: without blanks, stars, underscores and brackets' width."""
    plain = unicodedata.normalize("NFKC", title).lower()
    return "".join(char for char in plain if char not in " _*-\t\n")


def _build(
    kind: Kind, places: Mapping[int, Column], table: Table
) -> tuple[list[Built], list[SheetError]]:
    """Rows for the verb; what cannot be read is told cell by cell."""
    errors: list[SheetError] = []
    records: list[tuple[int, dict[str, Any]]] = []
    for number, row in table.rows:
        record: dict[str, Any] = {}
        for place, column in places.items():
            cell = row[place] if place < len(row) else None
            try:
                value = cells.read_cell(column.reader, cell)
            except cells.CellRefused as refusal:
                errors.append(SheetError(number, table.header[place], str(refusal)))
                continue
            if value is not None:
                record[column.key] = value
            if column.is_needed and value in (None, CLEAR):
                errors.append(SheetError(number, table.header[place], _("This may not be empty.")))
        records.append((number, record))
    if errors:
        return [], errors
    if kind.line is None:
        fill = _filler(kind.row)
        return [Built(kind.row(**fill(one)), [number]) for number, one in records], []
    return _grouped(kind, records)


def _filler(row: Any) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Keeps only what the row knows; what is missing takes the row's own default, or None."""
    known = {one.name for one in fields(row)}
    nothing: dict[str, Any] = {
        one.name: None
        for one in fields(row)
        if one.default is MISSING and one.default_factory is MISSING
    }

    def fill(values: Mapping[str, Any]) -> dict[str, Any]:
        return nothing | {name: one for name, one in values.items() if name in known}

    return fill


def _grouped(
    kind: Kind, records: Sequence[tuple[int, dict[str, Any]]]
) -> tuple[list[Built], list[SheetError]]:
    """Several rows make one thing: the first gives the head, later ones may only repeat it."""
    heads: dict[tuple[Any, ...], tuple[dict[str, Any], list[Any], list[int]]] = {}
    errors: list[SheetError] = []
    titles = {column.key: column.title_en for column in kind.columns}
    fill_line, fill_head = _filler(kind.line), _filler(kind.row)
    for number, record in records:
        key = tuple(record.get(name) for name in kind.group_by)
        line = kind.line(**fill_line(_part(record, kind.line_names)))
        head = {name: one for name, one in record.items() if name not in kind.line_names}
        first, lines, numbers = heads.setdefault(key, (head, [], []))
        for name, value in head.items():
            if first.setdefault(name, value) != value:
                errors.append(
                    SheetError(
                        number,
                        titles[name],
                        _("Row %(row)s of the same document says something else.")
                        % {"row": numbers[0]},
                    )
                )
        lines.append(line)
        numbers.append(number)
    built = [
        Built(kind.row(**fill_head(head | {kind.line_field: lines})), numbers)
        for head, lines, numbers in heads.values()
    ]
    return built, errors


def _part(record: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: record[name] for name in names if name in record}


def _located(kind: Kind, built: Sequence[Built], refusal: RowsRefused) -> list[SheetError]:
    """The verb's errors at the rows and columns of the file."""
    titles = {column.key: column for column in kind.columns}
    found = []
    for error in refusal.rows:
        numbers = built[error.index].numbers
        parts = error.field.split(".")
        number = numbers[0]
        if parts[0] == kind.line_field and len(parts) > 1 and parts[1].isdigit():
            number = numbers[int(parts[1])]
            parts = parts[2:] or [""]
        column = titles.get(parts[0])
        words = f"{column.title_en} / {column.title_zh}" if column else ""
        message = error.message
        if error.twin >= 0:
            message = stands_in(built[error.twin].numbers[0])
        found.append(SheetError(number, words, message))
    return found


# Out ----------------------------------------------------------------------------------------


def _exported(
    kind: Kind, columns: Sequence[Column], by: User, queryset: "QuerySet[Any] | None"
) -> Iterable[list[Any]]:
    """The rows in the order they were made: one query."""
    paths = [kind.paths.get(column.key) or _path(kind.model, column.key) for column in columns]
    computed = {f"sheet_{place}": one for place, one in enumerate(paths) if _is_computed(one)}
    paths = [f"sheet_{at}" if _is_computed(one) else one for at, one in enumerate(paths)]
    chosen = _visible(kind, by, queryset).filter(**kind.where).annotate(**computed).order_by("pk")
    # A revision's lines stay together.
    if kind.group_by:
        chosen = chosen.order_by(*(kind.paths[name] for name in kind.group_by), "pk")
    rows: Iterable[Any] = chosen.values_list(*paths)
    for place, column in enumerate(columns):
        if column.key in kind.shows:
            rows = _said(list(rows), place, kind.shows[column.key])
    for row in rows:
        yield [cells.shown(value) for value in row]


def _is_computed(path: Any) -> bool:
    return not isinstance(path, str)


def _said(rows: list[Any], place: int, say: Shown) -> list[Any]:
    """The rows with one column said as people write it, all of it with one question."""
    said = say([row[place] for row in rows])
    return [(*row[:place], one, *row[place + 1 :]) for row, one in zip(rows, said, strict=True)]


def _visible(kind: Kind, by: User, queryset: "QuerySet[Any] | None") -> "QuerySet[Any]":
    rows: Any = kind.model._default_manager.all() if queryset is None else queryset
    if hasattr(rows, "visible_to"):
        return rows.visible_to(by)  # type: ignore[no-any-return]
    if kind.key == ORDERS.key:
        from gendan.orders.models import Order

        return rows.filter(order__in=Order.objects.visible_to(by))  # type: ignore[no-any-return]
    is_ours = by.is_superuser or (bool(by.roles) and not by.is_outside)
    return rows if is_ours else rows.none()  # type: ignore[no-any-return]


def _path(model: type[models.Model], name: str) -> str:
    """Where a column's value stands: references by their code."""
    try:
        column = model._meta.get_field(name)
    except FieldDoesNotExist as error:
        raise LookupError(f"{model.__name__} has no {name}: name its path") from error
    return f"{name}__code" if isinstance(column, models.ForeignKey) else name
