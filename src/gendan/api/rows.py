"""What operations that save many rows share: how many at once, and their answer."""

from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import BeforeValidator, Field

from gendan.kernel.errors import NotAllowed
from gendan.kernel.models import User
from gendan.kernel.service import title_of

MOST_ROWS = 10_000
R = TypeVar("R")


def plain(text: str, most: int) -> str:
    """A word to search for: the database knows no NUL, and nothing is longer than its column."""
    return text.replace("\x00", "")[:most]


def _refuse_unkeepable(value: Any) -> Any:
    """The database knows neither NUL nor halves of characters: refuse them before any look-up."""
    if isinstance(value, str) and (
        "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value)
    ):
        raise ValueError("the text has characters that cannot be kept")
    if isinstance(value, dict):
        for part in value.values():
            _refuse_unkeepable(part)
    elif isinstance(value, list):
        for part in value:
            _refuse_unkeepable(part)
    return value


# 1 to MOST_ROWS rows: `rows: Rows[ItemRow]`
Rows = Annotated[
    list[R], Field(min_length=1, max_length=MOST_ROWS), BeforeValidator(_refuse_unkeepable)
]
Reason = Annotated[str, Field(max_length=200), BeforeValidator(_refuse_unkeepable)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class SavedOut(Schema):
    """What was saved: ids in the order of the rows; removed rows are left out."""

    count: int
    ids: list[int]


def saved(objects: Iterable[Any]) -> dict[str, Any]:
    """The answer for objects that a verb returned."""
    ids = [one.pk for one in objects]
    return {"count": len(ids), "ids": ids}


def asker(request: HttpRequest) -> User:
    """Who asks; the API is never asked by nobody."""
    user: Any = request.user
    return user  # type: ignore[no-any-return]


def asker_who_may(request: HttpRequest, *verbs: str) -> User:
    """Who asks, where reading needs one of the verbs that change what is read."""
    user = asker(request)
    if not any(user.may_do(verb) for verb in verbs):
        words = _("Your role does not allow this: %(verb)s.")
        raise NotAllowed(words % {"verb": title_of(verbs[0])}, verb=verbs[0])
    return user
