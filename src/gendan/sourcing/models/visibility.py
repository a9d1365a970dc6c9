"""Who sees where we buy and at which price: those who buy, plan and follow orders; nobody else."""

from typing import Self, TypeVar

from django.db import models

from gendan.kernel.models import User

M = TypeVar("M", bound=models.Model, covariant=True)

READERS = frozenset({"buyer", "manager", "planner", "merchandiser", "production"})


def may_read(user: User) -> bool:
    """Whether somebody may look into suppliers' terms."""
    return user.is_superuser or (not user.is_outside and bool(user.roles & READERS))


class SourcingQuerySet(models.QuerySet[M]):
    """Suppliers' terms: a competitor's prices must never reach another supplier or a customer."""

    def visible_to(self, user: User) -> Self:
        """All rows, or none."""
        return self if may_read(user) else self.none()
