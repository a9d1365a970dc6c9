"""Robots in group chats: setting one up, trying it, and what it has said."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel.sending import SendingState
from gendan.notices import queries, services
from gendan.notices.models import Robot, RobotKind, RobotMessage
from gendan.notices.rules import own_roles
from gendan.web.forms import PageForm
from gendan.web.lists import Column, Empty, Filter, Listing, show_list
from gendan.web.shell import ask, page, render_page
from gendan.web.templatetags import gendan as tags

MESSAGES_SHOWN = 50


class RobotForm(PageForm):
    """A robot's service, key, group and quiet hours. The present key is never filled in."""

    kind = forms.ChoiceField(label=gettext_lazy("Service"), choices=RobotKind.choices)
    name = forms.CharField(label=gettext_lazy("Name of the group"), max_length=80)
    key = forms.CharField(
        label=gettext_lazy("Robot's address"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    signing_secret = forms.CharField(
        label=gettext_lazy("Signing secret (DingTalk only)"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("zh-hans", "中文"), ("en", "English")]
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Whose group it is"), widget=forms.CheckboxSelectMultiple
    )
    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"), required=False, widget=forms.TimeInput()
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("Quiet until"), required=False, widget=forms.TimeInput()
    )
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["roles"]
        field.choices = [(role, _(role)) for role in own_roles()]


def _roles(robot: Robot) -> str:
    return " · ".join(_(role) for role in robot.roles)


def _row(robot: Robot) -> dict[str, Any]:
    """A robot's values for its form; the key is not among them."""
    fields = ("kind", "name", "roles", "language", "quiet_from", "quiet_until", "is_active")
    return {name: getattr(robot, name) for name in fields}


def _use(robot: Robot) -> Any:
    words = _("in use") if robot.is_active else _("switched off")
    return tags.badge("done" if robot.is_active else "off", label=words)


ROBOTS = Listing(
    key="robots",
    sort="name",
    columns=(
        Column("name", gettext_lazy("Group"), lambda one: one.name, sort="name"),
        Column("kind", gettext_lazy("Service"), lambda one: one.get_kind_display()),
        Column("roles", gettext_lazy("Whose group it is"), _roles),
        Column("language", gettext_lazy("Language"), lambda one: _language(one)),
        Column("use", gettext_lazy("State"), lambda one: one.is_active, draw=_use),
    ),
    link=lambda one: reverse("robot", args=[one.pk]),
    empty=Empty(
        gettext_lazy("No robots yet"),
        gettext_lazy(
            "A robot says in a group chat of DingTalk, WeCom or Feishu what its people must know."
        ),
        verb="save_robot",
        icon="robot",
    ),
)


def _said(message: RobotMessage) -> str:
    return message.answer or message.last_error


MESSAGES = Listing(
    key="robot-messages",
    sort="-id",
    columns=(
        Column("made_at", gettext_lazy("When"), lambda one: one.made_at),
        Column("text", gettext_lazy("Message"), lambda one: one.text, cell="robots/said.html"),
        Column(
            "state", gettext_lazy("State"), lambda one: one.get_state_display(), draw=tags.badge
        ),
        Column("answer", gettext_lazy("The robot's answer"), _said),
        Column("next", gettext_lazy("Next try"), lambda one: one.next_try_at, shown=False),
        Column("attempts", gettext_lazy("Attempts"), lambda one: one.attempts, shown=False),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(state=value),
            choices=lambda: SendingState.choices,
        ),
    ),
    empty=Empty(
        gettext_lazy("It has said nothing yet"),
        gettext_lazy("Try the robot: its answer appears here."),
        icon="robot",
    ),
    page_size=MESSAGES_SHOWN,
)


def _language(robot: Robot) -> str:
    return "English" if robot.language == "en" else "中文"


def _found(request: HttpRequest, robot_id: int) -> Robot:
    user: Any = request.user
    return get_object_or_404(queries.robots_for(user), pk=robot_id)


@page(section="settings", verb="save_robot", methods=["GET", "HEAD"])
def robots(request: HttpRequest) -> HttpResponse:
    """All robots."""
    user: Any = request.user
    context = {
        "title": _("Robots"),
        "subtitle": _("What a rule allows for robots is said in the group chats of its roles."),
        "crumb": _("Settings"),
        "crumb_url": reverse("settings"),
        "links": [(reverse("save_robot"), _("New robot"), "plus")],
    }
    return show_list(request, ROBOTS, queries.robots_for(user), context=context)


@page(section="settings", verb="save_robot", methods=["GET", "HEAD"])
def robot(request: HttpRequest, robot_id: int) -> HttpResponse:
    """One robot: for whom it speaks, and what it has said."""
    found = _found(request, robot_id)
    rows = queries.messages_of(found)
    latest = rows.order_by("-pk").first()
    context = {
        "title": found.name,
        "robot": found,
        "badge": _use(found),
        "roles": _roles(found),
        "latest": latest,
        "is_awaited": latest is not None
        and latest.state == SendingState.WAITING
        and latest.attempts == 0
        and latest.next_try_at is None,
    }
    return show_list(request, MESSAGES, rows, template="robots/robot.html", context=context)


@page(section="settings", verb="save_robot")
def save_robot(request: HttpRequest, robot_id: int | None = None) -> HttpResponse:
    """The form of a robot."""
    found = _found(request, robot_id) if robot_id else None
    form = RobotForm(request.POST or None, initial=_row(found) if found else None)

    def draw(error: Any = None) -> HttpResponse:
        if error:
            form.refuse(error)
        return render_page(request, "robots/form.html", {"form": form, "robot": found})

    if request.method != "POST" or not form.is_valid():
        return draw()
    revision = request.POST.get("revision", "")
    return ask(
        request,
        services.save_robot,
        robot_id=found.pk if found else None,
        revision=int(revision) if revision.isdigit() else None,
        **form.cleaned_data,
        then=lambda one: reverse("robot", args=[one.pk]),
        said=_("The robot is saved. Try it now."),
        again=draw,
    )


@page(section="settings", methods=["POST"])
def test_robot(request: HttpRequest, robot_id: int) -> HttpResponse:
    """Let it say that it works; the answer appears on its page."""
    return ask(
        request, services.test_robot, robot_id=robot_id, then=reverse("robot", args=[robot_id])
    )


@page(section="settings", methods=["POST"])
def remove_robot(request: HttpRequest, robot_id: int) -> HttpResponse:
    """Forget a robot and its key."""
    said = _("The robot is removed, and its key is forgotten.")
    then = reverse("robots")
    return ask(request, services.remove_robot, robot_id=robot_id, then=then, said=said)


_one = "settings/robots/<int:robot_id>/"
urlpatterns = [
    path("settings/robots/", robots, name="robots"),
    path("settings/robots/new/", save_robot, name="save_robot"),
    path(_one, robot, name="robot"),
    path(_one + "change/", save_robot, name="save_robot"),
    path(_one + "test/", test_robot, name="test_robot"),
    path(_one + "remove/", remove_robot, name="remove_robot"),
]
