"""Pages of a list for programs: a bounded limit and a cursor."""

from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from ninja import Schema
from pydantic import Field

from gendan.kernel import cursors

T = TypeVar("T")
LARGEST = 200


class Paging(Schema):
    """How much of a list, and from where: `Query[Paging]`."""

    limit: int = Field(50, ge=1, le=LARGEST)
    cursor: str = Field("", max_length=800, description="`next` of the page before")


class Page(Schema, Generic[T]):
    """A part of a list; `next` is the cursor of the following part, null at the end."""

    items: list[T]
    next: str | None


def page_of(queryset: "QuerySet[Any]", paging: Paging, sort: str = "-pk") -> dict[str, Any]:
    """The asked-for part of a queryset, for `response=Page[ThingOut]`."""
    rows, following = cursors.page(queryset, sort, paging.cursor, paging.limit)
    return {"items": rows, "next": following or None}
