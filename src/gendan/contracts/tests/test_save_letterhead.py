"""The letterhead: only images that can be drawn, and a name."""

import datetime as dt
import zlib

import pytest

from gendan.contracts import services
from gendan.contracts.events import LetterheadSaved
from gendan.contracts.models import Letterhead
from gendan.contracts.papers.images import LARGEST
from gendan.contracts.papers.render import render
from gendan.kernel.errors import Invalid, NotAllowed
from gendan.kernel.models import Entry
from gendan.testing.cast import person
from gendan.testing.make import contracts
from gendan.testing.world.found_contracts import WORLD

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PNG_HEAD = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def png() -> bytes:
    return render(WORLD / "logo.typ", {}, at=AT, form="png", ppi=72)


def test_logo_and_seal_are_kept_and_removed() -> None:
    data = services.LetterheadData(name_en="Haichuan", bank="Bank\nAccount 1")
    kept = services.save_letterhead(letterhead=data, logo=png(), seal=png(), by=person("zhao"))
    assert kept.logo is not None
    assert kept.seal == kept.logo  # the same content is kept once
    assert kept.bank == "Bank\nAccount 1"
    fact = Entry.objects.get(fact=LetterheadSaved.name)
    assert fact.data["fields"] == ["name_en", "bank", "logo", "seal"]
    nothing = services.LetterheadData()
    kept = services.save_letterhead(letterhead=nothing, remove_seal=True, by=person("zhao"))
    assert kept.seal is None
    assert kept.name_en == "Haichuan"
    assert Letterhead.objects.count() == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg onload='alert(1)'></svg>",
        b"%PDF-1.7 ...",
        b"GIF89a" + b"\x00" * 20,
        PNG_HEAD,
        PNG_HEAD + b"\x00\x00\x00\x10\x00\x00\x00\x10" + b"rubbish" * 9,
        PNG_HEAD + b"\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x02\x00\x00\x00" + zlib.compress(b"x"),
        b"\xff\xd8\xff\xe0" + b"\x00" * 40,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * LARGEST,
    ],
)
def test_it_refuses_what_is_no_image(content: bytes) -> None:
    contracts.letterhead()
    for name in ("logo", "seal"):
        with pytest.raises(Invalid) as caught:
            services.save_letterhead(
                letterhead=services.LetterheadData(),
                logo=content if name == "logo" else None,
                seal=content if name == "seal" else None,
                by=person("zhao"),
            )
        assert caught.value.field == name


def test_it_refuses_no_name_a_wrong_address_and_others() -> None:
    with pytest.raises(Invalid):
        services.save_letterhead(letterhead=services.LetterheadData(), by=person("zhao"))
    with pytest.raises(Invalid) as caught:
        contracts.letterhead(email="nobody")
    assert caught.value.field == "email"
    with pytest.raises(Invalid) as caught:
        contracts.letterhead(name_zh="长" * 201)
    assert caught.value.field == "name_zh"
    with pytest.raises(NotAllowed):
        services.save_letterhead(letterhead=services.LetterheadData(name_en="x"), by=person("mei"))
