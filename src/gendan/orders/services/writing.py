"""Writing new rows of one table from one JSON value: for what is written with every order.

Django's bulk_create binds every column as an array; for the few rows an order has, that cost more
client time than everything else about them together.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert new objects of one model and set their keys (1 query)."""
    if not rows:
        return
    model = type(rows[0])
    names = _attnames(model)
    values = [{name: getattr(row, name) for name in names} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model), [json.dumps(values, default=str)])
        keys = [pk for (pk,) in cursor.fetchall()]  # in the order of insertion, as bulk_create's
    for row, pk in zip(rows, keys, strict=True):
        row.pk = pk
        row._state.adding = False
        row._state.db = "default"


def _fields(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@lru_cache(maxsize=20)
def _attnames(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in _fields(model))


@lru_cache(maxsize=20)
def _statement(model: type[models.Model]) -> str:
    """All names come from the model, none from outside."""
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(str(field.column)) for field in _fields(model))
    # The record's columns are named after the attributes, which are the columns.
    typed = ", ".join(
        f"{quote(str(field.column))} {field.cast_db_type(connection)}" for field in _fields(model)
    )
    return (
        f"INSERT INTO {table} ({columns}) "  # noqa: S608
        f"SELECT {columns} FROM jsonb_to_recordset(%s::jsonb) AS x({typed}) RETURNING id"
    )
