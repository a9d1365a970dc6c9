"""The kernel as a Django app; after each migration every role has its group."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def make_role_groups(**kwargs: Any) -> None:
    """Roles are groups of the same name."""
    from django.contrib.auth.models import Group

    from gendan.kernel.people import role_codes

    have = set(Group.objects.values_list("name", flat=True))
    Group.objects.bulk_create(Group(name=role) for role in role_codes() if role not in have)


def make_cache_table(**kwargs: Any) -> None:
    """The cache all processes share is a table of no app."""
    from django.core.management import call_command

    call_command("createcachetable", verbosity=0)


class KernelConfig(AppConfig):
    name = "gendan.kernel"
    label = "kernel"

    def ready(self) -> None:
        from gendan.kernel import lookups

        lookups.register()
        # Django's own signal of its migration machinery, not a business event.
        post_migrate.connect(make_role_groups, sender=self)
        post_migrate.connect(make_cache_table, sender=self)
