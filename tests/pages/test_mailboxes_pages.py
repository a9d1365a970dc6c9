"""Pages and operations of mailboxes and the mails that came by them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.kernel.models import ApiToken
from gendan.kernel.services import make_api_token
from gendan.mailroom import reading, services
from gendan.mailroom.models import Mailbox, MailMessage
from gendan.mailroom.tests.conftest import address, box, dovecot, imap
from gendan.mailroom.tests.test_retry_message import answer_to, order, sent
from gendan.orders.models import Order
from gendan.testing.cast import person
from gendan.testing.mail_server import PASSWORD, MailServer
from gendan.testing.mailbox import Mailbox as Outside
from gendan.testing.make import mailroom as make

__all__ = ["address", "box", "dovecot", "imap", "order"]
pytestmark = pytest.mark.django_db


def typed(imap: MailServer, address: str, **values: Any) -> dict[str, Any]:
    return {
        "name": "Orders",
        "host": "localhost",
        "security": "ssl",
        "port": imap.ssl_port,
        "user": address,
        "sign_in": "password",
        "password": PASSWORD,
        "folder": "INBOX",
        "after_reading": "seen",
        "poll_minutes": 5,
    } | values


def shown(client: Client, *urls: str) -> str:
    return "".join(client.get(url).content.decode() for url in urls)


def test_set_up_try_read_and_remove(browse: Any, imap: MailServer, address: str) -> None:
    client = browse("zhao")
    assert "No mailboxes yet" in shown(client, reverse("mailboxes"))
    client.post(reverse("save_mailbox"), typed(imap, address))
    found = Mailbox.objects.get()
    here = reverse("mailbox", args=[found.pk])
    client.post(reverse("test_mailbox", args=[found.pk]))
    assert "being tried" in shown(client, here)
    reading.try_out(found.pk)
    assert "signing in works" in shown(client, here)
    imap.deliver(address, make.letter("Order 4500"))
    client.post(reverse("read_mailbox_now", args=[found.pk]))
    assert "being read" in shown(client, here)
    reading.read(found.pk)
    assert "Order 4500" in shown(client, here, reverse("mails"))
    for name in ("switch_mailbox_off", "switch_mailbox_on", "remove_mailbox"):
        assert client.post(reverse(name, args=[found.pk])).status_code == 303
    assert client.get(here).status_code == 404


def test_a_refusal_stands_at_its_field_and_what_was_typed_stays(
    browse: Any, imap: MailServer, address: str
) -> None:
    client = browse("zhao")
    answer = client.post(reverse("save_mailbox"), typed(imap, address, after_reading="move"))
    page = answer.content.decode()
    assert "Name the folder that mails are moved to." in page
    assert address in page
    assert PASSWORD not in page


def test_who_may_see_mailboxes_and_mails(browse: Any, box: Mailbox) -> None:
    urls = [reverse("mailboxes"), reverse("mailbox", args=[box.pk]), reverse("mails")]
    for name, status in (("mei", 200), ("zhao", 200), ("wen", 403), ("stranger", 404)):
        assert [browse(name).get(url).status_code for url in urls] == [status] * 3
    assert browse("mei").get(reverse("save_mailbox")).status_code == 403


def test_a_parked_mail_is_tried_again_and_put_aside(
    browse: Any, box: Mailbox, imap: MailServer, address: str
) -> None:
    client = browse("mei")
    imap.deliver(address, make.letter("Order 4500"))
    make.read(box)
    MailMessage.objects.update(state="parked", problem="unexpected", incoming=None)
    message = MailMessage.objects.get()
    assert "Order 4500" in shown(client, reverse("parked_mails"))
    page = shown(client, reverse("mail", args=[message.pk]))
    assert "Sorting this mail raised an error" in page
    assert "no mail server has checked this" in page
    client.post(reverse("drop_message", args=[message.pk]))
    assert "Order 4500" not in shown(client, reverse("parked_mails"))
    client.post(reverse("retry_message", args=[message.pk]))
    message.refresh_from_db()
    assert message.state == "waiting"
    MailMessage.objects.update(state="ignored")
    answer = client.post(reverse("take_mail_to_intake", args=[message.pk]))
    message.refresh_from_db()
    assert answer.headers["Location"] == reverse("incoming", args=[message.incoming_id])


def test_the_timeline_shows_an_answer_and_its_original_can_be_saved(
    browse: Any, order: Order, box: Mailbox, imap: MailServer, mailbox: Outside
) -> None:
    reply = answer_to(sent(order, mailbox), "<b>Blue</b>, please.", ("colour.txt", b"#0000ff"))
    imap.deliver(box.user, reply)
    make.read(box)
    client = browse("mei")
    page = shown(client, f"/orders/{order.pk}/?tab=timeline")
    assert "&lt;b&gt;Blue&lt;/b&gt;, please." in page
    assert "colour.txt" in page
    original = client.get(reverse("original_mail", args=[make.came(box).pk]))
    assert b"Which colour?" in b"".join(original.streaming_content)
    assert original.headers["Content-Type"] == "application/octet-stream"
    assert browse("stranger").get(original.request["PATH_INFO"]).status_code == 404


def test_the_intake_shows_the_way_and_who_a_mail_claims_to_be_from(
    browse: Any, order: Order, imap: MailServer, address: str
) -> None:
    assert "Connect a mailbox" in shown(browse("zhao"), reverse("intake"))
    assert "Connect a mailbox" not in shown(browse("mei"), reverse("intake"))
    box = make.mailbox(imap, address)
    imap.deliver(address, make.letter(f"More for {order.number}"))
    make.read(box)
    client = browse("mei")
    assert reverse("mails") in shown(client, reverse("intake"))
    page = shown(client, reverse("incoming", args=[make.came(box).incoming_id]))
    assert "Claims to be from anna@nordwind.example" in page
    assert "Its subject names" in page
    assert reverse("order", args=[order.pk]) in page


def test_programs_do_all_of_it(box: Mailbox, imap: MailServer, address: str) -> None:
    token: tuple[ApiToken, str] = make_api_token(name="t", by=person("zhao"))
    client = Client(headers={"Authorization": f"Bearer {token[1]}"})

    def post(path: str, **data: Any) -> Any:
        return client.post(f"/api/v1/{path}", data, content_type="application/json")

    made = post("mailboxes", **typed(imap, f"api.{address}"))
    assert made.status_code == 201
    assert not {"password", "sealed", "client_secret"} & set(made.json())
    here = f"mailboxes/{made.json()['id']}"
    for what in ("test", "read", "off", "on", "remove"):
        assert post(f"{here}/{what}").status_code == 200, what
    assert client.get(f"/api/v1/{here}").status_code == 404
    imap.deliver(address, make.letter("Order 4500"))
    make.read(box)
    [one] = client.get("/api/v1/mails?state=taken").json()["items"]
    assert (one["subject"], one["proof"]) == ("Order 4500", "unknown")
    MailMessage.objects.update(state="parked", problem="unexpected")
    for what in ("drop", "retry"):
        assert post(f"mails/{one['id']}/{what}").status_code == 200, what
    assert post(f"mails/{one['id']}/intake").status_code == 409
    assert services.raw_of(MailMessage.objects.get())
