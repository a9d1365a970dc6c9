"""The root of the API: who asks, refusals, idempotency, the description for programs."""

import functools
import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase
from ninja.openapi.schema import OpenAPISchema

from gendan.api import (
    acceptance,
    answers,
    arrivals,
    capacity,
    catalog,
    changes,
    contracts,
    extensions,
    followup,
    handovers,
    intake,
    inventory,
    inventory_counts,
    inventory_values,
    kernel,
    mailboxes,
    notice_flow,
    notices,
    orders,
    outgoing,
    partners,
    planned,
    planning,
    planning_shop,
    plans,
    production,
    purchase_chasing,
    purchase_orders,
    purchase_plan,
    purchase_settings,
    purchasing,
    questions,
    quotations,
    receiving,
    reviews,
    robots,
    sheets,
    sourcing,
    specifications,
    stocking,
    workforce,
)
from gendan.api.auth import SignedIn, user_of
from gendan.api.outside import refuse_inside
from gendan.api.parsing import KeepableParser
from gendan.api.problems import Problem, answer_problems
from gendan.api.shapes import use_own_names
from gendan.kernel.errors import Invalid
from gendan.kernel.idempotency import Answer, answer_once

DESCRIPTION = """Every verb of Gendan for programs. Sign in with a token made under "My settings":
`Authorization: Bearer gd_…`. A POST with an `Idempotency-Key` has its effect once, however often
it is sent (kept for seven days). Refusals are `{code, message, params}` with a sentence in the
language of `Accept-Language`, else the user's own."""
# Their answer holds a secret, which is never kept.
NEVER_KEPT = {
    "make_api_token",
    "make_calendar_feed",
    "rotate_webhook_secret",
    "show_supplier_link",
    "save_webhook",
}
PROBLEM_STATUSES = {
    "400": "The request cannot be read",
    "401": "Nobody is signed in",
    "403": "The role does not allow it",
    "404": "No such thing, or none that this user may see",
    "409": "Something stands in the way",
    "422": "A value cannot be taken as it is",
    "503": "Somebody else holds it at this moment; try again",
}


class SecretNotKept(Invalid):
    """An operation whose answer may not be kept for a second asking."""


class OwnDocs(DocsBase):
    """The operations as a plain page: no scripts, nothing from elsewhere."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        from gendan.api.description import operations_by_room

        context = {"rooms": operations_by_room(api), "description": DESCRIPTION}
        return render(request, "shell/api_docs.html", context)


class Api(NinjaAPI):
    """Ninja's API, with what holds for every operation written into its description."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        """The description, with the problem answers and the Idempotency-Key of every POST."""
        use_own_names()
        schema = super().get_openapi_schema(*args, **kwargs)
        schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = (
            Problem.model_json_schema()
        )
        link = {"$ref": "#/components/schemas/Problem"}
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                for status, words in PROBLEM_STATUSES.items():
                    operation["responses"].setdefault(
                        status,
                        {
                            "description": words,
                            "content": {"application/json": {"schema": link}},
                        },
                    )
                if method == "post":
                    operation.setdefault("parameters", []).append(
                        {
                            "in": "header",
                            "name": "Idempotency-Key",
                            "required": False,
                            "schema": {"type": "string", "maxLength": 200},
                        }
                    )
        return schema


def idempotent(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Around every operation: size limit, what outsiders may ask, a key's effect only once."""

    @functools.wraps(run)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            _refuse_if_too_large(request)
            key = request.headers.get("Idempotency-Key", "")
            user = user_of(request)
            refuse_inside(user, _operation_of(run))
            if user is None or request.method != "POST" or not key:
                return run(request, *args, **kwargs)
            if _operation_of(run) in NEVER_KEPT:
                raise SecretNotKept(
                    _("The answer holds a secret that is not kept; leave the Idempotency-Key out.")
                )
            made: list[HttpResponse] = []

            def answer() -> Answer:
                made.append(run(request, *args, **kwargs))
                return Answer(made[0].status_code, _json_of(made[0]))

            given = answer_once(user=user, key=key, digest=_digest(request), answer=answer)
            if not given.is_again:
                return made[0]
            response = api.create_response(request, given.body, status=given.status)
            response.headers["Idempotency-Replayed"] = "true"
            return response
        except Exception as error:
            return api.on_exception(request, error)

    return once


def _operation_of(run: Any) -> str:
    return str(getattr(getattr(run, "__self__", None), "operation_id", ""))


def _refuse_if_too_large(request: HttpRequest) -> None:
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > settings.FILE_SIZE_LIMIT + 1024 * 1024:
        raise RequestDataTooBig


def _digest(request: HttpRequest) -> str:
    """What tells requests apart: method, address, body (of an upload: its fields and files)."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\0".encode())
    if (request.content_type or "").startswith("multipart/"):
        for name, values in sorted(request.POST.lists()):
            digest.update(f"{name}={values!r}\0".encode())
        for name, file in sorted(request.FILES.items()):
            digest.update(f"{name}:{getattr(file, 'name', '')}\0".encode())
            for chunk in file.chunks():  # type: ignore[union-attr]
                digest.update(chunk)
            file.seek(0)  # type: ignore[union-attr]
    else:
        digest.update(request.body)
    return digest.hexdigest()


def _json_of(response: HttpResponse) -> Any:
    return json.loads(response.content) if response.content else None


api = Api(
    title="Gendan",
    version="1",
    description=DESCRIPTION,
    auth=SignedIn(),
    parser=KeepableParser(),
    docs=OwnDocs(),
    docs_url="/docs",
    urls_namespace="api",
)
api.add_decorator(idempotent, mode="view")
answer_problems(api)
for room in (
    *(
        catalog,
        specifications,
        partners,
        workforce,
        inventory,
        inventory_counts,
        inventory_values,
        orders,
        reviews,
        changes,
        planning,
        planning_shop,
        capacity,
        planned,
        plans,
        production,
        purchasing,
        purchase_orders,
        purchase_settings,
        purchase_chasing,
        receiving,
        arrivals,
        purchase_plan,
        quotations,
        sheets,
        sourcing,
        stocking,
        intake,
        followup,
        questions,
        contracts,
        acceptance,
        answers,
        handovers,
        extensions,
    ),
    mailboxes,
    notices,
    notice_flow,
    robots,
    outgoing,
    kernel,
):
    api.add_router("", room.router)
