"""The checks shown beside a draft are those its order will have; showing them writes nothing."""

import pytest

from gendan.intake.services import accept_draft, correct_draft, preview_draft
from gendan.kernel.errors import DomainError
from gendan.orders.models import LineCheck, Order
from gendan.orders.services import check_order
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make

pytestmark = pytest.mark.django_db


def test_the_preview_says_what_the_order_s_checks_say(customer: Partner) -> None:
    draft = make.draft()
    seen = preview_draft(draft)
    assert not Order.objects.exists()
    assert not LineCheck.objects.exists()
    order = accept_draft(draft_id=draft.pk, by=person("mei"))
    checks = check_order(order_id=order.pk, by=person("mei"))
    lines = list(order.lines.values_list("pk", flat=True))
    kept = {(check.line_id, check.kind): (check.verdict, check.reasons) for check in checks}
    assert kept == {
        (lines[place], check.kind): (check.verdict, check.reasons)
        for place, found in enumerate(seen.values())
        for check in found
    }
    assert len(kept) == 6


def test_lines_that_are_not_ready_are_left_out(customer: Partner) -> None:
    draft = make.draft()
    draft = correct_draft(draft_id=draft.pk, values={"lines.0.quantity": ""}, by=person("mei"))
    assert set(preview_draft(draft)) == {1}


def test_what_accepting_refuses_is_said(customer: Partner) -> None:
    draft = make.draft()
    draft = correct_draft(draft_id=draft.pk, values={"lines.0.quantity": "2.5"}, by=person("mei"))
    with pytest.raises(DomainError):
        preview_draft(draft)
