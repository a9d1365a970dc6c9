"""API operations of the notices room: one's own notices, the rules, how one is told, the proof."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from gendan.api.paging import Page, Paging, page_of
from gendan.notices import queries, rules, services
from gendan.notices.models import NoticePreference
from gendan.orders.queries import seen_order

router = Router(tags=["notices"])
MOST = 1000


class NoticeOut(Schema):
    """An entry of the journal that somebody must know, or act on; lines merged into it count."""

    id: int
    entry_id: int
    order_id: int | None
    importance: str
    must_act: bool
    is_by_hand: bool
    at: dt.datetime
    read_at: dt.datetime | None
    acted_at: dt.datetime | None
    acted_how: str
    escalated_at: dt.datetime | None
    due_at: dt.datetime | None
    fact: str
    data: dict[str, Any]

    @staticmethod
    def resolve_data(notice: Any) -> Any:
        """What the fact says."""
        return notice.entry.data


class NewsOut(Schema):
    """Equal marks: nothing has changed."""

    mark: str
    unread: int


class AcknowledgeIn(Schema):
    """Which notices were read; all when left out."""

    notice_ids: list[int] | None = Field(None, max_length=MOST)


class FinishIn(Schema):
    """Which notices ask for nothing more."""

    notice_ids: list[int] = Field(max_length=MOST)


class RuleOut(Schema):
    """Who hears of one kind of fact; `acted_by` are the facts that prove the act."""

    fact: str
    know: list[str]
    act: list[str]
    acted_by: list[str]
    importance: str
    channels: list[str]
    escalate_hours: int | None
    escalate_to: str
    is_each: bool
    is_active: bool
    is_changed: bool
    revision: int


class RuleIn(Schema):
    """A rule as the company wants it."""

    know: list[str] = Field(default_factory=list, max_length=50)
    act: list[str] = Field(default_factory=list, max_length=50)
    importance: str = Field("normal", max_length=8)
    channels: list[str] = Field(default_factory=list, max_length=5)
    escalate_hours: int | None = Field(None, ge=0, le=10_000)
    escalate_to: str = Field("", max_length=20)
    is_active: bool = True
    revision: int | None = Field(None, ge=0, le=1_000_000)


class PreferenceOut(Schema):
    """How one is told; what is not named follows the rules."""

    mail: dict[str, str]
    kinds: dict[str, str]
    toasts: list[str]
    digest_hours: list[int]
    quiet_from: dt.time | None
    quiet_until: dt.time | None
    quiet_days_off: bool


class PreferenceIn(Schema):
    """How one wants to be told: mail by importance and by kind of fact, toasts, times."""

    mail: dict[str, str] = Field(default_factory=dict, max_length=10)
    kinds: dict[str, str] = Field(default_factory=dict, max_length=300)
    toasts: list[str] = Field(default_factory=lambda: ["low", "normal", "urgent"], max_length=5)
    digest_hours: list[int] = Field(default_factory=lambda: [9, 14], max_length=24)
    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None
    quiet_days_off: bool = True


class ReaderOut(Schema):
    """One person's proof."""

    user_id: int
    person: str
    department: str
    must_act: bool
    at: dt.datetime
    read_at: dt.datetime | None
    acted_at: dt.datetime | None
    acted_how: str
    escalated_at: dt.datetime | None


class ReadEntryOut(Schema):
    """An entry of an order, and everybody who was told of it."""

    entry_id: int
    fact: str
    at: dt.datetime
    readers: list[ReaderOut]


@router.get("/notices", response=Page[NoticeOut], operation_id="list_notices")
def list_notices(
    request: HttpRequest, paging: Query[Paging], unread: bool = True, to_act: bool = False
) -> Any:
    """One's own notices, the newest first; `to_act`: what one must still do."""
    user: Any = request.user
    if to_act:
        return page_of(queries.to_act_for(user), paging)
    return page_of(queries.notices_for(user, unread_only=unread), paging)


@router.get("/notices/news", response=NewsOut, operation_id="notices_news")
def notices_news(request: HttpRequest) -> Any:
    """Whether anything is new: cheap enough to be asked every second."""
    user: Any = request.user
    state = queries.state_of(user.pk)
    return {"mark": state.mark, "unread": state.unread}


@router.post("/notices/acknowledge", response=dict[str, int], operation_id="acknowledge_notices")
def acknowledge_notices(request: HttpRequest, given: AcknowledgeIn) -> Any:
    """One has read these notices."""
    user: Any = request.user
    count = services.acknowledge_notices(notice_ids=given.notice_ids, by=user)
    return {"acknowledged": count}


@router.post("/notices/finish", response=dict[str, int], operation_id="finish_notices")
def finish_notices(request: HttpRequest, given: FinishIn) -> Any:
    """One has done what these notices ask for (where no other verb proves it)."""
    user: Any = request.user
    return {"finished": services.finish_notices(notice_ids=given.notice_ids, by=user)}


@router.get(
    "/orders/{int:order_id}/readers", response=list[ReadEntryOut], operation_id="order_readers"
)
def order_readers(request: HttpRequest, order_id: int) -> Any:
    """Who was told of what about an order, who has read it, who has acted."""
    user: Any = request.user
    return [
        {
            "entry_id": one.entry.pk,
            "fact": one.entry.fact,
            "at": one.entry.at,
            "readers": [_reader(reader) for reader in one.readers],
        }
        for one in queries.readers_of_order(seen_order(order_id, user))
    ]


def _reader(reader: queries.Reader) -> dict[str, Any]:
    notice = reader.notice
    return {
        "user_id": notice.user_id,
        "person": str(notice.user),
        "department": reader.department,
        "must_act": notice.must_act,
        "at": notice.at,
        "read_at": notice.read_at,
        "acted_at": notice.acted_at,
        "acted_how": notice.acted_how,
        "escalated_at": notice.escalated_at,
    }


@router.get("/notice-rules", response=list[RuleOut], operation_id="list_notice_rules")
def list_notice_rules(request: HttpRequest) -> Any:
    """Every rule in force."""
    return list(rules.rules().values())


@router.post("/notice-rules/{fact}", response=RuleOut, operation_id="save_notice_rule")
def save_notice_rule(request: HttpRequest, fact: str, given: RuleIn) -> Any:
    """Set who hears of one kind of fact from now on."""
    user: Any = request.user
    services.save_notice_rule(fact=fact, **given.dict(), by=user)
    return rules.rule_of(fact)


@router.post("/notice-rules/{fact}/reset", response=RuleOut, operation_id="reset_notice_rule")
def reset_notice_rule(request: HttpRequest, fact: str) -> Any:
    """Back to the rule as shipped."""
    user: Any = request.user
    services.reset_notice_rule(fact=fact, by=user)
    return rules.rule_of(fact)


@router.get("/notice-preferences", response=PreferenceOut, operation_id="notice_preferences")
def notice_preferences(request: HttpRequest) -> Any:
    """How one is told."""
    user: Any = request.user
    return queries.preference_of(user) or NoticePreference(user=user)


@router.post("/notice-preferences", response=PreferenceOut, operation_id="save_notice_preferences")
def save_notice_preferences(request: HttpRequest, given: PreferenceIn) -> Any:
    """Set how one is told."""
    user: Any = request.user
    return services.save_notice_preferences(**given.dict(), by=user)
