"""A paper as issued, for the tests of its acceptance."""

import hashlib
import re
from typing import Any

from gendan.contracts.models import Paper
from gendan.contracts.papers.compose import compose
from gendan.kernel import clock, files
from gendan.kernel.models import Mail
from gendan.orders.models import Order
from gendan.testing.make import masters, orders

PDF = b"%PDF-1.7\nthe contract of the tests\n%%EOF"


def paper(order: Order | None = None, *, version: int = 1, **given: Any) -> Paper:
    """A contract of a confirmed order whose contact is Anna."""
    found = order or confirmed()
    content = PDF + str(version).encode()
    values: dict[str, Any] = {
        "kind": "contract",
        "number": f"SC-{found.number}",
        "version": version,
        "order_version": found.version,
        "order_revision": found.revision,
        "sha256": hashlib.sha256(content).hexdigest(),
        "file": files.keep(content, name="contract.pdf"),
        "snapshot": compose(found, kind="contract", version=version).snapshot,
        "terms": {},
        "total": found.total,
        "currency": found.currency,
        "issued_at": clock.now(),
    }
    return Paper.objects.create(order=found, **values | given)


def confirmed() -> Order:
    """An order of a customer who can be reached by mail."""
    customer = masters.customer()
    contact = masters.contact("C-1", email="anna@example.com", is_main=True)
    return orders.confirmed(customer, contact_id=contact.pk, customer_order_number="PO-77")


def token_of(mail: Mail | None = None) -> str:
    """The token in a mail: the newest, unless said otherwise."""
    found = re.search(r"/l/(\S+)/", (mail or Mail.objects.latest("pk")).text)
    assert found
    return found[1]
