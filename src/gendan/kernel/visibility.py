"""Rows that all of our own people may see, and nobody else."""

from typing import Self, TypeVar

from django.db import models

from gendan.kernel.models import User

M = TypeVar("M", bound=models.Model, covariant=True)


class OwnPeopleQuerySet(models.QuerySet[M]):
    """Master data and stock: for everybody with a role here, nothing for outsiders."""

    def visible_to(self, user: User) -> Self:
        """All rows, or none."""
        is_ours = user.is_superuser or (bool(user.roles) and not user.is_outside)
        return self if is_ours else self.none()
