"""What lies in our own places when values begin is worth its standard cost; entries stay for good."""

from django.conf import settings
from django.db import migrations

from gendan.kernel.money import minor_unit

REFUSE = """
CREATE TRIGGER value_entry_is_append_only BEFORE UPDATE OR DELETE ON inventory_valueentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
ALLOW = "DROP TRIGGER value_entry_is_append_only ON inventory_valueentry;"
VALUES = """
INSERT INTO inventory_itemvalue (item_id, method, standard, quantity, value)
SELECT item.id, 'average', NULL, sum(balance.on_hand),
    round(sum(balance.on_hand) * coalesce(item.cost, 0), %s)
FROM inventory_balance AS balance JOIN catalog_item AS item ON item.id = balance.item_id
WHERE balance.is_own GROUP BY item.id HAVING sum(balance.on_hand) > 0
ORDER BY item.id
"""
ENTRIES = """
INSERT INTO inventory_valueentry
    (item_id, kind, quantity, value, rounding, variance, at, about, reason)
SELECT item_id, 'opening', quantity, value, 0, 0, now(), '', '' FROM inventory_itemvalue
ORDER BY item_id
"""


def fill(apps, schema_editor):
    places = -minor_unit(settings.COMPANY_CURRENCY).as_tuple().exponent
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(VALUES, [places])
        cursor.execute(ENTRIES)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0006_values_claims_counts"),
        ("kernel", "0002_journal_is_append_only"),
    ]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
