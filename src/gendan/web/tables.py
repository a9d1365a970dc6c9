"""Lists of small tables of master data: each row opens the page on which it is edited."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.web.labels import label_of
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.navigation import tabs_of
from gendan.web.records import Record, record_url
from gendan.web.shell import page


def column_of(model: type[models.Model], name: str, **more: Any) -> Column:
    """A column that shows a table's own column, in words."""
    column: Any = model._meta.get_field(name)
    display = f"get_{name}_display"

    def value(row: Any) -> Any:
        if column.choices:
            return str(getattr(row, display)())
        found = getattr(row, name)
        if isinstance(column, models.ForeignKey):
            return str(found) if found is not None else ""
        return ", ".join(map(str, found)) if isinstance(found, list) else found

    is_number = isinstance(column, models.DecimalField | models.IntegerField)
    is_plain = not isinstance(column, models.ForeignKey | models.JSONField) and column.concrete
    more.setdefault("sort", name if is_plain and column.unique else "")
    return Column(name, _words(column), value, at_end=is_number, **more)


def _words(column: Any) -> Any:
    from django.utils.functional import lazystr

    return lazystr(_Words(column))


class _Words:
    """A column's words, looked up when they are read: the language is the reader's."""

    def __init__(self, column: Any) -> None:
        self.column = column

    def __str__(self) -> str:
        return label_of(self.column)


ACTIVE = Filter(
    "active",
    gettext_lazy("Active"),
    lambda rows, value: rows.filter(is_active=value == "yes"),
    choices=lambda: (("yes", gettext_lazy("active")), ("no", gettext_lazy("given up"))),
)


def table_page(
    record: Record,
    *,
    title: Any,
    columns: Sequence[str | Column],
    empty: Any,
    tabs: Sequence[tuple[str, Any]] = (),
    related: Sequence[str] = (),
    search: Callable[[Any, str], Any] | None = None,
    sort: str = "pk",
    verbs: Sequence[tuple[str, str]] = (),
    link: Callable[[Any], str] | None = None,
) -> Callable[..., HttpResponse]:
    """The list page of a small table; `record.back` is its URL name.

    `link`: where a row leads, if not to the page on which it is edited.
    """
    has_active = any(field.name == "is_active" for field in record.model._meta.get_fields())
    listing = Listing(
        key=record.back,
        sort=sort,
        columns=[
            one if isinstance(one, Column) else column_of(record.model, one) for one in columns
        ],
        filters=[ACTIVE] if has_active else [],
        preset={"active": "yes"} if has_active else {},
        search=search,
        link=link or (lambda row: record_url(record, row)),
        empty=Empty(title, empty, verb=record.name),
    )

    @page(section=record.section, methods=["GET", "HEAD"])
    def show(request: HttpRequest) -> HttpResponse:
        model: Any = record.model
        rows = model.objects.visible_to(request.user).select_related(*related)
        context = {
            "title": str(title),
            "tabs": tabs_of(tabs, record.back),
            "verbs": [(record.name, "plus"), *verbs],
            "new_label": _("New"),
        }
        return show_list(request, listing, rows, context=context)

    return show


def address_of(name: str, one: Any) -> str:
    """The address of an object's page."""
    return reverse(name, args=[one.pk])
