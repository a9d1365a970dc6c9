"""Codes offered while one is typed: items, companies; and search by code, name or initials."""

from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from gendan.catalog.models import Item
from gendan.engine.plain_words import has_initials
from gendan.partners.models import Partner
from gendan.web.shell import page

LIMIT = 12
M = TypeVar("M", Item, Partner)
_MOST_NAMES = 5000  # read for initials, where nothing else fits


def items_like(user: Any, text: str) -> "QuerySet[Item]":
    """Items whose code, name or model contains the text, or whose name has these initials."""
    rows = Item.objects.visible_to(user)
    fits = (
        Q(code__icontains=text)
        | Q(name_en__icontains=text)
        | Q(name_zh__icontains=text)
        | Q(model__icontains=text)
    )
    return _or_initials(rows, rows.filter(fits), text)


def partners_like(user: Any, text: str) -> "QuerySet[Partner]":
    """Companies whose code or name contains the text, or whose name has these initials."""
    rows = Partner.objects.visible_to(user)
    fits = Q(code__icontains=text) | Q(name__icontains=text) | Q(name_zh__icontains=text)
    return _or_initials(rows, rows.filter(fits), text)


def _or_initials(rows: "QuerySet[M]", found: "QuerySet[M]", text: str) -> "QuerySet[M]":
    if not (text.isascii() and text.isalpha() and 3 <= len(text) <= 12) or found.exists():
        return found.order_by("code")
    names = rows.exclude(name_zh="").values_list("pk", "name_zh")[:_MOST_NAMES]
    ids = [pk for pk, name in names if has_initials(text, name)]
    return rows.filter(pk__in=ids[:LIMIT]).order_by("code")


@page(methods=["GET", "HEAD"])
def suggest(request: HttpRequest, kind: str) -> HttpResponse:
    """Up to twelve codes with their names, for an input's list."""
    text = request.GET.get("q", "").strip()[:80]
    finders: dict[str, Any] = {"items": items_like, "partners": partners_like}
    if kind not in finders:
        raise Http404
    rows = finders[kind](request.user, text)[:LIMIT] if text else []
    return JsonResponse({"rows": [{"code": one.code, "words": str(one)} for one in rows]})


urlpatterns = [path("suggest/<str:kind>/", suggest, name="suggest")]
