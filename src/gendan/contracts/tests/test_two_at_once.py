"""A link opened in two places: both press at the same moment, one acceptance stands."""

import threading

import pytest
from django.db import connection

from gendan.contracts.models import Acceptance, Paper
from gendan.contracts.services import send_paper_for_acceptance
from gendan.contracts.services.accepting import accept_by_link
from gendan.contracts.tests.accepted import paper, token_of
from gendan.kernel import journal
from gendan.kernel.errors import DomainError
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def roles() -> None:
    """The roles are there again after the test before has emptied all tables."""
    from django.core.management.sql import emit_post_migrate_signal

    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    return


def accept_together(found: Paper, token: str, names: list[str]) -> list[str]:
    """Who accepted, and with which refusals the others were told; all started together."""
    start = threading.Barrier(len(names))
    said: list[str] = []

    def press(name: str) -> None:
        try:
            start.wait()
            accept_by_link(
                token=token,
                name=name,
                is_confirmed=True,
                sha256=found.sha256,
                address="203.0.113.9",
                user_agent="Phone",
            )
            said.append(name)
        except DomainError as refusal:
            said.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_of_three_presses_at_once_one_accepts() -> None:
    found = paper()
    send_paper_for_acceptance(paper_id=found.pk, by=person("mei"))
    names = ["Anna", "Bert", "Cora"]
    said = accept_together(found, token_of(), names)
    assert len(said) == 3
    proof = Acceptance.objects.get()
    assert [one for one in said if one in names] == [proof.name]
    found.refresh_from_db()
    assert found.state == "accepted"
    assert journal.timeline(found).filter(fact="PaperAccepted").count() == 1
