"""What is done by one at a time, though there is no row that could be locked for it."""

from django.db import connection


def one_at_a_time(name: str) -> None:
    """Whoever comes second with this name waits until the first one's transaction has ended.

    Inside a service, so that who waits too long is told that somebody else is at it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
