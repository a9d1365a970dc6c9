"""The sheet of a count: printed, taken away as a file, and read back, by people and programs."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gendan.inventory.models import Count
from gendan.inventory.services import start_count
from gendan.kernel import clock
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.at(clock.moment_on(dt.date(2026, 6, 10))):
        yield


@pytest.fixture
def count() -> Count:
    masters.item("A-1")
    masters.stock("A-1", 100)
    return start_count(basis="full", by=person("wen"))


def sheet(count: Count, quantity: str) -> SimpleUploadedFile:
    line = count.lines.get()
    rows = "Line,Count,Round,Location,Item,Counted\n"
    rows += f"{line.pk},{count.number},{line.round},STORE,A-1,{quantity}\n"
    return SimpleUploadedFile("sheet.csv", rows.encode())


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_page_offers_paper_and_files(count: Count, browse: Browse) -> None:
    wen, url = browse("wen"), reverse("count_sheet", args=[count.pk])
    assert "Read a filled sheet back" in wen.get(url).content.decode()
    assert "Read a filled sheet back" not in browse("mei").get(url).content.decode()
    for kind, begin in (("pdf", b"%PDF-"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        answer = wen.get(f"{url}?export={kind}")
        assert answer.status_code == 200
        assert body(answer).startswith(begin)
    assert wen.get(f"{url}?export=doc").status_code in (404, 422)
    assert browse("stranger").get(url).status_code == 404


def test_a_filled_sheet_is_tried_then_entered(count: Count, browse: Browse) -> None:
    wen, url = browse("wen"), reverse("read_count_sheet", args=[count.pk])
    tried = wen.post(url, {"file": sheet(count, "100"), "mode": "try"}).content.decode()
    assert "not entered yet" in tried
    assert count.lines.get().state == "open"
    faulty = wen.post(url, {"file": sheet(count, "-3"), "mode": "import"}).content.decode()
    assert "Mend these cells" in faulty
    assert (
        "entered" in wen.post(url, {"file": sheet(count, "100"), "mode": "import"}).content.decode()
    )
    assert count.lines.get().state == "counted"
    assert wen.post(url, {"mode": "try"}).status_code == 422
    assert wen.post(url, {"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04")}).status_code == 422
    assert browse("mei").post(url, {"file": sheet(count, "1")}).status_code == 403


def test_programs_take_and_bring_the_sheet(count: Count, browse: Browse) -> None:
    wen, url = browse("wen"), f"/api/v1/counts/{count.pk}/sheet"
    assert wen.get(f"{url}?form=pdf").content.startswith(b"%PDF-")
    assert wen.get(url).content.startswith(b"PK")
    tried = wen.post(f"{url}?dry_run=true", {"file": sheet(count, "100")}).json()
    assert (tried["counted"], tried["is_saved"]) == (1, False)
    wrong = wen.post(url, {"file": sheet(count, "ten")}).json()
    assert (wrong["is_saved"], wrong["errors"][0]["row"]) == (False, 2)
    assert wen.post(url, {"file": sheet(count, "100")}).json()["is_saved"] is True
    assert browse("mei").post(url, {"file": sheet(count, "1")}).status_code == 403
    assert wen.get("/api/v1/counts/999999/sheet").status_code == 404
