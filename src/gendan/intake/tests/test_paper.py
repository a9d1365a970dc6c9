"""Paper: pages as pictures, slow ones one at a time, progress, and lessons from their columns."""

import io

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from gendan.intake import jobs, sandbox
from gendan.intake.models import Incoming, Learned, PageImage
from gendan.intake.queries import open_doubts
from gendan.intake.services import correct_draft, read_again
from gendan.kernel import reactions
from gendan.kernel.files import open_file
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make
from gendan.testing.make import paper

pytestmark = pytest.mark.django_db


def test_the_pages_of_a_pdf_are_kept_as_pictures(customer: Partner) -> None:
    incoming = make.incoming(paper.pdf(pages=2), "order.pdf")
    images = list(incoming.images.order_by("page"))
    assert [one.page for one in images] == [1, 2]
    for one in images:
        assert open_file(one.file).read(4) == b"\x89PNG"
        assert one.width_px > 500
    draft = incoming.drafts.get()
    assert open_doubts(draft) == []
    place = draft.data["found_at"]["lines.0.quantity"]
    page = next(one for one in incoming.view or [] if one["page"] == place["page"])
    assert 0 < place["box"][0] < place["box"][2] < page["width"]


def test_reading_again_draws_the_pictures_anew(customer: Partner) -> None:
    incoming = make.incoming(paper.pdf(), "order.pdf")
    read_again(incoming_id=incoming.pk, by=person("mei"))
    reactions.run_due()
    assert incoming.images.count() == 1


def test_text_is_read_at_once_and_a_scan_waits_its_turn(customer: Partner) -> None:
    scan = make.incoming(_scanned_pdf(), "scan.pdf", read=False)
    jobs.read_now(incoming_id=scan.pk, is_slow=False)
    scan.refresh_from_db()
    assert scan.state == "received"
    waiting = ProcrastinateJob.objects.get(task_name="read_document")
    assert (waiting.queue_name, waiting.lock, waiting.args["is_slow"]) == (
        "reading",
        "reading.slow",
        True,
    )
    text = make.incoming(paper.pdf("NH-5"), "text.pdf", read=False)
    jobs.read_now(incoming_id=text.pk, is_slow=False)
    text.refresh_from_db()
    assert text.state == "read"


def test_a_scan_says_which_page_it_is_at(customer: Partner) -> None:
    said: list[tuple[int, int]] = []
    answer = sandbox.read_apart(
        io.BytesIO(paper.fax(paper.pdf(pages=2))),
        filename="fax.tif",
        on_page=lambda page, pages: said.append((page, pages)),
    )
    assert said == [(1, 2), (2, 2)]
    assert [one.page for one in answer.pictures] == [1, 2]


def test_a_picture_that_is_none_is_not_kept(customer: Partner) -> None:
    from gendan.intake.services import read_incoming
    from gendan.intake.services.reading import Reading

    incoming = make.incoming(read=False)
    evil = sandbox.Picture(1, "image/png", 10, 10, b"<html><script>alert(1)</script>")
    read_incoming(incoming_id=incoming.pk, reading=Reading(sandbox.Answer([], [], "", (evil,)), []))
    assert not PageImage.objects.exists()


def test_a_column_on_paper_is_learned_and_used(customer: Partner) -> None:
    lines = [("NB-71", "Steel hinge 100 mm", 500, "1.20"), ("NB-72", "Door handle", 9, "3.40")]
    content = paper.pdf(lines=lines, code_title="Kennung")
    draft = make.draft(content, "order.pdf")
    correct_draft(draft_id=draft.pk, customer_id=customer.pk, by=person("mei"))
    correct_draft(draft_id=draft.pk, values={"lines.0.buyer_code": "NB-71"}, by=person("mei"))
    learned = Learned.objects.get(customer=customer, kind="column")
    assert (learned.key, learned.value) == ("Kennung", "buyer_code")
    read_again(incoming_id=draft.incoming_id, by=person("mei"))
    reactions.run_due()
    again = Incoming.objects.get(pk=draft.incoming_id).drafts.get()
    assert [line["buyer_code"] for line in again.data["lines"]] == ["NB-71", "NB-72"]


def test_day_first_dates_on_paper_are_learned_and_used(customer: Partner) -> None:
    draft = make.draft(paper.pdf(date="02/03/2026", delivery=""), "order.pdf")
    assert "issue_date" in {doubt.field for doubt in open_doubts(draft)}
    wrong = {"2026-03-02": "2026-02-03"}.get(draft.data["issue_date"], "2026-03-02")
    correct_draft(draft_id=draft.pk, values={"issue_date": wrong}, by=person("mei"))
    assert Learned.objects.filter(customer=customer, kind="date_order").exists()
    again = make.draft(paper.pdf("NH-8", date="04/05/2026", delivery=""), "next.pdf")
    assert "issue_date" not in {doubt.field for doubt in open_doubts(again)}
    expected = {"2026-03-02": "2026-05-04", "2026-02-03": "2026-04-05"}[wrong]
    assert again.data["issue_date"] == expected


def _scanned_pdf() -> bytes:
    """A PDF that holds a picture of a page and no text."""
    import pypdfium2

    page = pypdfium2.PdfDocument(paper.pdf())[0]
    target = io.BytesIO()
    page.render(scale=2).to_pil().convert("L").save(target, "PDF", resolution=144)
    return target.getvalue()
