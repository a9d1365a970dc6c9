"""What must always be true of papers, terms and letters of credit."""

import hashlib

from django.db import connection

from gendan.contracts.models import Paper
from gendan.kernel import files

_NEVER = {
    "a paper names another hash than its file": """
        SELECT p.number, p.version FROM contracts_paper p JOIN kernel_storedfile f
          ON f.id = p.file_id WHERE f.sha256 <> p.sha256""",
    "a paper that is void does not say since when and why": """
        SELECT number, version FROM contracts_paper
        WHERE (state = 'void') <> (voided_at IS NOT NULL) OR (state = 'void' AND void_reason = '')
        """,
    "the versions of a paper have gaps": """
        SELECT min(number), max(version) FROM contracts_paper GROUP BY order_id, kind
        HAVING max(version) <> count(*) OR min(number) <> max(number)""",
    "a cancelled order has a paper to be accepted": """
        SELECT p.number, p.version FROM contracts_paper p JOIN orders_order o ON o.id = p.order_id
        WHERE o.state = 'cancelled' AND p.state IN ('issued', 'sent')
          AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j
            WHERE j.task_name = 'react' AND j.status IN ('todo', 'doing'))""",
    "an older accepted paper is not marked as superseded": """
        SELECT p.number, p.version FROM contracts_paper p WHERE p.state = 'accepted'
          AND p.superseded_at IS NULL AND EXISTS (SELECT 1 FROM contracts_paper n
            WHERE n.order_id = p.order_id AND n.kind = p.kind AND n.version > p.version)""",
    "a letter of credit pays an order of another customer": """
        SELECT l.number, o.number FROM contracts_creditorder c
        JOIN contracts_letterofcredit l ON l.id = c.letter_id
        JOIN orders_order o ON o.id = c.order_id WHERE o.customer_id <> l.customer_id""",
    "a closed letter of credit still warns": """
        SELECT l.number, w.key FROM contracts_creditwarning w
        JOIN contracts_letterofcredit l ON l.id = w.letter_id
        WHERE w.ended_at IS NULL AND l.state = 'closed'""",
}


def check() -> list[str]:
    """Sentences about what does not hold; also reads every paper's file again."""
    found = []
    with connection.cursor() as cursor:
        for sentence, statement in _NEVER.items():
            cursor.execute(statement)
            found += [f"{sentence}: {row[0]} {row[1]}" for row in cursor.fetchall()[:20]]
    return found + _changed_files()


def _changed_files() -> list[str]:
    found = []
    papers = Paper.objects.select_related("file").defer("snapshot", "terms").order_by("pk")
    for paper in papers.iterator(chunk_size=200):
        try:
            with files.open_file(paper.file) as stream:
                digest = hashlib.sha256(stream.read()).hexdigest()
        except FileNotFoundError:
            found.append(f"the file of a paper is gone: {paper}")
            continue
        if digest != paper.sha256:
            found.append(f"the file of a paper is not what was issued: {paper}")
    return found
