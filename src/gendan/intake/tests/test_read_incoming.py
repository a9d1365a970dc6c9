"""Reading: drafts with matches and doubts, whatever the file does."""

import io
import signal
import zipfile
import zlib
from pathlib import Path

import pytest

from gendan.intake import sandbox
from gendan.intake.events import IncomingRead, IncomingUnreadable
from gendan.intake.queries import is_order, open_doubts, same_message
from gendan.intake.services import read_incoming
from gendan.kernel import journal
from gendan.partners.models import Partner
from gendan.testing.make import intake as make

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).resolve().parents[4].parent / "shared" / "data" / "documents"


def test_a_mail_with_a_sheet_becomes_a_draft_that_is_certain(customer: Partner) -> None:
    incoming = make.incoming()
    assert (incoming.state, incoming.sender_address) == ("read", "anna@nordichome.example")
    assert (incoming.subject, incoming.message_id) == (
        "Purchase order NH-4711",
        "<4711@nordichome.example>",
    )
    assert incoming.received_at.isoformat() == "2026-11-20T08:15:00+00:00"
    draft = incoming.drafts.get()
    assert draft.customer == customer
    assert draft.data["order_number"] == "NH-4711"
    assert [match["reason"] for match in draft.matches["lines"]] == ["our_code", "our_code"]
    assert [match["unit"] for match in draft.matches["lines"]] == ["pcs", "pcs"]
    assert open_doubts(draft) == []
    assert journal.timeline(incoming)[0].fact == IncomingRead.name


def test_reading_twice_drops_nothing(customer: Partner) -> None:
    incoming = make.incoming()
    kept = incoming.drafts.get()
    read_incoming(incoming_id=incoming.pk)
    assert incoming.drafts.get().pk == kept.pk


def test_unknown_customers_items_and_units_are_doubts(customer: Partner) -> None:
    lines = [("X-1", "Garden gnome", 5, "2.00"), ("HW-1001", "Steel hinge 100 mm", 5, "2.00")]
    draft = make.draft(make.sheet(buyer="Somebody Else Ltd", lines=lines), "po.xlsx")
    doubts = {doubt.field: doubt.code for doubt in open_doubts(draft)}
    assert doubts["customer"] == "none"
    assert doubts["lines.0.item"] == "none"
    assert "lines.1.item" not in doubts
    assert draft.customer is None


def test_the_number_of_queries_does_not_grow_with_the_lines(
    customer: Partner, django_assert_max_num_queries: object
) -> None:
    lines = [("HW-1001", "Steel hinge 100 mm", n, "2.00") for n in range(1, 60)]
    lines += [("?", f"Unknown thing {n}", n, "2.00") for n in range(1, 60)]
    waiting = make.incoming(make.sheet(lines=lines), "po.xlsx", read=False)
    with django_assert_max_num_queries(32):  # type: ignore[operator]
        read_incoming(incoming_id=waiting.pk)
    assert len(waiting.drafts.get().matches["lines"]) == 118


def test_the_same_mail_saved_twice_is_told(customer: Partner) -> None:
    first = make.incoming()
    again = make.incoming(make.mail(make.sheet(), text="forwarded to you once more"), "copy.eml")
    assert same_message(again) == first
    assert same_message(first) is None


def _bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b"\0" * 300_000_000)
    return target.getvalue()


def _matryoshka() -> bytes:
    head = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(300)
    )
    return ("From: a@b.example\r\nSubject: deep\r\n" + head + "\r\nhello").encode()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(_bomb(), "order.xlsx", id="zip bomb"),
        pytest.param(b"PK\x03\x04 cut off", "order.xlsx", id="cut off"),
        pytest.param(b"   \r\n", "order.txt", id="blank"),
        pytest.param(
            b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><Order>&x;</Order>',
            "order.xml",
            id="foreign entity",
        ),
    ],
)
def test_what_cannot_be_read_is_kept_and_can_be_typed_in(
    customer: Partner, content: bytes, name: str
) -> None:
    incoming = make.incoming(content, name)
    assert incoming.state == "unreadable"
    assert incoming.problem in {"bomb", "damaged", "unsupported", "empty", "xml_entities"}
    draft = incoming.drafts.get()
    assert (draft.data["doc_type"], draft.data["lines"]) == ("order", [])
    assert journal.timeline(incoming)[0].fact == IncomingUnreadable.name


def test_a_mail_of_300_nested_parts_harms_nobody(customer: Partner) -> None:
    incoming = make.incoming(_matryoshka(), "deep.eml")
    assert incoming.state in {"read", "unreadable"}
    assert incoming.drafts.count() == 1


def test_no_workbook_at_all_is_no_order(customer: Partner) -> None:
    incoming = make.incoming(b"\x00\x01\x02\x03" * 500, "order.xlsx")
    assert incoming.state == "unreadable" or not is_order(incoming.drafts.get().data)


def test_a_wrong_ending_is_read_by_its_content(customer: Partner) -> None:
    assert make.draft(make.sheet(), "order.txt").data["order_number"] == "NH-4711"


def test_scripts_and_template_characters_stay_words(customer: Partner) -> None:
    name = "<script>alert(1)</script>{{ 7*7 }}'); DROP TABLE intake_draft; --"
    draft = make.draft(make.sheet(lines=[("HW-1001", name, 5, "2.00")]), "po.xlsx")
    assert draft.data["lines"][0]["description"].startswith("<script>alert(1)</script>{{ 7*7 }}")


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        (sandbox.Limits(memory_bytes=40 * 1024 * 1024), {"too_much_memory", "crashed"}),
        (sandbox.Limits(cpu_seconds=0, wall_seconds=30), {"too_slow", "crashed"}),
        (sandbox.Limits(wall_seconds=0), {"too_slow"}),
        (sandbox.Limits(answer_bytes=64), {"too_long", "crashed"}),
    ],
)
def test_the_limits_end_a_reading(limits: sandbox.Limits, problem: set[str]) -> None:
    answer = sandbox.read_apart(
        io.BytesIO(make.sheet()), filename="po.xlsx", hints={}, limits=limits
    )
    assert answer.problem in problem
    assert answer.documents == []


def test_a_file_that_takes_too_much_memory_is_told_as_that() -> None:
    limits = sandbox.Limits(memory_bytes=256 * 1024 * 1024, slow_memory_bytes=256 * 1024 * 1024)
    for content, name in (
        (_pdf_with_stream(zlib.compress(b"q " * 100_000_000)), "order.pdf"),
        (b"<p>5 pcs</p>" * 1_500_000, "order.html"),
    ):
        answer = sandbox.read_apart(io.BytesIO(content), filename=name, limits=limits)
        assert (name, answer.problem) == (name, "too_much_memory")


def test_an_end_of_another_kind_is_not_told_as_lack_of_memory() -> None:
    assert sandbox._problem_of(-signal.SIGABRT, b"free(): invalid pointer\n") == "crashed"
    assert sandbox._problem_of(-signal.SIGSEGV, b"") == "crashed"
    assert sandbox._problem_of(1, b"ValueError: MemoryError\n") == "crashed"


def _pdf_with_stream(packed: bytes) -> bytes:
    """A PDF of one page whose drawing unpacks to far more than it looks."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (n, one) for n, one in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"


def test_the_reading_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("GENDAN_SECRET_KEY", "secret")
    assert "secret" not in str(sandbox.bare_environment())


GIVEN = sorted(
    path
    for pattern in ("ubl/*.xml", "cn/*.txt", "cn/*.xlsx", "mail/*.eml")
    for path in SAMPLES.glob(pattern)
)


@pytest.mark.skipif(not GIVEN, reason="the shared samples are not here")
@pytest.mark.parametrize("path", GIVEN, ids=lambda path: path.name)
def test_the_samples_end_in_sensible_drafts(path: Path, customer: Partner) -> None:
    incoming = make.incoming(path.read_bytes(), path.name)
    assert incoming.state == "read"
    for draft in incoming.drafts.all():
        assert draft.data["doc_type"]
        if draft.data["doc_type"] == "order":
            # Nothing here is known to us, so nothing may pass without being looked at.
            assert {"customer"} <= {doubt.field for doubt in open_doubts(draft)}
            assert len(draft.matches["lines"]) == len(draft.data["lines"])


def test_a_buyers_name_from_a_signature_is_no_doubt_where_the_address_proves_the_customer(
    customer: Partner,
) -> None:
    text = (
        "Dear Mei,\n\nplease deliver:\n\nPO number: NH-5001\nPO date: 2026-11-20\n\n"
        "Item      Description          Qty   Unit   Price USD\n"
        "HW-1001   Steel hinge 100 mm   500   pcs    1.20\n"
        "HW-1002   Door handle brass    200   pcs    3.40\n\n"
        "Delivery: 2027-03-15\n\nAnna Berg\n{name}\n"
    )
    known = make.draft(make.mail(text=text.format(name="Nordic Home AB")), "a.eml")
    assert [doubt["field"] for doubt in known.data["doubts"]] == ["buyer.name"]
    assert open_doubts(known) == []
    other = make.mail(text=text.format(name="Southern Garden Ltd"), message_id="<5002@x.example>")
    draft = make.draft(other, "b.eml")
    assert {doubt.field for doubt in open_doubts(draft)} == {"customer", "buyer.name"}
