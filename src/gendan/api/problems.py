"""What a program is told when something stands in the way: {code, message, params}."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.core.exceptions import ValidationError as ModelValidationError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from gendan.kernel.errors import DomainError
from gendan.kernel.service import is_database_gone

log = logging.getLogger(__name__)


class Problem(Schema):
    """A refusal: a stable code for programs, a sentence for people, the values it names."""

    code: str
    message: str
    params: dict[str, Any] = {}
    field: str | None = None


class Answers:
    """How each kind of exception is answered."""

    def __init__(self, api: NinjaAPI) -> None:
        self.api = api

    def answer(
        self, request: HttpRequest, status: int, code: str, message: str, **more: Any
    ) -> HttpResponse:
        """A problem as the body of an answer."""
        body = {"code": code, "message": message, "params": {}, "field": None} | more
        return self.api.create_response(request, body, status=status)

    def refused(self, request: HttpRequest, error: Any) -> HttpResponse:
        """A refusal a person can act on."""
        more = {"params": error.params, "field": error.field}
        return self.answer(request, error.status, error.code, error.message, **more)

    def unknown(self, request: HttpRequest, error: Any) -> HttpResponse:
        """Nothing there, or nothing this user may see."""
        message = _("There is no such thing, or none that you may see.")
        return self.answer(request, 404, "not_there", message)

    def unsigned(self, request: HttpRequest, error: Any) -> HttpResponse:
        """Nobody asks."""
        message = _("Who asks? Send a token: Authorization: Bearer gd_…")
        return self.answer(request, 401, "not_signed_in", message)

    def misshapen(self, request: HttpRequest, error: Any) -> HttpResponse:
        """The request does not have the shape of the description."""
        found = [_one_fault(fault) for fault in error.errors[:50]]
        first = found[0] if found else {"field": "", "message": ""}
        message = _("%(field)s: %(message)s") % first
        more = {"params": {"errors": found}, "field": first["field"] or None}
        return self.answer(request, 422, "invalid_request", message, **more)

    def invalid(self, request: HttpRequest, error: Any) -> HttpResponse:
        """A value that a table's own rules refuse."""
        return self.answer(request, 422, "invalid", " ".join(error.messages))

    def http(self, request: HttpRequest, error: Any) -> HttpResponse:
        """What the framework refuses; it hides our own refusals of a body in its own."""
        if isinstance(error.__cause__, DomainError):
            return self.refused(request, error.__cause__)
        return self.answer(request, error.status_code, "bad_request", str(error))

    def too_large(self, request: HttpRequest, error: Any) -> HttpResponse:
        """More than is read."""
        return self.answer(request, 413, "too_large", _("The request is too large."))

    def suspicious(self, request: HttpRequest, error: Any) -> HttpResponse:
        """Nothing that can be read."""
        return self.answer(request, 400, "bad_request", _("The request cannot be read."))

    def broken(self, request: HttpRequest, error: Any) -> HttpResponse:
        """A bug of ours: logged in full, told without details."""
        if settings.DEBUG and settings.DEBUG_PROPAGATE_EXCEPTIONS:
            raise error
        if is_database_gone(error):
            log.error("%s %s: the database cannot be reached", request.method, request.path)
            message = _(
                "The database cannot be reached at the moment. Look whether it was done before you"
                " ask again."
            )
            gone = self.answer(request, 503, "database_gone", message)
            gone.headers["Retry-After"] = "5"
            return gone
        log.exception("%s %s failed", request.method, request.path, exc_info=error)
        message = _("Something broke on our side; nothing was half-written.")
        return self.answer(request, 500, "broken", message)


def answer_problems(api: NinjaAPI) -> None:
    """Register how each kind of exception is answered."""
    answers = Answers(api)
    handlers: list[tuple[type[Exception], Any]] = [
        (DomainError, answers.refused),
        (Http404, answers.unknown),
        (AuthenticationError, answers.unsigned),
        (ValidationError, answers.misshapen),
        (ModelValidationError, answers.invalid),
        (HttpError, answers.http),
        (RequestDataTooBig, answers.too_large),
        (TooManyFieldsSent, answers.too_large),
        (SuspiciousOperation, answers.suspicious),
        (MultiPartParserError, answers.suspicious),
        (UnreadablePostError, answers.suspicious),
        (Exception, answers.broken),
    ]
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)


def _one_fault(fault: Any) -> dict[str, str]:
    """A fault of pydantic as {field, message}: where it is, without the wrapping names."""
    place = [str(part) for part in fault.get("loc", ())]
    inner = place[2:] if place[:1] == ["body"] and len(place) > 2 else place[1:]
    return {"field": ".".join(inner or place), "message": str(fault.get("msg", ""))[:300]}
