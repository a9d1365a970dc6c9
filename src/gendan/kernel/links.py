"""Links without an account: signed, for one purpose and one document, expiring, revocable.

A link's address carries its id and a random word, signed with the installation's key; the table
keeps only the word's hash. Neither a copy of the database nor the signing key alone opens anything,
and an address that was guessed is refused before the database is asked.
"""

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.core import signing
from django.db import models
from django.utils.translation import gettext as _

from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.kernel.journal import ref
from gendan.kernel.models import Link

_SIGNER = signing.Signer(salt="gendan.link")
_LONGEST_TOKEN = 200


class LinkRefused(DomainError):
    """A link that opens nothing: never given out, expired, withdrawn, or used already.

    `params["why"]` is "unknown", "expired", "void" or "used".
    """

    status = 410


def make_link(
    *,
    purpose: str,
    about: models.Model | str,
    valid_until: dt.datetime,
    binding: str = "",
    language: str = "en",
    name: str = "",
    email: str = "",
    by: Any = None,
) -> tuple[Link, str]:
    """A new link and its token, which is shown or sent once and not kept.

    `binding` is the hash of what the reader is shown (a paper's SHA-256): who opens the link
    compares it with the present one. `name` and `email` say to whom it was given.
    """
    word = secrets.token_urlsafe(18)
    link = Link.objects.create(
        purpose=purpose,
        about=ref(about),
        binding=binding,
        digest=_digest(word),
        language=language,
        name=name[:120],
        email=email,
        made_at=clock.now(),
        made_by=by,
        expires_at=valid_until,
    )
    return link, _SIGNER.sign(f"{link.pk}-{word}")


def find_link(token: str, *, lock: bool = False) -> Link:
    """The living link of a token (1 query; none for a token of nobody's). Raises LinkRefused.

    With `lock` its row is locked: of two who use it at once, one finds it used.
    """
    try:
        if len(token) > _LONGEST_TOKEN:
            raise signing.BadSignature
        pk, word = _SIGNER.unsign(token).split("-", 1)
    except (signing.BadSignature, ValueError):
        raise _refused("unknown") from None
    rows = Link.objects.select_for_update(of=("self",)) if lock else Link.objects
    link = rows.filter(pk=pk).first()
    if link is None or not secrets.compare_digest(link.digest, _digest(word)):
        raise _refused("unknown")
    if link.voided_at is not None:
        raise _refused("void", link.void_reason)
    if link.expires_at <= clock.now():
        raise _refused("expired")
    return link


def refuse_used(link: Link) -> None:
    """Raise LinkRefused when the link has done what it is for."""
    if link.used_at is not None:
        raise _refused("used")


def note_opened(link: Link) -> None:
    """Remember that the page behind the link was shown: when first, and how often."""
    Link.objects.filter(pk=link.pk).update(
        opened_at=link.opened_at or clock.now(), opens=models.F("opens") + 1
    )


def use_link(link: Link) -> None:
    """The link has done what it is for; call inside the verb, with the link found by `lock`."""
    refuse_used(link)
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])


def void_links(*, about: models.Model | str, purpose: str = "", reason: str) -> int:
    """Withdraw all unused links to a document; returns how many there were.

    `reason` is a code the pages translate ("changed", "withdrawn", "cancelled").
    """
    rows = Link.objects.filter(about=ref(about), voided_at=None, used_at=None)
    if purpose:
        rows = rows.filter(purpose=purpose)
    return rows.update(voided_at=clock.now(), void_reason=reason)


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _refused(why: str, reason: str = "") -> LinkRefused:
    sentences = {
        "unknown": _("This link does not lead anywhere. Please check that it is complete."),
        "expired": _("This link has expired. Please ask for a new one."),
        "void": _("This link has been withdrawn. Please ask for a new one."),
        "used": _("This link has been used already."),
    }
    if reason == "changed":
        return LinkRefused(
            _("The document has changed since this link was sent. Please use the newer link."),
            why=why,
        )
    return LinkRefused(sentences[why], why=why)
