"""Who may do what: roles are groups, their verbs stand in config/roles.py."""

from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module

# Named here and not imported: the kernel does not know the configuration above it.
ROLES_MODULE = "gendan.config.roles"
# What somebody of another company can be here.
OUTSIDE_ROLES = frozenset({"customer", "supplier"})


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[str]]:
    roles: dict[str, frozenset[str]] = import_module(ROLES_MODULE).ROLES
    return roles


def role_codes() -> tuple[str, ...]:
    """All roles, in the order of the journey."""
    return tuple(_table())


def verbs_of(roles: Iterable[str]) -> frozenset[str]:
    """The verbs that these roles allow together; an unknown role allows nothing."""
    table = _table()
    return frozenset().union(*(table.get(role, frozenset()) for role in roles))


def roles_for(verb: str) -> list[str]:
    """The roles that allow a verb."""
    return [role for role, verbs in _table().items() if verb in verbs]
