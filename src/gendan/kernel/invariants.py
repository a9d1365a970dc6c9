"""What must always be true of the kernel: nobody can rewrite what has happened."""

from django.db import connection

_GUARD = """
SELECT tgenabled FROM pg_trigger
WHERE tgrelid = 'kernel_entry'::regclass AND tgname = 'entry_is_append_only' AND NOT tgisinternal
"""


def check() -> list[str]:
    """Sentences about what does not hold; none when all is right."""
    if journal_is_guarded():
        return []
    return ["the journal can be changed: its trigger entry_is_append_only is missing or off"]


def journal_is_guarded() -> bool:
    """Whether the database refuses to change or delete entries of the journal (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(_GUARD)
        found = cursor.fetchone()
    # O: fires in ordinary sessions, A: always; D and R would let changes through.
    return found is not None and found[0] in {"O", "A"}
