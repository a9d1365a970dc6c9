"""OAuth2: an access token for a mailbox by the refresh grant (RFC 6749, section 6)."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from gendan.kernel import outside
from gendan.mailroom.problems import MailboxProblem


@dataclass(frozen=True)
class Tokens:
    """What the sign-in service gave: a token for now, and perhaps a new one for later."""

    access: str
    refresh: str = ""


def refreshed(
    *, url: str, client_id: str, client_secret: str, refresh_token: str, scope: str = ""
) -> Tokens:
    """Ask the sign-in service for an access token; raises MailboxProblem."""
    given = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": client_id,
        "client_secret": client_secret,
        "scope": scope,
    }
    body = urlencode({key: value for key, value in given.items() if value}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        answer = outside.post(url, body=body, headers=headers)
    except (outside.TargetRefused, outside.NoAnswer) as error:
        raise MailboxProblem("token_unreachable", str(error)) from None
    found = _read(answer.text)
    access = found.get("access_token")
    if answer.status != 200 or not isinstance(access, str) or not access:
        # "invalid_grant" and the like; longer words may repeat what was sent.
        word = found.get("error")
        said = word if isinstance(word, str) else f"status {answer.status}"
        code = "token_refused" if answer.status < 500 else "token_unreachable"
        raise MailboxProblem(code, said[:60])
    newer = found.get("refresh_token")
    return Tokens(access, newer if isinstance(newer, str) else "")


def _read(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
