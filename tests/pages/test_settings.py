"""Settings, sheets, files and notices: through their pages and, for verbs, their operations."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from gendan.catalog.models import Unit
from gendan.exchange import sheets
from gendan.kernel import files, reactions
from gendan.kernel.models import NumberPattern, SavedView
from gendan.testing.cast import person
from gendan.testing.make import masters

Browse = Callable[..., Client]
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000") + b"\x00" * 40


def post(client: Client, path: str, data: Any) -> Any:
    return client.post(f"/api/v1{path}", json.dumps(data), content_type="application/json")


# --- saved views: save_view, forget_view ---------------------------------------------------------


def test_save_view_and_forget_view(browse: Browse) -> None:
    client = browse("mei")
    kept = {"page": "items", "name": "mine", "query": "q=x", "next": "/items/"}
    assert client.post(reverse("save_view"), kept).headers["Location"] == "/items/"
    view = SavedView.objects.get(user=person("mei"))
    assert b"mine" in client.get("/items/").content
    url = reverse("forget_view", args=[view.pk])
    assert browse("wen").post(url).status_code == 404
    assert client.post(url, {"next": "/items/"}).status_code == 303
    assert not SavedView.objects.exists()
    assert client.post(url).status_code == 404


def test_a_view_without_a_name_is_refused(browse: Browse) -> None:
    answer = browse("mei", htmx=True).post(reverse("save_view"), {"page": "items", "name": " "})
    assert answer.status_code == 422


# --- numbers: save_number_pattern ----------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["SO-{year}", "{seq", "{seq.__class__}", "{other}{seq}", ""])
def test_save_number_pattern_refuses_what_would_repeat(browse: Browse, pattern: str) -> None:
    typed = {"key": "order", "pattern": pattern}
    answer = browse("zhao", htmx=True).post(reverse("save_number_pattern"), typed)
    assert answer.status_code == 422
    assert not NumberPattern.objects.exists()


def test_save_number_pattern_holds_from_the_next_number_on(browse: Browse) -> None:
    typed = {"key": "order", "pattern": "A{year2}-{seq:04}"}
    assert browse("mei").post(reverse("save_number_pattern"), typed).status_code == 403
    assert browse("zhao").post(reverse("save_number_pattern"), typed).status_code == 303
    assert b"A{year2}-{seq:04}" in browse("zhao").get(reverse("number_patterns")).content


# --- parked reactions: retry_reaction -------------------------------------------------------------


def parked_job() -> int:
    """A reaction that failed for good, as the worker leaves it."""
    reactions.defer([(1, "nobody.listens")])
    job = ProcrastinateJob.objects.latest("id")
    # The worker's own way to end a job; there is no verb for failing.
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'failed', attempts = 8 WHERE id = %s", [job.pk]
        )
    return int(job.pk)


def test_retry_reaction_puts_it_back_into_the_queue(browse: Browse) -> None:
    job = parked_job()
    page = browse("zhao").get(reverse("parked_reactions"))
    assert b"nobody.listens" in page.content
    url = reverse("retry_reaction", args=[job])
    assert browse("mei").post(url).status_code == 403
    assert browse("zhao").post(url).status_code == 303
    assert ProcrastinateJob.objects.get(pk=job).status == "todo"
    assert browse("zhao").post(url).status_code == 404


# --- sheets ---------------------------------------------------------------------------------------


def upload(text: str, name: str = "units.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def test_every_kind_of_sheet_has_template_and_export(browse: Browse) -> None:
    client = browse("zhao")
    assert client.get(reverse("sheets")).status_code == 200
    for kind in sheets.KINDS:
        assert client.get(reverse("sheet", args=[kind])).status_code == 200
        template = client.get(reverse("sheet_template", args=[kind]))
        assert template.content.startswith(b"PK")
        for form in ("xlsx", "csv"):
            answer = client.get(reverse("sheet_export", args=[kind, form]))
            assert answer.status_code == 200
            assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get(reverse("sheet", args=["secrets"])).status_code == 404
    assert client.get(reverse("sheet_export", args=["units", "exe"])).status_code == 404


def test_a_sheet_is_tried_then_imported(browse: Browse) -> None:
    client = browse("zhao")
    url = reverse("sheet", args=["units"])
    header = [column.title("en") for column in sheets.KINDS["units"].columns]
    text = f"{header[0]},{header[1]}\nspool,spool\n"
    tried = client.post(url, {"file": upload(text), "mode": "try"})
    assert b"not imported yet" in tried.content
    assert not Unit.objects.filter(code="spool").exists()
    done = client.post(url, {"file": upload(text), "mode": "import"})
    assert b"imported" in done.content
    assert Unit.objects.filter(code="spool").exists()


def test_faults_of_a_sheet_are_told_row_by_row(browse: Browse) -> None:
    url = reverse("sheet", args=["units"])
    titles = {column.key: column.title("en") for column in sheets.KINDS["units"].columns}
    text = f"{titles['code']},{titles['step']}\nspool,0.1\nreel,<b>much\n"
    answer = browse("zhao").post(url, {"file": upload(text), "mode": "import"})
    assert b"Nothing was saved" in answer.content
    assert b"<b>much" not in answer.content
    assert not Unit.objects.filter(code__in=["spool", "reel"]).exists()


def test_the_wrong_role_imports_nothing(browse: Browse) -> None:
    url = reverse("sheet", args=["units"])
    assert browse("mei").get(url).status_code == 403
    assert browse("mei").post(url, {"file": upload("x"), "mode": "import"}).status_code == 403
    assert browse("mei").get(reverse("sheet_export", args=["units", "csv"])).status_code == 403


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"\x00\x01", b""])
def test_what_is_no_sheet_is_refused_in_words(browse: Browse, content: bytes) -> None:
    file = SimpleUploadedFile("units.xlsx", content)
    answer = browse("zhao").post(reverse("sheet", args=["units"]), {"file": file, "mode": "try"})
    assert answer.status_code == 422
    assert b"<html" in answer.content


# --- files ----------------------------------------------------------------------------------------


def test_a_file_is_for_those_who_see_its_document(browse: Browse) -> None:
    item = masters.item("A-1")
    page = files.attach(b"<script>alert(1)</script>", name="x.html", about=item)
    url = reverse("attachment", args=[page.pk])
    assert browse().get(url).status_code == 302
    assert browse("stranger").get(url).status_code == 404
    answer = browse("mei").get(url, {"inline": "1"})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert browse("mei").get(reverse("attachment", args=[999_999])).status_code == 404


def test_a_picture_may_be_looked_at(browse: Browse) -> None:
    item = masters.item("A-1")
    kept = files.attach(io.BytesIO(PNG), name="../../photo\r\n.png", about=item)
    answer = browse("mei").get(reverse("attachment", args=[kept.pk]), {"inline": "1"})
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_file_on_something_without_readers_is_nobodys(browse: Browse) -> None:
    kept = files.attach(b"x", name="x.txt", about="nothing.there:1")
    assert browse("zhao").get(reverse("attachment", args=[kept.pk])).status_code == 404


# --- notices: acknowledge_notices -----------------------------------------------------------------


def test_there_is_nothing_to_acknowledge_without_notices(browse: Browse) -> None:
    client = browse("mei")
    assert b"Nothing" in client.get(reverse("notices")).content
    assert browse("stranger").get(reverse("notices")).status_code == 200
