"""The clauses a company starts with."""

from typing import Any

from django.db import migrations

from gendan.contracts.papers.default_clauses import DEFAULT_CLAUSES


def install(apps: Any, schema_editor: Any) -> None:
    """As services.install_clauses does, where the library is empty."""
    clauses = apps.get_model("contracts", "Clause").objects
    if clauses.exists():
        return
    clauses.bulk_create(
        clauses.model(code=code, topic=topic, position=place, text_en=en, text_zh=zh, **applies)
        for code, topic, place, applies, en, zh in DEFAULT_CLAUSES
    )


class Migration(migrations.Migration):
    dependencies = [("contracts", "0003_default_terms")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
