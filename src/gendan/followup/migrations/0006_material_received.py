"""Milestones that wait for material close, and are dated, by what is expected and has come."""

from typing import Any

from django.db import migrations, models

# The steps of the journeys that come with Gendan which have been closed by hand until now.
CODES = ("fabric_in", "material_in", "parts_in", "goods_ready")
EVIDENCE = [
    ("hand", "by hand"),
    ("order_confirmed", "order confirmed"),
    ("contract_accepted", "contract accepted by the customer"),
    ("checks_done", "checks done"),
    ("material_expected", "all material on order"),
    ("material_received", "all material in house"),
    ("stock_reserved", "all lines reserved from stock"),
    ("delivered", "all lines delivered"),
    ("order_closed", "order closed"),
]


def by_facts(apps: Any, editor: Any) -> None:
    """Steps of templates, and milestones of journeys that are not done."""
    steps = apps.get_model("followup", "TemplateStep").objects
    steps.filter(code__in=CODES, evidence="hand").update(evidence="material_received")
    milestones = apps.get_model("followup", "Milestone").objects
    milestones.filter(
        code__in=CODES, evidence="hand", state__in=("to_come", "open"), journey__is_open=True
    ).update(evidence="material_received")


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0005_notices_move_out"),
        ("purchasing", "0002_purchase_orders"),
    ]

    operations = [
        migrations.AlterField(
            model_name="milestone",
            name="evidence",
            field=models.CharField(choices=EVIDENCE, default="hand", max_length=20),
        ),
        migrations.AlterField(
            model_name="templatestep",
            name="evidence",
            field=models.CharField(choices=EVIDENCE, default="hand", max_length=20),
        ),
        migrations.RunPython(by_facts, migrations.RunPython.noop),
    ]
