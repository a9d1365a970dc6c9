"""Links without an account: only the whole, living, unused one opens anything."""

import datetime as dt

import pytest

from gendan.kernel import clock, links
from gendan.kernel.links import LinkRefused
from gendan.kernel.models import Link

pytestmark = pytest.mark.django_db


def made(days: int = 7) -> tuple[Link, str]:
    return links.make_link(
        purpose="probe", about="test:1", valid_until=clock.now() + dt.timedelta(days=days)
    )


def why(token: str) -> str:
    with pytest.raises(LinkRefused) as refused:
        links.find_link(token)
    return str(refused.value.params["why"])


def test_the_token_opens_its_link_and_no_other() -> None:
    (first, token), (second, other) = made(), made()
    assert links.find_link(token) == first
    assert links.find_link(other) == second


def test_the_table_does_not_hold_what_opens() -> None:
    link, token = made()
    word = token.split("-", 1)[1].rsplit(":", 1)[0]
    assert word not in str(Link.objects.filter(pk=link.pk).values().get())


@pytest.mark.parametrize("token", ["", "x", "1-abc", "1-abc:sig", "9" * 5000, "🔑", "1:2:3"])
def test_a_guess_is_refused_before_the_database_is_asked(
    token: str, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert why(token) == "unknown"


def test_a_changed_token_is_refused() -> None:
    _link, token = made()
    for place in range(0, len(token), 5):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert why(changed) == "unknown"


def test_it_expires() -> None:
    _link, token = made(days=1)
    with clock.at(clock.now() + dt.timedelta(days=1)):
        assert why(token) == "expired"


def test_a_withdrawn_link_opens_nothing() -> None:
    _link, token = made()
    assert links.void_links(about="test:1", reason="changed") == 1
    assert why(token) == "void"


def test_it_does_what_it_is_for_once() -> None:
    _link, token = made()
    links.use_link(links.find_link(token, lock=True))
    with pytest.raises(LinkRefused, match="used already"):
        links.use_link(links.find_link(token, lock=True))
