"""Issuing a paper: what it says, in both languages, and what it refuses."""

import json
from decimal import Decimal

import pypdfium2
import pytest

from gendan.contracts import services
from gendan.contracts.events import PaperIssued
from gendan.contracts.models import Paper
from gendan.contracts.papers import render as rendering
from gendan.contracts.services.issuing import NothingToPrint, OrderHasEnded, SamePaper
from gendan.kernel import files
from gendan.kernel.errors import Invalid, NotAllowed, NotThere, StaleRevision
from gendan.kernel.models import Entry
from gendan.orders.entry import InstalmentData, OrderChanges
from gendan.orders.services import cancel_order, edit_order
from gendan.orders.services.refusals import OrderIsEmpty
from gendan.testing.cast import person
from gendan.testing.make import contracts, masters, orders

pytestmark = pytest.mark.django_db

HOSTILE = '#read("/etc/passwd") <script>alert(1)</script> $x^2$ *bold* \\ @label `code` [x] {y}'


def text_of(paper: Paper) -> str:
    """Everything written on all pages, without blanks: lines break where they like."""
    with files.open_file(paper.file) as stream:
        document = pypdfium2.PdfDocument(stream.read())
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.fixture
def letterhead() -> None:
    contracts.letterhead()


def test_a_contract_says_everything_in_both_languages(letterhead: None) -> None:
    customer = masters.customer("ACME", name="ACME Retail GmbH", name_zh="艾克美零售")
    item = masters.item("A-1", name_en="Wrench", name_zh="活动扳手")
    order = orders.draft(
        customer,
        [orders.line(item, Decimal("400"), unit_price=Decimal("2.5025"), customer_code="W8")],
        customer_order_number="PO-77",
        incoterm="FOB",
        incoterm_place="Ningbo",
        shipping_marks="ACME\nHAMBURG",
        instalments=[
            InstalmentData(event="contract", percent=Decimal(30)),
            InstalmentData(event="bill_of_lading", percent=Decimal(70)),
        ],
        over_percent=Decimal(3),
    )
    paper = services.issue_paper(order_id=order.pk, kind="contract", by=person("mei"))
    text = text_of(paper)
    for wanted in (
        "销售合同",
        "SALES CONTRACT",
        paper.number,
        "ACME Retail GmbH",
        "艾克美零售",
        "Wrench",
        "活动扳手",
        "W8",
        "PO-77",
        "1,001.00",
        "美元壹仟零壹元整",
        "SAY US DOLLARS ONE THOUSAND AND ONE ONLY",
        "FOB Ningbo (Incoterms 2020)",
        "30% by T/T deposit upon signing",
        "30%签约后电汇支付定金",
        "+3%",
        "HAMBURG",
        "不可抗力",
        "Force majeure",
        "CIETAC",
        "Page1of",
        "宁波海川",
        "Haichuan",
    ):
        assert squeezed(wanted) in text, wanted
    assert (paper.state, paper.version, paper.order_version) == ("issued", 1, order.version)
    assert paper.sha256 == paper.file.sha256
    assert paper.terms["over_percent"] == "3"
    assert paper.terms["payment"][1] == {"event": "bill_of_lading", "percent": "70", "days": 0}
    fact = Entry.objects.get(fact=PaperIssued.name)
    assert fact.data["sha256"] == paper.sha256
    assert f"orders.order:{order.pk}" in fact.about


def test_the_fonts_are_in_the_file(letterhead: None) -> None:
    paper = services.issue_paper(order_id=orders.draft().pk, kind="proforma", by=person("mei"))
    with files.open_file(paper.file) as stream:
        content = stream.read()
    document = pypdfium2.PdfDocument(content)
    assert b"/FontFile" in content
    fonts = {
        one.get_font().get_base_name()
        for one in document[0].get_objects()
        if one.type == pypdfium2.raw.FPDF_PAGEOBJ_TEXT
    }
    assert fonts
    assert all("NotoSansSC" in name for name in fonts), fonts
    assert document[0].render(scale=1).to_numpy().min() < 100  # something is drawn


def test_what_is_written_into_an_order_is_only_text(letterhead: None) -> None:
    order = orders.draft(None, [orders.line("A-1", description=HOSTILE)], packing=HOSTILE)
    services.save_clauses(
        rows=[
            services.ClauseRow(
                code="odd",
                topic="other",
                text_en=HOSTILE.replace("{y}", "{port}"),
                text_zh="#emoji.face",
            )
        ],
        by=person("zhao"),
    )
    services.save_terms(
        order_id=order.pk, terms=services.TermsData(loading_port="#pagebreak()"), by=person("mei")
    )
    text = text_of(services.issue_paper(order_id=order.pk, kind="contract", by=person("mei")))
    assert text.count(squeezed(HOSTILE.replace(" [x] {y}", ""))) >= 2
    assert "root:" not in text
    assert "#emoji.face" in text
    assert squeezed("[x] #pagebreak()") in text


def test_the_next_version_voids_the_one_before(letterhead: None) -> None:
    order = orders.draft()
    first = services.issue_paper(order_id=order.pk, kind="proforma", by=person("mei"))
    edit_order(order_id=order.pk, changes=OrderChanges(packing="cartons"), by=person("mei"))
    second = services.issue_paper(order_id=order.pk, kind="proforma", by=person("mei"))
    first.refresh_from_db()
    assert (first.state, first.void_reason) == ("void", "replaced")
    assert (second.number, second.version) == (first.number, 2)
    contract = services.issue_paper(order_id=order.pk, kind="contract", by=person("mei"))
    second.refresh_from_db()
    assert second.state == "issued"
    assert contract.version == 1


def test_it_refuses_to_say_the_same_again(letterhead: None) -> None:
    order = orders.draft()
    services.issue_paper(order_id=order.pk, kind="proforma", by=person("mei"))
    with pytest.raises(SamePaper):
        services.issue_paper(order_id=order.pk, kind="proforma", by=person("mei"))


def test_it_refuses_what_cannot_be_printed(letterhead: None) -> None:
    mei = person("mei")
    order = orders.draft()
    for kind in ("", "letter", "x" * 5000):
        with pytest.raises(Invalid) as caught:
            services.issue_paper(order_id=order.pk, kind=kind, by=mei)
        assert caught.value.status == 422
    with pytest.raises(NotThere):
        services.issue_paper(order_id=0, kind="proforma", by=mei)
    with pytest.raises(StaleRevision):
        services.issue_paper(
            order_id=order.pk, kind="proforma", revision=order.revision + 1, by=mei
        )
    with pytest.raises(NotAllowed):
        services.issue_paper(order_id=order.pk, kind="proforma", by=person("wen"))
    with pytest.raises(OrderIsEmpty):
        services.issue_paper(
            order_id=orders.draft(masters.customer("C-2"), []).pk, kind="proforma", by=mei
        )
    cancel_order(order_id=order.pk, reason="no", by=mei)
    with pytest.raises(OrderHasEnded):
        services.issue_paper(order_id=order.pk, kind="proforma", by=mei)
    assert not Paper.objects.exists()


def test_it_needs_a_letterhead() -> None:
    with pytest.raises(NothingToPrint) as caught:
        services.issue_paper(order_id=orders.draft().pk, kind="proforma", by=person("mei"))
    assert caught.value.link == "/settings/letterhead/"


def test_an_order_changed_while_the_paper_is_drawn_is_refused(
    letterhead: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = orders.draft()

    def slow(*args: object, **kwargs: object) -> bytes:
        type(order).objects.filter(pk=order.pk).update(packing="other", revision=order.revision + 1)
        return rendering.render(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("gendan.contracts.services.issuing.render", slow)
    with pytest.raises(StaleRevision):
        services.issue_paper(order_id=order.pk, kind="proforma", by=person("mei"))
    assert not Paper.objects.exists()


def test_of_two_who_issue_at_once_one_is_refused(
    letterhead: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = orders.draft()
    drawn: list[str] = []

    def meanwhile(*args: object, **kwargs: object) -> bytes:
        drawn.append("")
        if len(drawn) == 1:  # while the first is drawn, a second one is issued
            services.issue_paper(order_id=order.pk, kind="proforma", by=person("jun"))
        return rendering.render(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("gendan.contracts.services.issuing.render", meanwhile)
    with pytest.raises(StaleRevision):
        services.issue_paper(order_id=order.pk, kind="proforma", by=person("mei"))


def test_the_same_data_make_the_same_file(letterhead: None) -> None:
    paper = services.issue_paper(order_id=orders.draft().pk, kind="proforma", by=person("mei"))
    data = json.loads(json.dumps(paper.snapshot))
    again = [rendering.render("paper", data, at=paper.issued_at) for _ in range(2)]
    assert again[0] == again[1]


def test_long_papers_are_drawn_apart_and_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    contracts.letterhead()
    paper = services.issue_paper(order_id=orders.draft().pk, kind="proforma", by=person("mei"))
    here = rendering.render("paper", paper.snapshot, at=paper.issued_at)
    monkeypatch.setattr(rendering, "LARGEST_HERE", 10)
    assert rendering.render("paper", paper.snapshot, at=paper.issued_at) == here
    with pytest.raises(rendering.NotDrawable):
        rendering.render("paper", {"title": "no paper"}, at=paper.issued_at)


def test_a_long_order_breaks_over_pages(letterhead: None) -> None:
    masters.items(
        {f"L-{n}": {"name_en": "Long " * 30, "name_zh": "长描述" * 30} for n in range(150)}
    )
    order = orders.draft(None, [orders.line(f"L-{n}", 10) for n in range(150)])
    paper = services.issue_paper(order_id=order.pk, kind="contract", by=person("mei"))
    with files.open_file(paper.file) as stream:
        document = pypdfium2.PdfDocument(stream.read())
    assert len(document) > 5
    for page in list(document)[1:4]:
        assert "Description of goods" in page.get_textpage().get_text_range()
