"""Every verb that people may do has a page, an API operation, a role, and a test of its name."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver

from gendan.api.root import api
from gendan.kernel.people import roles_for
from gendan.kernel.service import VERBS

# Verbs are registered when their rooms are imported; the addresses import all of them.
PAGES = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
OUTER = sorted(name for name, verb in VERBS.items() if verb.is_outer)
PACKAGE = Path(settings.PACKAGE_DIR)
TESTS = [*PACKAGE.glob("*/tests/**/*.py"), *(PACKAGE.parent.parent / "tests").rglob("*.py")]


def operations() -> set[str]:
    schema = api.get_openapi_schema()
    return {
        operation["operationId"]
        for methods in schema["paths"].values()
        for operation in methods.values()
    }


OPERATIONS = operations()
WORDS = {
    word
    for path in TESTS
    if path.name != Path(__file__).name
    for word in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", path.read_text(encoding="utf-8") + path.stem)
}


@pytest.mark.parametrize("verb", OUTER)
def test_a_verb_has_a_page_of_its_name(verb: str) -> None:
    assert verb in PAGES


@pytest.mark.parametrize("verb", OUTER)
def test_a_verb_has_an_operation_of_its_name(verb: str) -> None:
    assert verb in OPERATIONS


@pytest.mark.parametrize("verb", OUTER)
def test_a_verb_has_a_role(verb: str) -> None:
    assert roles_for(verb)


@pytest.mark.parametrize("verb", OUTER)
def test_a_verb_has_a_test(verb: str) -> None:
    assert verb in WORDS


def test_roles_name_only_verbs_that_exist() -> None:
    from gendan.config.roles import ROLES

    # Releasing a hold by hand is release_hold; doing so against its condition needs this besides.
    permissions = {"override_hold"}
    assert sorted(frozenset().union(*ROLES.values()) - set(OUTER) - permissions) == []
