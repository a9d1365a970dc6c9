"""Pages of large imports: progress, what came of it, faults as a sheet, stopping."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gendan.exchange import bringing, jobs
from gendan.exchange.models import ImportRun
from gendan.testing.make import masters

Browse = Callable[..., Client]


@pytest.fixture(autouse=True)
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "LARGE_ROWS", 3)


def upload(client: Client, step: str = "1", mode: str = "import") -> str:
    """The address of the import that a large file becomes."""
    rows = "".join(f"u{at},unit {at},{step}\n" for at in range(6))
    file = SimpleUploadedFile("units.csv", f"code,name_en,step\n{rows}".encode())
    answer = client.post(reverse("import_sheet", args=["units"]), {"file": file, "mode": mode})
    assert answer.status_code == 303, answer.content
    return answer.headers["Location"]


def test_a_large_import_is_followed_to_its_end(browse: Browse) -> None:
    client = browse("zhao")
    address = upload(client)
    run = ImportRun.objects.get()
    assert address == reverse("sheet_import", args=[run.pk])
    waiting = client.get(address).content.decode()
    assert "waits for the worker" in waiting
    assert reverse("stop_import", args=[run.pk]) in waiting
    ImportRun.objects.filter(pk=run.pk).update(state="running", stage="writing", progress=70)
    assert "70 %, the rows are written" in client.get(address).content.decode()
    jobs.take_now(run.pk)
    done = client.get(address).content.decode()
    assert "This came of it" in done
    assert "hx-trigger" not in done.split('id="page"')[-1].split("gd-facts")[0]
    assert "units.csv" in client.get(reverse("sheets")).content.decode()
    assert browse("mei").get(address).status_code == 404


def test_faults_are_shown_and_saved_as_a_sheet_and_an_import_is_stopped(browse: Browse) -> None:
    client = browse("zhao")
    address = upload(client, step="<b>much")
    run = ImportRun.objects.get()
    jobs.take_now(run.pk)
    text = client.get(address).content.decode()
    assert "6 faults" in text
    assert "<b>much" not in text
    sheet = client.get(reverse("sheet_faults", args=[run.pk]))
    assert sheet.content.startswith(b"PK")
    upload(client, mode="try")
    trial = ImportRun.objects.latest("pk")
    assert trial.is_trial
    client.post(reverse("stop_import", args=[trial.pk]))
    trial.refresh_from_db()
    assert trial.state == "stopped"
    assert client.post(reverse("stop_import", args=[trial.pk])).status_code == 409


def test_the_same_orders_again_are_asked_about(browse: Browse) -> None:
    masters.customer("C1")
    masters.item("A")
    client = browse("zhao")
    url = reverse("import_sheet", args=["orders"])
    assert b'name="again"' in client.get(url).content

    def send(**more: str) -> int:
        file = SimpleUploadedFile("o.csv", b"order,customer,item,quantity,unit_price\n1,C1,A,5,2\n")
        return client.post(url, {"file": file, "mode": "import", **more}).status_code

    assert [send(), send(), send(again="on")] == [200, 409, 200]


def test_a_body_that_is_refused_unread_is_read_away_up_to_a_limit(
    browse: Browse, settings: Any
) -> None:
    client = browse("zhao")
    url = reverse("api:import_sheet", args=["units"])
    settings.FILE_SIZE_LIMIT = 400_000
    for size, is_read in ((1_500_000, True), (1_700_000, False)):
        answer = client.post(url, b"x" * size, "application/octet-stream")
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert (answer.wsgi_request.read(1) == b"") is is_read
