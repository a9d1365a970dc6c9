"""What a fact about many saved rows says, and recording it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from gendan.kernel import journal
from gendan.kernel.journal import Fact
from gendan.kernel.models import User
from gendan.kernel.rows import Saved

MOST_NAMED = 1000
MOST_REFERRED = 50


@dataclass(frozen=True, kw_only=True)
class RowsSaved(Fact):
    """Rows were made, changed or removed. `codes` is empty when more than MOST_NAMED are touched:
    then a listener looks at everything."""

    codes: list[str] = field(default_factory=list)
    made: int = 0
    changed: int = 0
    removed: int = 0


def record_saved(
    fact: type[RowsSaved],
    saved: Saved[Any],
    *,
    room: str,
    codes: Sequence[str],
    about: Sequence[models.Model | str] = (),
    by: User | None,
) -> None:
    """One fact for all rows of a call, about the room and, if they are few, each document.

    Nothing is recorded when nothing is different.
    """
    if not saved.touched:
        return
    named = list(dict.fromkeys(codes))
    entry = fact(
        codes=named if len(named) <= MOST_NAMED else [],
        made=len(saved.made),
        changed=len(saved.changed),
        removed=len(saved.removed),
    )
    referred = list(about) if len(about) <= MOST_REFERRED else []
    journal.record(entry, about=[room, *referred], by=by)
