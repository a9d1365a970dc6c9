"""What happens around every page: the reader's language, bodies read, refusals as sentences."""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import translation
from django.utils.translation import gettext as _

from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.services import LANGUAGES

LANGUAGE_COOKIE = "gendan_language"
# NUL, and halves of characters.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_A_YEAR = 365 * 24 * 3600
Answer = Callable[[HttpRequest], HttpResponse]
_PART = 2**16  # bytes


class ReadToEndMiddleware:
    """A large body that was refused unread is read away, or its sender never sees the refusal.

    A program writes all of its file before it reads the answer: if the server closes before, it
    is told of a broken connection. What is far too large is cut off all the same.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and _PART < int(length) <= 4 * settings.FILE_SIZE_LIMIT:
            with suppress(UnreadablePostError):  # who sends is gone
                while request.read(_PART):
                    pass
        return response


class LanguageMiddleware:
    """The language of the cookie (set at sign-in from the user), else the browser's, else ours."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(LANGUAGE_COOKIE, "")
        if wanted not in LANGUAGES:
            wanted = translation.get_language_from_request(request)
        with translation.override(wanted):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
            return response


class RefusalMiddleware:
    """A DomainError that a view lets through becomes a page (or a part of one), once and here."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """No page is asked with what the database cannot keep (the API refuses it by itself)."""
        if request.path.startswith("/api/") or not any(
            _UNKEEPABLE.search(text)
            for given in (request.GET, request.POST)
            for name, texts in given.lists()
            for text in (name, *texts)
        ):
            return None
        from gendan.web.shell import refusal

        return refusal(request, Invalid(_("The request cannot be read.")))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer refusals; anything else is a bug and surfaces as one."""
        if not isinstance(error, DomainError) or request.path.startswith("/api/"):
            return None
        from gendan.web.shell import refusal

        return refusal(request, error)


def remember_language(response: HttpResponse, language: str, *, secure: bool) -> None:
    """Keep the reader's language in the browser, so that no page needs to ask the database."""
    response.set_cookie(
        LANGUAGE_COOKIE, language, max_age=_A_YEAR, samesite="Lax", secure=secure, httponly=True
    )
