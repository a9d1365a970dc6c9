"""What is fixed by hand is known by the demands it serves, not by the day it was needed on."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planning", "0009_promise_turns")]

    operations = [
        migrations.RemoveConstraint(model_name="fixedorder", name="fixed_order_once"),
        migrations.AddField(
            model_name="fixedorder",
            name="demands",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=80), blank=True, default=list, size=None
            ),
        ),
    ]
