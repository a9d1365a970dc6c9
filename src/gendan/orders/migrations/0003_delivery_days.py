"""A promise keeps the day of each dated delivery, too; the promises in force get theirs."""

from django.db import migrations, models

# Of promises before those in force nobody knows any more which days their deliveries had.
_IN_FORCE = """
UPDATE orders_linepromise p SET deliveries = known.days FROM (
  SELECT newest.id, jsonb_object_agg(
    d.id, d.promised_on + (newest.ex_works_on - l.promised_on)) AS days
  FROM orders_line l
  JOIN orders_delivery d ON d.line_id = l.id AND d.promised_on IS NOT NULL
  JOIN LATERAL (SELECT id, ex_works_on FROM orders_linepromise o
    WHERE o.line_id = l.id ORDER BY id DESC LIMIT 1) newest ON true
  WHERE l.promised_on IS NOT NULL
  GROUP BY newest.id
) known WHERE known.id = p.id
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_reviews")]

    operations = [
        migrations.AddField(
            model_name="linepromise",
            name="deliveries",
            field=models.JSONField(default=dict),
        ),
        migrations.RunSQL(_IN_FORCE, migrations.RunSQL.noop),
    ]
