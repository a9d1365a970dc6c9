"""What the forms of the stock share: the page of one form that asks one verb."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.inventory.models import Location
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.quantity import read_decimal
from gendan.web.forms import PageForm
from gendan.web.shell import ask, is_htmx, render_page


def suggested(label: Any, *, required: bool = True) -> forms.CharField:
    """An item's code, with suggestions while typing."""
    box = forms.TextInput(attrs={"data-suggest": "items", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=40, widget=box, required=required)


def number(label: Any, *, required: bool = True) -> forms.CharField:
    """A number as people type it; it is read by the kernel."""
    box = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.CharField(label=label, max_length=40, widget=box, required=required)


def place(label: Any, *, required: bool = True) -> forms.CharField:
    """A place by its code; the choices are set with `with_places`."""
    return forms.CharField(label=label, max_length=40, required=required)


def with_places(form: forms.Form, user: Any, *names: str, **where: Any) -> None:
    """Let these fields choose from the places in use."""
    rows = Location.objects.visible_to(user).filter(is_active=True, **where).order_by("code")
    choices = [("", "–"), *((one.code, str(one)) for one in rows)]
    for name in names:
        form.fields[name].widget = forms.Select(choices=choices, attrs={"class": "form-select"})


class LookForm(PageForm):
    """What a suggestion is asked for: the item and how much of it."""

    item = suggested(gettext_lazy("Item (code)"))
    quantity = number(gettext_lazy("Quantity"))


def decimal_of(form: forms.Form, name: str) -> Any:
    """The number in a field; nothing where it is empty."""
    text = form.cleaned_data.get(name, "")
    return read_decimal(text, field=name) if text else None


def item_of(user: Any, code: str) -> Item | None:
    """The item of this code, if this person may see it."""
    rows = Item.objects.visible_to(user).select_related("unit", "family")
    return rows.filter(code=" ".join(code.split())[:40]).first()


def form_page(
    request: HttpRequest,
    form: Any,
    verb: Callable[..., Any],
    values: Callable[[], dict[str, Any]],
    *,
    name: str,
    then: Any,
    said: Any,
    words: Any = "",
    back: str,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """One form, one verb: drawn, checked in shape, asked, refused beside the field it is about."""

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error is not None:
            form.refuse(error)
        context = {"form": form, "verb": name, "words": words, "back": back, **(more or {})}
        return render_page(request, "inventory/goods.html", context)

    if request.method != "POST":
        return draw()
    if not form.is_valid():
        if not is_htmx(request):
            return draw()
        field, errors = next(iter(form.errors.items()))
        raise Invalid(" ".join(map(str, errors)), field=str(field))
    try:
        given = values()
    except DomainError as error:
        if is_htmx(request):
            raise
        return draw(error)
    return ask(request, verb, **given, then=then, said=said, again=draw)


def here(name: str, *args: Any) -> str:
    """The address of a page of the stock."""
    return reverse(name, args=args)
