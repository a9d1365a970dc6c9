"""The one mechanism of list pages: columns, filters in the URL, saved views, export, paging."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.translation import gettext as _

from gendan.kernel import cursors
from gendan.kernel import queries as kernel_queries
from gendan.web import words
from gendan.web.exports import export
from gendan.web.shell import render_page, target_of
from gendan.web.templatetags import gendan as tags

PAGE_SIZE = 50


@dataclass(frozen=True)
class Column:
    """A column: how a row's value is read, drawn, sorted and exported.

    `value` gives a plain value (it is exported as it is); `cell` is a template that draws it with
    {{ row }} and {{ value }}, where plain words are not enough. `sort` is the field to sort by.
    """

    key: str
    title: Any
    value: Callable[[Any], Any]
    cell: str = ""
    sort: str = ""
    at_end: bool = False  # numbers stand to the right
    shown: bool = True  # until the reader chooses columns
    in_files: bool = False  # exported until then, though not shown: a quantity's unit
    draw: Callable[[Any], Any] | None = None  # a short safe drawing instead of a template


@dataclass(frozen=True)
class Filter:
    """A filter kept in the URL: `apply` narrows the queryset by what was chosen or typed."""

    key: str
    title: Any
    apply: Callable[[Any, str], Any]
    choices: Callable[[], Iterable[tuple[str, Any]]] | None = None  # None: a text is typed
    kind: str = "text"  # of the input when nothing is chosen from: text or date


@dataclass(frozen=True)
class Empty:
    """What an empty list says belongs here, and its first step."""

    title: Any
    words: Any
    verb: str = ""  # shown when the reader may do it
    url: str = ""
    action: Any = ""
    icon: str = "inbox"


@dataclass(frozen=True)
class Listing:
    """One list page. `key` is the name of its URL; `sort` the order it begins with ("-id")."""

    key: str
    columns: Sequence[Column]
    sort: str
    empty: Empty
    filters: Sequence[Filter] = field(default_factory=tuple)
    search: Callable[[Any, str], Any] | None = None
    search_hint: Any = ""
    link: Callable[[Any], str] | None = None
    # What narrows the list until the reader chooses something else: {"state": "open"}.
    preset: dict[str, str] = field(default_factory=dict)
    page_size: int = PAGE_SIZE

    def column(self, key: str) -> Column | None:
        """The column of this key."""
        return next((column for column in self.columns if column.key == key), None)


@dataclass(frozen=True)
class Cell:
    """A drawn cell."""

    column: Column
    drawn: Any
    is_blank: bool


def show_list(
    request: HttpRequest,
    listing: Listing,
    queryset: "QuerySet[Any]",
    template: str = "parts/list_page.html",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Answer a list page: the full page, the part htmx asks for, or the export.

    `queryset` begins at what the reader may see, with select_related/prefetch_related for all
    that its cells read: then the number of queries does not depend on the number of rows.
    """
    chosen = _chosen_filters(request, listing)
    narrowed = _narrowed(listing, queryset, chosen, request.GET.get("q", "").strip()[:80])
    sort = _sort_of(request, listing)
    columns = _columns_of(request, listing)
    if wanted := request.GET.get("export"):
        ordered = narrowed.order_by(*cursors.ordering(narrowed.model, sort))
        return export(listing.key, _columns_of(request, listing, is_file=True), ordered, wanted)
    after = request.GET.get("after", "")
    rows, following = cursors.page(narrowed, sort, after, listing.page_size)
    is_narrowed = bool(request.GET.get("q") or any(chosen.values()))
    if is_narrowed and not rows:
        # A list without anything in it says what belongs there, not that a filter hides it.
        is_narrowed = queryset.exists()
    drawn = {
        "listing": listing,
        "columns": [(column, *_sorting(column, sort)) for column in columns],
        "rows": [_row(request, listing, columns, row) for row in rows],
        "following": following,
        "is_first": "after" not in request.GET,
        "is_narrowed": is_narrowed,
        "has_search": listing.search is not None,
        "filters": [
            (
                narrow,
                chosen[narrow.key],
                [("", _("all")), *narrow.choices()] if narrow.choices else [],
            )
            for narrow in listing.filters
        ],
        "all_columns": [(column, column in columns) for column in listing.columns],
        "views": kernel_queries.views_of(request.user, listing.key),  # type: ignore[arg-type]
        "query": _view_query(request),
        "chosen_columns": request.GET.getlist("col"),
        "sort": sort,
    }
    # While filters change only the table is drawn anew, and the menus that know the address.
    is_part = target_of(request) == "list"
    chosen_template = "parts/list_part.html" if is_part else template
    return render_page(request, chosen_template, drawn | (context or {}))


def _row(
    request: HttpRequest, listing: Listing, columns: Sequence[Column], row: Any
) -> dict[str, Any]:
    url = listing.link(row) if listing.link else ""
    return {"row": row, "url": url, "cells": [_cell(request, column, row) for column in columns]}


def _cell(request: HttpRequest, column: Column, row: Any) -> Cell:
    value = column.value(row)
    drawn: Any
    if column.cell:
        # The request as a plain value, for verb buttons: the frame's own values cost each cell.
        drawn = render_to_string(column.cell, {"row": row, "value": value, "request": request})
    elif column.draw:
        drawn = column.draw(row)
    else:
        drawn = plain(value)
    return Cell(column, drawn, value in (None, ""))


def plain(value: Any) -> Any:
    """A plain value as it is drawn without a template of its own."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return tags.moment(value)
    if isinstance(value, dt.date):
        return tags.day(value)
    if isinstance(value, Decimal):
        return format_html('<span class="gd-number">{}</span>', words.quantity(value))
    return value


def _chosen_filters(request: HttpRequest, listing: Listing) -> dict[str, str]:
    return {
        narrow.key: request.GET.get(narrow.key, listing.preset.get(narrow.key, "")).strip()[:80]
        for narrow in listing.filters
    }


def _narrowed(
    listing: Listing, queryset: "QuerySet[Any]", chosen: dict[str, str], text: str
) -> "QuerySet[Any]":
    for narrow in listing.filters:
        value = chosen[narrow.key]
        if not value:
            continue
        if narrow.choices and value not in {str(choice) for choice, _words in narrow.choices()}:
            continue  # an old link: what does not exist any more narrows nothing
        if narrow.kind == "date" and parse_day(value) is None:
            continue
        queryset = narrow.apply(queryset, value)
    if text and listing.search:
        queryset = listing.search(queryset, text)
    return queryset


def parse_day(text: str) -> dt.date | None:
    """A date from the URL, or nothing."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _columns_of(request: HttpRequest, listing: Listing, *, is_file: bool = False) -> list[Column]:
    keys = [key for key in request.GET.getlist("col") if listing.column(key)]
    if keys:
        return [column for column in listing.columns if column.key in keys]
    return [one for one in listing.columns if one.shown or (is_file and one.in_files)]


def _view_query(request: HttpRequest) -> str:
    """What a saved view keeps of the address: everything but the place in the list."""
    query = request.GET.copy()
    for key in ("after", "export"):
        query.pop(key, None)
    return query.urlencode()


def _sort_of(request: HttpRequest, listing: Listing) -> str:
    """The field to sort by, with "-" for descending; only what a column declares."""
    wanted = request.GET.get("sort", "")
    column = listing.column(wanted.removeprefix("-"))
    if column is None or not column.sort:
        return listing.sort
    return ("-" if wanted.startswith("-") else "") + column.sort


def _sorting(column: Column, sort: str) -> tuple[str, str]:
    """What the column's heading asks for next, and how it is sorted now (aria-sort)."""
    if not column.sort:
        return "", ""
    if sort == column.sort:
        return f"-{column.key}", "ascending"
    return column.key, "descending" if sort == f"-{column.sort}" else "none"
