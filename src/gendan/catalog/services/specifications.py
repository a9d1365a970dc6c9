"""Released versions of an item's specification (tech pack)."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import IO

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.events import SpecificationReleased
from gendan.catalog.models import Item, SpecificationVersion
from gendan.kernel import clock, files, journal
from gendan.kernel.cleaners import Unusable, clean_line, clean_text
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service

LONGEST_NOTE = 4000


class SameVersion(DomainError):
    """A version that was released before."""


@service(gettext_lazy("Release a specification"))
def release_specification(
    *,
    item_id: int,
    version: str,
    note: str = "",
    file: bytes | IO[bytes] | None = None,
    file_name: str = "",
    released_on: dt.date | None = None,
    by: User | None,
) -> SpecificationVersion:
    """Put a new version of an item's specification in force; the one before stays to be read.

    Lines written from now on get it. Drafts show that it is there, and running orders are told.
    """
    item = Item.objects.select_for_update(of=("self",)).filter(pk=item_id).first()
    if item is None:
        raise NotThere(_("There is no such item."))
    version = _read(version, 20, "version", clean_line)
    if not version:
        raise Invalid(_("Name the version."), field="version")
    note = _read(note, LONGEST_NOTE, "note", clean_text)
    day = released_on or clock.today()
    if not 1990 <= day.year <= 2099:
        raise Invalid(
            _("The year %(year)s cannot be meant.") % {"year": day.year}, field="released_on"
        )
    # The first version of an item is known only from what took its place.
    same = Q(version=version) | Q(supersedes=version)
    known = SpecificationVersion.objects.filter(same, item=item).exists()
    if known or version == item.specification_version:
        raise SameVersion(
            _("%(item)s has had specification version %(version)s already.")
            % {"item": item.code, "version": version},
            field="version",
        )
    made = SpecificationVersion(
        item=item,
        version=version,
        supersedes=item.specification_version,
        released_on=day,
        note=note,
        file=None if file is None else files.keep(file, name=file_name or "file"),
        file_name="" if file is None else files.clean_name(file_name or "file"),
        by=by,
        at=clock.now(),
    )
    made.save(force_insert=True)
    item.specification_version = version
    item.save(update_fields=["specification_version"])
    journal.record(_released(made, item), about=[item, "catalog"], by=by)
    return made


def release_saved(before: Mapping[str, str], items: Sequence[Item], by: User | None) -> None:
    """Items whose version was changed by a sheet have released it all the same.

    `before` is the version by code that each item had.
    """
    changed = [
        item for item in items if before.get(item.code, "") not in ("", item.specification_version)
    ]
    if not changed:
        return
    today, moment = clock.today(), clock.now()
    made = [
        SpecificationVersion(
            item=item,
            version=item.specification_version,
            supersedes=before[item.code],
            released_on=today,
            by=by,
            at=moment,
        )
        for item in changed
    ]
    # Going back to a version that was released before is a change, too, but no second release.
    SpecificationVersion.objects.bulk_create(made, ignore_conflicts=True)
    journal.record_many(
        [
            (_released(one, item), [item, "catalog"])
            for one, item in zip(made, changed, strict=True)
        ],
        by=by,
    )


def _released(made: SpecificationVersion, item: Item) -> SpecificationReleased:
    return SpecificationReleased(
        item_id=item.pk, item=item.code, version=made.version, was=made.supersedes, note=made.note
    )


def _read(text: str, limit: int, field: str, reader: Callable[[object], str]) -> str:
    try:
        read = reader(text)
    except Unusable as error:
        raise Invalid(str(error), field=field) from error
    if len(read) > limit:
        raise Invalid(
            _("This text has more than %(most)s characters.") % {"most": limit}, field=field
        )
    return read
