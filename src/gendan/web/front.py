"""The front door: the first page, search, the command palette, notices, files."""

import sys

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import path, reverse

from gendan.kernel.service import is_database_gone
from gendan.web import navigation
from gendan.web.palette import commands_for
from gendan.web.search import search_all
from gendan.web.shell import page, render_page


@page(outside=True, methods=["GET", "HEAD"])
def home(request: HttpRequest) -> HttpResponse:
    """The first page of this person: Today, else the first section they use."""
    visible = navigation.sections_of(request.user)
    if not visible:
        return render_page(request, "front/no_role.html", status=200)
    return HttpResponseRedirect(navigation.url_of(visible[0].url_name))


@page(methods=["GET", "HEAD"])
def sections(request: HttpRequest) -> HttpResponse:
    """The navigation's entries with fresh counts, asked for after something was done."""
    request.gendan_section = request.GET.get("here", "")  # type: ignore[attr-defined]
    drawn = navigation.frame_of(request)
    return render(request, "shell/sections.html", {"sections": drawn.sections})


@page(methods=["GET", "HEAD"])
def palette(request: HttpRequest) -> HttpResponse:
    """Every command of this person as data for the command palette."""
    response = JsonResponse({"commands": commands_for(request.user)})
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


@page(methods=["GET", "HEAD"])
def search(request: HttpRequest) -> HttpResponse:
    """Search everything; what fits only one thing goes straight to its page."""
    text = request.GET.get("q", "").strip()[:80]
    found = search_all(request.user, text) if text else []
    exact = [hit for group in found for hit in group.hits if hit.is_exact]
    hits = [hit for group in found for hit in group.hits]
    if len(exact) == 1 or len(hits) == 1:
        return HttpResponseRedirect((exact or hits)[0].url)
    return render_page(request, "front/search.html", {"text": text, "groups": found})


def sign_in_for_admin(request: HttpRequest) -> HttpResponse:
    """Django's admin knows no way in of its own: ours, with its locks and second factors.

    Who is signed in and still comes here may not use it; asking again would go round for ever.
    """
    if request.user.is_authenticated:
        raise Http404
    query = request.GET.urlencode(safe="/")
    return HttpResponseRedirect(reverse("login") + (f"?{query}" if query else ""))


def broken(request: HttpRequest) -> HttpResponse:
    """What broke is a fault of ours, or a database that cannot be reached and comes back."""
    # Without the request: what the frame shows would ask the database again.
    if not is_database_gone(sys.exc_info()[1]):
        return HttpResponse(get_template("500.html").render(), status=500)
    response = HttpResponse(get_template("503.html").render(), status=503)
    response.headers["Retry-After"] = "5"
    return response


def robots(request: HttpRequest) -> HttpResponse:
    """Nothing here is for search engines."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


urlpatterns = [
    path("", home, name="home"),
    path("sections/", sections, name="sections"),
    path("palette/", palette, name="palette"),
    path("search/", search, name="search"),
    path("robots.txt", robots, name="robots"),
]
