"""The pages of the intake: who sees them, what they show, and that they work without scripts."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gendan.intake.models import Draft, Incoming
from gendan.intake.services import (
    accept_draft,
    correct_draft,
    note_page_in_work,
    read_incoming,
    work_on_incoming,
)
from gendan.kernel.models import Mail
from gendan.orders.models import Order
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make
from gendan.testing.make import paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(db: None) -> Partner:
    make.goods()
    return make.customer()


def fields_of(client: Client, url: str) -> dict[str, list[str]]:
    """The draft form's values as a browser without scripts would send them."""
    html = client.get(url).content.decode()
    form = html[html.index('class="gd-verb-form in-form"') :]
    form = form[: form.index("</form>")]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag and name[1] != "csrfmiddlewaretoken":
            sent.setdefault(name[1], []).append(value[1] if value else "")
    for select in re.findall(r"<select .*?</select>", form, re.DOTALL):
        name = re.search(r'name="([^"]*)"', select)
        chosen = re.search(r'<option value="([^"]*)" selected', select)
        if name:
            sent[name[1]] = [chosen[1] if chosen else ""]
    return sent


def test_the_queue_is_for_our_people_of_fitting_roles(browse: object, customer: Partner) -> None:
    make.incoming()
    url = "/intake/"
    assert browse().get(url).status_code == 302
    assert browse("stranger").get(url).status_code == 404
    assert browse("wen").get(url).status_code == 403
    html = browse("mei").get(url).content.decode()
    assert "Nordic Home AB · NH-4711" in html
    assert "certain" in html
    row = Incoming.objects.get()
    for path in (f"/intake/{row.pk}/", f"/intake/{row.pk}/original/"):
        assert browse().get(path).status_code == 302
        assert browse("stranger").get(path).status_code == 404


def test_the_queue_says_what_is_no_order_and_calls_it_not_certain(
    browse: object, customer: Partner
) -> None:
    make.incoming(make.mail(text="Hi, are you free for lunch?", subject="Lunch"), "lunch.eml")
    html = browse("mei").get("/intake/").content.decode()
    assert "no order" in html
    assert ">certain<" not in html
    row = Incoming.objects.get()
    page = browse("mei").get(f"/intake/{row.pk}/").content.decode()
    assert 'href="#put-aside"' in page


def test_the_queue_costs_the_same_with_many_documents(
    browse: object, customer: Partner, django_assert_max_num_queries: object
) -> None:
    for number in range(4):
        make.incoming(make.sheet(f"PO-{number}"), "po.xlsx")
    client = browse("mei")
    client.get("/intake/")
    with django_assert_max_num_queries(17):
        client.get("/intake/")


def test_a_dropped_file_is_taken_in_and_its_page_waits_for_the_worker(
    browse: object, customer: Partner
) -> None:
    client = browse("mei")
    answer = client.post(
        "/intake/add/", {"file": SimpleUploadedFile("o.eml", make.mail(make.sheet()))}
    )
    row = Incoming.objects.get()
    assert answer.headers["Location"] == f"/intake/{row.pk}/"
    html = client.get(f"/intake/{row.pk}/").content.decode()
    assert "is being read" in html
    assert "every 1500ms" in html
    read_incoming(incoming_id=row.pk)
    html = client.get(f"/intake/{row.pk}/").content.decode()
    assert "every 1500ms" not in html
    assert 'data-paths="lines.0.quantity"' in html


def test_several_files_at_once_and_the_same_again(browse: object, customer: Partner) -> None:
    client = browse("mei")

    def both() -> list[SimpleUploadedFile]:
        return [
            SimpleUploadedFile("a.xlsx", make.sheet("A")),
            SimpleUploadedFile("b.xlsx", make.sheet("B")),
        ]

    assert client.post("/intake/add/", {"file": both()}).headers["Location"] == "/intake/"
    assert Incoming.objects.count() == 2
    again = client.post("/intake/add/", {"file": both()})
    assert again.status_code == 422
    assert "came in already" in again.content.decode()
    one = client.post("/intake/add/", {"file": both()[0]})
    assert one.status_code == 409
    assert Incoming.objects.count() == 2


def test_a_call_is_noted(browse: object, customer: Partner) -> None:
    client = browse("mei")
    assert "What was said" in client.get("/intake/call/").content.decode()
    answer = client.post(
        "/intake/call/",
        {
            "company": "Nordic Home AB",
            "caller": "Anna",
            "called_at": "2026-11-20T14:30",
            "line.0.item": "HW-1001",
            "line.0.quantity": "20",
            "text": "soon please",
        },
    )
    row = Incoming.objects.get()
    assert answer.headers["Location"] == f"/intake/{row.pk}/"
    assert row.received_at.isoformat() == "2026-11-20T06:30:00+00:00"
    assert read_incoming(incoming_id=row.pk).drafts.get().data["lines"][0]["quantity"] == "20"
    empty = client.post("/intake/call/", {"company": "x"})
    assert "Write down what was said" in empty.content.decode()


def test_a_form_sent_unchanged_changes_nothing(browse: object, customer: Partner) -> None:
    draft = make.draft()
    client = browse("mei")
    sent = fields_of(client, f"/intake/{draft.incoming_id}/")
    assert sent["order_number"] == ["NH-4711"]
    assert client.post(f"/intake/drafts/{draft.pk}/correct/", sent).status_code == 303
    draft.refresh_from_db()
    assert draft.revision == 1


def test_correct_confirm_and_accept_without_scripts(browse: object, customer: Partner) -> None:
    lines = [("?", "Steel hinges of 100 mm", 5, "1.00"), ("A-9", "Gnome", 7, "2.00")]
    draft = make.draft(make.sheet(lines=lines, currency=""), "po.xlsx")
    client = browse("mei")
    url = f"/intake/{draft.incoming_id}/"
    html = client.get(url).content.decode()
    assert "proposed because it is similar" in html
    assert "no item fits; choose one" in html
    sent = fields_of(client, url)
    sent["lines.1.item_code"] = ["SP-2001"]
    sent["lines.0.quantity"] = ["6"]
    assert client.post(f"/intake/drafts/{draft.pk}/correct/", sent).status_code == 303
    refused = client.post(f"/intake/drafts/{draft.pk}/accept/", fields_of(client, url))
    assert refused.status_code == 409
    assert "nobody has looked at them" in refused.content.decode()
    sent = fields_of(client, url)
    sent["confirmed"] = ["lines.0.item", "currency"]
    answer = client.post(f"/intake/drafts/{draft.pk}/accept/", sent)
    assert answer.status_code == 303, answer.content.decode()
    order = Order.objects.get()
    assert answer.headers["Location"] == f"/orders/{order.pk}/"
    assert [(one.item.code, int(one.quantity)) for one in order.lines.all()] == [
        ("HW-1001", 6),
        ("SP-2001", 7),
    ]
    assert order.number in client.get(url).content.decode()


def test_a_draft_shows_the_three_checks_of_each_line(browse: object, customer: Partner) -> None:
    draft = make.draft()
    html = browse("mei").get(f"/intake/{draft.incoming_id}/").content.decode()
    assert html.count("in-checks") == 2
    for kind in ("product", "price", "stock"):
        assert len(re.findall(rf"<h3>{kind} ", html)) == 2
    assert "has a price of HW-1001" in html


def test_a_draft_says_why_it_cannot_be_checked_yet(browse: object, customer: Partner) -> None:
    draft = make.draft()
    correct_draft(draft_id=draft.pk, values={"lines.0.quantity": "2.5"}, by=person("mei"))
    html = browse("mei").get(f"/intake/{draft.incoming_id}/").content.decode()
    assert "cannot be checked yet:" in html
    assert "in-checks" not in html


def test_unknown_codes_are_refused_at_their_field(browse: object, customer: Partner) -> None:
    draft = make.draft()
    client = browse("mei", htmx=True)
    for name, words in (("lines.0.item_code", "no item"), ("customer_code", "no customer")):
        answer = client.post(f"/intake/drafts/{draft.pk}/correct/", {name: "NOPE-1"})
        assert answer.status_code == 422
        assert f'data-field="{name}"' in answer.content.decode()
        assert words in answer.content.decode()


def test_what_a_document_says_is_never_markup(browse: object, customer: Partner) -> None:
    evil = "<script>alert(1)</script>{{ 7|add:7 }}\"'><img src=x onerror=alert(1)>"
    draft = make.draft(make.sheet(lines=[("HW-1001", evil, 5, "2.00")], buyer=evil), "po.xlsx")
    correct_draft(draft_id=draft.pk, values={"order_number": evil}, by=person("mei"))
    client = browse("mei")
    for url in (f"/intake/{draft.incoming_id}/", "/intake/"):
        html = client.get(url).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;" in html
        assert " 14" not in html.split("&lt;script&gt;")[1][:80]


def test_the_original_is_for_saving_only(browse: object, customer: Partner) -> None:
    row = make.incoming(b"<html><script>alert(1)</script></html>", "page.html")
    answer = browse("mei").get(f"/intake/{row.pk}/original/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert b"".join(answer.streaming_content).startswith(b"<html>")


def test_a_twin_is_flagged_and_needs_a_word(browse: object, customer: Partner) -> None:
    first = accept_draft(draft_id=make.draft().pk, by=person("mei"))
    draft = make.draft(make.sheet(delivery="2027-05-01"), "po.xlsx")
    client = browse("mei")
    assert first.number in client.get("/intake/").content.decode()
    html = client.get(f"/intake/{draft.incoming_id}/").content.decode()
    assert "is here already" in html
    sent = fields_of(client, f"/intake/{draft.incoming_id}/")
    assert client.post(f"/intake/drafts/{draft.pk}/accept/", sent).status_code == 409
    sent["allow_duplicate"] = ["1"]
    assert client.post(f"/intake/drafts/{draft.pk}/accept/", sent).status_code == 303


def test_a_change_shows_the_order_and_the_difference(browse: object, customer: Partner) -> None:
    order = accept_draft(draft_id=make.draft().pk, by=person("mei"))
    lines = [("HW-1001", "Steel hinge 100 mm", 600, "1.20"), ("SP-2001", "Spring", 9, "1.00")]
    draft = make.draft(make.sheet(lines=lines), "po.xlsx")
    correct_draft(draft_id=draft.pk, values={"doc_type": "order_change"}, by=person("mei"))
    html = browse("mei").get(f"/intake/{draft.incoming_id}/").content.decode()
    assert "change of an order" in html
    assert order.number in html
    assert "<td>500 pcs</td><td><strong>600 pcs</strong></td>" in html
    assert "HW-1002" in html


def test_refusing_shows_a_polite_answer(browse: object, customer: Partner) -> None:
    draft = make.draft()
    client = browse("mei")
    url = f"/intake/drafts/{draft.pk}/refuse/"
    assert client.post(url, {"reason": " "}).status_code == 422
    client.post(url, {"reason": "We no longer make hinges."})
    html = client.get(f"/intake/{draft.incoming_id}/").content.decode()
    assert "Dear Anna Berg," in html


def test_what_was_learned_is_seen_and_forgotten(browse: object, customer: Partner) -> None:
    draft = make.draft(make.sheet(lines=[("A-9", "Gnome", 7, "2.00")]), "po.xlsx")
    correct_draft(draft_id=draft.pk, items={0: make.goods()[0].pk}, by=person("mei"))
    client = browse("mei")
    url = f"/intake/customers/{customer.pk}/learned/"
    html = client.get(url).content.decode()
    assert "HW-1001" in html
    forget = re.search(r"/intake/learned/\d+/forget/", html)
    assert forget
    assert client.post(forget[0], {"customer": customer.pk}).headers["Location"] == url
    assert "Nothing yet" in client.get(url).content.decode()


def test_choices_while_typing(browse: object, customer: Partner) -> None:
    client = browse("mei")
    assert b"HW-1001" in client.get("/intake/choices/", {"lines.0.item_code": "hing"}).content
    found = client.get("/intake/choices/", {"kind": "customers", "customer_code": "nordic"})
    assert b"C0001" in found.content


def test_a_draft_of_many_lines_shows_the_doubtful_first(browse: object, customer: Partner) -> None:
    lines = [("HW-1001", "Steel hinge 100 mm", n, "1.00") for n in range(1, 150)]
    lines.append(("A-9", "Gnome", 7, "2.00"))
    draft = make.draft(make.sheet(lines=lines), "po.xlsx")
    client = browse("mei")
    html = client.get(f"/intake/{draft.incoming_id}/").content.decode()
    assert 'name="lines.149.item"' in html
    assert 'name="lines.100.item"' not in html
    second = client.get(f"/intake/{draft.incoming_id}/?lines=3").content.decode()
    assert 'name="lines.148.item"' in second


def test_taking_and_reading_again(browse: object, customer: Partner) -> None:
    draft = make.draft()
    client = browse("mei")
    client.post(f"/intake/{draft.incoming_id}/work/", {"is_taken": "1"})
    assert Incoming.objects.get().worked_on_by == person("mei")
    client.post(f"/intake/{draft.incoming_id}/read-again/")
    assert Incoming.objects.get().state == "received"
    assert not Draft.objects.exists()


def test_all_certain_ones_at_once(browse: object, customer: Partner) -> None:
    row = make.incoming()
    client = browse("mei")
    assert f'name="incoming" value="{row.pk}"' in client.get("/intake/").content.decode()
    assert client.post("/intake/accept-certain/", {"incoming": [row.pk]}).status_code == 303
    assert Order.objects.count() == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_search_finds_documents(browse: object, customer: Partner, language: str) -> None:
    row = make.incoming()
    html = browse("mei", language).get("/search/", {"q": "NH-4711"}, follow=True).content.decode()
    assert row.number in html


def test_the_picture_of_a_page_is_served_and_nothing_else(
    browse: object, customer: Partner
) -> None:
    row = make.incoming(paper.pdf(), "order.pdf")
    client = browse("mei")
    html = client.get(f"/intake/{row.pk}/").content.decode()
    found = re.search(rf'src="(/intake/{row.pk}/pages/1/\?v=[0-9a-f]+)"', html)
    assert found
    assert re.search(
        r'<rect class="in-place" x="[\d.]+" y="[\d.]+"[^>]*data-paths="lines.0.quant', html
    )
    answer = client.get(found[1])
    assert answer.headers["Content-Type"] == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    etag = answer.headers["ETag"]
    assert client.get(found[1], headers={"If-None-Match": etag}).status_code == 304
    assert client.get(f"/intake/{row.pk}/pages/2/").status_code == 404
    assert browse("wen").get(found[1]).status_code == 403
    assert browse("stranger").get(found[1]).status_code == 404
    assert browse().get(found[1]).status_code == 302


def test_a_page_of_many_lines_on_paper_costs_the_same(
    browse: object, customer: Partner, django_assert_max_num_queries: object
) -> None:
    lines = [("HW-1001", "Steel hinge 100 mm", n, "1.00") for n in range(1, 41)]
    row = make.incoming(paper.pdf(lines=lines, pages=2), "order.pdf")
    client = browse("mei")
    client.get(f"/intake/{row.pk}/")
    with django_assert_max_num_queries(40):
        client.get(f"/intake/{row.pk}/")


def test_the_page_says_which_page_is_being_recognised(browse: object, customer: Partner) -> None:
    row = make.incoming(read=False)
    note_page_in_work(incoming_id=row.pk, page=3, pages=12)
    client = browse("mei")
    assert "Page 3 of 12" in client.get(f"/intake/{row.pk}/").content.decode()
    assert "3/12" in client.get("/intake/").content.decode()
    url = f"/intake/{row.pk}/aside/"
    assert browse("wen").post(url).status_code == 403
    assert client.post(url).headers["Location"] == "/intake/"
    assert Incoming.objects.get().state == "done"
    assert client.post(url).status_code == 409


def test_a_change_is_carried_into_the_order(browse: object, customer: Partner) -> None:
    order = accept_draft(draft_id=make.draft().pk, by=person("mei"))
    lines = [("HW-1001", "Steel hinge 100 mm", 600, "1.20")]
    draft = make.draft(make.sheet(lines=lines), "po.xlsx")
    correct_draft(draft_id=draft.pk, values={"doc_type": "order_change"}, by=person("mei"))
    client = browse("mei")
    url = f"/intake/{draft.incoming_id}/"
    html = client.get(url).content.decode()
    assert "not in the document" in html
    assert f'formaction="/intake/drafts/{draft.pk}/merge/"' in html
    sent = fields_of(client, url)
    assert sent["order"] == [str(order.pk)]
    answer = client.post(f"/intake/drafts/{draft.pk}/merge/", sent)
    assert answer.headers["Location"] == f"/orders/{order.pk}/", answer.content.decode()
    assert [int(line.quantity) for line in order.lines.order_by("position")] == [600, 200]
    assert order.number in client.get(url).content.decode()
    assert client.post(f"/intake/drafts/{draft.pk}/merge/", sent).status_code == 409
    assert client.post(f"/intake/drafts/{draft.pk}/merge/", {"order": "0"}).status_code == 404
    assert browse("wen").post(f"/intake/drafts/{draft.pk}/merge/", sent).status_code == 403


def test_a_second_version_can_be_carried_over_instead(browse: object, customer: Partner) -> None:
    order = accept_draft(draft_id=make.draft().pk, by=person("mei"))
    draft = make.draft(make.sheet(delivery="2027-05-01"), "po.xlsx")
    client = browse("mei")
    url = f"/intake/{draft.incoming_id}/"
    assert f"Carry into {order.number}" in client.get(url).content.decode()
    answer = client.post(f"/intake/drafts/{draft.pk}/merge/", fields_of(client, url))
    assert answer.headers["Location"] == f"/orders/{order.pk}/"


def test_lines_are_split_off_and_joined_without_scripts(browse: object, customer: Partner) -> None:
    draft = make.draft()
    client = browse("mei")
    sent = fields_of(client, f"/intake/{draft.incoming_id}/")
    url = f"/intake/drafts/{draft.pk}/split/"
    assert client.post(url, sent).status_code == 422
    answer = client.post(url, sent | {"take": ["1"], "split_number": ["NH-2"]})
    assert answer.headers["Location"] == f"/intake/{draft.incoming_id}/?draft=2"
    other = Draft.objects.get(position=2)
    html = client.get(f"/intake/{draft.incoming_id}/?draft=1").content.decode()
    assert "Join with NH-2" in html
    url = f"/intake/drafts/{draft.pk}/join/"
    assert browse("wen").post(url, {"other": other.pk}).status_code == 403
    assert client.post(url, {"other": other.pk}).status_code == 303
    assert Draft.objects.get().pk == draft.pk


def test_an_answer_is_sent_when_the_sender_is_refused(browse: object, customer: Partner) -> None:
    draft = make.draft()
    client = browse("mei")
    page = client.get(f"/intake/{draft.incoming_id}/").content.decode()
    assert "Send it to anna@nordichome.example" in page
    proposed = re.search(r"data-asked=\"[^\"]*\">([^<]*)</textarea>", page)
    assert proposed
    client.post(
        f"/intake/drafts/{draft.pk}/refuse/",
        {
            "reason": "We no longer make hinges.",
            "reply": html.unescape(proposed[1]),
            "send_reply": "1",
        },
    )
    mail = Mail.objects.get(kind="reply")
    assert mail.to == ["anna@nordichome.example"]
    assert "We no longer make hinges." in mail.text  # put into the answer nobody had changed
    page = client.get(f"/intake/{draft.incoming_id}/").content.decode()
    assert "The answer goes to anna@nordichome.example" in page


def test_the_queue_shows_whose_work_it_is(browse: object, customer: Partner) -> None:
    mine, theirs = make.incoming(), make.incoming(make.sheet("NH-2"), "b.xlsx")
    free = make.incoming(make.sheet("NH-3"), "c.xlsx")
    work_on_incoming(incoming_id=mine.pk, by=person("mei"))
    work_on_incoming(incoming_id=theirs.pk, by=person("jun"))
    client = browse("mei")
    for whose, row in (("mine", mine), ("others", theirs), ("free", free)):
        page = client.get("/intake/", {"whose": whose}).content.decode()
        shown = set(re.findall(r'href="/intake/(\d+)/"', page))
        assert shown == {str(row.pk)}
    assert "mine (1)" in page
    html = client.get(f"/intake/{theirs.pk}/").content.decode()
    assert "works on this" in html
    url = f"/intake/{theirs.pk}/work/"
    assert client.post(url, {"is_taken": "1"}).status_code == 409
    assert client.post(url, {"is_taken": "1", "take_over": "1"}).status_code == 303
    assert Incoming.objects.get(pk=theirs.pk).worked_on_by == person("mei")


def test_what_was_learned_is_forgotten_on_the_customers_page(
    browse: object, customer: Partner
) -> None:
    draft = make.draft(make.sheet(lines=[("A-9", "Gnome", 7, "2.00")]), "po.xlsx")
    correct_draft(draft_id=draft.pk, items={0: make.goods()[0].pk}, by=person("mei"))
    client = browse("mei")
    url = f"/partners/{customer.pk}/"
    html = client.get(url).content.decode()
    forget = re.search(r"/intake/learned/\d+/forget/", html)
    assert forget
    answer = client.post(forget[0], {"customer": customer.pk, "from": "partner"})
    assert answer.headers["Location"] == url


def test_a_secret_in_a_document_is_never_shown(browse: object, customer: Partner) -> None:
    content = (
        '<?xml version="1.0"?><cXML payloadID="1@x"><Header><Sender><Credential domain="D">'
        "<Identity>x</Identity><SharedSecret>abracadabra-77</SharedSecret></Credential>"
        '</Sender></Header><Request><OrderRequest><OrderRequestHeader orderID="C-1" '
        'orderDate="2026-11-20"><Total><Money currency="USD">5.00</Money></Total>'
        '</OrderRequestHeader><ItemOut quantity="5" lineNumber="1"><ItemID><SupplierPartID>'
        'HW-1001</SupplierPartID></ItemID><ItemDetail><UnitPrice><Money currency="USD">1.00'
        "</Money></UnitPrice><Description>Hinge</Description></ItemDetail></ItemOut>"
        "</OrderRequest></Request></cXML>"
    )
    row = make.incoming(content.encode(), "order.xml")
    html = browse("mei").get(f"/intake/{row.pk}/").content.decode()
    assert "C-1" in html
    assert "abracadabra" not in html
    draft = row.drafts.get()
    assert "abracadabra" not in f"{row.view}{draft.data}{draft.matches}"


@pytest.mark.parametrize("odd", ["²", "9" * 30, "9" * 5000, "-1", ""])
def test_odd_numbers_are_refused_and_nothing_breaks(
    odd: str, browse: object, customer: Partner
) -> None:
    draft = make.draft()
    client = browse("mei")
    at = f"/intake/drafts/{draft.pk}"
    given = {
        "order": odd,
        "other": odd,
        "take": odd,
        "remove": odd,
        "customer": odd,
        "lines.0.item": odd,
    }
    for verb in ("merge", "split", "join"):
        answer = client.post(f"{at}/{verb}/", {**given, "revision": odd})
        assert 400 <= answer.status_code < 500, verb
    assert client.post("/intake/accept-certain/", {"incoming": odd}).status_code == 409
    assert client.get(f"/intake/{draft.incoming_id}/", {"lines": odd}).status_code == 200
    assert Draft.objects.get().state == Draft.State.OPEN
