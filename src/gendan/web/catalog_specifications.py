"""Pages of specifications: releasing a version of an item's tech pack, and reading its file."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog import services
from gendan.catalog.models import Item, SpecificationVersion
from gendan.kernel.errors import DomainError
from gendan.web.files import serve_file
from gendan.web.forms import PageForm
from gendan.web.shell import ask, page, render_page


class ReleaseForm(PageForm):
    """A new version: its name, what is new, its file."""

    version = forms.CharField(label=gettext_lazy("Version"), max_length=20)
    released_on = forms.DateField(
        label=gettext_lazy("Released on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    note = forms.CharField(
        label=gettext_lazy("What is new"), required=False, max_length=4000, widget=forms.Textarea
    )
    file = forms.FileField(label=gettext_lazy("File"), required=False)


@page(section="items", verb="release_specification")
def release_specification(request: HttpRequest, item_id: int) -> HttpResponse:
    """Put a new version of an item's specification in force."""
    user: Any = request.user
    item = get_object_or_404(Item.objects.visible_to(user), pk=item_id)
    form = ReleaseForm(request.POST or None, request.FILES or None)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error is not None:
            form.refuse(error)
        context = {"item": item, "form": form}
        return render_page(request, "catalog/release_specification.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    values = dict(form.cleaned_data)
    given = values.pop("file")
    return ask(
        request,
        services.release_specification,
        item_id=item.pk,
        **values,
        file=given,
        file_name=given.name if given else "",
        then=reverse("item", args=[item.pk]) + "#specification",
        said=_("The specification is released; running orders are told."),
        again=draw,
    )


@page(section="items", methods=["GET", "HEAD"])
def specification_file(request: HttpRequest, version_id: int) -> HttpResponse:
    """The file of a released version."""
    user: Any = request.user
    rows = SpecificationVersion.objects.visible_to(user).select_related("file")
    found = get_object_or_404(rows, pk=version_id)
    if found.file is None:
        raise Http404
    answer: Any = serve_file(found.file, found.file_name, inline="save" not in request.GET)
    return answer  # type: ignore[no-any-return]


urlpatterns = [
    path("items/<int:item_id>/specification/", release_specification, name="release_specification"),
    path("items/specifications/<int:version_id>/", specification_file, name="specification_file"),
]
