from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_robots")]

    operations = [
        migrations.AlterModelOptions(
            name="robotmessage",
            options={"verbose_name_plural": "Robot messages"},
        ),
    ]
