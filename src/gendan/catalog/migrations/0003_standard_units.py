"""The units that every company needs stand there from the beginning."""

from decimal import Decimal

from django.db import migrations

from gendan.catalog.standard_units import CONVERSIONS, UNITS


def fill(apps, schema_editor):
    Unit = apps.get_model("catalog", "Unit")
    Conversion = apps.get_model("catalog", "UnitConversion")
    Unit.objects.bulk_create(
        (
            Unit(code=code, name_en=english, name_zh=chinese, rec20=rec20, step=Decimal(step))
            for code, english, chinese, rec20, step in UNITS
        ),
        ignore_conflicts=True,
    )
    ids = dict(Unit.objects.values_list("code", "pk"))
    Conversion.objects.bulk_create(
        (
            Conversion(unit_id=ids[unit], into_id=ids[into], factor=Decimal(factor))
            for unit, into, factor in CONVERSIONS
        ),
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_alter_calendar_options_alter_family_options_and_more")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
