"""The facts the kernel publishes."""

from dataclasses import dataclass
from typing import Any

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class TokenMade(Fact):
    """A user made a key for programs."""

    token_id: int
    token_name: str


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Fact):
    """A key no longer works."""

    token_id: int
    token_name: str


@dataclass(frozen=True, kw_only=True)
class SettingSaved(Fact):
    """A company setting has a new value."""

    key: str
    value: Any


@dataclass(frozen=True, kw_only=True)
class NumberPatternSaved(Fact):
    """Numbers of a kind of document look differently from now on."""

    key: str
    pattern: str


@dataclass(frozen=True, kw_only=True)
class ReactionRetried(Fact):
    """A parked reaction was put back into the queue."""

    job_id: int


@dataclass(frozen=True, kw_only=True)
class AuditFoundProblems(Fact):
    """The nightly audit found invariants that do not hold."""

    sentences: list[str]


@dataclass(frozen=True, kw_only=True)
class SignedIn(Fact):
    """Somebody signed in: how ("password", "password+totp", "passkey", "oidc" …) and from where."""

    user_id: int
    way: str
    address: str
    device: str


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Fact):
    """A sign-in was refused. A name nobody has is kept as a hash: it may be a password typed into
    the wrong field."""

    user_id: int | None
    name_hash: str
    way: str
    address: str


@dataclass(frozen=True, kw_only=True)
class SignInLocked(Fact):
    """Too many failures: from this address this account cannot sign in for a while."""

    user_id: int | None
    address: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class SignInUnlocked(Fact):
    """An administrator ended a lock before its time."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class SignedOut(Fact):
    """Somebody signed out of one browser."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(Fact):
    """Sessions in other browsers were ended from here."""

    user_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Fact):
    """A new password; `way` is "changed" by its owner or "reset" with a link from a mail."""

    user_id: int
    way: str


@dataclass(frozen=True, kw_only=True)
class PasswordLinkSent(Fact):
    """A mail with a link to set a password is on its way (`kind`: "reset" or "invitation")."""

    user_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class TotpSwitchedOn(Fact):
    """Signing in with a password now needs a code of an authenticator app as well."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class TotpSwitchedOff(Fact):
    """Codes of an authenticator app are no longer asked for."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class PasskeyAdded(Fact):
    """A passkey can now be used to sign in."""

    user_id: int
    key_name: str


@dataclass(frozen=True, kw_only=True)
class PasskeyRemoved(Fact):
    """A passkey no longer works."""

    user_id: int
    key_name: str


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesMade(Fact):
    """New recovery codes; the former ones no longer work."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class SecondFactorsReset(Fact):
    """An administrator took away authenticator app, passkeys and recovery codes of somebody."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class RolesChanged(Fact):
    """The company's sign-in service says that somebody has other roles now."""

    user_id: int
    added: list[str]
    removed: list[str]


@dataclass(frozen=True, kw_only=True)
class AccountChanged(Fact):
    """An administrator made, changed or deleted an account (`fields`: what was changed)."""

    user_id: int
    action: str
    fields: list[str]
