"""What must always be true of answers."""

import hashlib

from django.db import connection

from gendan.answers.models import Answer
from gendan.kernel import files

_NEVER = {
    "an answer has no lines": """
        SELECT a.number FROM answers_answer a WHERE NOT EXISTS
          (SELECT 1 FROM answers_answerline l WHERE l.answer_id = a.id)""",
    "an answer says otherwise than its lines": """
        SELECT a.number FROM answers_answer a JOIN answers_answerline l ON l.answer_id = a.id
        GROUP BY a.id HAVING a.verdict <> CASE WHEN count(DISTINCT l.verdict) = 1
          THEN min(l.verdict) ELSE 'changed' END""",
    "a rejected line promises something": """
        SELECT a.number FROM answers_answerline l JOIN answers_answer a ON a.id = l.answer_id
        WHERE l.verdict = 'rejected' AND (l.quantity <> 0 OR l.promised_on IS NOT NULL)""",
    "a changed line does not say what differs": """
        SELECT a.number FROM answers_answerline l JOIN answers_answer a ON a.id = l.answer_id
        WHERE (l.verdict = 'changed') <> (l.differences <> '[]'::jsonb)""",
    "an answer that is sent has no mail": """
        SELECT number FROM answers_answer WHERE state = 'sent' AND mail_id IS NULL""",
    "an answer that no longer holds does not say since when": """
        SELECT number FROM answers_answer
        WHERE (state IN ('withdrawn', 'superseded')) <> (ended_at IS NOT NULL)
          OR (state = 'withdrawn' AND end_reason = '')""",
    "an answer in force says otherwise than its cancelled order": """
        SELECT a.number FROM answers_answer a JOIN orders_order o ON o.id = a.order_id
        WHERE o.state = 'cancelled' AND a.state IN ('made', 'sent') AND a.verdict <> 'rejected'
          AND a.outdated_at IS NULL AND NOT EXISTS (SELECT 1 FROM intake_draft d
            WHERE d.order_id = o.id AND d.data->>'doc_type' = 'order_cancellation')
          AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j
            WHERE j.task_name = 'react' AND j.status IN ('todo', 'doing'))""",
}


def check() -> list[str]:
    """Sentences about what does not hold; also reads every answer's PDF again."""
    found = []
    with connection.cursor() as cursor:
        for sentence, statement in _NEVER.items():
            cursor.execute(statement)
            found += [f"{sentence}: {row[0]}" for row in cursor.fetchall()[:20]]
    return found + _changed_files()


def _changed_files() -> list[str]:
    found = []
    for answer in Answer.objects.select_related("pdf").order_by("pk").iterator(chunk_size=200):
        try:
            with files.open_file(answer.pdf) as stream:
                digest = hashlib.sha256(stream.read()).hexdigest()
        except FileNotFoundError:
            found.append(f"the PDF of an answer is gone: {answer}")
            continue
        if digest != answer.pdf.sha256:
            found.append(f"the PDF of an answer is not what was sent: {answer}")
    return found
