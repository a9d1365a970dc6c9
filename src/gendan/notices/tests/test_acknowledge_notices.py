"""Who must know hears of it, once, and proves to have read it."""

import datetime as dt
from collections.abc import Callable

import pytest

from gendan.followup.models import Template
from gendan.kernel import journal, reactions
from gendan.kernel.errors import NotThere
from gendan.notices.models import Notice
from gendan.notices.queries import count_unread, notices_for
from gendan.notices.services import acknowledge_notices
from gendan.orders.services import comment_on_order, follow_order, place_hold
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


def test_who_is_mentioned_hears_of_it_once(small: Template) -> None:
    journey = make.followed()
    bo = person("bo")
    comment_on_order(order_id=journey.order_id, text="@bo buttons? @mei", by=person("mei"))
    reactions.run_due()
    notice = Notice.objects.get(fact="CommentWritten")
    assert (notice.user, notice.entry.fact) == (bo, "CommentWritten")  # not the author
    assert count_unread(bo) == 1


def test_reading_is_recorded(small: Template) -> None:
    journey = make.followed()
    bo = person("bo")
    for text in ("@bo one", "@bo two"):
        comment_on_order(order_id=journey.order_id, text=text, by=person("mei"))
    reactions.run_due()
    newest = notices_for(bo)[0]
    assert acknowledge_notices(notice_ids=[newest.pk], by=bo) == 1
    assert acknowledge_notices(by=bo) == 1
    assert acknowledge_notices(by=bo) == 0
    assert count_unread(bo) == 0
    facts = [one for one in journal.timeline(bo) if one.fact == "NoticesAcknowledged"]
    assert [len(one.data["entries"]) for one in facts] == [1, 1]


def test_the_notices_of_others_are_not_there(small: Template) -> None:
    journey = make.followed()
    person("bo")
    comment_on_order(order_id=journey.order_id, text="@bo one", by=person("mei"))
    reactions.run_due()
    with pytest.raises(NotThere):
        acknowledge_notices(
            notice_ids=[Notice.objects.get(fact="CommentWritten").pk], by=person("wen")
        )


def test_who_is_put_on_the_team_hears_of_it(small: Template) -> None:
    journey = make.followed()
    follow_order(order_id=journey.order_id, user_id=person("jun").pk, by=person("mei"))
    reactions.run_due()
    assert notices_for(person("jun")).get().entry.fact == "OrderFollowed"


def test_the_time_to_reading_is_kept_in_working_minutes(
    small: Template, turn_to: Callable[..., None]
) -> None:
    journey = make.followed()
    bo = person("bo")
    comment_on_order(order_id=journey.order_id, text="@bo one", by=person("mei"))
    reactions.run_due()
    turn_to(dt.date(2026, 3, 3), 10)
    acknowledge_notices(by=bo)
    notice = Notice.objects.get(user=bo)
    assert notice.read_minutes == (17 * 60 + 30) - 9 * 60 + 90  # Monday from 9, Tuesday until 10


def test_what_was_merged_is_read_with_its_line(small: Template) -> None:
    journey = make.followed()
    sun = person("sun")
    for number in (2, 3):
        place_hold(order_id=journey.order_id, stage="ship", reason=f"No {number}", by=sun)
    reactions.run_due()
    mine = Notice.objects.filter(user=person("mei"), fact="HoldPlaced").order_by("pk")
    assert [one.head_id for one in mine] == [mine[1].pk, None]
    assert acknowledge_notices(notice_ids=[mine[1].pk], by=person("mei")) == 2


def test_another_users_merged_line_stays(small: Template) -> None:
    with pytest.raises(NotThere):
        acknowledge_notices(notice_ids=[0], by=person("mei"))
