"""`gendan intake add`: numbers and states on the screen, refusals as sentences."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from gendan.intake import invariants
from gendan.intake.models import Draft, Incoming
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make

pytestmark = pytest.mark.django_db


def test_files_are_taken_in_and_read_when_asked(customer: Partner, tmp_path: Path) -> None:
    person("mei")
    order, damaged = tmp_path / "order.xlsx", tmp_path / "damaged.xlsx"
    order.write_bytes(make.sheet())
    damaged.write_bytes(b"PK\x03\x04 cut off")
    out = io.StringIO()
    call_command("intake", "add", str(order), str(damaged), "--wait", "--user", "mei", stdout=out)
    first, second = out.getvalue().splitlines()
    assert first.startswith("IN-")
    assert "to be looked at" in first
    assert "cannot be read" in second
    assert second.endswith(".")
    assert Incoming.objects.order_by("pk")[0].taken_by == person("mei")


def test_what_is_refused_does_not_stop_the_others(customer: Partner, tmp_path: Path) -> None:
    empty, order = tmp_path / "empty.txt", tmp_path / "order.xlsx"
    empty.write_bytes(b"")
    order.write_bytes(make.sheet())
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="2 of 3 files"):
        call_command(
            "intake", "add", str(empty), str(tmp_path / "none"), str(order), stdout=out, stderr=err
        )
    assert "The file is empty" in err.getvalue()
    assert "being read" in out.getvalue()


def test_the_auditor_sees_what_does_not_hold(customer: Partner) -> None:
    draft = make.draft()
    assert invariants.check() == []
    Draft.objects.filter(pk=draft.pk).update(state="accepted")
    assert len(invariants.check()) == 2
