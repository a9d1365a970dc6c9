"""How a message reaches a robot of DingTalk, WeCom or Feishu, and what the robot answered.

The library apprise knows the three languages (signatures, message forms). Its requests go through
our own guarded transport: one place for time limits, private networks and the beginning of the
answer, which two of its three plug-ins never look at – those services refuse with status 200. The
library writes addresses with their keys into its log; that log is silent here.
"""

import json
import logging
import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import requests
from apprise.logger import logger as apprise_logger
from apprise.plugins import dingtalk, feishu, wecombot
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import outside
from gendan.kernel.errors import Invalid
from gendan.kernel.sending import SendingFailed

# Handlers, levels and children of it: nothing that passes here is ever written.
apprise_logger.disabled = True
apprise_logger.propagate = False
apprise_logger.setLevel(logging.CRITICAL + 1)

LONGEST_TEXT = 1800  # characters; all three services take that many bytes of Chinese
LONGEST_KEY = 200


@dataclass(frozen=True)
class RobotKind:
    """A service whose robots we talk to: where its key stands in the address it gives out."""

    title: Any
    host: str
    key_in_address: re.Pattern[str]
    can_sign: bool = False


KINDS: dict[str, RobotKind] = {
    "dingtalk": RobotKind(
        gettext_lazy("DingTalk"),
        "oapi.dingtalk.com",
        re.compile(r"[?&]access_token=([A-Za-z0-9]+)"),
        can_sign=True,
    ),
    "wecom": RobotKind(
        gettext_lazy("WeCom"),
        "qyapi.weixin.qq.com",
        re.compile(r"[?&]key=([A-Za-z0-9_-]+)"),
    ),
    "feishu": RobotKind(
        gettext_lazy("Feishu"),
        "open.feishu.cn",
        re.compile(r"/open-apis/bot/v2/hook/([A-Za-z0-9_-]+)"),
    ),
}


class RobotRefused(SendingFailed):
    """The robot said no, or nothing at all; the message says why, without any key."""


def read_key(kind: str, typed: str) -> str:
    """The key in what was pasted: the whole address as the service gives it, or the key alone."""
    text = typed.strip()
    known = KINDS[kind]
    if "/" in text or "?" in text:
        found = known.key_in_address.search(text)
        if known.host not in text or found is None:
            raise Invalid(
                _("This is not the address of a robot of %(kind)s.") % {"kind": known.title},
                field="key",
            )
        text = found.group(1)
    pattern = r"[A-Za-z0-9]+" if kind == "dingtalk" else r"[A-Za-z0-9_-]+"
    if not re.fullmatch(pattern, text) or len(text) > LONGEST_KEY:
        raise Invalid(
            _("A robot's key has only letters, digits and hyphens. Paste the robot's address."),
            field="key",
        )
    return text


def read_signing_secret(kind: str, typed: str) -> str:
    """The secret with which messages are signed ("" for none)."""
    text = typed.strip()
    if not text:
        return ""
    if not KINDS[kind].can_sign:
        raise Invalid(
            _(
                "Only DingTalk's messages are signed. Secure this robot with a keyword or with "
                "this server's address, in the service's own settings."
            ),
            field="signing_secret",
        )
    if not re.fullmatch(r"[A-Za-z0-9]+", text) or len(text) > LONGEST_KEY:
        raise Invalid(
            _("A signing secret has only letters and digits; it begins with SEC."),
            field="signing_secret",
        )
    return text


def say(kind: str, secret: Mapping[str, str], *, title: str, text: str) -> str:
    """Let a robot say something; returns its answer as a sentence. Raises RobotRefused.

    `secret` holds "key" and, where messages are signed, "signing_secret".
    """
    plugin = _plugin(kind, secret)
    kept = _exchange.set(exchange := _Exchange())
    try:
        plugin.send(body=text[:LONGEST_TEXT], title=title[:200])
    finally:
        _exchange.reset(kept)
    try:
        return _judged(kind, exchange)
    except RobotRefused as error:
        raise RobotRefused(_without(secret, str(error)), is_final=error.is_final) from None


# The library's classes carry no types.
_PLUGINS: dict[str, Any] = {
    "dingtalk": dingtalk.NotifyDingTalk,
    "wecom": wecombot.NotifyWeComBot,
    "feishu": feishu.NotifyFeishu,
}


def _plugin(kind: str, secret: Mapping[str, str]) -> Any:
    made = _PLUGINS[kind]
    try:
        if kind == "dingtalk":
            return made(token=secret["key"], secret=secret.get("signing_secret") or None)
        return made(key=secret["key"]) if kind == "wecom" else made(token=secret["key"])
    except (TypeError, KeyError):
        # The library's own words hold the key.
        raise RobotRefused(_("The robot's key is not complete."), is_final=True) from None


# The transport -------------------------------------------------------------------------------


@dataclass
class _Exchange:
    """What one attempt brought back: an answer, or why there is none."""

    answer: outside.Answer | None = None
    why: str = ""


_exchange: ContextVar[_Exchange | None] = ContextVar("robot_exchange", default=None)


class _Transport:
    """What the plug-ins of the library use of `requests`, by way of kernel/outside.py."""

    codes = requests.codes
    RequestException = requests.RequestException

    @staticmethod
    def post(
        url: str,
        *,
        data: str | bytes,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        **_rest: Any,
    ) -> Any:
        """Send a message; the answer is kept for the one who asked."""
        exchange = _exchange.get()
        if exchange is None:
            raise requests.RequestException("not asked by us")
        body = data.encode() if isinstance(data, str) else data
        # The plug-in has quoted its values already where the service wants it so.
        prepared = requests.Request("POST", url, params=dict(params or {})).prepare()
        try:
            answer = outside.post(str(prepared.url), body=body, headers=headers)
        except (outside.NoAnswer, outside.TargetRefused) as error:
            exchange.why = str(error)
            raise requests.RequestException("no answer") from None
        exchange.answer = answer
        found = requests.Response()
        found.status_code = answer.status
        found._content = answer.text.encode()
        return found


_modules: tuple[Any, ...] = (dingtalk, wecombot, feishu)
for _module in _modules:
    _module.requests = _Transport


# The answer -----------------------------------------------------------------------------------

# What the services' numbers mean: a wrong key is no use trying again, a hurry is.
_WRONG_KEY = {"300001", "300005", "300006", "310001", "93000", "93008", "93017", "19001", "40014"}
_NOT_SIGNED = {"310000", "19021"}
_NO_KEYWORD = {"19024"}
_FOREIGN_ADDRESS = {"19022"}
_TOO_FAST = {"130101", "130102", "45009", "45033", "11232", "9499", "302033", "410100"}


def _judged(kind: str, exchange: _Exchange) -> str:
    """The answer as a sentence when the message was taken; RobotRefused otherwise."""
    name = str(KINDS[kind].title)
    if exchange.answer is None:
        raise RobotRefused(
            _("%(robot)s cannot be reached: %(why)s.")
            % {"robot": name, "why": exchange.why or _("the message was not sent")}
        )
    status, text = exchange.answer.status, exchange.answer.text
    code, words = _code_of(text)
    if status == 200 and code == "0":
        return _("%(robot)s took the message in %(ms)s ms.") % {
            "robot": name,
            "ms": exchange.answer.milliseconds,
        }
    if status != 200:
        raise RobotRefused(
            _("%(robot)s answers with status %(status)s.") % {"robot": name, "status": status},
            is_final=400 <= status < 500 and status not in {408, 429},
        )
    if not code:
        raise RobotRefused(
            _("%(robot)s answers something that is not the answer of a robot.") % {"robot": name}
        )
    raise _refusal_of(name, code, words)


def _code_of(text: str) -> tuple[str, str]:
    """The service's number and words; "" when the answer is none of a robot's."""
    try:
        found = json.loads(text)
    except ValueError:
        return "", ""
    if not isinstance(found, dict):
        return "", ""
    for key in ("errcode", "code", "StatusCode"):
        if isinstance(found.get(key), int):
            return str(found[key]), str(found.get("errmsg") or found.get("msg") or "")[:200]
    return "", ""


def _refusal_of(name: str, code: str, words: str) -> RobotRefused:
    said = {"robot": name, "code": code, "words": words}
    if code in _TOO_FAST:
        return RobotRefused(
            _("%(robot)s is spoken to too often (%(code)s); it is tried again later.") % said
        )
    is_about_keyword = code in _NO_KEYWORD or "keyword" in words or "关键词" in words
    if is_about_keyword:
        sentence = _("%(robot)s takes only messages with its keyword (%(code)s: %(words)s).")
    elif code in _NOT_SIGNED:
        sentence = _("%(robot)s does not accept the signature (%(code)s: %(words)s).")
    elif code in _WRONG_KEY:
        sentence = _("%(robot)s does not know this key (%(code)s: %(words)s).")
    elif code in _FOREIGN_ADDRESS:
        sentence = _("%(robot)s does not allow the address of this server (%(code)s: %(words)s).")
    else:
        sentence = _("%(robot)s refuses the message (%(code)s: %(words)s).")
    return RobotRefused(sentence % said, is_final=True)


def _without(secret: Mapping[str, str], text: str) -> str:
    """The text without any of the secrets, should a service repeat them."""
    for value in secret.values():
        if value:
            text = text.replace(value, "…")
    return text
