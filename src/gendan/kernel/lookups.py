"""Containing a text, in any case, so that PostgreSQL's trigram indexes can answer it.

Django writes UPPER(column) LIKE UPPER(text), which an index on the column cannot serve; ILIKE means
the same and can.
"""

from typing import Any

from django.db.models import CharField, TextField
from django.db.models.lookups import IContains


class IndexedIContains(IContains):
    """`icontains` as ILIKE."""

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """column ILIKE %text%"""
        if not self.rhs_is_direct_value():
            return super().as_sql(compiler, connection)  # type: ignore[return-value]
        lhs, params = compiler.compile(self.lhs)
        text = connection.ops.prep_for_like_query(self.rhs)
        return f"{lhs} ILIKE %s", [*params, f"%{text}%"]


def register() -> None:
    """Use it for all texts."""
    CharField.register_lookup(IndexedIContains)
    TextField.register_lookup(IndexedIContains)
