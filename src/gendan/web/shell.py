"""What all pages share: who may open one, the frame around it, asking a verb, showing a refusal."""

import functools
import json
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gendan.kernel.errors import DomainError, Invalid, NotAllowed
from gendan.kernel.service import title_of
from gendan.kernel.states import Stepped
from gendan.web import navigation

V = TypeVar("V", bound=Callable[..., HttpResponseBase])
# Marks the answer of a refusal, so that the page puts it where the action was (js/gendan.js).
REFUSAL_HEADER = "Gendan-Refusal"


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the base template needs on every page; worked out only when the frame is drawn."""
    return {"frame": SimpleLazyObject(lambda: navigation.frame_of(request))}


def page(
    *,
    section: str = "",
    verb: str | Collection[str] = "",
    outside: bool = False,
    methods: Sequence[str] = ("GET", "HEAD", "POST"),
) -> Callable[[V], V]:
    """Make a function a page: signed in, of the company, and (with `verb`) of a fitting role.

    A page for our own people answers 404 to outside users and to those without any role; with
    `verb` (one name, or several of which one is enough) the wrong role is refused with 403.
    `section` marks the entry of the navigation.
    """
    verbs = [verb] if isinstance(verb, str) and verb else list(verb)

    def decorate(view: V) -> V:
        @functools.wraps(view)
        def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user: Any = request.user
            request.gendan_section = section  # type: ignore[attr-defined]
            if not outside and not user.is_of_the_house:
                raise Http404
            if verbs and not any(user.may_do(name) for name in verbs):
                raise NotAllowed(
                    _("Your role does not allow this: %(verb)s.") % {"verb": title_of(verbs[0])},
                    verb=verbs[0],
                )
            return view(request, *args, **kwargs)

        checked: Any = login_required(require_http_methods(methods)(guarded))

        @functools.wraps(view)
        def signed_in(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if is_htmx(request) and not request.user.is_authenticated:
                # A part of the sign-in page is no use: the browser reloads the page it is on.
                return HttpResponse(status=401)
            answer: HttpResponseBase = checked(request, *args, **kwargs)
            # No proxy keeps what one person reads; the browser asks again after signing out.
            answer.headers.setdefault("Cache-Control", "private, no-cache")
            return answer

        return cast(V, signed_in)

    return decorate


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    parts: Collection[str] = (),
    part: str = "",
    status: int = 200,
) -> HttpResponse:
    """A full page, or for htmx the named partial of it that fills the element asked for.

    `parts` are partials ({% partialdef name inline %}) whose name is the id of the element they
    fill; `part` answers with that partial in any case.
    """
    target = target_of(request)
    chosen = part or (target if target in parts else "")
    name = f"{template}#{chosen}" if chosen else template
    response = render(request, name, context or {}, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def ask(
    request: HttpRequest,
    verb: Callable[..., Any],
    *,
    then: str | Callable[[Any], HttpResponse | str],
    said: str | Callable[[Any], str] = "",
    again: Callable[[DomainError], HttpResponse] | None = None,
    **values: Any,
) -> HttpResponse:
    """Ask one verb in the name of the signed-in user, and answer.

    `then` is the address to go to, or a function of the verb's result that gives an address or a
    whole answer (a partial for htmx). `said` is shown as a short message. A refusal appears where
    the action was; without scripts `again(error)` draws the form once more with what was typed
    (else a page with the sentence and a way back).
    """
    try:
        result = verb(**values, by=request.user)
    except DomainError as error:
        if again is not None and not is_htmx(request):
            return _with_status(again(error), error.status)
        return refusal(request, error)
    except ValidationError as error:
        return refusal(request, Invalid(" ".join(error.messages)))
    words = said(result) if callable(said) else said
    answer = then(result) if callable(then) else then
    if isinstance(answer, str):
        return go(request, answer, said=words)
    return tell(request, answer, words)


def go(request: HttpRequest, url: str, *, said: str = "") -> HttpResponse:
    """Send the browser to an address of ours; the page it is on already is redrawn in place."""
    if said:
        messages.success(request, said)
    if not is_htmx(request):
        return HttpResponseRedirect(url, status=303)
    response = HttpResponse(status=204)
    here = urlsplit(request.headers.get("HX-Current-URL", ""))
    if here.path == urlsplit(url).path:
        spot = {"path": url, "target": "#page", "select": "#page", "swap": "outerHTML show:none"}
        response.headers["HX-Location"] = json.dumps(spot)
        response.headers["HX-Trigger"] = "gendan:acted"  # the navigation counts anew
    else:
        response.headers["HX-Redirect"] = url
    return response


def tell(request: HttpRequest, response: HttpResponse, words: str) -> HttpResponse:
    """Add a short message to an answer, for pages drawn in part as well as in whole."""
    if not words:
        return response
    if is_htmx(request):
        response.headers["HX-Trigger"] = json.dumps({"gendan:said": {"text": words}})
    else:
        messages.success(request, words)
    return response


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A refusal as a page, or as the part that is put where the action was."""
    context = {"error": error, "back": _page_before(request)}
    if not is_htmx(request):
        template = "404.html" if error.status == 404 else "shell/refused.html"
        return render(request, template, context, status=error.status)
    # Drawn without the frame: a refusal costs no queries of its own.
    body = render_to_string("shell/refusal.html", context)
    headers = {REFUSAL_HEADER: error.code, "HX-Reswap": "innerHTML", "HX-Push-Url": "false"}
    return HttpResponse(body, status=error.status, headers=headers)


def target_of(request: HttpRequest) -> str:
    """The id of the element that htmx wants to fill; "" for a whole page."""
    return str(getattr(getattr(request, "htmx", None), "target", "") or "")


def is_htmx(request: HttpRequest) -> bool:
    """Whether a part of a page is asked for."""
    return bool(getattr(request, "htmx", False))


def is_allowed(user: Any, verb: str, about: Model | None = None) -> bool:
    """Whether to show a verb's button: the role allows it and so does the state of the object."""
    if not user.is_authenticated or not user.may_do(verb):
        return False
    if isinstance(about, Stepped) and verb in about.STEPS:
        return about.may(verb)
    return True


def _page_before(request: HttpRequest) -> str:
    """The page the action was on, if it is one of ours."""
    given = urlsplit(request.headers.get("Referer", ""))
    if given.netloc != request.get_host() or not given.path.startswith("/"):
        return "/"
    return given.path + (f"?{given.query}" if given.query else "")


def _with_status(response: HttpResponse, status: int) -> HttpResponse:
    response.status_code = status
    return response
