"""The notices, taken over from the follow-up with their rows."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLE = """
ALTER TABLE followup_notice RENAME TO notices_notice;
ALTER SEQUENCE followup_notice_id_seq RENAME TO notices_notice_id_seq;
"""
BACK = """
ALTER SEQUENCE notices_notice_id_seq RENAME TO followup_notice_id_seq;
ALTER TABLE notices_notice RENAME TO followup_notice;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("followup", "0005_notices_move_out"),
        ("kernel", "0003_links_and_mails"),
        ("orders", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, BACK)],
            state_operations=[
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True,
                                                   serialize=False, verbose_name="ID")),
                        ("must_act", models.BooleanField(default=False)),
                        ("at", models.DateTimeField()),
                        ("read_at", models.DateTimeField(null=True)),
                        ("entry", models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+",
                            to="kernel.entry")),
                        ("order", models.ForeignKey(
                            null=True, on_delete=django.db.models.deletion.CASCADE,
                            related_name="+", to="orders.order")),
                        ("user", models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="notices",
                            to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["user", "-id"], name="notice_unread",
                                condition=models.Q(read_at__isnull=True))
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "entry"), name="told_once")
                        ],
                    },
                )
            ],
        )
    ]
