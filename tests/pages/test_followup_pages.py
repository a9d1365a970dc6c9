"""The pages of the follow-up: Today, the board, milestones on the order page, kinds of journey."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gendan.followup import services
from gendan.followup.models import Journey, Milestone, Revision, Template
from gendan.followup.queries import things_to_do, today_for
from gendan.kernel import clock
from gendan.testing.cast import person
from gendan.testing.make import followup, masters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small() -> Template:
    """Every order of these tests gets the small journey."""
    return followup.template()


def page(browse: Any, name: str, *args: Any, who: str = "mei", query: str = "", **kept: Any) -> str:
    answer = browse(who, **kept).get(reverse(name, args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def panel(browse: Any, milestone: Milestone, who: str = "mei", **kept: Any) -> str:
    query = f"?tab=followup&milestone={milestone.pk}"
    return page(browse, "order", milestone.journey.order_id, who=who, query=query, **kept)


def late_deposit(days: int = 20) -> tuple[Journey, Milestone]:
    """An order that leaves soon although nothing is done: Mei must chase the customer."""
    journey = followup.followed(days=days, number="PO-LATE")
    return journey, followup.milestone(journey, "deposit")


def day(days: int) -> str:
    return (clock.today() + dt.timedelta(days=days)).isoformat()


def test_strangers_and_nobody_see_nothing(browse: Any) -> None:
    for name in ("today", "board", "templates"):
        assert browse().get(reverse(name)).status_code == 302
        assert browse("stranger").get(reverse(name)).status_code == 404


def test_today_is_calm_when_nothing_waits(browse: Any) -> None:
    assert "All clear" in page(browse, "today")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_today_has_the_message_ready_and_notes_that_they_were_asked(
    browse: Any, language: str
) -> None:
    journey, deposit = late_deposit()
    words = page(browse, "today", language=language)
    assert journey.order.number in words
    assert "PO-LATE" in words
    assert "Dear " in words  # the customer reads English, whatever Mei reads
    assert "mailto:" in words
    answer = browse("mei").post(
        reverse("chase_milestone", args=[deposit.pk]),
        {"message": "Please pay", "next": reverse("today")},
    )
    assert answer.status_code == 303
    assert answer.url == reverse("today")
    deposit.refresh_from_db()
    assert deposit.chased_at is not None
    assert reverse("chase_milestone", args=[deposit.pk]) not in page(browse, "today")


def test_nobody_is_sent_elsewhere_after_an_action(browse: Any) -> None:
    _journey, deposit = late_deposit()
    url = reverse("chase_milestone", args=[deposit.pk])
    answer = browse("mei").post(url, {"next": "https://evil.example/"})
    assert answer.url.startswith("/orders/")


def test_the_navigation_counts_what_stands_on_today(browse: Any) -> None:
    late_deposit()
    user = person("mei")
    rows = today_for(user, 100)
    assert any(not row.is_mine for row in rows)
    assert things_to_do(user) == len(rows)
    shown = re.search(r'href="/today/".*?gd-count[^>]*>(\d+)<', page(browse, "items"), re.DOTALL)
    assert shown is not None
    assert int(shown[1]) == len(rows)


def test_what_is_done_goes_from_today_with_note_and_photo(browse: Any) -> None:
    journey, deposit = late_deposit()
    photo = SimpleUploadedFile("slip.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    url = reverse("reach_milestone", args=[deposit.pk])
    assert browse("stranger").post(url).status_code == 404
    assert browse("ou").post(url).status_code == 403  # not an operator's milestone
    answer = browse("mei").post(
        url, {"note": "Bank says so", "photo": photo, "next": reverse("today")}
    )
    assert answer.status_code == 303
    deposit.refresh_from_db()
    assert deposit.state == "reached"
    words = panel(browse, deposit)
    assert "Bank says so" in words
    assert "slip.png" in words
    address = next(part for part in words.split('"') if "/files/" in part)
    assert browse("mei").get(address).status_code == 200
    timeline = page(browse, "order", journey.order_id, query="?tab=timeline")
    assert "Bank says so" in timeline


def test_a_day_to_come_is_refused_where_the_action_was(browse: Any) -> None:
    _journey, deposit = late_deposit()
    url = reverse("reach_milestone", args=[deposit.pk])
    answer = browse("mei", htmx=True).post(url, {"reached_on": day(3)})
    assert answer.status_code == 422
    assert 'data-field="reached_on"' in answer.content.decode()


def test_an_expected_date_moves_the_forecast_and_the_slip_shows(browse: Any) -> None:
    journey, deposit = late_deposit(days=90)
    url = reverse("expect_milestone", args=[deposit.pk])
    assert browse("mei").post(url, {"expected_on": day(80)}).status_code == 303
    journey.refresh_from_db()
    assert journey.forecast_on > journey.target_on
    words = page(browse, "today")
    assert "Moved since yesterday" in words
    assert "No date has moved" not in words
    dragged = panel(browse, deposit)
    assert "What it drags along" in dragged
    assert "Ex works" in dragged


def test_a_new_date_within_the_limit_is_agreed_beyond_it_is_decided_by_a_manager(
    browse: Any,
) -> None:
    _journey, deposit = late_deposit(days=90)
    url = reverse("revise_milestone", args=[deposit.pk])
    data = {"revised_on": day(70), "reason": "payment", "party": "customer", "remark": "bank"}
    assert browse("mei").post(url, {**data, "reason": ""}).status_code == 422
    assert browse("mei").post(url, data).status_code == 303
    revision = Revision.objects.get()
    assert revision.state == "proposed"
    approve = reverse("approve_revision", args=[revision.pk])
    assert approve not in panel(browse, deposit)
    assert browse("mei").post(approve).status_code == 403
    assert browse("stranger").post(approve).status_code == 404
    words = page(browse, "today", who="zhao")
    assert approve in words
    assert browse("zhao").post(approve, {"next": reverse("today")}).status_code == 303
    deposit.refresh_from_db()
    assert deposit.revised_on == revision.is_on


def test_a_refused_date_needs_words(browse: Any) -> None:
    _journey, deposit = late_deposit(days=90)
    services.revise_milestone(
        milestone_id=deposit.pk,
        revised_on=day(70),
        reason="payment",
        party="customer",
        by=person("mei"),
    )
    url = reverse("refuse_revision", args=[Revision.objects.get().pk])
    assert browse("zhao").post(url, {}).status_code == 422
    assert browse("zhao").post(url, {"remark": "Ask again"}).status_code == 303
    assert "Ask again" in panel(browse, deposit)


def test_it_becomes_somebody_elses_move(browse: Any) -> None:
    _journey, deposit = late_deposit()
    mill = masters.supplier("MILL", name="Blue Mill")
    url = reverse("wait_for", args=[deposit.pk])
    data = {"party": "supplier", "partner_id": str(mill.pk), "note": "sends the invoice"}
    assert browse("ou").post(url, data).status_code == 403
    assert browse("mei").post(url, data).status_code == 303
    words = panel(browse, deposit)
    assert "Blue Mill" in words
    assert "sends the invoice" in words
    assert "Whose days these were" in words


def test_milestones_are_left_out_and_taken_up_again_by_those_who_may(browse: Any) -> None:
    journey, deposit = late_deposit()
    skip, reopen = (
        reverse(verb, args=[deposit.pk]) for verb in ("skip_milestone", "reopen_milestone")
    )
    assert browse("mei").post(skip, {"note": ""}).status_code == 422
    assert browse("mei").post(skip, {"note": "old customer"}).status_code == 303
    assert reopen not in panel(browse, deposit)
    assert browse("mei").post(reopen, {"note": "x"}).status_code == 403
    assert reopen in panel(browse, deposit, who="zhao")
    assert browse("zhao").post(reopen, {"note": "bank refused"}).status_code == 303
    anchor = followup.milestone(journey, "ex_works")
    refused = browse("mei").post(reverse("skip_milestone", args=[anchor.pk]), {"note": "x"})
    assert refused.status_code == 409


def test_the_wrong_role_sees_the_milestone_but_no_buttons(browse: Any) -> None:
    _journey, deposit = late_deposit()
    words = panel(browse, deposit, who="ou")
    assert "belongs to finance" in words
    for verb in ("reach_milestone", "chase_milestone", "skip_milestone", "expect_milestone"):
        assert reverse(verb, args=[deposit.pk]) not in words


def test_the_board_shows_orders_against_stages(browse: Any) -> None:
    journey, _deposit = late_deposit()
    words = page(browse, "board")
    assert journey.order.number in words
    assert "0/1" in words
    assert "bd-cell gd-late" in words
    for query in (
        "?sort=impact",
        "?sort=value",
        "?sort=promised",
        "?sort=x",
        "?health=late&whose=all",
        "?whose=all",
    ):
        assert journey.order.number in page(browse, "board", who="zhao", query=query), query
    assert "Nothing fits" in page(browse, "board", who="jun")  # not Jun's order
    assert "Nothing fits" in page(browse, "board", query="?health=on_track")
    other = masters.customer("OTHER")
    assert "Nothing fits" in page(browse, "board", query=f"?customer={other.pk}")
    assert browse("mei").get(reverse("board") + "?after=rubbish").status_code == 422


def test_today_and_board_cost_the_same_for_any_number(
    browse: Any, django_assert_max_num_queries: Any
) -> None:
    client = browse("mei")
    for _number in range(2):
        followup.followed(days=15)
    for _round in range(2):
        with django_assert_max_num_queries(24):
            assert client.get(reverse("today")).status_code == 200
        with django_assert_max_num_queries(16):
            assert client.get(reverse("board")).status_code == 200
        for _number in range(5):
            followup.followed(days=15)


def test_the_chart_draws_without_inline_styles(browse: Any) -> None:
    journey, deposit = late_deposit()
    words = panel(browse, deposit)
    assert words.count('class="fu-strip"') == journey.milestones.count()
    assert " style=" not in words
    assert "onclick" not in words


def test_kinds_of_journey_are_shown_and_changed_by_managers_only(
    browse: Any, small: Template
) -> None:
    assert "small" in page(browse, "templates")
    shown = page(browse, "template", small.pk)
    assert "Deposit" in shown
    change = reverse("save_template", args=[small.pk])
    assert change not in shown
    assert browse("mei").get(change).status_code == 403
    form = browse("zhao").get(change).content.decode()
    assert 'value="deposit"' in form
    answer = browse("zhao").post(change, posted(small, duration_days={"sewing": "14"}))
    assert answer.status_code == 303, answer.content.decode()
    small.refresh_from_db()
    assert small.version == 2
    assert small.steps.get(code="sewing").duration_days == 14
    assert list(small.steps.get(code="packing").after) == [3]


def posted(template: Template, **changed: dict[str, str]) -> dict[str, str]:
    """The form of a kind of journey as it is posted, with some values changed by code."""
    data = {"code": template.code, "name_en": template.name_en, "kind": template.kind}
    codes = {step.position: step.code for step in template.steps.all()}
    for step in template.steps.all():
        at = f"steps-{step.position}"
        for name in (
            "code",
            "name_en",
            "name_zh",
            "stage",
            "owner_role",
            "waits_for",
            "duration_days",
            "evidence",
            "anchor",
            "gates",
            "needs",
            "travel",
        ):
            data[f"{at}-{name}"] = changed.get(name, {}).get(step.code, str(getattr(step, name)))
        after = ", ".join(codes[place] for place in step.after)
        data[f"{at}-after"] = changed.get("after", {}).get(step.code, after)
    return data


def test_a_broken_journey_is_refused_at_its_step(browse: Any, small: Template) -> None:
    url = reverse("save_template", args=[small.pk])
    answer = browse("zhao").post(url, posted(small, after={"sewing": "packing"}))
    assert answer.status_code == 422
    assert "does not stand before it" in answer.content.decode()
    many = browse("zhao").post(url, posted(small, duration_days={"sewing": "long"}))
    assert many.status_code == 422
    small.refresh_from_db()
    assert small.version == 1


def test_a_journey_is_copied_for_a_customer_and_retired(browse: Any, small: Template) -> None:
    customer = masters.customer()
    url = reverse("new_template")
    assert browse("mei").get(url).status_code == 403
    form = browse("zhao").get(f"{url}?copy={small.pk}").content.decode()
    assert 'value="small-2"' in form
    data = {**posted(small), "code": "small-c1", "customer_id": str(customer.pk)}
    assert browse("zhao").post(url, data).status_code == 303
    copy = Template.objects.get(code="small-c1")
    assert copy.customer == customer
    retire = reverse("retire_template", args=[copy.pk])
    assert browse("mei").post(retire).status_code == 403
    assert browse("zhao").post(retire).status_code == 303
    copy.refresh_from_db()
    assert not copy.is_active


def test_steps_are_added_moved_and_removed_before_saving(browse: Any, small: Template) -> None:
    url = reverse("save_template", args=[small.pk])
    words = browse("zhao").post(url, {**posted(small), "more": "remove 0"}).content.decode()
    assert 'code" value="deposit"' not in words
    client = browse("zhao", htmx=True)
    part = client.post(
        url, {**posted(small), "more": "up 1"}, headers={"HX-Target": "steps"}
    ).content.decode()
    assert part.lstrip().startswith("<section")
    assert part.index('code" value="material"') < part.index('code" value="deposit"')
