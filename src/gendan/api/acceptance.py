"""API operations of acceptance: papers sent with a link, and those signed in another way."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from gendan.api.rows import asker
from gendan.contracts import acceptances, services
from gendan.contracts.services.accepting import LONGEST_MESSAGE, LONGEST_NAME, VALID_DAYS
from gendan.kernel.errors import NotThere

router = Router(tags=["contracts"])


class SendingOut(Schema):
    """A paper sent to somebody of the customer; the link itself is in the mail only."""

    id: int
    paper_id: int
    state: str
    to_name: str
    to_email: str
    language: str
    sent_at: dt.datetime
    change_text: str
    change_name: str
    closed_at: dt.datetime | None
    opens: int
    expires_at: dt.datetime

    @staticmethod
    def resolve_opens(sending: Any) -> int:
        """How often the page behind the link was opened."""
        count: int = sending.link.opens
        return count

    @staticmethod
    def resolve_expires_at(sending: Any) -> dt.datetime:
        """Until when the link is good."""
        until: dt.datetime = sending.link.expires_at
        return until


class AcceptanceOut(Schema):
    """The proof that a paper was accepted."""

    paper_id: int
    way: str
    name: str
    accepted_on: dt.date
    accepted_at: dt.datetime
    sha256: str
    address: str | None
    user_agent: str
    remark: str


class SendPaperIn(Schema):
    """To whom a paper goes; what is left empty is the order's own contact."""

    email: str = Field("", max_length=254)
    name: str = Field("", max_length=80)
    language: str = Field("", max_length=10)
    valid_days: int = Field(VALID_DAYS, ge=1, le=90)
    message: str = Field("", max_length=LONGEST_MESSAGE)


class CopyIn(Schema):
    """Who signed a paper, and when."""

    name: str = Field(max_length=LONGEST_NAME)
    accepted_on: dt.date
    remark: str = Field("", max_length=500)


class WithdrawSendingIn(Schema):
    """Why the link accepts nothing any more."""

    reason: str = Field("", max_length=500)


def _paper(request: HttpRequest, paper_id: int) -> int:
    """The paper's id, if this user sees its order."""
    if not acceptances.papers_seen_by(asker(request)).filter(pk=paper_id).exists():
        raise NotThere(_("There is no such paper."))
    return paper_id


@router.get(
    "/papers/{int:paper_id}/sendings", response=list[SendingOut], operation_id="list_sendings"
)
def list_sendings(request: HttpRequest, paper_id: int) -> Any:
    """To whom a paper was sent, the newest first."""
    paper = acceptances.papers_seen_by(asker(request)).get(pk=_paper(request, paper_id))
    return list(acceptances.sendings_of(paper)[:200])


@router.get(
    "/papers/{int:paper_id}/acceptance", response=AcceptanceOut, operation_id="get_acceptance"
)
def get_acceptance(request: HttpRequest, paper_id: int) -> Any:
    """The proof that a paper was accepted."""
    paper = acceptances.papers_seen_by(asker(request)).get(pk=_paper(request, paper_id))
    found = acceptances.acceptance_of(paper)
    if found is None:
        raise NotThere(_("This paper has not been accepted."))
    return found


@router.post(
    "/papers/{int:paper_id}/send",
    response={201: SendingOut},
    operation_id="send_paper_for_acceptance",
)
def send_paper_for_acceptance(request: HttpRequest, paper_id: int, given: SendPaperIn) -> Any:
    """Mail a paper with a link to accept it."""
    sending = services.send_paper_for_acceptance(
        paper_id=_paper(request, paper_id), **given.dict(), by=asker(request)
    )
    return Status(201, sending)


@router.post(
    "/papers/{int:paper_id}/acceptance",
    response={201: AcceptanceOut},
    operation_id="record_acceptance",
)
def record_acceptance(
    request: HttpRequest, paper_id: int, given: Form[CopyIn], file: File[UploadedFile]
) -> Any:
    """Record a paper that came back signed in another way (multipart)."""
    proof = services.record_acceptance(
        paper_id=_paper(request, paper_id),
        **given.dict(),
        content=file.file,
        file_name=file.name or "copy",
        by=asker(request),
    )
    return Status(201, proof)


@router.post(
    "/sendings/{int:sending_id}/withdraw", response=SendingOut, operation_id="withdraw_sending"
)
def withdraw_sending(request: HttpRequest, sending_id: int, given: WithdrawSendingIn) -> Any:
    """The link accepts nothing any more; the paper stays."""
    if not acceptances.sendings_seen_by(asker(request)).filter(pk=sending_id).exists():
        raise NotThere(_("There is no such paper."))
    return services.withdraw_sending(sending_id=sending_id, reason=given.reason, by=asker(request))
