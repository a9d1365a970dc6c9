"""Notices are a room of their own: the table is taken over there, with its rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("followup", "0004_questions")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="Notice")], database_operations=[]
        )
    ]
