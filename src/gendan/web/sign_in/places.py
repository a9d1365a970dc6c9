"""From where somebody asks: the address, and the browser in words a person recognises."""

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

_LONGEST = 200
_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("WeCom", r"wxwork/"),
    ("WeChat", r"MicroMessenger/"),
    ("DingTalk", r"DingTalk/"),
    ("Feishu", r"(?:Lark|Feishu)/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"(?:Firefox|FxiOS)/"),
    ("Chrome", r"(?:Chrome|CriOS|HeadlessChrome)/"),
    ("Safari", r"Version/.*Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)


def address_of(request: HttpRequest) -> str:
    """The address of the browser.

    Behind the TLS proxy it is what that proxy added last to X-Forwarded-For; everything before it
    may have been made up by whoever asks.
    """
    given = str(request.META.get("REMOTE_ADDR") or "")
    if settings.BEHIND_TLS and (forwarded := request.headers.get("X-Forwarded-For", "")):
        given = forwarded.split(",")[-1].strip()
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - an unknown address, not one to listen on


def device_of(request: HttpRequest) -> str:
    """What the browser calls itself, shortened to what is kept."""
    return "".join(c for c in request.headers.get("User-Agent", "") if c.isprintable())[:_LONGEST]


def device_words(agent: str) -> str:
    """ "Chrome · Windows" out of what a browser calls itself; "" for nothing known."""
    names = [
        next((name for name, pattern in known if re.search(pattern, agent)), "")
        for known in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(name for name in names if name)
