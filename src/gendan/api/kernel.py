"""API operations of the kernel: preferences, tokens, saved views, settings, numbers, reactions."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import asker_who_may
from gendan.kernel import company, queries, reactions, security, services

router = Router(tags=["kernel"])


class Me(Schema):
    """Who asks, and what they may do."""

    id: int
    username: str
    name: str
    language: str
    theme: str
    roles: list[str]
    verbs: list[str]


class PreferencesIn(Schema):
    """What is left out stays as it is."""

    language: str | None = None
    theme: str | None = None


class TokenIn(Schema):
    """The name says later what uses the token; without `valid_days` it ends after a year."""

    name: str
    valid_days: int | None = services.TOKEN_DAYS


class TokenOut(Schema):
    """A token without its secret."""

    id: int
    name: str
    made_at: dt.datetime
    used_at: dt.datetime | None
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None


class NewTokenOut(TokenOut):
    """A new token; the secret is shown this once."""

    secret: str


class ViewIn(Schema):
    """A list page, a name, and the query of its address."""

    page: str
    name: str
    query: str


class ViewOut(ViewIn):
    """A saved view."""

    id: int


class BrowserSessionOut(Schema):
    """A browser somebody is signed in with."""

    id: int
    created_at: dt.datetime
    last_seen_at: dt.datetime
    ip: str
    user_agent: str


class EndedOut(Schema):
    """How many sessions were ended."""

    count: int


class SettingIn(Schema):
    """A value of the company, of the kind that GET /settings shows."""

    key: str
    value: Any


class SettingOut(SettingIn):
    """A value in force."""


class PatternIn(Schema):
    """How the numbers of one kind of document look."""

    key: str
    pattern: str


class PatternOut(PatternIn):
    """A pattern in force."""


class ParkedOut(Schema):
    """A reaction that failed for good."""

    id: int
    task: str
    entry_id: int | None
    listener: str | None
    attempts: int
    at: dt.datetime | None


class EntryOut(Schema):
    """A line of the journal."""

    id: int
    at: dt.datetime
    fact: str
    by_id: int | None
    about: list[str]
    data: dict[str, Any]


@router.get("/me", response=Me, operation_id="me")
def me(request: HttpRequest) -> Any:
    """Who asks, and what they may do."""
    user: Any = request.user
    return {
        "id": user.pk,
        "username": user.username,
        "name": user.name,
        "language": user.language,
        "theme": user.theme,
        "roles": sorted(user.roles),
        "verbs": sorted(user.verbs),
    }


@router.post("/me/preferences", response=Me, operation_id="set_preferences")
def set_preferences(request: HttpRequest, given: PreferencesIn) -> Any:
    """Remember in which language and colours somebody reads."""
    services.set_preferences(**given.dict(), by=request.user)  # type: ignore[arg-type]
    return me(request)


@router.get("/me/tokens", response=list[TokenOut], operation_id="list_api_tokens")
def list_api_tokens(request: HttpRequest) -> Any:
    """One's own tokens, the newest first."""
    return queries.tokens_of(request.user)[:200]  # type: ignore[arg-type]


@router.post("/me/tokens", response={201: NewTokenOut}, operation_id="make_api_token")
def make_api_token(request: HttpRequest, given: TokenIn) -> Any:
    """Make a token; its secret is shown this once. Takes no Idempotency-Key."""
    token, secret = services.make_api_token(**given.dict(), by=request.user)  # type: ignore[arg-type]
    shown = {name: getattr(token, name) for name in TokenOut.model_fields}
    return Status(201, shown | {"secret": secret})


@router.post("/me/tokens/{int:token_id}/revoke", response=TokenOut, operation_id="revoke_api_token")
def revoke_api_token(request: HttpRequest, token_id: int) -> Any:
    """The token no longer works, from this moment."""
    return services.revoke_api_token(token_id=token_id, by=request.user)  # type: ignore[arg-type]


@router.get("/me/views", response=list[ViewOut], operation_id="list_views")
def list_views(request: HttpRequest, page: str = "") -> Any:
    """One's own saved views."""
    return queries.views_of(request.user, page)[:200]  # type: ignore[arg-type]


@router.post("/me/views", response={201: ViewOut}, operation_id="save_view")
def save_view(request: HttpRequest, given: ViewIn) -> Any:
    """Keep a list's filters and columns under a name; the same name again replaces it."""
    return Status(201, services.save_view(**given.dict(), by=request.user))  # type: ignore[arg-type]


@router.post("/me/views/{int:view_id}/forget", response={204: None}, operation_id="forget_view")
def forget_view(request: HttpRequest, view_id: int) -> Any:
    """Remove a saved view of one's own."""
    services.forget_view(view_id=view_id, by=request.user)  # type: ignore[arg-type]
    return Status(204, None)


@router.get("/me/sessions", response=list[BrowserSessionOut], operation_id="list_sessions")
def list_sessions(request: HttpRequest) -> Any:
    """The browsers one is signed in with, the one seen last first."""
    return security.sessions_of(request.user)


@router.post("/me/sessions/{int:session_id}/end", response={204: None}, operation_id="end_session")
def end_session(request: HttpRequest, session_id: int) -> Any:
    """Sign one browser out."""
    security.end_session(session_id=session_id, by=request.user)  # type: ignore[arg-type]
    return Status(204, None)


@router.post("/me/sessions/end-others", response=EndedOut, operation_id="end_other_sessions")
def end_other_sessions(request: HttpRequest) -> Any:
    """Sign out everywhere; a request with a session keeps that one."""
    keep = request.session.session_key or ""
    return {"count": security.end_other_sessions(keep=keep, by=request.user)}  # type: ignore[arg-type]


@router.get("/settings", response=list[SettingOut], operation_id="list_settings")
def list_settings(request: HttpRequest) -> Any:
    """The company's values in force."""
    asker_who_may(request, "save_setting")
    found = company.values(*company.DEFAULTS)
    return [{"key": key, "value": value} for key, value in found.items()]


@router.post("/settings", response=SettingOut, operation_id="save_setting")
def save_setting(request: HttpRequest, given: SettingIn) -> Any:
    """Set one value of the company."""
    return services.save_setting(**given.dict(), by=request.user)  # type: ignore[arg-type]


@router.get("/number-patterns", response=list[PatternOut], operation_id="list_number_patterns")
def list_number_patterns(request: HttpRequest) -> Any:
    """How the numbers of documents look."""
    asker_who_may(request, "save_number_pattern")
    return [{"key": key, "pattern": text} for key, text in queries.number_patterns().items()]


@router.post("/number-patterns", response=PatternOut, operation_id="save_number_pattern")
def save_number_pattern(request: HttpRequest, given: PatternIn) -> Any:
    """Set how the numbers of one kind of document look from now on."""
    return services.save_number_pattern(**given.dict(), by=request.user)  # type: ignore[arg-type]


@router.get("/reactions/parked", response=list[ParkedOut], operation_id="list_parked_reactions")
def list_parked_reactions(request: HttpRequest) -> Any:
    """Reactions that failed for good, the newest first."""
    asker_who_may(request, "retry_reaction")
    return reactions.parked()


@router.post("/reactions/{int:job_id}/retry", response={204: None}, operation_id="retry_reaction")
def retry_reaction(request: HttpRequest, job_id: int) -> Any:
    """Put a parked reaction back into the queue."""
    services.retry_reaction(job_id=job_id, by=request.user)  # type: ignore[arg-type]
    return Status(204, None)


@router.get("/journal", response=Page[EntryOut], operation_id="list_entries")
def list_entries(
    request: HttpRequest, paging: Query[Paging], fact: str = "", about: str = ""
) -> Any:
    """The journal, the newest first: by fact, by document ("orders.order:12")."""
    asker_who_may(request, "save_setting")
    return page_of(queries.entries(fact=fact[:60], about=about[:80]), paging)
