"""Secrets that must be read again (robots' keys, signing keys): kept encrypted, never shown."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from gendan.kernel.errors import DomainError


class SecretUnreadable(DomainError):
    """A secret that was encrypted with another signing key: it must be typed in again."""


def seal(secret: str) -> str:
    """The secret as it is kept in a table."""
    return (
        _cipher(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        .encrypt(secret.encode())
        .decode()
    )


def unseal(sealed: str) -> str:
    """The secret itself; raises SecretUnreadable when the installation's key has changed."""
    try:
        cipher = _cipher(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return cipher.decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SecretUnreadable(
            _("This secret can no longer be read because the installation's key has changed.")
        ) from None


@lru_cache(maxsize=4)
def _cipher(*keys: str) -> MultiFernet:
    """One cipher per signing key: the first encrypts, all decrypt."""
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"gendan.secrets")
    return kdf.derive(key.encode())
