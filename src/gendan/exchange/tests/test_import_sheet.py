"""import_sheet and stop_import: large sheets are taken by the worker, whole or not at all."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.sql import emit_post_migrate_signal
from django.db import OperationalError, connection, connections
from django.test import Client

from gendan.catalog.models import Unit
from gendan.exchange import bringing, deferring, jobs, queries, services
from gendan.exchange.bringing import ImportedAlready, bring_in
from gendan.exchange.models import ImportRun
from gendan.exchange.sheets import ImportReport
from gendan.kernel import rows
from gendan.kernel import services as kernel
from gendan.kernel.errors import NotAllowed, NotThere
from gendan.kernel.models import Entry, User
from gendan.orders.models import Order
from gendan.testing.at_once import at_once
from gendan.testing.cast import person
from gendan.testing.make import masters

LARGE = 5  # rows, in these tests


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "LARGE_ROWS", LARGE)
    monkeypatch.setattr(rows, "TELL_EVERY", 1)
    monkeypatch.setattr(rows, "WRITTEN_AT_ONCE", 4)


def units(count: int = 12, step: str = "1", first: int = 0) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["code", "name_en", "step"])
    writer.writerows([f"u{at}", f"unit {at}", step] for at in range(first, first + count))
    return out.getvalue().encode()


def made() -> int:
    return Unit.objects.filter(code__startswith="u", name_en__startswith="unit ").count()


def brought(data: bytes, *, by: str = "zhao", keep: bool = True) -> ImportRun:
    came = bring_in("units", data, "units.csv", by=person(by), keep=keep)
    assert isinstance(came, ImportRun)
    return came


@pytest.mark.django_db
def test_a_large_sheet_is_taken_by_the_worker_once() -> None:
    run = brought(units())
    assert (run.state, made()) == ("waiting", 0)
    assert brought(units()).pk == run.pk  # sent twice: the same
    assert deferring.runs_in_the_queue() == [run.pk]
    jobs.take_now(run.pk)
    run.refresh_from_db()
    assert (run.state, run.rows, run.made, run.changed, run.progress) == ("done", 12, 12, 0, 100)
    assert made() == 12
    before = Entry.objects.count()
    jobs.take_now(run.pk)  # the job comes once more
    assert Entry.objects.count() == before
    again = brought(units())
    assert again.pk != run.pk
    jobs.take_now(again.pk)
    again.refresh_from_db()
    assert (again.made, again.changed) == (0, 0)


@pytest.mark.django_db
def test_a_small_sheet_is_taken_at_once_and_kept_in_mind() -> None:
    came = bring_in("units", units(3), "units.csv", by=person("zhao"), keep=True)
    assert isinstance(came, ImportReport)
    assert (came.is_saved, made()) == (True, 3)
    run = ImportRun.objects.get()
    assert (run.state, run.made, run.name) == ("done", 3, "units.csv")
    bring_in("units", units(3, "x"), "units.csv", by=person("zhao"), keep=True)
    bring_in("units", units(3, "2"), "units.csv", by=person("zhao"), keep=False)
    assert ImportRun.objects.count() == 1  # nothing came of the others


@pytest.mark.django_db
def test_faults_and_trials_keep_nothing() -> None:
    trial = brought(units(), keep=False)
    jobs.take_now(trial.pk)
    trial.refresh_from_db()
    assert (trial.state, trial.made, made()) == ("done", 12, 0)
    faulty = brought(units(step="much"))
    jobs.take_now(faulty.pk)
    faulty.refresh_from_db()
    assert (faulty.state, faulty.error_count, made()) == ("refused", 12, 0)
    assert faulty.errors[0][0] == 2
    assert "is not a number" in faulty.errors[0][2]
    strange = brought(b"colour\n" + b"red\n" * 9)
    jobs.take_now(strange.pk)
    strange.refresh_from_db()
    assert strange.state == "failed"
    assert "These columns are missing" in strange.failure


@pytest.mark.django_db
def test_whoever_may_not_is_refused_now_and_when_it_is_done() -> None:
    with pytest.raises(NotAllowed):
        brought(units(), by="wen")
    run = brought(units())
    with pytest.raises(NotThere):
        queries.import_seen(run.pk, person("mei"))
    with pytest.raises(NotThere):
        services.stop_import(import_id=run.pk, by=person("mei"))
    User.objects.filter(pk=run.asked_by_id).update(is_active=False)
    jobs.take_now(run.pk)
    run.refresh_from_db()
    assert (run.state, made()) == ("failed", 0)
    assert "does not allow" in run.failure


@pytest.mark.django_db
def test_a_stopped_one_is_left_alone_and_a_lost_one_is_taken_up() -> None:
    boss = person("zhao")
    run = brought(units())
    services.stop_import(import_id=run.pk, by=boss)
    jobs.take_now(run.pk)
    assert made() == 0
    with pytest.raises(services.ImportIsOver, match="nothing to stop"):
        services.stop_import(import_id=run.pk, by=boss)
    lost = brought(units())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert services.resume_imports() == 1
    assert deferring.runs_in_the_queue() == [lost.pk]
    assert services.resume_imports() == 0
    ImportRun.objects.filter(pk=lost.pk).update(attempts=services.MOST_ATTEMPTS)
    jobs.take_now(lost.pk)
    lost.refresh_from_db()
    assert lost.state == "failed"
    assert "3 times" in lost.failure


@pytest.mark.django_db
def test_the_same_orders_are_not_entered_twice_unless_that_is_meant() -> None:
    masters.customer("C1")
    masters.item("A")
    data = b"order,customer,item,quantity,unit_price\n1,C1,A,5,2\n"
    boss = person("zhao")
    bring_in("orders", data, "o.csv", by=boss, keep=True)
    with pytest.raises(ImportedAlready, match=r"This very file was imported on .*: 1 new"):
        bring_in("orders", data, "other name.csv", by=boss, keep=True)
    assert Order.objects.count() == 1
    bring_in("orders", data, "o.csv", by=boss, keep=True, again=True)
    assert Order.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_enter_a_sheet_once() -> None:
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    masters.customer("C1")
    masters.item("A")
    data = b"order,customer,item,quantity,unit_price\n1,C1,A,5,2\n"
    boss = person("zhao")

    def press() -> Any:
        return bring_in("orders", data, "o.csv", by=boss, keep=True)

    came = at_once(press, press)
    assert sorted(type(one).__name__ for one in came) == ["ImportReport", "ImportedAlready"]
    assert Order.objects.count() == 1


@pytest.mark.django_db
def test_names_of_columns_that_cannot_be_kept_are_no_obstacle() -> None:
    data = "code,name_en,step,\x00odd\nu1,unit 1,1,x\n".encode("utf-16")
    came = bring_in("units", data, "u.csv", by=person("zhao"), keep=True)
    assert isinstance(came, ImportReport)
    assert (came.is_saved, made()) == (True, 1)
    assert ImportRun.objects.get().ignored_columns == ["odd"]


@pytest.mark.django_db
def test_the_file_of_another_is_told_of_and_not_shown() -> None:
    run = brought(units())
    planner = person("ping")
    with pytest.raises(services.BroughtByAnother, match="is bringing in this very file"):
        bring_in("units", units(), "mine.csv", by=planner, keep=True)
    jobs.take_now(run.pk)
    assert brought(units(), by="ping").asked_by == planner  # over: it may be brought in again


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_nothing_and_the_next_one_takes_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    run = brought(units())
    seen: list[tuple[str, int, int]] = []
    tell = services.note_import
    todo = ["kill", "stop"]
    of_worker = connection.cursor().execute("SELECT pg_backend_pid()").fetchone()[0]

    def note(**given: Any) -> bool:
        """Looked at from outside, by the connection that tells how far it is."""
        seen.append((given["stage"], given["percent"], made()))
        if given["stage"] == "writing" and given["percent"] > jobs.WRITTEN and todo:
            what = todo.pop(0)
            if what == "kill":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(%s)", [of_worker])
            else:
                services.stop_import(import_id=run.pk, by=person("zhao"))
        return tell(**given)

    monkeypatch.setattr(services, "note_import", note)
    with pytest.raises(OperationalError):
        jobs.take_now(run.pk)
    connections.close_all()
    run.refresh_from_db()
    assert (run.state, run.attempts, made()) == ("running", 1, 0)
    jobs.take_now(run.pk)  # by the next worker, and stopped while it writes
    run.refresh_from_db()
    assert (run.state, run.attempts, made()) == ("stopped", 2, 0)
    assert {one for _stage, _percent, one in seen} == {0}  # nothing was there before all was
    second = brought(units())
    jobs.take_now(second.pk)
    second.refresh_from_db()
    assert (second.state, second.made, made()) == ("done", 12, 12)
    percents = [percent for _stage, percent, _made in seen[-6:]]
    assert percents == sorted(percents)


@pytest.fixture
def program(db: None) -> Client:
    _token, secret = kernel.make_api_token(name="test", by=person("zhao"))
    return Client(headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"})


def post(client: Client, data: bytes, query: str = "") -> Any:
    given = {"file": SimpleUploadedFile("units.csv", data)}
    return client.post(f"/api/v1/sheets/units{query}", given)


def test_programs_bring_sheets_in_and_take_them_out(program: Client) -> None:
    kinds = {one["key"]: one for one in program.get("/api/v1/sheets").json()}
    assert kinds["units"]["verb"] == "save_units"
    assert program.get("/api/v1/sheets/units/template").content.startswith(b"PK")
    tried = post(program, units(2), "?dry_run=true")
    assert (tried.status_code, tried.json()["would_make"], made()) == (200, 2, 0)
    answer = post(program, units())
    assert answer.status_code == 202, answer.content
    address = answer.headers["Location"]
    assert answer.json()["address"] == address
    assert program.get(address).json()["state"] == "waiting"
    jobs.take_now(answer.json()["id"])
    assert program.get(address).json()["made"] == 12
    text = program.get("/api/v1/sheets/units?form=csv").content.decode("utf-8-sig")
    assert "unit 11" in text
    faulty = post(program, units(step="much")).json()
    jobs.take_now(faulty["id"])
    faults = program.get(f"{faulty['address']}/faults").json()
    assert len(faults) == 12
    assert faults[0]["row"] == 2
    waiting = post(program, units(9)).json()
    stopped = program.post(f"{waiting['address']}/stop")
    assert (stopped.status_code, stopped.json()["state"]) == (200, "stopped")
    assert program.post(f"{waiting['address']}/stop").status_code == 409
    assert len(program.get("/api/v1/sheet-imports").json()["items"]) == 3
    assert program.get("/api/v1/sheets/secrets").status_code == 404
    assert program.get("/api/v1/sheet-imports/99999").status_code == 404
