"""What the checks will say once a draft is accepted: looked at beforehand, nothing is written."""

from gendan.intake.draft_data import lines_of
from gendan.intake.models import Draft
from gendan.intake.queries import is_order
from gendan.intake.services.deciding import head_of, is_complete, line_of
from gendan.orders.models import LineCheck
from gendan.orders.services import preview_checks

# More lines are checked when the order is there; a page of a draft shows no more anyway.
MOST_LINES = 200


def preview_draft(draft: Draft) -> dict[int, list[LineCheck]]:
    """Product, price and stock of each line that has an item and a quantity, by the line's index.

    Empty without a customer. Refused with the sentence that accepting would be refused with.
    """
    if draft.customer_id is None or not is_order(draft.data):
        return {}
    ready = [index for index, _line in lines_of(draft.data) if is_complete(draft, index)]
    ready = ready[:MOST_LINES]
    if not ready:
        return {}
    lines = [line_of(draft, index) for index in ready]
    checks = preview_checks(order=head_of(draft.incoming, draft), lines=lines)
    return dict(zip(ready, checks, strict=True))
