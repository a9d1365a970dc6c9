"""Counts several questions at once: numbers that are asked with every page cost one query."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def count_all(questions: "Sequence[QuerySet[Any]]", *, cap: int) -> list[int]:
    """How many rows each has, counted up to `cap` and never beyond: 1 query for all of them."""
    asked: list[str] = []
    values: list[Any] = []
    for question in questions:
        try:
            sql, params = question.order_by().values("pk")[:cap].query.sql_with_params()
        except EmptyResultSet:  # nobody can be in it: Django writes no SQL for such a question
            sql, params = "SELECT 1 WHERE FALSE", ()
        asked.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608 (Django wrote it)
        values += params
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", values)
        return list(cursor.fetchone())
