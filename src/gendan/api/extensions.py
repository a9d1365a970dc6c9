"""API operations of asking the customer for a later date."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from gendan.api.rows import asker
from gendan.followup import services
from gendan.followup.models import Extension
from gendan.followup.services.extending import LONGEST_ANSWER, LONGEST_LETTER
from gendan.kernel.errors import NotThere
from gendan.orders.queries import seen_order

router = Router(tags=["followup"])


class ExtensionOut(Schema):
    """A request for a later date, with its letter and evidence."""

    id: int
    order_id: int
    state: str
    promised_on: dt.date
    proposed_on: dt.date
    customer_days: int
    evidence: dict[str, Any]
    language: str
    letter: str
    to_email: str
    asked_at: dt.datetime
    agreed_on: dt.date | None
    answer: str
    answered_at: dt.datetime | None


class ExtensionIn(Schema):
    """What is left empty is the ready one: date, letter, recipient."""

    proposed_on: dt.date | None = None
    letter: str = Field("", max_length=LONGEST_LETTER)
    is_mailed: bool = True
    is_pdf: bool = True
    email: str = Field("", max_length=254)
    name: str = Field("", max_length=80)
    language: str = Field("", max_length=10)


class ExtensionAnswerIn(Schema):
    """Whether they agree, and to which day (empty: the one asked for)."""

    is_agreed: bool
    agreed_on: dt.date | None = None
    answer: str = Field("", max_length=LONGEST_ANSWER)


@router.get(
    "/orders/{int:order_id}/extensions",
    response=list[ExtensionOut],
    operation_id="list_extensions",
)
def list_extensions(request: HttpRequest, order_id: int) -> Any:
    """What was asked for an order, the newest first."""
    order_id = seen_order(order_id, asker(request))
    found = Extension.objects.visible_to(asker(request)).filter(order=order_id)
    return list(found.order_by("-pk")[:100])


@router.post(
    "/orders/{int:order_id}/extensions",
    response={201: ExtensionOut},
    operation_id="request_extension",
)
def request_extension(request: HttpRequest, order_id: int, given: ExtensionIn) -> Any:
    """Ask the customer for a later date, with the dated evidence."""
    order_id = seen_order(order_id, asker(request))
    made = services.request_extension(order_id=order_id, **given.dict(), by=asker(request))
    return Status(201, made)


@router.post(
    "/extensions/{int:extension_id}/answer",
    response=ExtensionOut,
    operation_id="record_extension_answer",
)
def record_extension_answer(
    request: HttpRequest, extension_id: int, given: ExtensionAnswerIn
) -> Extension:
    """Record what they said."""
    if not Extension.objects.visible_to(asker(request)).filter(pk=extension_id).exists():
        raise NotThere(_("There is no such request."))
    return services.record_extension_answer(
        extension_id=extension_id, **given.dict(), by=asker(request)
    )
