"""The one address behind which all links without account lie: /l/<token>/."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gendan.kernel import links
from gendan.kernel.errors import DomainError
from gendan.kernel.links import LinkRefused
from gendan.kernel.models import Link
from gendan.kernel.services import LANGUAGES
from gendan.web.portal.pacing import is_too_fast

View = Callable[[HttpRequest, Link], HttpResponse]
_views: dict[str, View] = {}


def opens(purpose: str) -> Callable[[View], View]:
    """Register the page behind links of a purpose."""

    def register(view: View) -> View:
        _views[purpose] = view
        return view

    return register


def url_of_token(token: str) -> str:
    """The path of a link; `gendan.kernel.company.public_url` makes an address of it."""
    return reverse("link", args=[token])


def token_of(request: HttpRequest) -> str:
    """The token the page was opened with, for the verb that takes it as its permission."""
    match = request.resolver_match
    return str(match.kwargs["token"]) if match else ""


def render_portal(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    link: Link | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page for somebody without an account: its own plain frame (portal/frame.html)."""
    found = {**(context or {}), "link": link, "languages": _languages(request)}
    return render(request, template, found, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Whatever a link opens, in the language chosen on the page, else the link's own."""
    if is_too_fast(request):
        return _slowed(request, _chosen(request) or translation.get_language() or "en")
    try:
        found = links.find_link(token)
    except LinkRefused as error:
        return _closed(request, error, _chosen(request) or translation.get_language() or "en")
    language = _chosen(request) or found.language
    if is_too_fast(request, f"link-{found.pk}"):
        return _slowed(request, language)
    with translation.override(language if language in LANGUAGES else "en"):
        if request.method == "GET":
            links.note_opened(found)
        try:
            response = _views[found.purpose](request, found)
        except DomainError as error:
            response = _closed(request, error, translation.get_language() or "en")
    return _private(response)


def _chosen(request: HttpRequest) -> str:
    given = request.GET.get("language", "")
    return given if given in LANGUAGES else ""


def _languages(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """The switch: code, words, whether it is the present one."""
    here = translation.get_language()
    return [("zh-hans", "中文", here == "zh-hans"), ("en", "English", here == "en")]


def _closed(request: HttpRequest, error: DomainError, language: str) -> HttpResponse:
    with translation.override(language):
        context = {"error": error, "title": _("This link cannot be used")}
        response = render_portal(request, "portal/closed.html", context, status=error.status)
    return _private(response)


def _slowed(request: HttpRequest, language: str) -> HttpResponse:
    """Whoever asks too often in a minute waits for the next."""
    with translation.override(language if language in LANGUAGES else "en"):
        words = _("This page is asked for very often just now. Please try again in a minute.")
        context = {"error": DomainError(words), "title": _("Please wait a moment")}
        response = render_portal(request, "portal/closed.html", context, status=429)
    response.headers["Retry-After"] = "60"
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    """The address is the key: no cache keeps the page (and the product's referrer policy tells no
    other site the address; "no-referrer" would take the proof of origin from our own forms)."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


urlpatterns = [path("l/<str:token>/", link, name="link")]
