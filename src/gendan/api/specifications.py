"""API operations of specifications: released versions of items."""

import datetime as dt
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import asker
from gendan.catalog import services
from gendan.catalog.models import Item, SpecificationVersion

router = Router(tags=["catalog"])


class SpecificationVersionOut(Schema):
    """A released version; `supersedes` names the one it took the place of."""

    id: int
    item_id: int
    version: str
    supersedes: str
    released_on: dt.date
    note: str
    file_name: str
    by_id: int | None


class ReleaseSpecificationIn(Schema):
    """The version's name and what is new; without a day it is released today."""

    version: Annotated[str, Field(max_length=100)]
    note: Annotated[str, Field(max_length=10_000)] = ""
    released_on: dt.date | None = None


@router.get(
    "/items/{int:item_id}/specifications",
    response=Page[SpecificationVersionOut],
    operation_id="list_specifications",
)
def list_specifications(request: HttpRequest, paging: Query[Paging], item_id: int) -> Any:
    """The released versions of an item's specification, the newest first."""
    rows = SpecificationVersion.objects.visible_to(asker(request)).filter(item=item_id)
    return page_of(rows, paging)


@router.post(
    "/items/{int:item_id}/specifications",
    response={201: SpecificationVersionOut},
    operation_id="release_specification",
)
def release_specification(
    request: HttpRequest,
    item_id: int,
    given: Form[ReleaseSpecificationIn],
    file: File[UploadedFile | None] = None,
) -> Any:
    """Put a new version of an item's specification in force, with its file if there is one."""
    if not Item.objects.visible_to(asker(request)).filter(pk=item_id).exists():
        raise Http404
    made = services.release_specification(
        item_id=item_id,
        **given.dict(),
        file=None if file is None else file.file,
        file_name="" if file is None else file.name or "file",
        by=asker(request),
    )
    return Status(201, made)
