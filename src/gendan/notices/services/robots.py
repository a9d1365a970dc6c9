"""Robots: setting them up, trying them, letting them say what their people must know."""

import datetime as dt
import json
from collections.abc import Collection

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, company, journal, secrets, sending
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import Entry, User
from gendan.kernel.people import OUTSIDE_ROLES, role_codes
from gendan.kernel.sending import SendingFailed, SendingState, sends
from gendan.kernel.service import service
from gendan.notices import hours, robots, words
from gendan.notices.events import RobotRemoved, RobotSaved, RobotTested
from gendan.notices.models import Robot, RobotMessage
from gendan.orders.models import Order

LANGUAGES = {"zh-hans", "en"}
LONGEST_NAME = 80


@service(gettext_lazy("Save a robot"))
def save_robot(
    *,
    name: str,
    roles: Collection[str],
    kind: str,
    key: str = "",
    signing_secret: str = "",
    language: str = "zh-hans",
    quiet_from: dt.time | None = None,
    quiet_until: dt.time | None = None,
    is_active: bool = True,
    robot_id: int | None = None,
    revision: int | None = None,
    by: User,
) -> Robot:
    """Set up a robot of a group chat, or change one; an empty key leaves the present one."""
    robot = Robot(kind=kind) if robot_id is None else _robot(robot_id)
    robot.refuse_if_stale(revision)
    _refuse_odd(name, roles, kind, language)
    if (quiet_from is None) != (quiet_until is None):
        raise Invalid(_("Quiet hours need a beginning and an end."), field="quiet_until")
    has_new_key = _seal_into(robot, kind, key, signing_secret)
    robot.kind, robot.name, robot.language = kind, name.strip(), language
    robot.roles = [role for role in role_codes() if role in set(roles)]
    robot.quiet_from, robot.quiet_until = quiet_from, quiet_until
    robot.is_active = is_active
    robot.revision += 0 if robot.pk is None else 1
    robot.save()
    fact = RobotSaved(
        robot_id=robot.pk,
        robot_name=robot.name,
        kind=robot.kind,
        roles=robot.roles,
        is_active=robot.is_active,
        has_new_key=has_new_key,
    )
    journal.record(fact, about=["company", robot], by=by)
    return robot


@service(gettext_lazy("Remove a robot"))
def remove_robot(*, robot_id: int, by: User) -> Robot:
    """Speak to it no more and forget its key; what it has said stays on record."""
    robot = _robot(robot_id)
    robot.is_active, robot.sealed, robot.removed_at = False, "", clock.now()
    robot.revision += 1
    robot.save()
    robot.messages.filter(state=SendingState.WAITING).update(state=SendingState.DROPPED)
    fact = RobotRemoved(robot_id=robot.pk, robot_name=robot.name)
    journal.record(fact, about=["company", robot], by=by)
    return robot


@service(gettext_lazy("Try the robot"))
def test_robot(*, robot_id: int, by: User) -> RobotMessage:
    """Let it say that it works; its answer appears beside the message within seconds."""
    robot = _robot(robot_id)
    if robot.messages.filter(entry=None, state=SendingState.WAITING, attempts=0).exists():
        raise Invalid(_("It is being tried already; its answer will be here in a moment."))
    with translation.override(robot.language):
        text = _("%(person)s tries this robot. From now on it says here what this group must know.")
        message = _message(robot, None, title="Gendan 跟单", text=text % {"person": by}, by=by)
    message.save()
    sending.defer([message])
    journal.record(RobotTested(robot_id=robot.pk, robot_name=robot.name), about=robot, by=by)
    return message


@service
def announce(
    *,
    entry: Entry,
    roles: Collection[str],
    order_id: int | None = None,
    must_act: bool = False,
    by: User | None = None,
) -> int:
    """Let the robots of these roles' groups say what happened, each once; returns how many."""
    wanted = Robot.objects.filter(is_active=True, roles__overlap=list(roles)).order_by("pk")
    told = set(RobotMessage.objects.filter(entry=entry).values_list("robot_id", flat=True))
    found = [robot for robot in wanted if robot.pk not in told]
    if not found:
        return 0
    order = Order.objects.filter(pk=order_id).first() if order_id else None
    for robot in found:
        title, text = _said(robot, entry, order, must_act)
        message = _message(robot, entry, title=title, text=text)
        message.next_try_at = hours.end_of_quiet(
            robot.quiet_from, robot.quiet_until, message.made_at
        )
        message.save()
        sending.defer([message], at=message.next_try_at)
    return len(found)


@sends(RobotMessage)
def send_robot_message(message: RobotMessage) -> None:
    """Let the robot say one message, and keep its answer as a sentence."""
    robot = message.robot
    language = message.by.language if message.by else robot.language
    with translation.override(language):
        if not robot.sealed:
            raise SendingFailed(_("This robot was removed."), is_final=True)
        try:
            secret = json.loads(secrets.unseal(robot.sealed))
        except secrets.SecretUnreadable as error:
            raise SendingFailed(str(error), is_final=True) from None
        answer = robots.say(robot.kind, secret, title=message.title, text=message.text)
    RobotMessage.objects.filter(pk=message.pk).update(answer=answer[:300])


def _robot(robot_id: int) -> Robot:
    robot = Robot.objects.select_for_update().filter(pk=robot_id, removed_at=None).first()
    if robot is None:
        raise NotThere(_("There is no such robot."))
    return robot


def _refuse_odd(name: str, roles: Collection[str], kind: str, language: str) -> None:
    if kind not in robots.KINDS:
        raise Invalid(_("Robots are of DingTalk, WeCom or Feishu."), field="kind")
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise Invalid(_("A robot needs the name of its group, 80 letters at most."), field="name")
    if language not in LANGUAGES:
        raise Invalid(_("Gendan speaks Chinese and English only."), field="language")
    ours = set(role_codes()) - OUTSIDE_ROLES
    if not roles or not set(roles) <= ours:
        raise Invalid(_("Choose whose group it is: one role of ours at least."), field="roles")


def _seal_into(robot: Robot, kind: str, key: str, signing_secret: str) -> bool:
    """Seal a new key; tells whether there was one."""
    if not key.strip():
        if robot.pk is None or robot.kind != kind:
            raise Invalid(_("Paste the address that the service gave this robot."), field="key")
        if signing_secret.strip():
            raise Invalid(
                _("Paste the robot's address together with the new signing secret."), field="key"
            )
        return False
    secret = {"key": robots.read_key(kind, key)}
    if signing := robots.read_signing_secret(kind, signing_secret):
        secret["signing_secret"] = signing
    robot.sealed = secrets.seal(json.dumps(secret))
    robot.is_signed = bool(signing)
    return True


def _message(
    robot: Robot, entry: Entry | None, *, title: str, text: str, by: User | None = None
) -> RobotMessage:
    about = [f"notices.robot:{robot.pk}", *(entry.about if entry else [])]
    return RobotMessage(
        robot=robot,
        entry=entry,
        about=about,
        title=title[:200],
        text=text,
        by=by,
        made_at=clock.now(),
    )


def _said(robot: Robot, entry: Entry, order: Order | None, must_act: bool) -> tuple[str, str]:
    """Title and text in the group's language."""
    with translation.override(robot.language):
        number = str(order.number) if order else ""
        title = " · ".join(part for part in ("Gendan 跟单", number) if part)
        lines = [words.plain(entry, robot.language)]
        if must_act:
            lines.append(_("Somebody of this group must do something about it."))
        path = reverse("order", args=[order.pk]) if order else reverse("notices")
        lines.append(company.public_url(path))
    return title, "\n".join(lines)
