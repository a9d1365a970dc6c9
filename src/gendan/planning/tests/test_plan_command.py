"""The command that plans the company from a terminal."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from gendan.planning.models import PlanRun
from gendan.planning.tests.factory import chairs, ordered
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def test_it_prints_the_figures_of_the_live_plan() -> None:
    chairs()
    ordered()
    out = StringIO()
    call_command("plan", stdout=out)
    assert PlanRun.objects.get().is_live
    lines = [line.split(maxsplit=1) for line in out.getvalue().splitlines()[1:]]
    assert ["4", "planned orders"] in lines
    assert ["0", "late customer orders"] in lines


def test_a_plan_that_fails_is_an_error() -> None:
    chairs()
    masters.bom("LEG", {"WOOD": "2000000"}, revision="2")
    masters.bom("CHAIR", {"LEG": "2000000"}, revision="2")
    ordered(1_000_000)
    with pytest.raises(CommandError, match="WOOD"):
        call_command("plan", stdout=StringIO())
