"""A row of master data on a page of its own, given to the verb that saves such rows."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.rows import RowsRefused
from gendan.kernel.service import title_of
from gendan.web.forms import PageForm
from gendan.web.labels import label_of
from gendan.web.settings import next_of
from gendan.web.shell import ask, is_htmx, page, render_page

# Tables that are too long to choose from: the code is typed, with suggestions.
SUGGESTED = {"catalog.item": "items", "partners.partner": "partners"}
_LINE = gettext_lazy("One a line, as name: value")


@dataclass(frozen=True)
class Record:
    """How rows of one table are edited: the verb, its row class, and what the page shows.

    `key` names a row (references by code); `columns` are the fields on the page in their order
    (all of the row class when left out).
    """

    verb: Callable[..., Any]
    row: type[Any]
    model: type[models.Model]
    key: tuple[str, ...]
    section: str
    title: Any
    back: str  # URL name of the list
    columns: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)  # code column where it is not "code"
    given: Mapping[str, Callable[[], forms.Field]] = field(default_factory=dict)
    then: Callable[[Any], str] | None = None
    words: Any = ""

    @property
    def name(self) -> str:
        """The verb's name, which is the page's."""
        return self.verb.__name__

    @property
    def has_removal(self) -> bool:
        """Whether the verb can remove such rows."""
        return any(one.name == "remove" for one in fields(self.row))

    def names(self) -> list[str]:
        """The fields on the page, the key first."""
        known = [one.name for one in fields(self.row) if one.name != "remove"]
        rest = self.columns or tuple(known)
        return [*self.key, *(name for name in rest if name not in self.key)]

    def code_of(self, name: str) -> str:
        """The code column of a reference."""
        return self.codes.get(name, "code")


class RecordForm(PageForm):
    """The fields of one row, made from the table's own columns; it checks shape and never saves."""

    def __init__(self, record: Record, user: Any, found: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in record.names():
            made = record.given.get(name)
            column: Any = record.model._meta.get_field(name)
            self.fields[name] = made() if made else _field(record, name, column, user)
            if found is not None and name in record.key:
                self.fields[name].widget = forms.HiddenInput()
        self.dress()


class Names(forms.CharField):
    """Names and values, one pair a line, as a dictionary of texts."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        """The pairs; a line without a colon is refused."""
        pairs = {}
        for line in str(value or "").splitlines():
            name, colon, text = line.replace("：", ":").partition(":")
            if not line.strip():
                continue
            if not colon or not name.strip():
                raise ValidationError(_("Each line is a name, a colon and a value."))
            pairs[name.strip()] = text.strip()
        return pairs

    def prepare_value(self, value: Any) -> Any:
        """The pairs as lines."""
        if isinstance(value, dict):
            return "\n".join(f"{name}: {text}" for name, text in value.items())
        return value


class Words(forms.CharField):
    """Several codes, separated by commas, as a list."""

    def to_python(self, value: Any) -> Any:
        """The codes without blanks around them."""
        parts = str(value or "").replace("，", ",").replace("、", ",").split(",")
        return [part.strip() for part in parts if part.strip()]

    def prepare_value(self, value: Any) -> Any:
        """The codes with commas between them."""
        return ", ".join(str(part) for part in value) if isinstance(value, list) else value


def _field(record: Record, name: str, column: Any, user: Any) -> forms.Field:
    label = label_of(column)
    is_needed = not (column.blank or column.null or column.has_default())
    if isinstance(column, models.ForeignKey):
        kind = SUGGESTED.get(column.related_model._meta.label_lower)
        if kind:
            # A list of suggestions appears while typing (js/gendan.js).
            box = forms.TextInput(attrs={"data-suggest": kind, "autocomplete": "off"})
            return forms.CharField(label=label, required=is_needed, max_length=80, widget=box)
        choices = functools.partial(_choices, column.related_model, record.code_of(name), user)
        return forms.ChoiceField(label=label, required=is_needed, choices=choices)
    if isinstance(column, models.JSONField):
        return Names(label=label, required=False, help_text=_LINE)
    made: Any = column.formfield()
    made.label = label
    made.required = is_needed and not isinstance(column, models.BooleanField)
    if isinstance(made, SimpleArrayField):
        made.help_text = _("separated by commas")
    if isinstance(made, forms.TypedChoiceField):
        made.choices = list(column.choices) if not column.blank else [("", "–"), *column.choices]
    if column.has_default() and not isinstance(column, ArrayField):
        made.initial = column.get_default()
    if isinstance(made, forms.DecimalField):
        made.widget.attrs["step"] = "any"
    return made  # type: ignore[no-any-return]


def _choices(model: Any, code: str, user: Any) -> list[tuple[str, str]]:
    if code == "username":
        from gendan.kernel.queries import people_who_sign_in

        rows: Any = people_who_sign_in()
    else:
        rows = model.objects.visible_to(user).order_by(code)
    return [("", "–"), *((str(getattr(one, code)), str(one)) for one in rows[:1000])]


def find_record(record: Record, request: HttpRequest) -> Any:
    """The row that the address names by its key; None for a new one; 404 for one unknown."""
    if not any(request.GET.get(name) for name in record.key):
        return None
    wanted: dict[str, Any] = {}
    for name in record.key:
        column: Any = record.model._meta.get_field(name)
        value: Any = request.GET.get(name, "")
        if isinstance(column, models.ForeignKey):
            wanted[f"{name}__{record.code_of(name)}" if value else f"{name}__isnull"] = (
                value or True
            )
        else:
            wanted[name] = value
    model: Any = record.model
    try:
        return model.objects.visible_to(request.user).filter(**wanted).first()
    except (ValueError, ValidationError, ArithmeticError):
        raise Http404 from None


def record_url(record: Record, one: Any, **more: str) -> str:
    """The address of a row's page."""
    from urllib.parse import urlencode

    query = {name: initial(record, one, name) for name in record.key} | more
    return f"{reverse(record.name)}?{urlencode(query)}"


def initial(record: Record, one: Any, name: str) -> Any:
    """A row's value as its input shows it."""
    column: Any = record.model._meta.get_field(name)
    value = getattr(one, name)
    if isinstance(column, models.ForeignKey):
        return getattr(value, record.code_of(name)) if value is not None else ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else value


def row_values(record: Record, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values as the row class takes them: an emptied optional value is cleared."""
    values = {}
    for name in record.names():
        value = cleaned.get(name)
        column: Any = record.model._meta.get_field(name)
        if value in (None, ""):
            is_cleared = column.null or isinstance(column, models.CharField | models.TextField)
            if not is_cleared:
                continue
            value = ""
        values[name] = value
    return values


def save_one(verb: Callable[..., Any], row: Any) -> Callable[..., Any]:
    """The verb for many rows as one for a single row: refused with that row's own sentence."""

    def save(*, by: Any) -> Any:
        try:
            saved = verb(rows=[row], by=by)
        except RowsRefused as error:
            first = error.rows[0]
            raise Invalid(first.message, field=first.field) from error
        return saved[0] if saved else None

    return save


def record_page(record: Record) -> Callable[..., HttpResponse]:
    """The page on which one row is made, changed or removed; its name is the verb's."""

    @page(section=record.section, verb=record.name)
    def edit(request: HttpRequest) -> HttpResponse:
        found = find_record(record, request)
        if request.method == "POST" and request.POST.get("remove") and record.has_removal:
            return _remove(request, record)
        start = {name: request.GET.get(name, "") for name in record.names() if name in request.GET}
        if found is not None:
            start = {name: initial(record, found, name) for name in record.names()}
        form = RecordForm(record, request.user, found, data=request.POST or None, initial=start)

        def draw(error: DomainError | None = None) -> HttpResponse:
            if error is not None:
                form.refuse(error)
            return _draw(request, record, found, form)

        if request.method != "POST":
            return draw()
        if not form.is_valid():
            if not is_htmx(request):
                return draw()
            name, errors = next(iter(form.errors.items()))
            raise Invalid(" ".join(map(str, errors)), field=str(name))
        row = record.row(**row_values(record, form.cleaned_data))
        return ask(
            request,
            save_one(record.verb, row),
            then=lambda one: next_of(request, record.then(one) if record.then else _list(record)),
            said=_("Saved."),
            again=draw,
        )

    edit.__name__ = record.name
    return edit


def _list(record: Record) -> str:
    return reverse(record.back)


def _remove(request: HttpRequest, record: Record) -> HttpResponse:
    key = {name: _key_value(record, name, request.POST.get(name, "")) for name in record.key}
    return ask(
        request,
        save_one(record.verb, record.row(**key, remove=True)),
        then=next_of(request, _list(record)),
        said=_("Removed."),
    )


def _key_value(record: Record, name: str, text: str) -> Any:
    """A part of the key as the row class takes it: a date is one, a reference stays its code."""
    column: Any = record.model._meta.get_field(name)
    if not isinstance(column, models.DateField):
        return text
    try:
        return column.to_python(text)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field=name) from error


def _draw(request: HttpRequest, record: Record, found: Any, form: RecordForm) -> HttpResponse:
    context = {
        "record": record,
        "found": found,
        "form": form,
        "key": {name: initial(record, found, name) for name in record.key} if found else {},
        "verb_words": title_of(record.name),
        "back": request.GET.get("next") or reverse(record.back),
        "wide": {"Textarea", "ClearableFileInput"},
    }
    return render_page(request, "parts/record.html", context)
