"""Done is said where no verb proves it, and refused where one does."""

import pytest

from gendan.followup.models import Template
from gendan.followup.services import revise_milestone
from gendan.kernel import journal, reactions
from gendan.kernel.errors import NotThere
from gendan.notices.models import Notice
from gendan.notices.services import finish_notices
from gendan.notices.services.acting import ProvedOtherwise
from gendan.orders.services import cancel_order
from gendan.testing.cast import person
from gendan.testing.make import followup as make

from .conftest import of

pytestmark = pytest.mark.django_db


def cancelled() -> Notice:
    cancel_order(order_id=make.followed().order_id, reason="Bankrupt", by=person("zhao"))
    reactions.run_due()
    return of(person("mei"), "OrderCancelled")


def test_one_says_that_it_is_done(small: Template) -> None:
    notice = cancelled()
    mei = person("mei")
    assert finish_notices(notice_ids=[notice.pk], by=mei) == 1
    notice.refresh_from_db()
    assert (notice.acted_how, notice.is_to_act) == ("hand", False)
    assert notice.read_at
    assert notice.due_at is None
    assert finish_notices(notice_ids=[notice.pk], by=mei) == 0  # twice is no harm
    facts = [one.data for one in journal.timeline(mei) if one.fact == "NoticesFinished"]
    assert facts == [{"entries": [notice.entry_id]}]


def test_where_a_verb_proves_it_the_word_is_not_enough(small: Template) -> None:
    zhao = person("zhao")
    milestone = make.milestone(make.followed(), "deposit")
    revise_milestone(
        milestone_id=milestone.pk, revised_on="2026-04-10", reason="payment", party="customer",
        by=person("mei"),
    )  # fmt: skip
    reactions.run_due()
    with pytest.raises(ProvedOtherwise, match="New date agreed, New date refused"):
        finish_notices(notice_ids=[of(zhao, "RevisionProposed").pk], by=zhao)


@pytest.mark.parametrize("ids", [[], [0], [10**12]])
def test_what_is_not_mine_is_not_there(small: Template, ids: list[int]) -> None:
    with pytest.raises(NotThere):
        finish_notices(notice_ids=ids, by=person("mei"))


def test_the_notice_of_another_is_not_there(small: Template) -> None:
    notice = cancelled()
    with pytest.raises(NotThere):
        finish_notices(notice_ids=[notice.pk], by=person("jun"))
    notice.refresh_from_db()
    assert notice.is_to_act
