"""Expected goods of earlier orders learn which paper they are made for, or come with.

Work orders write `made_for` since lots are followed through production, purchase orders
`comes_with` since only receipts take their goods in; what stood before is filled in here, from
the highest room that knows all three tables.
"""

from django.db import migrations

_MADE = """
UPDATE inventory_expectedsupply s SET made_for = 'production.workorder:' || w.id
FROM production_workorder w WHERE w.expected_id = s.id AND s.made_for = ''
"""
_BOUGHT = """
UPDATE inventory_expectedsupply s SET comes_with = 'purchasing.purchaseorder:' || l.order_id
FROM purchasing_purchaseorderline l WHERE l.expected_id = s.id AND s.comes_with = ''
"""


class Migration(migrations.Migration):
    """Fills both columns where they can be derived."""

    dependencies = [
        ("stocking", "0002_surplus_starts"),
        ("inventory", "0009_arrivals"),
        ("production", "0002_shop_floor"),
        ("purchasing", "0003_receipts"),
    ]

    operations = [
        migrations.RunSQL(_MADE, migrations.RunSQL.noop),
        migrations.RunSQL(_BOUGHT, migrations.RunSQL.noop),
    ]
