"""Refusals a person can act on; everything else that raises is a bug and surfaces as one."""

import re
from typing import Any


class DomainError(Exception):
    """A sentence that says what stands in the way.

    `code` is stable for programs (the class name in snake case), `status` the HTTP status of the
    answer, `params` the values named in the sentence, `field` the input it is about (dotted path,
    such as "lines.2.quantity") and `link` the page of what stands in the way, where there is one.
    """

    status = 409

    def __init__(
        self, message: Any, *, field: str | None = None, link: str | None = None, **params: Any
    ) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.field = field
        self.link = link
        self.params = params

    @property
    def code(self) -> str:
        """The class name in snake case: OrderIsEmpty → order_is_empty."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(self).__name__).lower()


class Invalid(DomainError):
    """A value that cannot be taken as it is."""

    status = 422


class NotAllowed(DomainError):
    """The right thing, asked by somebody who may not."""

    status = 403


class NotThere(DomainError):
    """No such document, or none that this user may see (the two are not told apart)."""

    status = 404


class IllegalStep(DomainError):
    """The document's state does not allow this verb."""


class StaleRevision(DomainError):
    """Somebody else has changed the document since it was read; `params["changed"]` tells what."""


class Busy(DomainError):
    """Somebody else holds the document at this very moment."""

    status = 503
