"""Places have a purpose and an order; balances know since when something lies there."""

import django.db.models.deletion
import gendan.kernel.quantity
from django.conf import settings
from django.db import migrations, models


FILL = """
UPDATE inventory_balance AS balance SET moved_at = known.last, since = known.first
FROM (
    SELECT item_id, lot_id, place, max(at) AS last, min(at) AS first
    FROM (
        SELECT item_id, lot_id, source_id AS place, at FROM inventory_move
        UNION ALL SELECT item_id, lot_id, target_id, at FROM inventory_move
    ) AS ends GROUP BY item_id, lot_id, place
) AS known
WHERE balance.item_id = known.item_id AND balance.location_id = known.place
    AND balance.lot_id IS NOT DISTINCT FROM known.lot_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_specification_versions'),
        ('inventory', '0004_words'),
        ('partners', '0004_debts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='balance',
            name='counted_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='balance',
            name='moved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='balance',
            name='since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='location',
            name='capacity',
            field=gendan.kernel.quantity.QuantityField(blank=True, decimal_places=6, max_digits=18, null=True, verbose_name='capacity'),
        ),
        migrations.AddField(
            model_name='location',
            name='family',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.family'),
        ),
        migrations.AddField(
            model_name='location',
            name='partner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partner'),
        ),
        migrations.AddField(
            model_name='location',
            name='purpose',
            field=models.CharField(blank=True, choices=[('receiving', 'receiving'), ('storage', 'storage'), ('picking', 'picking'), ('shipping', 'shipping'), ('quarantine', 'quarantine')], max_length=10, verbose_name='purpose'),
        ),
        migrations.AddField(
            model_name='location',
            name='sequence',
            field=models.PositiveIntegerField(default=0, verbose_name='walking order'),
        ),
        migrations.AlterField(
            model_name='location',
            name='kind',
            field=models.CharField(choices=[('store', 'store'), ('quality', 'quality hold'), ('outside', "ours, at a supplier's"), ('supplier', 'suppliers'), ('customer', 'customers'), ('production', 'production'), ('loss', 'loss and adjustment'), ('opening', 'opening stock')], default='store', max_length=10),
        ),
        migrations.AddIndex(
            model_name='move',
            index=models.Index(fields=['at'], name='move_at'),
        ),
        migrations.AddConstraint(
            model_name='location',
            constraint=models.CheckConstraint(condition=models.Q(('capacity__isnull', True), ('capacity__gt', 0), _connector='OR'), name='location_capacity'),
        ),
        migrations.AddConstraint(
            model_name='location',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'outside'), _negated=True), ('partner__isnull', False), _connector='OR'), name='location_of_whom'),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
