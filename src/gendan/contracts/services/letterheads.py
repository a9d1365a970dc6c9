"""The letterhead: our names, addresses, bank, logo and seal, as papers show them."""

from dataclasses import dataclass, fields

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts.events import LetterheadSaved
from gendan.contracts.models import Letterhead
from gendan.contracts.papers.images import refuse_unless_image
from gendan.kernel import files, journal
from gendan.kernel.errors import Invalid
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.services.reading import read_text


class LetterheadRefused(Invalid):
    """A letterhead that could not stand on a paper."""


@dataclass(frozen=True)
class LetterheadData:
    """What stands on papers about us; None leaves a value as it is."""

    name_en: str | None = None
    name_zh: str | None = None
    address_en: str | None = None
    address_zh: str | None = None
    phone: str | None = None
    fax: str | None = None
    email: str | None = None
    website: str | None = None
    tax_number: str | None = None
    signer_en: str | None = None
    signer_zh: str | None = None
    place_en: str | None = None
    place_zh: str | None = None
    bank: str | None = None
    seals_papers: bool | None = None


@service(gettext_lazy("Save the letterhead"))
def save_letterhead(
    *,
    letterhead: LetterheadData,
    logo: bytes | None = None,
    seal: bytes | None = None,
    remove_logo: bool = False,
    remove_seal: bool = False,
    by: User | None,
) -> Letterhead:
    """How our company looks on papers issued from now on; those issued already stay as they are.

    `logo` and `seal` are PNG or JPEG images; None leaves them as they are.
    """
    kept = Letterhead.objects.select_for_update(of=("self",)).filter(pk=1).first()
    kept = kept or Letterhead(pk=1)
    changed = _apply(letterhead, kept)
    for name, content, is_removed in (("logo", logo, remove_logo), ("seal", seal, remove_seal)):
        if content is not None:
            refuse_unless_image(content, field=name)
            setattr(kept, name, files.keep(content, name=name))
            changed.append(name)
        elif is_removed and getattr(kept, name) is not None:
            setattr(kept, name, None)
            changed.append(name)
    if not kept.name_en and not kept.name_zh:
        raise LetterheadRefused(_("Your company needs a name."), field="name_en")
    kept.save()
    if changed:
        journal.record(LetterheadSaved(fields=changed), about="company", by=by)
    return kept


def _apply(given: LetterheadData, kept: Letterhead) -> list[str]:
    changed = []
    for field in fields(LetterheadData):
        value = getattr(given, field.name)
        if value is None:
            continue
        if field.name != "seals_papers":
            limit = getattr(Letterhead._meta.get_field(field.name), "max_length", None) or 1000
            value = read_text(value, limit, field=field.name)
            if field.name != "bank":
                value = " ".join(value.split())
        if field.name == "email" and value:
            _refuse_unless_email(value)
        if getattr(kept, field.name) != value:
            setattr(kept, field.name, value)
            changed.append(field.name)
    return changed


def _refuse_unless_email(value: str) -> None:
    try:
        validate_email(value)
    except ValidationError:
        raise LetterheadRefused(_("This is no e-mail address."), field="email") from None
