from django.db import migrations


class Migration(migrations.Migration):
    """A refresh rewrites dates of many milestones at once: with room left in each page the new row
    stands beside the old one and no index has to be touched."""

    dependencies = [("followup", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE followup_milestone SET (fillfactor = 50);"
            "ALTER TABLE followup_journey SET (fillfactor = 70);",
            "ALTER TABLE followup_milestone RESET (fillfactor);"
            "ALTER TABLE followup_journey RESET (fillfactor);",
        )
    ]
