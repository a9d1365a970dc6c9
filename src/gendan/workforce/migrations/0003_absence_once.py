"""An absence of a person begins on a day once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workforce", "0002_words")]

    operations = [
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.UniqueConstraint(fields=("person", "from_on"), name="absence_once"),
        ),
    ]
