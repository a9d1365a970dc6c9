"""API operations about robots of group chats."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import asker_who_may
from gendan.notices import queries, services

router = Router(tags=["notices"])


class RobotIn(Schema):
    """A robot; with `robot_id` an existing one is changed, and an empty key leaves the present."""

    robot_id: int | None = None
    revision: int | None = None
    kind: str = Field(max_length=10)
    name: str = Field(max_length=200)
    key: str = Field("", max_length=500)
    signing_secret: str = Field("", max_length=500)
    roles: list[str] = Field(max_length=20)
    language: str = Field("zh-hans", max_length=10)
    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None
    is_active: bool = True


class RobotOut(Schema):
    """A robot without its key."""

    id: int
    revision: int
    kind: str
    name: str
    roles: list[str]
    language: str
    is_signed: bool
    quiet_from: dt.time | None
    quiet_until: dt.time | None
    is_active: bool


class RobotMessageOut(Schema):
    """What a robot says or has said, and what its service answered."""

    id: int
    robot_id: int
    entry_id: int | None
    title: str
    text: str
    state: str
    answer: str
    last_error: str
    attempts: int
    made_at: dt.datetime
    next_try_at: dt.datetime | None
    sent_at: dt.datetime | None


def _robots(request: HttpRequest) -> Any:
    return queries.robots_for(asker_who_may(request, "save_robot"))


@router.get("/robots", response=list[RobotOut], operation_id="list_robots")
def list_robots(request: HttpRequest) -> Any:
    """All robots, without their keys."""
    return _robots(request).order_by("name", "pk")


@router.get(
    "/robots/{int:robot_id}/messages",
    response=Page[RobotMessageOut],
    operation_id="list_robot_messages",
)
def list_robot_messages(request: HttpRequest, robot_id: int, paging: Query[Paging]) -> Any:
    """What a robot has said, the newest first."""
    robot = get_object_or_404(_robots(request), pk=robot_id)
    return page_of(queries.messages_of(robot), paging, sort="-id")


@router.post("/robots", response={201: RobotOut}, operation_id="save_robot")
def save_robot(request: HttpRequest, given: RobotIn) -> Any:
    """Set up or change a robot; its key is kept encrypted and never given out."""
    return Status(201, services.save_robot(**given.dict(), by=request.user))  # type: ignore[arg-type]


@router.post("/robots/{int:robot_id}/test", response=RobotMessageOut, operation_id="test_robot")
def test_robot(request: HttpRequest, robot_id: int) -> Any:
    """Let it say that it works; the answer appears among its messages."""
    return services.test_robot(robot_id=robot_id, by=request.user)  # type: ignore[arg-type]


@router.post("/robots/{int:robot_id}/remove", response=RobotOut, operation_id="remove_robot")
def remove_robot(request: HttpRequest, robot_id: int) -> Any:
    """Forget a robot and its key."""
    return services.remove_robot(robot_id=robot_id, by=request.user)  # type: ignore[arg-type]
