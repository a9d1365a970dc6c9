"""A document comes in: kept as it is, once, and handed to the worker."""

import io
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import IO, cast

import pytest
from django.conf import settings

from gendan.intake.events import IncomingAdded
from gendan.intake.models import Incoming
from gendan.intake.services import CameInAlready, add_incoming
from gendan.kernel import clock, files, journal, reactions
from gendan.kernel.errors import Invalid, NotAllowed
from gendan.kernel.files import FileRefused
from gendan.kernel.models import StoredFile
from gendan.testing.cast import person
from gendan.testing.make import intake as make

pytestmark = pytest.mark.django_db


def test_it_keeps_the_original_and_waits_for_the_worker() -> None:
    content = make.mail(make.sheet())
    found = add_incoming(content=content, name="../orders/NH 4711.eml", by=person("mei"))
    assert (found.state, found.channel, found.file_name) == ("received", "mail", "NH 4711.eml")
    assert found.number.startswith(f"IN-{clock.today().year}-")
    assert files.open_file(found.file).read() == content
    entry = journal.timeline(found).get()
    assert entry.fact == IncomingAdded.name
    assert not found.drafts.exists()


def test_the_worker_reads_it(customer: object) -> None:
    found = add_incoming(content=make.mail(make.sheet()), name="o.eml", by=person("mei"))
    assert reactions.run_due() >= 1
    found.refresh_from_db()
    assert found.state == "read"
    assert found.drafts.count() == 1


def test_the_same_content_again_is_refused_with_the_number_it_has() -> None:
    first = add_incoming(content=make.sheet(), name="a.xlsx", by=person("mei"))
    with pytest.raises(CameInAlready, match=first.number) as refused:
        add_incoming(content=make.sheet(), name="b.xlsx", by=person("jun"))
    assert refused.value.link == f"/intake/{first.pk}/"
    assert Incoming.objects.count() == 1
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "channel"), [("a.xlsx", "sheet"), ("a.XML", "edi"), ("a.txt", "chat"), ("a", "hand")]
)
def test_the_channel_follows_from_the_file(name: str, channel: str) -> None:
    assert add_incoming(content=b"x", name=name, by=person("mei")).channel == channel


def test_it_refuses_an_empty_file_an_unknown_channel_and_the_wrong_role() -> None:
    with pytest.raises(FileRefused, match="empty"):
        add_incoming(content=b"", name="a.txt", by=person("mei"))
    with pytest.raises(Invalid, match="no channel"):
        add_incoming(content=b"x", name="a.txt", channel="pigeon", by=person("mei"))
    with pytest.raises(NotAllowed):
        add_incoming(content=b"x", name="a.txt", by=person("wen"))
    assert not Incoming.objects.exists()


def test_it_refuses_what_is_too_large_without_keeping_it() -> None:
    class Endless(io.RawIOBase):
        """200 MB that need no memory."""

        def __init__(self) -> None:
            self.given = 0

        def seek(self, offset: int, whence: int = 0) -> int:
            self.given = offset
            return offset

        def read(self, size: int = -1) -> bytes:
            if self.given >= 200 * 1024 * 1024:
                return b""
            self.given += size
            return b"x" * size

    assert settings.FILE_SIZE_LIMIT < 200 * 1024 * 1024
    with pytest.raises(FileRefused, match="larger than 25 MB"):
        add_incoming(content=cast(IO[bytes], Endless()), name="a.txt", by=person("mei"))
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("is_stream", [False, True])
def test_a_shared_secret_is_struck_out_before_the_document_is_kept(
    encoding: str, is_stream: bool
) -> None:
    document = (
        "<cXML><Header><Sender><Credential><Identity>A</Identity>"
        "<SharedSecret>open-sesame</SharedSecret></Credential></Sender></Header></cXML>"
    )
    data = document.encode(encoding)
    found = add_incoming(
        content=io.BytesIO(data) if is_stream else data, name="order.xml", by=person("mei")
    )
    kept = files.open_file(found.file).read().decode(encoding)
    assert kept == document.replace("open-sesame", "********")


@pytest.mark.parametrize("written_as", ["7bit", "quoted-printable", "base64"])
def test_a_shared_secret_is_struck_out_of_a_mail_that_carries_the_document(
    written_as: str,
) -> None:
    document = "<cXML><Sender><SharedSecret>open-sesame</SharedSecret></Sender></cXML>"
    mail = EmailMessage()
    mail["Subject"] = "our order"
    mail.set_content("See the file. The base64 of our picture follows.")
    mail.add_attachment(document, subtype="xml", cte=written_as, filename="order.xml")
    mail.add_attachment(bytes(range(256)) * 8, maintype="image", subtype="png", filename="a.png")
    raw = mail.as_bytes()
    found = add_incoming(content=raw, name="order.eml", by=person("mei"))
    kept = message_from_bytes(files.open_file(found.file).read(), policy=policy.default)
    parts = [part.get_content() for part in kept.iter_attachments()]
    assert parts == [document.replace("open-sesame", "********") + "\n", bytes(range(256)) * 8]


@pytest.mark.parametrize(
    "content",
    [
        b"<SharedSecret" * 200_000,
        b"<SharedSecret>" + b"</SharedSecre" * 100_000,
        b"quoted-printable<" + b"=\r\n" * 500_000,
        b"base64\n" + (b"A" * 60 + b"\n") * 20_000,
        b"quoted-printable " + b"<a.a.a.a." * 200_000,
    ],
    ids=["openings", "endings", "soft-breaks", "base64", "prefixes"],
)
def test_what_only_looks_like_secrets_is_kept_as_it_came(content: bytes) -> None:
    found = add_incoming(content=content, name="order.txt", by=person("mei"))
    assert files.open_file(found.file).read() == content
