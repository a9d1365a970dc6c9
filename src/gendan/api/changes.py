"""API operations of the changes room: change orders, and what a change would do."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from gendan.api.orders_schemas import Lines
from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import asker, plain
from gendan.changes import services
from gendan.changes.content import Content
from gendan.changes.impact import words_of
from gendan.changes.models import ChangeOrder
from gendan.changes.preview import preview_change as look_at
from gendan.kernel.errors import NotThere
from gendan.orders import queries
from gendan.orders.entry import LineChange, OrderChanges

router = Router(tags=["changes"])


class ContentIn(Schema):
    """What would be different of a confirmed order."""

    changes: OrderChanges | None = None
    change_lines: Annotated[list[LineChange], Field(max_length=2000)] = []
    add_lines: Lines = []
    cancel_lines: Annotated[list[int], Field(max_length=2000)] = []

    def content(self) -> Content:
        """The same for the verbs."""
        return Content(
            changes=self.changes,
            change_lines=self.change_lines,
            add_lines=self.add_lines,
            cancel_lines=self.cancel_lines,
        )


class ProposeIn(ContentIn):
    """`change_id` answers what was asked for, or takes the place of what was put forward."""

    change_id: Annotated[int | None, Field(ge=1, lt=2**63)] = None
    origin: str = "us"
    name: Annotated[str, Field(max_length=200)] = ""
    reason: Annotated[str, Field(max_length=1000)] = ""
    revision: int | None = None


class AskIn(Schema):
    """What should be different, in words."""

    text: Annotated[str, Field(max_length=10_000)]
    origin: str = "customer"
    name: Annotated[str, Field(max_length=200)] = ""


class AcceptIn(Schema):
    """The revisions that were seen: of the change order, and of the order the effects were of."""

    revision: int | None = None
    order_revision: int | None = None


class ReasonIn(Schema):
    """Why."""

    reason: Annotated[str, Field(max_length=1000)] = ""
    revision: int | None = None


class EffectOut(Schema):
    """One thing that the change does, and whose it is."""

    key: str
    code: str
    params: dict[str, str]
    words: str
    kind: str
    role: str
    about: str
    was_on: dt.date | None
    is_on: dt.date | None
    money: Decimal | None
    currency: str


class PreviewOut(Schema):
    """What a change would do to the order as it is now."""

    version: int
    revision: int
    difference: list[dict[str, str]]
    effects: list[EffectOut]
    blocking: list[str]


class AcknowledgementOut(Schema):
    """Who must know, and when they said that they do."""

    of: str
    person_id: int | None
    role: str
    at: dt.datetime | None
    by_id: int | None


class ChangeRowOut(Schema):
    """A change order in a list."""

    id: int
    number: str
    order_id: int
    state: str
    origin: str
    asked_name: str
    asked_words: str
    reason: str
    made_at: dt.datetime
    decided_at: dt.datetime | None
    version: int | None
    revision: int


class ChangeOut(ChangeRowOut):
    """A change order, whole."""

    content: dict[str, Any] | None
    difference: list[dict[str, str]]
    base_version: int
    decision: str
    effects: list[EffectOut]
    undo_version: int | None
    acknowledgements: list[AcknowledgementOut]

    @staticmethod
    def resolve_effects(change: ChangeOrder) -> list[dict[str, Any]]:
        """What was said when it was carried through, in the reader's words."""
        return [_with_words(one) for one in change.effects]

    @staticmethod
    def resolve_acknowledgements(change: ChangeOrder) -> list[Any]:
        """All, the earliest first."""
        return list(change.acknowledgements.order_by("pk"))


def _with_words(effect: dict[str, Any]) -> dict[str, Any]:
    return effect | {"words": words_of(effect["key"], effect["code"], effect["params"])}


def _seen(request: HttpRequest, change_id: int) -> int:
    """The id of a change order, if the user sees it; else 404."""
    if not ChangeOrder.objects.visible_to(asker(request)).filter(pk=change_id).exists():
        raise NotThere(_("There is no such change order."))
    return change_id


@router.get("/changes", response=Page[ChangeRowOut], operation_id="list_changes")
def list_changes(
    request: HttpRequest, paging: Query[Paging], state: str = "", order_id: int | None = None
) -> Any:
    """Change orders, the newest first."""
    rows = ChangeOrder.objects.visible_to(asker(request))
    if state:
        rows = rows.filter(state=plain(state, 10))
    if order_id is not None:
        rows = rows.filter(order=order_id)
    return page_of(rows, paging)


@router.get("/changes/{int:change_id}", response=ChangeOut, operation_id="get_change")
def get_change(request: HttpRequest, change_id: int) -> Any:
    """A change order with what it did and who has acknowledged it."""
    return ChangeOrder.objects.visible_to(asker(request)).get(pk=_seen(request, change_id))


@router.post(
    "/orders/{int:order_id}/changes/preview", response=PreviewOut, operation_id="preview_change"
)
def preview_change(request: HttpRequest, order_id: int, given: ContentIn) -> Any:
    """What a change would do; nothing is written."""
    user = asker(request)
    if user.is_outside:
        raise NotThere(_("There is no such order."))
    found = look_at(order_id=queries.seen_order(order_id, user), content=given.content())
    return {
        "version": found.version,
        "revision": found.revision,
        "difference": list(found.proposal.difference),
        "effects": [_with_words(one) for one in found.impact.as_data()],
        "blocking": found.impact.blocking,
    }


@router.post(
    "/orders/{int:order_id}/changes/ask", response={201: ChangeOut}, operation_id="ask_change"
)
def ask_change(request: HttpRequest, order_id: int, given: AskIn) -> Any:
    """Write down in words that a change is wanted."""
    order = queries.seen_order(order_id, asker(request))
    return Status(201, services.ask_change(order_id=order, **given.dict(), by=asker(request)))


@router.post(
    "/orders/{int:order_id}/changes", response={201: ChangeOut}, operation_id="propose_change"
)
def propose_change(request: HttpRequest, order_id: int, given: ProposeIn) -> Any:
    """Put a change forward for a decision."""
    change = services.propose_change(
        order_id=queries.seen_order(order_id, asker(request)),
        content=given.content(),
        change_id=given.change_id,
        origin=given.origin,
        name=given.name,
        reason=given.reason,
        revision=given.revision,
        by=asker(request),
    )
    return Status(201, change)


@router.post("/changes/{int:change_id}/accept", response=ChangeOut, operation_id="accept_change")
def accept_change(request: HttpRequest, change_id: int, given: AcceptIn) -> Any:
    """Carry a change through: the order gets a new version."""
    seen = _seen(request, change_id)
    return services.accept_change(change_id=seen, **given.dict(), by=asker(request))


@router.post("/changes/{int:change_id}/reject", response=ChangeOut, operation_id="reject_change")
def reject_change(request: HttpRequest, change_id: int, given: ReasonIn) -> Any:
    """The order stays as it is."""
    seen = _seen(request, change_id)
    return services.reject_change(change_id=seen, **given.dict(), by=asker(request))


@router.post("/changes/{int:change_id}/undo", response=ChangeOut, operation_id="undo_change")
def undo_change(request: HttpRequest, change_id: int, given: ReasonIn) -> Any:
    """The order becomes what it was before the change."""
    seen = _seen(request, change_id)
    return services.undo_change(change_id=seen, **given.dict(), by=asker(request))


@router.post(
    "/changes/{int:change_id}/acknowledge", response=ChangeOut, operation_id="acknowledge_change"
)
def acknowledge_change(request: HttpRequest, change_id: int) -> Any:
    """The asker knows of the change, for themselves and their roles."""
    return services.acknowledge_change(change_id=_seen(request, change_id), by=asker(request))
