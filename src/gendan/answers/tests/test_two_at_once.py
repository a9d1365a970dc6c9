"""Two people answer one order at the same moment: one does, the other is told in words."""

import threading
from typing import Any

import pytest
from django.db import connection

from gendan.answers.models import Answer
from gendan.answers.services import answer_order
from gendan.kernel.errors import DomainError
from gendan.testing.cast import person
from gendan.testing.make import contracts, masters, orders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def roles() -> None:
    """The roles are there again after the test before has emptied all tables."""
    from django.core.management.sql import emit_post_migrate_signal

    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    return


def test_one_answer_is_given() -> None:
    contracts.letterhead()
    order = orders.confirmed(masters.customer())
    people = [person("mei"), person("jun"), person("sun")]
    gate = threading.Barrier(len(people))
    found: list[Any] = []

    def ask(who: Any) -> None:
        gate.wait()
        try:
            found.append(answer_order(order_id=order.pk, by=who))
        except DomainError as error:
            found.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Answer.objects.filter(state="made").count() == 1
    assert sum(isinstance(one, Answer) for one in found) == 1
    assert {one for one in found if isinstance(one, str)} <= {
        "stale_revision",
        "same_answer",
        "busy",
    }
