"""Gates: while certain milestones are not done, a stage of their order is held (deposit → buy)."""

from collections.abc import Sequence

from django.utils import translation

from gendan.followup.models import Milestone
from gendan.kernel.models import User
from gendan.orders import services as orders


def key_of(code: str) -> str:
    """Under which key the hold of a milestone stands."""
    return f"milestone:{code}"


def place_gates(milestones: Sequence[Milestone], *, by: User | None) -> None:
    """Hold the stages that these milestones gate; those that hold already keep standing."""
    holds = [
        orders.HoldData(
            order_id=one.journey.order_id,
            stage=one.gates,
            key=key_of(one.code),
            reason=_both_names(one),
        )
        for one in milestones
        if one.gates
    ]
    if holds:
        orders.place_holds(holds=holds, by=by)


def release_gates(milestones: Sequence[Milestone], *, by: User | None) -> None:
    """These milestones are done: what they held back may go on."""
    orders_of_code: dict[str, list[int]] = {}
    for one in milestones:
        if one.gates:
            orders_of_code.setdefault(one.code, []).append(one.journey.order_id)
    for code, order_ids in orders_of_code.items():
        orders.release_holds_of(order_ids=order_ids, keys=[key_of(code)], by=by)


def _both_names(milestone: Milestone) -> str:
    """A hold's reason is stored, so it carries the names that both readers know."""
    with translation.override("en"):
        english = milestone.name
    chinese = milestone.name_zh
    return f"{english} / {chinese}" if chinese and chinese != english else english
