"""What suppliers send by their link and what the buyer takes in: parts, files, how often."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gendan.engine.writing.papers import DespatchAdvice, DespatchedLine, WrittenParty
from gendan.engine.writing.write import write_despatch
from gendan.intake import sandbox
from gendan.kernel import clock, files, reactions
from gendan.purchasing import services
from gendan.purchasing.models import PurchaseOrder, ShipNotice, SupplierWord, SupplyException
from gendan.purchasing.services import NoticedRow, Shipment, TooManyAnswers, said
from gendan.purchasing.tests import ordered
from gendan.purchasing.tests.ordered import DUE, TODAY
from gendan.testing.cast import person
from gendan.web.portal import pacing

pytestmark = pytest.mark.django_db
SOON, LATER = DUE + dt.timedelta(days=4), DUE + dt.timedelta(days=10)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def desadv(order: PurchaseOrder, number: str = "DN-1") -> bytes:
    line = DespatchedLine("1", "1", "Cloth", order.lines.get().quantity, "C62", seller_code="M-77")
    return write_despatch(
        DespatchAdvice(
            number=number,
            order_number=order.number,
            issued_at=clock.moment_on(TODAY),
            buyer=WrittenParty("Haichuan"),
            seller=WrittenParty("Mill Ltd"),
            lines=(line,),
            despatched_on=TODAY,
            arrives_on=SOON,
        ),
        "edifact",
    ).data


def sent() -> tuple[PurchaseOrder, str]:
    order, token = ordered.sent(ordered.line(supplier_code="M-77"))
    return order, f"/l/{token}/"


def test_who_asks_too_often_waits_a_minute(browse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _order, page = sent()
    monkeypatch.setitem(pacing._RATES, "written", "2/m/key")
    outside = browse()
    for _time in range(2):
        assert outside.post(page, {"action": "confirm"}).status_code != 429
    slowed = outside.post(page + "?language=zh-hans", {"action": "confirm"})
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "60")
    assert "请一分钟后再试" in slowed.content.decode()
    assert outside.get(page).status_code == 200  # reading is counted apart
    monkeypatch.setitem(pacing._RATES, "address", "2/m/ip")
    answers = [outside.get("/l/1-guessed/").status_code for _time in range(3)]
    assert answers == [410, 410, 429]


def test_files_of_notices_count_among_those_a_link_may_bring(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(said, "MOST_FILES_IN_ALL", 2)
    _order, page = sent()
    token = page.removeprefix("/l/").rstrip("/")

    def ship(number: str, *, with_file: bool = True) -> None:
        given = ("list.txt", io.BytesIO(number.encode())) if with_file else None
        services.notice_by_supplier_link(
            token=token,
            shipment=Shipment(number, shipped_on=TODAY, expected_on=SOON),
            rows=[NoticedRow("1", position=1)],
            given=given,
        )

    ship("DN-1")
    ship("DN-2")
    with pytest.raises(TooManyAnswers, match="At most 2 files"):
        ship("DN-3")
    ship("DN-3", with_file=False)
    monkeypatch.setattr(said, "MOST_ANSWERS", 3)
    with pytest.raises(TooManyAnswers, match="very often"):
        ship("DN-4", with_file=False)


def test_a_supplier_delivers_in_parts_and_the_buyer_sees_them(browse: Any) -> None:
    order, page = sent()
    assert "In several deliveries" in browse().get(page).content.decode()
    typed = {
        "action": "answer",
        "position": "1",
        "on-1": DUE.isoformat(),
        "quantity-1": "60",
        "on-1-2": LATER.isoformat(),
        "quantity-1-2": "400",
        "name": "Li Wei",
    }
    assert "open the link again" in browse().post(page, typed).content.decode()
    typed["seen"] = "0"
    refused = browse().post(page, typed)
    assert refused.status_code == 422
    assert 'value="400"' in refused.content.decode()  # what was typed stays
    assert "Thank you" in browse().post(page, typed | {"quantity-1-2": "40"}).content.decode()
    word = SupplierWord.objects.get()
    bo = browse("bo")
    assert LATER.isoformat() in bo.get(reverse("purchase_order", args=[order.pk])).content.decode()
    bo.post(reverse("accept_counter", args=[word.pk]))
    assert "part of line 1" in bo.get(reverse("purchase_order", args=[order.pk])).content.decode()
    assert "part of line 1" in browse().get(page).content.decode()
    told = {"position": "2", "on": DUE.isoformat(), "quantity": "30"}
    told |= {"part_on": [LATER.isoformat(), ""], "part_quantity": ["10", ""]}
    bo.post(reverse("record_supplier_answer", args=[order.pk]), told)
    assert SupplierWord.objects.latest("pk").dated_parts == [(DUE, 30), (LATER, 10)]


def test_a_file_alone_says_what_has_left(browse: Any) -> None:
    order, page = sent()
    given = {"action": "notice", "position": "1", "number": "", "expected_on": ""}
    with sandbox.files_of_our_own():
        answer = browse().post(page, given | {"file": SimpleUploadedFile("d.edi", desadv(order))})
    assert answer.status_code == 200
    notice = ShipNotice.objects.get()
    assert (notice.number, notice.expected_on, notice.way) == ("DN-1", SOON, "link")
    assert notice.lines.get().order_line == order.lines.get()


def test_the_buyer_takes_a_file_in_for_an_order(browse: Any) -> None:
    order, _page = sent()
    bo, url = browse("bo"), reverse("record_ship_notice")
    shown = bo.get(f"{url}?order={order.pk}").content.decode()
    assert f'name="order" value="{order.pk}"' in shown
    assert bo.get(f"{url}?order={order.pk + 99}").status_code == 404
    sheet = SimpleUploadedFile("list.csv", b"Line,Item code,Description,Quantity,Unit\n"
                               b"1,M-77,Cloth,100,PCS\n")  # fmt: skip
    given = {"order": order.pk, "number": "PL-7", "expected_on": SOON.isoformat()}
    with sandbox.files_of_our_own():
        answer = bo.post(url, given | {"file": sheet})
    assert answer.status_code in (302, 303)
    notice = ShipNotice.objects.get()
    assert (notice.number, notice.lines.get().order_line) == ("PL-7", order.lines.get())


def test_a_program_hands_in_the_suppliers_file(browse: Any) -> None:
    order, _page = sent()
    bo, url = browse("bo"), "/api/v1/ship-notices/files"

    def hand_in(client: Any, name: str = "d.edi", content: bytes = b"", **values: Any) -> Any:
        file = SimpleUploadedFile(name, content or desadv(order))
        return client.post(url, values | {"file": file})

    with sandbox.files_of_our_own():
        assert hand_in(browse("mei")).status_code == 403
        refused = hand_in(bo, "list.txt", b"nothing of it")
        assert (refused.status_code, ShipNotice.objects.count()) == (422, 0)
        assert bo.post(url, {}).status_code == 422
        made = hand_in(bo, carrier="SF")
        assert made.status_code == 201, made.content
        answer = made.json()
        assert (answer["number"], answer["way"], answer["carrier"]) == ("DN-1", "file", "SF")
        assert answer["lines"][0]["line_id"] == order.lines.get().pk
        assert hand_in(bo).status_code == 409  # the same notice again
        sheet = b"Line,Item code,Description,Quantity,Unit\n1,M-77,Cloth,100,PCS\n"
        given = {"number": "PL-7", "expected_on": SOON.isoformat(), "purchase_order_id": order.pk}
        assert hand_in(bo, "list.csv", sheet, **given).status_code == 201
    assert ShipNotice.objects.get(number="DN-1").file is not None


def test_a_bomb_is_refused_in_words_and_nothing_is_kept(browse: Any) -> None:
    order, page = sent()
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 80_000_000)
    file = SimpleUploadedFile("list.xlsx", bomb.getvalue())
    answer = browse().post(page, {"action": "notice", "position": "1", "file": file})
    assert answer.status_code == 422
    assert "cannot be read as a ship notice" in answer.content.decode()
    assert not ShipNotice.objects.exists()
    assert files.attachments_of(order).count() == 0


def test_a_notice_in_doubt_is_accepted_with_a_tick(browse: Any) -> None:
    order, _page = sent()
    notice = services.propose_ship_notice(
        supplier_id=order.supplier_id,
        shipment=Shipment("DN-1", shipped_on=TODAY, expected_on=SOON),
        rows=[NoticedRow("100", position=1)],
        purchase_order_id=order.pk,
        doubts=["sender_failed"],
    )
    bo, url = browse("bo"), reverse("accept_ship_notice", args=[notice.pk])
    shown = bo.get(reverse("ship_notice", args=[notice.pk])).content.decode()
    assert "not from its sender" in shown
    assert 'name="is_checked"' in shown
    bo.post(url)
    api = f"/api/v1/ship-notices/{notice.pk}/accept"
    assert bo.post(api).json()["code"] == "sender_in_doubt"
    assert bo.post(f"{api}?is_checked=true").json()["state"] == "accepted"
    assert order.lines.get().due_on == SOON


def test_an_exception_is_decided_by_its_page_and_shows_what_was_started(browse: Any) -> None:
    order, _page = sent()
    with clock.at(clock.moment_on(SOON)):
        services.find_supply_exceptions()
        found = SupplyException.objects.get()
        bo, url = browse("bo"), reverse("decide_supply_exception", args=[found.pk])
        shown = bo.get(reverse("supply_exception", args=[found.pk])).content.decode()
        assert 'name="part_quantity"' in shown
        parts = {"part_on": [SOON.isoformat(), LATER.isoformat(), ""]}
        parts["part_quantity"] = ["60", "40", ""]
        bo.post(url, {"choice": "split", "revision": found.revision} | parts)
        assert order.lines.count() == 2
        shown = bo.get(reverse("supply_exception", args=[found.pk])).content.decode()
        assert "Changed by it" in shown
        found.refresh_from_db()
        given = {"choice": "wait", "on": LATER.isoformat(), "revision": found.revision}
        api = f"/api/v1/supply-exceptions/{found.pk}"
        answer = bo.post(f"{api}/decide", given, content_type="application/json").json()
        started = f"purchasing.purchaseorder:{order.pk}"
        assert (answer["choice_on"], answer["started"]) == (LATER.isoformat(), started)
        reactions.run_due()
        assert person("bo").pk == answer["owner_id"]
