"""Reading mailboxes on a real IMAP server: what comes in, what is marked, what is taken once."""

import datetime as dt
import email
import email.policy

import pytest
from imap_tools.imap_utf7 import utf7_encode

from gendan.intake.models import Incoming
from gendan.kernel import clock
from gendan.kernel.errors import Invalid, NotAllowed, NotThere
from gendan.kernel.models import Entry
from gendan.mailroom import invariants, reading, services
from gendan.mailroom.models import Mailbox, MailMessage
from gendan.testing.cast import person
from gendan.testing.mail_server import MailServer
from gendan.testing.make import mailroom as make


def test_a_mail_comes_into_the_intake_and_is_marked_as_read(
    box: Mailbox, imap: MailServer, address: str
) -> None:
    imap.deliver(address, make.letter("采购订单 4500"))
    make.read(box)
    assert (box.problem, box.problem_detail) == ("", "")
    assert box.last_success_at is not None
    [message] = MailMessage.objects.all()
    assert (message.state, message.subject) == ("taken", "采购订单 4500")
    incoming = Incoming.objects.get()
    assert message.incoming == incoming
    assert (incoming.sender_name, incoming.sender_address, incoming.channel) == (
        "Anna Berg",
        "anna@nordwind.example",
        "mail",
    )
    assert incoming.received_at == dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
    assert "\\Seen" in imap.mails(address)[0]
    make.read(box)
    assert Incoming.objects.count() == 1
    assert invariants.check() == []


def test_mails_are_moved_to_a_folder_with_a_chinese_name(
    db: None, imap: MailServer, address: str
) -> None:
    folder = utf7_encode("已读").decode()
    imap.command(address, "create", folder)
    box = make.mailbox(imap, address, after_reading="move", move_to="已读")
    for _number in range(3):
        imap.deliver(address, make.letter())
    make.read(box)
    assert box.problem == ""
    assert imap.mails(address) == []
    assert len(imap.mails(address, folder)) == 3
    assert Incoming.objects.count() == 3


def test_mails_are_left_as_they_are_and_still_come_in_once(
    db: None, imap: MailServer, address: str
) -> None:
    box = make.mailbox(imap, address, after_reading="leave", security="starttls", port=imap.port)
    imap.deliver(address, make.letter())
    make.read(box)
    make.read(box)
    assert "\\Seen" not in imap.mails(address)[0]
    assert Incoming.objects.count() == 1


def test_a_folder_that_is_not_there_keeps_no_mail_out(
    db: None, imap: MailServer, address: str
) -> None:
    box = make.mailbox(imap, address, after_reading="move", move_to="Done")
    imap.deliver(address, make.letter())
    make.read(box)
    assert box.problem == "not_marked"
    assert "not mark or move" in box.problem_words
    assert Incoming.objects.count() == 1
    imap.command(address, "create", "Done")
    make.read(box)
    assert box.problem == ""
    assert len(imap.mails(address, "Done")) == 1


def test_several_mailboxes_and_folders_are_read_and_a_copy_in_both_comes_in_once(
    box: Mailbox, imap: MailServer, address: str
) -> None:
    second = make.mailbox(imap, f"second.{address}", name="Sales", folder="Orders")
    both = make.letter("To both of us")
    imap.deliver(address, b"Received: from a by b; Mon, 2 Mar 2026 09:00:00 +0100\r\n" + both)
    imap.deliver(f"second.{address}", both, "Orders")
    imap.deliver(f"second.{address}", make.letter("Only here"), "Orders")
    make.read(box)
    make.read(second)
    assert sorted(MailMessage.objects.values_list("subject", flat=True)) == [
        "Only here",
        "To both of us",
    ]
    assert all("\\Seen" in flags for flags in imap.mails(f"second.{address}", "Orders"))


def test_two_mails_with_the_same_message_id_both_come_in(
    box: Mailbox, imap: MailServer, address: str
) -> None:
    for text in ("10 pens, please", "20 pens, please", "20 pens, please"):
        imap.deliver(address, make.letter(text=text, Message_ID="<same@nordwind.example>"))
    make.read(box)
    assert Incoming.objects.count() == 2


def test_mails_without_a_message_id_come_in_once_each(
    box: Mailbox, imap: MailServer, address: str
) -> None:
    imap.deliver(address, make.letter(text="first", Message_ID=""))
    imap.deliver(address, make.letter(text="second", Message_ID="", Date=""))
    imap.deliver(address, b"no head at all, only a line")
    make.read(box)
    make.read(box)
    assert MailMessage.objects.filter(state="taken").count() == 3


def test_a_folder_numbered_anew_is_read_from_the_beginning_and_nothing_comes_twice(
    db: None, imap: MailServer, address: str
) -> None:
    box = make.mailbox(imap, address, folder="Orders")
    first = make.letter()
    imap.deliver(address, first, "Orders")
    imap.deliver(address, make.letter(), "Orders")
    make.read(box)
    former = box.uid_validity
    imap.command(address, "delete", "Orders")
    imap.deliver(address, first, "Orders")
    imap.deliver(address, make.letter("New"), "Orders")
    make.read(box)
    assert box.uid_validity != former
    assert MailMessage.objects.count() == 3


def test_mails_older_than_the_day_reading_began_stay_where_they_are(
    db: None, imap: MailServer, address: str
) -> None:
    box = make.mailbox(imap, address, read_since=clock.today() + dt.timedelta(days=3))
    imap.deliver(address, make.letter())
    make.read(box)
    assert MailMessage.objects.count() == 0


def test_a_mail_that_is_too_large_is_parked_with_its_head_and_the_others_go_on(
    box: Mailbox, imap: MailServer, address: str, settings: object
) -> None:
    settings.FILE_SIZE_LIMIT = 200_000  # type: ignore[attr-defined]
    imap.deliver(address, make.letter("Photos", text="x" * 70 + "\n" + "photo " * 60_000))
    imap.deliver(address, make.letter("Order"))
    make.read(box)
    large, small = MailMessage.objects.order_by("pk")
    assert (large.state, large.problem, large.subject) == ("parked", "too_large", "Photos")
    assert large.size > 200_000
    assert large.is_whole is False
    assert small.state == "taken"
    assert "\\Seen" not in imap.mails(address)[0]
    with pytest.raises(Invalid, match="mailbox itself"):
        services.retry_message(message_id=large.pk, by=person("mei"))


@pytest.mark.parametrize(
    "head",
    [
        "From: Müller <m@nordwind.example>\r\nSubject: Grüße\r\nMessage-ID: <ü@x>\r\n".encode(),
        "From: 王 <wang@x.example>\r\nSubject: 订单\r\n".encode("gb18030"),
        b"From: \xff\xfe\x00 <a@b.example>\r\nSubject: \x00nul\r\nDate: yesterday\r\n",
        b"From: =?utf-8?b?5byg77yM5LiJ?= <zhang@x.example>, b@x.example\r\n",
        b"From: " + b"a" * 5000 + b"\r\nSubject: =?utf-8?q?=FF=FE?=\r\nIn-Reply-To: <<>><\r\n",
        b"Subject: " + b"long " * 3000 + b"\r\n",
        b"Content-Type: multipart/mixed\r\nContent-Transfer-Encoding: nonsense\r\n",
        b"",
    ],
)
def test_odd_heads_come_in_like_others(
    head: bytes, box: Mailbox, imap: MailServer, address: str
) -> None:
    imap.deliver(address, head + b"\r\nPlease send 10 pens.\r\n")
    make.read(box)
    [message] = MailMessage.objects.all()
    assert (message.state, message.problem) == ("taken", "")


def test_deeply_nested_mails_come_in_as_documents_and_keep_nobody_out(
    box: Mailbox, imap: MailServer, address: str
) -> None:
    nested = b"From: a@b.example\r\nSubject: deep\r\n"
    for level in range(400):
        nested += b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (level, level)
    imap.deliver(address, nested + b"\r\nend")
    imap.deliver(address, make.letter())
    make.read(box)
    assert list(MailMessage.objects.values_list("state", flat=True)) == ["taken", "taken"]


def test_a_long_folder_is_read_in_portions(
    box: Mailbox, imap: MailServer, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_PER_READING", 2)
    for _number in range(5):
        imap.deliver(address, make.letter())
    portions = [reading.read(box.pk) for _portion in range(3)]
    assert [one.taken for one in portions] == [2, 2, 1]
    assert [one.has_more for one in portions] == [True, True, False]


def test_one_who_may_asks_for_a_reading_and_it_is_deferred_once(box: Mailbox) -> None:
    services.read_mailbox_now(mailbox_id=box.pk, by=person("mei"))
    services.read_mailbox_now(mailbox_id=box.pk, by=person("mei"))
    assert Entry.objects.filter(fact="MailboxReadAsked").count() == 1
    make.read(box)
    assert box.asked_at is None


def test_it_is_refused_to_who_may_not_and_for_what_is_off_or_gone(box: Mailbox) -> None:
    with pytest.raises(NotAllowed):
        services.read_mailbox_now(mailbox_id=box.pk, by=person("wen"))
    services.switch_mailbox_off(mailbox_id=box.pk, by=person("zhao"))
    with pytest.raises(Invalid, match="switched off"):
        services.read_mailbox_now(mailbox_id=box.pk, by=person("mei"))
    services.remove_mailbox(mailbox_id=box.pk, by=person("zhao"))
    with pytest.raises(NotThere):
        services.read_mailbox_now(mailbox_id=box.pk, by=person("mei"))


def test_the_original_is_kept_byte_for_byte(box: Mailbox, imap: MailServer, address: str) -> None:
    raw = make.letter("Original")
    imap.deliver(address, raw)
    make.read(box)
    kept = services.raw_of(make.came(box))
    assert kept.replace(b"\r\n", b"\n") == raw.replace(b"\r\n", b"\n")
    assert email.message_from_bytes(kept, policy=email.policy.default)["Subject"] == "Original"
