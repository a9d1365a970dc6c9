"""Releasing a specification: what stays, what is refused, also from a sheet."""

import datetime as dt

import pytest

from gendan.catalog.models import Item, SpecificationVersion
from gendan.catalog.services import ItemRow, release_specification, save_items
from gendan.kernel import journal
from gendan.kernel.errors import DomainError, NotAllowed, NotThere
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def test_the_newest_version_is_in_force_and_the_others_stay() -> None:
    item = masters.item("A-1")
    made = release_specification(
        item_id=item.pk,
        version=" 2 ",
        note="thicker zinc",
        file=b"%PDF-1.4 pack",
        file_name="pack v2.pdf",
        by=person("ping"),
    )
    item.refresh_from_db()
    assert (item.specification_version, made.version, made.supersedes) == ("2", "2", "1")
    assert made.file is not None
    assert made.file_name == "pack v2.pdf"
    assert journal.timeline(item)[0].data["note"] == "thicker zinc"
    release_specification(item_id=item.pk, version="3", by=person("zhao"))
    versions = item.specification_versions.values_list("version", "supersedes")
    assert list(versions) == [("3", "2"), ("2", "1")]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"version": ""}, "Name the version"),
        ({"version": "x" * 21}, "more than 20"),
        ({"version": "1"}, "already"),
        ({"version": "2"}, "already"),
        ({"version": "3", "note": "x" * 4001}, "more than 4000"),
        ({"version": "3\x07"}, "cannot be read"),
        ({"version": "3", "released_on": dt.date(1815, 6, 18)}, "cannot be meant"),
        ({"version": "3", "file": b"", "file_name": "a.pdf"}, "empty"),
    ],
)
def test_it_refuses_in_words(values: dict[str, object], words: str) -> None:
    item = masters.item("A-1")
    release_specification(item_id=item.pk, version="2", by=person("zhao"))
    with pytest.raises(DomainError, match=words):
        release_specification(item_id=item.pk, by=person("zhao"), **values)  # type: ignore[arg-type]
    assert SpecificationVersion.objects.count() == 1


def test_the_wrong_role_and_no_item() -> None:
    item = masters.item("A-1")
    with pytest.raises(NotAllowed):
        release_specification(item_id=item.pk, version="2", by=person("mei"))
    with pytest.raises(NotThere):
        release_specification(item_id=0, version="2", by=person("zhao"))


def test_a_version_changed_by_a_sheet_is_released_too() -> None:
    masters.items({"A-1": {}, "B-2": {}})
    rows = [ItemRow("A-1", specification_version="2"), ItemRow("B-2", specification_version="1")]
    save_items(rows=rows, by=person("zhao"))
    item = Item.objects.get(code="A-1")
    assert SpecificationVersion.objects.get().item == item
    assert journal.timeline(item).filter(fact="SpecificationReleased").count() == 1
