"""Stock moves are never changed or deleted; a mistake is moved back."""

from django.db import migrations

REFUSE = """
CREATE TRIGGER move_is_append_only BEFORE UPDATE OR DELETE ON inventory_move
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
ALLOW = "DROP TRIGGER move_is_append_only ON inventory_move;"


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_initial"), ("kernel", "0002_journal_is_append_only")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
