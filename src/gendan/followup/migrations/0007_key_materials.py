"""Milestones of key materials close by the facts of their own item families."""

from typing import Any

import django.contrib.postgres.fields
from django.db import migrations, models

# The steps of the journeys that come with Gendan which have been closed by hand until now: by which
# evidence and for which families they are closed, once a company has such families.
STEPS = {
    "trims_in": ("material_received", "TRIMS"),
    "packaging_ordered": ("material_expected", "PACKAGING"),
    "packaging_in": ("material_received", "PACKAGING"),
    "boards_ordered": ("material_expected", "BOARDS"),
    "boards_in": ("material_received", "BOARDS"),
}


def by_facts(apps: Any, editor: Any) -> None:
    """Steps of templates, and milestones of journeys that are not done."""
    steps = apps.get_model("followup", "TemplateStep").objects
    milestones = apps.get_model("followup", "Milestone").objects
    under_way = milestones.filter(state__in=("to_come", "open"), journey__is_open=True)
    for code, (evidence, family) in STEPS.items():
        for rows in (steps, under_way):
            rows.filter(code=code, evidence="hand").update(evidence=evidence, materials=[family])


def _field() -> Any:
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
    )


class Migration(migrations.Migration):
    dependencies = [("followup", "0006_material_received")]

    operations = [
        migrations.AddField(model_name="milestone", name="materials", field=_field()),
        migrations.AddField(model_name="templatestep", name="materials", field=_field()),
        migrations.RunPython(by_facts, migrations.RunPython.noop),
    ]
